"""Matches that must find nothing, and queries in other forms than the usual match."""

from typing import Any

from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.requests import match_group, match_user, search
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.steps import Step


def match_nobody(world: World, person: Person, when: str) -> Step:
    """Find no user by a matching attribute; `when`: the moment for which the step is named, such as before or after."""
    return match_user(world, person, None, key=f"match-{when}")


def match_no_group(world: World, team: Team, when: str) -> Step:
    """Find no group by its matching attribute; `when` as for users."""
    return match_group(world, team, None, key=f"match-{when}")


def match_by(attribute: str, value: Any, *, why: str = "", key: str = "match") -> Step:
    """Query users by any attribute, without checks."""
    query = user_query(attribute, value)
    return search("Users", why or f"Match by {attribute}", query, key=key)
