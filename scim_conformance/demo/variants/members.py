"""Legal variants in groups and their members."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.hiding import groups_of
from scim_conformance.demo.probing.bodies import added, merged
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import created, first_member, patched
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import answered, is_write, of_type, read_after, refusal
from scim_conformance.demo.variants.registry import TUTORIAL, variant


@variant(
    "members-told",
    "Members carry display, $ref and type, made by the server",
    "RFC 7643 sections 2.4 and 4.2",
    nearest=("members-without-value",),
)
async def members_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    named = {one.id: getattr(one, "display_name", None) for one in target.stored()}
    for kind, resource in of_type(request, response):
        for entry in resource.get("members", []) if kind == "Groups" else []:
            place = f"{request.base_url}/Users/{entry['value']}"
            entry |= {"type": "User", "$ref": place, "display": named.get(entry["value"])}
    return response


@probe("members-told")
def members_told_differs(wire: Wire) -> bool:
    return {"display", "$ref", "type"} <= set(first_member(wire))


@variant(
    "members-empty", "members is an empty list where there are none, or none are asked for", "RFC 7643 section 2.5"
)
async def members_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Groups":
            resource.setdefault("members", [])
    return response


@probe("members-empty")
def members_empty_differs(wire: Wire) -> bool:
    return bool(wire.create_group().json.get("members") == [])


def _named(body: Any) -> list[list[dict[str, Any]]]:
    """Return the lists of members that a request would add."""
    adds = [one for one in operations(body) if str(one.get("op")).lower() != "remove"]
    values = [one.get("value") for one in adds if one.get("path") == "members"]
    values.append(body.get("members") if isinstance(body, dict) else None)
    return [one for one in values if isinstance(one, list)]


def _known(target: Target) -> set[str]:
    return {str(one.id) for one in target.stored()}


def _added_ghost(wire: Wire) -> tuple[int, list[str]]:
    group = wire.group(wire.user())
    return wire.patch(f"/Groups/{group}", added("ghost")).status, wire.members(group)


@variant(
    "unknown-member-ignored",
    "A member that does not exist is left out",
    "RFC 7644 section 3.3: free to ignore",
)
async def unknown_member_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if request.path.startswith("/Groups") and request.method in {"POST", "PATCH"}:
        for members in _named(body):
            members[:] = [one for one in members if str(one.get("value")) in _known(target)]
        set_body(request, body)
    return await go(request)


@probe("unknown-member-ignored")
def unknown_member_ignored_differs(wire: Wire) -> bool:
    return (found := _added_ghost(wire))[0] == 204 and len(found[1]) == 1


@variant("unknown-member-404", "A member that does not exist is refused with 404", "RFC 7644 section 3.12, 404")
async def unknown_member_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [str(one.get("value")) for members in _named(body_of(request)) for one in members]
    unknown = [one for one in named if one not in _known(target)]
    if is_write(request, "PATCH", "Groups") and unknown:
        return refusal(HTTPStatus.NOT_FOUND, f"There is no {unknown[0]}")
    return await go(request)


@probe("unknown-member-404")
def unknown_member_404_differs(wire: Wire) -> bool:
    return _added_ghost(wire)[0] == 404


@variant("unknown-member-kept", "A member that does not exist is kept: it may come later", "RFC 7643 section 4.2")
async def unknown_member_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    check = target._check_members
    target._check_members = lambda request: None  # type: ignore[method-assign]  # noqa: ARG005
    try:
        return await go(request)
    finally:
        target._check_members = check  # type: ignore[method-assign]


@probe("unknown-member-kept")
def unknown_member_kept_differs(wire: Wire) -> bool:
    return "ghost" in _added_ghost(wire)[1]


def _after(wire: Wire, deed: Callable[[str], Reply]) -> int:
    """Do something to the only member of a group; return how many members are left."""
    user = wire.user()
    group = wire.group(user)
    deed(user)
    return len(wire.members(group))


@variant("members-outlive", "A deleted account stays a member until it is removed", "RFC 7643 section 4.2; SHOULD only")
async def members_outlive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    end = target._end_memberships
    target._end_memberships = lambda identifier: None  # type: ignore[method-assign]  # noqa: ARG005
    try:
        return await go(request)
    finally:
        target._end_memberships = end  # type: ignore[method-assign]


@probe("members-outlive")
def members_outlive_differs(wire: Wire) -> bool:
    return _after(wire, lambda user: wire.delete(f"/Users/{user}")) == 1


@variant(
    "disabled-not-shown",
    "A disabled account is not shown among the members until it is enabled again",
    "RFC 7643 section 4.1.1, active; Microsoft: How application provisioning works",
    nearest=("disabled-leave",),
)
async def disabled_not_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    disabled = {str(one.id) for one in target.stored() if getattr(one, "active", None) is False}
    for kind, resource in of_type(request, response):
        if kind == "Groups" and resource.get("members"):
            resource["members"] = [one for one in resource["members"] if one.get("value") not in disabled]
    return response


@probe("disabled-not-shown")
def disabled_not_shown_differs(wire: Wire) -> bool:
    return _after(wire, lambda user: wire.change(user, merged(active=False))) == 0


@variant("group-answers-without-members", "PATCH of a group returns 200, without members", f"{TUTORIAL}, of groups")
async def group_answers_without_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = is_write(request, "PATCH", "Groups")
    response = await go(request)
    if writes and response.status == HTTPStatus.NO_CONTENT:
        response = await read_after(request, go)
        (response.body or {}).pop("members", None)
    return response


@probe("group-answers-without-members")
def group_answers_without_members_differs(wire: Wire) -> bool:
    return "members" not in (patched(wire, "Group").json or {"members": 1})


@variant(
    "user-groups",
    "Users list the groups that they are in",
    "RFC 7643 section 4.1.2, groups",
    nearest=("left-in-groups",),
)
async def user_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    for kind, resource in of_type(request, response):
        if kind == "Users":
            resource["groups"] = groups_of(target, resource["id"], request.base_url)
    return response


@probe("user-groups")
def user_groups_differs(wire: Wire) -> bool:
    return "groups" in created(wire)


@variant(
    "no-groups",
    "There are no groups: /Groups returns 404, and /ResourceTypes still lists them",
    "RFC 7643 section 4.2: optional",
    "users-only",
    breaks=("7644-4-j",),
)
async def no_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        return refusal(HTTPStatus.NOT_FOUND, "There are no groups")
    return await go(request)


@probe("no-groups")
def no_groups_differs(wire: Wire) -> bool:
    return wire.get("/Groups").status == 404
