"""How the tenth batch is kept: faults and legal variants that break or use the letter of RFC 7643 and RFC 7644."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, body_of, set_body
from scim_conformance.demo.shapes import CORE, drop_parameters, filter_of, of_type, refilter, resources
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch
from tests.proof.batches.batch_5.store import kind_of

tenth = Batch()
TENTH, TENTH_LEVEL = tenth.defects, tenth.levels

TENTH_VARIANTS: dict[str, Variant] = {}

KINDS = {"Users", "Groups"}
QUOTED = r'"(?:[^"\\]|\\.)*"'
"""A text in a filter."""

Attribute = dict[str, Any]


def legal(name: str, behaviour: str, source: str) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in TENTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        TENTH_VARIANTS[name] = Variant(name, behaviour, source, around)
        return around

    return register


def is_search(request: ScimRequest) -> bool:
    """Tell whether a request is a query in the body of a POST."""
    return request.method == "POST" and request.path.rstrip("/").endswith(".search")


def replaces(request: ScimRequest, kind: str = "") -> dict[str, Any]:
    """Return the body of a PUT of one user or group, or nothing. `kind`: of that type alone."""
    body = body_of(request)
    fits = request.method == "PUT" and kind_of(request) in ({kind} if kind else KINDS) and isinstance(body, dict)
    return body if fits else {}


def asked_filter(request: ScimRequest) -> str:
    """Return the filter of a query, in its address or in its body, empty where there is none."""
    body = body_of(request) if is_search(request) else None
    return str(body.get("filter") or "") if isinstance(body, dict) else filter_of(request)


def refiltered(request: ScimRequest, change: Callable[[str], str]) -> None:
    """Change the filter of a query, in its address or in its body."""
    text = asked_filter(request)
    if text and is_search(request):
        set_body(request, {**body_of(request), "filter": change(text)})
    elif text:
        refilter(request, change(text))


def unasked(request: ScimRequest, *names: str) -> None:
    """Take parameters out of a query, in its address or in its body."""
    body = body_of(request) if is_search(request) else None
    if isinstance(body, dict):
        set_body(request, {name: value for name, value in body.items() if name not in names})
    else:
        drop_parameters(request, *names)


def outside(text: str, change: Callable[[str], str]) -> str:
    """Change what of a filter is not within quotation marks."""
    parts = re.split(f"({QUOTED})", text)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))


def carried(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    """Return the users and groups that an answer carries, those that a search found as well."""
    return [resource for _, resource in of_type(request, response)]


def attributes_of(request: ScimRequest, response: ScimResponse, urn: str, *names: str) -> Iterator[Attribute]:
    """Yield the attributes of these names as /Schemas describes them in the schema of this URN."""
    found = resources(response) if kind_of(request) == "Schemas" else []
    for schema in found:
        if schema["id"] == urn:
            yield from (one for one in schema["attributes"] if one["name"] in names)


PASSWORD = {
    "name": "password",
    "type": "string",
    "multiValued": False,
    "description": "The User's cleartext password, which can be set and not read.",
    "required": False,
    "caseExact": True,
    "mutability": "writeOnly",
    "returned": "never",
    "uniqueness": "none",
}


def describe(request: ScimRequest, response: ScimResponse, attribute: Attribute) -> None:
    """Let /Schemas describe one more attribute of users."""
    for schema in resources(response) if kind_of(request) == "Schemas" else []:
        if schema["id"] == f"{CORE}User":
            schema["attributes"] = [*schema["attributes"], dict(attribute)]


def configure(request: ScimRequest, response: ScimResponse, feature: str, **said: Any) -> None:
    """Let the configuration say something else of a feature."""
    if kind_of(request) == "ServiceProviderConfig" and response.body and feature in response.body:
        response.body[feature] = {**response.body[feature], **said}
