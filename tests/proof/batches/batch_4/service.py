"""Fourth batch: defects of tokens, filters, lists and load."""

import base64
import json
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import resources
from scim_conformance.demo.tokens import PATH
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_4.store import GALLERY, fourth


def basic(request: ScimRequest) -> tuple[str, str] | None:
    """Return client id and secret of a Basic header, or None."""
    scheme, _, said = (request.header("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(said).decode().partition(":")
    except ValueError:
        return None
    return client, secret


def with_credentials(request: ScimRequest, client: str, secret: str) -> None:
    """Put id and secret into the form of a token request, and out of its header."""
    headers = request.headers.items() if isinstance(request.headers, Mapping) else request.headers
    request.headers = [(name, value) for name, value in headers if name.lower() != "authorization"]
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    request.body = urlencode({**form, "client_id": client, "client_secret": secret}).encode()


@fourth(
    Kind.CONNECTION,
    "basic-secret-unchecked",
    "A token is given for any secret where it comes in the Basic header: only the form's is compared",
    "Note 1.2, Header or Body, and 16 S16; RFC 6749 sections 2.3.1 and 5.2",
    MUST,
    profile=GALLERY,
)
async def basic_secret_unchecked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = basic(request) if request.path == PATH else None
    if said is not None and said[0] == target.tokens.client_id:
        with_credentials(request, said[0], target.tokens.client_secret)
    return await go(request)


FIRST_CLAUSE = re.compile(r'^\s*(\S+ eq (?:"(?:[^"\\]|\\.)*"))\s+and\s', re.IGNORECASE)


@fourth(
    Kind.MATCHING,
    "and-ignored",
    "Of a filter with “and” the first clause alone is looked at: everybody reports to any manager",
    "Note 2.1, reference checks, 8 no. 20, and 14.2 B39; RFC 7644 section 3.4.2.2",
    MUST,
)
async def and_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = FIRST_CLAUSE.match(str(request.query.get("filter") or ""))
    if found:
        request.query = {**request.query, "filter": found[1]}
    return await go(request)


MOST_A_SECOND, MOST_A_PAGE = 40, 50


@fourth(
    Kind.ROBUSTNESS,
    "busy-empty",
    "Under load a search answers that nobody is there, where 429 or 503 was meant: Entra makes people again",
    "Note 2.2, one hit, and 9.3; RFC 6585 section 4; RFC 7644 section 3.4.2, totalResults",
    MUST,
)
async def busy_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    now = time.monotonic()
    recent: list[float] = [one for one in target.notes.get("busy-empty", []) if now - one < 1]
    target.notes["busy-empty"] = [*recent, now]
    response = await go(request)
    busy = len(recent) >= MOST_A_SECOND and "filter" in request.query
    if busy and response.body is not None and "Resources" in response.body:
        response.body |= {"Resources": [], "totalResults": 0, "itemsPerPage": 0}
    return response


def _number(request: ScimRequest, name: str, default: int) -> int:
    said = str(request.query.get(name) or "")
    return int(said) if said.isdigit() else default


@fourth(
    Kind.PAGING,
    "pages-reshuffled",
    "Pages are not cut from one order: the second one repeats some accounts, and others are on none",
    "Note 17, every account once, and 14.2 B119; RFC 7644 section 3.4.2.4",
    MUST,
)
async def pages_reshuffled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_list(request):
        order = "ascending" if _number(request, "startIndex", 1) == 1 else "descending"
        request.query = {"sortBy": "id", "sortOrder": order, **request.query}
    return await go(request)


@fourth(
    Kind.PAGING,
    "big-count-empty",
    "Who asks for more than fifty at once gets none, with the right total",
    "Note 17, count is a maximum, and 14.2 B119; RFC 7644 section 3.4.2.4",
    MUST,
)
async def big_count_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(request) and _number(request, "count", 0) > MOST_A_PAGE and response.body is not None:
        response.body |= {"Resources": [], "itemsPerPage": 0}
    return response


@fourth(
    Kind.PAGING,
    "partial-page-lost",
    "The last page comes empty where it would not be full",
    "Note 17, the last page ends the walk; RFC 7644 section 3.4.2.4; a number of pages that is rounded down",
    MUST,
)
async def partial_page_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    count, start = _number(request, "count", 0), _number(request, "startIndex", 1)
    if is_list(request) and start > 1 and response.body is not None and len(resources(response)) < count:
        response.body |= {"Resources": [], "itemsPerPage": 0}
    return response


@fourth(
    Kind.DISCOVERY,
    "schemas-flat",
    "/Schemas lists the name of sub-attributes as attributes of their own: givenName, familyName beside name",
    "Note 7 and 13.2 test 15, targets are found after flattening; RFC 7643 sections 7 and 8.7.1",
    NEEDED,
    profile=GALLERY,
)
async def schemas_flat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.startswith("/Schemas") and response.body is not None:
        body: dict[str, Any] = json.loads(json.dumps(response.body))
        for schema in body.get("Resources", [body]):
            name = next((one for one in schema.get("attributes", []) if one["name"] == "name"), None)
            if name:
                name["type"] = "string"
                schema["attributes"] += name.pop("subAttributes", [])
        response.body = body
    return response


@fourth(
    Kind.ERRORS,
    "group-ghost-changed",
    "A PATCH of a group that is not there answers 204: nobody notices that it was deleted in the target",
    "Note 4.5, 404, and 9.5 InvalidAnchor; RFC 7644 section 3.12",
    MUST,
)
async def group_ghost_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {one.id for one in target.stored()}
    missing = request.method == "PATCH" and request.path.rpartition("/")[2] not in known
    if missing and request.path.startswith("/Groups/"):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)
