"""Where the users and groups of a rehearsal come from, cycle by cycle: generated, or in the shape of exports."""

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from scim_conformance.entra.engine.cycle import CycleKind
from scim_conformance.rehearsal.disguise import Disguise
from scim_conformance.rehearsal.events import Changes
from scim_conformance.rehearsal.exports import Exports, Loader
from scim_conformance.rehearsal.generated import Generator
from scim_conformance.rehearsal.store import Store


class DirectoryOfCycles(Protocol):
    """Changes the directory before each cycle."""

    def apply(self, store: Store, number: int, kind: CycleKind) -> Counter[str]:
        """Fill the directory before the first cycle, or change it; return what changed, in words. The caller has opened
        a transaction."""
        ...


@dataclass(frozen=True)
class GeneratedDirectory:
    """So many generated users and groups. `changes`: whether they change between the cycles."""

    generator: Generator
    people: int
    groups: int
    changes: bool = True

    def apply(self, store: Store, number: int, kind: CycleKind) -> Counter[str]:
        """Generate them, or change some."""
        if kind is CycleKind.INITIAL:
            self.generator.fill(store.edit(), self.people, self.groups)
        elif kind is CycleKind.INCREMENTAL and self.changes:
            changes = Changes(store, self.generator)
            changes.apply(number)
            return changes.counts
        return Counter()


@dataclass(frozen=True)
class ExportedDirectory:
    """The exports of a customer, one for each cycle. `disguise`: None sends the values of the files, which must carry
    the run's tag."""

    exports: Exports
    disguise: Disguise | None = None

    def apply(self, store: Store, number: int, kind: CycleKind) -> Counter[str]:
        """Take over the next export; a restart changes nothing."""
        if kind not in {CycleKind.INITIAL, CycleKind.INCREMENTAL, CycleKind.ON_DEMAND}:
            return Counter()
        shown = self.disguise
        loader = Loader(store, self.exports.profile)
        if shown is not None:
            loader = Loader(store, self.exports.profile, shown.id, shown.dressed)
        before = self.exports.snapshots[number - 2] if number > 1 else None
        loader.load(before, self.exports.snapshots[number - 1])
        return loader.changes if number > 1 else Counter()
