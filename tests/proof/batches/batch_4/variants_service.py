"""Fourth batch: legal variants of tokens, lists, load, and of targets in which others live too."""

import asyncio
import json
import time
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import CORE, is_query, refusal
from scim_conformance.demo.tokens import PATH
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_4.service import basic, with_credentials
from tests.proof.batches.batch_4.store import GALLERY, right


# RFC 6749 section 2.3.1: a server MUST take Basic, and the form is its option; the note's 1.2: gallery connectors
# default to the header.
@right("token-by-basic", "The token endpoint takes HTTP Basic alone", "RFC 6749 section 2.3.1; note 1.2", GALLERY)
async def token_by_basic(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path != PATH:
        return await go(request)
    said = basic(request)
    if said is None:
        error = {"error": "invalid_client", "error_description": "Use HTTP Basic"}
        headers = {"WWW-Authenticate": "Basic", "Content-Type": "application/json", "Cache-Control": "no-store"}
        return ScimResponse(HTTPStatus.UNAUTHORIZED, error, headers)
    with_credentials(request, *said)
    return await go(request)


# RFC 6749 section 5.1: expires_in is RECOMMENDED, and otherwise documented.
@right("token-without-expiry", "A token comes without expires_in", "RFC 6749 section 5.1; note 1.2", GALLERY)
async def token_without_expiry(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.body is not None:
        response.body.pop("expires_in", None)
    return response


# The note's 2.2 shows the empty list with itemsPerPage 20, and RFC 7644 section 3.4.2 asks for it in parts only.
@right("items-per-page-twenty", "A search without a hit says startIndex 1 and itemsPerPage 20", "Note 2.2, D-TUT")
async def items_per_page_twenty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    query = is_query(request, "Users") or is_query(request, "Groups")
    if query and (response.body or {}).get("totalResults") == 0 and response.body is not None:
        response.body |= {"startIndex": 1, "itemsPerPage": 20, "Resources": []}
    return response


LIMIT = 30


# RFC 6585 section 4; the note's 8 no. 28 asks for 25 a second of gallery targets, and of others for no number.
@right("thirty-a-second", "More than 30 requests in a second answer 429 with Retry-After", "RFC 6585 4; note 8 no. 28")
async def thirty_a_second(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    now = time.monotonic()
    recent: list[float] = [one for one in target.notes.get("thirty-a-second", []) if now - one < 1]
    target.notes["thirty-a-second"] = [*recent, now] if len(recent) < LIMIT else recent
    if len(recent) < LIMIT:
        return await go(request)
    response = refusal(HTTPStatus.TOO_MANY_REQUESTS, "More than 30 requests in a second")
    response.headers["Retry-After"] = "1"
    return response


# No source bounds the time of an answer (note 9.3); 50 ms is that of a near data centre.
@right("answers-delayed", "Each answer takes 50 milliseconds", "Note 9.3, no time-out is known")
async def answers_delayed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    await asyncio.sleep(0.05)
    return await go(request)


# RFC 7644 section 3.4.2.3: without sortBy the order is the server's; one that stays put.
@right("lists-by-name", "Lists are in the order of names", "RFC 7644 sections 3.4.2.3 and 3.4.2.4")
async def lists_by_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_list(request):
        name = {"Users": "userName", "Groups": "displayName"}[request.path.strip("/")]
        request.query = {"sortBy": name, "sortOrder": "ascending", **request.query}
    return await go(request)


DEVICE: dict[str, Any] = {
    "schemas": [f"{CORE}Schema"],
    "id": f"{CORE}Device",
    "name": "Device",
    "description": "A device",
    "attributes": [
        {
            "name": "displayName",
            "type": "string",
            "multiValued": False,
            "description": "Its name",
            "required": True,
            "caseExact": False,
            "mutability": "readWrite",
            "returned": "default",
            "uniqueness": "none",
        }
    ],
    "meta": {"resourceType": "Schema"},
}
TYPE: dict[str, Any] = {
    "schemas": [f"{CORE}ResourceType"],
    "id": "Device",
    "name": "Device",
    "endpoint": "/Devices",
    "description": "A device",
    "schema": f"{CORE}Device",
    "meta": {"resourceType": "ResourceType"},
}


# RFC 7643 sections 6 and 7: a server offers what types it has; RFC 9944 has devices.
@right("devices-offered", "/ResourceTypes and /Schemas name devices too", "RFC 7643 section 6; RFC 9944", GALLERY)
async def devices_offered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    offered: dict[str, dict[str, Any]] = {"/Schemas": DEVICE, "/ResourceTypes": TYPE}
    added = offered.get(request.path.rstrip("/"))
    if added and request.method == "GET" and response.body is not None and "Resources" in response.body:
        found = [*response.body["Resources"], added]
        response.body |= {"Resources": found, "totalResults": len(found), "itemsPerPage": len(found)}
    return response


async def _make(request: ScimRequest, go: Go, kind: str, body: dict[str, Any]) -> str:
    content = json.dumps({"schemas": [f"{CORE}{kind}"], **body}).encode()
    response = await go(replace(request, method="POST", path=f"/{kind}s", query={}, body=content))
    return str((response.body or {})["id"])


# A target is used by others: accounts of its own, some disabled, and groups (note 17, local accounts).
@right("populated", "There are 150 accounts and 12 groups before the run, some of them disabled", "Note 17, 9.1, B28")
async def populated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path != PATH and not target.notes.get("populated"):
        target.check_auth(request)
        target.notes["populated"] = True
        made = [
            await _make(request, go, "User", {"userName": f"local{number}@contoso.example", "active": number % 7 != 0})
            for number in range(150)
        ]
        for number in range(12):
            members = [{"value": one} for one in made[number * 10 : number * 10 + 5]]
            await _make(request, go, "Group", {"displayName": f"Local group {number}", "members": members})
    return await go(request)


OFTEN = 25


# RFC 7644 section 3.4.2.4: pages are no snapshot, resources may be added between the requests of a walk.
@right("others-sign-up", "With every 25th request somebody signs up in the target itself", "RFC 7644 3.4.2.4; note 17")
async def others_sign_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path != PATH:
        count = target.notes["others-sign-up"] = target.notes.get("others-sign-up", 0) + 1
        if count % OFTEN == 0:
            target.check_auth(request)
            await _make(request, go, "User", {"userName": f"guest{count}@contoso.example", "active": True})
    return await go(request)
