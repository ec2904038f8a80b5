"""Faults in what a target publishes of its schemas and pages, as RFC 7643 sections 6 and 7 and RFC 9865 have it."""

from collections.abc import Iterator
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire

OURS = "our deduction from RFC 7643 section"


def _published(request: ScimRequest, response: ScimResponse) -> Iterator[dict[str, Any]]:
    """Yield every resource type, schema and attribute of a list, with the parts of attributes."""
    if request.path in {"/Schemas", "/ResourceTypes"} and response.body is not None:
        waiting = [*response.body.get("Resources", [])]
        while waiting:
            one = waiting.pop()
            waiting += [*(one.get("attributes") or []), *(one.get("subAttributes") or [])]
            yield one


@defect(
    Kind.STANDARDS,
    "undescribed",
    "Schemas, attributes and resource types have no descriptions",
    f"{OURS} 6",
    named="RFC-DSC-02#get.described",
)
async def undescribed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in _published(request, response):
        one.pop("description", None)
    return response


@probe("undescribed")
def undescribed_shows(wire: Wire) -> bool:
    return not any("description" in one for one in wire.get("/Schemas").listed)


@defect(
    Kind.STANDARDS,
    "required-unsaid",
    "An attribute that is not required does not say so",
    f"{OURS} 7",
    named="RFC-DSC-02#get.characterised",
)
async def required_unsaid(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in _published(request, response):
        if one.get("required") is False:
            del one["required"]
    return response


@probe("required-unsaid")
def required_unsaid_shows(wire: Wire) -> bool:
    said = [one.get("required") for schema in wire.get("/Schemas").listed for one in schema["attributes"]]
    return False not in said


@defect(
    Kind.STANDARDS,
    "pagination-in-words",
    "The configuration states with texts which pages it offers",
    "our deduction from RFC 9865 section 4",
    named="RFC-DSC-01#get.pagination",
)
async def pagination_in_words(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["pagination"] = {"cursor": "no", "index": "yes"}
    return response


@probe("pagination-in-words")
def pagination_in_words_shows(wire: Wire) -> bool:
    return bool(wire.get("/ServiceProviderConfig").json.get("pagination", {}).get("index") == "yes")
