"""Plays a rehearsal in this process, against a target at a tenant URL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scim_conformance.demo.choices import chosen
from scim_conformance.demo.server import serve
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle
from scim_conformance.entra.engine.model import Rules
from scim_conformance.entra.profiles.profile import Profile, load
from scim_conformance.rehearsal.playing import PlayedCycle, Rehearsal, RehearsalPlan
from scim_conformance.rehearsal.results import results
from scim_conformance.scenario import tags
from scim_conformance.target.cleanup import clean
from scim_conformance.target.journal import NAME
from scim_conformance.target.wire import TargetWire
from scim_conformance.verdict.causes import Fix, fix_first

SMALL = RehearsalPlan(people=8, groups=4)
"""Every kind of change, five cycles, and some 250 requests."""

DEFAULT = load("entra-default")


@dataclass
class Quiet:
    """Keeps the cycles."""

    cycles: list[PlayedCycle] = field(default_factory=list)

    def progress(self, cycle: Cycle, count: int) -> None:
        """Nothing is shown."""

    def played(self, one: PlayedCycle) -> None:
        self.cycles.append(one)


@dataclass
class Ended:
    """A rehearsal that has ended: its cycles, its causes, and what is left in the target."""

    rehearsal: Rehearsal
    fixes: list[Fix]
    leftovers: list[dict[str, object]]
    asked: dict[str, int]

    @property
    def named(self) -> list[str]:
        """The causes, the most urgent first: check, attribute and what was found."""
        return [f"{one.check.partition('#')[0]} {one.actual}" for one in self.fixes]


def rehearse(  # noqa: PLR0917
    url: str,
    token: str,
    directory: Path,
    dialect: Dialect = Dialect.LEGACY,
    plan: RehearsalPlan = SMALL,
    profile: Profile = DEFAULT,
    tag: str | None = None,
) -> Ended:
    """Play a rehearsal and remove what it made."""
    wire, tag = TargetWire(url, token), tag or tags.new()
    rehearsal = Rehearsal(wire, Rules(profile, dialect), tag, directory, plan, Quiet())
    try:
        rehearsal.run()
    finally:
        rehearsal.tidy()
        outcome = clean(wire, directory / NAME, tag)
        rehearsal.store.close()
        wire.close()
    found = fix_first(results(rehearsal.findings, dialect.value))
    return Ended(rehearsal, found, outcome.leftovers, rehearsal.findings.asked)


def with_embedded(
    directory: Path,
    dialect: Dialect = Dialect.LEGACY,
    *,
    defects: Sequence[str] = (),
    variants: Sequence[str] = (),
    profile: Profile = DEFAULT,
    tag: str | None = None,
) -> Ended:
    """Play one against the embedded target, with defects or legal variants."""
    found = chosen(tuple(defects), tuple(variants)) if defects or variants else ()
    with serve([one.around for one in found], profile=profile) as served:
        return rehearse(served.url, served.token, directory, dialect, profile=profile, tag=tag)
