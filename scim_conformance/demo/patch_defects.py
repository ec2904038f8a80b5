"""Defects of the embedded target in the PATCH of users: operations, and what becomes of the whole request."""

import re
from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.utils import load_default_schemas

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, operations
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    CORE,
    answered,
    changes,
    id_of,
    is_write,
    keys_of,
    path_of,
    refusal,
    resources,
    rewrite,
    stored_at,
    verb,
    without,
    without_uniqueness,
)


@defect(
    Kind.PATCH,
    "op-case",
    "PATCH answers 400: “Replace” is not a valid operation",
    "langwatch/langwatch#6972",
    row="B53",
)
async def op_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in operations(body_of(request)) if one.get("op") not in {"add", "replace", "remove"}]
    if request.method == "PATCH" and wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid operation", "invalidSyntax")
    return await go(request)


@defect(
    Kind.PATCH,
    "op-pascal-only",
    "“replace” in lower case is not a valid operation: 400",
    "Azure/AzureAD-BYOA-Provisioning-Samples#24",
    row="B53",
)
async def op_pascal_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in operations(body_of(request)) if one.get("op") not in {"Add", "Replace", "Remove"}]
    if request.method == "PATCH" and wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid operation", "invalidSyntax")
    return await go(request)


@defect(
    Kind.PATCH,
    "only-replace",
    "PATCH answers 400: “add” is not a valid choice",
    "getsentry/self-hosted#3573",
    row="B54",
)
async def only_replace(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in changes(request) if verb(one) != "replace"]
    if wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid choice", "invalidSyntax")
    return await go(request)


@defect(
    Kind.PATCH, "no-change-400", "A PATCH that changes nothing answers 400", "better-auth/better-auth#8549", row="B75"
)
async def no_change_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = bool(changes(request))
    before = {**stored_at(target, request.path), "meta": None}
    response = await go(request)
    if asked and {**stored_at(target, request.path), "meta": None} == before:
        return refusal(HTTPStatus.BAD_REQUEST, "No fields to update")
    return response


@defect(
    Kind.PATCH,
    "stale-body",
    "PATCH answers with the user as it was before",
    "open-webui/open-webui#30074",
    row="B77",
)
async def stale_body(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = stored_at(target, request.path) if changes(request) else {}
    response = await go(request)
    return ScimResponse(HTTPStatus.OK, before) if before and int(response.status) < 300 else response


@defect(Kind.PATCH, "username-fixed", "A user cannot be renamed", "Captain-P-Goldfish/SCIM-SDK#106", row="B78")
async def username_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        rewrite(request, without(changes(request), "userName"))
    return await go(request)


@defect(
    Kind.PATCH,
    "rename-deletes",
    "Whoever is renamed disappears: the old account is taken for deleted",
    "ssoready/ssoready#164",
    row="B79",
)
async def rename_deletes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("rename-deletes", set())
    before = stored_at(target, request.path).get("userName") if changes(request) else None
    identifier = id_of(request)
    if identifier in gone and request.path.startswith("/Users/"):
        raise NotFoundException(detail="No such user")
    response = await go(request)
    if before is not None and stored_at(target, request.path).get("userName") != before:
        gone.add(identifier)
    if "Resources" in (response.body or {}):
        kept = [one for one in resources(response) if one["id"] not in gone]
        response.body = {**(response.body or {}), "Resources": kept, "totalResults": len(kept)}
    return response


@defect(
    Kind.PATCH,
    "rename-to-taken",
    "A user can be renamed to a name that is taken",
    "simpleidserver/SimpleIdServer#928",
    row="B80",
)
async def rename_to_taken(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        return await without_uniqueness(target, request, go)
    return await go(request)


@defect(
    Kind.PATCH,
    "rename-to-taken-500",
    "Renaming somebody to a name that is taken answers 500",
    "NorthlandPositronics/Cogtrix#121",
    row="B80",
)
async def rename_to_taken_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renames = bool(changes(request))
    response = await answered(target, request, go)
    if renames and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@defect(
    Kind.PATCH,
    "half-applied",
    "A PATCH that is refused has been applied in part",
    "Captain-P-Goldfish/SCIM-SDK#200",
    row="B82",
)
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
    if name.lower().startswith("urn:"):
        return name.startswith((f"{CORE}User", ENTERPRISE))
    core = load_default_schemas()[f"{CORE}User"].attributes or []
    known = {"id", "externalid", "manager", *(str(one.name).lower() for one in core)}
    return re.split(r"[.\[]", name)[0].lower() in known


@defect(
    Kind.PATCH,
    "first-of-a-kind",
    "Of several operations of one kind only the first is applied",
    "bitwarden/server#2190",
    row="B83",
)
async def first_of_a_kind(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    first = {verb(one): one for one in reversed(changes(request))}
    if first:
        rewrite(request, [one for one in changes(request) if one in first.values()])
    return await go(request)


@defect(
    Kind.PATCH,
    "first-change-wins",
    "Of two changes of one attribute in a PATCH the first one stays",
    "Microsoft SCIM Validator, “multiple operations on same attribute”",
)
async def first_change_wins(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    first: dict[str, dict[str, Any]] = {}
    for number, operation in enumerate(changes(request)):
        first.setdefault(path_of(operation) or str(number), operation)
    if first:
        rewrite(request, list(first.values()))
    return await go(request)


@defect(
    Kind.PATCH,
    "array-wanted",
    "A value that is a string answers 400: an array of values is wanted",
    "MicrosoftDocs/azure-docs#42220",
    row="B84",
)
async def array_wanted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any("path" in one and isinstance(one.get("value"), str) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "value must be an array", "invalidSyntax")
    return await go(request)


@defect(
    Kind.PATCH,
    "pathless-is-put",
    "An object without a path replaces the whole user",
    "ssoready/ssoready#206",
    row="B87",
)
async def pathless_is_put(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    whole = [keys_of(one) for one in found if verb(one) == "replace" and keys_of(one)]
    if whole:
        said = {re.split(r"[.:\[]", key)[0] for keys in whole for key in keys}
        kept = {"id", "meta", "schemas", "userName", "active", *said}
        gone = [name for name in stored_at(target, request.path) if name not in kept and not name.startswith("urn:")]
        rewrite(request, [*({"op": "remove", "path": name} for name in gone), *found])
    return await go(request)


@defect(
    Kind.PATCH,
    "change-of-nobody-204",
    "Changing a user who is not there answers 204",
    "RFC 7644 section 3.12, of a 404 that is not given",
)
async def change_of_nobody_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and not stored_at(target, request.path):
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@defect(
    Kind.PATCH,
    "thirty-operations",
    "A PATCH with more than 30 operations answers 400",
    "keycloak/keycloak#50475, of the limit that was set",
)
async def thirty_operations(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(changes(request)) > 30:
        return refusal(HTTPStatus.BAD_REQUEST, "PATCH request exceeds the number of operations", "tooMany")
    return await go(request)
