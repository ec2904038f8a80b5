"""From a performance to a scenario's result: verdicts on checks, evidence cut to size, what blocked it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from scim_conformance.scenario import standing
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.exchange import Exchange, Headers
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.obligations import MISSING
from scim_conformance.scenario.player import Performance, Played
from scim_conformance.scenario.results import (
    BODY_LIMIT,
    CUT,
    CheckResult,
    Occurrence,
    Recorded,
    ScenarioResult,
    Source,
    Verdict,
    hardest,
)
from scim_conformance.scenario.steps import Step

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\u061c]")


def visible(text: str) -> str:
    """Return `text` with control characters spelled out: what a target writes cannot steer a terminal or a page."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def result(case: Case, performance: Performance, nodeid: str, seconds: float) -> ScenarioResult:
    """Return the result of a scenario that was played."""
    steps = performance.steps
    judged = [(played, index) for index, played in enumerate(steps) if not played.given]
    flat = [check for played, index in judged for check in _check(case, played, index)]
    level = hardest(flat)
    stopped = Verdict.INCONCLUSIVE if performance.applies else Verdict.NOT_APPLICABLE
    verdict = Verdict.DEVIATION if level else stopped if performance.stopped else Verdict.CONFORMANT
    return msgspec.structs.replace(
        described(case, nodeid),
        verdict=verdict,
        level=level,
        reason=None if performance.stopped is None else visible(performance.stopped),
        blocked_by=performance.blocked_by if verdict is Verdict.INCONCLUSIVE else None,
        seconds=round(seconds, 4),
        checks=flat,
        exchanges=[recorded(played, played.exchange) for played in steps if played.exchange is not None],
        standing=[*_occurrences(case, steps)],
        judged=dict(Counter(finding.key for played in steps for finding in played.standing)),
    )


def not_played(case: Case, nodeid: str, verdict: Verdict, reason: str, blocked_by: str | None = None) -> ScenarioResult:
    """Return the result of a scenario that was not played."""
    known = described(case, nodeid)
    return msgspec.structs.replace(known, verdict=verdict, reason=visible(reason), blocked_by=blocked_by)


def described(case: Case, nodeid: str) -> ScenarioResult:
    """Return a result with what is known without playing, inconclusive so far."""
    template = case.template
    return ScenarioResult(
        id=case.id,
        template=template.id,
        suite=template.suite,
        title=case.title,
        moment=template.moment.value,
        dialect=None if case.dialect is None else str(case.dialect),
        validator=template.validator,
        verdict=Verdict.INCONCLUSIVE,
        description=template.description,
        nodeid=nodeid,
        covers=list(template.covers),
    )


def _check(case: Case, played: Played, index: int) -> list[CheckResult]:
    return [_judged(case, played, judged.check, judged.actual, index) for judged in played.judged]


def _judged(case: Case, played: Played, check: Check, actual: str | None, index: int) -> CheckResult:
    step, obligation = played.step, check.obligation
    return CheckResult(
        id=f"{case.id}#{step.key}.{check.key}",
        level=check.level,
        citation=Source(check.citation.title, check.citation.url),
        evidence=check.evidence.value,
        verdict=Verdict.CONFORMANT if actual is None else Verdict.DEVIATION,
        expected=obligation.expected,
        actual=None if actual is None else visible(actual)[:500],
        so=check.so,
        fix=check.fix,
        exchange=index,
        cause=_cause(case, step, check, actual),
        after=[*step.after.get(check.key, ())],
        since=check.since or case.template.since,
        either=case.template.either or step.either,
    )


def _cause(case: Case, step: Step, check: Check, actual: str | None) -> str:
    """Return what makes deviations one thing to fix: without dialect and row, since one fault shows in several."""
    named = check.obligation.cause
    if named is not None and named.startswith("stored.") and actual == MISSING:
        # A target that keeps a part of the mapping has one thing to decide: implement the rest, or not map it. What it
        # does with the groups' mapping is another.
        return "stored.missing.groups" if step.path.startswith("/Groups") else "stored.missing"
    if named is None:
        return f"{case.template.id}#{step.key}.{check.key}"
    return f"{case.template.id}#{step.key}{named}" if named.startswith(".") else named


def _occurrences(case: Case, steps: Iterable[Played]) -> Iterator[Occurrence]:
    levels = {check.key: check.level for check in standing.STANDING}
    for index, played in enumerate(steps):
        where = f"{case.id}#{played.step.key}"
        late = f"visible only after {played.late:.1f} s" if played.late else None
        found = [*played.standing, *([standing.Finding(standing.LATE.key, late)] if late else [])]
        for finding in found:
            if finding.actual is not None:
                text = visible(finding.actual)[:300]
                yield Occurrence(key=finding.key, level=levels[finding.key], where=where, actual=text, exchange=index)


def recorded(played: Played, exchange: Exchange) -> Recorded:
    """Return an exchange as evidence, bodies cut to size."""
    answer = exchange.answer
    return Recorded(
        step=played.step.key,
        why=played.step.why,
        by=exchange.by.value,
        given=played.given,
        method=exchange.request.method,
        url=exchange.request.url,
        request_headers=list(exchange.request.headers),
        request_body=_cut(exchange.request.body),
        status=None if answer is None else answer.status,
        response_headers=[] if answer is None else _shortened(answer.headers),
        response_body=_answer_body(exchange),
        seconds=0.0 if answer is None else round(answer.seconds, 6),
        started=exchange.started,
        failure=None if exchange.failure is None else visible(exchange.failure),
    )


def _shortened(headers: Headers) -> list[tuple[str, str]]:
    return [(visible(name)[:200], visible(value)[:2000]) for name, value in headers[:200]]


def _answer_body(exchange: Exchange) -> str | None:
    if exchange.answer is None or not exchange.answer.body:
        return None
    return _cut(exchange.answer.body[: BODY_LIMIT * 4].decode("utf-8", "replace"))


def _cut(body: str | None) -> str | None:
    if body is None or len(body) <= BODY_LIMIT:
        return body
    return f"{body[:BODY_LIMIT]}{CUT}{len(body)} characters in all"
