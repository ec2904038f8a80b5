"""How the second batch of defects is kept, and how its defects read and change what is stored."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Target, body_of
from scim_conformance.demo.shapes import id_of
from tests.proof.batches.batch import Batch

second = Batch()
SECOND, SECOND_LEVEL = second.defects, second.levels

Change = Callable[[dict[str, Any]], None]
"""What changes a resource, given as its JSON, in place."""


def dumps(target: Target, kind: str) -> list[dict[str, Any]]:
    """Return every stored resource of a type, “User” or “Group”, as JSON."""
    found = [one.model_dump() for one in target.stored()]
    return [one for one in found if one["meta"]["resourceType"] == kind]


def amend(target: Target, identifier: str, change: Change, response: ScimResponse | None = None) -> None:
    """Change one stored resource, and the answer where it carries that resource. No id changes nothing."""
    if not identifier:
        return
    kept = []
    for resource in target.stored():
        changed = resource
        if resource.id == identifier:
            said = resource.model_dump()
            change(said)
            changed = type(resource).model_validate(said)
            changed.id, changed.meta = identifier, resource.meta
        kept.append(changed)
    target.memory.resources = kept
    if response is not None and response.body and response.body.get("id") == identifier:
        change(response.body)


def forget(target: Target, identifiers: set[str]) -> None:
    """Delete stored resources, and their memberships."""
    target.memory.resources = [one for one in target.stored() if one.id not in identifiers]
    for identifier in identifiers:
        target._end_memberships(identifier)


def written(request: ScimRequest, response: ScimResponse, kind: str = "Users") -> str:
    """Return the id of what a request has created or changed, or nothing."""
    if request.method not in {"POST", "PATCH"} or not request.path.startswith(f"/{kind}") or int(response.status) > 299:
        return ""
    return str((response.body or {}).get("id") or "") if request.method == "POST" else id_of(request)


def extension(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the enterprise extension of a user, empty where there is none."""
    return resource.get(ENTERPRISE) or {}


def members(group: dict[str, Any]) -> set[str]:
    """Return the ids of the members of a group."""
    return {str(one["value"]) for one in group.get("members") or []}


def work_email(user: dict[str, Any]) -> dict[str, Any]:
    """Return the work e-mail of a user, empty where there is none."""
    return next((one for one in user.get("emails") or [] if one.get("type") == "work"), {})


def compared(text: str) -> tuple[str, str] | None:
    """Return attribute and value of a filter that compares one name with `eq`, or None."""
    attribute, _, value = text.strip().partition(" eq ")
    try:
        wanted = json.loads(value)
    except ValueError:
        return None
    return (attribute, wanted) if isinstance(wanted, str) and attribute.isalpha() else None


def found_by(target: Target, request: ScimRequest, equal: Callable[[str, str], bool]) -> None:
    """Let a filter on userName or displayName find what a looser comparison holds for equal."""
    wanted = compared(request.query["filter"])
    if wanted is None or wanted[0].lower() not in {"username", "displayname"}:
        return
    name = {"username": "userName", "displayname": "displayName"}[wanted[0].lower()]
    kind = request.path.strip("/").removesuffix("s")
    found = [one["id"] for one in dumps(target, kind) if equal(str(one.get(name) or ""), wanted[1])]
    text = " or ".join(f'id eq "{identifier}"' for identifier in found) or 'id eq "nobody"'
    request.query = {**request.query, "filter": text}


def bare(text: str) -> str:
    """Return a text as a collation without accents compares it."""
    return "".join(one for one in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(one))


def is_list(request: ScimRequest) -> bool:
    """Tell whether a request lists users or groups without a filter."""
    return request.method == "GET" and request.path.strip("/") in {"Users", "Groups"} and "filter" not in request.query


def same_request(request: ScimRequest) -> str:
    """Return what two requests have in common where they ask for the same."""
    return f"{request.method} {request.path} {json.dumps(body_of(request), sort_keys=True)}"
