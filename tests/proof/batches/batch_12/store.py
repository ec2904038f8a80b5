"""How the twelfth batch is kept: faults and legal variants that were written blind, and what they share."""

from collections.abc import Callable, Iterator
from typing import Any

from scim2_server.requests import ScimRequest

from scim_conformance.demo.app import Around, Target
from scim_conformance.demo.shapes import changes, keys_of, path_of
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch
from tests.proof.batches.batch_2.store import amend, dumps, members

twelfth = Batch()
TWELFTH, TWELFTH_LEVEL = twelfth.defects, twelfth.levels

TWELFTH_VARIANTS: dict[str, Variant] = {}

GALLERY = "gallery-2026"
KINDS = {"Users", "Groups"}

Resource = dict[str, Any]


def legal(name: str, behaviour: str, source: str) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in TWELFTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        TWELFTH_VARIANTS[name] = Variant(name, behaviour, source, around)
        return around

    return register


def groups_of(target: Target, user: str) -> set[str]:
    """Return the ids of the groups that a user is a member of."""
    return {str(one["id"]) for one in dumps(target, "Group") if user in members(one)}


def put_members(target: Target, group: str, wanted: list[Resource]) -> None:
    """Give a stored group these members and no others."""

    def put(content: Resource) -> None:
        content.pop("members", None)
        if wanted:
            content["members"] = wanted

    amend(target, group, put)


def elements(request: ScimRequest, name: str, kind: str, verbs: set[str]) -> Iterator[Resource]:
    """Yield the elements of a list that a PATCH of this type gives as a whole, in operations of these verbs."""
    for operation in changes(request, kind):
        said = keys_of(operation) or {path_of(operation): operation.get("value")}
        value = said.get(name) if str(operation.get("op")).lower() in verbs else None
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield one


def without_roles(user: Resource) -> None:
    """Take the roles from a user."""
    user.pop("roles", None)
