"""docs/proof.md and docs/proof.json, from a matrix that was played in full. No figure in them is typed."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scim_conformance.demo.faults.registry import Kind
from tests.contract import stale
from tests.proof import choosing, pairs
from tests.proof.batches.batch import Figures
from tests.proof.batches.loading import BATCHES, legal, unseen
from tests.proof.matrix import Matrix, Row, counted, is_advice, title
from tests.proof.mutating import Mutant
from tests.proof.playing import STACKED, Outcome
from tests.property.figures import section as property_section

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
PAGE, FIGURES = DOCS / "proof.md", DOCS / "proof.json"

HEAD = """# Proof

Does the harness catch what is wrong, and does it leave alone what is right? `make proof` plays the entra suite, each
run in a process of its own, against the embedded target with each defect of its registry, with each legal variant,
and as it is, with every shipped profile in each dialect. This page is written by it; no figure is typed.

A defect is **detected** when the check that was made for it deviates at its own level; another check does not count.
It is **named first** when that check stands first under “fix first”. `make proof QUICK=1` plays of each
defect what was made for it and all scenarios against the honest target and the variants, and fails where that falls
behind this page. CI does so for at most 30 rows: what changed since a row was played last, and others in turn
(`make proof CHANGED=1`).
"""


def reasons() -> dict[str, str]:
    """Return why a check of the catalogue was never seen red, or never green, by its id."""
    content: dict[str, str] = tomllib.loads((HERE / "never_red.toml").read_text(encoding="utf-8"))
    return content


def noticed(matrix: Matrix) -> dict[str, str | None]:
    """Return for each further defect the check that is named first; None where no check deviates as hard as it must."""
    return {
        name: outcome.first if outcome.alarms or is_advice(name) else None for name, outcome in matrix.fresh.items()
    }


def figures(matrix: Matrix, mutants: Sequence[Mutant]) -> dict[str, Any]:
    """Return the figures of a full run, and the checks that have been seen red."""
    return {
        "catchable": len(matrix.rows),
        "uncatchable": len(matrix.blind),
        "detected": sorted(row.defect.name for row in matrix.rows if row.is_detected),
        "missed": sorted(row.defect.name for row in matrix.missed),
        "first": sorted(row.defect.name for row in matrix.rows if row.is_first),
        "variants": len(_single(matrix)),
        "stacks": len(matrix.variants) - len(_single(matrix)),
        "honest_runs": len(matrix.honest),
        "alarms": matrix.alarms(),
        "red": sorted(matrix.red & counted()),
        "green": sorted(matrix.green & counted()),
        "checks": len(counted()),
        "mutants": {one.check: one.noticed for one in mutants},
        "fresh": noticed(matrix),
        "seconds": round(matrix.seconds),
        "shared": choosing.shared(),
    }


def write(matrix: Matrix, mutants: Sequence[Mutant]) -> None:
    """Write both files."""
    found = figures(matrix, mutants) | {key: one for key, one in recorded().items() if key == "standards"}
    FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text("\n".join(_page(matrix, mutants, found)) + "\n", encoding="utf-8")
    stale.remember("proof", [row.defect.name for row in matrix.rows])
    stale.remember("variants", _single(matrix))


def recorded() -> dict[str, Any]:
    """Return the figures that stand in docs/proof.json."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def _page(matrix: Matrix, mutants: Sequence[Mutant], found: dict[str, Any]) -> Iterator[str]:
    yield HEAD
    yield from _figures(matrix, mutants, found)
    yield from unseen_section(noticed(matrix))
    yield from property_section()
    for kind in Kind:
        yield from _kind(kind, [row for row in matrix.rows if row.defect.kind is kind])
    yield from _blind(matrix)
    yield from _variants(matrix)
    yield from pairs.lines(matrix.variants, {row.defect.name: row.outcome for row in matrix.rows})
    yield from _honest(matrix)
    yield from _never_red(matrix)
    yield from _mutants(mutants)


def share(part: int, whole: int) -> str:
    """Return a share in words: `218 of 219 (99.5 %)`."""
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "none"


def _figures(matrix: Matrix, mutants: Sequence[Mutant], found: dict[str, Any]) -> Iterator[str]:
    yield from ["## Figures", "", "| what | figure |", "| --- | --- |"]
    yield from shares(found)
    yield f"| defects that no check can see | {found['uncatchable']} |"
    yield alarms_on_variants(found)
    yield from alarms_of_standards(found)
    yield f"| false alarms of {len(matrix.honest)} runs against the honest target | {_alarms(found, 'honest')} |"
    yield from seen(found)
    yield f"| emptied checks that the matrix noticed | {share(sum(one.noticed for one in mutants), len(mutants))} |"
    yield ""


SEEN_RED = "| checks of the catalogue that have been red |"


def seen(found: dict[str, Any]) -> list[str]:
    """Return the lines of the table of figures that count the checks that have been red, and green."""
    red, green = (share(len(found[colour]), found["checks"]) for colour in ("red", "green"))
    return [f"{SEEN_RED} {red} |", f"| and green | {green} |"]


def alarms_on_variants(found: dict[str, Any]) -> str:
    """Return the line of the table of figures that counts false alarms on legal variants."""
    legal = f"{found['variants']} legal variants, and {found['stacks']} of several at once"
    return f"| false alarms on {legal} | {_alarms(found, 'variant')} |"


STANDARDS = "| false alarms of the suites rfc and security "


def alarms_of_standards(found: dict[str, Any]) -> list[str]:
    """Return the line of the table of figures about the suites on the standards, if they were played."""
    played = found.get("standards")
    if played is None:
        return []
    told = "; ".join(played["alarms"]) or "0"
    return [
        f"{STANDARDS}on {played['variants']} legal variants, beyond the rows that a variant breaks by name | {told} |"
    ]


def _alarms(found: dict[str, Any], beginning: str) -> str:
    own = [one for one in found["alarms"] if one.startswith(beginning)]
    return "; ".join(own) if own else "0"


def unseen_section(today: dict[str, str | None]) -> Iterator[str]:
    """Yield the section about defects written blind; `today`: the check that is named first of each, or None."""
    yield from ["## Defects that the suites had never seen", ""]
    yield "Written from the protocol note alone, without a look at the suites, and run before anything was tuned to"
    yield "them."
    yield from ["", "| run | noticed | missed |", "| --- | --- | --- |"]
    for batch in BATCHES.values():
        yield from (_run("first", one) for one in batch.first)
    for batch in BATCHES.values():
        yield from (_run("after other work, untuned", one) for one in batch.later)
    missed = [name for name, check in today.items() if check is None]
    yield f"| today | {share(len(today) - len(missed), len(today))} | {', '.join(missed) or 'none'} |"
    yield from ["", "| defect | what somebody would report | named first today |", "| --- | --- | --- |"]
    for name, check in today.items():
        yield f"| {name} | {_cell(unseen()[name].symptom)} | {_code(check)} |"
    yield ""


def _run(when: str, one: Figures) -> str:
    count = share(len(one.noticed), len(one.noticed) + len(one.missed))
    run = f"{when}, {one.day}: defects at {one.defects}, suites at {one.suites}"
    return f"| {run} | {count} | {', '.join(one.missed)} |"


COLUMNS = (
    "| defect | what somebody would report | source | caught by | others red | fix first |",
    "| --- | --- | --- | --- | --- | --- |",
)


def _kind(kind: Kind, rows: Sequence[Row]) -> Iterator[str]:
    yield from [f"## {str(kind)[0].upper()}{str(kind)[1:]}", ""]
    yield from COLUMNS
    yield from (line(row) for row in rows)
    yield ""


def line(row: Row) -> str:
    """Return the line of a defect in the table of its kind."""
    caught = _code(row.defect.named) if row.is_detected else f"**missed**: {_code(row.defect.named)}"
    first = "the same" if row.is_first else _code(row.outcome.first)
    told = f"{first}: {_cell(row.outcome.sentence)}" if row.outcome.first else "nothing"
    name = f"{row.defect.name} ({row.defect.row})" if row.defect.row else row.defect.name
    said = f"{_cell(row.defect.symptom)} | {_cell(row.defect.source)}"
    return f"| {name} | {said} | {caught} | {row.others} | {told} |"


def shares(found: dict[str, Any]) -> list[str]:
    """Return the first lines of the table of figures: how many defects are detected, and named first."""
    return [
        f"| defects that can be caught, and are detected | {share(len(found['detected']), found['catchable'])} |",
        f"| of those, named first | {share(len(found['first']), len(found['detected']))} |",
    ]


def _blind(matrix: Matrix) -> Iterator[str]:
    yield from ["## What no check can see", "", "| defect | what somebody would report | why |", "| --- | --- | --- |"]
    for one in matrix.blind:
        yield f"| {one.name} | {_cell(one.symptom)} | {_cell(one.uncatchable or '')} |"
    yield ""


def _variants(matrix: Matrix) -> Iterator[str]:
    yield from ["## Legal variants", "", "None may raise a deviation above SHOULD.", ""]
    yield from ["| variant | what is otherwise | what allows it | verdict | advice given |", "| --- |" + " --- |" * 4]
    for name, outcome in _single(matrix).items():
        yield variant_line(name, outcome)
    yield from ["", "Several at once:", "", "| variants | verdict |", "| --- | --- |"]
    for name, outcome in matrix.variants.items():
        if name not in legal():
            yield f"| {name.replace(STACKED, ', ')} | {outcome.verdict} |"
    yield ""


def variant_line(name: str, outcome: Outcome) -> str:
    """Return the line of a legal variant in its table."""
    one = legal()[name]
    advice = ", ".join(dict.fromkeys(f"`{found.check}`" for found in outcome.deviations)) or "none"
    allowed = one.source + (f"; for Entra alone, it breaks {', '.join(one.breaks)}" if one.breaks else "")
    return f"| {name} | {_cell(one.behaviour)} | {_cell(allowed)} | {outcome.verdict} | {advice} |"


def _single(matrix: Matrix) -> dict[str, Outcome]:
    return {name: outcome for name, outcome in matrix.variants.items() if name in legal()}


def _honest(matrix: Matrix) -> Iterator[str]:
    yield from [
        "## The honest target",
        "",
        "| profile, dialect | verdict | requests | deviations |",
        "| --- |" + " --- |" * 3,
    ]
    for job, outcome in matrix.honest.items():
        yield f"| {title(job)} | {outcome.verdict} | {outcome.requests} | {len(outcome.deviations)} |"
    yield ""


def _never_red(matrix: Matrix) -> Iterator[str]:
    yield from ["## Checks that were never seen red, or never green", "", "| check | why |", "| --- | --- |"]
    for check, why in reasons().items():
        yield f"| `{check}` | {_cell(why)} |"
    yield from ["", "Seen red only with a fault that nobody reported, made for it (`tests/proof/made`):", ""]
    yield from (f"- `{check}`" for check in matrix.made if check not in matrix.red_of_reports)
    yield ""


def _mutants(mutants: Sequence[Mutant]) -> Iterator[str]:
    yield from ["## Emptied checks", ""]
    yield "Each of these checks was made to pass whatever it finds, and defects that it is seen red with were played"
    yield "again. It is noticed when the check is red no more: the table above would then lack a reason for it."
    yield from ["", "| check | defects played | noticed |", "| --- | --- | --- |"]
    for one in mutants:
        yield f"| `{one.check}` | {', '.join(one.defects)} | {'yes' if one.noticed else '**no**'} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _code(check: str | None) -> str:
    return f"`{check}`" if check else "nothing"
