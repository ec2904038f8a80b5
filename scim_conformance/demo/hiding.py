"""How a target hides who is in a group, for variants and for the defects beside them."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import is_query, refusal, resources

GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"

Refused = Callable[[str], bool]
"""Tells whether a filter on groups is refused."""


def on_members(text: str) -> bool:
    """Tell whether a filter names members in any way."""
    return "members" in text


def on_members_alone(text: str) -> bool:
    """Tell whether a filter names members without their value, as Entra does."""
    return re.search(r"\bmembers eq\b", text) is not None


def asks(request: ScimRequest, parameter: str) -> bool:
    """Tell whether a request names members in `attributes` or `excludedAttributes`."""
    return "members" in request.query.get(parameter, "").split(",")


async def hidden(target: Target, request: ScimRequest, go: Go, refused: Refused = on_members) -> ScimResponse:
    """Serve a request, and show nobody in a group."""
    if is_query(request, "Groups") and refused(request.query["filter"]):
        return refusal(HTTPStatus.BAD_REQUEST, "members cannot be searched", "invalidFilter")
    response = await go(request)
    for resource in resources(response) if request.path.startswith("/Groups") else ():
        resource.pop("members", None)
    return response


def declared(response: ScimResponse, returned: str) -> ScimResponse:
    """Let /Schemas say when the members of a group are returned."""
    for schema in resources(response):
        for attribute in schema.get("attributes", []) if schema["id"] == GROUP_SCHEMA else []:
            if attribute["name"] == "members":
                attribute["returned"] = returned
    return response


def groups_of(target: Target, identifier: str, base: str) -> list[dict[str, Any]]:
    """Return what the groups of a user are, as the user shows them."""
    groups = [one for one in target.stored() if getattr(one, "members", None)]
    own = [one for one in groups if any(member.value == identifier for member in one.members)]
    return [
        {"value": one.id, "$ref": f"{base}/Groups/{one.id}", "display": one.display_name, "type": "direct"}
        for one in own
    ]
