"""The findings of a rehearsal as results, so that reports, waivers and exit codes treat them like those of a run."""

import json
from typing import Any

import msgspec

from scim_conformance.rehearsal.findings import CHECKS, Asks, Fault, Findings
from scim_conformance.scenario.model import suite_of
from scim_conformance.scim import paths
from scim_conformance.system.visible import visible
from scim_conformance.verdict.counting import number
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source, Verdict, hardest

MOST_VALUE = 80
"""Characters of a value that a finding shows."""


def results(findings: Findings, dialect: str) -> list[ScenarioResult]:
    """Return one result for each check; one that was never asked is not applicable."""
    return [_result(asks, findings, dialect) for asks in CHECKS.values()]


def _result(asks: Asks, findings: Findings, dialect: str) -> ScenarioResult:
    found, asked = findings.of(asks.id), findings.asked.get(asks.id, 0)
    unseen = findings.unseen.get(asks.id)
    deviating = [_explained(_deviation(asks, one), one, findings) for one in found]
    checks = _unique(deviating) or ([_met(asks, asked)] if asked else [])
    verdict = Verdict.DEVIATION if found else Verdict.CONFORMANT if asked else Verdict.NOT_APPLICABLE
    return ScenarioResult(
        id=asks.id,
        template=asks.id,
        suite=suite_of(asks.id),
        title=asks.title,
        moment=asks.moment.value,
        dialect=dialect,
        validator=False,
        verdict=verdict,
        level=hardest(checks),
        reason=None if asked else unseen or "this rehearsal did nothing that it could be judged by",
        checks=checks,
        description=f"{asks.title}. Judged {number(asked, 'time')}.",
        nodeid=asks.id,
    )


def _unique(checks: list[CheckResult]) -> list[CheckResult]:
    """Number the ids of findings of one attribute, so that each has its own."""
    seen: dict[str, int] = {}
    for index, one in enumerate(checks):
        count = seen[one.id] = seen.get(one.id, 0) + 1
        if count > 1:
            name = f"{one.id}-{count}"
            checks[index] = msgspec.structs.replace(one, id=name, cause=name)
    return checks


def _deviation(asks: Asks, finding: Fault) -> CheckResult:
    identifier = _identifier(finding)
    values = ""
    if finding.sent is not None or finding.found is not None:
        values = f"; sent {_shown(finding.sent)}, found {_shown(finding.found)}"
    # What is about the whole target, such as the first query of a cycle, has no object.
    objects = f" ({number(len(finding.sources), 'object')})" if any(finding.sources) else ""
    actual = f"{finding.text}{objects}{values}"
    return _check(asks, identifier, Verdict.DEVIATION, visible(actual), finding.attribute)


def _explained(check: CheckResult, finding: Fault, findings: Findings) -> CheckResult:
    """Name the check that explains a deviation: an account that is not there any more."""
    why = findings.explains(finding)
    lost = next((one for one in findings.of(why) if set(one.sources) & findings.lost.keys()), None) if why else None
    if lost is None:
        return check
    return msgspec.structs.replace(check, explained_by=_identifier(lost))


def _met(asks: Asks, asked: int) -> CheckResult:
    return _check(asks, f"{asks.id}#rehearsal.all", Verdict.CONFORMANT, f"judged {number(asked, 'time')}", "")


def _check(asks: Asks, identifier: str, verdict: Verdict, actual: str, attribute: str) -> CheckResult:
    return CheckResult(
        id=identifier,
        level=asks.level,
        citation=Source(asks.citation.title, asks.citation.url),
        evidence=asks.citation.evidence.value,
        verdict=verdict,
        expected=asks.title,
        so=asks.so,
        fix=asks.fix,
        actual=actual,
        cause=identifier,
        attribute=attribute,
    )


def _identifier(finding: Fault) -> str:
    """Return the id of a finding: the attribute, or what was refused. No words of the target are in it."""
    slug = paths.parse(finding.attribute).slug if finding.attribute else "answer"
    return f"{finding.check}#{finding.key or f'rehearsal.{slug}'}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_VALUE else text[: MOST_VALUE - 1] + "…"
