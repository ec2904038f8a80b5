"""Tenth batch: faults of filters, sorting and paging, and of which attributes are returned."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import drop_parameters, is_read
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_3.store import held
from tests.proof.batches.batch_10.store import (
    QUOTED,
    carried,
    is_search,
    outside,
    refiltered,
    tenth,
    unasked,
)


@tenth(
    Kind.STANDARDS,
    "attributes-by-id-ignored",
    "attributes and excludedAttributes have no effect on a read by id: only the list query has columns",
    "RFC 7644 sections 3.4.2.5 and 3.9, clients MAY ask for a partial resource in any operation that returns one",
    MUST,
)
async def attributes_by_id_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users") or is_read(request, "Groups"):
        drop_parameters(request, "attributes", "excludedAttributes")
    return await go(request)


@tenth(
    Kind.STANDARDS,
    "exclusion-takes-id",
    "excludedAttributes=id leaves the id out: the parameter is applied to the finished JSON",
    "RFC 7644 section 3.9, excludedAttributes SHALL have no effect on what is returned always; RFC 7643 section 3.1",
    MUST,
)
async def exclusion_takes_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    excluded = [one.strip().lower() for one in str(request.query.get("excludedAttributes") or "").split(",")]
    response = await go(request)
    for resource in carried(request, response) if "id" in excluded else []:
        resource.pop("id", None)
    return response


@tenth(
    Kind.MATCHING,
    "not-unevaluated",
    "not (…) in a filter finds what is within the parentheses: the negation is parsed and not passed on",
    "RFC 7644 section 3.4.2.2, table 4, not, and SHALL return only matching resources",
    MUST,
)
async def not_unevaluated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    refiltered(request, lambda text: outside(text, lambda part: re.sub(r"(?i)\bnot\s*\(", "(", part)))
    return await go(request)


@tenth(
    Kind.MATCHING,
    "left-to-right",
    "a or b and c is read as (a or b) and c: the parser folds a filter from left to right",
    "RFC 7644 section 3.4.2.2, filters MUST be evaluated with and before or, and SHALL return matches only",
    MUST,
)
async def left_to_right(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    refiltered(request, _folded)
    return await go(request)


def _folded(text: str) -> str:
    parts, depth = [""], 0
    for token in re.findall(rf"{QUOTED}| and | or |[\s\S]", text, re.IGNORECASE):
        depth += (token in {"(", "["}) - (token in {")", "]"})
        if depth == 0 and token.strip().lower() in {"and", "or"}:
            parts += [token, ""]
        else:
            parts[-1] += token
    made = parts[0]
    for index in range(1, len(parts), 2):
        made = (made if index == 1 else f"({made})") + parts[index] + parts[index + 1]
    return made


OFFSET = re.compile(r'(?i)(meta\.\w+ (?:eq|ne|gt|ge|lt|le) "\d{4}-\d\d-\d\dT[\d:.]+)[+-]\d\d:\d\d"')


@tenth(
    Kind.MATCHING,
    "offset-cut-off",
    "The offset of a time in a filter is cut off: 14:00+02:00 is compared as 14:00 in UTC, the column has no time zone",
    "RFC 7644 section 3.4.2.2, table 3, of DateTime types gt and the others are a chronological comparison",
    MUST,
)
async def offset_cut_off(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    refiltered(request, lambda text: OFFSET.sub(r'\1Z"', text))
    return await go(request)


VALUE_PATH = re.compile(rf'(\w+)\[((?:[^"\]]|{QUOTED})*)\](?!\.)')
COMPARED = re.compile(r"(?i)\b([\w$]+)(?= (?:eq|ne|co|sw|ew|gt|ge|lt|le|pr)\b)")


@tenth(
    Kind.MATCHING,
    "value-path-joined",
    "emails[type eq “work” and value eq “b”] finds a user with another work e-mail and b at home: two joins",
    "RFC 7644 section 3.4.2.2, complex attribute filter grouping, the expression is applied to the same value",
    MUST,
)
async def value_path_joined(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    refiltered(request, lambda text: VALUE_PATH.sub(_joined, text))
    return await go(request)


def _joined(found: re.Match[str]) -> str:
    inner = outside(found[2], lambda part: COMPARED.sub(lambda name: f"{found[1]}.{name[0]}", part))
    return f"({inner})"


@tenth(
    Kind.PAGING,
    "descending-ignored",
    "sortOrder=descending sorts in ascending order: the ORDER BY is built from sortBy alone",
    "RFC 7644 section 3.4.2.3, sortOrder, the order in which sortBy is applied; allowed are ascending and descending",
    MUST,
)
async def descending_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unasked(request, "sortOrder")
    return await go(request)


@tenth(
    Kind.PAGING,
    "page-then-sort",
    "Of a sorted list each page is sorted by itself: it is fetched in the order of creation, and then sorted",
    "RFC 7644 section 3.4.2.3, sortBy SHALL indicate the attribute whose value orders the returned responses",
    MUST,
)
async def page_then_sort(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    path, order = str(request.query.get("sortBy") or ""), request.query.get("sortOrder")
    if request.method == "GET" and path:
        drop_parameters(request, "sortOrder")
        request.query = {**request.query, "sortBy": "meta.created"}
    response = await go(request)
    if request.method == "GET" and path and "Resources" in (response.body or {}):
        found = sorted(carried(request, response), key=lambda one: _key(one, path), reverse=order == "descending")
        response.body = {**(response.body or {}), "Resources": found}
    return response


def _key(resource: dict[str, Any], path: str) -> tuple[bool, str]:
    value = held(resource, path)
    return value is None, str(value or "").lower()


@tenth(
    Kind.PAGING,
    "search-page-unread",
    "A search by POST ignores startIndex and count of its body: they are read from the address, as in a GET",
    "RFC 7644 section 3.4.3, the body has the parameters of a query, and 3.4.2.4, MUST NOT return more than count",
    MUST,
)
async def search_page_unread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_search(request):
        unasked(request, "startIndex", "count")
    return await go(request)
