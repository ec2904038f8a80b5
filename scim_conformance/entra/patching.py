"""Changes of users in other forms than the usual one, and the read that follows a change of many attributes."""

from collections.abc import Sequence
from typing import Any

from scim_conformance.entra.dialects import Change, Dialect, patch_op
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.requests import patch, patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.steps import Step


def patch_in_shape(operations: Sequence[dict[str, Any]], *, key: str = "patch", why: str = "Send the change") -> Step:
    """PATCH a user with these operations, in a shape that the dialects do not have."""
    return patch("Users", patch_op(operations), None, "user", key=key, why=why)


def disable(dialect: Dialect, name: str = "user", *, key: str = "disable", why: str = "Disable the account") -> Step:
    """PATCH only `active` of a user to false."""
    return patch_user(dialect, [Change("active", value=False)], name, key=key, why=why)


def enable(dialect: Dialect, name: str = "user", *, key: str = "enable", why: str = "Enable the account again") -> Step:
    """PATCH only `active` of a user to true."""
    return patch_user(dialect, [Change("active", value=True)], name, key=key, why=why)


def read_updated(world: World, person: Person, *, before: Person) -> Step:
    """Read a user back who was created as `before` and updated."""
    return read_back("user", *holds(world, person, before=before))
