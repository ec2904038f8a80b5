"""The content of the page, computed from a result: rows, marks and evidence. The template only lays it out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scim_conformance.catalogue import requirements
from scim_conformance.reporting import script, words
from scim_conformance.reporting.bodies import Body, Budget
from scim_conformance.scenario.blocking import in_words
from scim_conformance.scenario.model import Moment
from scim_conformance.system.visible import visible
from scim_conformance.verdict import counting
from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.decision import cells, is_accepted, of_dialects
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
    mark: str
    """The word for its checks that failed: failed or advice; empty if none did."""

    @property
    def who(self) -> str:
        """The sender: Entra, or the harness, which prepares and reads back."""
        return "prepare" if self.shown.given else "Entra" if self.shown.by == "entra" else "harness"

    @property
    def answer(self) -> str:
        """The status, or why there is none."""
        failure = self.shown.failure
        return self.shown.outcome if failure is None else f"no response: {failure}"


@dataclass(frozen=True, slots=True)
class PageCase:
    """A scenario with its exchanges."""

    result: ScenarioResult
    exchanges: list[PageExchange]
    blocker_is_here: bool
    """Whether the scenario that blocks it is on the page too."""
    mark: str
    """How it ended."""
    blocked: str = ""
    """The request that blocks it, in words."""


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


def moments(result: RunResult) -> list[tuple[str, list[str]]]:
    """Return the verdict on each moment, for each dialect in turn."""
    columns = [cells(result.scenarios, dialect) for dialect in result.verdict_by_dialect]
    return [(moment, [column.get(moment, "") for column in columns]) for moment in result.verdict_by_moment]


def tone(result: RunResult) -> str:
    """Return the word that sets the verdict's color: a no that is accepted completely is not red."""
    if result.is_rehearsal:
        return {0: "yes", 1: "no"}.get(result.exit_code, "inconclusive")
    return "waived" if is_accepted(result.scenarios) and result.verdict != "yes" else result.verdict


def dialects(result: RunResult) -> list[str]:
    """Return the verdict for each dialect, as it is shown."""
    return list(of_dialects(result.scenarios, result.verdict_by_dialect).values())


def waived(result: RunResult) -> list[tuple[ScenarioResult, CheckResult]]:
    """Return every failed check that is waived."""
    return [(one, check) for one in result.scenarios for check in one.checks if check.verdict is Verdict.WAIVED]


def played(result: RunResult, budget: Budget) -> list[tuple[str, list[PageCase]]]:
    """Return the scenarios by moment; deviations get their evidence first, so that the budget never omits it."""
    marks = {one.nodeid: counting.outcome(one, result.fail_on) for one in result.scenarios}
    urgent = sorted(result.scenarios, key=lambda one: MARKS.index(marks[one.nodeid]))
    here = {one.id for one in urgent}
    made = {one.nodeid: _case(result, one, marks[one.nodeid], budget, is_here=owner(one) in here) for one in urgent}
    grouped: dict[str, list[PageCase]] = {}
    for one in result.scenarios:
        grouped.setdefault(one.moment, []).append(made[one.nodeid])
    order = [moment.value for moment in Moment]
    return sorted(grouped.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _case(result: RunResult, one: ScenarioResult, mark: str, budget: Budget, *, is_here: bool) -> PageCase:
    return PageCase(one, _exchanges(one, budget, result.fail_on), is_here, mark, _blocked(one, result.target))


def _blocked(one: ScenarioResult, base: str) -> str:
    by = one.blocked_by
    return "" if by is None or by.request is None else in_words(by, base, one.reason or "")


def _exchanges(scenario: ScenarioResult, budget: Budget, fail_on: str) -> list[PageExchange]:
    return [exchange(scenario, index, budget, fail_on) for index in range(len(scenario.exchanges))]


def exchange(scenario: ScenarioResult, index: int, budget: Budget, fail_on: str) -> PageExchange:
    """Return a request and response of a scenario with its checks."""
    shown = scenario.exchanges[index]
    checks = [check for check in scenario.checks if check.exchange == index]
    evidence = any(check.verdict in {Verdict.DEVIATION, Verdict.WAIVED} for check in checks)
    request, response = (budget.body(one, evidence=evidence) for one in (shown.request_body, shown.response_body))
    wrong = [words.of_check(check, fail_on) for check in checks if check.verdict is Verdict.DEVIATION]
    return PageExchange(shown, checks, request, response, _worst(wrong) if wrong else "")


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
    if known.demo:
        text = script.playing(scenario, known)
    elif number < MOST_SCRIPTS:
        text = script.scripted(scenario, known, result.target, index)
    else:
        text = script.exporting(scenario.id, known)
    shown = [exchange(scenario, one, budget, result.fail_on) for one in _telling(scenario, index)]
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
    return [_table(table, covering, result.fail_on) for table in requirements.register().tables]


Covering = Mapping[str, list[ScenarioResult]]
"""The results that cover a requirement, by scenario."""


def _table(table: requirements.Table, covering: Mapping[str, Covering], fail_on: str) -> RequirementTable:
    rows = [_row(row, covering.get(row.id, {}), fail_on) for row in table.rows]
    return RequirementTable(table.title, table.about, rows, said([row.mark for row in rows]))


def _row(row: requirements.RegisterRow, covering: Covering, fail_on: str) -> Requirement:
    marks = {template: [counting.outcome(one, fail_on) for one in found] for template, found in covering.items()}
    scenarios = [
        (template, found[marks[template].index(_worst(marks[template]))].id, said(marks[template]))
        for template, found in covering.items()
    ]
    everything = [one for found in marks.values() for one in found]
    ended = _worst(everything) if everything else NOT_COVERED if row.why else counting.NOT_RUN
    return Requirement(row, ended, scenarios)


def _worst(marks: Sequence[str]) -> str:
    return min(marks, key=MARKS.index)


NOT_COVERED = "not covered"

MARKS = [
    counting.FAILED,
    Verdict.INCONCLUSIVE.value,
    Verdict.WAIVED.value,
    counting.ADVICE,
    counting.PASSED,
    Verdict.NOT_APPLICABLE.value,
    counting.NOT_RUN,
    NOT_COVERED,
]
"""The possible outcomes of a row, the worst first."""


def said(marks: Iterable[str]) -> str:
    """Return marks counted, in words: `4 failed, 3 advice, 18 passed`."""
    held = Counter(marks)
    return ", ".join(f"{held[one]} {one}" for one in MARKS if held[one])


def clean(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield headers with control characters spelled out."""
    return ((visible(name), visible(value)) for name, value in pairs)
