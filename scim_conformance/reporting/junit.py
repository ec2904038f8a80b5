"""junit.xml: one test case per scenario.

A failure is a deviation at or above `--fail-on`, an error is inconclusive or not run, skipped is not applicable or
waived.
pytest's own writer cannot distinguish failures from errors and writes the host's name, so this module writes the file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from scim_conformance.reporting import script
from scim_conformance.scenario.checks import leveled
from scim_conformance.verdict import counting
from scim_conformance.verdict.blocked import why
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(result: RunResult, place: str = "result.json") -> bytes:
    """Return the whole document, UTF-8. `place`: the report directory in the commands that it shows."""
    root = Element("testsuites", name="scim-conformance")
    shown = ShownRun(result, script.library(result, place))
    for name, found in (("scenarios", counting.scenarios), ("checks of every response", counting.always)):
        _suite(root, name, found(result.scenarios), shown)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


@dataclass(frozen=True)
class ShownRun:
    """A run, and what it created."""

    run: RunResult
    known: script.Library


def _suite(root: Element, name: str, found: Sequence[ScenarioResult], shown: ShownRun) -> None:
    """Write one suite. The checks of every response are not scenarios, so they have their own."""
    if not found and root.find("testsuite") is not None:
        return
    run = shown.run
    suite = SubElement(root, "testsuite", name=name, timestamp=run.started, time=f"{run.seconds:.3f}")
    _properties(suite, run, found)
    kinds = [_case(suite, scenario, shown) for scenario in found]
    suite.set("tests", str(len(kinds)))
    for kind, plural in {"failure": "failures", "error": "errors", "skipped": "skipped"}.items():
        suite.set(plural, str(kinds.count(kind)))


def _properties(suite: Element, run: RunResult, found: Sequence[ScenarioResult]) -> None:
    names = ("verdict", "sentence", "mappings_tested", "target", "profile", "run_id", "suite_version", "facts_as_of")
    rows = {name: str(getattr(run, name)) for name in names} | {"counts": counting.ended(found, run.fail_on)}
    rows |= {"needed": run.needed} if run.required else {}
    properties = SubElement(suite, "properties")
    for name, value in rows.items():
        if value:
            SubElement(properties, "property", name=name, value=_text(value))


def class_name(scenario: ScenarioResult) -> str:
    """Return the class of a test case: suite and moment, in letters that Jenkins and GitLab show as a package."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", scenario.moment).strip("_")
    return f"scim_conformance.{scenario.suite}.{words}"


def _case(suite: Element, scenario: ScenarioResult, shown: ShownRun) -> str:
    name, seconds = _text(f"{scenario.id} {scenario.title}"), f"{scenario.seconds:.3f}"
    case = SubElement(suite, "testcase", classname=class_name(scenario), name=name, time=seconds)
    if is_failing(scenario, shown.run.fail_on):
        first = scenario.deviations[0]
        failure = SubElement(case, "failure", message=_text(f"{first.id}: {first.actual}"), type=first.level.value)
        failure.text = _text("\n\n".join(_described(check, scenario, shown) for check in scenario.deviations))
        return "failure"
    if scenario.verdict is Verdict.INCONCLUSIVE:
        kind = counting.outcome(scenario, shown.run.fail_on)
        SubElement(case, "error", message=_text(why(scenario, shown.run.target)), type=kind)
        return "error"
    if scenario.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
        SubElement(case, "skipped", message=_text(f"{scenario.verdict}: {scenario.reason}"))
        return "skipped"
    if scenario.deviations:
        advice = "\n\n".join(_described(one, scenario, shown) for one in scenario.deviations)
        SubElement(case, "system-out").text = _text(f"Advice (does not change the verdict)\n\n{advice}")
    return "passed"


def _described(check: CheckResult, scenario: ScenarioResult, shown: ShownRun) -> str:
    lines = [
        f"{leveled(check.level, check.label)} {check.id}",
        f"Expected: {check.expected}",
        f"Actual: {check.actual}",
        f"Impact: {check.so}",
        f"Fix: {check.fix}" if check.fix else "",
        f"Source: {check.citation.title} {check.citation.url}",
    ]
    if check.exchange is not None and check.exchange < len(scenario.exchanges):
        lines.append(script.repeating(scenario.exchanges[check.exchange], shown.known, scenario))
    return "\n".join(line for line in lines if line)


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
