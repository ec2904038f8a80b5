"""Eleventh batch: how a variant says in /Schemas and in /ResourceTypes what it adds."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.shapes import resources

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"

Attribute = dict[str, Any]


def attribute(name: str, description: str, kind: str = "string", *, several: bool = False) -> Attribute:
    """Return the description of an attribute that the server alone sets."""
    said: Attribute = {"name": name, "type": kind, "multiValued": several, "description": description}
    said |= {"required": False, "caseExact": False} if kind == "string" else {"required": False}
    return {**said, "mutability": "readOnly", "returned": "default", "uniqueness": "none"}


@dataclass(frozen=True)
class Extension:
    """An extension of the server's own, of users or of groups."""

    kind: str
    """The resource type, `User` or `Group`."""
    urn: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]

    def schema(self, location: str) -> dict[str, Any]:
        """Return its schema."""
        meta = {"resourceType": "Schema", "location": location}
        said = {"schemas": [SCHEMA], "id": self.urn, "name": self.name, "description": self.description}
        return {**said, "attributes": list(self.attributes), "meta": meta}

    def asked(self, request: ScimRequest) -> bool:
        """Tell whether what a request answers has it: no choice of attributes leaves it out."""
        searched = body_of(request) if request.path.rstrip("/").endswith(".search") else None
        query = {**request.query, **searched} if isinstance(searched, dict) else request.query
        excluded = str(query.get("excludedAttributes") or "").lower()
        return not query.get("attributes") and self.urn.lower() not in excluded

    def put(self, resource: dict[str, Any], values: dict[str, Any]) -> None:
        """Put it, with values, on a resource that is returned."""
        resource |= {self.urn: values, "schemas": [*(resource.get("schemas") or []), self.urn]}


async def served(target: Target, request: ScimRequest, go: Go, extension: Extension) -> ScimResponse:
    """Serve a request; what it asks about the schemas and the resource types names the extension."""
    path = request.path.strip("/")
    if request.method == "GET" and path == f"Schemas/{extension.urn}":
        target.check_auth(request)
        return ScimResponse(HTTPStatus.OK, extension.schema(str(request.url)))
    response = await go(request)
    if path == "Schemas" and response.body and "Resources" in response.body:
        _list(response, extension)
    for one in resources(response) if path.startswith("ResourceTypes") else []:
        if one.get("name") == extension.kind:
            declared = {"schema": extension.urn, "required": False}
            one["schemaExtensions"] = [*(one.get("schemaExtensions") or []), declared]
    return response


def _list(response: ScimResponse, extension: Extension) -> None:
    found = response.body["Resources"] if response.body else []
    base = str(found[0]["meta"]["location"]).rpartition("/")[0]
    found.append(extension.schema(f"{base}/{extension.urn}"))
    for name in ("totalResults", "itemsPerPage"):
        if response.body and name in response.body:
            response.body[name] += 1
