"""Legal variants in what is made of the values that were sent."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.variants import of_type, variant

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


@variant("letters-lowered", "userName, e-mails and language are put into lower case", "RFC 7643 section 7, caseExact")
async def letters_lowered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        for name in ("userName", "preferredLanguage") if kind == "Users" else ():
            if isinstance(resource.get(name), str):
                resource[name] = resource[name].lower()
        for entry in resource.get("emails") or []:
            entry["value"] = str(entry.get("value", "")).lower()
    return response


@variant("formatted-made", "name.formatted is made from its parts", "RFC 7643 section 4.1.1, name")
async def formatted_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        name = resource.get("name")
        parts = [name[part] for part in ("givenName", "familyName") if name.get(part)] if name else []
        if name and parts:
            name["formatted"] = " ".join(parts)
    return response


@variant(
    "display-made", "displayName is made from the userName where none is sent", "RFC 7644 section 3.3: free to alter"
)
async def display_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Users":
            resource.setdefault("displayName", str(resource.get("userName")).partition("@")[0])
            resource.setdefault("nickName", "Friend")
    return response


@variant("one-email", "Of several e-mails the work one is kept alone", "RFC 7644 section 3.3: free to ignore")
async def one_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        emails = resource.get("emails") or []
        if len(emails) > 1:
            resource["emails"] = [one for one in emails if one.get("type") == "work"][:1] or emails[:1]
    return response


@variant("roles-ignored", "Roles are not kept", "RFC 7644 section 3.3: free to ignore")
async def roles_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _without(request, go, "roles")


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


@variant("empty-is-absent", "An empty string takes the value away", "RFC 7643 section 2.5; Microsoft's Logic App tests")
async def empty_is_absent(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        for name in [key for key, value in resource.items() if value == ""]:
            del resource[name]
    return response
