"""Allure: the only module that imports it. Labels, links, one step for each request, the exchange as evidence."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from allure_commons import hookimpl, plugin_manager
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, Label, Link, Status, StatusDetails, TestResult, TestStepResult
from allure_commons.types import AttachmentType, LabelType, LinkType
from allure_commons.utils import md5

from scim_conformance.reporting import allure_facts, curl
from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario.assess import recorded, visible
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.model import Case, Moment
from scim_conformance.scenario.player import Played
from scim_conformance.scenario.results import CheckResult, Recorded, ScenarioResult, Verdict
from scim_conformance.scenario.steps import Step

RESULTS = "allure-results"
GRAVEST = {Moment.TEST_CONNECTION.value, Moment.DISABLE.value}
"""Without the first nothing is provisioned; without the second who left keeps access."""

MOST_SAID = 8
"""Consequences, or remedies, that a description names."""


class _Anonymous:
    """Takes the machine's name out of every result before it is written: it is nobody's business."""

    @hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """Drop the label."""
        result.labels = [label for label in result.labels if label.name != LabelType.HOST]


def enable(config: Any, directory: Path) -> None:
    """Have allure-pytest write into the report directory, unless it was told another; yesterday's results go."""
    anonymous(config)
    if hasattr(config.option, "allure_report_dir") and not config.option.allure_report_dir:
        config.option.allure_report_dir = str(directory / RESULTS)
        config.option.clean_alluredir = True


def anonymous(config: Any) -> None:
    """Keep the machine's name out of the results of this process."""
    plugin = _Anonymous()
    plugin_manager.register(plugin)
    config.add_cleanup(lambda: plugin_manager.unregister(plugin))


def epic(moment: str) -> str:
    """Return the epic of a moment, with its number, so that epics stand in the order of the journey."""
    return f"{Moment(moment).order + 1:02} {moment}"


def describe(case: Case) -> None:
    """Label the running test."""
    template, hook = case.template, plugin_manager.hook
    hook.add_title(test_title=f"{case.id} {case.title}")
    hook.add_description(test_description=template.description)
    labels = {
        "epic": epic(template.moment.value),
        "feature": template.title,
        "story": str(case.dialect or "any dialect"),
        # The tree that Allure opens with is made of these two: the journey's moments, then the scenarios.
        LabelType.PARENT_SUITE: epic(template.moment.value),
        LabelType.SUITE: template.title,
    }
    for name, value in labels.items():
        hook.add_label(label_type=name, labels=(value,))
    for tag in (template.suite, *(["validator"] if template.validator else [])):
        hook.add_label(label_type=LabelType.TAG, labels=(tag,))


def conclude(result: ScenarioResult, declared: Sequence[Check]) -> None:
    """Add severity, consequences, remedies, a link for each citation, and the labels of the verdict and its category.

    All but these labels are those of the scenario as it was declared, so that they are the same from run to run,
    however far it came.
    """
    hook = plugin_manager.hook
    hook.add_description(test_description=description(result, declared))
    hook.add_label(label_type=LabelType.SEVERITY, labels=(severity(result, [check.level for check in declared]),))
    group = allure_facts.category(result)
    if group is not None:
        hook.add_label(label_type=allure_facts.LABEL, labels=(group,))
    hook.add_label(label_type="verdict", labels=(result.verdict.value,))
    for name, url in dict.fromkeys((check.citation.title, check.citation.url) for check in declared):
        hook.add_link(url=url, link_type=LinkType.LINK, name=name)


def severity(result: ScenarioResult, levels: Sequence[Level]) -> str:
    """Return how much hangs on a scenario: from the hardest level of its checks, and what breaks without it."""
    if Level.MUST not in levels and Level.ENTRA not in levels:
        return "minor"
    if result.validator:
        return "normal"
    return "blocker" if result.moment in GRAVEST else "critical"


def description(result: ScenarioResult, checks: Sequence[Check | CheckResult]) -> str:
    """Return what Entra does, what breaks, and how to fix it, as Markdown; the hardest checks speak first."""
    ranked = sorted(checks, key=lambda check: check.level.rank)
    parts = [result.description]
    for heading, said in (("What breaks", [one.so for one in ranked]), ("How to fix it", [one.fix for one in ranked])):
        lines = [f"- {text}" for text in dict.fromkeys(said) if text][:MOST_SAID]
        parts += [f"**{heading}**\n\n" + "\n".join(lines)] if lines else []
    return "\n\n".join(part for part in parts if part)


class Steps:
    """Shows each request as a step while it is sent, with its checks within. An observer of the player."""

    def __init__(self) -> None:
        self._open = ""

    def step_began(self, step: Step, *, given: bool) -> None:
        """Open the step."""
        self._open = str(uuid.uuid4())
        plugin_manager.hook.start_step(uuid=self._open, title=title(step, given=given), params={})

    def step_ended(self, played: Played) -> None:
        """Attach the exchange, add the checks, and close the step: red when a check was not met."""
        error: AssertionError | None = None
        for judged in played.judged:
            error = _check(judged.check, judged.actual) or error
        if played.exchange is not None:
            attach(recorded(played, played.exchange), as_curl=any(one.actual is not None for one in played.judged))
        self._close(_unprepared(played) or error)

    def _close(self, error: Exception | None) -> None:
        kind = None if error is None else type(error)
        plugin_manager.hook.stop_step(uuid=self._open, exc_type=kind, exc_val=error, exc_tb=None)


def _unprepared(played: Played) -> Exception | None:
    """Return why a step could not do its part: no answer, or, where it only prepares, an answer that does not help."""
    answer = played.exchange.answer if played.exchange is not None else None
    if answer is None:
        return RuntimeError("not sent" if played.exchange is None else played.exchange.failure)
    failed = played.given and not answer.ok and answer.status not in played.step.fine
    return RuntimeError(f"answered with {answer.status}") if failed else None


def title(step: Step, *, given: bool) -> str:
    """Return what a step is called: who sends what, and why."""
    who = "prepare" if given else "Entra" if step.by == "entra" else "harness"
    return f"{who}: {step.method} {step.path} ({step.why})"


def _check(check: Check, actual: str | None) -> AssertionError | None:
    identifier = str(uuid.uuid4())
    text = f"{check.level} {check.key}: {check.obligation.expected}"
    plugin_manager.hook.start_step(uuid=identifier, title=text, params={})
    error = None if actual is None else AssertionError(visible(f"Actual: {actual}. So: {check.so}"))
    kind = None if error is None else AssertionError
    plugin_manager.hook.stop_step(uuid=identifier, exc_type=kind, exc_val=error, exc_tb=None)
    return error if check.level is not Level.SHOULD else None


def attach(shown: Recorded, *, as_curl: bool) -> None:
    """Attach an exchange for Allure's own HTTP viewer; where a check was not met, with a curl command beside it."""
    hook = plugin_manager.hook
    hook.attach_data(body=viewed(shown), name="exchange", attachment_type=VIEWER, extension="json")
    if as_curl:
        hook.attach_data(
            body=f"{REMOVED}\n{curl.command(shown)}\n",
            name="curl",
            attachment_type=AttachmentType.TEXT,
            extension="txt",
        )


REMOVED = (
    "# The run removes what it makes: with ids of its own, `scim-conformance export DIR --format curl ID` repeats it."
)
"""What stands before a command in which ids may be dead."""

VIEWER = "application/vnd.allure.http+json"
"""The media type that Allure 2.46 and 3.18 show with method, status, headers and bodies in place."""


def viewed(shown: Recorded) -> str:
    """Return an exchange as the JSON document of Allure's HTTP viewer."""
    begun = int(shown.started * 1000)
    document: dict[str, Any] = {"start": begun, "stop": begun + round(shown.seconds * 1000)}
    document["request"] = {
        "method": shown.method,
        "url": shown.url,
        "headers": _pairs(shown.request_headers),
        "body": _body(shown.request_body),
    }
    if shown.status is None:
        document["error"] = {"name": "No answer", "message": shown.failure}
    else:
        headers = _pairs(shown.response_headers)
        document["response"] = {
            "status": shown.status,
            "headers": headers,
            "body": _body(shown.response_body),
        }
    return json.dumps(document, ensure_ascii=False)


def _pairs(headers: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _body(text: str | None) -> dict[str, str] | None:
    return None if text is None else {"value": text}


def write_standing(result: RunResult, directory: Path) -> None:
    """Write the standing checks as results of their own, and the facts of the run."""
    where = directory / RESULTS
    if not where.is_dir():
        return
    logger = AllureFileLogger(str(where))
    for scenario in result.scenarios:
        if scenario.moment == Moment.ALWAYS.value:
            logger.report_result(_standing(scenario, result, logger))
    allure_facts.write(result, where)


def _standing(scenario: ScenarioResult, run: RunResult, logger: AllureFileLogger) -> TestResult:
    check = scenario.checks[0]
    failed = scenario.verdict is Verdict.DEVIATION and (check.level is not Level.SHOULD or run.fail_on == "should")
    begun = int(run.seconds * 1000)
    found = TestResult(
        uuid=str(uuid.uuid4()),
        name=f"{scenario.id} {scenario.title}",
        fullName=scenario.nodeid,
        historyId=md5(scenario.nodeid),
        testCaseId=md5(scenario.nodeid),
        description=description(scenario, scenario.checks),
        status=Status.FAILED if failed else Status.SKIPPED if scenario.verdict is Verdict.WAIVED else Status.PASSED,
        statusDetails=StatusDetails(message=_message(check)) if scenario.verdict is not Verdict.CONFORMANT else None,
        labels=_labels(scenario),
        links=[Link(LinkType.LINK, check.citation.url, check.citation.title)],
        steps=[_example(example, logger) for example in scenario.exchanges],
    )
    found.start = found.stop = _milliseconds(run) + begun
    return found


def _milliseconds(run: RunResult) -> int:
    return int(datetime.fromisoformat(run.started).timestamp() * 1000)


def _message(check: CheckResult) -> str:
    rows = {"Expected": check.expected, "Actual": check.actual, "So": check.so, "Fix": check.fix}
    return "\n".join([f"{check.level} {check.id}", *(f"{name}: {text}" for name, text in rows.items())])


def _labels(scenario: ScenarioResult) -> list[Label]:
    group = allure_facts.category(scenario)
    pairs = {
        LabelType.EPIC: epic(scenario.moment),
        LabelType.STORY: "any dialect",
        LabelType.FEATURE: scenario.title,
        LabelType.SEVERITY: severity(scenario, [check.level for check in scenario.checks]),
        "verdict": scenario.verdict.value,
        LabelType.PARENT_SUITE: epic(scenario.moment),
        LabelType.SUITE: scenario.title,
        LabelType.TAG: scenario.suite,
    } | ({allure_facts.LABEL: group} if group else {})
    return [Label(name=name, value=value) for name, value in pairs.items()]


def _example(example: Recorded, logger: AllureFileLogger) -> TestStepResult:
    source = f"{uuid.uuid4()}-attachment.json"
    logger.report_attached_data(viewed(example).encode(), source)
    attachment = Attachment(name="exchange", source=source, type=VIEWER)
    return TestStepResult(name=f"{example.method} {example.url}", status=Status.FAILED, attachments=[attachment])
