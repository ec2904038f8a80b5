"""Defects of the embedded target in groups and their members."""

import re
from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations
from scim_conformance.demo.defects import defect, is_write, refusal, rewrite, stored_at, without_uniqueness


def _changes(request: ScimRequest) -> list[dict[str, Any]]:
    return operations(body_of(request)) if is_write(request, "PATCH", "Groups") else []


def _verb(operation: dict[str, Any]) -> str:
    return str(operation.get("op")).lower()


def _named(operation: dict[str, Any]) -> list[str]:
    """Return the ids that an operation on members names, in its value or in the filter of its path."""
    filtered = re.fullmatch(r'members\[value eq "(.*)"\]', str(operation.get("path")))
    value = operation.get("value") if operation.get("path") == "members" else None
    listed = [str(one.get("value")) for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [filtered[1]] if filtered else listed


def _members(target: Target, path: str) -> list[str]:
    return [str(one["value"]) for one in stored_at(target, path).get("members") or []]


@defect("member-again-409", "Adding a member who is there already answers 409", "wso2/product-is#5333")
async def member_again_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    added = [name for one in _changes(request) if _verb(one) == "add" for name in _named(one)]
    if set(added).intersection(_members(target, request.path)):
        raise UniquenessException(detail="This user is a member already")
    return await go(request)


@defect(
    "not-a-member-404", "Removing somebody who is no member answers 404", "Budibase/budibase#17175, after a deletion"
)
async def not_a_member_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    removed = [name for one in _changes(request) if _verb(one) == "remove" for name in _named(one)]
    if set(removed).difference(_members(target, request.path)):
        raise NotFoundException(detail="There is no such member")
    return await go(request)


@defect("rename-empties", "Renaming a group empties it", "langwatch/langwatch#7131")
async def rename_empties(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changes = _changes(request)
    for operation in changes:
        # Whatever is replaced, and is not displayName by its path, is taken for a list of members.
        if _verb(operation) == "replace" and operation.get("path") not in {"members", "displayName"}:
            rewrite(request, [*changes, {"op": "remove", "path": "members"}])
    return await go(request)


@defect("group-external-id-fixed", "A group's externalId cannot be changed", "simpleidserver/SimpleIdServer#280")
async def group_external_id_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = [one for one in _changes(request) if one.get("path") != "externalId"]
    for operation in kept:
        if isinstance(operation.get("value"), dict):
            operation["value"] = {name: value for name, value in operation["value"].items() if name != "externalId"}
    if _changes(request):
        rewrite(request, [one for one in kept if one.get("value") != {}])
    return await go(request)


@defect("unknown-member-500", "Adding a member who does not exist answers 500", "lightdash/lightdash#24458")
async def unknown_member_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {one.id for one in target.stored()}
    if {name for one in _changes(request) if _verb(one) == "add" for name in _named(one)} - known:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@defect("inactive-stays-member", "Whoever is disabled cannot be taken out of a group", "metabase/metabase#48276")
async def inactive_stays_member(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    inactive = {one.id for one in target.stored() if getattr(one, "active", None) is False}
    changes = _changes(request)
    kept = [one for one in changes if _verb(one) != "remove" or not inactive.intersection(_named(one))]
    if kept != changes:
        rewrite(request, kept)
    return await go(request)


@defect("hundred-members", "A group never has more than a hundred members", "FusionAuth/fusionauth-issues#2784")
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
    "group-delete-405",
    "Groups cannot be deleted",
    "Stack Overflow: Why Azure treating 400 (Bad request) response as SCIM implementation error in provider?",
)
async def group_delete_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method DELETE is not allowed")
    return await go(request)


@defect("group-twins", "Two groups can have one name", "hashicorp/web-unified-docs#3163")
async def group_twins(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        return await without_uniqueness(target, request, go)
    return await go(request)


@defect("replace-adds", "Replacing the members keeps the old ones", "keycloak/keycloak#52752")
async def replace_adds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changes = _changes(request)
    for operation in changes:
        if _verb(operation) == "replace" and operation.get("path") == "members":
            operation["op"] = "add"
    if changes:
        rewrite(request, changes)
    return await go(request)


@defect("member-filter-400", "Removing a member by a filter in the path answers 400", "pydantic/logfire#2356")
async def member_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(str(one.get("path")).startswith("members[") for one in _changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "The path is not supported", "invalidPath")
    return await go(request)
