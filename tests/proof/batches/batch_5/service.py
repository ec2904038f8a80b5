"""Fifth batch: faults of matching, lists, errors, discovery and credentials."""

from http import HTTPStatus

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, authorize, filter_of, is_query, is_write, refusal, resources
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import dumps, is_list
from tests.proof.batches.batch_3.store import only, wanted
from tests.proof.batches.batch_5.store import GALLERY, fifth, kind_of, refused


@fifth(
    Kind.MATCHING,
    "group-name-unfilterable",
    "A filter on the displayName of groups returns 400 invalidFilter; filters on other attributes work",
    "Note 0 no. 3 and 2.1, groups are matched by displayName; RFC 7644 section 3.4.2.2",
    NEEDED,
)
async def group_name_unfilterable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Groups") and "displayname" in filter_of(request).lower():
        return refused(target, request, "displayName cannot be used in a filter", "invalidFilter")
    return await go(request)


NAMES = {"Users": "userName", "Groups": "displayName"}


@fifth(
    Kind.MATCHING,
    "needle-lowered",
    "The value of a filter is put in lower case, the stored name is not: a name with a capital is never found",
    "Note 2.1 and 2.2, caseExact false; RFC 7643 section 4.1.1, userName; RFC 7644 section 3.4.2.2",
    MUST,
)
async def needle_lowered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = kind_of(request)
    name = NAMES.get(kind, "")
    value = wanted(filter_of(request), name) if name and is_query(request, kind) else None
    if value is not None:
        stored = dumps(target, kind.removesuffix("s"))
        only(request, [one["id"] for one in stored if one.get(name) == value.lower()])
    return await go(request)


@fifth(
    Kind.ERRORS,
    "not-found-500",
    "Every request for a user or a group that does not exist returns 500 instead of 404",
    "Note 0 no. 6, later GET returns 404, and 5; RFC 7644 section 3.12, 404",
    MUST,
)
async def not_found_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.NOT_FOUND and kind_of(request) in NAMES:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Cannot read properties of null")
    return response


@fifth(
    Kind.ERRORS,
    "delete-done-500",
    "Deleting a user returns 500, although the user is deleted: the notification afterwards fails",
    "Note 5, DELETE returns 204, and 14.2, retries; RFC 7644 section 3.6",
    MUST,
)
async def delete_done_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Users")
    response = await go(request)
    if deletes and response.status == HTTPStatus.NO_CONTENT:
        return refused(target, request, "The mail server is not reachable", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return response


@fifth(
    Kind.PAGING,
    "start-as-page-number",
    "startIndex is read as the number of a page: startIndex=6 with count=5 skips 25 users, not 5",
    "Note 17, Account Discovery reads all pages; RFC 7644 section 3.4.2.4, the 1-based index of the first result",
    MUST,
)
async def start_as_page_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start, count = request.query.get("startIndex", ""), request.query.get("count", "")
    paged = is_list(request) and kind_of(request) == "Users" and start.isdigit() and count.isdigit()
    if paged:
        skipped = max(int(start) - 1, 0) * int(count)
        request.query = {**request.query, "startIndex": str(skipped + 1)}
    response = await go(request)
    if paged and response.body and "startIndex" in response.body:
        response.body["startIndex"] = int(start)
    return response


@fifth(
    Kind.DISCOVERY,
    "schemas-without-sub-attributes",
    "/Schemas describes name, emails and addresses without their sub-attributes",
    "Note 7, /Schemas of gallery applications; RFC 7643 section 7, subAttributes",
    MUST,
    profile=GALLERY,
)
async def schemas_without_sub_attributes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if kind_of(request) == "Schemas":
        for attribute in (one for schema in resources(response) for one in schema.get("attributes") or []):
            attribute.pop("subAttributes", None)
    return response


@fifth(
    Kind.CONNECTION,
    "reads-open",
    "Users and groups can be read without a valid token; only changes check it",
    "Note 1.2; RFC 7644 section 2 and section 7.4; a middleware on the routes that write",
    MUST,
)
async def reads_open(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET":
        try:
            target.check_auth(request)
        except UnauthorizedException:
            authorize(target, request)
    return await go(request)


@fifth(
    Kind.CONNECTION,
    "token-one-day",
    "Access tokens are valid for 24 hours",
    "Note 1.2, token life 60 min to 6 h; Microsoft's app gallery checklist, 2.2",
    NEEDED,
    profile=GALLERY,
)
async def token_one_day(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.tokens.life = 24 * 3600
    return await go(request)
