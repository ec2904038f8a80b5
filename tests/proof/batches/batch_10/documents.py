"""Tenth batch: faults of the discovery documents, and of answers that are unlike what these documents say."""

import json

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, RawResponse, Target, body_of
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_10.store import PASSWORD, attributes_of, describe, tenth

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@tenth(
    Kind.DISCOVERY,
    "discovery-bare-arrays",
    "/Schemas and /ResourceTypes answer with a bare array: the controller returns its list without the envelope",
    "RFC 7644 section 4, each of the two SHALL return all as a ListResponse",
    MUST,
)
async def discovery_bare_arrays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.strip("/") in {"Schemas", "ResourceTypes"} and "Resources" in (response.body or {}):
        raw = json.dumps((response.body or {})["Resources"]).encode()
        return RawResponse(response.status, None, response.headers, raw)
    return response


@tenth(
    Kind.DISCOVERY,
    "configuration-in-list",
    "/ServiceProviderConfig answers with a list that has the configuration as its one entry: all three share a handler",
    "RFC 7644 section 4, it SHALL return a JSON structure that is the configuration itself; RFC 7643 section 5",
    MUST,
)
async def configuration_in_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if kind_of(request) == "ServiceProviderConfig" and response.body:
        figures = {"totalResults": 1, "startIndex": 1, "itemsPerPage": 1}
        response.body = {"schemas": [LIST], **figures, "Resources": [response.body]}
    return response


@tenth(
    Kind.DISCOVERY,
    "etag-in-body-alone",
    "The configuration promises ETags and meta.version is there, but no answer has the header: the proxy strips it",
    "RFC 7644 section 3.14, when supported, ETags MUST be specified as an HTTP header; RFC 7643 section 5, etag",
    MUST,
)
async def etag_in_body_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if "ETag" in response.headers:
        response.headers["ETag"] = ""
    return response


@tenth(
    Kind.STANDARDS,
    "immutable-number-changes",
    "/Schemas says that employeeNumber is immutable, and PATCH and PUT change it: the mapper does not read the schema",
    "RFC 7643 section 7, mutability, an immutable attribute SHALL NOT be updated; RFC 7644 sections 3.5.1 and 3.5.2",
    MUST,
)
async def immutable_number_changes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for attribute in attributes_of(request, response, ENTERPRISE, "employeeNumber"):
        attribute["mutability"] = "immutable"
    return response


@tenth(
    Kind.STANDARDS,
    "password-echoed",
    "The answer to a creation or to a PUT has the password that was sent: the answer is made of the request",
    "RFC 7643 section 4.1.1, password, SHALL NOT be returned in any form, and section 7, returned never",
    MUST,
)
async def password_echoed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = request.method in {"POST", "PUT"} and kind_of(request) == "Users"
    body = body_of(request) if writes else None
    response = await go(request)
    describe(request, response, PASSWORD)
    if isinstance(body, dict) and body.get("password") and succeeded(response) and "id" in (response.body or {}):
        response.body = {**(response.body or {}), "password": body["password"]}
    return response
