"""Ninth batch: legal variants in how answers are sent, in lists, and in what belongs to no resource."""

import json
from hashlib import sha256
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.shapes import answered
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_4.store import said
from tests.proof.batches.batch_5.store import refused
from tests.proof.batches.batch_6.store import lists
from tests.proof.batches.batch_9.store import KINDS, legal


# RFC 9110 section 11.6.1: a challenge may name several schemes, of which a client takes one that it knows.
@legal(
    "challenges-several",
    "The challenge of a 401 names three schemes: Basic, DPoP and Bearer, the last with an error",
    "RFC 9110 section 11.6.1; RFC 7644 section 2; RFC 6750 section 3",
)
async def challenges_several(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.UNAUTHORIZED:
        schemes = ('Basic realm="portal"', 'DPoP algs="ES256"', 'Bearer realm="scim", error="invalid_token"')
        response.headers["WWW-Authenticate"] = ", ".join(schemes)
    return response


# RFC 8259 section 2: white space before and after a value means nothing. A server sends it while it still works.
@legal(
    "json-after-blanks",
    "Each body begins with a line break and blanks, which keep the connection open, and ends with a line break",
    "RFC 8259 section 2; RFC 7644 section 3.8",
)
async def json_after_blanks(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    raw = f"\n    \r\n{json.dumps(response.body)}\n".encode()
    return RawResponse(response.status, None, response.headers, raw)


# RFC 9110 section 8.8.3: any representation may have an entity tag. That of a list is no version of a resource.
@legal(
    "lists-tagged",
    "A list has an ETag of its own, made of its content",
    "RFC 9110 section 8.8.3; RFC 7644 section 3.14, which speaks of resources",
)
async def lists_tagged(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if lists(request, response.body):
        response.headers["ETag"] = f'W/"{sha256(json.dumps(response.body).encode()).hexdigest()[:16]}"'
    return response


# RFC 8288 section 3: a link in a header. A client that does not know it takes the index of RFC 7644 section 3.4.2.4.
@legal(
    "next-page-linked",
    "A list without a filter that has further pages comes with a Link header: the address of the next one",
    "RFC 8288 section 3; RFC 7644 section 3.4.2.4",
)
async def next_page_linked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown, size = is_list(request), request.query.get("count")
    response = await go(request)
    body = response.body or {}
    if shown and lists(request, body):
        following = int(body.get("startIndex") or 1) + len(body.get("Resources") or [])
        address = f"{request.url}?startIndex={following}" + (f"&count={size}" if size else "")
        if following <= body["totalResults"] and body.get("Resources"):
            response.headers["Link"] = f'<{address}>; rel="next"'
    return response


# RFC 7644 section 3.12, invalidValue: which characters a text may have is for the server to say. Tabulators and line
# breaks, which a street in a directory may have, are taken.
@legal(
    "control-characters-400",
    "A text with a control character other than a tabulator or a line break returns 400 invalidValue",
    "RFC 7644 section 3.12, invalidValue; RFC 7643 section 2.3.1; note 8 no. 11",
)
async def control_characters_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    texts = [(path, value) for kind in KINDS for path, value in said(request, kind) if isinstance(value, str)]
    wrong = [path for path, value in texts if any(one < " " and one not in "\t\r\n" for one in value)]
    if wrong:
        return refused(target, request, f"{wrong[0]} has a control character", "invalidValue")
    return await go(request)


LONGEST = 256
"""The displayName of a group in Entra has at most 256 characters."""


# RFC 7644 section 3.12, as above, for how long a name may be.
@legal(
    "group-name-limit",
    "A displayName of a group of more than 256 characters returns 400 invalidValue with the limit in its detail",
    "RFC 7644 section 3.12, invalidValue; note 8 no. 11",
)
async def group_name_limit(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path == "displayname" and len(str(value)) > LONGEST for path, value in said(request, "Groups")):
        return refused(target, request, f"displayName has more than {LONGEST} characters", "invalidValue")
    return await go(request)
