"""Defects of the embedded target in the PATCH of users."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.utils import load_default_schemas

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, operations
from scim_conformance.demo.defects import (
    defect,
    has_element,
    is_write,
    refusal,
    resources,
    rewrite,
    stored_at,
    without_uniqueness,
)

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
FILTERED = re.compile(r'(\w+)\[type eq "(\w+)"\]\.value')


def changes(request: ScimRequest) -> list[dict[str, Any]]:
    """Return the operations of a PATCH of a user."""
    return operations(body_of(request)) if is_write(request, "PATCH", "Users") else []


def verb(operation: dict[str, Any]) -> str:
    """Return what an operation does, in lower case."""
    return str(operation.get("op")).lower()


def without(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return the operations without what they say of one attribute."""
    kept = []
    for operation in found:
        value = operation.get("value")
        if "path" not in operation and isinstance(value, dict):
            operation["value"] = {key: entry for key, entry in value.items() if key != name}
        if operation.get("path") != name and operation.get("value") != {}:
            kept.append(operation)
    return kept


@defect("username-fixed", "A user cannot be renamed", "Captain-P-Goldfish/SCIM-SDK#106")
async def username_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        rewrite(request, without(changes(request), "userName"))
    return await go(request)


@defect("no-change-400", "A PATCH that changes nothing answers 400", "better-auth/better-auth#8549")
async def no_change_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = bool(changes(request))
    before = {**stored_at(target, request.path), "meta": None}
    response = await go(request)
    if asked and {**stored_at(target, request.path), "meta": None} == before:
        return refusal(HTTPStatus.BAD_REQUEST, "No fields to update")
    return response


@defect("list-replaced", "A new work e-mail deletes the other ones", "Captain-P-Goldfish/SCIM-SDK#668")
async def list_replaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        path = FILTERED.fullmatch(str(operation.get("path")))
        if path is not None and path[1] == "emails" and verb(operation) != "remove":
            element = {"type": path[2], "value": operation.get("value")}
            operation |= {"op": "replace", "path": path[1], "value": [element]}
    if found:
        rewrite(request, found)
    return await go(request)


@defect("only-replace", "PATCH answers 400: “add” is not a valid choice", "getsentry/self-hosted#3573")
async def only_replace(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in changes(request) if verb(one) != "replace"]
    if wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid choice", "invalidSyntax")
    return await go(request)


@defect(
    "replace-no-target",
    "Replacing an e-mail that is not there answers 400 noTarget",
    "sourcegraph/sourcegraph-public-snapshot#49200",
)
async def replace_no_target(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in changes(request):
        path = FILTERED.fullmatch(str(operation.get("path")))
        if (
            path is not None
            and verb(operation) == "replace"
            and not has_element(target, request.path, path[1], path[2])
        ):
            return refusal(HTTPStatus.BAD_REQUEST, "The path matches nothing", "noTarget")
    return await go(request)


@defect("remove-sets", "Removing an e-mail with its value sets it instead", "AzureAD/SCIMReferenceCode#87")
async def remove_sets(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) == "remove" and operation.get("value"):
            operation["op"] = "replace"
    if found:
        rewrite(request, found)
    return await go(request)


@defect("half-applied", "A PATCH that is refused has been applied in part", "Captain-P-Goldfish/SCIM-SDK#200")
async def half_applied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    known = [_is_known(one) for one in found]
    if all(known):
        return await go(request)
    rewrite(request, found[: known.index(False)])
    await go(request)
    return refusal(HTTPStatus.BAD_REQUEST, "An attribute is not known", "invalidPath")


def _is_known(operation: dict[str, Any]) -> bool:
    value = operation.get("value")
    named = list(value) if "path" not in operation and isinstance(value, dict) else [str(operation.get("path", "id"))]
    return all(_is_of_a_schema(name) for name in named)


def _is_of_a_schema(name: str) -> bool:
    if name.startswith("urn:"):
        return name.startswith((CORE, ENTERPRISE))
    core = load_default_schemas()[CORE].attributes or []
    return re.split(r"[.\[]", name)[0] in {"id", "externalId", "manager", *(one.name for one in core)}


@defect("name-replaced", "A new given name deletes the family name", "simpleidserver/SimpleIdServer#690")
async def name_replaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in list(found):
        value = operation.get("value")
        if "path" not in operation and isinstance(value, dict) and isinstance(value.get("name"), dict):
            rewrite(request, [{"op": "remove", "path": "name"}, *found])
    return await go(request)


@defect("first-of-a-kind", "Of several operations of one kind only the first is applied", "bitwarden/server#2190")
async def first_of_a_kind(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    first = {verb(one): one for one in reversed(changes(request))}
    if first:
        rewrite(request, [one for one in changes(request) if one in first.values()])
    return await go(request)


@defect("rename-to-taken", "A user can be renamed to a name that is taken", "simpleidserver/SimpleIdServer#928")
async def rename_to_taken(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        return await without_uniqueness(target, request, go)
    return await go(request)


def _of_manager(operation: dict[str, Any]) -> bool:
    return str(operation.get("path")).partition("[")[0] in {"manager", f"{ENTERPRISE}:manager"}


@defect("manager-string-400", "A manager as a string answers 400", "Captain-P-Goldfish/SCIM-SDK#686")
async def manager_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and isinstance(one.get("value"), str) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be an object", "invalidValue")
    return await go(request)


@defect("manager-as-text", "The manager comes back as a string", "MicrosoftDocs/azure-docs#11784")
async def manager_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        extension = resource.get(ENTERPRISE) or {}
        if isinstance(extension.get("manager"), dict):
            extension["manager"] = extension["manager"].get("value")
    return response


@defect("manager-filter-400", "Removing a manager answers 400: impossible to search", "thomaspoignant/scim-patch#453")
async def manager_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and "[" in str(one.get("path")) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "Impossible to search on a mono valued attribute", "invalidPath")
    return await go(request)
