"""Creations of one of several users, and of users and groups that are less plain than the first ones: the first ones
explain why such a creation is refused."""

from typing import Any

from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.explained import GROUP_REFUSED, REFUSED
from scim_conformance.entra.requests import create_group, create_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.steps import Step


def create_named(world: World, person: Person, name: str, *, body: Any = None) -> Step:
    """POST one of several users of a scenario: the id is stored under this name, and the step is called after it."""
    return create_user(world, person, name, body=body, key=f"create-{name}")


def create_unusual(world: World, person: Person, *, body: Any = None) -> Step:
    """POST a user with something that ENT-CRE-01 does not send."""
    return create_user(world, person, body=body).explained_by(REFUSED)


def create_unusual_group(world: World, team: Team) -> Step:
    """POST a group with something that ENT-GRP-01 does not send."""
    return create_group(world, team).explained_by(GROUP_REFUSED)
