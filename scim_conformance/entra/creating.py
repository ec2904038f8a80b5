"""Creations of one of several users."""

from typing import Any

from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.requests import create_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.steps import Step


def create_named(world: World, person: Person, name: str, *, body: Any = None) -> Step:
    """POST one of several users of a scenario: the id is stored under this name, and the step is called after it."""
    return create_user(world, person, name, body=body, key=f"create-{name}")
