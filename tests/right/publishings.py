"""Right servers that publish, and show, resources in a way of their own (RFC 7643 sections 2, 6 and 7)."""

import json
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import of_type
from tests.right.registry import right


@right("RFC-GRP-03", advised=True)
async def references_go_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """$ref is ../Users/{id}, as in RFC 7643 section 8.3."""
    response = await go(request)
    for _, one in of_type(request, response):
        for member in one.get("members") or []:
            member["$ref"] = f"../Users/{member['value']}"
    return response


NAMES = {"User": "Account", "Group": "Team"}


@right("RFC-RES-01", "RFC-SCH-06", "RFC-GRP-03", "RFC-LST-05", "RFC-LST-06", "RFC-DSC-05")
async def types_have_other_names(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """The types are named Account and Team, and have ids of their own."""
    for name in NAMES.values():
        request.path = request.path.replace(f"/ResourceTypes/{name.lower()}-type", f"/ResourceTypes/{_usual(name)}")
    response = await go(request)
    if response.body is not None:
        response.body = _renamed(json.loads(json.dumps(response.body, default=str)))
    return response


def _usual(name: str) -> str:
    return next(usual for usual, own in NAMES.items() if own == name)


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    own = {key: _renamed(one) for key, one in value.items()}
    if str(own.get("resourceType")) in NAMES:
        own["resourceType"] = NAMES[own["resourceType"]]
    if "endpoint" in own and own["name"] in NAMES:
        own |= {"name": NAMES[own["name"]], "id": f"{NAMES[own['name']].lower()}-type"}
    return own
