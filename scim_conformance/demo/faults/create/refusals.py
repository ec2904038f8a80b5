"""Faults in which attributes are accepted: sound ones are refused."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, changes, created, path_of, refusal

KNOWN_SCHEMAS = {f"{CORE}User", f"{CORE}Group", ENTERPRISE}
ROLE = [{"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}]


def _status(wire: Wire, **attributes: Any) -> int:
    assert wire.create().status == 201
    return wire.create(**attributes).status


@defect(
    Kind.CREATE,
    "manager-post-400",
    "Creating a user with a manager returns 400",
    "apache/directory-scimple#1242",
    named="ENT-MGR-05#create.status",
    shows=("ENT-MGR-05",),
    row="B41",
)
async def manager_post_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if isinstance(created(request).get(ENTERPRISE, {}).get("manager"), str):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be an object", "invalidValue")
    return await go(request)


@probe("manager-post-400")
def manager_post_400_shows(wire: Wire) -> bool:
    return _status(wire, **{ENTERPRISE: {"manager": wire.user()}}) == 400


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(entry) for entry in value.values())
    return any(_holds_null(entry) for entry in value) if isinstance(value, list) else value is None


@defect(
    Kind.CREATE,
    "null-400",
    "An attribute that is null returns 400",
    "pond/scimitar#43",
    named="ENT-CRE-03#create.status",
    shows=("ENT-UPD-14", "RFC-RES-07"),
    row="B42",
)
async def null_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _holds_null(body_of(request) or {}):
        return refusal(HTTPStatus.BAD_REQUEST, "null is not allowed", "invalidValue")
    return await go(request)


@probe("null-400")
def null_400_shows(wire: Wire) -> bool:
    return _status(wire, title=None) == 400


@defect(
    Kind.CREATE,
    "unknown-schema-400",
    "A schema that is not known returns 400",
    "Captain-P-Goldfish/SCIM-SDK#539",
    named="ENT-GRP-01#create.status",
    shows=("ENT-CRE-05", "ENT-GRP-01"),
    row="B43",
    wide="every creation with a schema of Microsoft's is refused",
)
async def unknown_schema_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made = created(request) or created(request, "Groups")
    named = [*made.get("schemas", []), *(name for name in made if name.startswith("urn:"))]
    unknown = [urn for urn in named if urn not in KNOWN_SCHEMAS]
    if unknown:
        return refusal(HTTPStatus.BAD_REQUEST, f"The schema {unknown[0]} is not known", "invalidValue")
    return await go(request)


@probe("unknown-schema-400")
def unknown_schema_400_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Users", person() | {"schemas": ["urn:x:2.0:User", *person()["schemas"]]}).status == 400


@defect(
    Kind.CREATE,
    "roles-400",
    "A user with roles returns 400: an unknown attribute",
    "vouch-sh/vouch#932",
    named="ENT-ROL-01/none#create.status",
    row="B43",
)
async def roles_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "roles" in created(request) or any(str(one.get("path")).startswith("roles") for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "roles is not known", "invalidSyntax")
    return await go(request)


@probe("roles-400")
def roles_400_shows(wire: Wire) -> bool:
    return _status(wire, roles=ROLE) == 400


@defect(
    Kind.CREATE,
    "meta-400",
    "meta in a creation returns 400: it is readOnly",
    "scimmyjs/scimmy#41",
    named="STD-CRE-01#any.answer",
    shows=("RFC-RES-08",),
    row="B43",
    wide="every creation of Entra's contains meta",
)
async def meta_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "meta" in created(request):
        return refusal(HTTPStatus.BAD_REQUEST, "meta is readOnly", "mutability")
    return await go(request)


@probe("meta-400")
def meta_400_shows(wire: Wire) -> bool:
    return _status(wire, meta={"resourceType": "User"}) == 400


@defect(
    Kind.CREATE,
    "addresses-400",
    'addresses[type eq "work"].locality returns 400: users have no addresses',
    "kortix-ai/suna#7302",
    named="ENT-UPD-08/legacy#patch.status",
    row="B43",
)
async def addresses_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one).startswith("addresses") for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "addresses is not known", "invalidPath")
    return await go(request)


@probe("addresses-400")
def addresses_400_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced('addresses[type eq "work"].locality', "Oslo")).status == 400


@defect(
    Kind.CREATE,
    "profile-400",
    "nickName, userType or profileUrl in a PATCH returns 400: unknown",
    "Captain-P-Goldfish/SCIM-SDK#539, of attributes that are not known",
    named="ENT-UPD-17#patch.status",
    row="B43",
)
async def profile_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {"nickName", "userType", "profileUrl"}
    if any(path_of(one) in known for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "This attribute is not known", "invalidPath")
    return await go(request)


@probe("profile-400")
def profile_400_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("nickName", "Jo")).status == 400


@defect(
    Kind.CREATE,
    "active-in-creation-500",
    "A creation that says active returns 500",
    "limosa-io/laravel-scim-server#57",
    named="STD-CRE-01#any.answer",
    row="B51b",
)
async def active_in_creation_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "active" in created(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Attribute active is not writable")
    return await go(request)


@probe("active-in-creation-500")
def active_in_creation_500_shows(wire: Wire) -> bool:
    body = person()
    del body["active"]
    assert wire.send("POST", "/Users", body).status == 201
    return wire.create().status == 500
