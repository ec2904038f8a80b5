"""The suites on the standards against every legal variant: an alarm is right only where the variant breaks that row.

A variant is legal for Entra. Where it breaks a MUST of the register, `Variant.breaks` names the row, and the check that
judges this row may be red.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from scim_conformance.catalogue.standards.page import judging
from tests.proof import document
from tests.proof.batches.loading import legal, standard
from tests.proof.matrix import variant_jobs
from tests.proof.playing import Job, Outcome, play_all


class Broken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that a variant breaks, and why."""

    rows: list[str]
    why: str


BROKEN = msgspec.convert(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")), dict[str, Broken]
)
"""By the name of the variant, of those that do not say so themselves."""

SUITES = ("--suite", "rfc", "--suite", "security")


def jobs() -> list[Job]:
    """Return the runs, one for each variant."""
    of_standards = [Job("variant", one.name, one.profile, one.flags) for one in standard().values()]
    return [replace(one, flags=(*one.flags, *SUITES)) for one in (*variant_jobs(), *of_standards)]


def play() -> Iterator[str]:
    """Play every variant, and write down what came of it. Yields each alarm that no broken row explains."""
    played = {job.name: outcome for job, outcome in zip(jobs(), play_all(jobs()), strict=True)}
    found = [f"{name}: {alarm}" for name, outcome in played.items() for alarm in unexplained(name, outcome)]
    record({"variants": len(played), "alarms": found})
    yield from found


def unexplained(name: str, outcome: Outcome) -> list[str]:
    """Return the alarms of a run that no row explains which the variant breaks, and what else is wrong with it."""
    rows = [*(legal() | standard())[name].breaks, *(BROKEN[name].rows if name in BROKEN else ())]
    # The catalogue has `{row}` in an id, and a deviation has neither row nor dialect.
    right = {re.sub("/[^#]*#", "#", check.id) for row in rows for check in judging().get(row, ())}
    found = [f"{one.level} {one.id}" for one in outcome.alarms if one.check not in right]
    found += [f"left behind: {outcome.left}"] if outcome.left else []
    return found + ([f"no result: {outcome.said[-200:]}"] if outcome.verdict == "no result" else [])


def record(figures: Mapping[str, object]) -> None:
    """Write the figures to docs/proof.json, and their line to the page."""
    known = document.recorded() | {"standards": figures}
    document.FIGURES.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = document.PAGE.read_text(encoding="utf-8").splitlines()
    lines = [one for one in lines if not one.startswith(document.STANDARDS)]
    at = next(number for number, one in enumerate(lines) if one.startswith("| false alarms of "))
    lines[at:at] = document.alarms_of_standards(known)
    document.PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
