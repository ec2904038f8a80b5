"""Defects of the embedded target in how a PATCH of a user names what it changes: paths, keys, elements."""

import re
from collections.abc import Callable
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    drop,
    has_element,
    is_write,
    keys_of,
    path_of,
    refusal,
    rewrite,
    verb,
)

FILTERED = re.compile(r'(\w+)\[type eq "(\w+)"\]\.value')


def _rekey(request: ScimRequest, renamed: Callable[[str], str]) -> None:
    """Name otherwise what the PATCH of a user changes, by its path or by its keys."""
    found = changes(request)
    for operation in found:
        if keys_of(operation):
            operation["value"] = {renamed(key): value for key, value in keys_of(operation).items()}
        elif path_of(operation):
            operation["path"] = renamed(path_of(operation))
    if found:
        rewrite(request, found)


@defect(
    Kind.PATCH,
    "no-target",
    "PATCH of a work e-mail that does not exist answers 400 noTarget",
    "Captain-P-Goldfish/SCIM-SDK#416",
    row="B59",
)
async def no_target(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in operations(body_of(request)) if is_write(request, "PATCH", "Users") else []:
        filtered = re.match(r'(\w+)\[type eq "(\w+)"\]', str(operation.get("path", "")))
        if filtered is not None and not has_element(target, request.path, filtered[1], filtered[2]):
            return refusal(HTTPStatus.BAD_REQUEST, "The path matches nothing", "noTarget")
    return await go(request)


@defect(
    Kind.PATCH,
    "replace-no-target",
    "Replacing an e-mail that is not there answers 400 noTarget",
    "sourcegraph/sourcegraph-public-snapshot#49200",
    row="B59",
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


@defect(
    Kind.PATCH,
    "filter-path-400",
    "A path with a filter answers 400: only plain names are supported",
    "Metatavu/keycloak-scim-server#40",
    row="B60",
)
async def filter_path_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any("[" in name for one in changes(request) for name in (path_of(one), *keys_of(one))):
        return refusal(HTTPStatus.BAD_REQUEST, "The path is not supported", "invalidPath")
    return await go(request)


@defect(
    Kind.PATCH,
    "list-replaced",
    "A new work e-mail deletes the other ones",
    "Captain-P-Goldfish/SCIM-SDK#668",
    row="B61",
)
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


@defect(
    Kind.PATCH,
    "phone-type-500",
    "A phone of a type that the user has not yet crashes the server: 500",
    "AzureAD/SCIMReferenceCode#48",
    row="B62",
)
async def phone_type_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in changes(request):
        for name in (path_of(operation), *keys_of(operation)):
            path = FILTERED.fullmatch(name)
            if (
                path is not None
                and path[1] == "phoneNumbers"
                and not has_element(target, request.path, path[1], path[2])
            ):
                return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Object reference not set to an instance")
    return await go(request)


@defect(
    Kind.PATCH,
    "dotted-keys",
    "Names with a dot in a PATCH without path are ignored",
    "thomaspoignant/scim-patch#132",
    row="B63",
)
async def dotted_keys(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body):
        if "path" not in operation and isinstance(operation.get("value"), dict):
            operation["value"] = {key: value for key, value in operation["value"].items() if "." not in key}
    if request.method == "PATCH":
        set_body(request, body)
    return await go(request)


@defect(
    Kind.PATCH,
    "name-replaced",
    "A new given name deletes the family name",
    "simpleidserver/SimpleIdServer#690",
    row="B65",
)
async def name_replaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in list(found):
        value = operation.get("value")
        if "path" not in operation and isinstance(value, dict) and isinstance(value.get("name"), dict):
            rewrite(request, [{"op": "remove", "path": "name"}, *found])
    return await go(request)


@defect(
    Kind.PATCH,
    "literal-in-filter-400",
    "[primary eq true] in a path answers 400: true is taken for a name",
    "pranems/SCIMServer",
    row="B74",
)
async def literal_in_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(re.search(r" eq (true|false)\]", path_of(one), re.IGNORECASE) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "true is not an attribute", "invalidPath")
    return await go(request)


@defect(
    Kind.PATCH,
    "remove-sets",
    "Removing an e-mail with its value sets it instead",
    "AzureAD/SCIMReferenceCode#87",
    row="B85",
)
async def remove_sets(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) == "remove" and operation.get("value"):
            operation["op"] = "replace"
    if found:
        rewrite(request, found)
    return await go(request)


@defect(
    Kind.PATCH,
    "path-ignored",
    "A change of phone or address is answered with success, and ignored",
    "NorthlandPositronics/Cogtrix#2803",
    row="B86",
)
async def path_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name.startswith(("phoneNumbers[", "addresses[")))
    return await go(request)


@defect(
    Kind.PATCH,
    "name-case-ignored",
    "DisplayName and other names in another letter case are ignored",
    "python-scim/scim2-models#39",
    row="B113",
)
async def name_case_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name[:1].isupper())
    return await go(request)


@defect(
    Kind.PATCH,
    "add-appends",
    "Adding a work e-mail where there is one makes two of them",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint, of two values of one type",
)
async def add_appends(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        path = FILTERED.fullmatch(path_of(operation))
        if path is not None and verb(operation) == "add":
            element = {"type": path[2], "value": operation.get("value")}
            operation |= {"path": path[1], "value": [element]}
    if found:
        rewrite(request, found)
    return await go(request)
