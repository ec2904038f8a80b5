"""Faults in PUT, PATCH and DELETE, as RFC 7644 sections 3.5 and 3.6 has it."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    CORE,
    answered,
    changes,
    is_write,
    path_of,
    read_after,
    rewrite,
    stored_at,
    verb,
)

OURS = "our deduction from RFC 7644 section"


def _put(wire: Wire, identifier: str, **more: Any) -> Any:
    return wire.send("PUT", f"/Users/{identifier}", person(**more))


@defect(
    Kind.STANDARDS,
    "put-keeps",
    "PUT returns 200 and changes nothing",
    f"{OURS} 3.5.1",
    named="RFC-PUT-01#read.value.displayName",
    shows=("RFC-PUT-03",),
    wide="no PUT changes anything",
)
async def put_keeps(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (read_after(request, go) if is_write(request, "PUT", "Users") else go(request))


@probe("put-keeps")
def put_keeps_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    _put(wire, user, userName=wire.read(user)["userName"], title="Boss")
    return bool(wire.read(user)["title"] == "Clerk")


@defect(
    Kind.STANDARDS,
    "put-204",
    "PUT returns 204 without the resource",
    f"{OURS} 3.5.1",
    named="RFC-PUT-01#put.status",
)
async def put_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PUT", "Users"):
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return response


@probe("put-204")
def put_204_shows(wire: Wire) -> bool:
    user = wire.user()
    return bool(_put(wire, user, userName=wire.read(user)["userName"]).status == 204)


@defect(
    Kind.STANDARDS,
    "put-creates",
    "PUT to an id that does not exist creates a user",
    f"{OURS} 3.2",
    named="RFC-PUT-02#put.status",
)
async def put_creates(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PUT", "Users") and not stored_at(target, request.path):
        request.method, request.path = "POST", "/Users"
    return await go(request)


@probe("put-creates")
def put_creates_shows(wire: Wire) -> bool:
    return bool(_put(wire, "none", userName=f"{unique()}@example.com").status == 201)


@defect(
    Kind.STANDARDS,
    "read-only-204",
    "A PATCH of a readOnly attribute returns 204, and changes nothing",
    "keycloak/keycloak, by RFC 7644 section 3.5.2",
    named="RFC-PAT-03/id#patch.refused",
)
async def read_only_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = [one for one in changes(request) if path_of(one) != "id" and not path_of(one).startswith("meta")]
    if changes(request) and not kept and verb(changes(request)[0]) == "replace":
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return await go(request)


@probe("read-only-204")
def read_only_204_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", "id", "x")).status == 204


@defect(
    Kind.STANDARDS,
    "patch-202",
    "PATCH returns 202",
    f"{OURS} 3.5.2",
    named="RFC-PAT-06#patch.status",
    wide="every change of a user gets this status",
)
async def patch_202(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and int(response.status) < HTTPStatus.MULTIPLE_CHOICES:
        return ScimResponse(HTTPStatus.ACCEPTED, None)
    return response


@probe("patch-202")
def patch_202_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", "title", "Boss")).status == 202


@defect(
    Kind.STANDARDS,
    "title-clears-department",
    "A change of the title clears the department",
    f"{OURS} 3.5.2",
    named="RFC-PAT-09#read.unchanged",
)
async def title_clears_department(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if [path_of(one) for one in found] == ["title"]:
        rewrite(request, [*found, {"op": "remove", "path": f"{ENTERPRISE}:department"}])
    return await go(request)


@probe("title-clears-department")
def title_clears_department_shows(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales"}})
    wire.change(user, op("replace", "title", "Boss"))
    return "department" not in wire.read(user).get(ENTERPRISE, {})


@defect(
    Kind.STANDARDS,
    "add-keeps-title",
    "add does not replace a single value that is there already",
    f"{OURS} 3.5.2.1",
    named="RFC-PAT-22#read.value.title",
)
async def add_keeps_title(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = stored_at(target, request.path).get("title")
    kept = [one for one in changes(request) if not (verb(one) == "add" and path_of(one) == "title" and known)]
    if changes(request):
        rewrite(request, kept)
    return await go(request)


@probe("add-keeps-title")
def add_keeps_title_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    wire.change(user, op("add", "title", "Boss"))
    return bool(wire.read(user)["title"] == "Clerk")


@defect(
    Kind.STANDARDS,
    "remove-keeps-title",
    "remove of a single value returns success and keeps the value",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-12#read.unset.title",
)
async def remove_keeps_title(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        rewrite(request, [one for one in changes(request) if (verb(one), path_of(one)) != ("remove", "title")])
    return await go(request)


@probe("remove-keeps-title")
def remove_keeps_title_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    wire.change(user, op("remove", "title"))
    return bool(wire.read(user).get("title") == "Clerk")


@defect(
    Kind.STANDARDS,
    "remove-required-204",
    "remove of userName returns 204",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-10/username#patch.refused",
)
async def remove_required_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if [(verb(one), path_of(one)) for one in changes(request)] == [("remove", "userName")]:
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return await go(request)


@probe("remove-required-204")
def remove_required_204_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("remove", "userName")).status == 204


@defect(
    Kind.STANDARDS,
    "replace-lost",
    "replace of a title returns success and is lost",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-25#read.value.title",
    wide="every replaced title is lost",
)
async def replace_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        rewrite(request, [one for one in changes(request) if (verb(one), path_of(one)) != ("replace", "title")])
    return await go(request)


@probe("replace-lost")
def replace_lost_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    wire.change(user, op("replace", "title", "Boss"))
    return bool(wire.read(user)["title"] == "Clerk")


@defect(
    Kind.STANDARDS,
    "no-match-204",
    "replace with a filter that matches nothing returns 204",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-30#patch.refused",
)
async def no_match_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if any(" sw " in path_of(one) for one in changes(request)) and response.status == HTTPStatus.BAD_REQUEST:
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return response


@probe("no-match-204")
def no_match_204_shows(wire: Wire) -> bool:
    user = wire.user(emails=[{"type": "work", "value": "a@example.com"}])
    return wire.change(user, op("replace", 'emails[value sw "none"].type', "home")).status == 204


@defect(
    Kind.STANDARDS,
    "deletion-with-200",
    "DELETE returns 200",
    f"{OURS} 3.6",
    named="RFC-DEL-01#delete.status",
)
async def delete_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "DELETE", "Users"):
        return ScimResponse(HTTPStatus.OK, {"schemas": [f"{CORE}User"]})
    return response


@probe("deletion-with-200")
def delete_200_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{wire.user()}").status == 200


@defect(
    Kind.STANDARDS,
    "object-as-text",
    "An object in place of a text is stored as a text",
    "OWASP ASVS 5.0, V1",
    named="SEC-INJ-03#create.refused",
)
async def object_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if request.method == "POST" and isinstance(body, dict) and isinstance(body.get("displayName"), dict):
        set_body(request, {**body, "displayName": str(body["displayName"])})
    return await go(request)


@probe("object-as-text")
def object_as_text_shows(wire: Wire) -> bool:
    return wire.create(displayName={"$ne": None}).status == 201
