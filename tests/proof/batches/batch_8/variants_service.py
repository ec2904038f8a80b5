"""Eighth batch: legal variants of connections, headers, order of members, pages and times."""

from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.shapes import answered, changes, of_type, read_after, stored_at
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_6.store import lists
from tests.proof.batches.batch_8.store import legal


# RFC 9112 section 9.6: a server may close a connection after any answer. A client opens another one.
@legal(
    "connection-closed",
    "Each connection is closed after one answer: Connection: close",
    "RFC 9112 sections 9.3 and 9.6; note 1.3 and 1.4, which ask for nothing else",
)
async def connection_closed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers["Connection"] = "close"
    return response


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(entry) for key, entry in sorted(value.items())}
    return [_sorted(entry) for entry in value] if isinstance(value, list) else value


# RFC 8259 section 4: the members of an object are unordered. Those in capitals come first, schemas is near the end.
@legal(
    "keys-sorted",
    "The members of every object are in the order of the alphabet: Resources first, schemas after meta",
    "RFC 8259 section 4; RFC 7643 section 2.1",
)
async def keys_sorted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is not None:
        response.body = _sorted(response.body)
    return response


OWN_HEADERS = {
    "Cache-Control": "no-store, private",
    "X-Request-Id": "0HN7-00000001",
    "RateLimit-Limit": "1000",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Authorization, Accept",
}


# RFC 9110 section 5.1: fields that a recipient does not know are ignored.
@legal(
    "headers-added",
    "Every answer has headers of a gateway: caching, the id of the request, limits, transport security",
    "RFC 9110 sections 5.1 and 16.3.2; RFC 9111 section 5.2",
)
async def headers_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers |= OWN_HEADERS
    return response


SEVEN = 7


# RFC 7644 section 3.4.2.4: count is the maximum, and fewer may be returned.
@legal(
    "pages-of-seven",
    "A list has at most seven entries a page, whatever count says, and without count too; totalResults is right",
    "RFC 7644 section 3.4.2.4; note 17, count is a maximum, fewer may come",
)
async def pages_of_seven(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    count = str(request.query.get("count") or "")
    if is_list(request) and not (count.isdigit() and int(count) <= SEVEN):
        request.query = {**request.query, "count": str(SEVEN)}
    return await go(request)


# RFC 7644 section 3.4.2: startIndex and itemsPerPage are required where partial results are returned.
@legal(
    "complete-lists-bare",
    "A list that is complete comes without startIndex and itemsPerPage",
    "RFC 7644 section 3.4.2; note 2.2, required for partial results only",
)
async def complete_lists_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    body = response.body
    if lists(request, body) and body is not None and len(body.get("Resources") or []) == body["totalResults"]:
        body.pop("startIndex", None)
        body.pop("itemsPerPage", None)
    return response


def _content(target: Target, path: str) -> dict[str, Any]:
    return {key: value for key, value in stored_at(target, path).items() if key != "meta"}


# RFC 7644 section 3.5.2: 200 with the resource, or 204; nothing says that it is always the same one of them. A client
# that names attributes gets 200.
@legal(
    "only-noop-204",
    "A change of a user returns 200 with the user, and 204 where nothing has changed",
    "RFC 7644 section 3.5.2; note 4.5, no effective change",
)
async def only_noop_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    path, before = request.path, _content(target, request.path) if changes(request) else {}
    chosen = {"attributes", "excludedAttributes"} & set(request.query)
    response = await go(request)
    if not before or chosen or not succeeded(response):
        return response
    if before == _content(target, path):
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return response if response.body else await read_after(request, go)


ZONE = timezone(timedelta(hours=5, minutes=30))


def _moments(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    return [resource["meta"] for _, resource in of_type(request, response) if "meta" in resource]


def _read_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


TIMES = ("created", "lastModified")


# RFC 7643 section 2.3.5: an xsd:dateTime, which may have any offset.
@legal(
    "times-with-offset",
    "created and lastModified have the offset +05:30 instead of Z; the moments are right",
    "RFC 7643 sections 2.3.5 and 3.1; XML Schema part 2 section 3.2.7",
)
async def times_with_offset(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for meta in _moments(request, response):
        meta |= {key: _read_time(meta[key]).astimezone(ZONE).isoformat() for key in TIMES if meta.get(key)}
    return response


# RFC 7643 section 2.3.5: fractions of a second are optional, so two changes within a second have one lastModified.
@legal(
    "times-whole-seconds",
    "created and lastModified are whole seconds: a change right after the creation has the same lastModified",
    "RFC 7643 sections 2.3.5 and 3.1, lastModified",
)
async def times_whole_seconds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for meta in _moments(request, response):
        meta |= {key: f"{_read_time(meta[key]):%Y-%m-%dT%H:%M:%SZ}" for key in TIMES if meta.get(key)}
    return response


# RFC 7643 section 3: schemas is a list of URIs, and sections 2.4 and 3.3 give it no order.
@legal(
    "schemas-extension-first",
    "schemas of a user names the enterprise extension first, and the core schema after it",
    "RFC 7643 sections 2.4, 3 and 3.3",
)
async def schemas_extension_first(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, user in of_type(request, response):
        if kind == "Users" and "schemas" in user:
            user["schemas"] = sorted(user["schemas"], key=lambda urn: urn != ENTERPRISE)
    return response
