"""Faults by which users are distinguished by less than their whole name."""

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, filter_of, is_query, record_of, refilter, refusal, users


def _mailbox(name: Any) -> str:
    """Return a name as a mail provider reads it: without dots, and without what follows a plus."""
    local, _, domain = str(name).lower().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _same_mailbox(target: Target, request: ScimRequest) -> str | None:
    name = str(created(request).get("userName") or "")
    others = (one for one in users(target) if str(one["userName"]).lower() != name.lower())
    return next((str(one["id"]) for one in others if name and _mailbox(one["userName"]) == _mailbox(name)), None)


@defect(
    Kind.CREATE,
    "mailbox-shared",
    "Two users whose names differ in a dot are one account",
    "our deduction: find or create by a name that is normalized like an address of Gmail",
    named="ENT-CRE-21/dot#create-second.another",
)
async def mailbox_shared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = _same_mailbox(target, request)
    if found is None:
        return await go(request)
    response = await go(replace(request, method="GET", path=f"/Users/{found}", body=b""))
    response.status = HTTPStatus.CREATED
    return response


@probe("mailbox-shared")
def mailbox_shared_shows(wire: Wire) -> bool:
    name = unique()
    first = wire.user(userName=f"{name}.young@example.com")
    return wire.create(userName=f"{name}young@example.com").id == first


@defect(
    Kind.CREATE,
    "mailbox-409",
    "A user whose name differs from another one in a dot is refused with 409",
    "GitHub Enterprise Managed Users normalize user names: two of them can become one",
    named="ENT-CRE-21/dot#create-second.status",
)
async def mailbox_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _same_mailbox(target, request) is not None:
        return refusal(HTTPStatus.CONFLICT, "userName is taken", "uniqueness")
    return await go(request)


@probe("mailbox-409")
def mailbox_409_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=f"{name}@example.com")
    return wire.create(userName=f"{name}+work@example.com").status == HTTPStatus.CONFLICT


@defect(
    Kind.CREATE,
    "domain-not-compared",
    "A filter on userName finds users who have the same name in another domain",
    "our deduction: a login name that is the part before the @",
    named="ENT-CRE-21/domain#match-second.one",
)
async def domain_not_compared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = re.fullmatch(r'userName eq "([^"@]+)@[^"]*"', filter_of(request)) if is_query(request, "Users") else None
    if asked:
        local = f"{asked[1].lower()}@"
        found = [one["userName"] for one in users(target) if str(one["userName"]).lower().startswith(local)]
        refilter(request, " or ".join(f'userName eq "{one}"' for one in found) or filter_of(request))
    return await go(request)


@probe("domain-not-compared")
def domain_not_compared_shows(wire: Wire) -> bool:
    name = unique()
    for domain in ("one.example", "two.example"):
        wire.user(userName=f"{name}@{domain}")
    return len(wire.find("Users", f'userName eq "{name}@one.example"').listed) == 2


@defect(
    Kind.CREATE,
    "created-without-manager",
    "A manager who is sent with the creation of a user is not stored",
    "our deduction: references are resolved by changes alone",
    named="ENT-MGR-05#read-back.stored.enterprise.manager",
)
async def created_without_manager(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = (created(request).get(ENTERPRISE) or {}).get("manager")
    response = await go(request)
    found = record_of(target, str((response.body or {}).get("id"))) if named else None
    if found is not None:
        _unset(found, response)
    return response


def _unset(record: Any, response: ScimResponse) -> None:
    extension = next((one for name, one in vars(record).items() if "enterprise" in name.lower() and one), None)
    if extension is not None:
        extension.manager = None
    (response.body or {}).get(ENTERPRISE, {}).pop("manager", None)


@probe("created-without-manager")
def created_without_manager_shows(wire: Wire) -> bool:
    boss = wire.user()
    user = wire.user(**{ENTERPRISE: {"manager": {"value": boss}, "department": "Sales"}})
    found = wire.read(user)[ENTERPRISE]
    assert found["department"] == "Sales"
    return "manager" not in found


@defect(
    Kind.CREATE,
    "phones-of-the-last-user",
    "A user without telephone numbers gets those of the user before",
    "our deduction: an object that is filled again for each request, and not emptied",
    named="ENT-CRE-22#read-back.absent.{attribute}",
)
async def phones_of_the_last_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    response = await go(request)
    found = record_of(target, str((response.body or {}).get("id"))) if body else None
    if found is not None:
        if not found.phone_numbers:
            found.phone_numbers = target.notes.get("phones-of-the-last-user")
        target.notes["phones-of-the-last-user"] = found.phone_numbers
    return response


@probe("phones-of-the-last-user")
def phones_of_the_last_user_shows(wire: Wire) -> bool:
    wire.user(phoneNumbers=[{"type": "work", "value": "+1 555 0100"}])
    return bool(wire.read(wire.user()).get("phoneNumbers"))
