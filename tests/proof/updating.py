"""Plays some defects in full, and brings their rows of docs/proof.md and docs/proof.json up to date."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.faults.registry import Defect
from tests.contract import stale
from tests.proof import document
from tests.proof.matrix import Row, catchable, counted, defect_job, made_for
from tests.proof.playing import Job, Outcome, play_all

LISTS = ("detected", "missed", "first")


def update(names: Sequence[str]) -> list[Row]:
    """Play whole runs against these defects and write what came out; everything else stays as it was played last.

    The scenarios that they are known by are played against the honest target too: their checks must be green there.
    """
    wanted = [one for one in catchable() if one.name in names]
    outcomes = play_all([*map(defect_job, wanted), *_honest(wanted)])
    rows = [Row(one, outcome) for one, outcome in zip(wanted, outcomes[: len(wanted)], strict=True)]
    found = _seen(_figures(document.recorded(), rows), outcomes)
    document.FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = _page(document.PAGE.read_text(encoding="utf-8").splitlines(), rows, found)
    document.PAGE.write_text("\n".join(page) + "\n", encoding="utf-8")
    stale.remember("proof", names)
    return rows


def _honest(defects: Sequence[Defect]) -> Iterator[Job]:
    for profile in dict.fromkeys(one.profile for one in defects):
        known = {name for one in defects if one.profile == profile for name in made_for(one)}
        yield Job("honest", "honest", profile, ids=tuple(sorted(known)))


def _figures(found: dict[str, Any], rows: Iterable[Row]) -> dict[str, Any]:
    lists = {name: set(found[name]) for name in LISTS}
    for row in rows:
        name = row.defect.name
        for one in lists.values():
            one.discard(name)
        lists["detected" if row.is_detected else "missed"].add(name)
        lists["first"] |= {name} if row.is_first else set()
    known = {one.name for one in catchable()}
    counted = {"catchable": len(known), "uncatchable": len(DEFECTS) - len(known)}
    return found | {name: sorted(one & known) for name, one in lists.items()} | counted


def _seen(found: dict[str, Any], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Add the checks that were seen red and green; those that the catalogue has no more are left out."""
    red = {one.check for outcome in outcomes for one in outcome.deviations}
    green = {check for outcome in outcomes for check in outcome.green}
    known = counted()
    return found | {
        "red": sorted(known & {*found["red"], *red}),
        "green": sorted(known & {*found["green"], *green}),
        "checks": len(known),
    }


def _page(lines: list[str], rows: Sequence[Row], found: dict[str, Any]) -> list[str]:
    begin = next(number for number, text in enumerate(lines) if text.startswith("| defects that can be caught"))
    lines[begin : begin + 2] = document.shares(found)
    lines[begin + 2] = f"| defects that no check can see | {found['uncatchable']} |"
    begin = next(number for number, text in enumerate(lines) if text.startswith(document.SEEN_RED))
    lines[begin : begin + 2] = document.seen(found)
    blind = lines.index("## What no check can see")
    seen = tuple(f"| {row.defect.name} |" for row in rows)
    lines[blind:] = [text for text in lines[blind:] if not text.startswith(seen)]
    for row in rows:
        _put(lines, row)
    return lines


def _section(lines: list[str], heading: str) -> int:
    """Return where a kind's section begins; a new kind gets one, above what no check can see."""
    if heading not in lines:
        at = lines.index("## What no check can see")
        lines[at:at] = [heading, "", *document.COLUMNS, ""]
    return lines.index(heading)


def _put(lines: list[str], row: Row) -> None:
    """Replace the line of a defect, or add it at the end of the table of its kind."""
    kind = str(row.defect.kind)
    top = _section(lines, f"## {kind[0].upper()}{kind[1:]}")
    end = next(number for number in range(top + 2, len(lines)) if not lines[number])
    own = (f"| {row.defect.name} |", f"| {row.defect.name} (")
    at = next((number for number in range(top, end) if lines[number].startswith(own)), None)
    lines[end if at is None else at : end if at is None else at + 1] = [document.line(row)]
