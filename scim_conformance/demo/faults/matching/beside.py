"""Faults in which a filter compares more than the attribute that it names, or hides what it finds."""

import re

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import filter_of, is_query, listed, resources


@defect(
    Kind.MATCHING,
    "found-by-display-name",
    "A filter on userName finds users with this display name too",
    "our deduction: a filter that runs the search of a page for administrators",
    named="ENT-MAT-01#match-alias.none",
)
async def found_by_display_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = re.fullmatch(r'userName eq (".*")', filter_of(request))
    if asked and is_query(request, "Users"):
        request.query = {**request.query, "filter": f"userName eq {asked[1]} or displayName eq {asked[1]}"}
    return await go(request)


@probe("found-by-display-name")
def found_by_display_name_shows(wire: Wire) -> bool:
    name = unique("shown")
    user = wire.user(displayName=name)
    return [one["id"] for one in wire.find("Users", f'userName eq "{name}"').listed] == [user]


@defect(
    Kind.MATCHING,
    "inactive-found-by-name-alone",
    "Only a filter on userName finds disabled users",
    "our deduction: queries for which only one path is exempt from a scope of active users",
    named="ENT-MAT-09/legacy/externalId#match-disabled.still",
)
async def inactive_found_by_name_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and not filter_of(request).lower().startswith("username "):
        listed(response, [one for one in resources(response) if one.get("active") is not False])
    return response


@probe("inactive-found-by-name-alone")
def inactive_found_by_name_alone_shows(wire: Wire) -> bool:
    key = unique("key")
    user = wire.user(externalId=key)
    found = len(wire.find("Users", f'externalId eq "{key}"').listed)
    wire.change(user, replaced("active", False))
    return [found, len(wire.find("Users", f'externalId eq "{key}"').listed)] == [1, 0]


@defect(
    Kind.MATCHING,
    "searched-by-mail",
    "A search leaves out users without an e-mail address",
    "our deduction: an index of people that is keyed by address",
    named="ENT-CRE-20/no-mail#match.one",
    row="B120",
)
async def searched_by_mail(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    searches = is_query(request, "Users")
    response = await go(request)
    if searches:
        listed(response, [one for one in resources(response) if one.get("emails")])
    return response


@probe("searched-by-mail")
def searched_by_mail_shows(wire: Wire) -> bool:
    names = [f"{unique()}@example.com" for _ in range(2)]
    wire.user(userName=names[0])
    wire.user(userName=names[1], emails=work(names[1]))
    return [len(wire.find("Users", f'userName eq "{name}"').listed) for name in names] == [0, 1]
