"""A run, looked up by requirement: which of its checks judge a row of a register, and what they found."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from scim_conformance.catalogue import requirements, scenarios
from scim_conformance.catalogue.columns.model import Column, DocumentRow, of_standard
from scim_conformance.catalogue.standards.page import judging
from scim_conformance.catalogue.standards.rows import by_id
from scim_conformance.reporting import pieces
from scim_conformance.reporting.pieces import Piece
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.released import catalogued
from scim_conformance.scenario.standing import STANDING
from scim_conformance.verdict.results import ScenarioResult
from scim_conformance.verdict.run_result import RunResult

NO_CHECK = "no check judges it yet"
EVERY_RESPONSE = frozenset(one.key for one in STANDING)
"""Checks of every response: one without a result had no response that it applies to."""

NO_RESPONSE = "the run had no response that shows it"
GALLERY = "the profile requires gallery"
"""Part of the label of what is advice unless the profile requires what the gallery does."""


class Seen:
    """The results of a run by what they judge."""

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self._by_template: dict[str, list[ScenarioResult]] = {}
        self._by_id = {one.id: one for one in result.scenarios}
        for one in result.scenarios:
            self._by_template.setdefault(one.template, []).append(one)

    def row(self, row: str, *, hard: bool | None = None) -> list[Piece]:
        """Return what the checks that cite a row of the register of standards found."""
        wanted: dict[str, set[str]] = {}
        for check in judging().get(row, ()):
            template, _, key = re.sub(r"/\{\w+\}", "", check.id).partition("#")
            wanted.setdefault(template, set()).add(key)
        missing = wanted.keys() - self._by_template.keys()
        found = [piece for name, keys in wanted.items() for piece in self._of_template(name, keys, hard)]
        return [*found, *([pieces.not_run(missing)] if missing else [])]

    def _of_template(self, name: str, keys: set[str], hard: bool | None) -> list[Piece]:
        return [piece for one in self._by_template.get(name, ()) for piece in self._of_case(one, keys, hard)]

    def _of_case(self, one: ScenarioResult, keys: set[str], hard: bool | None) -> list[Piece]:
        judged = [check for check in one.checks if _key(check.id) in keys]
        found = [pieces.of_check(one, check, self.result.target, hard=hard) for check in judged]
        missing = pieces.of_case(one) if {_key(check.id) for check in judged} != keys else None
        return [*found, *([missing] if missing is not None else [])]

    def reference(self, name: str) -> list[Piece]:
        """Return what a row, a check or a scenario says, by its id; a check or scenario that did not run is open."""
        if name in by_id():
            row = of_standard(by_id()[name])
            return self.row(name, hard=None if row.is_must else True) or [_unjudged(name, row)]
        scenario, _, key = name.partition("#")
        there = [self._by_id[scenario]] if scenario in self._by_id else self._by_template.get(scenario, [])
        return [piece for one in there for piece in self._named(one, key)] or [pieces.not_run([name])]

    def _named(self, one: ScenarioResult, key: str) -> list[Piece]:
        judged = [check for check in one.checks if not key or check.id.partition("#")[2] == key]
        found = [pieces.of_check(one, check, self.result.target, hard=True) for check in judged]
        missing = None if found else pieces.of_case(one)
        return found if missing is None else [missing]

    def refusal(self, name: str, error: str) -> list[Piece]:
        """Return whether the request of a check that failed was refused with an error, such as `400 invalidSyntax`."""
        scenario, _, key = name.partition("#")
        one = self._by_id.get(scenario)
        judged = [check for check in one.checks if check.id.partition("#")[2] == key] if one is not None else []
        if one is None or not judged:
            return self.reference(name)
        return [pieces.of_refusal(one, check, error, self.result.target) for check in judged]

    def covering(self, row: DocumentRow, column: Column) -> list[Piece]:
        """Return what the scenarios that cover a row of the register of requirements found, for a column."""
        if column.dialect and column.dialect not in self.result.spoken:
            return [Piece(pieces.State.NOT_TESTED, why=f"the {column.dialect} dialect was not run")]
        wanted = _covering()[row.id]
        missing = [name for name in wanted if name not in self._by_template and name not in EVERY_RESPONSE]
        there = [one for name in wanted for one in self._by_template.get(name, ())]
        chosen = _deciding(there)
        spoken = [one for one in chosen if _is_spoken(one, column.dialect)]
        return [
            *self._of_scenarios(spoken, column),
            *([pieces.not_run(missing)] if _are_needed(missing, chosen) else []),
        ]

    def is_of_another_dialect(self, row: DocumentRow, column: Column) -> bool:
        """Return whether a row is judged only by what the other dialect sends, so that the column does not ask for
        it."""
        there = _deciding([one for name in _covering()[row.id] for one in self._by_template.get(name, ())])
        return bool(column.dialect and there) and not any(_is_spoken(one, column.dialect) for one in there)

    def _of_scenarios(self, chosen: Sequence[ScenarioResult], column: Column) -> list[Piece]:
        found = []
        for one in chosen:
            counts = not column.dialect or (one.suite == "entra" and not one.validator)
            told = pieces.of_cases([_raised(one, column)], self.result.target, by_profile=bool(column.dialect))
            found += [piece if counts else _as_advice(piece) for piece in told]
        return found


def _unjudged(name: str, row: DocumentRow) -> Piece:
    return Piece(pieces.State.NOT_TESTED, why=f"{name}: {row.why or NO_CHECK}")


def _as_advice(piece: Piece) -> Piece:
    is_failed = piece.state is pieces.State.FAILED
    return Piece(piece.state, piece.check, piece.request, piece.why, is_advice=is_failed)


def _raised(one: ScenarioResult, column: Column) -> ScenarioResult:
    """Return a result as the gallery sees it: what it requires is not advice there."""
    if column.id != "entra-gallery":
        return one
    raised = [
        msgspec.structs.replace(check, level=Level.ENTRA) if GALLERY in check.label else check for check in one.checks
    ]
    return msgspec.structs.replace(one, checks=raised)


def _deciding(there: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the scenarios that decide about Entra; if there are none, all of them."""
    first = [one for one in there if one.suite == "entra" and not one.validator]
    return first or list(there)


def _are_needed(missing: Sequence[str], chosen: Sequence[ScenarioResult]) -> bool:
    """Return whether scenarios that were not run leave a row open: those of other suites do not where Entra's ran."""
    decides = any(one.suite == "entra" and not one.validator for one in chosen)
    return bool(missing) and not (decides and all(name in _beside() for name in missing))


def _is_spoken(one: ScenarioResult, dialect: str) -> bool:
    return not dialect or one.dialect in {None, dialect} or any(check.either for check in one.checks)


def _key(check: str) -> str:
    """Return the key of a check as the catalogue has it, without its scenario."""
    step, _, key = check.partition("#")[2].partition(".")
    return catalogued("", step, key).removeprefix("#")


@cache
def _covering() -> Mapping[str, Sequence[str]]:
    return requirements.coverage(scenarios.covering())


@cache
def _beside() -> frozenset[str]:
    """Return the scenarios that never decide about Entra: other suites, and what only the validator sends."""
    return frozenset(one.id for one in scenarios.shipped_templates() if one.suite != "entra" or one.validator)
