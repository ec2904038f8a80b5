"""Ninth batch: faults in which form of a PATCH is taken, and in what it changes."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, id_of, is_write, keys_of, path_of, rewrite, stored_at, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import written
from tests.proof.batches.batch_3.store import sets
from tests.proof.batches.batch_4.store import said
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_9.store import ninth, patches


@ninth(
    Kind.PATCH,
    "operations-lower-case-only",
    "A PATCH with Operations returns 400, operations is required: the key is understood in lower case alone",
    "Note 4, the envelope; RFC 7644 section 3.5.2, “Operations”; RFC 7643 section 2.1, names without letter case",
    MUST,
)
async def operations_lower_case_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if patches(request) and "operations" not in body_of(request):
        return refused(target, request, "operations: this field is required", "invalidSyntax")
    return await go(request)


@ninth(
    Kind.PATCH,
    "enterprise-path-400",
    "A path that begins with the URN of the enterprise extension returns 400 invalidPath: it is cut at the dot of 2.0",
    "Note 4.1, enterprise attr, and 14.4 B67, keep the URN intact; RFC 7644 sections 3.5.2 and 3.10",
    MUST,
)
async def enterprise_path_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    urn = ENTERPRISE.lower()
    path = next((path_of(one) for one in changes(request) if path_of(one).lower().startswith(urn)), "")
    if path:
        return refused(target, request, f"Unknown attribute {path.partition('.')[0]}", "invalidPath")
    return await go(request)


@ninth(
    Kind.PATCH,
    "dotted-path-400",
    "A path with a sub-attribute, such as name.givenName, returns 400 invalidPath; paths of one name work",
    "Note 4.1, replace several simple attributes, one with path each; RFC 7644 sections 3.5.2 and 3.10, subAttr",
    MUST,
)
async def dotted_path_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    path = next((path_of(one) for one in changes(request) if re.fullmatch(r"\w+\.\w+", path_of(one))), "")
    if path:
        return refused(target, request, f"No attribute is named {path}", "invalidPath")
    return await go(request)


@ninth(
    Kind.PATCH,
    "remove-without-value-400",
    "A remove without a value returns 400, value is required; a remove with one works",
    "Note 6.1, remove member, the flagged form has a path alone, and 4.1; RFC 7644 section 3.5.2.2",
    MUST,
)
async def remove_without_value_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "remove" and "value" not in one for one in patches(request)):
        return refused(target, request, "value: this field is required", "invalidSyntax")
    return await go(request)


@ninth(
    Kind.PATCH,
    "blank-400",
    "A change that sets an attribute of a user to an empty text returns 400: the field may not be blank",
    "Note 4.3, the manager is removed by an empty text, 4.5 and 13.2 no. 16, the test of null updates",
    NEEDED,
)
async def blank_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    blank = [path for path, value in said(request) if value == ""] if changes(request) else []
    if blank:
        return refused(target, request, f"{blank[0]}: this field may not be blank", "invalidValue")
    return await go(request)


@ninth(
    Kind.PATCH,
    "several-operations-400",
    "A PATCH with more than one operation returns 400: Operations may have one entry",
    "Note 4.1, all changed attributes of a user are in one PATCH; RFC 7644 section 3.5.2, one or more operations",
    MUST,
)
async def several_operations_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(patches(request)) > 1:
        return refused(target, request, "Operations has at most 1 entry", "invalidSyntax")
    return await go(request)


@ninth(
    Kind.PATCH,
    "slash-path-wanted",
    "A path that does not begin with a slash returns 400 invalidPath: paths are read as those of JSON Patch, /title",
    "Note 4.1, the table of dialects; RFC 7644 section 3.5.2, path is an attribute path; RFC 6902 was taken for it",
    MUST,
)
async def slash_path_wanted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = patches(request)
    path = next((path_of(one) for one in found if path_of(one) and not path_of(one).startswith("/")), "")
    if path:
        return refused(target, request, f"A path begins with “/”, not “{path[0]}”", "invalidPath")
    for operation in found:
        if "path" in operation:
            operation["path"] = path_of(operation)[1:].replace("/", ".")
    if found:
        rewrite(request, found)
    return await go(request)


def _row(target: Target, path: str) -> dict[str, Any]:
    return {key: value for key, value in stored_at(target, path).items() if key != "meta"}


@ninth(
    Kind.PATCH,
    "unchanged-row-404",
    "A change of a user that changes nothing returns 404, no such user: an UPDATE that affects no row finds nobody",
    "Note 4.5, no effective change, 200 or 204, never 4xx; RFC 7644 section 3.5.2; the affected rows of MySQL",
    NEEDED,
)
async def unchanged_row_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    path = request.path
    before = _row(target, path) if changes(request) else {}
    response = await go(request)
    if before and succeeded(response) and before == _row(target, path):
        return refused(target, request, "No such user", status=HTTPStatus.NOT_FOUND)
    return response


def _sets_text(operation: dict[str, Any]) -> bool:
    settable = sets(operation) and path_of(operation).lower() not in {"", "active"}
    return settable and isinstance(operation.get("value"), str)


@ninth(
    Kind.PATCH,
    "last-value-for-all",
    "Each text that a PATCH sets by a path becomes the last one in it: the title is stored as displayName too",
    "Note 4.1, all changed attributes in one PATCH; RFC 7644 section 3.5.2; a closure over the variable of a loop",
    MUST,
)
async def last_value_for_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    texts = [one for one in found if _sets_text(one)]
    for operation in texts:
        operation["value"] = texts[-1]["value"]
    if len(texts) > 1:
        rewrite(request, found)
    return await go(request)


@ninth(
    Kind.PATCH,
    "first-key-only",
    "Of an object without a path the first key alone is stored: the loop over its keys returns too early",
    "Note 4.1, replace several simple attributes, and 14.4 B66, apply all keys; RFC 7644 section 3.5.2.3",
    MUST,
)
async def first_key_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = patches(request)
    for operation in found:
        keys = keys_of(operation)
        if keys:
            operation["value"] = dict([next(iter(keys.items()))])
    if found:
        rewrite(request, found)
    return await go(request)


@ninth(
    Kind.PATCH,
    "fresh-user-409",
    "The first change of a new user returns 409: the account is still being set up; the second one works",
    "Note 4 and 4.3, what a creation lacks follows by PATCH; RFC 7644 section 3.12, 409 is for conflicts",
    NEEDED,
)
async def fresh_user_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    fresh: set[str] = target.notes.setdefault("fresh-user-409", set())
    user = id_of(request) if is_write(request, "PATCH", "Users") else ""
    if user in fresh:
        response = refused(target, request, "The account is being set up", status=HTTPStatus.CONFLICT)
        fresh.remove(user)
        return response
    creates = request.method == "POST"
    response = await go(request)
    if creates and written(request, response):
        fresh.add(written(request, response))
    return response
