"""Faults in primary values and in how JSON is read, as RFC 7643 section 2.4 and RFC 8259 section 7 has it."""

import re

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, filter_of, resources

OURS = "our deduction from RFC 7643 section"


@defect(
    Kind.STANDARDS,
    "several-primaries",
    "A user is created with two primary e-mail addresses",
    "wso2/product-is#10033",
    named="RFC-RES-12#read-double.one-primary",
)
async def several_primaries(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    marked = [one for one in body.get("emails") or [] if isinstance(one, dict) and one.get("primary") is True]
    names: set[str] = target.notes.setdefault("several primaries", set())
    if len(marked) > 1:
        names.add(body["userName"])
        set_body(request, {**body, "emails": [{**one, "primary": one is marked[0]} for one in body["emails"]]})
    response = await go(request)
    for one in resources(response):
        if one.get("userName") in names:
            one["emails"] = [{**each, "primary": True} for each in one.get("emails") or []]
    return response


@probe("several-primaries")
def several_primaries_shows(wire: Wire) -> bool:
    both = [{"value": f"{unique()}@example.com", "type": kind, "primary": True} for kind in ("work", "home")]
    made = wire.create(emails=both)
    return made.status == 201 and [one["primary"] for one in wire.read(made.id)["emails"]] == [True, True]


@defect(
    Kind.STANDARDS,
    "primary-assumed",
    "A filter for primary values matches a value without primary",
    f"{OURS} 2.4",
    named="RFC-RES-12#bare.none",
)
async def primary_assumed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if " and primary eq true]" in filter_of(request):
        request.query = {**request.query, "filter": filter_of(request).replace(" and primary eq true]", "]")}
    return await go(request)


@probe("primary-assumed")
def primary_assumed_shows(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    wire.user(emails=[{"value": address}])
    return len(wire.find("Users", f'emails[value eq "{address}" and primary eq true]').listed) == 1


@defect(
    Kind.STANDARDS,
    "escapes-lost",
    "Characters that are escaped in JSON become question marks",
    "our deduction from RFC 8259 section 7",
    named="RFC-RES-13#read.same",
)
async def escapes_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if b"\\u" in request.body:
        request.body = re.sub(rb"\\u[0-9a-fA-F]{4}", b"?", request.body)
    return await go(request)


@probe("escapes-lost")
def escapes_lost_shows(wire: Wire) -> bool:
    return "?" in wire.read(wire.send("POST", "/Users", person(displayName="Zoë")).id)["displayName"]
