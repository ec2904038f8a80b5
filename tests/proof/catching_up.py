"""Plays what docs/proof.md does not know as it is now: new defects, legal variants that are new or changed, new defects
that were written blind.

The rest of the page stays as the last full play left it. `make proof` plays everything again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.contract import stale
from tests.proof import document, updating
from tests.proof.batches import loading
from tests.proof.batches.loading import legal
from tests.proof.matrix import catchable, fresh_jobs, is_advice, variant_jobs
from tests.proof.playing import Outcome, play_all
from tests.proof.stacking import stacks
from tests.property.figures import section as property_section

FIRST_DEFECTS = "## Connection and auth"


def catch_up() -> Iterator[str]:
    """Bring page and figures up to date. Yields what is not as it must be."""
    known = document.recorded()
    names = [one.name for one in catchable() if one.name not in {*known["detected"], *known["missed"]}]
    yield from (f"missed: {row.defect.name}" for row in updating.update(names) if not row.is_detected)
    lines = document.PAGE.read_text(encoding="utf-8").splitlines()
    variants, fresh = _variants(known["alarms"]), _fresh(known["fresh"])
    alarms = [one for one in known["alarms"] if not one.startswith(tuple(f"variant {name}:" for name in variants))]
    raised = [f"variant {name}: {one.level} {one.id}" for name, outcome in variants.items() for one in outcome.alarms]
    found = document.recorded() | {"variants": len(legal()), "alarms": alarms + raised, "fresh": fresh}
    document.FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    document.PAGE.write_text("\n".join(_page(lines, variants, found)) + "\n", encoding="utf-8")
    stale.remember("variants", [name for name in variants if name in legal()])
    yield from (f"false alarm: {one}" for one in raised)


def play_unseen_again(names: Iterable[str]) -> Iterator[str]:
    """Play defects that were written blind again. Yields those that were noticed at first and are not any longer."""
    known = document.recorded()
    kept = {name: first for name, first in known["fresh"].items() if name not in {*names}}
    found = known | {"fresh": _fresh(kept)}
    document.FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = _page(document.PAGE.read_text(encoding="utf-8").splitlines(), {}, found)
    document.PAGE.write_text("\n".join(page) + "\n", encoding="utf-8")
    yield from (f"{name} was noticed when it was played first, and is not" for name in lost_unseen(found["fresh"]))


def lost_unseen(today: Mapping[str, str | None]) -> list[str]:
    """Return the defects written blind that a first play noticed, and that nothing names today."""
    noticed = {name for batch in loading.BATCHES.values() for figures in batch.first for name in figures.noticed}
    return [name for name, first in today.items() if first is None and name in noticed]


def is_behind() -> bool:
    """Tell whether there are legal variants, or defects written blind, that the page does not know as they are."""
    known = document.recorded()
    return bool(stale.stale("variants")) or any(job.name not in known["fresh"] for job in fresh_jobs())


def _variants(alarms: Iterable[str]) -> dict[str, Outcome]:
    """Play the variants that changed, and those that raised an alarm: it may have been corrected."""
    alarmed = {one.removeprefix("variant ").partition(": ")[0] for one in alarms if one.startswith("variant ")}
    behind = {*stale.stale("variants"), *alarmed}
    jobs = [job for job in dict.fromkeys([*variant_jobs(), *stacks()]) if job.name in behind]
    return {job.name: outcome for job, outcome in zip(jobs, play_all(jobs), strict=True)}


def _fresh(known: Mapping[str, str | None]) -> dict[str, str | None]:
    jobs = [job for job in fresh_jobs() if job.name not in known]
    played = zip(jobs, play_all(jobs), strict=True)
    now = {job.name: one.first if one.alarms or is_advice(job.name) else None for job, one in played}
    return {name: now[name] if name in now else known[name] for name in loading.unseen()}


def _page(lines: list[str], variants: Mapping[str, Outcome], found: dict[str, Any]) -> list[str]:
    begin = next(number for number, text in enumerate(lines) if text.startswith("| false alarms on "))
    lines[begin] = document.alarms_on_variants(found)
    begin, end = lines.index("## Legal variants"), lines.index("Several at once:") - 1
    others = [text for text in lines[begin:end] if not text.startswith(tuple(f"| {name} |" for name in variants))]
    lines[begin:end] = [
        *others,
        *(document.variant_line(name, one) for name, one in variants.items() if name in legal()),
    ]
    begin, end = lines.index("## Defects that the suites had never seen"), lines.index(FIRST_DEFECTS)
    text = [*document.unseen_section(found["fresh"]), *property_section()]
    lines[begin:end] = "\n".join(text).splitlines()
    return lines
