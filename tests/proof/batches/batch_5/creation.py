"""Fifth batch: faults of creating users and of the attributes that come back."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, id_of, is_write, keys_of, of_type, path_of, users
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, extension, written
from tests.proof.batches.batch_4.store import touches
from tests.proof.batches.batch_5.store import fifth, refused, succeeded


def _is_enterprise(path: str) -> bool:
    return path.lower().startswith(ENTERPRISE.lower())


@fifth(
    Kind.CREATE,
    "enterprise-refused",
    "A request with attributes of the enterprise extension returns 400: only the core schema is supported",
    "Note 3.1 and 4.1, default mappings of employeeId, department and manager; RFC 7643 section 4.3",
    NEEDED,
)
async def enterprise_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [path for one in changes(request) for path in (keys_of(one) or [path_of(one)])]
    if created(request).get(ENTERPRISE) or any(_is_enterprise(path) for path in named):
        return refused(target, request, f"{ENTERPRISE} is not supported", "invalidPath")
    return await go(request)


@fifth(
    Kind.CREATE,
    "extension-dropped",
    "Attributes of the enterprise extension are accepted in creations and in changes, and never stored",
    "Note 3.1 and 13.1, read back what was sent; RFC 7643 section 4.3; RFC 7644 section 3.3",
    NEEDED,
)
async def extension_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    amend(target, written(request, response), lambda user: user.pop(ENTERPRISE, None), response)
    return response


@fifth(
    Kind.CREATE,
    "external-id-not-returned",
    "externalId is stored and can be used in filters, but no response contains it",
    "Note 2.2 and 13.1; RFC 7643 section 3.1, externalId; a serializer that leaves it out",
    MUST,
)
async def external_id_not_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        resource.pop("externalId", None)
    return response


@fifth(
    Kind.CREATE,
    "display-name-derived",
    "displayName is always given name and family name: the displayName that was sent is not kept",
    "Note 3.1, displayName is mapped by itself; RFC 7643 section 4.1.1; a computed column",
    MUST,
)
async def display_name_derived(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    amend(target, written(request, response), _derive, response)
    return response


def _derive(user: dict[str, Any]) -> None:
    name = user.get("name") or {}
    if name.get("givenName") and name.get("familyName"):
        user["displayName"] = f"{name['givenName']} {name['familyName']}"


@fifth(
    Kind.CREATE,
    "created-pending",
    "A new user is inactive until the person accepts the invitation, whatever the creation says",
    "Note 3.1, active in the creation, and 13.1; RFC 7643 section 4.1.1, active; RFC 7644 section 3.3",
    NEEDED,
)
async def created_pending(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if created(request):
        amend(target, written(request, response), lambda user: user.update(active=False), response)
    return response


@fifth(
    Kind.CREATE,
    "created-id-upper",
    "A creation returns the id in upper case and every later response in lower case; both can be used",
    "RFC 7643 section 3.1, the id is stable, and section 2.3.7, case-exact; a GUID that is formatted twice",
    MUST,
)
async def created_id_upper(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for user in users(target):
        low, high = str(user["id"]), str(user["id"]).upper()
        request.path = request.path.replace(high, low)
        request.body = request.body.replace(high.encode(), low.encode())
        request.query = {name: str(value).replace(high, low) for name, value in request.query.items()}
    creates = bool(created(request))
    response = await go(request)
    if creates and response.body and succeeded(response):
        response.body["id"] = str(response.body["id"]).upper()
    return response


@fifth(
    Kind.PATCH,
    "update-loses-external-id",
    "Each change of a user removes the externalId, unless the change sets it",
    "Note 4.1, a PATCH changes what it names; RFC 7644 section 3.5.2; a save that maps a form of its own",
    MUST,
)
async def update_loses_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    loses = is_write(request, "PATCH", "Users") and not touches(request, "externalid")
    response = await go(request)
    if loses and succeeded(response):
        amend(target, id_of(request), lambda user: user.pop("externalId", None), response)
    return response


@fifth(
    Kind.PATCH,
    "manager-as-user-name",
    "The manager is returned with the userName of the manager as value, not with the id",
    "Note 0 no. 7 and 4.3, value is the id; RFC 7643 section 4.3, manager.value",
    MUST,
)
async def manager_as_user_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    names = {user["id"]: user["userName"] for user in users(target)}
    for kind, resource in of_type(request, response):
        manager = extension(resource).get("manager") if kind == "Users" else None
        if isinstance(manager, dict) and manager.get("value") in names:
            manager["value"] = names[manager["value"]]
    return response
