"""junit.xml: one test case per scenario.

A failure is a deviation at or above `--fail-on`, an error is inconclusive, skipped is not applicable or waived.
pytest's own writer cannot distinguish failures from errors and writes the host's name, so this module writes the file.
"""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from scim_conformance.reporting import script
from scim_conformance.scenario.checks import leveled
from scim_conformance.verdict.blocked import why
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(result: RunResult) -> bytes:
    """Return the whole document, UTF-8."""
    root = Element("testsuites", name="scim-conformance")
    suite = SubElement(
        root, "testsuite", name="scim-conformance", timestamp=result.started, time=f"{result.seconds:.3f}"
    )
    properties = SubElement(suite, "properties")
    names = ("verdict", "sentence", "mappings_tested", "target", "profile", "run_id", "suite_version", "facts_as_of")
    for name in names:
        if value := str(getattr(result, name)):
            SubElement(properties, "property", name=name, value=_text(value))
    known = script.library(result)
    kinds = [_case(suite, scenario, result, known) for scenario in result.scenarios]
    suite.set("tests", str(len(kinds)))
    for kind in ("failure", "error", "skipped"):
        plural = {"failure": "failures", "error": "errors", "skipped": "skipped"}[kind]
        suite.set(plural, str(kinds.count(kind)))
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _case(suite: Element, scenario: ScenarioResult, run: RunResult, known: script.Library) -> str:
    name = f"{scenario.id} {scenario.title}"
    case = SubElement(suite, "testcase", classname=scenario.moment, name=_text(name), time=f"{scenario.seconds:.3f}")
    if is_failing(scenario, run.fail_on):
        first = scenario.deviations[0]
        failure = SubElement(case, "failure", message=_text(f"{first.id}: {first.actual}"), type=first.level.value)
        failure.text = _text("\n\n".join(_described(check, scenario, known) for check in scenario.deviations))
        return "failure"
    if scenario.verdict is Verdict.INCONCLUSIVE:
        SubElement(case, "error", message=_text(why(scenario, run.target)), type="inconclusive")
        return "error"
    if scenario.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
        SubElement(case, "skipped", message=_text(f"{scenario.verdict}: {scenario.reason}"))
        return "skipped"
    if scenario.deviations:
        SubElement(case, "system-out").text = _text(
            "\n".join(_described(one, scenario, known) for one in scenario.deviations)
        )
    return "passed"


def _described(check: CheckResult, scenario: ScenarioResult, known: script.Library) -> str:
    lines = [
        f"{leveled(check.level, check.label)} {check.id}",
        f"Expected: {check.expected}",
        f"Actual: {check.actual}",
        f"Impact: {check.so}",
        f"Fix: {check.fix}" if check.fix else "",
        f"Source: {check.citation.title} {check.citation.url}",
    ]
    if check.exchange is not None and check.exchange < len(scenario.exchanges):
        lines.append(script.repeating(scenario.exchanges[check.exchange], known, scenario.id))
    return "\n".join(line for line in lines if line)


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
