"""The other half: one mapped attribute that the target shows is broken in it, and the first cause must name it."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scim_conformance.demo.app import Around
from scim_conformance.demo.broken import How, broken
from scim_conformance.entra import needs
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import Origin, World
from scim_conformance.scenario import tags
from scim_conformance.scenario.passwords import is_password
from scim_conformance.verdict.causes import Fix


@dataclass(frozen=True)
class Fault:
    """What is broken: the attribute of which kind of object, and how."""

    kind: str
    row: AttributeMapping
    how: How

    @property
    def around(self) -> Around:
        """What makes the target so."""
        return broken(self.kind, self.row.path, self.how)

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.kind} {self.row.target}: {self.how}"

    def is_named(self, fix: Fix) -> bool:
        """Tell whether a cause names the attribute: in the check's key, or in what is expected and found."""
        key, slug = fix.check.partition("#")[2].lower(), re.escape(self.row.path.slug.lower())
        said, text = f"{fix.expected} {fix.actual}".lower(), re.escape(self.row.target.lower())
        return re.search(rf"\.{slug}$", key) is not None or re.search(rf"(?<![\w.:]){text}(?![\w.])", said) is not None


def faults(profile: Profile) -> list[Fault]:
    """Return every fault that can show with a profile.

    A password is never shown, and who is in a group may be hidden. What no person has flows nowhere. An update that
    leaves an attribute out needs another one that changes.
    """
    found = []
    for kind, rows in (("User", _shown_of_people(profile)), ("Group", _shown_of_groups(profile))):
        for row in rows:
            changing = any(other is not row and _changes(profile, other, kind) for other in rows)
            found += [Fault(kind, row, how) for how in _ways(row, changing=changing)]
    return found


def _changes(profile: Profile, row: AttributeMapping, kind: str) -> bool:
    """Tell whether an update sends another value: a formula that reads no attribute has the same one for everybody."""
    if not needs.can_change(profile, row, kind.lower()):
        return False
    if row.is_reference or row.target.lower() == "active":
        return True
    world = world_of(profile)
    some = [world.team() if kind == "Group" else world.person() for _ in range(2)]
    first, second = (row.value(one.attributes, creating=True) for one in some)
    return bool(first != second)


def drawn(profile: Profile, number: int) -> Fault | None:
    """Return one of them, by the draw's number; None where there is none."""
    found = faults(profile)
    return random.Random(number).choice(found) if found else None


def world_of(profile: Profile) -> World:
    """Return a world of a profile whose people are only looked at."""
    return Origin(profile, tags.EXAMPLE, 0, DIALECTS).world("looked at")


def _ways(row: AttributeMapping, *, changing: bool) -> Iterator[How]:
    if row.path.name.lower() != "members":  # a target may hide them: none at all is no fault that can be told
        yield How.NOT_STORED
    if not row.is_reference:
        yield How.CHANGED
    if changing:
        yield How.WIPED
        if row.apply == "create":
            yield How.OVERWRITTEN


def _shown_of_people(profile: Profile) -> list[AttributeMapping]:
    person = world_of(profile).person()
    rows = [row for row in profile.user.mapping if not is_password(row.target)]
    return [row for row in rows if row.is_reference or row.value(person.attributes, creating=True) is not None]


def _shown_of_groups(profile: Profile) -> list[AttributeMapping]:
    if profile.group is None:
        return []
    team = world_of(profile).team()
    hidden = {"members"} if profile.members == "hidden" else set()
    rows = [row for row in profile.group.mapping if row.path.name.lower() not in hidden]
    return [row for row in rows if row.is_reference or row.value(team.attributes, creating=True) is not None]
