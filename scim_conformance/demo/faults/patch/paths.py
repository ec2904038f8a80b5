"""Faults in the paths of a PATCH, with a filter or without."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import MOBILE, WORK, op, replaced, values, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, drop, has_element, is_write, keys_of, path_of, refusal, rewrite, verb

FILTERED = re.compile(r'(\w+)\[type eq "(\w+)"\]\.value')
MOBILE_NUMBER = "+1 312 555 0146"


@defect(
    Kind.PATCH,
    "no-target",
    "PATCH of a work e-mail that does not exist returns 400 noTarget",
    "Captain-P-Goldfish/SCIM-SDK#416",
    named="ENT-UPD-04/legacy/emails.work.value#patch.status",
    row="B59",
)
async def no_target(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in operations(body_of(request)) if is_write(request, "PATCH", "Users") else []:
        filtered = re.match(r'(\w+)\[type eq "(\w+)"\]', str(operation.get("path", "")))
        if filtered is not None and not has_element(target, request.path, filtered[1], filtered[2]):
            return refusal(HTTPStatus.BAD_REQUEST, "The path matches nothing", "noTarget")
    return await go(request)


@probe("no-target")
def no_target_shows(wire: Wire) -> bool:
    assert status_of_change(wire, replaced(WORK, "new@example.com"), emails=work("jo@example.com")) in {200, 204}
    return status_of_change(wire, op("Add", WORK, "jo@example.com")) == 400


@defect(
    Kind.PATCH,
    "replace-no-target",
    "Replacing an e-mail that is not there returns 400 noTarget",
    "sourcegraph/sourcegraph-public-snapshot#49200",
    named="ENT-UPD-09/legacy#patch.status",
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


@probe("replace-no-target")
def replace_no_target_shows(wire: Wire) -> bool:
    assert status_of_change(wire, op("Add", WORK, "jo@example.com")) in {200, 204}
    return status_of_change(wire, replaced(WORK, "jo@example.com")) == 400


@defect(
    Kind.PATCH,
    "filter-path-400",
    "A path with a filter returns 400: only plain names are supported",
    "Metatavu/keycloak-scim-server#40",
    named="ENT-UPD-10/legacy#patch.status",
    row="B60",
    wide="every change of an element of a list has such a path",
)
async def filter_path_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any("[" in name for one in changes(request) for name in (path_of(one), *keys_of(one))):
        return refusal(HTTPStatus.BAD_REQUEST, "The path is not supported", "invalidPath")
    return await go(request)


@probe("filter-path-400")
def filter_path_400_shows(wire: Wire) -> bool:
    return status_of_change(wire, replaced(WORK, "new@example.com"), emails=work("jo@example.com")) == 400


@defect(
    Kind.PATCH,
    "literal-in-filter-400",
    "[primary eq true] in a path returns 400: true is read as a name",
    "pranems/SCIMServer",
    named="ENT-UPD-13/boolean-filter#patch.status",
    row="B74",
)
async def literal_in_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(re.search(r" eq (true|false)\]", path_of(one), re.IGNORECASE) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "true is not an attribute", "invalidPath")
    return await go(request)


@probe("literal-in-filter-400")
def literal_in_filter_400_shows(wire: Wire) -> bool:
    emails = [{"type": "work", "value": "jo@example.com", "primary": True}]
    return status_of_change(wire, replaced("emails[primary eq true].value", "new@example.com"), emails=emails) == 400


@defect(
    Kind.PATCH,
    "phone-type-500",
    "A phone of a type that the user has not yet crashes the server: 500",
    "AzureAD/SCIMReferenceCode#48",
    named="ENT-UPD-08/legacy#patch.status",
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


@probe("phone-type-500")
def phone_type_500_shows(wire: Wire) -> bool:
    phones = [{"type": "work", "value": "1"}]
    assert status_of_change(wire, replaced('phoneNumbers[type eq "work"].value', "2"), phoneNumbers=phones) in {
        200,
        204,
    }
    return status_of_change(wire, op("Add", MOBILE, "3"), phoneNumbers=phones) == 500


@defect(
    Kind.PATCH,
    "list-replaced",
    "A new work e-mail deletes the other ones",
    "Captain-P-Goldfish/SCIM-SDK#668",
    named="ENT-UPD-06/legacy/emails#read-back.kept.emails.other.value",
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


@probe("list-replaced")
def list_replaced_shows(wire: Wire) -> bool:
    emails = [*work("jo@example.com"), {"type": "other", "value": "jo@home.example"}]
    return "jo@home.example" not in values(
        changed_user(wire, replaced(WORK, "new@example.com"), emails=emails)["emails"]
    )


@defect(
    Kind.PATCH,
    "add-appends",
    "Adding a work e-mail where there is one makes two of them",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint, of two values of one type",
    named="ENT-UPD-10/legacy#read-back.stored.emails.work.value",
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


@probe("add-appends")
def add_appends_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("Add", WORK, "new@example.com"), emails=work("jo@example.com"))
    return len(found["emails"]) == 2


@defect(
    Kind.PATCH,
    "remove-sets",
    "Removing an e-mail with its value sets it instead",
    "AzureAD/SCIMReferenceCode#87",
    named="ENT-UPD-11/legacy/emails.work.value-named#read-back.absent.emails.work.value",
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


@probe("remove-sets")
def remove_sets_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("Remove", WORK, "jo@example.com"), emails=work("jo@example.com"))
    return "jo@example.com" in values(found.get("emails") or [])


@defect(
    Kind.PATCH,
    "path-ignored",
    "A change of phone or address is answered with success, and ignored",
    "NorthlandPositronics/Cogtrix#2803",
    named="ENT-UPD-02/legacy#read-back.stored.addresses.work.formatted",
    row="B86",
)
async def path_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name.startswith(("phoneNumbers[", "addresses[")))
    return await go(request)


@probe("path-ignored")
def path_ignored_shows(wire: Wire) -> bool:
    return MOBILE_NUMBER not in values(changed_user(wire, op("Add", MOBILE, MOBILE_NUMBER)).get("phoneNumbers") or [])
