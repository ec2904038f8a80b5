"""How the eighth batch is kept: faults and legal variants that were written blind, and what they share."""

from collections.abc import Callable
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Target
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch
from tests.proof.batches.batch_2.store import amend, written

eighth = Batch()
EIGHTH, EIGHTH_LEVEL = eighth.defects, eighth.levels

EIGHTH_VARIANTS: dict[str, Variant] = {}

Element = dict[str, Any]


def legal(name: str, behaviour: str, source: str) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in EIGHTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        EIGHTH_VARIANTS[name] = Variant(name, behaviour, source, around)
        return around

    return register


def each(
    target: Target, request: ScimRequest, response: ScimResponse, name: str, change: Callable[[Element], None]
) -> None:
    """Change each element of a list of the user that a request has written, as stored and in the answer."""

    def all_of(user: dict[str, Any]) -> None:
        for element in user.get(name) or []:
            change(element)

    amend(target, written(request, response), all_of, response)
