"""Legal variants in groups and their members."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.shapes import answered, is_write, refusal, stored_at
from scim_conformance.demo.variants import TUTORIAL, of_type, read_after, variant


@variant("members-told", "Members carry display, $ref and type, made by the server", "RFC 7643 sections 2.4 and 4.2")
async def members_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    named = {one.id: getattr(one, "display_name", None) for one in target.stored()}
    for kind, resource in of_type(request, response):
        for entry in resource.get("members", []) if kind == "Groups" else []:
            place = f"{request.base_url}/Users/{entry['value']}"
            entry |= {"type": "User", "$ref": place, "display": named.get(entry["value"])}
    return response


@variant(
    "members-empty", "members is an empty list where there are none, or none are asked for", "RFC 7643 section 2.5"
)
async def members_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Groups":
            resource.setdefault("members", [])
    return response


def _named(body: Any) -> list[list[dict[str, Any]]]:
    """Return the lists of members that a request would add."""
    adds = [one for one in operations(body) if str(one.get("op")).lower() != "remove"]
    values = [one.get("value") for one in adds if one.get("path") == "members"]
    values.append(body.get("members") if isinstance(body, dict) else None)
    return [one for one in values if isinstance(one, list)]


def _known(target: Target) -> set[str]:
    return {str(one.id) for one in target.stored()}


@variant("unknown-member-ignored", "A member that does not exist is left out", "RFC 7644 section 3.3: free to ignore")
async def unknown_member_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if request.path.startswith("/Groups") and request.method in {"POST", "PATCH"}:
        for members in _named(body):
            members[:] = [one for one in members if str(one.get("value")) in _known(target)]
        set_body(request, body)
    return await go(request)


@variant("unknown-member-404", "A member that does not exist is refused with 404", "RFC 7644 section 3.12, 404")
async def unknown_member_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [str(one.get("value")) for members in _named(body_of(request)) for one in members]
    unknown = [one for one in named if one not in _known(target)]
    if is_write(request, "PATCH", "Groups") and unknown:
        return refusal(HTTPStatus.NOT_FOUND, f"There is no {unknown[0]}")
    return await go(request)


@variant("unknown-member-kept", "A member that does not exist is kept: it may come later", "RFC 7643 section 4.2")
async def unknown_member_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    check = target._check_members
    target._check_members = lambda request: None  # type: ignore[method-assign]  # noqa: ARG005
    try:
        return await go(request)
    finally:
        target._check_members = check  # type: ignore[method-assign]


@variant(
    "members-outlive", "A deleted account stays a member until it is removed", "RFC 7643 section 4.2; SHOULD alone"
)
async def members_outlive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    end = target._end_memberships
    target._end_memberships = lambda identifier: None  # type: ignore[method-assign]  # noqa: ARG005
    try:
        return await go(request)
    finally:
        target._end_memberships = end  # type: ignore[method-assign]


@variant("disabled-leave", "A disabled account leaves its groups at once", "RFC 7643 section 4.1.1, active")
async def disabled_leave(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and stored_at(target, request.path).get("active") is False:
        target._end_memberships(request.path.rpartition("/")[2])
    return response


@variant("group-answers-without-members", "PATCH of a group answers 200, without members", f"{TUTORIAL}, of groups")
async def group_answers_without_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = is_write(request, "PATCH", "Groups")
    response = await go(request)
    if writes and response.status == HTTPStatus.NO_CONTENT:
        response = await read_after(request, go)
        (response.body or {}).pop("members", None)
    return response


@variant("user-groups", "Users tell the groups that they are in", "RFC 7643 section 4.1.2, groups")
async def user_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    for kind, resource in of_type(request, response):
        if kind == "Users":
            resource["groups"] = _groups_of(target, resource["id"], request.base_url)
    return response


def _groups_of(target: Target, identifier: str, base: str) -> list[dict[str, Any]]:
    groups = [one for one in target.stored() if getattr(one, "members", None)]
    own = [one for one in groups if any(member.value == identifier for member in one.members)]
    return [
        {"value": one.id, "$ref": f"{base}/Groups/{one.id}", "display": one.display_name, "type": "direct"}
        for one in own
    ]


@variant("no-groups", "There are no groups: /Groups answers 404", "RFC 7643 section 4.2: optional", "users-only")
async def no_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        return refusal(HTTPStatus.NOT_FOUND, "There are no groups")
    return await go(request)
