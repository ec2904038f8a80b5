"""A scenario while it is played: labels, links, one step for each request, the exchange as evidence."""

from collections.abc import Sequence

from allure_commons import plugin_manager
from allure_commons.model2 import TestResult, TestStepResult
from allure_commons.types import LabelType, LinkType
from allure_commons.utils import now
from allure_pytest.listener import AllureListener
from allure_pytest.utils import get_status, get_status_details

from scim_conformance.reporting.allure import facts
from scim_conformance.reporting.allure.exchanges import CURL, AttachedFile, evidence
from scim_conformance.reporting.allure.labels import description, epic, parameters, severity
from scim_conformance.reporting.allure.results import ENDED
from scim_conformance.scenario.checks import Check, Level, Unseen, leveled
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.performance import StepRun
from scim_conformance.scenario.steps import Step
from scim_conformance.system.visible import visible
from scim_conformance.verdict.judging import recorded
from scim_conformance.verdict.results import ScenarioResult


def describe(case: Case, profile: str) -> None:
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
    for test in _running():
        test.parameters += parameters(str(case.dialect or ""), profile)


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
    """Collects each request as a step while it is sent, with its checks. An observer of the player.

    Allure's objects are made here at once: a run has many checks, which need no hook each.
    """

    def __init__(self) -> None:
        self._found: list[TestStepResult] = []
        self._files: list[AttachedFile] = []

    def step_began(self, step: Step, *, given: bool) -> None:
        """Begin a step."""
        self._found.append(TestStepResult(name=title(step, given=given), start=now()))

    def step_ended(self, played: StepRun) -> None:
        """Add the request and response, and the checks, and end the step: red if a check failed."""
        step, error = self._found[-1], None
        for judged in played.judged:
            found, failed = _check(judged.check, judged.actual, judged.unseen)
            step.steps.append(found)
            error = failed or error
        if played.exchange is not None:
            as_curl = any(one.actual is not None for one in played.judged)
            files = [*evidence(recorded(played, played.exchange), as_curl=as_curl)]
            step.attachments = [one.attachment for one in files]
            self._files += files
        _end(step, _unprepared(played) or error)

    def show(self, *, as_curl: bool = True) -> None:
        """Add the steps to the running test, wherever Allure writes. `as_curl`: with the commands that repeat
        requests."""
        tests = _running()
        if not as_curl:
            self._drop_commands()
        for test in tests:
            test.steps += self._found
            _date(test, self._found)
        for one in self._files if tests else ():
            plugin_manager.hook.report_attached_data(body=one.body, file_name=one.attachment.source)
        self._found, self._files = [], []

    def _drop_commands(self) -> None:
        self._files = [one for one in self._files if one.attachment.name != CURL]
        for step in self._found:
            step.attachments = [one for one in step.attachments if one.name != CURL]


def _running() -> list[TestResult]:
    """Return the running test, wherever Allure writes."""
    tests = [one.allure_logger.get_test(None) for one in plugin_manager.get_plugins() if _listens(one)]
    return [test for test in tests if test is not None]


def _date(test: TestResult, steps: Sequence[TestStepResult]) -> None:
    """Let a test that was played before pytest came to it begin and end when it did."""
    if steps and steps[0].start < test.start:
        test.start = steps[0].start
        ENDED[test.uuid] = steps[-1].stop


def _listens(plugin: object) -> bool:
    return isinstance(plugin, AllureListener)


def _end(step: TestStepResult, error: Exception | None) -> None:
    step.stop, step.status = now(), get_status(error)
    if error is not None:
        step.statusDetails = get_status_details(type(error), error, None)


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


def _check(check: Check, actual: str | None, unseen: Unseen | None) -> tuple[TestStepResult, AssertionError | None]:
    """Return a check as a step, and the error that makes its request red, if it does."""
    text = f"{leveled(check.level, check.label)} {check.key}: {check.obligation.expected}"
    text += f" (not judged: {unseen.reason})" if unseen is not None else ""
    found = TestStepResult(name=text, start=now())
    error = None if actual is None else AssertionError(visible(f"Actual: {actual}. Impact: {check.so}"))
    _end(found, error)
    return found, error if check.level is not Level.SHOULD else None
