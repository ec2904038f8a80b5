"""Faults in the words of a filter: values that look like its syntax."""

import re

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import filter_of, listed


@defect(
    Kind.MATCHING,
    "operators-in-values",
    "Names with the word and, or or eq between spaces are not found",
    "our deduction: a filter that is split before its texts are read",
    named="ENT-GRP-15/operators#match.one",
)
async def operators_in_values(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if re.search(r'"[^"]* (and|or|eq)( [^"]*)?"', filter_of(request)):
        listed(response, [])
    return response


def _found(wire: Wire, *names: str) -> list[int]:
    """Create groups with these endings of their names, and count what a filter on each whole name finds."""
    whole = [f"{unique()}{name}" for name in names]
    for name in whole:
        assert wire.create_group(name).status == 201
    return [len(wire.find("Groups", f'displayName eq "{name}"').listed) for name in whole]


@probe("operators-in-values")
def operators_in_values_shows(wire: Wire) -> bool:
    return _found(wire, " Sales and Support", " Sales (EMEA)", " Sandra Orth") == [0, 1, 1]


@defect(
    Kind.MATCHING,
    "parentheses-in-values",
    "Names with parentheses are not found",
    "our deduction: a filter whose parentheses are paired before its texts are read",
    named="ENT-GRP-15/parentheses#match.one",
)
async def parentheses_in_values(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if re.search(r'"[^"]*\([^"]*"', filter_of(request)):
        listed(response, [])
    return response


@probe("parentheses-in-values")
def parentheses_in_values_shows(wire: Wire) -> bool:
    return _found(wire, " Sales (EMEA)", " Sales and Support") == [0, 1]
