"""How the fourth batch is kept: defects and legal variants that were written blind, and how they read requests."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Around, Go, Target, body_of, operations, set_body
from scim_conformance.demo.shapes import keys_of, path_of
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch

fourth = Batch()
FOURTH, FOURTH_LEVEL = fourth.defects, fourth.levels

FOURTH_VARIANTS: dict[str, Variant] = {}

GALLERY, USERS_ONLY = "gallery-2026", "users-only"


def right(
    name: str, behaviour: str, source: str, profile: str | None = None, flags: tuple[str, ...] = ()
) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in FOURTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        FOURTH_VARIANTS[name] = Variant(name, behaviour, source, around, profile, flags)
        return around

    return register


def stacked(*parts: Around) -> Around:
    """Return one variant made of several, the first outermost."""

    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        async def through(index: int, asked: ScimRequest) -> ScimResponse:
            if index == len(parts):
                return await go(asked)
            return await parts[index](target, asked, lambda changed: through(index + 1, changed))

        return await through(0, request)

    return around


Recast = Callable[[str, Any], Any]
"""Makes of a plain path in lower case, such as `addresses.country`, and a value what arrives in its place."""


def recast(request: ScimRequest, change: Recast, kind: str = "Users") -> None:
    """Change the single values of a creation or of a PATCH of this type."""
    body = body_of(request)
    if not _writes(request, kind) or not isinstance(body, dict):
        return
    found = operations(body)
    for operation in found:
        if "value" in operation:
            above = "" if keys_of(operation) else plain(path_of(operation))
            operation["value"] = _recast(operation["value"], above, change)
    set_body(request, body if found else _recast(body, "", change))


def said(request: ScimRequest, kind: str = "Users") -> list[tuple[str, Any]]:
    """Return every single value of a creation or of a PATCH of this type, with its plain path in lower case."""
    found: list[tuple[str, Any]] = []

    def note(path: str, value: Any) -> Any:
        found.append((path, value))
        return value

    if _writes(request, kind):
        recast(replace(request), note, kind)
    return found


def _writes(request: ScimRequest, kind: str) -> bool:
    return request.method in {"POST", "PATCH"} and request.path.strip("/").partition("/")[0] == kind


def _recast(value: Any, above: str, change: Recast) -> Any:
    if isinstance(value, dict):
        return {key: _recast(entry, _below(above, key), change) for key, entry in value.items()}
    if isinstance(value, list):
        return [_recast(entry, above, change) for entry in value]
    return change(above, value)


def _below(above: str, key: str) -> str:
    name = plain(key)
    return f"{above}.{name}".strip(".") if name else above


def plain(path: str) -> str:
    """Return a path in lower case, without the URN of its schema and without filters."""
    bare = re.sub(r"\[.*?\]", "", path)
    urn = next((one for one in (ENTERPRISE, "urn:ietf:params:scim:schemas:core:2.0:User") if bare.startswith(one)), "")
    return bare.removeprefix(urn).strip(":.").lower()


def touches(request: ScimRequest, name: str, kind: str = "Users") -> bool:
    """Tell whether a PATCH of this type says something of an attribute or of one below it."""
    return request.method == "PATCH" and any(
        path == name or path.startswith(f"{name}.") for path in told(request, kind)
    )


def told(request: ScimRequest, kind: str = "Users") -> Iterator[str]:
    """Yield the plain paths in lower case that a PATCH names, with or without a value."""
    found = operations(body_of(request)) if _writes(request, kind) else []
    yield from (plain(path_of(one)) for one in found if path_of(one))
    yield from (path for path, _ in said(request, kind))


def typed(operation: dict[str, Any]) -> tuple[str, str, str] | None:
    """Return attribute, type and sub-attribute of a path such as `emails[type eq "work"].value`, or None."""
    found = re.fullmatch(r'(\w+)\[type eq "(\w+)"\]\.(\w+)', path_of(operation))
    return (found[1], found[2], found[3]) if found else None


def group_answers(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    """Return the groups that an answer carries."""
    return _carried(request, response, "Groups")


def user_answers(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    """Return the users that an answer carries whole: without a choice of attributes."""
    return [] if "attributes" in request.query else _carried(request, response, "Users")


def _carried(request: ScimRequest, response: ScimResponse, kind: str) -> list[dict[str, Any]]:
    body = response.body or {}
    if request.path.strip("/").partition("/")[0] != kind:
        return []
    return list(body.get("Resources") or []) if "totalResults" in body else [body] if "id" in body else []
