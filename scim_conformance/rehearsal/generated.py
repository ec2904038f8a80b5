"""A generated directory: users and groups of a run, with the shares of a usual tenant.

The shares are ours, not Microsoft's. Names carry the run's tag, as everything that a run creates (`scenario.tags`).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.directory.people import CHARACTERS, PeopleMaker, Person
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source.model import Assignment, ObjectKind, SourceObject
from scim_conformance.rehearsal.directory import DirectoryEdit

TEAM = 8
"""Users who have the same manager."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of the generated users and groups is special in some way."""

    guests: float = 0.04
    blocked: float = 0.06
    without_manager: float = 0.12
    accents: float = 0.09
    non_latin: float = 0.02
    without_mobile: float = 0.15
    without_department: float = 0.05
    without_mail: float = 0.01
    empty_groups: float = 0.03
    nested_groups: float = 0.05


USUAL = Shares()

_LACKING = (("without_mobile", "mobile"), ("without_department", "department"), ("without_mail", "mail"))


@dataclass
class Generator:
    """Makes users and groups. `seed`, `tag` and `scope` determine them, in their order."""

    profile: Profile
    tag: str
    seed: int = 0
    scope: str = "rehearsal"
    shares: Shares = USUAL
    maker: PeopleMaker = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the first user."""
        self.maker = directory_of(self.profile, self.tag, self.scope, self.seed)

    def chance(self, what: object) -> random.Random:
        """Return random numbers that are the same for the same seed and purpose."""
        return random.Random(f"{self.seed}/{self.tag}/{what}")  # noqa: S311 - reproducible people, not secrets

    def user(self) -> SourceObject:
        """Make the next user."""
        person = self.maker.person()
        chance, shares = self.chance(person.user_name), self.shares
        named = chance.random()
        if named < shares.accents:
            person = CHARACTERS["accents" if chance.random() < 0.5 else "apostrophe"](person)
        elif named < shares.accents + shares.non_latin:
            person = CHARACTERS["non-latin"](person)
        attributes = _as_source(person)
        for share, name in _LACKING:
            if chance.random() < getattr(shares, share):
                attributes.pop(name, None)
        attributes["accountEnabled"] = chance.random() >= shares.blocked
        if chance.random() < shares.guests:
            attributes["originalUserPrincipalName"] = _as_guest(attributes["userPrincipalName"])
        return SourceObject(str(attributes["objectId"]), ObjectKind.USER, attributes)

    def group(self) -> SourceObject:
        """Make the next group."""
        attributes = {key: value for key, value in self.maker.team().attributes.items() if key != "IsSoftDeleted"}
        return SourceObject(str(attributes["objectId"]), ObjectKind.GROUP, attributes)

    def fill(self, edit: DirectoryEdit, people: int, groups: int) -> None:
        """Put so many users and groups into a directory: all assigned, with managers and memberships."""
        ids = [*self._users(edit, people)]
        teams = [*self._groups(edit, groups if self.profile.group is not None else 0)]
        for rank, team in enumerate(teams):
            for member in self._members(rank, team, ids, teams):
                edit.join(team, member)

    def _users(self, edit: DirectoryEdit, count: int) -> Iterator[str]:
        ids: list[str] = []
        for number in range(count):
            one = self.user()
            ids.append(one.id)
            edit.put(one)
            edit.assign(Assignment(one.id, ObjectKind.USER))
            if number and self.chance(f"manager {one.id}").random() >= self.shares.without_manager:
                edit.manage(one.id, ids[(number - 1) // TEAM])
            yield one.id

    def _groups(self, edit: DirectoryEdit, count: int) -> Iterator[str]:
        for _ in range(count):
            one = self.group()
            edit.put(one)
            edit.assign(Assignment(one.id, ObjectKind.GROUP))
            yield one.id

    def _members(self, rank: int, team: str, ids: list[str], teams: list[str]) -> list[str]:
        """Return the members of a group: everybody in the first one, then fewer and fewer (Zipf)."""
        chance = self.chance(f"members {team}")
        if rank and chance.random() < self.shares.empty_groups:
            return []
        members = chance.sample(ids, len(ids) // (rank + 1))
        nested = rank > 0 and chance.random() < self.shares.nested_groups
        return [*members, teams[rank - 1]] if nested else members


def _as_source(person: Person) -> dict[str, Any]:
    return {key: value for key, value in person.attributes.items() if key != "IsSoftDeleted"}


def _as_guest(name: str) -> str:
    local, _, domain = name.partition("@")
    return f"{local}_{domain}#EXT#@{domain}"
