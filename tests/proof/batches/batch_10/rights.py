"""What the legal variants of the tenth batch share."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target, body_of
from scim_conformance.demo.shapes import CORE, resources
from tests.proof.batches.batch_5.store import kind_of, refused
from tests.proof.batches.batch_10.store import KINDS, Attribute, configure, is_search

WRITES = {"POST", "PUT", "PATCH"}


def tenant_of(target: Target, request: ScimRequest) -> Target:
    """Return the tenant whose token a request has."""
    other = target.keys.other_tenant
    return target.other_tenant if request.header("Authorization") == f"Bearer {other}" else target


def declined(
    target: Target,
    request: ScimRequest,
    detail: str,
    scim_type: str | None = None,
    status: HTTPStatus = HTTPStatus.BAD_REQUEST,
) -> ScimResponse:
    """Return an error, to a request with a valid token of either tenant only."""
    return refused(tenant_of(target, request), request, detail, scim_type, status)


def bulkless(around: Around) -> Around:
    """Let a variant be without bulk, and say so: its rules would have to hold there too (RFC 7644 section 3.7, MAY)."""

    async def served(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        if request.path.strip("/") == "Bulk":
            return declined(target, request, "Bulk is not supported", status=HTTPStatus.NOT_IMPLEMENTED)
        response = await around(target, request, go)
        configure(request, response, "bulk", supported=False, maxOperations=0, maxPayloadSize=0)
        return response

    return served


def is_listing(request: ScimRequest) -> bool:
    """Tell whether a request asks for a list of users or groups, or of both, by GET or by a search."""
    return is_search(request) or (request.method == "GET" and request.path.strip("/") in {*KINDS, ""})


def is_user_write(request: ScimRequest) -> bool:
    """Tell whether a request creates or changes a user."""
    return request.method in WRITES and kind_of(request) == "Users" and not is_search(request)


def parameter(request: ScimRequest, name: str) -> str:
    """Return a parameter of a query, in its address or in its body, as one text; empty where there is none."""
    body = body_of(request) if is_search(request) else None
    said = body.get(name) if isinstance(body, dict) else request.query.get(name)
    return ",".join(str(one) for one in said) if isinstance(said, list) else str(said or "")


def names(text: str) -> set[str]:
    """Return the attributes that a list of attributes names, in lower case, without URN and sub-attributes."""
    return {one.strip().lower().rpartition(":")[2].partition(".")[0] for one in text.split(",") if one.strip()}


def users_in(response: ScimResponse) -> Iterator[dict[str, Any]]:
    """Yield the users that an answer carries, whatever endpoint gave it."""
    yield from (one for one in resources(response) if f"{CORE}User" in (one.get("schemas") or []))


def document(request: ScimRequest, kind: str, content: Attribute) -> Attribute:
    """Return a schema or a resource type with its schemas and meta."""
    location = f"{request.base_url.rstrip('/')}/{kind}s/{content['id']}"
    meta = {"resourceType": kind, "location": location}
    return {"schemas": [f"{CORE}{kind}"], **content, "meta": meta}


async def published(target: Target, request: ScimRequest, go: Go, kind: str, content: Attribute) -> ScimResponse:
    """Serve /Schemas or /ResourceTypes (`kind` Schema or ResourceType) with one more document, or that one alone."""
    made = document(request, kind, content)
    if unquote(request.path.strip("/")) == f"{kind}s/{content['id']}" and request.method == "GET":
        tenant_of(target, request).check_auth(request)
        return ScimResponse(HTTPStatus.OK, made)
    response = await go(request)
    body = response.body or {}
    if request.path.strip("/") == f"{kind}s" and "Resources" in body:
        found = [*body["Resources"], made]
        response.body = {**body, "Resources": found, "totalResults": len(found), "itemsPerPage": len(found)}
    return response
