"""Faults in which attributes a creation may contain: with one of them, the whole creation is refused."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, refusal
from scim_conformance.scim import paths

SIX = (
    "preferredLanguage",
    "name.formatted",
    'addresses[type eq "work"].country',
    'phoneNumbers[type eq "fax"].value',
    "externalId",
    f"{ENTERPRISE}:department",
)
"""Spread over the mapping, so that no group of neighbouring attributes is refused as a whole."""

EACH = "every creation that is judged contains the attribute"


def _held(body: dict[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if paths.read(body, paths.parse(name)) is not None]


def _status(wire: Wire, **attributes: Any) -> int:
    return wire.send("POST", "/Users", person() | attributes).status


def _bare(wire: Wire) -> int:
    body = person()
    return wire.send("POST", "/Users", {name: body[name] for name in ("schemas", "userName")}).status


@defect(
    Kind.CREATE,
    "title-400",
    "A creation that contains title returns 400: an unknown field",
    "our deduction: a target whose model of a user refuses what it does not know",
    named="STD-CRE-01#any.answer",
    shows=("STD-CRE-01",),
    wide=EACH,
    row="B43",
)
async def title_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "title" in created(request):
        return refusal(HTTPStatus.BAD_REQUEST, "Unknown field 'title'", "invalidSyntax")
    return await go(request)


@probe("title-400")
def title_400_shows(wire: Wire) -> bool:
    return (_status(wire, title="Clerk"), _bare(wire)) == (400, 201)


@defect(
    Kind.CREATE,
    "six-attributes-400",
    "A creation with one of six attributes returns 400, and does not say which",
    "our deduction: a target that refuses what it does not know, and says only that the request is invalid",
    named="STD-CRE-01#any.answer",
    wide=EACH,
    row="B43",
)
async def six_attributes_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _held(created(request), SIX):
        return refusal(HTTPStatus.BAD_REQUEST, "The request is invalid", "invalidValue")
    return await go(request)


@probe("six-attributes-400")
def six_attributes_400_shows(wire: Wire) -> bool:
    return (_status(wire, preferredLanguage="en"), _bare(wire)) == (400, 201)


@defect(
    Kind.CREATE,
    "title-500",
    "A creation that contains title returns 500",
    "our deduction: a target whose database has no column for it",
    named="STD-CRE-01#any.answer",
    wide=EACH,
    row="B43",
)
async def title_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "title" in created(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "column users.job does not exist")
    return await go(request)


@probe("title-500")
def title_500_shows(wire: Wire) -> bool:
    return (_status(wire, title="Clerk"), _bare(wire)) == (500, 201)


@defect(
    Kind.CREATE,
    "title-with-department-400",
    "A creation that contains both title and department returns 400",
    "our deduction: a target that stores both in one column",
    named="STD-CRE-01#any.answer",
    wide=EACH,
    row="B43",
)
async def title_with_department_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(_held(created(request), ("title", f"{ENTERPRISE}:department"))) == 2:
        return refusal(HTTPStatus.BAD_REQUEST, "The position is given twice", "invalidValue")
    return await go(request)


@probe("title-with-department-400")
def title_with_department_400_shows(wire: Wire) -> bool:
    both = _status(wire, title="Clerk", **{ENTERPRISE: {"department": "Sales"}})
    return (both, _status(wire, title="Clerk")) == (400, 201)


@defect(
    Kind.CREATE,
    "group-created-without-external-id",
    "A group that is created with externalId returns 400",
    "our deduction: a target whose groups have no externalId",
    named="STD-CRE-02#any.answer",
    shows=("STD-CRE-02",),
    wide="every creation of a group that is judged contains it",
    row="B43",
)
async def group_created_without_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "externalId" in created(request, "Groups"):
        return refusal(HTTPStatus.BAD_REQUEST, "Groups have no externalId", "invalidSyntax")
    return await go(request)


@probe("group-created-without-external-id")
def group_created_without_external_id_shows(wire: Wire) -> bool:
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Clerks"}
    found = [wire.send("POST", "/Groups", body | more).status for more in ({}, {"externalId": "1"})]
    return found == [201, 400]


@defect(
    Kind.CREATE,
    "creation-400",
    "Every creation of a user returns 400",
    "our deduction: a target that lets nobody create accounts, and says so with the wrong status",
    named="ENT-CRE-01#create.status",
    wide="without accounts, every creation that is judged fails",
    row="B43",
)
async def creation_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request):
        return refusal(HTTPStatus.BAD_REQUEST, "Accounts are created elsewhere")
    return await go(request)


@probe("creation-400")
def creation_400_shows(wire: Wire) -> bool:
    return (_status(wire), _bare(wire)) == (400, 400)
