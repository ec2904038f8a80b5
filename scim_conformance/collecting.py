"""Scenarios as pytest items: named by their ids, ended by an exception that says what pytest and Allure should show."""

from typing import Any

import pytest

from scim_conformance import __version__, catalogue
from scim_conformance.controlling import RUN, Run
from scim_conformance.entra.profile import load
from scim_conformance.reporting import allure
from scim_conformance.scenario import novelty
from scim_conformance.scenario.folding import is_failing
from scim_conformance.scenario.model import Case, Template, cases
from scim_conformance.scenario.results import ScenarioResult, Verdict
from scim_conformance.settings import Settings


class Deviation(AssertionError):
    """The target answered, and wrongly: a failure in pytest and Allure."""

    __module__ = "builtins"  # so that reports begin with the word, not with the place of our class


class Inconclusive(Exception):
    """It could not be judged: broken in Allure, an error in JUnit."""

    __module__ = "builtins"


class ScenarioItem(pytest.Item):
    """One case. `scim_result` is its result once it was played."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.scim_result: ScenarioResult | None = None
        self.add_marker("scim_conformance")

    def runtest(self) -> None:
        """Play the case.

        Raises:
            Deviation: at or above `--fail-on`.
            Inconclusive: it could not be judged.
        """
        run = self.config.stash.get(RUN, None)
        if run is None:
            raise pytest.UsageError("give the target: --scim-url URL, and its token in SCIM_CONFORMANCE_TOKEN")
        allure.describe(self.case)
        played = run.runner.perform(self.case, self.nodeid, allure.Steps())
        result = run.waivers.apply(novelty.softened(played, __version__))
        self.scim_result = result
        allure.conclude(result, run.runner.declared(self.case))
        _raise_for(result, run)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return the sentence for people; a traceback only for what is our own fault."""
        if isinstance(excinfo.value, Deviation | Inconclusive):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return where the scenario stands."""
        code = self.case.template.build.__code__
        return self.path, code.co_firstlineno - 1, self.case.id


def _raise_for(result: ScenarioResult, run: Run) -> None:
    if is_failing(result, run.settings.fail_on):
        raise Deviation(summary(result))
    if result.verdict is Verdict.INCONCLUSIVE:
        raise Inconclusive(result.reason)
    if result.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
        pytest.skip(f"{result.verdict}: {result.reason}")


def summary(result: ScenarioResult) -> str:
    """Return a scenario's deviations, one block each: what was expected, what came, what breaks, what to do."""
    return "\n\n".join(
        f"{check.level} {check.id}\n"
        f"  Expected: {check.expected}\n"
        f"  Actual:   {check.actual}\n"
        f"  So:       {check.so}\n"
        + (f"  Fix:      {check.fix}\n" if check.fix else "")
        + f"  Source:   {check.citation.title}"
        for check in result.deviations
    )


def items(collector: pytest.Collector, template: Template) -> list[pytest.Item]:
    """Return the items of a scenario for the run's profile and dialects."""
    run = collector.config.stash.get(RUN, None)
    profile, dialects = (run.profile, run.settings.dialects) if run else (load("entra-default"), Settings().dialects)
    found = cases(template, profile, dialects)
    return [ScenarioItem.from_parent(collector, name=case.id, case=case) for case in found]


def order_and_select(config: pytest.Config, found: list[pytest.Item], run: Run) -> None:
    """Put scenarios into the journey's order, foreign tests first, and leave out what was not asked for.

    Who names ids means them, whichever suite they are of.
    """
    selectors = run.selectors
    ours = [item for item in found if isinstance(item, ScenarioItem)]
    rest = [item for item in found if not isinstance(item, ScenarioItem)]
    # A stable sort: dialects and rows stay in the order in which they were declared, legacy first as in Entra.
    ours.sort(key=lambda item: (item.case.template.moment.order, item.case.template.id))
    chosen = [item for item in ours if catalogue.asked_for(item.case, selectors, run.settings)]
    _complain(ours, selectors)
    if len(chosen) < len(ours):
        config.hook.pytest_deselected(items=[item for item in ours if item not in chosen])
    found[:] = [*rest, *chosen]


def _complain(ours: list[ScenarioItem], selectors: list[str]) -> None:
    known = [item.case.id for item in ours]
    lost = [one for one in selectors if not any(catalogue.matches(identifier, one) for identifier in known)]
    if lost and len(lost) < len(selectors):
        raise pytest.UsageError(f"no scenario has the id {lost[0]}; `scim-conformance list` names them all")
