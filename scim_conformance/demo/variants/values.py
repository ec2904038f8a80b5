"""Legal variants in what is made of the values that were sent."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, operations, set_body
from scim_conformance.demo.probing.bodies import merged, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import created, mails
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, is_write, of_type, path_of, refusal, resources, stored_at
from scim_conformance.demo.variants.registry import variant

MULTIPLE = ("emails", "phoneNumbers", "addresses", "roles")


def _elements(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for name in MULTIPLE for entry in resource.get(name) or []]


@variant("primary-told", "Every value says whether it is primary, and e-mails have display", "RFC 7643 section 2.4")
async def primary_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        for entry in _elements(resource):
            entry.setdefault("primary", False)
        for entry in resource.get("emails") or []:
            entry.setdefault("display", entry.get("value"))
    return response


@probe("primary-told")
def primary_told_differs(wire: Wire) -> bool:
    return created(wire, emails=mails("work"))["emails"][0].get("primary") is False


@variant(
    "types-capitalised", "The types of values are written Work and Mobile", "RFC 7643 sections 2.2 and 8.7.1, caseExact"
)
async def types_capitalised(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        for entry in _elements(resource):
            if "type" in entry:
                entry["type"] = str(entry["type"]).capitalize()
    return response


@probe("types-capitalised")
def types_capitalised_differs(wire: Wire) -> bool:
    return bool(created(wire, emails=mails("work"))["emails"][0]["type"] == "Work")


@variant(
    "letters-lowered",
    "userName, e-mails and language are put into lower case",
    "RFC 7643 section 7, caseExact",
    nearest=("match-case",),
)
async def letters_lowered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        for name in ("userName", "preferredLanguage") if kind == "Users" else ():
            if isinstance(resource.get(name), str):
                resource[name] = resource[name].lower()
        for entry in resource.get("emails") or []:
            entry["value"] = str(entry.get("value", "")).lower()
    return response


@probe("letters-lowered")
def letters_lowered_differs(wire: Wire) -> bool:
    return bool(created(wire, emails=mails("work"))["emails"][0]["value"].endswith("@example.com"))


@variant(
    "formatted-made",
    "name.formatted is made from its parts",
    "RFC 7643 section 4.1.1, name",
    nearest=("first-of-a-list",),
)
async def formatted_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        name = resource.get("name")
        parts = [name[part] for part in ("givenName", "familyName") if name.get(part)] if name else []
        if name and parts:
            name["formatted"] = " ".join(parts)
    return response


@probe("formatted-made")
def formatted_made_differs(wire: Wire) -> bool:
    return bool(created(wire)["name"].get("formatted") == "Ada Byron")


@variant(
    "display-made", "displayName is made from the userName where none is sent", "RFC 7644 section 3.3: free to alter"
)
async def display_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Users" and "attributes" not in request.query:
            resource.setdefault("displayName", str(resource.get("userName")).partition("@")[0])
            resource.setdefault("nickName", "Friend")
    return response


@probe("display-made")
def display_made_differs(wire: Wire) -> bool:
    return "displayName" in created(wire)


@variant(
    "one-email",
    "Of several e-mails, only the work one is kept",
    "RFC 7644 section 3.3: free to ignore",
    nearest=("list-replaced",),
)
async def one_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        emails = resource.get("emails") or []
        if len(emails) > 1:
            resource["emails"] = [one for one in emails if one.get("type") == "work"][:1] or emails[:1]
    return response


@probe("one-email")
def one_email_differs(wire: Wire) -> bool:
    return len(created(wire, emails=mails("work", "other"))["emails"]) == 1


@variant("roles-ignored", "Roles are not kept", "RFC 7644 section 3.3: free to ignore")
async def roles_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _without(request, go, "roles")


@probe("roles-ignored")
def roles_ignored_differs(wire: Wire) -> bool:
    return "roles" not in created(wire, roles=[{"value": "Admin"}])


async def _without(request: ScimRequest, go: Go, name: str) -> ScimResponse:
    body = body_of(request)
    if isinstance(body, dict) and request.path.startswith("/Users"):
        body.pop(name, None)
        for operation in operations(body):
            if str(operation.get("path", "")).startswith(name):
                # An attribute that is not known is ignored: the embedded target does so with this one.
                operation["path"] = f"urn:example:params:scim:schemas:extension:none:2.0:User:{name}"
        set_body(request, body)
    return await go(request)


def _emptied(wire: Wire) -> bool:
    user = wire.user(title="x")
    wire.change(user, merged(title=""))
    return "title" not in wire.read(user)


@variant("empty-is-absent", "An empty string removes the value", "RFC 7643 section 2.5; Microsoft's Logic App tests")
async def empty_is_absent(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        for name in [key for key, value in resource.items() if value == ""]:
            del resource[name]
    return response


@probe("empty-is-absent")
def empty_is_absent_differs(wire: Wire) -> bool:
    return _emptied(wire)


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
