"""Defects of the embedded target in what happens when an account exists already."""

from http import HTTPStatus

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import answered, created, refusal, users, without_uniqueness


@defect(
    Kind.CREATE,
    "duplicate-500",
    "Creating somebody who exists answers 500",
    "FusionAuth/fusionauth-issues#2695",
    row="B18",
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


@defect(
    Kind.CREATE,
    "duplicate-400",
    "Creating somebody who exists answers 400 instead of 409",
    "Metatavu/keycloak-scim-server#110, of an error that names no conflict",
    row="B18",
)
async def duplicate_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await answered(target, request, go)
    if creates and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.BAD_REQUEST, "unknown_error")
    return response


@defect(
    Kind.CREATE,
    "conflict-without-type",
    "A conflict answers 409 without scimType",
    "msaad00/agent-bom#3540",
    row="B19",
)
async def conflict_without_type(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.CONFLICT:
        (response.body or {}).pop("scimType", None)
    return response


@defect(
    Kind.CREATE,
    "duplicate-accepted",
    "A second account with the same userName is created",
    "grokability/snipe-it#13854",
    row="B45",
)
async def duplicate_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await without_uniqueness(target, request, go)


@defect(
    Kind.CREATE, "twin-by-case", "JYoung and jyoung are two accounts", "zitadel/zitadel#9257, of the match", row="B45"
)
async def twin_by_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = created(request).get("userName")
    held = [getattr(one, "user_name", None) for one in target.stored()]
    if name is not None and name not in held:
        return await without_uniqueness(target, request, go)
    return await go(request)


@defect(
    Kind.CREATE,
    "duplicate-overwrites",
    "Creating somebody who exists answers 201 with the account that was there",
    "BerriAI/litellm#11862",
    row="B45",
)
async def duplicate_overwrites(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName")).lower()
    held = [one for one in users(target) if str(one.get("userName")).lower() == name]
    return await _taken_over(target, request, go, held[0]["id"]) if held else await go(request)


async def _taken_over(target: Target, request: ScimRequest, go: Go, identifier: str) -> ScimResponse:
    """Answer a creation with an account that is there."""
    request.method, request.path, request.body = "GET", f"/Users/{identifier}", b""
    response = await go(request)
    response.status = HTTPStatus.CREATED
    return response


@defect(
    Kind.CREATE,
    "external-id-taken-500",
    "A second user of the same externalId answers 500: a unique constraint",
    "snapotter-hq/SnapOtter#1007",
    row="B50",
)
async def external_id_taken_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = created(request).get("externalId")
    name = str(created(request).get("userName")).lower()
    others = [one for one in users(target) if str(one.get("userName")).lower() != name]
    if wanted is not None and len(others) == len(users(target)) and wanted in [one.get("externalId") for one in others]:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "duplicate key value violates unique constraint")
    return await go(request)


@defect(
    Kind.CREATE,
    "email-takes-over",
    "A known e-mail in a creation hands out another person's account",
    "eneo-ai/eneo#443",
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
