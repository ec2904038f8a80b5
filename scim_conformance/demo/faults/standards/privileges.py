"""Faults that accept a token for what it does not permit: of another tenant, for reads alone, expired, or forged."""

import base64
import json

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import READS, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import authorize
from scim_conformance.scenario.exchange import Credential
from scim_conformance.target import wrong_tokens

OWASP = "OWASP API Security Top 10 2023,"
ASVS = "OWASP ASVS 5.0,"


def _has(request: ScimRequest, token: str) -> bool:
    return request.header("Authorization") == f"Bearer {token}"


@defect(
    Kind.STANDARDS,
    "tenants-read-each-other",
    "Any valid token reads the users of every tenant",
    f"{OWASP} API1",
    named="SEC-TEN-01#read.hidden",
)
async def tenants_read_each_other(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _has(request, target.keys.other_tenant) and request.method in READS:
        authorize(target, request)
    return await go(request)


@probe("tenants-read-each-other")
def tenants_read_each_other_shows(wire: Wire) -> bool:
    other = f"Bearer {wire.served.app.keys.other_tenant}"
    return wire.get(f"/Users/{wire.user()}", Authorization=other).status == 200


@defect(
    Kind.STANDARDS,
    "tenants-change-each-other",
    "Any valid token changes and deletes the users of every tenant",
    f"{OWASP} API1",
    named="SEC-TEN-02#replace.closed",
)
async def tenants_change_each_other(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _has(request, target.keys.other_tenant) and request.method not in READS:
        authorize(target, request)
    return await go(request)


@probe("tenants-change-each-other")
def tenants_change_each_other_shows(wire: Wire) -> bool:
    other = f"Bearer {wire.served.app.keys.other_tenant}"
    return wire.send("DELETE", f"/Users/{wire.user()}", Authorization=other).status == 204


@defect(
    Kind.STANDARDS,
    "reader-writes",
    "A token that may only read creates, changes and deletes users",
    f"{OWASP} API5",
    named="SEC-TOK-03#create.closed",
)
async def reader_writes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _has(request, target.keys.read_only):
        authorize(target, request)
    return await go(request)


@probe("reader-writes")
def reader_writes_shows(wire: Wire) -> bool:
    reader = f"Bearer {wire.served.app.keys.read_only}"
    return wire.send("DELETE", f"/Users/{wire.user()}", Authorization=reader).status == 204


@defect(
    Kind.STANDARDS,
    "expiry-unchecked",
    "A token is accepted after it has expired",
    f"{ASVS} 9.2.1",
    named="SEC-TOK-04#refused.closed",
)
async def expiry_unchecked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _has(request, target.keys.expired):
        authorize(target, request)
    return await go(request)


@probe("expiry-unchecked")
def expiry_unchecked_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization=f"Bearer {wire.served.app.keys.expired}").status == 200


@defect(
    Kind.STANDARDS,
    "algorithm-of-the-token",
    "A JWT is accepted without a signature if its alg is none",
    f"{ASVS} 9.1.2; RFC 8725 section 2.1",
    named="SEC-TOK-05/none#refused.closed",
)
async def algorithm_of_the_token(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = (request.header("Authorization") or "").removeprefix("Bearer ")
    header, _, rest = said.partition(".")
    if rest.endswith(".") and _algorithm(header) == "none":
        authorize(target, request)
    return await go(request)


def _algorithm(header: str) -> object:
    try:
        return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))).get("alg")
    except (ValueError, AttributeError):
        return None


@probe("algorithm-of-the-token")
def algorithm_of_the_token_shows(wire: Wire) -> bool:
    forged = wrong_tokens.made(wire.served.token, Credential.JWT_NONE)
    return wire.get("/Users?count=1", Authorization=f"Bearer {forged}").status == 200
