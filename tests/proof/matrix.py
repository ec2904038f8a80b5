"""What the matrix plays, and what must come of it."""

import json
import re
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.faults.registry import Defect
from scim_conformance.entra.profiles.profile import shipped_names
from tests.contract import stale
from tests.contract.fingerprints import digest
from tests.proof.batches import loading
from tests.proof.made.loading import MADE
from tests.proof.playing import STACKED, Deviation, Job, Outcome, play_all
from tests.proof.stacking import parts, stacks
from tests.support.red import SHOWN_RED

LEAST_DETECTED, LEAST_FIRST = 0.98, 0.97
CATALOGUE = Path(__file__).resolve().parents[2] / "docs" / "catalogue.json"


@dataclass(frozen=True)
class Row:
    """A defect with what came of it."""

    defect: Defect
    outcome: Outcome

    @property
    def is_detected(self) -> bool:
        """Tell whether the check that was made for it deviates, at a level that it has in the catalogue."""
        return any(one.level in levels().get(one.check, ()) for one in self._meant)

    @property
    def _meant(self) -> list[Deviation]:
        return [one for one in self.outcome.deviations if self.defect.named in {one.id, one.check}]

    @property
    def is_first(self) -> bool:
        """Tell whether that check is what has to be fixed first."""
        return self.is_detected and _any_page(self.outcome.first) in {_any_page(one.id) for one in self._meant}

    @property
    def others(self) -> int:
        """Count the other scenarios that deviate with it."""
        return len(self.outcome.red_scenarios - {self.defect.scenario})


def _any_page(check: str | None) -> str | None:
    """Return a check of one page as a check of any: on which page a fault shows first depends on who else is there."""
    return None if check is None else re.sub(r"#page-\d+\.", "#page.", check)


@dataclass(frozen=True)
class Matrix:
    """All runs of one form. Defects in the order of the registry."""

    rows: Sequence[Row]
    blind: Sequence[Defect]
    honest: Mapping[Job, Outcome]
    variants: Mapping[str, Outcome]
    fresh: Mapping[str, Outcome]
    made: Mapping[str, Outcome] = field(default_factory=dict)
    """What came of the faults that were made for a check, by the check."""
    seconds: float = 0.0

    @property
    def missed(self) -> list[Row]:
        """The defects that could be caught and were not."""
        return [row for row in self.rows if not row.is_detected]

    @property
    def behind(self) -> list[Row]:
        """The defects that were caught and are not named first."""
        return [row for row in self.rows if row.is_detected and not row.is_first]

    @property
    def red(self) -> set[str]:
        """The checks of the catalogue that deviated at least once."""
        return self.red_of_reports | {one.check for outcome in self.made.values() for one in outcome.deviations}

    @property
    def red_of_reports(self) -> set[str]:
        """The checks that deviated with a fault that somebody reported, or may report."""
        outcomes = [row.outcome for row in self.rows] + [*self.fresh.values(), *self.variants.values()]
        return {one.check for outcome in outcomes for one in outcome.deviations}

    @property
    def green(self) -> set[str]:
        """The checks of the catalogue that were met at least once; some are played where another fails alone."""
        outcomes = [row.outcome for row in self.rows] + [*self.honest.values(), *self.fresh.values()]
        return {check for outcome in outcomes for check in outcome.green}

    def alarms(self) -> list[str]:
        """Name what is held for a fault and is none, above SHOULD; a run that does not end counts too."""
        runs = [(f"honest, {title(job)}", one) for job, one in self.honest.items()]
        runs += [(f"variant {name}", one) for name, one in self.variants.items()]
        found = [f"{name}: {one.level} {one.id}" for name, outcome in runs for one in outcome.alarms]
        codes = [(name, one.code) for name, one in runs if one.code not in {0, 1, 6} and name not in _refusals()]
        codes += [(name, one.code) for name, one in runs if name in _refusals() and one.code != 4]
        return found + [f"{name}: exit code {code}" for name, code in codes]


def _refusals() -> set[str]:
    """Return the titles of the runs that must not start: the command line refuses their profiles."""
    return {f"honest, {title(job)}" for job in profile_jobs() if Path(job.profile or "").stem in loading.refused()}


def levels() -> dict[str, tuple[str, ...]]:
    """Return the levels of every check of the catalogue, by its id there."""
    if not _LEVELS:
        content: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
        for scenario in content["scenarios"]:
            open_id = re.compile(r"/\{\w+\}(?=[^#]*#)")
            _LEVELS.update({open_id.sub("", check["id"]): tuple(check["levels"]) for check in scenario["checks"]})
        _LEVELS.update({f"{one['id']}#any.answer": (one["level"],) for one in content["standing"]})
    return _LEVELS


def counted() -> set[str]:
    """Return the checks that have to be seen red and green here: those of the standards and of security are not among
    them, because `standards.toml` proves their rows."""
    return {check for check in levels() if not check.startswith(("RFC-", "SEC-"))}


_LEVELS: dict[str, tuple[str, ...]] = {}


def title(job: Job) -> str:
    """Name the profile and the dialect of a run."""
    return ", ".join([Path(job.profile or "entra-default").stem, *job.flags[1:2]])


def is_advice(name: str) -> bool:
    """Tell whether the note has as advice what such a defect breaks."""
    return loading.levels()[name] == "SHOULD"


def catchable() -> list[Defect]:
    """Return the defects that a check can see."""
    return [one for one in DEFECTS.values() if one.catchable]


def honest_jobs() -> list[Job]:
    """Return the runs against the honest target: each shipped profile in each dialect, and in both."""
    dialects = ("both", "legacy", "compliant")
    return [Job("honest", "honest", profile, ("--dialect", one)) for profile in shipped_names() for one in dialects]


def defect_job(one: Defect, *ids: str) -> Job:
    """Return the run against a defect; of some scenarios alone, where ids are given."""
    return Job("defect", one.name, one.profile, one.flags, ids or group(one))


def group(one: Defect) -> tuple[str, ...]:
    """Return what a defect of another suite is played with: the scenarios of one theme, such as RFC-FLT."""
    named = one.scenario or ""
    return (named.rpartition("-")[0],) if named.startswith(("RFC-", "SEC-")) else ()


EVERYWHERE = (
    "ENT-CON-01",
    "ENT-CRE-01",
    "ENT-CRE-02",
    "ENT-UPD-01",
    "ENT-DEL-01",
    "ENT-GRP-01",
    "ENT-GRP-05",
    "ENT-MGR-01",
)
"""Where a check of every answer has something to judge."""


def made_for(one: Defect) -> tuple[str, ...]:
    """Return the scenarios in which a defect must be seen: that of the check made for it, and those it reddens."""
    first = (one.named or "STD-").partition("#")[0]
    wanted = {first, *(template for template, name in SHOWN_RED.items() if name == one.name)}
    scenarios = {scenario for scenario in wanted if not scenario.startswith("STD-")}
    return tuple(sorted(scenarios.union(EVERYWHERE if wanted != scenarios else ())))


def unruly(matrix: Matrix) -> list[str]:
    """Name what else is not as it must be with a defect: a scenario that stays green, an exit code, leftovers."""
    outcomes = {row.defect.name: row.outcome for row in matrix.rows}
    found = [
        f"{one} is not red with {name}"
        for one, name in SHOWN_RED.items()
        if name in outcomes and one not in outcomes[name].red_scenarios
    ]
    codes = {name: one.code for name, one in outcomes.items() if one.code != int(bool(one.alarms))}
    found += [f"{name}: exit code {code}" for name, code in codes.items()]
    left = [name for name, one in outcomes.items() if one.left and DEFECTS[name].leaves is None]
    return found + [f"{name}: something of ours is left behind" for name in left]


def variant_jobs() -> list[Job]:
    """Return the runs against the legal variants."""
    return [Job("variant", one.name, one.profile, one.flags) for one in loading.legal().values()]


def profile_jobs() -> list[Job]:
    """Return the runs against the honest target with profiles as administrators write them, made blind as well."""
    return [Job("honest", "honest", str(file)) for file in loading.profiles()]


def fresh_jobs() -> list[Job]:
    """Return the runs against the defects that no check was made for."""
    return [Job("fresh", one.name, one.profile, one.flags) for one in loading.unseen().values()]


def made_jobs() -> list[Job]:
    """Return the runs against the faults that were made for a check, of its scenario alone."""
    scenarios = {check: check.partition("#")[0] for check in MADE}
    return [Job("made", check, PROFILES.get(one), ids=(one,)) for check, one in scenarios.items()]


PROFILES = {"ENT-MAT-09": "employee-number"}
"""Profiles without which a scenario is not played."""


def play_full() -> Matrix:
    """Play everything against everything."""
    defects = [defect_job(one) for one in catchable()]
    begun = time.monotonic()
    variants = dict.fromkeys([*variant_jobs(), *stacks()])
    matrix = _matrix([*defects, *honest_jobs(), *profile_jobs(), *variants, *fresh_jobs(), *made_jobs()])
    return replace(matrix, seconds=time.monotonic() - begun)


def rows() -> dict[str, str]:
    """Return what `play_quick` plays, by name, each with the fingerprint of what it is made from."""
    return _rows(stale.ingredients("proof"), stale.ingredients("variants"))


def rows_played() -> dict[str, str]:
    """Return the same as it was when each was last played in full."""
    return _rows(stale.made("proof"), stale.made("variants"))


def _rows(defects: Mapping[str, str], variants: Mapping[str, str]) -> dict[str, str]:
    """Return the fingerprints by row. A stack is made from all of its variants."""
    names = {job.name: job.name.split(STACKED) for job in stacks()}
    stacked = {f"variant {name}": digest(*(variants.get(part) for part in held)) for name, held in names.items()}
    return {**defects, **stacked}


def play_quick(wanted: Container[str]) -> Matrix:
    """Play what was made for each defect, and all scenarios against the honest target and variants in stacks.

    Which check is named first is not known then: a defect meets one scenario. `wanted`: names of `rows`.
    """
    defects = [defect_job(one, *made_for(one)) for one in catchable() if one.name in wanted]
    stacked = [job for job in stacks() if f"variant {job.name}" in wanted]
    matrix = _matrix([*defects, *honest_jobs()[:1], *stacked])
    # Some show only in company: what happens now and then, or what is late.
    again = {row.defect.name: defect_job(row.defect) for row in matrix.missed}
    found = dict(zip(again, play_all(again.values()), strict=True))
    rows = [replace(row, outcome=found.get(row.defect.name, row.outcome)) for row in matrix.rows]
    return replace(matrix, rows=rows, variants=dict(parts(matrix.variants)))


def _matrix(jobs: Sequence[Job]) -> Matrix:
    played = dict(zip(jobs, play_all(jobs), strict=True))
    by_name = {job.name: outcome for job, outcome in played.items() if job.kind == "defect"}
    return Matrix(
        rows=[Row(one, by_name[one.name]) for one in catchable() if one.name in by_name],
        blind=[one for one in DEFECTS.values() if not one.catchable],
        honest={job: outcome for job, outcome in played.items() if job.kind == "honest"},
        variants={job.name: outcome for job, outcome in played.items() if job.kind == "variant"},
        fresh={job.name: outcome for job, outcome in played.items() if job.kind == "fresh"},
        made={job.name: outcome for job, outcome in played.items() if job.kind == "made"},
    )


def unproven(matrix: Matrix, excused: Iterable[str]) -> list[str]:
    """Name the checks of the catalogue that were never red or never green without a reason, and stale reasons."""
    known, excused = counted(), set(excused)
    never = {"red": known - matrix.red, "green": known - matrix.green}
    found = [
        f'{check} was never {colour}: make a defect that shows it, or add "{check}" = "why" to {REASONS}'
        for colour, ones in never.items()
        for check in sorted(ones - excused)
    ]
    stale = excused - never["red"] - never["green"]
    told = f"has a reason, and was red and green all the same: take its line out of {REASONS}"
    return found + [f"{check} {told}" for check in sorted(stale)]


REASONS = "tests/proof/never_red.toml"
