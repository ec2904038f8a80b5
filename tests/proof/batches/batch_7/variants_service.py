"""Seventh batch: legal variants of versions, clocks, media types, choices of attributes, deletions and conflicts."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, changes, created, id_of, of_type, stored_at, verb
from tests.proof.batches.batch_2.store import dumps, written
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_6.store import lists
from tests.proof.batches.batch_7.store import legal

BEHIND = timedelta(minutes=7)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _earlier(text: str) -> str:
    return (_moment(text) - BEHIND).isoformat().replace("+00:00", "Z")


# RFC 7644 section 3.8 and RFC 9110 section 12.5.1: a client that asks for application/json may get it. Entra sends no
# Accept header of SCIM's, or none at all (note 1.4), and gets application/scim+json.
@legal(
    "json-where-asked",
    "A request with Accept: application/json is answered as application/json, every other as application/scim+json",
    "RFC 7644 sections 3.8 and 8.1; RFC 9110 section 12.5.1; note 1.4, Accept",
)
async def json_where_asked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    accepted = (request.header("Accept") or "").lower()
    response = await answered(target, request, go)
    if "application/json" in accepted and "scim+json" not in accepted and response.body is not None:
        response.headers["Content-Type"] = "application/json"
    return response


ARCHIVED = 0.4


# No source bounds the time of an answer (note 9.3).
@legal(
    "deletes-slow", "A deletion takes 0.4 seconds: the account is archived first", "Note 9.3; RFC 9110 section 9.3.5"
)
async def deletes_slow(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "DELETE":
        await asyncio.sleep(ARCHIVED)
    return await go(request)


def _tag(target: Target, identifier: str) -> str:
    content = {key: value for key, value in stored_at(target, f"/{identifier}").items() if key != "meta"}
    return f'W/"{hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]}"'


# RFC 9110 section 8.8.1: an entity tag says which representation it is, so equal content may have an equal tag. Entra
# sends no precondition (note 1.5).
@legal(
    "version-of-content",
    "meta.version and ETag are made of the content: a user who is disabled and enabled again has the first one again",
    "RFC 9110 section 8.8.1; RFC 7643 section 3.1, meta.version; RFC 7644 section 3.14; note 1.5",
)
async def version_of_content(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    current = stored_at(target, request.path).get("meta", {}).get("version")
    known = {_tag(target, id_of(request)): current} if current else {}
    headers: Any = request.headers
    request.headers = [(key, known.get(said, said) if "match" in key.lower() else said) for key, said in headers]
    response = await answered(target, request, go)
    for _, resource in of_type(request, response):
        if "version" in resource.get("meta", {}):
            resource["meta"]["version"] = _tag(target, str(resource["id"]))
    if kind_of(request) in {"Users", "Groups"} and "ETag" in response.headers:
        response.headers["ETag"] = _tag(target, str((response.body or {}).get("id") or id_of(request)))
    return response


# RFC 7643 section 3.1: lastModified is the last update, and a request to write is one. That an equal value leaves it as
# it was is said of add alone (RFC 7644 section 3.5.2.1). Entra does not read it.
@legal(
    "replace-touches",
    "A replace with the value that is there already gives the user or group a new lastModified",
    "RFC 7643 section 3.1, lastModified; RFC 7644 sections 3.5.2.1 and 3.5.2.3; note 4.5, no effective change",
)
async def replace_touches(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    touched: dict[str, str] = target.notes.setdefault("replace-touches", {})
    verbs = {verb(one) for one in [*changes(request), *changes(request, "Groups")]}
    response = await go(request)
    if verbs == {"replace"} and succeeded(response):
        touched[id_of(request)] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    for _, resource in of_type(request, response):
        meta, own = resource.get("meta") or {}, touched.get(str(resource["id"]))
        if own and "lastModified" in meta:
            meta["lastModified"] = max(meta["lastModified"], own, key=_moment)
    return response


ALWAYS = {"Users": ("userName", "externalId", "active"), "Groups": ("displayName", "externalId")}


# RFC 7643 section 7: an attribute may be “returned”: “always”; such attributes are in each answer, whatever is asked.
@legal(
    "always-returned",
    "userName, displayName of groups, externalId and active are returned even where attributes asks for id alone",
    "RFC 7643 section 7, returned; RFC 7644 section 3.9; note 2.1, attributes=id",
)
async def always_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    chosen = "attributes" in request.query
    response = await go(request)
    for kind, resource in of_type(request, response) if chosen else ():
        stored = stored_at(target, f"/{resource['id']}")
        for key in ALWAYS[kind]:
            if key in stored:
                resource[key] = stored[key]
    return response


# RFC 7643 section 3.1: version is optional, and a list may leave out what costs a query for each entry.
@legal(
    "version-of-single-reads",
    "meta.version is in the answer to a read by id, and not in lists",
    "RFC 7643 section 3.1, meta.version; RFC 7644 section 3.14",
)
async def version_of_single_reads(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if lists(request, response.body):
        for _, resource in of_type(request, response):
            resource.get("meta", {}).pop("version", None)
    return response


# RFC 9110 section 10.2.2: Location refers to a specific resource, and its meaning depends on method and status. Entra
# reads the 409 alone (note 8.1).
@legal(
    "conflict-located",
    "A 409 has a Location that names the user or group that is there already",
    "RFC 9110 sections 10.2.2 and 15.5.10; RFC 7644 section 3.3; note 3.4",
)
async def conflict_located(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = kind_of(request)
    name = "userName" if kind == "Users" else "displayName"
    wanted = {**created(request), **created(request, "Groups")}.get(name)
    response = await answered(target, request, go)
    if response.status == HTTPStatus.CONFLICT and wanted and not written(request, response):
        found = [one["id"] for one in dumps(target, kind.removesuffix("s")) if _same(one.get(name), wanted)]
        response.headers["Location"] = "".join(f"/v2/{kind}/{one}" for one in found[:1])
    return response


def _same(one: Any, other: Any) -> bool:
    return str(one).lower() == str(other).lower()
