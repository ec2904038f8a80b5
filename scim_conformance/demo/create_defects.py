"""Defects of the embedded target in how an account is made."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, set_body
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    CORE,
    changes,
    created,
    path_of,
    refusal,
    resources,
    rewrite,
    without,
)

KNOWN_SCHEMAS = {f"{CORE}User", f"{CORE}Group", ENTERPRISE}


@defect(
    Kind.CREATE,
    "manager-post-400",
    "Creating somebody with a manager answers 400",
    "apache/directory-scimple#1242",
    row="B41",
)
async def manager_post_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if isinstance(created(request).get(ENTERPRISE, {}).get("manager"), str):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be an object", "invalidValue")
    return await go(request)


@defect(Kind.CREATE, "null-400", "An attribute that is null answers 400", "pond/scimitar#43", row="B42")
async def null_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _holds_null(body_of(request) or {}):
        return refusal(HTTPStatus.BAD_REQUEST, "null is not allowed", "invalidValue")
    return await go(request)


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(entry) for entry in value.values())
    return any(_holds_null(entry) for entry in value) if isinstance(value, list) else value is None


@defect(
    Kind.CREATE,
    "unknown-schema-400",
    "A schema that is not known answers 400",
    "Captain-P-Goldfish/SCIM-SDK#539",
    row="B43",
)
async def unknown_schema_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made = created(request) or created(request, "Groups")
    named = [*made.get("schemas", []), *(name for name in made if name.startswith("urn:"))]
    unknown = [urn for urn in named if urn not in KNOWN_SCHEMAS]
    if unknown:
        return refusal(HTTPStatus.BAD_REQUEST, f"The schema {unknown[0]} is not known", "invalidValue")
    return await go(request)


@defect(
    Kind.CREATE, "roles-400", "A user with roles answers 400: an unknown attribute", "vouch-sh/vouch#932", row="B43"
)
async def roles_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "roles" in created(request) or any(str(one.get("path")).startswith("roles") for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "roles is not known", "invalidSyntax")
    return await go(request)


@defect(
    Kind.CREATE,
    "meta-400",
    "meta in a creation answers 400: it is readOnly",
    "scimmyjs/scimmy#41",
    row="B43",
)
async def meta_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "meta" in created(request):
        return refusal(HTTPStatus.BAD_REQUEST, "meta is readOnly", "mutability")
    return await go(request)


@defect(
    Kind.CREATE,
    "addresses-400",
    'addresses[type eq "work"].locality answers 400: users have no addresses',
    "kortix-ai/suna#7302",
    row="B43",
)
async def addresses_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one).startswith("addresses") for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "addresses is not known", "invalidPath")
    return await go(request)


@defect(
    Kind.CREATE,
    "profile-400",
    "nickName, userType or profileUrl in a PATCH answers 400: unknown",
    "Captain-P-Goldfish/SCIM-SDK#539, of attributes that are not known",
    row="B43",
)
async def profile_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {"nickName", "userType", "profileUrl"}
    if any(path_of(one) in known for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "This attribute is not known", "invalidPath")
    return await go(request)


@defect(
    Kind.CREATE,
    "create-200",
    "Creating a user answers 200 instead of 201",
    "Microsoft Tech Community: SCIM Validator",
    row="B44",
)
async def create_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.status = HTTPStatus.OK
    return response


@defect(
    Kind.CREATE,
    "create-without-body",
    "Creating a user answers 201 with nothing: the id has to be asked for",
    "RFC 7644 section 3.3, of an answer without the resource",
)
async def create_without_body(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@defect(
    Kind.CREATE,
    "create-without-location",
    "Creating a user answers without a Location header",
    "RFC 7644 section 3.3, of an answer without Location",
)
async def create_without_location(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates:
        response.headers["Location"] = ""
    return response


@defect(
    Kind.CREATE,
    "upn-400",
    "A userName with an @ is refused: 400",
    "Tr3kkR/Yuzu#2020",
    row="B46",
)
async def upn_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "@" in str(created(request).get("userName", "")):
        return refusal(HTTPStatus.BAD_REQUEST, "userName holds a character that is not allowed", "invalidValue")
    return await go(request)


@defect(
    Kind.CREATE,
    "email-shape-400",
    "A userName with an apostrophe or a plus sign is refused",
    "scaleway/docs-content#6704",
    row="B46",
)
async def email_shape_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = created(request).get("userName")
    if name is not None and not re.fullmatch(r"[\w.-]+@[\w.-]+", str(name), re.ASCII):
        return refusal(HTTPStatus.BAD_REQUEST, "userName must be an e-mail address", "invalidValue")
    return await go(request)


@defect(
    Kind.CREATE,
    "phone-format-400",
    "A phone number with spaces is refused: 400",
    "pranems/SCIMServer, OPENTEXT_ISV_1_VALIDATION_GAP_ANALYSIS.md",
    row="B47",
)
async def phone_format_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [one.get("value", "") for one in created(request).get("phoneNumbers") or []]
    found += [str(one.get("value")) for one in changes(request) if path_of(one).startswith("phoneNumbers[")]
    if any(not re.fullmatch(r"\+?\d*", str(number)) for number in found):
        return refusal(HTTPStatus.BAD_REQUEST, "This is no phone number", "invalidValue")
    return await go(request)


@defect(
    Kind.CREATE,
    "phones-reformatted",
    "Phone numbers come back in another form than they were sent",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint",
    row="B48",
)
async def phones_reformatted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for phone in resource.get("phoneNumbers") or []:
            phone["value"] = "tel:" + re.sub(r"\W", "-", str(phone.get("value", "")).lstrip("+"))
    return response


@defect(
    Kind.CREATE,
    "names-lowered",
    "userName and e-mail come back in lower case",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint",
    row="B48",
)
async def names_lowered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for holder, name in [(resource, "userName"), *((one, "value") for one in resource.get("emails") or [])]:
            if isinstance(holder.get(name), str):
                holder[name] = holder[name].lower()
    return response


@defect(Kind.CREATE, "external-id-lost", "externalId is not stored", "simpleidserver/SimpleIdServer#208", row="B49")
async def external_id_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made = created(request)
    if made:
        set_body(request, {name: value for name, value in made.items() if name != "externalId"})
    if changes(request):
        rewrite(request, without(changes(request), "externalId"))
    return await go(request)


@defect(
    Kind.CREATE,
    "email-type-lost",
    "E-mails are kept without their type",
    "zitadel/zitadel#9690",
    row="B51",
)
async def email_type_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for email in body.get("emails") or []:
        email.pop("type", None)
    if body:
        set_body(request, body)
    return await go(request)


@defect(
    Kind.CREATE,
    "active-in-creation-500",
    "A creation that says active answers 500",
    "limosa-io/laravel-scim-server#57",
    row="B51b",
)
async def active_in_creation_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "active" in created(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Attribute active is not writable")
    return await go(request)


@defect(Kind.CREATE, "created-active", "Everybody is active after the creation", "getprobo/probo#711")
async def created_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made = created(request)
    if made:
        set_body(request, {**made, "active": True})
    return await go(request)


@defect(
    Kind.CREATE,
    "extension-in-creation-lost",
    "department and employeeNumber of a creation never arrive",
    "fleetdm/fleet#42678, of an extension that is not read",
    row="B69",
)
async def extension_in_creation_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body:
        set_body(request, {name: value for name, value in body.items() if name != ENTERPRISE})
    return await go(request)
