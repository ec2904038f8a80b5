"""The figures of a series of draws: docs/property.json, and the section of docs/proof.md that shows them."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scim_conformance.demo.broken import How
from tests.property.counting import LEAST
from tests.property.judging import YES, Draw

HERE = Path(__file__).parent
FIGURES = HERE.parents[1] / "docs" / "property.json"
FIRST = HERE / "first_figures.toml"

HEAD = """## Any valid profile

Hypothesis draws profiles that an administrator could configure: every key of the schema, every function that reaches a
SCIM application, 1 to 60 mappings, nested expressions, custom extensions, filtered paths. Each draw is played twice:
against the honest target, where the verdict must be yes, and with one of its mapped attributes broken, where it must be
no and the first cause must name that attribute. A draw plays the scenarios that touch its mappings.
`python -m tests.property --draws 1000 --seed N` writes the figures. What was found before anything was tuned to it
stands in the first rows.
"""


def figures(draws: Sequence[Draw], seed: int, seconds: float) -> dict[str, Any]:
    """Return what is shown of a series of draws."""
    counted = Counter(feature for one in draws for feature in one.features)
    mappings, lacking = sum(one.mappings for one in draws), sum(len(one.untested) for one in draws)
    return {
        "draws": len(draws),
        "seed": seed,
        "seconds": round(seconds),
        "not_yes": {one.number: one.honest[:300] for one in draws if one.honest != YES},
        "broken": {how.value: _ways([one for one in draws if one.fault and one.fault.how is how]) for how in How},
        "not_named": {one.number: str(one)[:300] for one in draws if one.broken not in {"", "named"}},
        "mappings": mappings,
        "untested": lacking,
        "untested_paths": dict(Counter(path for one in draws for path in one.untested).most_common(20)),
        "coverage": {name: counted[name] for name in sorted(counted)},
    }


def _ways(draws: Sequence[Draw]) -> dict[str, int]:
    return {"played": len(draws), "named": sum(one.broken == "named" for one in draws)}


def rare(found: dict[str, Any]) -> list[str]:
    """Return what is met in too few draws."""
    return [name for name, count in found["coverage"].items() if count < LEAST * found["draws"]]


def write(found: dict[str, Any]) -> None:
    """Write the figures."""
    FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def recorded() -> dict[str, Any]:
    """Return the figures that stand in docs/property.json."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def first() -> list[dict[str, Any]]:
    """Return the figures from before anything was tuned to the draws."""
    found: list[dict[str, Any]] = tomllib.loads(FIRST.read_text(encoding="utf-8"))["first"]
    return found


def section() -> Iterator[str]:
    """Yield the lines of the section of docs/proof.md."""
    found = recorded()
    yield HEAD
    yield "| run | honest target: not yes | broken attribute: not named first |"
    yield "| --- | --- | --- |"
    for one in first():
        run = f"first, {one['day']}, suites at {one['suites']}: {one['what']}"
        yield f"| {run} | {one['not_yes']} of {one['draws']} | {one['not_named']} of {one['broken']} |"
    played, named = (sum(one[key] for one in found["broken"].values()) for key in ("played", "named"))
    run = f"today: {found['draws']} draws from seed {found['seed']}"
    yield f"| {run} | {len(found['not_yes'])} of {found['draws']} | {played - named} of {played} |"
    yield from ["", "| broken attribute | played | verdict no, and named first |", "| --- | --- | --- |"]
    yield from (f"| {how} | {one['played']} | {one['named']} |" for how, one in found["broken"].items())
    share = 100 * found["untested"] / found["mappings"]
    yield from ["", f"Of {found['mappings']} drawn mappings {found['untested']} ({share:.1f} %) were not both sent and"]
    yield "compared. In how many draws each value of each key, and each function, was met:"
    yield from ["", "| what | draws |", "| --- | --- |"]
    yield from (f"| {name} | {count} |" for name, count in found["coverage"].items())
    yield ""
