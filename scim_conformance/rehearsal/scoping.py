"""Who of a directory is in scope, and why: the numbers, and one row for each object."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scim_conformance.entra.expressions.values import ExpressionError, empty
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.memory import MemoryView
from scim_conformance.entra.source.model import Entitlement, ObjectKind, ScopeReason, SourceObject
from scim_conformance.rehearsal.reading import SourceDirectory


@dataclass(frozen=True, slots=True)
class Scoped:
    """An object and whether it is in scope. `matched`: the values of the matching attributes, by target path, without
    those that have none; empty for an object in scope: Entra skips it."""

    source: SourceObject
    entitlement: Entitlement
    matched: Mapping[str, str] = field(default_factory=dict)

    @property
    def skipped(self) -> bool:
        """In scope, but Entra has no value to match it by (`ImportSkipped`)."""
        return self.entitlement.in_scope and not self.matched


@dataclass
class ScopeReport:
    """The scope of a directory: every object of it, and what is worth saying about them."""

    directory: SourceDirectory
    view: MemoryView
    users: list[Scoped] = field(default_factory=list)
    groups: list[Scoped] = field(default_factory=list)

    @property
    def profile(self) -> Profile:
        """The profile as far as the files allow."""
        return self.directory.profile

    def in_scope(self, kind: ObjectKind = ObjectKind.USER) -> list[Scoped]:
        """Return the objects of a kind that are in scope."""
        return [one for one in (self.users if kind is ObjectKind.USER else self.groups) if one.entitlement.in_scope]

    @property
    def reasons(self) -> Counter[ScopeReason]:
        """How many users there are for each reason."""
        return Counter(one.entitlement.reason for one in self.users)

    def through(self) -> tuple[int, int, int]:
        """Return how many users in scope are assigned directly, how many through groups alone, and how many groups
        that are."""
        inside = [one.entitlement for one in self.in_scope()]
        direct = sum(one.direct for one in inside)
        groups = {group for one in inside if not one.direct for group in one.through}
        return direct, sum(not one.direct and bool(one.through) for one in inside), len(groups)

    def filtered(self) -> dict[str, tuple[int, int]]:
        """Return for each clause how many filtered users it is false for, and how many of these have no value."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.users:
            if one.entitlement.reason is not ScopeReason.FILTERED:
                continue
            for filters in self.profile.user.scope:
                for clause in filters.clauses:
                    said = f"{filters.title}.{clause}"
                    if not one.entitlement.clauses[said]:
                        number, without = found.get(said, (0, 0))
                        has_none = empty(one.source.attributes.get(clause.attribute))
                        found[said] = (number + 1, without + has_none)
        return found

    def doubles(self) -> dict[str, list[list[Scoped]]]:
        """Return users in scope who share a matching value, by target path; letter case does not distinguish them."""
        found: dict[str, dict[str, list[Scoped]]] = defaultdict(lambda: defaultdict(list))
        for one in self.in_scope():
            for target, value in one.matched.items():
                found[target][value.lower()].append(one)
        shared = {target: [group for group in values.values() if len(group) > 1] for target, values in found.items()}
        return {target: groups for target, groups in shared.items() if groups}

    def unusual(self) -> list[Scoped]:
        """Return users in scope with a matching value that has a character other than letters, digits and `@._-`."""
        return [one for one in self.in_scope() if any(map(_is_unusual, one.matched.values()))]


def _is_unusual(value: str) -> bool:
    return not all(letter.isalnum() or letter in "@._-" for letter in value)


def report(directory: SourceDirectory) -> ScopeReport:
    """Decide for every object of a directory whether it is in scope."""
    view = MemoryView([directory.snapshot])
    found = ScopeReport(directory, view)
    for one in directory.snapshot.objects.values():
        into = found.users if one.kind is ObjectKind.USER else found.groups
        entitlement = entitled(directory.profile, view, one)
        into.append(Scoped(one, entitlement, matched(directory.profile, one) if entitlement.in_scope else {}))
    return found


def matched(profile: Profile, one: SourceObject) -> dict[str, str]:
    """Return the values by which Entra looks for an object, by target path, in their order."""
    rows: Sequence[AttributeMapping] = ()
    if one.kind is ObjectKind.USER:
        rows = profile.user.matching
    elif profile.group is not None:
        rows = profile.group.matching
    found = {row.target: _value(row, one) for row in rows}
    return {target: value for target, value in found.items() if value is not None}


def _value(row: AttributeMapping, one: SourceObject) -> str | None:
    try:
        value = row.match_value({**one.attributes, "IsSoftDeleted": False})
    except ExpressionError:
        return None
    return None if empty(value) else str(value)
