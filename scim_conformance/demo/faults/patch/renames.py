"""Faults in changing a userName."""

from http import HTTPStatus

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    answered,
    changes,
    id_of,
    is_query,
    is_write,
    keys_of,
    path_of,
    read_after,
    refusal,
    resources,
    rewrite,
    stored_at,
    without,
    without_uniqueness,
)


@defect(
    Kind.PATCH,
    "username-fixed",
    "A user cannot be renamed",
    "Captain-P-Goldfish/SCIM-SDK#106",
    named="ENT-UPD-03/legacy#read-back.stored.userName",
    row="B78",
)
async def username_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        rewrite(request, without(changes(request), "userName"))
    return await go(request)


@probe("username-fixed")
def username_fixed_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    return bool(changed_user(wire, replaced("userName", name))["userName"] != name)


@defect(
    Kind.PATCH,
    "rename-deletes",
    "A renamed user disappears: the old account is treated as deleted",
    "ssoready/ssoready#164",
    named="ENT-UPD-03/legacy#read-back.status",
    row="B79",
)
async def rename_deletes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("rename-deletes", set())
    before = stored_at(target, request.path).get("userName") if changes(request) else None
    identifier = id_of(request)
    if identifier in gone and request.path.startswith("/Users/"):
        raise NotFoundException(detail="No such user")
    response = await go(request)
    if before is not None and stored_at(target, request.path).get("userName") != before:
        gone.add(identifier)
    if "Resources" in (response.body or {}):
        kept = [one for one in resources(response) if one["id"] not in gone]
        response.body = {**(response.body or {}), "Resources": kept, "totalResults": len(kept)}
    return response


@probe("rename-deletes")
def rename_deletes_shows(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("userName", f"{unique()}@example.com")).status in {200, 204}
    return wire.get(f"/Users/{user}").status == 404


def _to_taken(wire: Wire) -> int:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    return status_of_change(wire, replaced("userName", name))


@defect(
    Kind.PATCH,
    "rename-to-taken",
    "A user can be renamed to a name that is taken",
    "simpleidserver/SimpleIdServer#928",
    named="ENT-UPD-16/legacy#patch.refused",
    row="B80",
)
async def rename_to_taken(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        return await without_uniqueness(target, request, go)
    return await go(request)


@probe("rename-to-taken")
def rename_to_taken_shows(wire: Wire) -> bool:
    return _to_taken(wire) in {200, 204}


@defect(
    Kind.PATCH,
    "rename-to-taken-500",
    "Renaming a user to a name that is taken returns 500",
    "NorthlandPositronics/Cogtrix#121",
    named="ENT-UPD-16/legacy#patch.answered",
    row="B80",
)
async def rename_to_taken_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renames = bool(changes(request))
    response = await answered(target, request, go)
    if renames and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@probe("rename-to-taken-500")
def rename_to_taken_500_shows(wire: Wire) -> bool:
    return _to_taken(wire) == 500


@defect(
    Kind.PATCH,
    "taken-name-ignored",
    "A rename to a name that is taken returns 200, and the old name stays",
    "our deduction from RFC 7644 sections 3.5.2 and 3.12: UPDATE IGNORE",
    named="ENT-UPD-16/legacy#patch.refused",
    row="B80",
)
async def taken_name_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renames = bool(changes(request))
    response = await answered(target, request, go)
    if renames and response.status == HTTPStatus.CONFLICT:
        return await read_after(request, go)
    return response


@probe("taken-name-ignored")
def taken_name_ignored_shows(wire: Wire) -> bool:
    user, name = wire.user(), f"{unique()}@example.com"
    wire.user(userName=name)
    return wire.change(user, replaced("userName", name)).status == 200 and wire.read(user)["userName"] != name


@defect(
    Kind.PATCH,
    "renamed-match-500",
    "A query for the new name of a renamed user returns 500",
    "our deduction from ssoready/ssoready#164, of a rename that hides the user",
    named="ENT-UPD-03/legacy#match-new.status",
    row="B79",
)
async def renamed_match_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renamed: set[str] = target.notes.setdefault("renamed-match-500", set())
    if any(path_of(one) == "userName" or "userName" in keys_of(one) for one in changes(request)):
        renamed.add(id_of(request))
    response = await go(request)
    if is_query(request, "Users") and any(one["id"] in renamed for one in resources(response)):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@probe("renamed-match-500")
def renamed_match_500_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.change(wire.user(), replaced("userName", name)).status in {200, 204}
    return wire.find("Users", f'userName eq "{name}"').status == 500
