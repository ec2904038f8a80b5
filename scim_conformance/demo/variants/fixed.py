"""Legal variants: attributes of the target's own that cannot be changed, as /Schemas says."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of
from scim_conformance.demo.probing.bodies import replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, is_write, path_of, refusal, resources, stored_at
from scim_conformance.demo.variants.registry import variant

DIVISION = f"{ENTERPRISE}:division"


def _division(resource: Any) -> Any:
    extension = resource.get(ENTERPRISE) if isinstance(resource, dict) else None
    return extension.get("division") if isinstance(extension, dict) else None


def _changes_division(target: Target, request: ScimRequest) -> bool:
    before = _division(stored_at(target, request.path))
    patched = any(path_of(one) == DIVISION and one.get("value") != before for one in changes(request))
    put = is_write(request, "PUT", "Users") and _division(body_of(request)) not in (None, before)
    return before is not None and (patched or put)


@variant(
    "division-immutable",
    "division is immutable, as /Schemas says: a change of it returns 400 with mutability",
    "RFC 7643 section 7, immutable; RFC 7644 sections 3.5.1 and 3.5.2",
    nearest=("division-immutable-in-name",),
)
async def division_immutable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _changes_division(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "division is immutable", "mutability")
    response = await go(request)
    schemas = resources(response) if request.path.startswith("/Schemas") else []
    for attribute in (one for schema in schemas if schema["id"] == ENTERPRISE for one in schema["attributes"]):
        if attribute["name"] == "division":
            attribute["mutability"] = "immutable"
    return response


@probe("division-immutable")
def division_immutable_shows(wire: Wire) -> bool:
    (schema,) = (one for one in wire.get("/Schemas").listed if one["id"] == ENTERPRISE)
    user = wire.user(**{ENTERPRISE: {"division": "A"}})
    refused = wire.change(user, replaced(DIVISION, "B")).status == HTTPStatus.BAD_REQUEST
    return refused and [one["mutability"] for one in schema["attributes"] if one["name"] == "division"] == ["immutable"]
