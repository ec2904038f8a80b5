"""Tenth batch: legal variants in what users and groups are, and in which of it can be written or is returned."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.quick import copied
from scim_conformance.demo.shapes import (
    CORE,
    changes,
    drop,
    id_of,
    keys_of,
    path_of,
    record_of,
    resources,
    stored_at,
    verb,
)
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_10.rights import (
    bulkless,
    declined,
    is_listing,
    is_user_write,
    names,
    parameter,
    published,
    tenant_of,
    users_in,
)
from tests.proof.batches.batch_10.store import (
    PASSWORD,
    asked_filter,
    attributes_of,
    describe,
    is_search,
    legal,
    replaces,
    unasked,
)


# RFC 7643 section 7: “immutable: the attribute MAY be defined at resource creation … and SHALL NOT be updated”.
@legal(
    "user-name-immutable",
    "userName is immutable in /Schemas: a PUT or a PATCH with another one returns 400 mutability and changes nothing",
    "RFC 7643 section 7, immutable; RFC 7644 sections 3.5.1 and 3.5.2, an error with the scimType mutability",
)
@bulkless
async def user_name_immutable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    tenant, changing = tenant_of(target, request), request.method in {"PUT", "PATCH"} and kind_of(request) == "Users"
    before = copied(tenant.stored()) if changing else []
    former = stored_at(tenant, request.path).get("userName") if changing else None
    response = await go(request)
    if former and stored_at(tenant, request.path).get("userName") != former:
        tenant.memory.resources = before
        return declined(target, request, "userName cannot be changed", "mutability")
    for attribute in attributes_of(request, response, f"{CORE}User", "userName"):
        attribute["mutability"] = "immutable"
    return response


# RFC 7643 section 7, caseExact: of a case-insensitive attribute “the server MAY alter case for a submitted value”.
@legal(
    "user-name-lower-cased",
    "A userName is stored and returned in lower case, whatever was sent; /Schemas says that it is not case-exact",
    "RFC 7643 section 7, caseExact, the server MAY alter the case of a case-insensitive attribute, and section 4.1.1",
)
@bulkless
async def user_name_lower_cased(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = is_user_write(request)
    response = await go(request)
    if writes and succeeded(response):
        identifier = str((response.body or {}).get("id") or id_of(request))
        amend(tenant_of(target, request), identifier, _lower, response)
    return response


def _lower(user: dict[str, Any]) -> None:
    if "userName" in user:
        user["userName"] = user["userName"].lower()


BY_REQUEST = ("nickName", "ims", "entitlements")


# RFC 7643 section 7, returned, “request”: in a query where it is named, and in the answer to a write that named it.
@legal(
    "details-by-request",
    "nickName, ims and entitlements are returned where attributes names them, and in the answer to a write of them",
    "RFC 7643 section 7, returned, request; RFC 7644 section 3.9",
)
@bulkless
async def details_by_request(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request) if is_user_write(request) else None
    asked = names(parameter(request, "attributes")) | (
        {key.lower() for key in body} if isinstance(body, dict) else set()
    )
    response = await go(request)
    for user in users_in(response):
        for name in BY_REQUEST:
            if name.lower() not in asked:
                user.pop(name, None)
    for attribute in attributes_of(request, response, f"{CORE}User", *BY_REQUEST):
        attribute["returned"] = "request"
    return response


LICENCE = "urn:example:params:scim:schemas:extension:licence:1.0:User"
SEAT = {
    "name": "seat",
    "type": "string",
    "multiValued": False,
    "description": "The seat that the account takes, chosen by the server",
    "required": True,
    "caseExact": True,
    "canonicalValues": ["full", "guest"],
    "mutability": "readOnly",
    "returned": "always",
    "uniqueness": "none",
}
LICENCE_SCHEMA = {"id": LICENCE, "name": "Licence", "description": "What an account costs", "attributes": [SEAT]}


# RFC 7643 section 6: an extension may be required; the server fills it (RFC 7644 section 3.3), and nobody else can.
@legal(
    "required-extension-filled",
    "Every user has a required extension whose one attribute is readOnly and returned always: the server fills it",
    "RFC 7643 section 6, schemaExtensions, required, and section 7; RFC 7644 section 3.3, values of the server's own",
)
@bulkless
async def required_extension_filled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if kind_of(request) == "Schemas":
        return await published(target, request, go, "Schema", LICENCE_SCHEMA)
    if any(_on_licence(one) for one in changes(request)) and stored_at(tenant_of(target, request), request.path):
        return declined(target, request, "seat is read-only", "mutability")
    if is_listing(request) and LICENCE.lower() in asked_filter(request).lower():
        return declined(target, request, "seat cannot be used in a filter", "invalidFilter")
    if LICENCE.lower() in parameter(request, "sortBy").lower():
        # Every user has the same seat: each order is right.
        unasked(request, "sortBy", "sortOrder")
    response = await go(request)
    for user in users_in(response):
        user |= {LICENCE: {"seat": "full"}, "schemas": [*user["schemas"], LICENCE]}
    for kind in resources(response) if kind_of(request) == "ResourceTypes" else []:
        if kind["name"] == "User":
            kind["schemaExtensions"] = [*kind["schemaExtensions"], {"schema": LICENCE, "required": True}]
    return response


def _on_licence(operation: dict[str, Any]) -> bool:
    said = [path_of(operation), *keys_of(operation)]
    return any(path.lower().startswith(LICENCE.lower()) for path in said)


# RFC 7643 section 7, readOnly; the members of such a group follow rules of the application, as those of a dynamic
# group do. RFC 7644 section 3.3 has what a creation says of them ignored, and section 3.5.2 wants an error in a PATCH.
@legal(
    "members-read-only",
    "members is readOnly in /Schemas: in a creation and in a PUT they are ignored, and a PATCH of them returns 400",
    "RFC 7643 section 7, readOnly; RFC 7644 sections 3.3, 3.5.1 and 3.5.2, the scimType mutability",
)
@bulkless
async def members_read_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [path for one in changes(request, "Groups") for path in (path_of(one), *keys_of(one))]
    told = any("members" in names(path.partition("[")[0]) for path in named)
    if told and stored_at(tenant_of(target, request), request.path):
        return declined(target, request, "members is read-only", "mutability")
    body = body_of(request)
    creates = request.method == "POST" and kind_of(request) == "Groups" and not is_search(request)
    if (creates or replaces(request, "Groups")) and isinstance(body, dict):
        set_body(request, {key: value for key, value in body.items() if key.lower() != "members"})
    response = await go(request)
    for attribute in attributes_of(request, response, f"{CORE}Group", "members"):
        attribute["mutability"] = "readOnly"
        for part in attribute["subAttributes"]:
            part["mutability"] = "readOnly"
    return response


# RFC 7643 section 2.3.7: a reference is an absolute or a relative URI, and a relative one is put after the base URL.
@legal(
    "members-with-relative-ref",
    "Each member of a group is returned with its type and with $ref as a relative address: Users/id",
    "RFC 7643 section 2.3.7, relative URIs, section 2.4, $ref, and section 4.2, members",
)
async def members_with_relative_ref(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    tenant, chosen = tenant_of(target, request), parameter(request, "attributes")
    _fill(request, tenant)
    response = await go(request)
    partial = "members." in f"{chosen},{parameter(request, 'excludedAttributes')}".lower()
    for group in resources(response) if kind_of(request) == "Groups" and not partial else []:
        if "members" in group:
            group["members"] = _filled(group["members"], tenant)
    return response


def _fill(request: ScimRequest, tenant: Target) -> None:
    """Let a write of a group tell of each member what the server knows: it is stored, and found by a filter."""
    body = body_of(request)
    if request.method not in {"POST", "PUT", "PATCH"} or kind_of(request) != "Groups" or not isinstance(body, dict):
        return
    for operation in operations(body):
        if path_of(operation).lower() == "members" and verb(operation) != "remove":
            operation["value"] = _filled(operation.get("value"), tenant)
    for said in [body, *(keys_of(one) for one in operations(body))]:
        for key in said:
            said[key] = _filled(said[key], tenant) if key.lower() == "members" else said[key]
    set_body(request, body)


def _filled(members: Any, tenant: Target) -> Any:
    known = {one.id: type(one).__name__.partition("[")[0] for one in tenant.stored()}
    if not isinstance(members, list):
        return members
    return [
        {**one, "type": kind, "$ref": f"{kind}s/{one['value']}"}
        if isinstance(one, dict) and (kind := known.get(one.get("value")))
        else one
        for one in members
    ]


LEAST = 12


# RFC 7644 section 3.12, invalidValue, and section 3.3: what a password must be like is for the server to say.
@legal(
    "password-policy",
    "password is in /Schemas, and one of fewer than 12 characters, or without a digit, returns 400 invalidValue",
    "RFC 7643 section 4.1.1, password, and section 7, writeOnly; RFC 7644 section 3.12, invalidValue",
)
@bulkless
async def password_policy(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request) if is_user_write(request) else None
    said = [body] if isinstance(body, dict) else []
    said += [keys_of(one) or {path_of(one): one.get("value")} for one in changes(request)]
    values = [value for one in said for path, value in one.items() if _is_password(path)]
    if any(value is not None and not _is_strong(value) for value in values):
        return declined(target, request, f"password needs {LEAST} characters and a digit", "invalidValue")
    if is_listing(request) and _is_password(asked_filter(request).strip("( ").partition(" ")[0]):
        return declined(target, request, "password cannot be used in a filter", "invalidFilter")
    sets = bool(values) and request.method == "PATCH"
    drop(request, _is_password)
    response = await go(request)
    describe(request, response, PASSWORD)
    return _touched(tenant_of(target, request), request, response) if sets and succeeded(response) else response


def _touched(tenant: Target, request: ScimRequest, response: ScimResponse) -> ScimResponse:
    """Give a user whose password was changed a new version, and return the answer."""
    user = record_of(tenant, id_of(request))
    user.meta.last_modified, user.meta.version = datetime.now(UTC), tenant.memory.next_version()
    if {"attributes", "excludedAttributes"} & {*request.query}:
        return response
    return ScimResponse(HTTPStatus.NO_CONTENT, None, {"ETag": user.meta.version})


def _is_password(path: str) -> bool:
    return path.lower() in {"password", f"{CORE}User:password".lower()}


def _is_strong(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= LEAST and any(one.isdigit() for one in value)
