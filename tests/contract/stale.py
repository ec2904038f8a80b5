"""Which generated rows are behind what they were made from: examples of `explain`, screens, and rows of docs/proof.md.

`made_from.json` has, for each row, the fingerprint of its ingredients when it was made. What makes rows writes that
down with them; nobody edits the file.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from scim_conformance.catalogue import scenarios
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.faults.registry import Defect
from scim_conformance.demo.variants.registry import Variant
from scim_conformance.scenario.model import Template
from scim_conformance.scenario.standing import BY_THE_RUN, STANDING
from tests.contract import fingerprints
from tests.contract.fingerprints import FAULTS, JUDGING, VARIANTS, digest
from tests.proof.batches import loading
from tests.support.red import SHOWN_RED
from tests.test_screens import CASES, FAULTY, Case

Kind = Literal["examples", "proof", "variants", "screens"]
KINDS: tuple[Kind, ...] = ("examples", "proof", "variants", "screens")
FILE = Path(__file__).with_name("made_from.json")
COMMAND = "run `make contract`"

UNOFFERED = frozenset(
    {
        "RFC-DEL-04",
        "RFC-FLT-20",
        "RFC-FLT-24",
        "RFC-INT-01",
        "RFC-INT-02",
        "RFC-INT-03",
        "RFC-PAT-37",
        "RFC-SCH-03",
        "RFC-SCH-07",
        "RFC-SRT-03",
    }
)
"""Scenarios that do not apply to the honest target, because of what it offers, or claims: it gives no good example."""

UNPAIRED = UNOFFERED | {one.key for one in BY_THE_RUN}
"""They have no example: what the run shows, and no single answer, is not in one either."""


def stale(kind: Kind) -> list[str]:
    """Return the rows that are to be made again: new ones, and those whose ingredients changed."""
    known = made(kind)
    return [name for name, now in ingredients(kind).items() if known.get(name) != now]


def unknown(kind: Kind) -> list[str]:
    """Return the rows that were never made."""
    known = made(kind)
    return [name for name in ingredients(kind) if name not in known]


def changed() -> list[str]:
    """Return the defects and legal variants of docs/proof.md whose ingredients changed since they were played.

    A change of what nearly all scenarios send, such as the people, changes nearly all rows, which take an hour to play.
    Until they are played again, docs/proof.md says how many are behind (`tests.proof.behind`), and a test fails.
    """
    kinds: tuple[Kind, ...] = ("proof", "variants")
    return [name for kind in kinds for name in stale(kind) if name in made(kind)]


def made(kind: Kind) -> dict[str, str]:
    """Return the fingerprint of what each row was made from, by its name."""
    return _made().get(kind, {})


def remember(kind: Kind, names: Iterable[str]) -> None:
    """Write down that these rows were made just now. Rows of what is gone are forgotten."""
    now, kept = ingredients(kind), _made()
    known = {name: one for name, one in kept.get(kind, {}).items() if name in now}
    rows = known | {name: now[name] for name in names if name in now}
    FILE.write_text(json.dumps(kept | {kind: dict(sorted(rows.items()))}, indent=1) + "\n", encoding="utf-8")


def _made() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    return found


@cache
def ingredients(kind: Kind) -> Mapping[str, str]:
    """Return the fingerprint of what each row is made from.

    Examples by scenario, rows of the proof by defect, or by legal variant, screens by the name that
    tests/test_screens.py gives them.
    """
    if kind == "examples":
        shown = {name: DEFECTS[defect] for name, defect in SHOWN_RED.items() if name not in UNPAIRED}
        return {name: digest(_judged(name, defect), _fault(defect)) for name, defect in shown.items()}
    if kind == "screens":
        return {name: _screen(case) for name, case in CASES.items() if _shown(case)}
    if kind == "variants":
        return {one.name: _variant(one) for one in loading.legal().values()}
    return {one.name: _row(one) for one in DEFECTS.values() if one.catchable}


def _row(defect: Defect) -> str:
    """Return what a row of the proof is made from: the fault, its own check, and the scenarios it is known by."""
    shows = {name for name, one in SHOWN_RED.items() if one == defect.name}
    shows |= {defect.scenario} if defect.scenario else set()
    return digest(_fault(defect), *(_judged(name, defect) for name in sorted(shows)))


def _variant(one: Variant) -> str:
    """Return what a legal variant's row is made from. All scenarios are played with it, so that none counts here."""
    return digest(fingerprints.of_code(one.around, VARIANTS), one.behaviour, one.source, one.profile, one.flags)


def _fault(defect: Defect) -> str:
    told = (defect.symptom, defect.source, defect.named, defect.profile, defect.kind, defect.row, defect.flags)
    return digest(fingerprints.of_code(defect.around, FAULTS), *told)


def _judged(name: str, defect: Defect) -> str:
    """Return the fingerprint of a scenario, or of a check of every answer, with the profile that shows a defect."""
    standing = next((one for one in (*STANDING, *BY_THE_RUN) if one.key == name), None)
    if standing is not None:
        return digest(standing.level, standing.expected, fingerprints.of_code(standing.judge, JUDGING))
    template = next((one for one in scenarios.shipped_templates() if one.id == name), None)
    return "" if template is None else _scenario(template.id, defect.profile or "entra-default")


@cache
def _scenario(identifier: str, profile: str) -> str:
    template = next(one for one in scenarios.shipped_templates() if one.id == identifier)
    return fingerprints.of_scenario(template, profile)


def _shown(case: Case) -> list[Template]:
    """Return the scenarios that a screen shows: those that its commands name."""
    words = {word.partition("/")[0] for command in (*case.before, case.command) for word in command.split()}
    known = scenarios.shipped_templates()
    return [one for one in known if any(scenarios.matches(one.id, word) for word in words)]


def _screen(case: Case) -> str:
    """Return what a screen shows of scenarios and of the target's fault."""
    told = [fingerprints.of_scenario(one, "entra-default", words=True) for one in _shown(case)]
    return digest(*told, _fault(DEFECTS[FAULTY]) if case.target == "faulty" else "")
