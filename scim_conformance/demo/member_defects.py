"""Defects of the embedded target in the members of groups."""

import asyncio
import re
from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    is_write,
    refusal,
    resources,
    rewrite,
    stored_at,
    verb,
)


def _named(operation: dict[str, Any]) -> list[str]:
    """Return the ids that an operation on members names, in its value or in the filter of its path."""
    filtered = re.fullmatch(r'members\[value eq "(.*)"\]', str(operation.get("path")))
    value = operation.get("value") if operation.get("path") == "members" else None
    listed = [str(one.get("value")) for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [filtered[1]] if filtered else listed


def _members(target: Target, request: ScimRequest) -> list[str]:
    return [str(one["value"]) for one in stored_at(target, request.path).get("members") or []]


@defect(
    Kind.GROUPS,
    "group-emptied",
    "One member leaves, and the whole group is empty",
    "simpleidserver/SimpleIdServer#164",
    row="B88",
)
async def group_emptied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body) if is_write(request, "PATCH", "Groups") else []:
        if str(operation.get("op")).lower() == "remove" and operation.get("path") == "members":
            operation.pop("value", None)
            set_body(request, body)
    return await go(request)


@defect(
    Kind.GROUPS,
    "remove-value-400",
    "Removing members by a list of values answers 400: values must not be set",
    "Captain-P-Goldfish/SCIM-SDK#167",
    row="B89",
)
async def remove_value_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "remove" and one.get("value") for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "values must not be set for remove operation", "invalidValue")
    return await go(request)


@defect(
    Kind.GROUPS,
    "member-filter-400",
    "Removing a member by a filter in the path answers 400",
    "pydantic/logfire#2356",
    row="B90",
)
async def member_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(str(one.get("path")).startswith("members[") for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "The path is not supported", "invalidPath")
    return await go(request)


@defect(Kind.GROUPS, "replace-adds", "Replacing the members keeps the old ones", "keycloak/keycloak#52752", row="B93")
async def replace_adds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if verb(operation) == "replace" and operation.get("path") == "members":
            operation["op"] = "add"
    if found:
        rewrite(request, found)
    return await go(request)


@defect(
    Kind.GROUPS,
    "member-again-409",
    "Adding a member who is there already answers 409",
    "wso2/product-is#5333",
    row="B94",
)
async def member_again_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    added = [name for one in changes(request, "Groups") if verb(one) == "add" for name in _named(one)]
    if set(added).intersection(_members(target, request)):
        raise UniquenessException(detail="This user is a member already")
    return await go(request)


@defect(
    Kind.GROUPS,
    "member-twice",
    "Adding a member who is there already makes two entries",
    "simpleidserver/SimpleIdServer#245",
    row="B94",
)
async def member_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again: dict[str, list[str]] = target.notes.setdefault("member-twice", {})
    held = _members(target, request)
    added = [name for one in changes(request, "Groups") if verb(one) == "add" for name in _named(one)]
    again.setdefault(request.path, []).extend(name for name in added if name in held)
    response = await go(request)
    for group in resources(response):
        twice = again.get(f"/Groups/{group.get('id')}", [])
        if "members" in group:
            group["members"] += [one for one in group["members"] if one.get("value") in twice]
    return response


@defect(
    Kind.GROUPS,
    "not-a-member-404",
    "Removing somebody who is no member answers 404",
    "Budibase/budibase#17175, after a deletion",
    row="B95",
)
async def not_a_member_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    removed = [name for one in changes(request, "Groups") if verb(one) == "remove" for name in _named(one)]
    if set(removed).difference(_members(target, request)):
        raise NotFoundException(detail="There is no such member")
    return await go(request)


@defect(
    Kind.GROUPS,
    "unknown-member-500",
    "Adding a member who does not exist answers 500",
    "lightdash/lightdash#24458",
    row="B96",
)
async def unknown_member_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {one.id for one in target.stored()}
    if {name for one in changes(request, "Groups") if verb(one) == "add" for name in _named(one)} - known:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@defect(
    Kind.GROUPS,
    "unknown-member-stored",
    "An id that nobody has becomes a member",
    "BerriAI/litellm#17420",
    row="B96",
)
async def unknown_member_stored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    ghosts: dict[str, list[str]] = target.notes.setdefault("unknown-member-stored", {})
    known = {one.id for one in target.stored()}
    found = changes(request, "Groups")
    strange = [name for one in found if verb(one) == "add" for name in _named(one) if name not in known]
    ghosts.setdefault(request.path, []).extend(strange)
    for operation in found:
        if strange and isinstance(operation.get("value"), list):
            operation["value"] = [one for one in operation["value"] if one.get("value") not in strange]
    if strange:
        rewrite(request, [one for one in found if one.get("value") != []])
    response = await go(request)
    if "members" not in request.query.get("excludedAttributes", ""):
        for group in resources(response):
            named = [{"value": name} for name in ghosts.get(f"/Groups/{group.get('id')}", [])]
            if named:
                group["members"] = [*group.get("members", []), *named]
    return response


@defect(
    Kind.GROUPS,
    "inactive-stays-member",
    "Whoever is disabled cannot be taken out of a group",
    "metabase/metabase#48276",
)
async def inactive_stays_member(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    inactive = {one.id for one in target.stored() if getattr(one, "active", None) is False}
    found = changes(request, "Groups")
    kept = [one for one in found if verb(one) != "remove" or not inactive.intersection(_named(one))]
    if kept != found:
        rewrite(request, kept)
    return await go(request)


@defect(
    Kind.GROUPS,
    "hundred-members",
    "A group never has more than a hundred members",
    "FusionAuth/fusionauth-issues#2784",
    row="B97",
)
async def hundred_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Groups"):
        kept = target.stored()
        for group in kept:
            if getattr(group, "members", None):
                group.members = group.members[:100]
        target.memory.resources = kept
    return response


@defect(
    Kind.GROUPS,
    "slow-group-patch",
    "Changing a group takes the longer the more members it has",
    "wso2-extensions/identity-inbound-provisioning-scim2#178",
    row="B98",
    uncatchable="how long an answer takes is recorded, and not judged: no source says how long Entra waits",
)
async def slow_group_patch(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups"):
        await asyncio.sleep(0.005 * len(_members(target, request)))
    return await go(request)


@defect(
    Kind.GROUPS,
    "members-per-request",
    "More than fifty members in one request answer 400",
    "slashdevops/idp-scim-sync#62, of a limit; goauthentik/authentik#20410",
    row="B99",
)
async def members_per_request(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(len(_named(one)) > 50 for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "Too many members in one request", "tooMany")
    return await go(request)


@defect(
    Kind.GROUPS,
    "members-of-one-operation",
    "Of several members in one operation only the first is added",
    "bitwarden/server#2190, of values of which the first is taken",
    row="B83",
)
async def members_of_one_operation(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if verb(operation) == "add" and isinstance(operation.get("value"), list):
            operation["value"] = operation["value"][:1]
    if found:
        rewrite(request, found)
    return await go(request)


@defect(
    Kind.GROUPS,
    "member-ref-null-400",
    "A member whose $ref is null answers 400",
    "pond/scimitar#43",
    row="B104",
)
async def member_ref_null_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in changes(request, "Groups"):
        value = operation.get("value")
        entries = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        if any("$ref" in one and one["$ref"] is None for one in entries):
            return refusal(HTTPStatus.BAD_REQUEST, "$ref must be a URL", "invalidValue")
    return await go(request)


@defect(
    Kind.GROUPS,
    "members-without-value",
    "Members come back with display alone: nobody can tell who they are",
    "grokability/snipe-it#19493, of members of another group",
)
async def members_without_value(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for group in resources(response):
        if group.get("members"):
            group["members"] = [{"display": f"Member {number}"} for number, _ in enumerate(group["members"])]
    return response
