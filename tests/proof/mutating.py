"""Empties a check: whatever it finds, it passes. The matrix must notice that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scim_conformance.scenario.model import Case
from scim_conformance.scenario.performance import Judged
from scim_conformance.verdict import judging
from scim_conformance.verdict.results import CheckResult
from tests.proof.matrix import Matrix
from tests.proof.playing import Job, Outcome, catalogued, play_all


@dataclass(frozen=True)
class Mutant:
    """A check that was emptied, the defects that were played again, and whether it was red no more."""

    check: str
    defects: Sequence[str]
    noticed: bool


def empty(check: str) -> None:
    """Let a check of the catalogue, `ENT-DIS-01#read-back.active` or `STD-IDS-01#any.answer`, always pass here."""
    judged, occurrences = judging._judged, judging._occurrences
    template = check.partition("#")[0]

    def passing(case: Case, played: Any, one: Judged, index: int, sent: Any) -> CheckResult:
        own = case.template.id == template and catalogued(template, f"#{played.step.judges}.{one.check.key}") == check
        return judged(case, played, replace(one, actual=None) if own else one, index, sent)

    judging._judged = passing  # type: ignore[assignment]
    judging._occurrences = lambda case, steps: (one for one in occurrences(case, steps) if one.key != template)


MANY = 30


def sample(matrix: Matrix) -> list[Mutant]:
    """Empty some of the checks, spread over the catalogue, and play again what they were seen red with."""
    red = sorted(matrix.red)
    chosen = red[:: max(1, len(red) // MANY)]
    jobs = {check: _jobs(matrix, check) for check in chosen}
    flat = [job for found in jobs.values() for job in found]
    played = dict(zip(flat, play_all(flat), strict=True))
    return [
        Mutant(check, [job.name for job in found], noticed=all(not _is_red(played[job], check) for job in found))
        for check, found in jobs.items()
    ]


def _jobs(matrix: Matrix, check: str) -> list[Job]:
    """Return the runs, of the check's scenarios alone, in which it would be red were it not emptied."""
    scenario = check.partition("#")[0]
    ids = () if scenario.startswith("STD-") else (scenario,)
    rows = [row for row in matrix.rows if _is_red(row.outcome, check)]
    return [
        Job("defect", one.defect.name, one.defect.profile, one.defect.flags, ids, emptied=check)
        for one in sorted(rows, key=lambda row: row.others)[:2]
    ]


def _is_red(outcome: Outcome, check: str) -> bool:
    return any(one.check == check for one in outcome.deviations)
