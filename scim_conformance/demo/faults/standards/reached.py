"""Faults by which a request reaches what it must not reach: a method in a header, memberships, half a DELETE."""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, op, person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP, answered, created, id_of, is_write


@defect(
    Kind.STANDARDS,
    "post-obeys-override",
    "A POST with the header X-HTTP-Method-Override: DELETE deletes the user",
    "our deduction: a filter of the framework that is on by default",
    named="SEC-MET-01#after-post.status",
)
async def post_obeys_override(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    meant = request.header("X-HTTP-Method-Override")
    if request.method == "POST" and meant:
        request.method, request.query = meant.upper(), {}
    return await go(request)


@probe("post-obeys-override")
def post_obeys_override_shows(wire: Wire) -> bool:
    user = wire.user()
    wire.send("POST", f"/Users/{user}", person(), **{"X-HTTP-Method-Override": "DELETE"})
    return wire.get(f"/Users/{user}").status == HTTPStatus.NOT_FOUND


async def _join(target: Target, request: ScimRequest, go: Go, user: str, groups: Any) -> None:
    """Add a user to the groups that a body names."""
    named = [str(one.get("value")) for one in groups or [] if isinstance(one, dict)]
    for group in named:
        body = {"schemas": [PATCH_OP], "Operations": [added(user)]}
        joining = replace(request, method="PATCH", path=f"/Groups/{group}", query={}, body=json.dumps(body).encode())
        await answered(target, joining, go)


@defect(
    Kind.STANDARDS,
    "put-groups-bound",
    "A PUT of a user with groups makes the user a member of them",
    "our deduction: the whole body is bound to the entity",
    named="SEC-MAS-03#read-replaced.not-joined",
)
async def put_groups_bound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request) if is_write(request, "PUT", "Users") else {}
    user, groups = id_of(request), body.get("groups") if isinstance(body, dict) else None
    response = await go(request)
    await _join(target, request, go, user, groups)
    return response


@probe("put-groups-bound")
def put_groups_bound_shows(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    body = person(groups=[{"value": group}])
    assert wire.send("PUT", f"/Users/{user}", body).status == HTTPStatus.OK
    return wire.members(group) == [user]


@defect(
    Kind.STANDARDS,
    "created-groups-bound",
    "A creation of a user with groups makes the user a member of them",
    "our deduction: the whole body is bound to the entity",
    named="SEC-MAS-03#read-made.not-joined",
)
async def created_groups_bound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    groups = created(request).get("groups")
    response = await go(request)
    await _join(target, request, go, str((response.body or {}).get("id")), groups)
    return response


@probe("created-groups-bound")
def created_groups_bound_shows(wire: Wire) -> bool:
    group = wire.group()
    return wire.create(groups=[{"value": group}]).id in wire.members(group)


@defect(
    Kind.STANDARDS,
    "group-emptied-not-deleted",
    "Deleting a group takes its members out, and the group can still be read",
    "our deduction: a statement that deletes memberships alone",
    named="RFC-DEL-06#read.status",
    leaves="deleted groups stay",
)
async def group_emptied_not_deleted(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "DELETE", "Groups"):
        return await go(request)
    body = {"schemas": [PATCH_OP], "Operations": [op("remove", "members")]}
    await go(replace(request, method="PATCH", body=json.dumps(body).encode()))
    return ScimResponse(HTTPStatus.NO_CONTENT)


@probe("group-emptied-not-deleted")
def group_emptied_not_deleted_shows(wire: Wire) -> bool:
    group = wire.group(wire.user())
    assert wire.delete(f"/Groups/{group}").status == HTTPStatus.NO_CONTENT
    return wire.get(f"/Groups/{group}").status == HTTPStatus.OK
