"""Faults in the addresses of resources: where a new one is, and where a member is."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import of_type


@defect(
    Kind.STANDARDS,
    "created-at-the-list",
    "Location of a creation is the address of the list",
    "our deduction from RFC 7644 section 3.3",
    named="RFC-CRE-01#create-user.location",
)
async def created_at_the_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "POST" and "Location" in response.headers and response.body is not None:
        response.headers = {**response.headers, "Location": f"{request.base_url}{request.path}"}
        response.body = {**response.body, "meta": {"resourceType": response.body["meta"]["resourceType"]}}
    return response


@probe("created-at-the-list")
def created_at_the_list_shows(wire: Wire) -> bool:
    return wire.create().headers["location"].rstrip("/").endswith("/Users")


@defect(
    Kind.STANDARDS,
    "reference-to-people",
    "$ref of a member leads to an endpoint that there is not",
    "our deduction from RFC 7643 section 2.3.7",
    named="RFC-GRP-03#read.target",
)
async def reference_to_people(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, one in of_type(request, response):
        for member in one.get("members") or []:
            member["$ref"] = f"{request.base_url}/people/{member['value']}"
    return response


@probe("reference-to-people")
def reference_to_people_shows(wire: Wire) -> bool:
    group = wire.get(f"/Groups/{grouped(wire)[1]}").json
    return "/people/" in str(group["members"][0].get("$ref"))
