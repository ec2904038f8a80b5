"""Faults in which a change reaches further than its target, or is compared with the wrong account."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced, unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    id_of,
    keys_of,
    path_of,
    refusal,
    resources,
    rewrite,
    stored_at,
    verb,
)

STREET = 'addresses[type eq "work"].streetAddress'


def _said(request: ScimRequest, name: str) -> list[Any]:
    """Return what a PATCH of a user sets an attribute to."""
    found = [one.get("value") for one in changes(request) if path_of(one) == name]
    return [*found, *(keys_of(one)[name] for one in changes(request) if name in keys_of(one))]


@defect(
    Kind.PATCH,
    "change-strays",
    "A changed displayName appears in the name and in each e-mail address too",
    "simpleidserver/SimpleIdServer#595",
    named="ENT-UPD-01/legacy#read-back.strays",
    row="B127",
)
async def change_strays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    strayed: dict[str, Any] = target.notes.setdefault("change-strays", {})
    strayed |= {id_of(request): value for value in _said(request, "displayName")}
    response = await go(request)
    for user in resources(response):
        holders = [user.get("name"), *(user.get("emails") or [])] if user.get("id") in strayed else []
        for holder in holders:
            if isinstance(holder, dict):
                holder["displayName"] = strayed[user["id"]]
    return response


@probe("change-strays")
def change_strays_shows(wire: Wire) -> bool:
    found = changed_user(wire, replaced("displayName", "Jo"), name={"givenName": "Jo"}, emails=work("jo@example.com"))
    return bool(found["name"].get("displayName") == found["emails"][0].get("displayName") == "Jo")


@defect(
    Kind.PATCH,
    "own-name-409",
    "A change of the letter case of userName returns 409",
    "our deduction: a uniqueness check that ignores letter case, and does not leave the account itself out",
    named="ENT-UPD-05/legacy#recase.status",
)
async def own_name_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    own = str(stored_at(target, request.path).get("userName"))
    if any(str(name) != own and str(name).lower() == own.lower() for name in _said(request, "userName")):
        return refusal(HTTPStatus.CONFLICT, "userName is taken", "uniqueness")
    return await go(request)


@probe("own-name-409")
def own_name_409_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    return status_of_change(wire, replaced("userName", name.upper()), userName=name) == 409


@defect(
    Kind.PATCH,
    "cleared-part-takes-address",
    "Clearing the street takes the whole address away",
    "our deduction: an element of which a part is empty is dropped",
    named="ENT-UPD-14/empty-string#read-back.kept.addresses.work.locality",
)
async def cleared_part_takes_address(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any(path_of(one) == STREET and verb(one) == "replace" and not one.get("value") for one in found):
        rewrite(request, [op("remove", 'addresses[type eq "work"]')])
    return await go(request)


@probe("cleared-part-takes-address")
def cleared_part_takes_address_shows(wire: Wire) -> bool:
    address = {"type": "work", "streetAddress": "1 Main Street", "locality": "Springfield"}
    return "addresses" not in changed_user(wire, replaced(STREET, ""), addresses=[address])
