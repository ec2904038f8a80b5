"""A rehearsal in the shape of a customer's directory: which files, what is said about them, and who was who."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.engine.decide import SOFT_DELETED
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source.model import ObjectKind, SourceObject
from scim_conformance.rehearsal import exports, scope_screen, scoping
from scim_conformance.rehearsal.disguise import AS_THEY_ARE, Disguise
from scim_conformance.rehearsal.exports import Exports
from scim_conformance.rehearsal.lines import folded
from scim_conformance.rehearsal.private import Private
from scim_conformance.rehearsal.reading import InputFiles
from scim_conformance.rehearsal.scoping import ScopeReport
from scim_conformance.rehearsal.store import Store
from scim_conformance.reporting.rehearsal_words import counted
from scim_conformance.scenario import tags
from scim_conformance.scim import paths

TABLE = "people.csv"
HEADER = ("id", "userPrincipalName", "in scope", "reason", "rehearsed as", "rehearsed id", "account", "target id")


@dataclass(frozen=True)
class CustomerInput:
    """The files of a rehearsal. `then`: folders with later exports; `real_values`: see `Disguise`."""

    files: InputFiles
    then: Sequence[str] = ()
    real_values: bool = True

    def read(self, profile: Profile) -> Exports:
        """Read all files, as `exports.read_all` does."""
        return exports.read_all(self.files, self.then, profile)

    def written(self, read: Exports) -> dict[str, Any]:
        """Return what a rehearsal must be continued with: the files, and what they contained."""
        found = {file: _digest(file) for one in read.directories for file in _names(one.files)}
        files = {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self.files).items()}
        return {"files": files, "then": [*self.then], "real values": self.real_values, "contents": found}

    @classmethod
    def begun(cls, held: Mapping[str, Any]) -> "CustomerInput":
        """Return the input of a rehearsal that was begun."""
        return cls(InputFiles(**held["files"]), held["then"], held["real values"])


def _names(files: InputFiles) -> Iterator[str]:
    for one in (files.people, files.groups, *files.members, files.assignments, files.deleted):
        if one is not None:
            yield one


def _digest(file: str) -> str:
    with Path(file).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@dataclass(frozen=True)
class Customer:
    """A directory that was read, and how it is sent."""

    read: Exports
    report: ScopeReport
    disguise: Disguise

    @classmethod
    def of(cls, given: CustomerInput, read: Exports, tag: str, directory: Path) -> "Customer":
        """Decide who is in scope; the key of the names is kept in the folder for personal data."""
        key = Private(directory).key(hashlib.sha256(tags.new().encode()).digest())
        disguise = Disguise(read.profile, tag, key, given.real_values)
        return cls(read, scoping.report(read.first), disguise)

    def untagged(self) -> int:
        """Return how many users in scope would have a userName that does not show the tag."""
        return sum(not tags.carries(self.disguise.tag, self._user_name(one.source)) for one in self.report.in_scope())

    def _user_name(self, one: SourceObject) -> str:
        source = {**self.disguise.dressed(one).attributes, SOFT_DELETED: False}
        try:
            return str(paths.member(payload.user(self.read.profile, Person(source)), "userName"))
        except ExpressionError:
            return ""

    def lines(self, width: int) -> list[str]:
        """Return what is said before the first request: what was read, who is in scope, and what is sent as it is."""
        found = [*scope_screen.directory(self.report, width), "", *scope_screen.scope(self.report, width)]
        number = self._alone() if self.disguise.real_values else 0
        if number:
            said = (
                f"{counted(number, 'user')}: the department, job title or company is nobody else's, and is sent as it "
                "is; --no-real-values replaces it"
            )
            found += folded(said, "  ", width)
        if self.read.first.files.deleted is None and len(self.read.directories) > 1:
            said = "without --deleted, users who are not in a later export count as deleted permanently"
            found += folded(said, "  ", width)
        return found

    def _alone(self) -> int:
        """Return how many users in scope have a value, sent as it is, that nobody else has."""
        users = [one.source.attributes for one in self.report.in_scope()]
        held = Counter((name, str(one[name])) for one in users for name in AS_THEY_ARE if name in one)
        return sum(any(held[name, str(one[name])] == 1 for name in AS_THEY_ARE if name in one) for one in users)

    def write(self, directory: Path, store: Store) -> None:
        """Write who was who, and what came of it."""
        Private(directory).table(TABLE, HEADER, self._rows(store))

    def _rows(self, store: Store) -> Iterator[tuple[object, ...]]:
        seen: dict[str, SourceObject] = {}
        for snapshot in self.read.snapshots:
            seen.update({one.id: one for one in snapshot.objects.values() if one.kind is ObjectKind.USER})
        for one in seen.values():
            identifier = self.disguise.id(one.id)
            standing, link = store.directory.standing(identifier), store.links.of(identifier)
            inside = "yes" if standing and standing.in_scope else "no"
            reason = standing.reason.value if standing else "deleted permanently in Entra"
            account = (link.state.value, link.target) if link else ("none", "")
            yield one.id, one.name, inside, reason, self.disguise.dressed(one).name, identifier, *account
