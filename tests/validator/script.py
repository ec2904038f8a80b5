"""The session as steps of the harness: users and groups by the names of the table, each step under its number."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from scim_conformance.entra import validator
from scim_conformance.entra.dialects import patch_op
from scim_conformance.entra.managers import PATH
from scim_conformance.entra.requests import create_group, create_user, delete, patch, read_back, search
from scim_conformance.entra.validator import Values
from scim_conformance.entra.world import World, group_query, user_query
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import found_only, none_found
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths

HEX = "0f2f1d3c5a11"


def asked(*obligations: Obligation) -> tuple[Check, ...]:
    """Make obligations binding: here, it does not matter how."""
    return tuple(one.must(rfc7644("3"), so="the session goes another way") for one in obligations)


@dataclass
class Script:
    """The users and groups of a session, and the requests on them."""

    world: World
    values: dict[str, Values] = field(default_factory=dict)
    """What each user or group was created with, by its name in the table."""
    bodies: dict[str, Any] = field(default_factory=dict)
    queried: dict[str, str] = field(default_factory=dict)
    """What the table calls a text in a query, by the text."""

    def user(self, name: str, login: str = "") -> Step:
        """Create a user; `login`: what the userName begins with."""
        person = self.world.person()
        values = validator.user_values(self.world, person)
        values["userName"] = login + values["userName"]
        self.bodies[name] = validator.user_body(values, validator.letters(name))
        self.values[name] = values
        return create_user(self.world, person, name, body=self.bodies[name])

    def group(self, name: str) -> Step:
        """Create a group."""
        team = self.world.team()
        self.values[name] = validator.group_values(self.world, team)
        self.bodies[name] = validator.group_body(self.values[name])
        return create_group(self.world, team, name, body=self.bodies[name])

    def again(self, name: str) -> Step:
        """Create the same once more: it is refused."""
        made = create_user if _is_user(name) else create_group
        who: Any = self.world.person() if _is_user(name) else self.world.team()
        return made(self.world, who, name, body=self.bodies[name]).but(takes={}, checks=asked(status(409)))

    def change(self, name: str, operations: Iterable[dict[str, Any]]) -> Step:
        """Change a user or group."""
        return patch(_kind(name), patch_op([*operations]), None, name)

    def manager(self, name: str, verb: str, value: Any) -> Step:
        """Add, replace or remove a user's manager."""
        return self.change(name, [{"op": verb, "path": PATH, "value": value}])

    def read(self, name: str, *obligations: Obligation, query: str | None = None) -> Step:
        """Read a user or group by id."""
        step = read_back(name, *asked(*obligations))
        return step if _is_user(name) else replace(step, path=f"/Groups/{{{name}}}", query=query)

    def find(
        self, name: str, *obligations: Obligation, text: str = "", called: str = "", excluded: bool = False
    ) -> Step:
        """Find a user or group by its name, or by another text that the table calls so."""
        attribute = "userName" if _is_user(name) else "displayName"
        wanted = text or self.values[name][attribute]
        self.queried[wanted] = called or f"<{'userName' if _is_user(name) else 'name'} {name}>"
        query = group_query(attribute, wanted) if excluded else user_query(attribute, wanted)
        return search(_kind(name), "Find it", query).expecting(*asked(status(200), found_only(name), *obligations))

    def find_none(self, name: str, *, text: str = "", called: str = "") -> Step:
        """Find nothing by a name."""
        step = self.find(name, text=text, called=called)
        return step.but(checks=asked(status(200), none_found()))

    def delete(self, name: str, code: int = 204) -> Step:
        """Delete a user or group."""
        return delete(_kind(name), name).but(checks=asked(status(code)))

    def gone(self, name: str) -> Step:
        """Read what was deleted."""
        return self.read(name).but(checks=asked(status(404)))


def _is_user(name: str) -> bool:
    return name.startswith("u")


def _kind(name: str) -> str:
    return "Users" if _is_user(name) else "Groups"


def path(text: str) -> paths.AttrPath:
    return paths.parse(text)


def second(script: Script, name: str) -> Values:
    """Return other values for a user or group who was created, in everything that a change replaces."""
    before = script.values[name]
    made = validator.user_values if _is_user(name) else validator.group_values
    who: Any = script.world.person() if _is_user(name) else script.world.team()
    kept = "userName" if _is_user(name) else "displayName"
    return {**made(script.world, who, "second"), kept: before[kept]}
