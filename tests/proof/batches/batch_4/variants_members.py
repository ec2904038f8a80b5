"""Fourth batch: legal variants in what is shown of groups and members."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.shapes import changes, created, is_list, is_query, path_of, refusal, verb
from tests.proof.batches.batch_2.store import dumps
from tests.proof.batches.batch_4.store import USERS_ONLY, group_answers, right, said


# The note's 6.2: three right servers, the third never shows members (pydantic/logfire#2353). RFC 7644 section 3.4.2.2:
# filters are optional, and what is not supported answers 400 invalidFilter.
@right("members-never-shown", "No read shows members, and no filter knows them", "Note 6.2; RFC 7643 section 8.7.1")
async def members_never_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Groups") and "members" in str(request.query["filter"]).partition('"')[0] + _after(request):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "Groups cannot be searched by members", "invalidFilter")
    return await _hidden(request, go)


def _after(request: ScimRequest) -> str:
    """Return the second clause of a filter, without its value."""
    return str(request.query["filter"]).partition(" and ")[2].partition('"')[0]


async def _hidden(request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for group in group_answers(request, response):
        group.pop("members", None)
    return response


# RFC 7643 section 7, returned: request; the note's 6.2 has it of Keycloak's own SCIM.
@right("members-asked-for", "Members come where attributes=members asks for them", "Note 6.2; RFC 7643 section 7")
async def members_asked_for(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "members" in str(request.query.get("attributes") or ""):
        return await go(request)
    return await _hidden(request, go)


# The note's 6.2: with no members in a read, the reference check of 2.1 is how one can see (AWS IAM Identity Center).
@right("members-by-filter", "No read shows members; id eq and members eq finds them", "Note 2.1 and 6.2")
async def members_by_filter(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _hidden(request, go)


# RFC 7643 section 8.7.1, values may change; B37b of the note is the gallery's demand alone.
@right("members-not-in-lists", "A list or search of groups leaves members out, a read by id has them", "Note 6.2, B37b")
async def members_not_in_lists(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for group in group_answers(request, response) if is_list(response) else []:
        group.pop("members", None)
    return response


# The note's 1.6 and B02: a user-only endpoint answers the search of groups with 200 and nobody. RFC 7644 section 3.12
# has 501 for what is not implemented.
@right("groups-empty", "There are no groups: a search finds none, a creation is 501", "Note 1.6, B02", USERS_ONLY)
async def groups_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not request.path.startswith("/Groups"):
        return await go(request)
    target.check_auth(request)
    if request.path.strip("/") == "Groups" and request.method == "GET":
        request.path, request.query = "/Users", {"filter": 'id eq "nobody"'}
        return await go(request)
    there = request.method != "GET" and request.path.strip("/") == "Groups"
    return refusal(HTTPStatus.NOT_IMPLEMENTED if there else HTTPStatus.NOT_FOUND, "There are no groups")


# The note's 6.2: whether nested groups are sent is unknown, and S9 takes a 4xx. RFC 7643 section 4.2: a provider MAY
# refuse groups as members (“type … e.g. User or Group”, canonical values).
@right("no-nested-groups", "A group as a member of a group answers 400", "Note 6.2 and 16 S9; RFC 7643 section 4.2")
async def no_nested_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    groups = {one["id"] for one in dumps(target, "Group")}
    adding = created(request, "Groups") or any(verb(one) != "remove" for one in changes(request, "Groups"))
    named = {str(value) for path, value in said(request, "Groups") if path == "members.value"}
    if adding and named & groups:
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, f"{min(named & groups)} is a group, no user", "invalidValue")
    return await go(request)


# RFC 7644 section 3.5.2.2: remove on a multi-valued attribute without a filter removes all values, whatever stands
# beside it. The note's 6.1 and 8.1: works with the flag only.
@right(
    "removal-literal",
    "A remove of members without a filter empties the group, whatever value it has",
    "RFC 7644 section 3.5.2.2; note 6.1 and 8.1",
    flags=("--dialect", "compliant"),
)
async def removal_literal(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body) if request.path.startswith("/Groups/") else []:
        if verb(operation) == "remove" and path_of(operation) == "members":
            operation.pop("value", None)
            set_body(request, body)
    return await go(request)
