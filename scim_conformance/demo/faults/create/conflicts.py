"""Faults in creating an account that exists already."""

from http import HTTPStatus
from typing import Any

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, answered, created, refusal, users, without_uniqueness

STRANGER = {"schemas": [f"{CORE}User"], "userName": "kim@customer.example", "displayName": "Kim", "active": True}


def _again(wire: Wire) -> Any:
    """Create a user twice, and return the first id and the second answer."""
    name = f"{unique()}@example.com"
    return wire.user(userName=name), wire.create(userName=name)


@defect(
    Kind.CREATE,
    "duplicate-500",
    "Creating a user who exists already returns 500",
    "FusionAuth/fusionauth-issues#2695",
    named="ENT-CRE-02#create-again.status",
    row="B18",
    wide="every scenario in which a name is taken gets this response",
)
async def duplicate_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    try:
        response = await go(request)
    except UniquenessException:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    if creates and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@probe("duplicate-500")
def duplicate_500_shows(wire: Wire) -> bool:
    return bool(_again(wire)[1].status == 500)


@defect(
    Kind.CREATE,
    "duplicate-400",
    "Creating a user who exists already returns 400 instead of 409",
    "Metatavu/keycloak-scim-server#110, of an error that names no conflict",
    named="ENT-CRE-02#create-again.status",
    row="B18",
)
async def duplicate_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await answered(target, request, go)
    if creates and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.BAD_REQUEST, "unknown_error")
    return response


@probe("duplicate-400")
def duplicate_400_shows(wire: Wire) -> bool:
    return bool(_again(wire)[1].status == 400)


@defect(
    Kind.CREATE,
    "conflict-without-type",
    "A conflict returns 409 without scimType",
    "msaad00/agent-bom#3540",
    named="ENT-CRE-02#create-again.scim-type",
    row="B19",
)
async def conflict_without_type(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.CONFLICT:
        (response.body or {}).pop("scimType", None)
    return response


@probe("conflict-without-type")
def conflict_without_type_shows(wire: Wire) -> bool:
    again = _again(wire)[1]
    return again.status == 409 and "scimType" not in again.json


@defect(
    Kind.CREATE,
    "duplicate-accepted",
    "A second account with the same userName is created",
    "grokability/snipe-it#13854",
    named="ENT-CRE-02#create-again.status",
    row="B45",
)
async def duplicate_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await without_uniqueness(target, request, go)


@probe("duplicate-accepted")
def duplicate_accepted_shows(wire: Wire) -> bool:
    first, again = _again(wire)
    return bool(again.status == 201 and again.id != first)


@defect(
    Kind.CREATE,
    "twin-by-case",
    "JYoung and jyoung are two accounts",
    "zitadel/zitadel#9257, of the match",
    named="ENT-CRE-07#create-again.status",
    row="B45",
)
async def twin_by_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = created(request).get("userName")
    held = [getattr(one, "user_name", None) for one in target.stored()]
    if name is not None and name not in held:
        return await without_uniqueness(target, request, go)
    return await go(request)


@probe("twin-by-case")
def twin_by_case_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert wire.create(userName=name).status == 409
    return wire.create(userName=name.upper()).status == 201


async def _taken_over(target: Target, request: ScimRequest, go: Go, identifier: str) -> ScimResponse:
    """Answer a creation with an account that is there."""
    request.method, request.path, request.body = "GET", f"/Users/{identifier}", b""
    response = await go(request)
    response.status = HTTPStatus.CREATED
    return response


@defect(
    Kind.CREATE,
    "duplicate-overwrites",
    "Creating a user who exists already returns 201 with that account",
    "BerriAI/litellm#11862",
    named="ENT-CRE-02#create-again.status",
    row="B45",
)
async def duplicate_overwrites(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName")).lower()
    held = [one for one in users(target) if str(one.get("userName")).lower() == name]
    return await _taken_over(target, request, go, held[0]["id"]) if held else await go(request)


@probe("duplicate-overwrites")
def duplicate_overwrites_shows(wire: Wire) -> bool:
    first, again = _again(wire)
    return bool(again.status == 201 and again.id == first)


@defect(
    Kind.CREATE,
    "external-id-taken-500",
    "A second user with the same externalId returns 500: a unique constraint",
    "snapotter-hq/SnapOtter#1007",
    named="ENT-CRE-09/externalId#create-other.status",
    row="B50",
)
async def external_id_taken_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = created(request).get("externalId")
    name = str(created(request).get("userName")).lower()
    others = [one for one in users(target) if str(one.get("userName")).lower() != name]
    if wanted is not None and len(others) == len(users(target)) and wanted in [one.get("externalId") for one in others]:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "duplicate key value violates unique constraint")
    return await go(request)


@probe("external-id-taken-500")
def external_id_taken_500_shows(wire: Wire) -> bool:
    key = unique("key")
    wire.user(externalId=key)
    return wire.create(externalId=key).status == 500


@defect(
    Kind.CREATE,
    "email-takes-over",
    "A creation with a known e-mail returns another person's account",
    "eneo-ai/eneo#443",
    named="ENT-CRE-09/emails.work.value#create-other.another",
    shows=("ENT-CRE-09",),
    row="B52",
)
async def email_takes_over(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    mails = {one.get("value") for one in body.get("emails") or []}
    name = str(body.get("userName")).lower()
    held = [
        one
        for one in users(target)
        if str(one.get("userName")).lower() != name
        and mails & {entry.get("value") for entry in one.get("emails") or []}
    ]
    return await _taken_over(target, request, go, held[0]["id"]) if held else await go(request)


@probe("email-takes-over")
def email_takes_over_shows(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    first = wire.user(emails=work(address))
    return wire.create(emails=work(address)).id == first


@defect(
    Kind.CREATE,
    "strangers-id",
    "A creation is answered with the id of another person's account",
    "eneo-ai/eneo#443, of a look-up that finds the wrong account",
    named="STD-IDS-03#any.answer",
    row="B52",
    wide="nothing is as it was sent when another account is read back",
    leaves="it is not known which accounts were created",
)
async def strangers_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = request.body
    if created(request) and "kim" not in target.notes:
        set_body(request, STRANGER)
        target.notes["kim"] = ((await go(request)).body or {})["id"]
        request.body = sent
    response = await go(request)
    if created(request) and response.body is not None and response.status == HTTPStatus.CREATED:
        response.body = {**response.body, "id": target.notes["kim"]}
    return response


@probe("strangers-id")
def strangers_id_shows(wire: Wire) -> bool:
    made = wire.create().json
    return bool(wire.read(made["id"])["userName"] != made["userName"])
