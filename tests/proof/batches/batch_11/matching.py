"""Eleventh batch: faults of filters, of lists and of pages."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import created, filter_of, listed, resources
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import compared, found_by, is_list
from tests.proof.batches.batch_3.store import only
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_6.store import queried
from tests.proof.batches.batch_11.store import changed, differ, eleventh


def _name_wanted(request: ScimRequest) -> str:
    """Return the userName that a filter asks for, or nothing."""
    said = compared(filter_of(request)) if queried(request) == "User" else None
    return said[1] if said and said[0].lower() == "username" else ""


@eleventh(
    Kind.MATCHING,
    "disabled-not-in-total",
    "A filter that finds a disabled user has the user in Resources and totalResults 0: the count is of active users",
    "Note 2.2, one, totalResults 1, and 5, inactive users stay visible to filters; RFC 7644 section 3.4.2",
    MUST,
)
async def disabled_not_in_total(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    filters = queried(request) == "User"
    response = await go(request)
    if filters and response.body is not None and "totalResults" in response.body:
        away = [one for one in resources(response) if one.get("active") is False]
        response.body["totalResults"] -= len(away)
    return response


def _domain(name: str) -> str:
    return name.partition("@")[2].lower()


@eleventh(
    Kind.MATCHING,
    "second-domain-unfound",
    "A userName of another domain than that of the first user is never found: the search is limited to one domain",
    "Note 2.2, one hit, and 3.4, a filter that hides the user; 3.1, guests; a tenant has several domains",
    MUST,
)
async def second_domain_unfound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user, wanted = created(request), _domain(_name_wanted(request))
    known = target.notes.get("second-domain-unfound", "")
    if known and wanted and wanted != known:
        only(request, [])
    response = await go(request)
    if user and succeeded(response):
        target.notes.setdefault("second-domain-unfound", _domain(str(user.get("userName") or "")))
    return response


def _turkish(text: str) -> str:
    return text.replace("I", "ı").replace("İ", "i").lower()


@eleventh(
    Kind.MATCHING,
    "capital-i-turkish",
    "JILL is not found as jill: the server puts letters in lower case by the rules of Turkish, I without a dot",
    "Note 2.2, match values are compared without letter case; RFC 7643 section 4.1.1, userName, caseExact false",
    NEEDED,
)
async def capital_i_turkish(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if queried(request):
        found_by(target, request, lambda one, other: _turkish(one) == _turkish(other))
    return await go(request)


@eleventh(
    Kind.MATCHING,
    "second-rename-unindexed",
    "A user who was renamed twice is not found by userName any more: the index takes one rename of each user",
    "Note 5, soft-deleted, renamed to 32 hex digits and restored, and 2.3, a change of a match attribute",
    MUST,
)
async def second_rename_unindexed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renames: dict[str, int] = target.notes.setdefault("second-rename-unindexed", {})
    searches = bool(_name_wanted(request))
    response, before, after = await changed(target, request, go)
    if differ(before, after, "userName"):
        renames[before["id"]] = renames.get(before["id"], 0) + 1
    if searches:
        listed(response, [one for one in resources(response) if renames.get(one["id"], 0) < 2])
    return response


COUNTED = 10


@eleventh(
    Kind.PAGING,
    "total-capped-at-ten",
    "totalResults of a list is ten where there are more users or groups: the search engine counts no further",
    "Note 17, totalResults is the number of all accounts on every page; RFC 7644 section 3.4.2",
    MUST,
)
async def total_capped_at_ten(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    lists = is_list(request)
    response = await go(request)
    if lists and response.body is not None and "totalResults" in response.body:
        response.body["totalResults"] = min(COUNTED, response.body["totalResults"])
    return response


@eleventh(
    Kind.PAGING,
    "changed-user-unlisted",
    "A user who was changed is missing from lists without a filter, and found by filters: the new row is not indexed",
    "Note 17, every account exactly once, disabled ones included; RFC 7644 section 3.4.2",
    MUST,
)
async def changed_user_unlisted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    moved: set[str] = target.notes.setdefault("changed-user-unlisted", set())
    if is_list(request) and kind_of(request) == "Users":
        return await _without(request, go, moved)
    response, before, after = await changed(target, request, go)
    if before and before != after:
        moved.add(before["id"])
    return response


async def _without(request: ScimRequest, go: Go, left_out: set[str]) -> ScimResponse:
    """Return a page of the users that are not left out."""
    asked = dict(request.query)
    start, count = str(asked.pop("startIndex", "1")), str(asked.pop("count", "100"))
    if not start.isdigit() or not count.isdigit():
        return await go(request)
    request.query = asked
    response = await go(request)
    if response.body is None or "totalResults" not in response.body:
        return response
    kept = [one for one in response.body.get("Resources") or [] if one["id"] not in left_out]
    first = max(int(start), 1)
    page = kept[first - 1 : first - 1 + int(count)]
    response.body |= {"totalResults": len(kept), "startIndex": first, "itemsPerPage": len(page), "Resources": page}
    return response
