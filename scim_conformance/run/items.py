"""Scenarios as pytest items: named by their ids, ended by an exception that pytest and Allure show."""

from typing import Any

import msgspec
import pytest
from _pytest.fixtures import TopRequest
from _pytest.mark.structures import get_unpacked_marks
from _pytest.skipping import evaluate_xfail_marks

from scim_conformance import __version__
from scim_conformance.catalogue import near, scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.reporting import neutral
from scim_conformance.reporting.allure import cases as allure_cases
from scim_conformance.run import handover
from scim_conformance.run.ahead import Played
from scim_conformance.run.standing_reports import summary
from scim_conformance.run.state import RUN, Run
from scim_conformance.scenario.model import Case, Template, cases
from scim_conformance.verdict import grace_period, judging
from scim_conformance.verdict.accepted import with_waived
from scim_conformance.verdict.blocked import why
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import ScenarioResult, Verdict

NO_TARGET = "specify the target: --scim-url URL, and its token in SCIM_CONFORMANCE_TOKEN, or a fixture scim_target"


class Deviation(AssertionError):
    """The target returned a wrong response: a failure in pytest and Allure."""

    __module__ = "builtins"  # so that reports start with the word, not with the module of our class


class Inconclusive(Exception):
    """It was inconclusive: broken in Allure, an error in JUnit."""

    __module__ = "builtins"


class ScenarioItem(pytest.Item):
    """One case. `scim_result` is its result after it ran."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.is_shipped = scenarios.is_shipped(case.template)
        self.scim_result: ScenarioResult | None = None
        self.add_marker("scim_conformance")
        self.extra_keyword_matches.update(self.case.title.lower().split())
        if not self.is_shipped:
            self._take_part()

    def _take_part(self) -> None:
        """Take marks and fixtures as a test function does. The shipped scenarios are not a part of your own session."""
        for mark in get_unpacked_marks(self.case.template.build):
            self.own_markers.append(mark)
            self.keywords[mark.name] = mark
        # As pytest's own doctest items do: there is no public way to give an item that is no function its fixtures.
        found = self.session._fixturemanager.getfixtureinfo(node=self, func=None, cls=None)
        self._fixtureinfo, self.fixturenames = found, found.names_closure
        self.funcargs: dict[str, object] = {}
        self._request = TopRequest(self, _ispytest=True)  # type: ignore[arg-type]

    def setup(self) -> None:
        """Run the fixtures that apply to your own scenario: autouse ones, and those of `usefixtures`."""
        if not self.is_shipped:
            self._request._fillfixtures()

    def runtest(self) -> None:
        """Run the case.

        Raises:
            Deviation: at or above `--fail-on`.
            Inconclusive: it could not be judged.
        """
        run = self.config.stash.get(RUN, None)
        if run is None:
            raise pytest.UsageError(NO_TARGET)
        allure_cases.describe(self.case, run.profile.name)
        played = self._played(run)
        found = played.result if self.is_shipped else msgspec.structs.replace(played.result, suite="own")
        result = self._as_marked(run.waivers.apply(grace_period.softened(found, __version__)))
        self.scim_result = result
        allure_cases.conclude(result, played.declared)
        _raise_for(result, run)

    def _as_marked(self, result: ScenarioResult) -> ScenarioResult:
        """Return the result of your own scenario, waived where `pytest.mark.xfail` expects it to fail."""
        mark = None if self.is_shipped else evaluate_xfail_marks(self)
        if mark is None or result.verdict is not Verdict.DEVIATION:
            return result
        said = {"verdict": Verdict.WAIVED, "waiver": f"xfail: {mark.reason or 'expected to fail'}"}
        wrong = Verdict.DEVIATION
        checks = [msgspec.structs.replace(one, **said) if one.verdict is wrong else one for one in result.checks]
        return with_waived(result, checks)

    def skipped(self, report: pytest.TestReport) -> None:
        """Record that a mark or a fixture of yours skipped it: it does not apply here."""
        said = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = said.removeprefix("Skipped: ")
        result = judging.not_played(self.case, self.nodeid, Verdict.NOT_APPLICABLE, f"skipped: {reason}")
        self.scim_result = msgspec.structs.replace(result, suite="own")

    def _played(self, run: Run) -> Played:
        steps = allure_cases.Steps()
        try:
            played = run.ahead.take(self.case, self.nodeid, steps)
        except BaseException:
            steps.show()
            raise
        played.steps.show(as_curl=not run.origin.demo)  # the embedded target ends with the run
        return played

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return the sentence for people; a traceback only for an internal error."""
        if isinstance(excinfo.value, Deviation | Inconclusive):
            return neutral.text(str(excinfo.value))
        run = self.config.stash.get(RUN, None)
        text = str(super().repr_failure(excinfo, style))
        return neutral.text(text if run is None else run.runner.wire.redactor.text(text))

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return the location of the scenario."""
        code = self.case.template.build.__code__
        return self.path, code.co_firstlineno - 1, self.case.id


def is_own(item: pytest.Item) -> bool:
    """Return whether an item is a scenario of your own."""
    return isinstance(item, ScenarioItem) and not item.is_shipped


def _raise_for(result: ScenarioResult, run: Run) -> None:
    if is_failing(result, run.settings.fail_on):
        raise Deviation(summary(result))
    if result.verdict is Verdict.INCONCLUSIVE:
        raise Inconclusive(" ".join(filter(None, [why(result, run.settings.base), result.prepared_without])))
    if result.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
        pytest.skip(neutral.text(f"{result.verdict}: {result.reason}"))


def items(collector: pytest.Collector, template: Template) -> list[pytest.Item]:
    """Return the items of a scenario for the run's profile and dialects."""
    run = collector.config.stash.get(RUN, None)
    profile, dialects = (run.profile, run.settings.dialects) if run else handover.expected(collector.config)
    found = cases(template, profile, dialects)
    return [ScenarioItem.from_parent(collector, name=case.id, case=case) for case in found]


def order_and_select(config: pytest.Config, found: list[pytest.Item], selectors: list[str], settings: Settings) -> None:
    """Sort scenarios into the journey's order, foreign tests first, and omit what was not requested.

    Ids select scenarios of any suite.
    """
    ours = [item for item in found if isinstance(item, ScenarioItem)]
    rest = [item for item in found if not isinstance(item, ScenarioItem)]
    # A stable sort: dialects and rows stay in the declared order, legacy first as in Entra.
    ours.sort(key=lambda item: (item.case.template.moment.order, item.case.template.id))
    chosen = [item for item in ours if scenarios.asked_for(item.case, selectors, settings)]
    _complain(ours, selectors)
    if len(chosen) < len(ours):
        config.hook.pytest_deselected(items=[item for item in ours if item not in chosen])
    found[:] = [*rest, *chosen]


def _complain(ours: list[ScenarioItem], selectors: list[str]) -> None:
    known = [item.case.id for item in ours]
    lost = [one for one in selectors if not any(scenarios.matches(identifier, one) for identifier in known)]
    if lost and len(lost) < len(selectors):
        raise pytest.UsageError(near.sentence(lost[0], known))
