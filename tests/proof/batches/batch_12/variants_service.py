"""Twelfth batch: legal variants in the form of answers, in headers, in limits and in time."""

import asyncio
import base64
import hashlib
import json
import re
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target, body_of, operations, set_body
from scim_conformance.demo.shapes import answered, is_query, is_read, of_type
from scim_conformance.demo.variants.ids import with_ids
from tests.proof.batches.batch_5.store import kind_of, refused, succeeded
from tests.proof.batches.batch_12.store import KINDS, legal


def _prefixed(number: int) -> str:
    return f"scim_{hashlib.sha256(str(number).encode()).hexdigest()[:25]}"


# RFC 7643 section 3.1: an id is any text that is not empty, and opaque to the client.
legal(
    "ids-prefixed",
    "Ids begin with a word and an underscore, such as scim_767ja3jcmyly6w7oc0qzh0wnk",
    "ssoready/ssoready#182, an id in a removal; RFC 7643 section 3.1",
)(with_ids("ids-prefixed", _prefixed))


ERROR = "urn:example:params:scim:schemas:extension:vendor:2.0:Error"


# RFC 7644 section 3.12 requires the Error URN in schemas, and RFC 7643 section 3.3 allows a further one.
@legal(
    "error-extension",
    "Every error has a second schema, with codes and messages of the vendor's own",
    "FusionAuth/fusionauth-issues#3311, the answer with generalErrors; RFC 7644 section 3.12; RFC 7643 section 3.3",
)
async def error_extension(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) < 400 or not isinstance(response.body, dict) or "schemas" not in response.body:
        return response
    message = {"code": "[invalid]request", "message": response.body.get("detail") or ""}
    response.body["schemas"] = [*response.body["schemas"], ERROR]
    response.body[ERROR] = {"fieldErrors": {}, "generalErrors": [message]}
    return response


RESULTS = 10


def _limited(count: str) -> str:
    """Return a count that is not above the limit; one that is no number stays as it is."""
    return str(min(int(count), RESULTS)) if re.fullmatch(r"-?[0-9]{1,4000}", count) else count


# RFC 7643 section 5, filter.maxResults, and RFC 7644 section 3.4.2.4: there may be fewer than count, also without one.
@legal(
    "ten-results-told",
    "The configuration says maxResults 10, and no page has more; totalResults is right",
    "langwatch/langwatch#6973, /ServiceProviderConfig states maxResults; RFC 7643 section 5; RFC 7644 section 3.4.2.4",
)
async def ten_results_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    searched = body_of(request) if request.path.rstrip("/").endswith(".search") else None
    if isinstance(searched, dict) and isinstance(searched.get("count", RESULTS), int):
        set_body(request, {**searched, "count": min(searched.get("count", RESULTS), RESULTS)})
    elif request.method == "GET" and request.path.strip("/") in {*KINDS, ""}:
        request.query = {**request.query, "count": _limited(str(request.query.get("count", RESULTS)))}
    response = await go(request)
    if kind_of(request) == "ServiceProviderConfig" and response.body:
        response.body["filter"]["maxResults"] = RESULTS
    return response


OPERATIONS = 200


# RFC 7644 section 3.12 has 413. Note 6.2: not below 100 operations; the longest of Entra's requests has 36.
@legal(
    "many-operations-413",
    "A PATCH with more than 200 operations returns 413 and says how many there may be",
    "eneo-ai/eneo#443, limits are enforced with 413 and a SCIM error; RFC 7644 section 3.12; note 6.2, batch size",
)
async def many_operations_413(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH" and len(operations(body_of(request))) > OPERATIONS:
        detail = f"A PATCH has at most {OPERATIONS} operations"
        return refused(target, request, detail, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await go(request)


# RFC 9110 section 15.5.16 and RFC 7644 section 3.1. Note 1.4: the service sends Content-Type with every body.
@legal(
    "untyped-body-415",
    "A creation or a change without a Content-Type returns 415",
    "Posit Connect, SCIM API reference: writes must have a Content-Type; RFC 9110 section 15.5.16; note 1.4",
)
async def untyped_body_415(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = request.method in {"POST", "PUT", "PATCH"} and kind_of(request) in KINDS
    if writes and not request.header("Content-Type"):
        detail = "Content-Type must be application/scim+json or application/json"
        return refused(target, request, detail, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return await go(request)


def _is_single(request: ScimRequest) -> bool:
    return any(is_read(request, kind) for kind in KINDS)


# RFC 9110 section 8.8.2: a server should send it where it knows it.
@legal(
    "last-modified-told",
    "A read by id has the header Last-Modified: meta.lastModified in whole seconds",
    "our deduction: RFC 9110 section 8.8.2; RFC 7643 section 3.1, meta.lastModified",
)
async def last_modified_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    single = _is_single(request)
    response = await go(request)
    moment = ((response.body or {}).get("meta") or {}).get("lastModified") if single else None
    if moment:
        response.headers["Last-Modified"] = format_datetime(datetime.fromisoformat(str(moment)), usegmt=True)
    return response


# RFC 5789 section 3.1 and RFC 9110 section 10.2.1: what may be done with a resource, said with any answer.
@legal(
    "accept-patch-told",
    "A read by id has Allow, and Accept-Patch with the media type of SCIM",
    "our deduction: RFC 5789 section 3.1; RFC 9110 section 10.2.1",
)
async def accept_patch_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    single = _is_single(request)
    response = await go(request)
    if single and succeeded(response):
        response.headers |= {"Allow": "GET, PUT, PATCH, DELETE", "Accept-Patch": "application/scim+json"}
    return response


# RFC 8288 section 3: a link to what describes a resource. The address is that of /Schemas, RFC 7644 section 4.
@legal(
    "schema-linked",
    "A user or a group comes with a Link header to the schemas that describe it",
    "our deduction: RFC 8288 section 3, describedby; RFC 7644 section 4",
)
async def schema_linked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    found = [one for _, one in of_type(request, response)]
    if len(found) == 1 and "totalResults" not in (response.body or {}) and found[0].get("meta"):
        base = str(found[0]["meta"]["location"]).rsplit("/", 2)[0]
        links = (f'<{base}/Schemas/{urn}>; rel="describedby"' for urn in found[0].get("schemas") or [])
        response.headers["Link"] = ", ".join(links)
    return response


# RFC 9530 section 3: a digest of the representation, which no recipient has to read.
@legal(
    "digest-told",
    "Every answer with a body has the header Repr-Digest with its SHA-256",
    "our deduction: RFC 9530 section 3",
)
async def digest_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None or isinstance(response, RawResponse):
        return response
    raw = json.dumps(response.body, ensure_ascii=False).encode()
    digest = base64.b64encode(hashlib.sha256(raw).digest()).decode()
    return RawResponse(response.status, None, {**response.headers, "Repr-Digest": f"sha-256=:{digest}:"}, raw)


# No source has a limit below the 40 minutes of a cycle; note 9.3, the time-out of the client is not known.
@legal(
    "queries-slow",
    "Every filter takes a fifth of a second, whatever it finds",
    "Captain-P-Goldfish/scim-for-keycloak#78, the more users the slower the match query; note 9.3, time-outs",
)
async def queries_slow(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(is_query(request, kind) for kind in KINDS):
        await asyncio.sleep(0.2)
    return await go(request)
