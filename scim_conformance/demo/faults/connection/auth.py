"""Faults in who is let in: a missing or wrong bearer token."""

import contextlib
import copy
from http import HTTPStatus

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import find_nobody
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP, authorize, is_write, page, refusal


@defect(
    Kind.CONNECTION,
    "login-page",
    "Without a valid token there is a login page, with status 200",
    "grokability/snipe-it#14138",
    named="ENT-CON-04#probe.refused",
    shows=("ENT-CON-05",),
    row="B06",
)
async def login_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        return page(HTTPStatus.OK)


@probe("login-page")
def login_page_shows(wire: Wire) -> bool:
    reply = find_nobody(wire, Authorization=None)
    return reply.status == 200 and b"<form>" in reply.body


@defect(
    Kind.CONNECTION,
    "login-redirect",
    "Without a valid token the answer redirects to the login page: 302",
    "grokability/snipe-it#14138",
    named="ENT-CON-04#probe.status",
    row="B06",
)
async def login_redirect(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        return page(HTTPStatus.FOUND, Location="/login")


@probe("login-redirect")
def login_redirect_shows(wire: Wire) -> bool:
    reply = find_nobody(wire, Authorization=None)
    return reply.status == 302 and "login" in reply.headers["location"]


@defect(
    Kind.CONNECTION,
    "any-bearer",
    "Any bearer token is accepted: its value is never checked",
    "floci-io/floci#3331",
    named="ENT-CON-05#probe.refused",
)
async def any_bearer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if (request.header("Authorization") or "").startswith("Bearer "):
        authorize(target, request)
    return await go(request)


@probe("any-bearer")
def any_bearer_shows(wire: Wire) -> bool:
    assert find_nobody(wire, Authorization=None).status == 401
    return find_nobody(wire, Authorization="Bearer x").status == 200


@defect(
    Kind.CONNECTION,
    "no-auth",
    "The accounts can be read and changed without any token",
    "Captain-P-Goldfish/scim-for-keycloak#104, with its authentication turned off",
    named="ENT-CON-04#probe.refused",
)
async def no_auth(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    authorize(target, request)
    return await go(request)


@probe("no-auth")
def no_auth_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Users", person(), Authorization=None).status == 201


@defect(
    Kind.CONNECTION,
    "bad-token-500",
    "A wrong token returns 500: the header cannot be read",
    "wso2/product-is#4964",
    named="ENT-CON-04#probe.status",
    row="B07",
)
async def bad_token_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "String index out of range: -1")


@probe("bad-token-500")
def bad_token_500_shows(wire: Wire) -> bool:
    return find_nobody(wire, Authorization="Bearer wrong").status == 500


async def _changed_all_the_same(target: Target, request: ScimRequest, go: Go) -> None:
    if is_write(request, "PATCH", "Users"):
        authorize(target, request)
        with contextlib.suppress(Exception):
            await go(request)


def _changed_by_a_stranger(wire: Wire, status: int) -> bool:
    user = wire.user(title="before")
    body = {"schemas": [PATCH_OP], "Operations": [replaced("title", "after")]}
    reply = wire.send("PATCH", f"/Users/{user}", body, Authorization="Bearer wrong")
    return reply.status == status and bool(wire.read(user)["title"] == "after")


@defect(
    Kind.CONNECTION,
    "changed-then-refused",
    "A change with a wrong token returns 401, but is made anyway",
    "RFC 7644 section 2, of a service that looks at the token too late",
    named="ENT-CON-10#read-back.kept.displayName",
)
async def changed_then_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    with_token = copy.deepcopy(request)
    try:
        return await go(request)
    except UnauthorizedException:
        await _changed_all_the_same(target, with_token, go)
        raise


@probe("changed-then-refused")
def changed_then_refused_shows(wire: Wire) -> bool:
    return _changed_by_a_stranger(wire, 401)


@defect(
    Kind.CONNECTION,
    "changed-then-403",
    "A change with a wrong token returns 403, but is made anyway",
    "RFC 7644 section 2, of a service that looks at the rights too late",
    named="ENT-CON-10#read-back.kept.displayName",
)
async def changed_then_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    with_token = copy.deepcopy(request)
    try:
        return await go(request)
    except UnauthorizedException:
        if not request.header("Authorization"):
            raise
        await _changed_all_the_same(target, with_token, go)
        return refusal(HTTPStatus.FORBIDDEN, "This token may not change users")


@probe("changed-then-403")
def changed_then_403_shows(wire: Wire) -> bool:
    return _changed_by_a_stranger(wire, 403)
