"""Defects of the embedded target in the resources and lists that it returns."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import id_of, is_read, is_write, resources


@defect(
    Kind.MATCHING,
    "list-without-schemas",
    "Lists do not say that they are lists: schemas is missing",
    "simpleidserver/SimpleIdServer#320",
    row="B32",
)
async def list_without_schemas(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {name: value for name, value in (response.body or {}).items() if name != "schemas"}
    return response


@defect(
    Kind.MATCHING,
    "list-without-total",
    "Lists come without totalResults",
    "sourcegraph/sourcegraph-public-snapshot#48355",
    row="B32",
)
async def list_without_total(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {name: value for name, value in (response.body or {}).items() if name != "totalResults"}
    return response


@defect(
    Kind.MATCHING,
    "lower-case-resources",
    "Lists hold their entries under “resources”, in lower case",
    "ssoready/ssoready#232",
    row="B33",
)
async def lower_case_resources(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "Resources" in (response.body or {}):
        response.body = {
            "resources" if name == "Resources" else name: value for name, value in (response.body or {}).items()
        }
    return response


@defect(Kind.MATCHING, "numeric-ids", "Ids are numbers", "goauthentik/authentik#15533", row="B34")
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


@defect(
    Kind.MATCHING,
    "no-active",
    "Users come back without active",
    "Microsoft Q&A 2238842",
    row="B35",
)
async def no_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource.pop("active", None)
    return response


@defect(
    Kind.MATCHING,
    "pascal-case",
    "Users come back with UserName and Active, in capitals",
    "Microsoft Q&A 2238842, of its keys",
    row="B35",
)
async def pascal_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for name in [name for name in resource if name not in {"id", "schemas", "meta"} and ":" not in name]:
            resource[name[0].upper() + name[1:]] = resource.pop(name)
    return response


@defect(
    Kind.MATCHING,
    "nulls-returned",
    "Whatever has no value comes back as null",
    "Microsoft Q&A 2238842, of its nulls",
    row="B35",
    uncatchable="null means no value (RFC 7643 section 2.5), and what Entra makes of it was never shown",
)
async def nulls_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "userName" in resource:
            resource |= {name: None for name in ("nickName", "profileUrl", "timezone") if name not in resource}
    return response


@defect(Kind.MATCHING, "active-number", "active comes back as 1 or 0", "grokability/snipe-it#13948", row="B36")
async def active_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "active" in resource:
            resource["active"] = int(resource["active"])
    return response


@defect(
    Kind.MATCHING,
    "active-text",
    "active comes back as the string “true” or “false”",
    "limosa-io/laravel-scim-server#114",
    row="B36",
)
async def active_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        if "active" in resource:
            resource["active"] = str(resource["active"]).lower()
    return response


@defect(
    Kind.MATCHING,
    "patch-other-id",
    "PATCH answers with the id of another table",
    "OneUptime/oneuptime#2134, of the routes",
    row="B40",
)
async def patch_other_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and response.status == HTTPStatus.NO_CONTENT:
        request.method, request.body = "GET", b""
        response = await go(request)
        for resource in resources(response):
            resource["id"] = f"member-{resource['id']}"
    return response


@defect(
    Kind.MATCHING,
    "created-id-unknown",
    "The id that a creation gives does not work in any route: 404",
    "OneUptime/oneuptime#2134",
    row="B40",
)
async def created_id_unknown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = request.method == "POST" and request.path == "/Users"
    response = await go(request)
    if creates:
        for resource in resources(response):
            resource["id"] = f"project-{resource['id']}"
    return response


@defect(
    Kind.MATCHING,
    "other-user-by-id",
    "Asked for one user by id, the target returns another one",
    "grokability/snipe-it#19493, of a lookup that returns another resource",
)
async def other_user_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    others = [one.id for one in target.stored() if hasattr(one, "user_name") and one.id != id_of(request)]
    if is_read(request, "Users") and resources(response) and others:
        request.path = f"/Users/{others[0]}"
        return await go(request)
    return response


@defect(Kind.MATCHING, "password-returned", "Users come with a password, a dummy one", "GluuFederation/SCIM-Client#27")
async def password_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource["password"] = "Hidden for Privacy Reasons"  # noqa: S105 - a dummy
    return response
