"""A scenario while it is played: labels, links, one step for each request, the exchange as evidence."""

import uuid
from collections.abc import Sequence

from allure_commons import plugin_manager
from allure_commons.types import LabelType, LinkType

from scim_conformance.reporting.allure import facts
from scim_conformance.reporting.allure.exchanges import attach
from scim_conformance.reporting.allure.labels import description, epic, severity
from scim_conformance.scenario.checks import Check, Level, Unseen, leveled
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.performance import StepRun
from scim_conformance.scenario.steps import Step
from scim_conformance.verdict.judging import recorded, visible
from scim_conformance.verdict.results import ScenarioResult


def describe(case: Case) -> None:
    """Label the running test."""
    template, hook = case.template, plugin_manager.hook
    hook.add_title(test_title=f"{case.id} {case.title}")
    hook.add_description(test_description=template.description)
    labels = {
        "epic": epic(template.moment.value),
        "feature": template.title,
        "story": str(case.dialect or "any dialect"),
        # The tree that Allure opens with is built from these two: the journey's moments, then the scenarios.
        LabelType.PARENT_SUITE: epic(template.moment.value),
        LabelType.SUITE: template.title,
    }
    for name, value in labels.items():
        hook.add_label(label_type=name, labels=(value,))
    for tag in (template.suite, *(["validator"] if template.validator else [])):
        hook.add_label(label_type=LabelType.TAG, labels=(tag,))


def conclude(result: ScenarioResult, declared: Sequence[Check]) -> None:
    """Add severity, impacts, fixes, a link for each citation, and the labels of the verdict and its category.

    All labels except these come from the declared scenario, so that they are the same in every run, however far it got.
    """
    hook = plugin_manager.hook
    hook.add_description(test_description=description(result, declared))
    hook.add_label(label_type=LabelType.SEVERITY, labels=(severity(result, [check.level for check in declared]),))
    group = facts.category(result)
    if group is not None:
        hook.add_label(label_type=facts.LABEL, labels=(group,))
    hook.add_label(label_type="verdict", labels=(result.verdict.value,))
    for name, url in dict.fromkeys((check.citation.title, check.citation.url) for check in declared):
        hook.add_link(url=url, link_type=LinkType.LINK, name=name)


class Steps:
    """Shows each request as a step while it is sent, with its checks. An observer of the player."""

    def __init__(self) -> None:
        self._open = ""

    def step_began(self, step: Step, *, given: bool) -> None:
        """Open the step."""
        self._open = str(uuid.uuid4())
        plugin_manager.hook.start_step(uuid=self._open, title=title(step, given=given), params={})

    def step_ended(self, played: StepRun) -> None:
        """Attach the request and response, add the checks, and close the step: red if a check failed."""
        error: AssertionError | None = None
        for judged in played.judged:
            error = _check(judged.check, judged.actual, judged.unseen) or error
        if played.exchange is not None:
            attach(recorded(played, played.exchange), as_curl=any(one.actual is not None for one in played.judged))
        self._close(_unprepared(played) or error)

    def _close(self, error: Exception | None) -> None:
        kind = None if error is None else type(error)
        plugin_manager.hook.stop_step(uuid=self._open, exc_type=kind, exc_val=error, exc_tb=None)


def _unprepared(played: StepRun) -> Exception | None:
    """Return why a step failed: no response or, if it only prepares, an unusable response."""
    answer = played.exchange.answer if played.exchange is not None else None
    if answer is None:
        return RuntimeError("not sent" if played.exchange is None else played.exchange.failure)
    failed = played.given and not answer.ok and answer.status not in played.step.play.also_ok
    return RuntimeError(f"returned {answer.status}") if failed else None


def title(step: Step, *, given: bool) -> str:
    """Return the name of a step: who sends what, and why."""
    who = "prepare" if given else "Entra" if step.by == "entra" else "harness"
    return f"{who}: {step.method} {step.path} ({step.why})"


def _check(check: Check, actual: str | None, unseen: Unseen | None) -> AssertionError | None:
    identifier = str(uuid.uuid4())
    text = f"{leveled(check.level, check.label)} {check.key}: {check.obligation.expected}"
    text += f" (not judged: {unseen.reason})" if unseen is not None else ""
    plugin_manager.hook.start_step(uuid=identifier, title=text, params={})
    error = None if actual is None else AssertionError(visible(f"Actual: {actual}. Impact: {check.so}"))
    kind = None if error is None else AssertionError
    plugin_manager.hook.stop_step(uuid=identifier, exc_type=kind, exc_val=error, exc_tb=None)
    return error if check.level is not Level.SHOULD else None
