"""Defects of the embedded target in how its answers look: media types, ids, lists, errors, schemas, secrets."""

import json
import time
from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.auth_defects import GALLERY
from scim_conformance.demo.defects import defect, is_query, is_write, resources


async def _answered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a request; what goes wrong is an answer as well."""
    try:
        return await go(request)
    except Exception as error:  # noqa: BLE001 - as the border of the server has it
        return target.handle_exception(request, error)


@defect("pages-repeat", "Every page of a list is the first, with everybody", "PostHog/posthog#51441")
async def pages_repeat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = {name: value for name, value in request.query.items() if name not in {"startIndex", "count"}}
    request.query = kept
    response = await go(request)
    for name in ("startIndex", "itemsPerPage"):
        (response.body or {}).pop(name, None)
    return response


@defect("schemas-array", "/Schemas answers with a bare array", "limosa-io/laravel-scim-server#103", GALLERY)
async def schemas_array(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        raw = json.dumps((response.body or {}).get("Resources")).encode()
        return RawResponse(response.status, None, response.headers, raw)
    return response


@defect("resource-types-404", "There are no /ResourceTypes", "Microsoft's app gallery checklist, discovery", GALLERY)
async def resource_types_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/ResourceTypes":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect("patch-denied", "The configuration says that PATCH is not supported", "langwatch/langwatch#6973", GALLERY)
async def patch_denied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["patch"] = {"supported": False}
    return response


@defect("text-plain", "Without an Accept header the answer is declared as text", "MicrosoftDocs/azure-docs#94189")
async def text_plain(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "json" not in (request.header("Accept") or ""):
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


@defect("application-json", "Answers are declared as application/json", "MicrosoftDocs/azure-docs#116775")
async def application_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await _answered(target, request, go)
    response.headers["Content-Type"] = "application/json"
    return response


@defect("not-json", "Changing a group answers with a body that is not JSON", "MicrosoftDocs/azure-docs#54231")
async def not_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changes = is_write(request, "PATCH", "Groups")
    response = await go(request)
    if changes:
        return RawResponse(HTTPStatus.OK, None, {"Content-Type": "application/scim+json"}, b"{'status': OK}")
    return response


@defect("numeric-ids", "Ids are numbers", "goauthentik/authentik#15533")
async def numeric_ids(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    numbers: dict[str, int] = target.notes.setdefault("numeric-ids", {})
    for identifier, number in numbers.items():
        _name_again(request, str(number), identifier)
    response = await go(request)
    for resource in resources(response):
        numbers.setdefault(str(resource["id"]), 1_000_001 + len(numbers))
        resource.update(_numbered(resource, numbers))
    return response


def _numbered(value: Any, numbers: dict[str, int]) -> Any:
    """Return a resource with numbers where it names itself, its members and its manager."""
    if isinstance(value, dict):
        return {name: _numbered(entry, numbers) for name, entry in value.items()}
    if isinstance(value, list):
        return [_numbered(entry, numbers) for entry in value]
    return numbers.get(value, value) if isinstance(value, str) else value


def _name_again(request: ScimRequest, number: str, identifier: str) -> None:
    """Write the id of the store where a request has the number."""
    request.path = request.path.replace(f"/{number}", f"/{identifier}")
    request.body = request.body.replace(number.encode(), identifier.encode())
    if number in request.query.get("filter", ""):
        request.query = {**request.query, "filter": request.query["filter"].replace(number, identifier)}


@defect("patch-other-id", "PATCH answers with the id of another table", "OneUptime/oneuptime#2134, of the routes")
async def patch_other_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and response.status == HTTPStatus.NO_CONTENT:
        request.method, request.body = "GET", b""
        response = await go(request)
        for resource in resources(response):
            resource["id"] = f"member-{resource['id']}"
    return response


@defect("password-returned", "Users come with a password, a dummy one", "GluuFederation/SCIM-Client#27")
async def password_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource["password"] = "Hidden for Privacy Reasons"  # noqa: S105 - a dummy
    return response


@defect("errors-of-their-own", "Errors are not SCIM's: detail is a list", "getsentry/sentry#117860")
async def errors_of_their_own(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await _answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        response.body = {"detail": [(response.body or {}).get("detail")]}
    return response


@defect(
    "list-without-schemas",
    "Lists do not say that they are lists: schemas is missing",
    "simpleidserver/SimpleIdServer#320",
)
async def list_without_schemas(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {name: value for name, value in (response.body or {}).items() if name != "schemas"}
    return response


@defect("active-number", "active comes back as 1 or 0", "grokability/snipe-it#13948")
async def active_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "active" in resource:
            resource["active"] = int(resource["active"])
    return response


@defect("late-groups", "A new group is found by its name a moment later", "dimagi/commcare-hq#27807")
async def late_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    born: dict[Any, float] = target.notes.setdefault("late-groups", {})
    response = await go(request)
    for resource in resources(response):
        born.setdefault(resource["id"], time.monotonic())
    if is_query(request, "Groups"):
        body = response.body or {}
        kept = [one for one in body.get("Resources", []) if time.monotonic() - born[one["id"]] > 0.1]
        response.body = {**body, "Resources": kept, "totalResults": len(kept)}
    return response
