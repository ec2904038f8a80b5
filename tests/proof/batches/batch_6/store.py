"""How the sixth batch is kept: faults and legal variants that were written blind, and how they read requests."""

from collections.abc import Callable
from typing import Any

from scim2_server.requests import ScimRequest

from scim_conformance.demo.app import Around, Target
from scim_conformance.demo.shapes import filter_of, is_query
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch
from tests.proof.batches.batch_2.store import compared, dumps
from tests.proof.batches.batch_3.store import held, only

sixth = Batch()
SIXTH, SIXTH_LEVEL = sixth.defects, sixth.levels

SIXTH_VARIANTS: dict[str, Variant] = {}

GALLERY = "gallery-2026"

SHOULD = "SHOULD"
"""The level of a fault that the service does not read: a right report has advice at most."""


def legal(name: str, behaviour: str, source: str, profile: str | None = None) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in SIXTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        SIXTH_VARIANTS[name] = Variant(name, behaviour, source, around, profile)
        return around

    return register


def queried(request: ScimRequest) -> str:
    """Return the resource type that a filtered query asks for, such as `User`, or nothing."""
    return next((kind for kind in ("User", "Group") if is_query(request, f"{kind}s")), "")


def understood(target: Target, request: ScimRequest, change: Callable[[str], str]) -> None:
    """Let a filter that compares one attribute find what it would find with another value."""
    kind = queried(request)
    said = compared(filter_of(request)) if kind else None
    if said is None or change(said[1]) == said[1]:
        return
    value = change(said[1]).lower()
    found = [one["id"] for one in dumps(target, kind) if str(held(one, said[0]) or "").lower() == value]
    only(request, found)


def lists(request: ScimRequest, body: Any) -> bool:
    """Tell whether a body is a list of users or groups."""
    return request.path.strip("/") in {"Users", "Groups"} and isinstance(body, dict) and "totalResults" in body
