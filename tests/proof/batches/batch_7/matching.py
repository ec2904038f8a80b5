"""Seventh batch: faults of filters, and of what a filter finds."""

import uuid

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import filter_of, is_query, listed, resources, users
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import compared
from tests.proof.batches.batch_3.store import only
from tests.proof.batches.batch_6.store import queried
from tests.proof.batches.batch_7.store import seventh


@seventh(
    Kind.MATCHING,
    "eq-in-value-unfound",
    "A name that contains the letters eq, such as frequency, is never found: the filter is split at each eq",
    "Note 14.2 B117, and 2.2; RFC 7644 section 3.4.2.2, the value is one JSON string",
    MUST,
)
async def eq_in_value_unfound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = compared(filter_of(request)) if queried(request) else None
    if said and "eq" in said[1]:
        only(request, [])
    return await go(request)


NAMES = {"username", "displayname"}


@seventh(
    Kind.MATCHING,
    "digit-name-unfound",
    "A userName or a group name of digits alone is never found: the filter takes it for the id of a row",
    "Note 2.2, one hit is linked, and 3.4; RFC 7644 section 3.4.2.2; a lookup of one box for names and ids",
    MUST,
)
async def digit_name_unfound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = compared(filter_of(request)) if queried(request) else None
    if said and said[0].lower() in NAMES and said[1].isdigit():
        only(request, [said[1]])
    return await go(request)


@seventh(
    Kind.MATCHING,
    "mailless-unfound",
    "A user without an e-mail is read by id, and found by no filter: the query joins the table of addresses",
    "Note 3.2, no emails, 14.2 B26 and 14.3 B120; RFC 7644 section 3.4.2.2",
    MUST,
)
async def mailless_unfound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    searches = is_query(request, "Users")
    response = await go(request)
    joined = {one["id"] for one in users(target) if one.get("emails")}
    found = resources(response) if searches else []
    if any(one["id"] not in joined for one in found):
        listed(response, [one for one in found if one["id"] in joined])
    return response


@seventh(
    Kind.MATCHING,
    "found-id-unknown",
    "A search for users returns the ids of the search index, and no address knows them: 404",
    "Note 2.2, the id of the hit is linked, and 14.2 B40; RFC 7643 section 3.1, the id is one and stable",
    MUST,
)
async def found_id_unknown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    searches = is_query(request, "Users")
    response = await go(request)
    for user in resources(response) if searches else []:
        user["id"] = uuid.uuid5(uuid.NAMESPACE_URL, str(user["id"])).hex
    return response
