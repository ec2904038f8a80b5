"""Tenth batch: faults in the form of answers: the types of values, the figures of lists, times and errors."""

import json
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, is_list
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_6.store import lists
from tests.proof.batches.batch_10.store import carried, is_search, tenth

TIMES = ("created", "lastModified")


@tenth(
    Kind.STANDARDS,
    "times-as-numbers",
    "meta.created and meta.lastModified are numbers, milliseconds since 1970: the serializer's setting for dates",
    "RFC 7643 section 2.3.5, a DateTime MUST be encoded as a valid xsd:dateTime, and section 3.1",
    MUST,
)
async def times_as_numbers(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in carried(request, response):
        meta = resource.get("meta") or {}
        for name in set(TIMES) & set(meta):
            meta[name] = int(datetime.fromisoformat(meta[name]).timestamp() * 1000)
    return response


@tenth(
    Kind.STANDARDS,
    "resource-type-plural",
    "meta.resourceType is Users and Groups, the last part of the endpoint, where the types are named User and Group",
    "RFC 7643 section 3.1, resourceType is the name of the resource type; RFC 7644 section 3.3.1, SHALL be set",
    MUST,
)
async def resource_type_plural(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in carried(request, response):
        if "resourceType" in (resource.get("meta") or {}):
            resource["meta"]["resourceType"] += "s"
    return response


@tenth(
    Kind.PAGING,
    "figures-as-text",
    "totalResults, startIndex and itemsPerPage are texts, such as “3”: they pass through a template",
    "RFC 7644 section 3.4.2, totalResults REQUIRED, and the list's integers; RFC 7643 section 2.3.4",
    MUST,
)
async def figures_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for name in ("totalResults", "startIndex", "itemsPerPage"):
        if is_list(response) and response.body and name in response.body:
            response.body[name] = str(response.body[name])
    return response


@tenth(
    Kind.PAGING,
    "lists-of-version-one",
    "schemas of a list names urn:scim:schemas:core:1.0: only single resources were moved from SCIM 1.1 to 2.0",
    "RFC 7644 section 3.4.2, lists MUST be identified by the URN of ListResponse, and section 3.1",
    MUST,
)
async def lists_of_version_one(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(response) and response.body:
        response.body["schemas"] = ["urn:scim:schemas:core:1.0"]
    return response


@tenth(
    Kind.PAGING,
    "resources-as-map",
    "Resources of a list of users or groups is an object with the ids as its keys: a map is serialised",
    "RFC 7644 section 3.4.2, Resources, a multi-valued list of complex objects; RFC 7643 section 2.4, an array",
    MUST,
)
async def resources_as_map(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if lists(request, response.body) or is_search(request):
        found = carried(request, response)
        if is_list(response) and all("id" in one for one in found):
            response.body = {**(response.body or {}), "Resources": {one["id"]: one for one in found}}
    return response


@tenth(
    Kind.CONNECTION,
    "latin-1-out",
    "Answers are encoded in ISO-8859-1, so that Zoë is no UTF-8: the writer takes the platform's default",
    "RFC 7644 section 3.8, resources MUST be encoded using UTF-8; RFC 8259 section 8.1",
    MUST,
)
async def latin_1_out(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    raw = json.dumps(response.body, ensure_ascii=False).encode("latin-1", "replace")
    return RawResponse(response.status, None, response.headers, raw)


@tenth(
    Kind.STANDARDS,
    "single-value-unwrapped",
    "A list of one e-mail, phone number or member is returned as that object, without its array: a converter from XML",
    "RFC 7643 section 2.4, multi-valued attributes contain a list of elements using the JSON array",
    MUST,
)
async def single_value_unwrapped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in carried(request, response):
        for name, value in resource.items():
            if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
                resource[name] = value[0]
    return response


@tenth(
    Kind.STANDARDS,
    "certificate-as-hex",
    "The value of a certificate is returned in hexadecimal digits: the driver of the database prints bytea that way",
    "RFC 7643 section 2.3.6, in JSON representation the encoded values MUST be base64, and section 4.1.2",
    MUST,
)
async def certificate_as_hex(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in carried(request, response):
        for one in resource.get("x509Certificates") or []:
            if "value" in one:
                one["value"] = b64decode(one["value"] + "==").hex()
    return response


@tenth(
    Kind.STANDARDS,
    "modified-at-birth",
    "lastModified of a user or a group that was never changed is 3 milliseconds after created: the clock is read twice",
    "RFC 7643 section 3.1, lastModified, of what was never modified it MUST be the same as created",
    MUST,
)
async def modified_at_birth(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in carried(request, response):
        meta: dict[str, Any] = resource.get("meta") or {}
        if "created" in meta and meta["created"] == meta.get("lastModified"):
            later = datetime.fromisoformat(meta["created"]) + timedelta(milliseconds=3)
            meta["lastModified"] = later.isoformat().replace("+00:00", "Z")
    return response


@tenth(
    Kind.ERRORS,
    "filter-error-as-syntax",
    "A filter that is not understood returns 400 with the scimType invalidSyntax: every parse error has that one",
    "RFC 7644 section 3.4.2.2, an unrecognized operation MUST return 400 with the scimType invalidFilter",
    MUST,
)
async def filter_error_as_syntax(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body and response.body.get("scimType") == "invalidFilter":
        response.body["scimType"] = "invalidSyntax"
    return response
