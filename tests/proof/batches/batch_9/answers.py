"""Ninth batch: faults in lists, pages, errors and in the form of users, and in what is disabled or deleted."""

import json
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, changes, id_of, is_write, resources, stored_at, users
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend, forget, is_list, work_email
from tests.proof.batches.batch_4.store import told, user_answers
from tests.proof.batches.batch_5.store import kind_of, refused, succeeded
from tests.proof.batches.batch_9.store import ninth


@ninth(
    Kind.PAGING,
    "later-page-500",
    "A page that does not begin with the first entry returns 500: OFFSET without an ORDER BY is a syntax error",
    "Note 17, the walk from startIndex 1 to the end, and 13.2, pagination; RFC 7644 section 3.4.2.4",
    MUST,
)
async def later_page_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = str(request.query.get("startIndex") or "")
    if is_list(request) and start.isdigit() and int(start) > 1:
        return refused(target, request, "Incorrect syntax near OFFSET", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return await go(request)


SUMMARY = {"schemas", "id", "displayName", "meta"}


@ninth(
    Kind.PAGING,
    "list-of-summaries",
    "A list of users without a filter has id and displayName of each alone: userName and active are missing",
    "Note 17, the matching attribute is in every Resource; RFC 7643 section 7, returned by default; a row of a table",
    MUST,
)
async def list_of_summaries(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    lists = is_list(request) and kind_of(request) == "Users" and "attributes" not in request.query
    response = await go(request)
    for user in resources(response) if lists else []:
        for key in set(user) - SUMMARY:
            del user[key]
    return response


@ninth(
    Kind.ERRORS,
    "errors-without-schemas",
    "Every error comes without schemas: the body has status, scimType and detail alone",
    "RFC 7644 section 3.12, the error has the URN of the message in schemas; note 8.1, the form of the error object",
    MUST,
)
async def errors_without_schemas(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if not succeeded(response) and response.body:
        response.body.pop("schemas", None)
    return response


@ninth(
    Kind.CREATE,
    "extension-as-text",
    "The enterprise extension is returned as a text with JSON in it: the column is not parsed",
    "Note 4.3, an object under the enterprise URN; RFC 7643 section 3.3, the value is an object of attributes",
    MUST,
)
async def extension_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        if ENTERPRISE in user:
            user[ENTERPRISE] = json.dumps(user[ENTERPRISE])
    return response


@ninth(
    Kind.LIFECYCLE,
    "namesakes-disabled",
    "Disabling a user disables all users with the same displayName: the UPDATE names the name and not the id",
    "Note 5, disable; RFC 7644 section 3.5.2, a PATCH changes the resource of its address",
    MUST,
)
async def namesakes_disabled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    disables = bool(changes(request)) and "active" in told(request)
    response = await go(request)
    user = stored_at(target, request.path) if disables and succeeded(response) else {}
    if user.get("active") is False and user.get("displayName"):
        for one in users(target):
            if one.get("displayName") == user["displayName"]:
                amend(target, one["id"], lambda other: other.update(active=False))
    return response


@ninth(
    Kind.LIFECYCLE,
    "delete-takes-same-email",
    "Deleting a user deletes every user with the same work e-mail: the DELETE names the address and not the id",
    "Note 5, user hard-deleted, and 14.3 B122, an address may be shared; RFC 7644 section 3.6, one resource",
    MUST,
)
async def delete_takes_same_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deleted = stored_at(target, request.path) if is_write(request, "DELETE", "Users") else {}
    response = await go(request)
    address = work_email(deleted).get("value")
    if address and succeeded(response):
        others = {one["id"] for one in users(target) if work_email(one).get("value") == address}
        forget(target, others - {id_of(request)})
    return response
