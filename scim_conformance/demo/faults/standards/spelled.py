"""Faults in names, schemes and texts that are spelled in another way, as RFC 7643, 7644, 6750 and 9110 have it."""

import re
import unicodedata
from http import HTTPStatus
from typing import Any

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, created, filter_of, refilter, refusal

OURS = "our deduction from RFC 7643 section"


@defect(
    Kind.STANDARDS,
    "names-in-one-case",
    "USERNAME is not understood, and the creation is refused",
    f"{OURS} 2.1; frameworks that compare the names of JSON exactly",
    named="RFC-RES-15#create.status",
)
async def names_in_one_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names = [name for name in created(request) if name.lower() == "username"]
    if names and "userName" not in names:
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "userName is missing", "invalidValue")
    return await go(request)


@probe("names-in-one-case")
def names_in_one_case_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Users", {"schemas": [f"{CORE}User"], "USERNAME": unique()}).status == 400


GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@defect(
    Kind.STANDARDS,
    "group-link-lost",
    "An externalId of a group is not stored, unless it is a GUID",
    f"{OURS} 3.1",
    named="RFC-RES-16#read-group.value.externalId",
)
async def group_link_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request, "Groups")
    if body and not GUID.fullmatch(str(body.get("externalId"))):
        set_body(request, {name: value for name, value in body.items() if name != "externalId"})
    return await go(request)


@probe("group-link-lost")
def group_link_lost_shows(wire: Wire) -> bool:
    group = wire.create_group(externalId="team-7").id
    return "externalId" not in wire.get(f"/Groups/{group}").json


def _is_apart(text: Any) -> bool:
    """Tell whether a text has letters of several code points that have one of their own."""
    return unicodedata.normalize("NFC", str(text)) != str(text)


@defect(
    Kind.STANDARDS,
    "twin-by-code-points",
    "A second user whose userName differs only in its Unicode form is created",
    "our deduction from RFC 7644 section 5",
    named="RFC-USR-08#twin.status",
)
async def twin_by_code_points(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not _is_apart(created(request).get("userName", "")):
        return await go(request)
    target.memory._values_of = lambda _: {}  # type: ignore[method-assign,assignment]
    try:
        return await go(request)
    finally:
        del target.memory._values_of


@probe("twin-by-code-points")
def twin_by_code_points_shows(wire: Wire) -> bool:
    name = f"zo\u00eb-{unique()}"
    return [wire.create(userName=one).status for one in (name, unicodedata.normalize("NFD", name))] == [201, 201]


@defect(
    Kind.STANDARDS,
    "found-by-code-points",
    "A filter does not find a userName in another Unicode form",
    "our deduction from RFC 7644 section 7.8",
    named="RFC-USR-08#find.found",
)
async def found_by_code_points(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _is_apart(filter_of(request)):
        refilter(request, 'userName eq "nobody"')
    return await go(request)


@probe("found-by-code-points")
def found_by_code_points_shows(wire: Wire) -> bool:
    name = f"zo\u00eb-{unique()}"
    wire.user(userName=name)
    return not wire.find("Users", f'userName eq "{unicodedata.normalize("NFD", name)}"').listed


@defect(
    Kind.STANDARDS,
    "scheme-in-one-case",
    "bearer in lower case is refused with 401",
    "our deduction from RFC 9110 section 11.1; scim2-server 0.8.3",
    named="RFC-AUT-05#lower.status",
)
async def scheme_in_one_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if (request.header("Authorization") or "").startswith("bearer "):
        raise UnauthorizedException(detail="The scheme is not known")
    return await go(request)


@probe("scheme-in-one-case")
def scheme_in_one_case_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization=f"bearer {wire.served.token}").status == 401


@defect(
    Kind.STANDARDS,
    "token-of-the-url",
    "A token in the URL counts more than that in the header: 401",
    "our deduction from RFC 6750 section 2",
    named="RFC-AUT-05#twice.status",
)
async def token_of_the_url(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "access_token" in request.query:
        raise UnauthorizedException(detail="The token is not known")
    return await go(request)


@probe("token-of-the-url")
def token_of_the_url_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1&access_token=x").status == 401
