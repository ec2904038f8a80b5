"""Sixth batch: faults of filters, and of the values in them."""

import re

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import filter_of, is_query, listed, resources, users
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_3.store import only, wanted
from tests.proof.batches.batch_6.store import sixth, understood


@sixth(
    Kind.MATCHING,
    "filter-cut-at-and",
    "A filter is split at the word “and” inside a name: Research and Development is looked up as Research",
    "Note 14.2 B117 and 2.2; RFC 7644 section 3.4.2.2, the value is one JSON string",
    MUST,
)
async def filter_cut_at_and(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    understood(target, request, lambda value: re.split(r"\sand\s", value, maxsplit=1, flags=re.IGNORECASE)[0])
    return await go(request)


@sixth(
    Kind.MATCHING,
    "parentheses-ignored",
    "What is in parentheses is left out of a search: the group Sales (EMEA) is linked to the group Sales",
    "Note 2.2, one hit is linked, and 14.2 B25; RFC 7644 section 3.4.2.2; a label that is cut off for display",
    MUST,
)
async def parentheses_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    understood(target, request, lambda value: re.sub(r"\s*\([^)]*\)", "", value))
    return await go(request)


@sixth(
    Kind.MATCHING,
    "name-or-email",
    "A filter on userName also finds the users who have this value as an e-mail address",
    "Note 2.2, more than one hit fails, and 14.3 B121; RFC 7644 section 3.4.2.2; the query of the login page",
    MUST,
)
async def name_or_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    value = wanted(filter_of(request), "userName") if is_query(request, "Users") else None
    if value is not None:
        known = {one["id"]: [one["userName"], *_addresses(one)] for one in users(target)}
        only(request, [one for one, said in known.items() if value.lower() in {name.lower() for name in said}])
    return await go(request)


def _addresses(user: dict[str, object]) -> list[str]:
    found = user.get("emails")
    return [str(one.get("value")) for one in found] if isinstance(found, list) else []


@sixth(
    Kind.MATCHING,
    "disabled-hidden-by-external-id",
    "A disabled user is found by userName and by id, but not by externalId",
    "Note 0 no. 6 and 2.1, externalId as the first match; RFC 7644 section 3.4.2.2; one query has a scope of its own",
    MUST,
)
async def disabled_hidden_by_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    hides = is_query(request, "Users") and wanted(filter_of(request), "externalId") is not None
    response = await go(request)
    if hides:
        active = {one["id"] for one in users(target) if one.get("active") is not False}
        listed(response, [one for one in resources(response) if one["id"] in active])
    return response
