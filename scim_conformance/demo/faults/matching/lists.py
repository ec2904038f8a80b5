"""Faults in the list that answers a query."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import is_query, listed, refusal, resources


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


@defect(
    Kind.MATCHING,
    "unlinked-group-500",
    "While one group has no externalId, every query of groups returns 500",
    "Budibase/budibase#13114",
    named="ENT-GRP-30#match.status",
)
async def unlinked_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    groups = [one for one in target.stored() if not hasattr(one, "user_name")] if is_query(request, "Groups") else []
    if any(not one.external_id for one in groups):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "externalId of undefined")
    return await go(request)


@probe("unlinked-group-500")
def unlinked_group_500_shows(wire: Wire) -> bool:
    name, seen = unique("Sales"), []
    for external in ({"externalId": unique()}, {}):
        wire.create_group(**external)
        seen.append(wire.find("Groups", f'displayName eq "{name}"').status)
    return seen == [200, 500]


@defect(
    Kind.MATCHING,
    "match-once-per-group",
    "A user who is in two groups is found twice",
    "Infisical/infisical#6552, of users in a list: a join with the memberships",
    named="ENT-GRP-28/legacy#match-member.one",
)
async def match_once_per_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users"):
        groups = [one for one in target.stored() if not hasattr(one, "user_name")]
        joined = [member.value for group in groups for member in group.members or []]
        found = resources(response)
        listed(response, [one for one in found for _ in range(max(1, joined.count(one.get("id"))))])
    return response


@probe("match-once-per-group")
def match_once_per_group_shows(wire: Wire) -> bool:
    name, seen = f"{unique()}@example.com", []
    user = wire.user(userName=name)
    for _ in range(2):
        wire.group(user)
        seen.append(len(wire.find("Users", f'userName eq "{name}"').listed))
    return seen == [1, 2]
