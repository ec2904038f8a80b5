"""What is known only at the end: standing checks, waived scenarios, what no item stands for."""

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from allure_commons import plugin_manager
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, Label, Link, Status, StatusDetails, TestResult, TestStepResult
from allure_commons.types import LabelType, LinkType
from allure_commons.utils import md5

from scim_conformance.reporting.allure import facts
from scim_conformance.reporting.allure.exchanges import VIEWER, viewed
from scim_conformance.reporting.allure.labels import description, epic, parameters, severity
from scim_conformance.reporting.allure.results import DIRECTORY, LOST
from scim_conformance.scenario.checks import leveled
from scim_conformance.scenario.model import Moment
from scim_conformance.system.visible import visible
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult


def write_standing(result: RunResult, directory: Path) -> list[str]:
    """Write the standing checks as separate results, wherever Allure writes, and the facts of the run into ours.

    Returns why Allure's results could not be written, as a sentence; None if they were.
    """
    for scenario in result.scenarios:
        if scenario.moment == Moment.ALWAYS.value:
            plugin_manager.hook.report_result(result=_standing(scenario, result))
    try:
        if (directory / DIRECTORY).is_dir():
            facts.write(result, directory / DIRECTORY)
    except OSError as error:
        LOST.append(error.strerror or str(error))
    said = [f"{directory / DIRECTORY} is incomplete: {LOST[0]}"] if LOST else []
    LOST.clear()
    return said


def write_all(result: RunResult, directory: Path) -> list[str]:
    """Write every result of a run that pytest did not play, such as a rehearsal; what was not asked is left out.

    Returns why Allure's results could not be written, as a sentence; nothing if they were.
    """
    logger = AllureFileLogger(str(directory / DIRECTORY), clean=True)
    try:
        for scenario in result.scenarios:
            if scenario.checks:
                logger.report_result(result=_anonymous(_standing(scenario, result)))
        facts.write(result, directory / DIRECTORY)
    except OSError as error:
        return [f"{directory / DIRECTORY} is incomplete: {error.strerror}"]
    return []


def _anonymous(found: TestResult) -> TestResult:
    """Remove the machine's name: it is private."""
    found.labels = [label for label in found.labels if label.name != LabelType.HOST]
    return found


def _standing(scenario: ScenarioResult, run: RunResult) -> TestResult:
    check = next(iter(scenario.deviations), scenario.checks[0])
    failed = is_failing(scenario, run.fail_on)
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
        parameters=parameters(scenario.dialect or "", run.profile),
        links=[Link(LinkType.LINK, check.citation.url, check.citation.title)],
        steps=[_example(example) for example in scenario.exchanges],
    )
    found.start = found.stop = _milliseconds(run) + begun
    return found


def _milliseconds(run: RunResult) -> int:
    return int(datetime.fromisoformat(run.started).timestamp() * 1000)


def _message(check: CheckResult) -> str:
    rows = {"Expected": check.expected, "Actual": check.actual, "Impact": check.so, "Fix": check.fix}
    return "\n".join(
        [f"{leveled(check.level, check.label)} {check.id}", *(f"{name}: {text}" for name, text in rows.items())]
    )


def _labels(scenario: ScenarioResult) -> list[Label]:
    group = facts.category(scenario)
    pairs = {
        LabelType.EPIC: epic(scenario.moment),
        LabelType.STORY: "any dialect",
        LabelType.FEATURE: scenario.title,
        LabelType.SEVERITY: severity(scenario, [check.level for check in scenario.checks]),
        "verdict": scenario.verdict.value,
        LabelType.PARENT_SUITE: epic(scenario.moment),
        LabelType.SUITE: scenario.title,
        LabelType.TAG: scenario.suite,
    } | ({facts.LABEL: group} if group else {})
    return [Label(name=name, value=value) for name, value in pairs.items()]


def _example(example: Recorded) -> TestStepResult:
    source = f"{uuid.uuid4()}-attachment.json"
    plugin_manager.hook.report_attached_data(body=viewed(example).encode(), file_name=source)
    attachment = Attachment(name="exchange", source=source, type=VIEWER)
    return TestStepResult(name=f"{example.method} {example.url}", status=Status.FAILED, attachments=[attachment])


def accept(results: Sequence[ScenarioResult], directory: Path) -> None:
    """Mark Allure's results of scenarios as waived: the cause was not known when they were written."""
    waived = {result.id: result for result in results}
    try:
        for path in directory.glob("*-result.json") if waived else ():
            found = json.loads(path.read_text(encoding="utf-8"))
            result = waived.get(str(found.get("name")).partition(" ")[0])
            if result is not None:
                path.write_text(json.dumps(found | _waived(found, result), ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        LOST.append(error.strerror or str(error))


def _waived(found: Mapping[str, Any], result: ScenarioResult) -> dict[str, Any]:
    changed = {"verdict": result.verdict.value, facts.LABEL: facts.WAIVED}
    labels = [one | {"value": changed.get(one["name"], one["value"])} for one in found["labels"]]
    message = visible(f"Skipped: {result.verdict}: {result.reason}")
    return {"status": Status.SKIPPED, "statusDetails": {"message": message}, "labels": labels}


def write_broken(nodeid: str, text: str) -> None:
    """Write a result for a scenario without a pytest item that could not be judged."""
    now, identity = int(time.time() * 1000), md5(nodeid)
    name = nodeid.rpartition("::")[2].replace("-", " ")
    found = TestResult(uuid=str(uuid.uuid4()), name=name, fullName=nodeid, historyId=identity, testCaseId=identity)
    found.status, found.statusDetails, found.start, found.stop = Status.BROKEN, StatusDetails(message=text), now, now
    plugin_manager.hook.report_result(result=found)
