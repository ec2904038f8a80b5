"""Faults in how values are taken that are meant to do harm, as OWASP has it."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, op
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP, changes, created, id_of, is_read, path_of, refusal, resources

OWASP = "OWASP API Security Top 10 2023,"
ASVS = "OWASP ASVS 5.0,"


@defect(
    Kind.STANDARDS,
    "prototype-polluted",
    "What a creation says of __proto__ is there in every user afterwards",
    f"{OWASP} API3",
    named="SEC-MAS-02#read.assigned",
)
async def prototype_polluted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shared: dict[str, object] = target.notes.setdefault("prototype", {})
    shared.update(created(request).get("__proto__") or {})
    response = await go(request)
    if is_read(request, "Users") and response.body is not None:
        response.body = {**shared, **response.body}
    return response


@probe("prototype-polluted")
def prototype_polluted_shows(wire: Wire) -> bool:
    wire.user(__proto__={"made": "1"})
    return "made" in wire.read(wire.user())


@defect(
    Kind.STANDARDS,
    "user-joins-itself",
    "A change of the groups of a user makes it a member",
    f"{OWASP} API3",
    named="SEC-MAS-03#read.not-joined",
)
async def user_joins_itself(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    joined = [one["value"] for each in changes(request) if path_of(each) == "groups" for one in each["value"]]
    if not joined:
        return await go(request)
    set_body(request, {"schemas": [PATCH_OP], "Operations": [added(id_of(request))]})
    request.path = f"/Groups/{joined[0]}"
    return await go(request)


@probe("user-joins-itself")
def user_joins_itself_shows(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    wire.change(user, op("add", "groups", [{"value": group}]))
    return wire.members(group) == [user]


@defect(
    Kind.STANDARDS,
    "deep-body-500",
    "A deeply nested body returns 500",
    f"{OWASP} API4; django-scim2-server 1.1.0",
    named="SEC-LIM-02#create.no-crash",
)
async def deep_body_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if b"[" * 500 in request.body:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "maximum recursion depth exceeded")
    return await go(request)


@probe("deep-body-500")
def deep_body_500_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Users", b'{"a":' + b"[" * 600 + b"]" * 600 + b"}").status == 500


@defect(
    Kind.STANDARDS,
    "templates-evaluated",
    "An expression in a displayName is evaluated: {{7*7}} becomes 49",
    f"{ASVS} 1.3.7",
    named="SEC-INJ-08#read.evaluated",
)
async def templates_evaluated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in resources(response):
        if "displayName" in one:
            one["displayName"] = re.sub(
                r"\{\{(\d)\*(\d)\}\}", lambda found: str(int(found[1]) * int(found[2])), one["displayName"]
            )
    return response


@probe("templates-evaluated")
def templates_evaluated_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user(displayName="{{7*7}}"))["displayName"] == "49")


@defect(
    Kind.STANDARDS,
    "zero-byte-500",
    "A zero byte in a value returns 500",
    f"{ASVS} 1.2.4",
    named="SEC-INJ-09/zero#patch.no-crash",
)
async def zero_byte_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "\x00" in str(body_of(request)) or b"\\u0000" in request.body:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "invalid byte sequence")
    return await go(request)


@probe("zero-byte-500")
def zero_byte_500_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", "displayName", "a\x00b")).status == 500
