"""How the eleventh batch is kept: faults and legal variants that were written blind, and what they share."""

from collections.abc import Callable
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target
from scim_conformance.demo.shapes import changes, is_write, stored_at
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Batch
from tests.proof.batches.batch_2.store import extension
from tests.proof.batches.batch_5.store import kind_of, succeeded

eleventh = Batch()
ELEVENTH, ELEVENTH_LEVEL = eleventh.defects, eleventh.levels

ELEVENTH_VARIANTS: dict[str, Variant] = {}

GALLERY = "gallery-2026"
KINDS = {"Users", "Groups"}

Resource = dict[str, Any]


def legal(name: str, behaviour: str, source: str) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in ELEVENTH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        ELEVENTH_VARIANTS[name] = Variant(name, behaviour, source, around)
        return around

    return register


async def changed(
    target: Target, request: ScimRequest, go: Go, kind: str = "Users"
) -> tuple[ScimResponse, Resource, Resource]:
    """Serve a request; return its answer, and what a PATCH of this type found and left.

    Both are empty where the request is something else, or was refused.
    """
    path = request.path
    before = stored_at(target, path) if changes(request, kind) else {}
    response = await go(request)
    if not before or not succeeded(response):
        return response, {}, {}
    return response, before, stored_at(target, path)


def differ(before: Resource, after: Resource, name: str) -> bool:
    """Tell whether an attribute of a user had a value before, and has another one now, or none."""
    had, has = (one.get(name, extension(one).get(name)) for one in (before, after))
    return bool(had) and had != has


def manager_of(user: Resource) -> str:
    """Return the id of a user's manager, empty where there is none."""
    return str((extension(user).get("manager") or {}).get("value") or "")


def without_manager(user: Resource) -> None:
    """Take the manager from a user."""
    extension(user).pop("manager", None)


def work_address(user: Resource) -> Resource:
    """Return the work address of a user, empty where there is none."""
    return next((one for one in user.get("addresses") or [] if one.get("type") == "work"), {})


def changed_one(request: ScimRequest) -> str:
    """Return the path of the user or group that a request changes, or nothing."""
    return request.path if any(is_write(request, "PATCH", kind) for kind in KINDS) else ""


def is_discovery(request: ScimRequest) -> bool:
    """Tell whether a request asks what the server can do."""
    return kind_of(request) in {"Schemas", "ResourceTypes", "ServiceProviderConfig"}
