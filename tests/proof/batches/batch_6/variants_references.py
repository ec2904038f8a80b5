"""Sixth batch: legal variants in references that lead nowhere, and of groups that are the server's own."""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import CORE, changes, created, id_of, named_members, refusal, users, verb
from scim_conformance.demo.tokens import PATH
from tests.proof.batches.batch_2.store import amend, dumps, extension, written
from tests.proof.batches.batch_4.store import said
from tests.proof.batches.batch_6.store import legal


# RFC 7644 section 3.3: free to ignore. Microsoft's validator creates each user with a manager who is no user, and needs
# 201; Entra defers a manager who is not there yet (note 4.3).
@legal(
    "unknown-manager-left-out",
    "A manager who is no user is not stored, and the request succeeds",
    "RFC 7644 section 3.3; note 4.3; the session of Microsoft's validator, manager",
)
async def unknown_manager_left_out(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    known = {one["id"] for one in users(target)}

    def leave_out(user: dict[str, Any]) -> None:
        if (extension(user).get("manager") or {}).get("value") not in known:
            extension(user).pop("manager", None)

    amend(target, written(request, response), leave_out, response)
    return response


# The note's 6.2 and B136: store, ignore or 4xx, but no account.
@legal(
    "nested-group-left-out",
    "A group that is added to a group is not stored as a member, and the request succeeds",
    "Note 6.2, 14.5 B136, 16 S9; RFC 7643 section 4.2",
)
async def nested_group_left_out(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    groups = {one["id"] for one in dumps(target, "Group")}

    def leave_out(group: dict[str, Any]) -> None:
        kept = [one for one in group.get("members") or [] if one["value"] not in groups]
        group.pop("members", None)
        group |= {"members": kept} if kept else {}

    amend(target, written(request, response, "Groups"), leave_out, response)
    return response


# The note's 6.2: 4xx with a detail that names the id; RFC 9110 section 15.5.21.
@legal(
    "unknown-member-422",
    "A member who does not exist is refused with 422",
    "RFC 9110 section 15.5.21; note 6.2, 9.5 UnprocessableEntity",
)
async def unknown_member_422(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    adding = [one for one in changes(request, "Groups") if verb(one) != "remove"]
    sent = created(request, "Groups").get("members") or []
    named = [*(one for op in adding for one in named_members(op)), *(str(one.get("value")) for one in sent)]
    known = {one.id for one in target.stored()}
    unknown = [one for one in named if one not in known]
    if unknown:
        target.check_auth(request)
        return refusal(HTTPStatus(422), f"members: there is no user {unknown[0]}", "invalidValue")
    return await go(request)


# The note's 14.3 B50 and RFC 7644 section 3.3: what is unique is for the server to say, and is 409. Entra sends the
# objectId, which is unique (3.1).
@legal(
    "group-external-id-unique",
    "A second group with the same externalId returns 409",
    "RFC 7644 section 3.3; note 3.1, objectId, and 14.3 B50",
)
async def group_external_id_unique(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = {str(value) for path, value in said(request, "Groups") if path == "externalid" and value}
    others = {one.get("externalId") for one in dumps(target, "Group") if one["id"] != id_of(request)}
    if sent & others:
        target.check_auth(request)
        return refusal(HTTPStatus.CONFLICT, "externalId is taken by another group", "uniqueness")
    return await go(request)


EVERYONE = "Everyone in the workspace"


# A target has groups of its own (note 17, local; D-KNOWN: what changes in the target is never seen). RFC 7644 section
# 3.12, 403: an operation that is not permitted.
@legal(
    "everyone-group",
    "A group of the server's own has all users as members; it cannot be changed or deleted: 403",
    "RFC 7643 section 4.2; RFC 7644 section 3.12, 403; note 9.1 and 17",
)
async def everyone_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH:
        return await go(request)
    target.check_auth(request)
    if "everyone-group" not in target.notes:
        target.notes["everyone-group"] = await _made(request, go)
    own = target.notes["everyone-group"]
    if request.method in {"PATCH", "DELETE"} and request.path == f"/Groups/{own}":
        return refusal(HTTPStatus.FORBIDDEN, f"The group {EVERYONE} is managed by the application")
    creates = bool(created(request))
    response = await go(request)
    if creates and written(request, response):
        rows = [{"value": one["id"]} for one in users(target)]
        amend(target, own, lambda group: group.update(members=rows))
    return response


async def _made(request: ScimRequest, go: Go) -> str:
    body = json.dumps({"schemas": [f"{CORE}Group"], "displayName": EVERYONE}).encode()
    response = await go(replace(request, method="POST", path="/Groups", query={}, body=body))
    return str((response.body or {})["id"])
