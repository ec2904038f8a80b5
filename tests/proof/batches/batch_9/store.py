"""How the ninth batch is kept: faults and legal variants that were written blind, and what they share."""

from collections.abc import Callable
from typing import Any

from scim2_server.requests import ScimRequest

from scim_conformance.demo.app import Around, body_of, operations
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch
from tests.proof.batches.batch_5.store import kind_of

ninth = Batch()
NINTH, NINTH_LEVEL = ninth.defects, ninth.levels

NINTH_VARIANTS: dict[str, Variant] = {}

KINDS = {"Users", "Groups"}


def legal(name: str, behaviour: str, source: str) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in NINTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        NINTH_VARIANTS[name] = Variant(name, behaviour, source, around)
        return around

    return register


def patches(request: ScimRequest) -> list[dict[str, Any]]:
    """Return the operations of a PATCH of a user or of a group."""
    return operations(body_of(request)) if request.method == "PATCH" and kind_of(request) in KINDS else []
