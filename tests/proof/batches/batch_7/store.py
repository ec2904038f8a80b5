"""How the seventh batch is kept: faults and legal variants that were written blind, and how they change requests."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scim2_server.requests import ScimRequest

from scim_conformance.demo.app import Around, Go, Target
from scim_conformance.demo.shapes import CORE, answered, rewrite
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch

seventh = Batch()
SEVENTH, SEVENTH_LEVEL = seventh.defects, seventh.levels

SEVENTH_VARIANTS: dict[str, Variant] = {}

Operation = dict[str, Any]

LISTS = ("emails", "phoneNumbers", "addresses", "roles")


def legal(name: str, behaviour: str, source: str) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in SEVENTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        SEVENTH_VARIANTS[name] = Variant(name, behaviour, source, around)
        return around

    return register


def left(request: ScimRequest, found: list[Operation], keep: Callable[[Operation], bool]) -> None:
    """Leave out of a PATCH the operations that are not kept; a request without a PATCH stays as it is."""
    if found:
        rewrite(request, [one for one in found if keep(one)])


async def made(target: Target, request: ScimRequest, go: Go, kind: str, **content: Any) -> str:
    """Create a user or a group, `Users` or `Groups`, of the server's own; return the id, or nothing."""
    body = {"schemas": [f"{CORE}{kind.removesuffix('s')}"], **content}
    asked = replace(request, method="POST", path=f"/{kind}", query={}, body=json.dumps(body).encode())
    response = await answered(target, asked, go)
    return str((response.body or {}).get("id") or "")
