"""Faults in references between resources, and in what only the target sets, as RFC 7643 sections 2.3.7 and 4 has it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, changes, created, id_of, is_read, path_of, refusal, users

OURS = "our deduction from RFC 7643 section"


def _read_group(request: ScimRequest, response: ScimResponse) -> dict[str, Any]:
    """Return the group that a read without parameters returns, or nothing."""
    plain = is_read(request, "Groups") and not request.query
    return response.body if plain and response.body and "id" in response.body else {}


@defect(
    Kind.STANDARDS,
    "groups-typed-user",
    "meta.resourceType of a group is User",
    "our deduction from RFC 7644 section 3.3.1",
    named="RFC-GRP-03#read.type",
)
async def groups_typed_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _read_group(request, response).get("meta", {})["resourceType"] = "User"
    return response


@probe("groups-typed-user")
def groups_typed_user_shows(wire: Wire) -> bool:
    return bool(wire.get(f"/Groups/{wire.group()}").json["meta"]["resourceType"] == "User")


def _with_members(request: ScimRequest, response: ScimResponse, change: Callable[[dict[str, Any]], None]) -> None:
    for one in _read_group(request, response).get("members") or []:
        change(one)


@defect(
    Kind.STANDARDS,
    "members-by-name",
    "The value of a member is the userName",
    f"{OURS} 4.2",
    named="RFC-GRP-03#read.ids",
)
async def members_by_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, names = await go(request), {one["id"]: one["userName"] for one in users(target)}
    _with_members(request, response, lambda one: one.update(value=names.get(one["value"], one["value"])))
    return response


@probe("members-by-name")
def members_by_name_shows(wire: Wire) -> bool:
    return "@" in wire.members(grouped(wire)[1])[0]


@defect(
    Kind.STANDARDS,
    "reference-in-words",
    "$ref of a member is no URI: it has a space",
    f"{OURS} 2.3.7",
    named="RFC-GRP-03#read.uri",
)
async def reference_in_words(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _with_members(request, response, lambda one: one.update({"$ref": f"the user/Users/{one['value']}"}))
    return response


def _reference(wire: Wire, group: str) -> str:
    """Return $ref of the first member of a group, or nothing."""
    return str(wire.get(f"/Groups/{group}").json["members"][0].get("$ref", ""))


@probe("reference-in-words")
def reference_in_words_shows(wire: Wire) -> bool:
    return " " in _reference(wire, grouped(wire)[1])


@defect(
    Kind.STANDARDS,
    "reference-is-id",
    "$ref of a member is the id alone, which leads to another place",
    f"{OURS} 2.3.7",
    named="RFC-GRP-03#read.relative",
)
async def reference_is_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _with_members(request, response, lambda one: one.update({"$ref": one["value"]}))
    return response


@probe("reference-is-id")
def reference_is_id_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    return _reference(wire, group) == user


@defect(
    Kind.STANDARDS,
    "reference-to-group",
    "$ref of a member leads to the group",
    f"{OURS} 2.3.7",
    named="RFC-GRP-03#read.target",
)
async def reference_to_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, place = await go(request), f"{request.base_url}{request.path}"
    _with_members(request, response, lambda one: one.update({"$ref": place}))
    return response


@probe("reference-to-group")
def reference_to_group_shows(wire: Wire) -> bool:
    group = grouped(wire)[1]
    return _reference(wire, group).endswith(f"/Groups/{group}")


@defect(
    Kind.STANDARDS,
    "users-are-groups",
    "The id of a user is that of a group, too",
    f"{OURS} 3.1",
    named="RFC-GRP-03#no-group.status",
)
async def users_are_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Groups") and id_of(request) in {one["id"] for one in users(target)}:
        request.path = request.path.replace("/Groups/", "/Users/")
    return await go(request)


@probe("users-are-groups")
def users_are_groups_shows(wire: Wire) -> bool:
    return wire.get(f"/Groups/{wire.user()}").status == 200


@defect(
    Kind.STANDARDS,
    "groups-by-name",
    "The groups of a user have names in place of ids",
    f"{OURS} 4.1.2",
    named="RFC-GRP-03#member.groups",
)
async def groups_by_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    groups = [one.model_dump() for one in target.stored() if hasattr(one, "members")]
    held = [
        one["displayName"] for one in groups if id_of(request) in [each["value"] for each in one.get("members", [])]
    ]
    if is_read(request, "Users") and not request.query and held and response.body is not None:
        response.body["groups"] = [{"value": name} for name in held]
    return response


@probe("groups-by-name")
def groups_by_name_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    return bool(wire.read(user).get("groups") == [{"value": wire.get(f"/Groups/{group}").json["displayName"]}])


def _member_changes(request: ScimRequest) -> bool:
    said = [path_of(one) for one in changes(request, "Groups")]
    return any(path.startswith("members[") and path.endswith("].value") for path in said)


@defect(
    Kind.STANDARDS,
    "member-refused-and-replaced",
    "A change of a member into another returns 400, and is made",
    f"{OURS} 4.2",
    named="RFC-GRP-04#read.values",
)
async def member_refused_and_replaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not _member_changes(request):
        return await go(request)
    value = changes(request, "Groups")[0]["value"]
    said = {"op": "replace", "path": "members", "value": [{"value": value}]}
    set_body(request, {**body_of(request), "Operations": [said]})
    await go(request)
    return refusal(HTTPStatus.BAD_REQUEST, "value is immutable", "mutability")


@probe("member-refused-and-replaced")
def member_refused_and_replaced_shows(wire: Wire) -> bool:
    (user, group), other = grouped(wire), wire.user()
    assert wire.patch(f"/Groups/{group}", op("replace", f'members[value eq "{user}"].value', other)).status == 400
    return wire.members(group) == [other]


@defect(
    Kind.STANDARDS,
    "member-change-204",
    "A change of a member into another returns 204, and is not made",
    f"{OURS} 7",
    named="RFC-GRP-04#patch.refused",
    shows=("RFC-GRP-04",),
)
async def member_change_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.check_auth(request)
    return ScimResponse(HTTPStatus.NO_CONTENT, None) if _member_changes(request) else await go(request)


@probe("member-change-204")
def member_change_204_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    path = f'members[value eq "{user}"].value'
    return wire.patch(f"/Groups/{group}", op("replace", path, wire.user())).status == 204


@defect(
    Kind.STANDARDS,
    "groups-in-creation-400",
    "A creation of a user with groups returns 400",
    "our deduction from RFC 7644 section 3.3",
    named="RFC-CRE-04#create.status",
)
async def groups_in_creation_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "groups" in created(request):
        return refusal(HTTPStatus.BAD_REQUEST, "groups is readOnly", "mutability")
    return await go(request)


@probe("groups-in-creation-400")
def groups_in_creation_400_shows(wire: Wire) -> bool:
    return wire.create(groups=[{"value": wire.group()}]).status == 400


async def _as_sent(target: Target, request: ScimRequest, go: Go, name: str, find: Callable[[Any], Any]) -> ScimResponse:
    """Return what a creation said of an attribute, although only the target sets it, in later reads."""
    sent, response = find(created(request)), await answered(target, request, go)
    kept: dict[str, Any] = target.notes.setdefault(name, {})
    if sent and response.body and "id" in response.body:
        kept[response.body["id"]] = sent
    if is_read(request, "Users") and response.body and response.body.get("id") in kept:
        response.body["kept"] = kept[response.body["id"]]
    return response


@defect(
    Kind.STANDARDS,
    "groups-as-sent",
    "A user shows the groups that the client sent, without being in them",
    f"{OURS} 4.1.2; SAML Jackson 26.2.0",
    named="RFC-CRE-04#read.own-groups",
)
async def groups_as_sent(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await _as_sent(target, request, go, "groups as sent", lambda body: body.get("groups"))
    if response.body and "kept" in response.body:
        response.body["groups"] = response.body.pop("kept")
    return response


@probe("groups-as-sent")
def groups_as_sent_shows(wire: Wire) -> bool:
    group = wire.group()
    return bool(wire.read(wire.user(groups=[{"value": group}])).get("groups") == [{"value": group}])


@defect(
    Kind.STANDARDS,
    "manager-name-as-sent",
    "A user shows the displayName of the manager that the client sent",
    f"{OURS} 4.3; SCIMMY 1.3.5; SAML Jackson 26.2.0",
    named="RFC-USR-07#read.manager-name",
)
async def manager_name_as_sent(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await _as_sent(target, request, go, "manager as sent", _manager_name)
    if response.body and "kept" in response.body:
        name = response.body.pop("kept")
        response.body.get(ENTERPRISE, {}).get("manager", {})["displayName"] = name
    return response


def _manager_name(body: Any) -> Any:
    manager = (body.get(ENTERPRISE) or {}).get("manager")
    return manager.get("displayName") if isinstance(manager, dict) else None


@probe("manager-name-as-sent")
def manager_name_as_sent_shows(wire: Wire) -> bool:
    sent = {"manager": {"value": wire.user(), "displayName": unique()}}
    return "displayName" in wire.read(wire.user(**{ENTERPRISE: sent}))[ENTERPRISE]["manager"]
