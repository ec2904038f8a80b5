"""Faults in the resources that are returned: ids, attribute names, the type of active."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import UNREADABLE, Kind, defect
from scim_conformance.demo.probing.bodies import replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import id_of, is_query, is_read, is_write, resources


def _name_again(request: ScimRequest, number: str, identifier: str) -> None:
    """Write the id of the store where a request has the number."""
    request.path = request.path.replace(f"/{number}", f"/{identifier}")
    request.body = request.body.replace(number.encode(), identifier.encode())
    if number in request.query.get("filter", ""):
        request.query = {**request.query, "filter": request.query["filter"].replace(number, identifier)}


def _numbered(value: Any, numbers: dict[str, int]) -> Any:
    """Return a resource with numbers where it names itself, its members and its manager."""
    if isinstance(value, dict):
        return {name: _numbered(entry, numbers) for name, entry in value.items()}
    if isinstance(value, list):
        return [_numbered(entry, numbers) for entry in value]
    return numbers.get(value, value) if isinstance(value, str) else value


@defect(
    Kind.MATCHING,
    "numeric-ids",
    "Ids are numbers",
    "goauthentik/authentik#15533",
    named="STD-IDS-01#any.answer",
    row="B34",
)
async def numeric_ids(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    numbers: dict[str, int] = target.notes.setdefault("numeric-ids", {})
    for identifier, number in numbers.items():
        _name_again(request, str(number), identifier)
    of_people = request.path.startswith(("/Users", "/Groups"))
    response = await go(request)
    for resource in resources(response) if of_people else []:
        numbers.setdefault(str(resource["id"]), 1_000_001 + len(numbers))
        resource.update(_numbered(resource, numbers))
    return response


@probe("numeric-ids")
def numeric_ids_shows(wire: Wire) -> bool:
    return isinstance(wire.create().json["id"], int)


@defect(
    Kind.MATCHING,
    "patch-other-id",
    "PATCH answers with the id of another table",
    "OneUptime/oneuptime#2134, of the routes",
    named="STD-IDS-02#any.answer",
    row="B40",
)
async def patch_other_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and response.status == HTTPStatus.NO_CONTENT:
        request.method, request.body = "GET", b""
        response = await go(request)
        for resource in resources(response):
            resource["id"] = f"member-{resource['id']}"
    return response


@probe("patch-other-id")
def patch_other_id_shows(wire: Wire) -> bool:
    user = wire.user()
    reply = wire.change(user, replaced("title", "Boss"))
    assert reply.status in {200, 204}
    return bool(reply.json) and reply.json["id"] != user


@defect(
    Kind.MATCHING,
    "created-id-unknown",
    "The id that a creation gives does not work in any route: 404",
    "OneUptime/oneuptime#2134",
    named="ENT-CRE-01#read-back.status",
    row="B40",
)
async def created_id_unknown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = request.method == "POST" and request.path == "/Users"
    response = await go(request)
    if creates:
        for resource in resources(response):
            resource["id"] = f"project-{resource['id']}"
    return response


@probe("created-id-unknown")
def created_id_unknown_shows(wire: Wire) -> bool:
    return wire.get(f"/Users/{wire.user()}").status == 404


@defect(
    Kind.MATCHING,
    "other-user-by-id",
    "Asked for one user by id, the target returns another one",
    "grokability/snipe-it#19493, of a lookup that returns another resource",
    named="ENT-CRE-01#read-back.same",
    leaves=UNREADABLE,
)
async def other_user_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    others = [one.id for one in target.stored() if hasattr(one, "user_name") and one.id != id_of(request)]
    if is_read(request, "Users") and resources(response) and others:
        request.path = f"/Users/{others[0]}"
        return await go(request)
    return response


@probe("other-user-by-id")
def other_user_by_id_shows(wire: Wire) -> bool:
    wire.user()
    user = wire.user()
    return bool(wire.read(user)["id"] != user)


@defect(
    Kind.MATCHING,
    "no-active",
    "Users come back without active",
    "Microsoft Q&A 2238842",
    named="ENT-CRE-01#read-back.active",
    row="B35",
)
async def no_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource.pop("active", None)
    return response


@probe("no-active")
def no_active_shows(wire: Wire) -> bool:
    return "active" not in wire.read(wire.user())


@defect(
    Kind.MATCHING,
    "active-number",
    "active comes back as 1 or 0",
    "grokability/snipe-it#13948",
    named="ENT-CRE-01#read-back.active",
    row="B36",
)
async def active_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "active" in resource:
            resource["active"] = int(resource["active"])
    return response


@probe("active-number")
def active_number_shows(wire: Wire) -> bool:
    active = wire.read(wire.user())["active"]
    return active == 1 and not isinstance(active, bool)


@defect(
    Kind.MATCHING,
    "active-text",
    "active comes back as the string “true” or “false”",
    "limosa-io/laravel-scim-server#114",
    named="ENT-CRE-01#read-back.active",
    row="B36",
)
async def active_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "active" in resource:
            resource["active"] = str(resource["active"]).lower()
    return response


@probe("active-text")
def active_text_shows(wire: Wire) -> bool:
    return isinstance(wire.read(wire.user())["active"], str)


@defect(
    Kind.MATCHING,
    "pascal-case",
    "Users come back with UserName and Active, in capitals",
    "Microsoft Q&A 2238842, of its keys",
    named="STD-SCH-03#any.answer",
    row="B35",
)
async def pascal_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for name in [name for name in resource if name not in {"id", "schemas", "meta"} and ":" not in name]:
            resource[name[0].upper() + name[1:]] = resource.pop(name)
    return response


@probe("pascal-case")
def pascal_case_shows(wire: Wire) -> bool:
    found = wire.read(wire.user())
    return "UserName" in found and "userName" not in found


@defect(
    Kind.MATCHING,
    "nulls-returned",
    "Attributes without a value come back as null",
    "Microsoft Q&A 2238842, of its nulls",
    row="B35",
    uncatchable="null means no value (RFC 7643 section 2.5), and no source says how Entra handles it",
)
async def nulls_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "userName" in resource:
            resource |= {name: None for name in ("nickName", "profileUrl", "timezone") if name not in resource}
    return response


@probe("nulls-returned")
def nulls_returned_shows(wire: Wire) -> bool:
    return None in wire.read(wire.user()).values()


@defect(
    Kind.MATCHING,
    "password-returned",
    "Users are returned with a password, a dummy one",
    "GluuFederation/SCIM-Client#27",
    named="STD-SEC-01#any.answer",
)
async def password_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource["password"] = "Hidden for Privacy Reasons"
    return response


@probe("password-returned")
def password_returned_shows(wire: Wire) -> bool:
    return "password" in wire.read(wire.user())


@defect(
    Kind.MATCHING,
    "found-users-typed-group",
    "Users who are found by a filter have meta.resourceType Group",
    "our deduction from RFC 7644 section 3.3.1: lists of all types are made by the code for groups",
    named="STD-TYP-01#any.answer",
)
async def found_users_typed_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users"):
        for user in resources(response):
            user["meta"] = {**user.get("meta", {}), "resourceType": "Group"}
    return response


@probe("found-users-typed-group")
def found_users_typed_group_shows(wire: Wire) -> bool:
    created = wire.create().json
    listed = wire.find("Users", f'userName eq "{created["userName"]}"').listed
    return [one["meta"]["resourceType"] for one in (created, *listed)] == ["User", "Group"]
