"""Faults in the operations of a PATCH: their verbs, their number, and which of them are applied."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.utils import load_default_schemas

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, operations
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import TITLE, op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, changes, keys_of, path_of, refusal, rewrite, stored_at, verb


@defect(
    Kind.PATCH,
    "op-case",
    "PATCH returns 400: “Replace” is not a valid operation",
    "langwatch/langwatch#6972",
    named="ENT-UPD-01/legacy#patch.status",
    shows=("ENT-POD-02", "ENT-UPD-01"),
    row="B53",
    wide="every change of the legacy dialect is written so",
)
async def op_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in operations(body_of(request)) if one.get("op") not in {"add", "replace", "remove"}]
    if request.method == "PATCH" and wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid operation", "invalidSyntax")
    return await go(request)


@probe("op-case")
def op_case_shows(wire: Wire) -> bool:
    assert status_of_change(wire, op("replace", "title", "Boss")) in {200, 204}
    return status_of_change(wire, TITLE) == 400


@defect(
    Kind.PATCH,
    "op-pascal-only",
    "“replace” in lower case is not a valid operation: 400",
    "Azure/AzureAD-BYOA-Provisioning-Samples#24",
    named="ENT-UPD-01/compliant#patch.status",
    row="B53",
)
async def op_pascal_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in operations(body_of(request)) if one.get("op") not in {"Add", "Replace", "Remove"}]
    if request.method == "PATCH" and wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid operation", "invalidSyntax")
    return await go(request)


@probe("op-pascal-only")
def op_pascal_only_shows(wire: Wire) -> bool:
    assert status_of_change(wire, TITLE) in {200, 204}
    return status_of_change(wire, op("replace", "title", "Boss")) == 400


@defect(
    Kind.PATCH,
    "only-replace",
    "PATCH returns 400: “add” is not a valid choice",
    "getsentry/self-hosted#3573",
    named="ENT-MGR-01/legacy#add.status",
    shows=("ENT-UPD-08", "ENT-UPD-10"),
    row="B54",
    wide="Entra adds wherever there is no value yet",
)
async def only_replace(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in changes(request) if verb(one) != "replace"]
    if wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid choice", "invalidSyntax")
    return await go(request)


@probe("only-replace")
def only_replace_shows(wire: Wire) -> bool:
    assert status_of_change(wire, TITLE) in {200, 204}
    return status_of_change(wire, op("Add", "title", "Boss")) == 400


@defect(
    Kind.PATCH,
    "no-change-400",
    "A PATCH that changes nothing returns 400",
    "better-auth/better-auth#8549",
    named="ENT-UPD-05/legacy#patch.status",
    row="B75",
)
async def no_change_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = bool(changes(request))
    before = {**stored_at(target, request.path), "meta": None}
    response = await go(request)
    if asked and {**stored_at(target, request.path), "meta": None} == before:
        return refusal(HTTPStatus.BAD_REQUEST, "No fields to update")
    return response


@probe("no-change-400")
def no_change_400_shows(wire: Wire) -> bool:
    assert status_of_change(wire, TITLE) in {200, 204}
    return status_of_change(wire, TITLE, title="Boss") == 400


@defect(
    Kind.PATCH,
    "array-wanted",
    "A value that is a string returns 400: an array of values is expected",
    "MicrosoftDocs/azure-docs#42220",
    named="ENT-UPD-01/legacy#patch.status",
    row="B84",
)
async def array_wanted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any("path" in one and isinstance(one.get("value"), str) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "value must be an array", "invalidSyntax")
    return await go(request)


@probe("array-wanted")
def array_wanted_shows(wire: Wire) -> bool:
    return status_of_change(wire, TITLE) == 400


@defect(
    Kind.PATCH,
    "thirty-operations",
    "A PATCH with more than 30 operations returns 400",
    "keycloak/keycloak#50475, of the limit that was set",
    named="ENT-UPD-17#patch.status",
)
async def thirty_operations(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(changes(request)) > 30:
        return refusal(HTTPStatus.BAD_REQUEST, "PATCH request exceeds the number of operations", "tooMany")
    return await go(request)


@probe("thirty-operations")
def thirty_operations_shows(wire: Wire) -> bool:
    assert status_of_change(wire, *[TITLE] * 30) in {200, 204}
    return status_of_change(wire, *[TITLE] * 31) == 400


@defect(
    Kind.PATCH,
    "change-of-nobody-204",
    "Changing a user who does not exist returns 204",
    "RFC 7644 section 3.12, of a 404 that is not given",
    named="ENT-UPD-07/legacy#patch.status",
)
async def change_of_nobody_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and not stored_at(target, request.path):
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@probe("change-of-nobody-204")
def change_of_nobody_204_shows(wire: Wire) -> bool:
    return wire.change("nobody", TITLE).status == 204


@defect(
    Kind.PATCH,
    "first-of-a-kind",
    "Of several operations of one kind, only the first is applied",
    "bitwarden/server#2190",
    named="ENT-UPD-02/legacy#read-back.stored.title",
    row="B83",
    wide="wherever several attributes change, Entra sends several operations of one kind",
)
async def first_of_a_kind(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    first = {verb(one): one for one in reversed(changes(request))}
    if first:
        rewrite(request, [one for one in changes(request) if one in first.values()])
    return await go(request)


@probe("first-of-a-kind")
def first_of_a_kind_shows(wire: Wire) -> bool:
    found = changed_user(wire, replaced("displayName", "Jo"), TITLE, title="Clerk")
    assert found["displayName"] == "Jo"
    return bool(found["title"] == "Clerk")


@defect(
    Kind.PATCH,
    "first-change-wins",
    "Of two changes of one attribute in a PATCH, the first one wins",
    "Microsoft SCIM Validator, “multiple operations on same attribute”",
    named="ENT-UPD-15#read-back.stored.title",
)
async def first_change_wins(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    first: dict[str, dict[str, Any]] = {}
    for number, operation in enumerate(changes(request)):
        first.setdefault(path_of(operation) or " ".join(keys_of(operation)) or str(number), operation)
    if first:
        rewrite(request, list(first.values()))
    return await go(request)


@probe("first-change-wins")
def first_change_wins_shows(wire: Wire) -> bool:
    return bool(changed_user(wire, replaced("title", "Clerk"), TITLE)["title"] == "Clerk")


def _is_of_a_schema(name: str) -> bool:
    if name.lower().startswith("urn:"):
        return name.startswith((f"{CORE}User", ENTERPRISE))
    core = load_default_schemas()[f"{CORE}User"].attributes or []
    known = {"id", "externalid", "manager", *(str(one.name).lower() for one in core)}
    return re.split(r"[.\[]", name)[0].lower() in known


def _is_known(operation: dict[str, Any]) -> bool:
    value = operation.get("value")
    named = list(value) if "path" not in operation and isinstance(value, dict) else [str(operation.get("path", "id"))]
    return all(_is_of_a_schema(name) for name in named)


@defect(
    Kind.PATCH,
    "half-applied",
    "A PATCH that is refused has been applied in part",
    "Captain-P-Goldfish/SCIM-SDK#200",
    named="ENT-UPD-12/legacy#read-back.atomic",
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


@probe("half-applied")
def half_applied_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    refused = wire.change(user, TITLE, replaced("favouriteColour", "blue")).status == 400
    return refused and wire.read(user)["title"] == "Boss"


@defect(
    Kind.PATCH,
    "refused-and-applied",
    "A refused PATCH has been applied, except for the unknown attribute",
    "RFC 7644 section 3.5.2, atomic; Captain-P-Goldfish/SCIM-SDK#200",
    named="ENT-UPD-12/legacy#read-back.atomic",
    row="B82",
)
async def refused_and_applied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    known = [one for one in found if _is_known(one)]
    if known == found:
        return await go(request)
    rewrite(request, known)
    await go(request)
    return refusal(HTTPStatus.BAD_REQUEST, "An attribute is not known", "invalidPath")


@probe("refused-and-applied")
def refused_and_applied_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    refused = wire.change(user, replaced("favouriteColour", "blue"), TITLE).status == 400
    return refused and wire.read(user)["title"] == "Boss"


@defect(
    Kind.PATCH,
    "unknown-attribute-500",
    "A PATCH with an unknown attribute returns 500",
    "Captain-P-Goldfish/SCIM-SDK#200",
    named="ENT-UPD-12/legacy#patch.answered",
    row="B82",
)
async def unknown_attribute_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if all(_is_known(one) for one in changes(request)):
        return await go(request)
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")


@probe("unknown-attribute-500")
def unknown_attribute_500_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("favouriteColour", "blue")).status == 500
