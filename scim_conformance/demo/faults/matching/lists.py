"""Faults in the list that answers a query."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire


def _list(wire: Wire) -> Any:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    return wire.find("Users", f'userName eq "{name}"').json


@defect(
    Kind.MATCHING,
    "list-without-schemas",
    "Lists do not say that they are lists: schemas is missing",
    "simpleidserver/SimpleIdServer#320",
    named="STD-SCH-01#any.answer",
    row="B32",
)
async def list_without_schemas(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {name: value for name, value in (response.body or {}).items() if name != "schemas"}
    return response


@probe("list-without-schemas")
def list_without_schemas_shows(wire: Wire) -> bool:
    return "schemas" not in _list(wire)


@defect(
    Kind.MATCHING,
    "list-without-total",
    "Lists come without totalResults",
    "sourcegraph/sourcegraph-public-snapshot#48355",
    named="ENT-CON-01#probe.none",
    row="B32",
)
async def list_without_total(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {name: value for name, value in (response.body or {}).items() if name != "totalResults"}
    return response


@probe("list-without-total")
def list_without_total_shows(wire: Wire) -> bool:
    return "totalResults" not in _list(wire)


@defect(
    Kind.MATCHING,
    "lower-case-resources",
    "Lists have their entries under “resources”, in lower case",
    "ssoready/ssoready#232",
    named="ENT-MAT-01#match.one",
    row="B33",
)
async def lower_case_resources(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {
            "resources" if name == "Resources" else name: value for name, value in (response.body or {}).items()
        }
    return response


@probe("lower-case-resources")
def lower_case_resources_shows(wire: Wire) -> bool:
    return "resources" in _list(wire)
