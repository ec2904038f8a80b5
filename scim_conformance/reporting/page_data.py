"""The content of the page, computed from a result: rows, marks and evidence. The template only lays it out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scim_conformance.catalogue import requirements
from scim_conformance.reporting import script
from scim_conformance.reporting.bodies import Body, Budget
from scim_conformance.scenario.blocking import in_words
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict import counting
from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.decision import cells, is_accepted, of_dialects
from scim_conformance.verdict.judging import visible
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult, explained

MOST_SCRIPTS = 30
"""Causes whose script is on the page; the others show the command that prints it."""

MOST_CHECKS = 40
"""Ids that are listed if one cause explains many."""


@dataclass(frozen=True, slots=True)
class PageExchange:
    """A request and response with its checks, and its bodies truncated."""

    shown: Recorded
    checks: list[CheckResult]
    request: Body | None
    response: Body | None

    @property
    def who(self) -> str:
        """The sender: Entra, or the harness, which prepares and reads back."""
        return "prepare" if self.shown.given else "Entra" if self.shown.by == "entra" else "harness"

    @property
    def deviates(self) -> bool:
        """Whether one of its checks failed."""
        return any(check.verdict is Verdict.DEVIATION for check in self.checks)

    @property
    def answer(self) -> str:
        """The status, or why there is none."""
        return str(self.shown.status) if self.shown.status is not None else f"no response: {self.shown.failure}"


@dataclass(frozen=True, slots=True)
class PageCase:
    """A scenario with its exchanges."""

    result: ScenarioResult
    exchanges: list[PageExchange]
    blocker_is_here: bool
    """Whether the scenario that blocks it is on the page too."""
    blocked: str = ""
    """The request that blocks it, in words."""

    @property
    def mark(self) -> str:
        """The text before it: its verdict, or that it fails only advice."""
        return mark(self.result)


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to fix. `scenario`: where it is seen; `script`: what repeats it, or the command that prints that."""

    fix: Fix
    scenario: str | None
    exchanges: list[PageExchange]
    """The write, if the check is on what was read back after it; then the request that the check is on."""
    script: str
    explains: str
    also: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement, and how the scenarios that cover it ended."""

    row: requirements.RegisterRow
    mark: str
    scenarios: list[tuple[str, str, str]]
    """Scenario, the case to jump to, and how its cases ended in words."""


@dataclass(frozen=True, slots=True)
class RequirementTable:
    """A table of requirements. `said`: how many rows ended how."""

    title: str
    about: str
    rows: list[Requirement]
    said: str


def mark(result: ScenarioResult) -> str:
    """Return a verdict as it is shown: a deviation only from advice is `advice`."""
    return "advice" if counting.only_advice(result) else result.verdict.value


def moments(result: RunResult) -> list[tuple[str, list[str]]]:
    """Return the verdict on each moment, for each dialect in turn."""
    columns = [cells(result.scenarios, dialect) for dialect in result.verdict_by_dialect]
    return [(moment, [column.get(moment, "") for column in columns]) for moment in result.verdict_by_moment]


def tone(result: RunResult) -> str:
    """Return the word that sets the verdict's color: a no that is accepted completely is not red."""
    return "waived" if is_accepted(result.scenarios) and result.verdict != "yes" else result.verdict


def dialects(result: RunResult) -> list[str]:
    """Return the verdict for each dialect, as it is shown."""
    return list(of_dialects(result.scenarios, result.verdict_by_dialect).values())


def waived(result: RunResult) -> list[tuple[ScenarioResult, CheckResult]]:
    """Return every failed check that is waived."""
    return [(one, check) for one in result.scenarios for check in one.checks if check.verdict is Verdict.WAIVED]


def played(result: RunResult, budget: Budget) -> list[tuple[str, list[PageCase]]]:
    """Return the scenarios by moment; deviations get their evidence first, so that the budget never omits it."""
    urgent = sorted(result.scenarios, key=lambda one: MARKS.index(mark(one)))
    here = {one.id for one in urgent}
    made = {
        one.nodeid: PageCase(one, _exchanges(one, budget), owner(one) in here, _blocked(one, result.target))
        for one in urgent
    }
    grouped: dict[str, list[PageCase]] = {}
    for one in result.scenarios:
        grouped.setdefault(one.moment, []).append(made[one.nodeid])
    order = [moment.value for moment in Moment]
    return sorted(grouped.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _blocked(one: ScenarioResult, base: str) -> str:
    by = one.blocked_by
    return "" if by is None or by.request is None else in_words(by, base, one.reason or "")


def _exchanges(scenario: ScenarioResult, budget: Budget) -> list[PageExchange]:
    return [exchange(scenario, index, budget) for index in range(len(scenario.exchanges))]


def exchange(scenario: ScenarioResult, index: int, budget: Budget) -> PageExchange:
    """Return a request and response of a scenario with its checks."""
    shown = scenario.exchanges[index]
    checks = [check for check in scenario.checks if check.exchange == index]
    evidence = any(check.verdict in {Verdict.DEVIATION, Verdict.WAIVED} for check in checks)
    request, response = (budget.body(one, evidence=evidence) for one in (shown.request_body, shown.response_body))
    return PageExchange(shown, checks, request, response)


def causes(result: RunResult, budget: Budget, directory: str) -> list[Cause]:
    """Return what to fix, the first cause first. `directory`: the run's, in commands."""
    known = script.library(result, directory)
    return [_cause(result, fix, number, known, budget) for number, fix in enumerate(result.fix_first)]


def _cause(result: RunResult, fix: Fix, number: int, known: script.Library, budget: Budget) -> Cause:
    place = script.placed(result, fix.check)
    others = [*fix.blocks, *fix.also]
    if place is None:
        return Cause(fix, None, [], "", explained(fix), others[:MOST_CHECKS], max(len(others) - MOST_CHECKS, 0))
    scenario, index = place
    text = script.exporting(scenario.id, known)
    if number < MOST_SCRIPTS:
        text = script.scripted(scenario, known, result.target, index)
    shown = [exchange(scenario, one, budget) for one in _telling(scenario, index)]
    return Cause(fix, scenario.id, shown, text, explained(fix), others[:MOST_CHECKS], max(len(others) - MOST_CHECKS, 0))


def _telling(scenario: ScenarioResult, index: int) -> list[int]:
    writes = [one for one in range(index) if scenario.exchanges[one].method != "GET"]
    return [*writes[-1:], index] if scenario.exchanges[index].by == "harness" else [index]


def counted(result: RunResult) -> dict[str, str]:
    """Return how many scenarios ended how, and how many checks failed at which level, in words."""
    levels = [level for level in ("MUST", "ENTRA", "SHOULD") if result.counts.get(level)]
    return {
        "scenarios": counting.ended(counting.scenarios(result.scenarios), result.fail_on) or "nothing ran",
        "number": str(len(counting.scenarios(result.scenarios))),
        "always": counting.ended(counting.always(result.scenarios), result.fail_on),
        "checks": ", ".join(f"{result.counts[level]} {level}" for level in levels),
    }


def tables(result: RunResult) -> list[RequirementTable]:
    """Return the requirements with the outcome of each row in this run."""
    covering: dict[str, dict[str, list[ScenarioResult]]] = {}
    for one in result.scenarios:
        for row in one.covers:
            covering.setdefault(row, {}).setdefault(one.template, []).append(one)
    return [_table(table, covering) for table in requirements.register().tables]


def _table(table: requirements.Table, covering: Mapping[str, Mapping[str, list[ScenarioResult]]]) -> RequirementTable:
    rows = [_row(row, covering.get(row.id, {})) for row in table.rows]
    return RequirementTable(table.title, table.about, rows, said([row.mark for row in rows]))


def _row(row: requirements.RegisterRow, covering: Mapping[str, list[ScenarioResult]]) -> Requirement:
    scenarios = [
        (template, _worst(found).id, said([mark(one) for one in found])) for template, found in covering.items()
    ]
    everything = [one for found in covering.values() for one in found]
    ended = mark(_worst(everything)) if everything else "not covered" if row.why else "not run"
    return Requirement(row, ended, scenarios)


def _worst(found: Sequence[ScenarioResult]) -> ScenarioResult:
    return min(found, key=lambda one: MARKS.index(mark(one)))


MARKS = ["deviation", "inconclusive", "waived", "advice", "conformant", "not applicable", "not run", "not covered"]
"""The possible outcomes of a row, the worst first."""


COUNTED = {"deviation": counting.FAILED, "conformant": counting.PASSED}
"""The words in which outcomes are counted, where they differ from the marks."""


def said(marks: Iterable[str]) -> str:
    """Return marks counted, in words: `4 failed, 3 advice, 18 passed`."""
    held = Counter(marks)
    return ", ".join(f"{held[one]} {COUNTED.get(one, one)}" for one in MARKS if held[one])


def clean(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield headers with control characters spelled out."""
    return ((visible(name), visible(value)) for name, value in pairs)
