"""From a performance to a scenario's result: verdicts on checks, evidence truncated, and what blocked it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from scim_conformance.scenario import released, standing
from scim_conformance.scenario.blocking import MOST_WORDS, Blocker
from scim_conformance.scenario.checks import Check, Unsent
from scim_conformance.scenario.exchange import Exchange, Headers, Request, Sender
from scim_conformance.scenario.fixes import fitting, of_refusal
from scim_conformance.scenario.model import Case, Moment
from scim_conformance.scenario.obligations.values import MISSING
from scim_conformance.scenario.performance import Judged, Performance, StepRun
from scim_conformance.scenario.situation import Situation, situation
from scim_conformance.scenario.standing_check import StandingFinding
from scim_conformance.scenario.steps import Step
from scim_conformance.system.visible import visible
from scim_conformance.verdict import refused
from scim_conformance.verdict.results import (
    BODY_LIMIT,
    CUT,
    CheckResult,
    Occurrence,
    Recorded,
    Refusal,
    ScenarioResult,
    Source,
    Verdict,
    hardest,
)


def result(case: Case, performance: Performance, nodeid: str, seconds: float) -> ScenarioResult:
    """Return the result of a scenario that ran."""
    steps = performance.steps
    judged = [(played, index) for index, played in enumerate(steps) if not played.given]
    flat = [check for played, index in judged for check in _check(case, played, index, steps)]
    level = hardest(flat)
    verdict = Verdict.DEVIATION if level else _without_deviations(case, performance)
    unseen = next((check.unseen for check in flat if check.unseen), None)
    said = performance.stopped or (unseen if verdict is not Verdict.CONFORMANT and not level else None)
    blocked_by = performance.blocked_by or _blind(steps)
    return msgspec.structs.replace(
        described(case, nodeid),
        dialect=_dialect(case, steps),
        verdict=verdict,
        level=level,
        reason=None if said is None else visible(said),
        blocked_by=_blocked(blocked_by) if verdict is Verdict.INCONCLUSIVE else None,
        seconds=round(seconds, 4),
        checks=flat,
        exchanges=[recorded(played, played.exchange) for played in steps if played.exchange is not None],
        standing=[*_occurrences(case, steps)],
        judged=dict(Counter(finding.key for played in steps for finding in played.standing)),
    )


def _blind(steps: Sequence[StepRun]) -> Blocker | None:
    """Return what keeps checks from being judged, if a check shows what is wrong."""
    unseen = (one.unseen for played in steps for one in played.judged)
    return next((Blocker(scenario=one.because, words=one.reason) for one in unseen if isinstance(one, Unsent)), None)


def _without_deviations(case: Case, performance: Performance) -> Verdict:
    """Return the verdict if every judged check passed.

    A scenario about members is not applicable if the target hides them; any other was judged on its other checks.
    """
    if performance.stopped:
        return Verdict.INCONCLUSIVE if performance.applies else Verdict.NOT_APPLICABLE
    unseen = [one.unseen for played in performance.steps for one in played.judged if one.unseen is not None]
    if any(one.applies for one in unseen):
        return Verdict.INCONCLUSIVE
    hidden = bool(unseen) and case.template.moment is Moment.MEMBERS
    return Verdict.NOT_APPLICABLE if hidden else Verdict.CONFORMANT


def with_denials(result: ScenarioResult, settled: int, denied: Sequence[tuple[str, Exchange | None]]) -> ScenarioResult:
    """Add what was found out about the ids that creations returned.

    `settled`: how many were checked; `denied`: why one belongs to another resource, as a sentence, and the request that
    shows it.
    """
    if not settled:
        return result
    exchanges, found = list(result.exchanges), list(result.standing)
    for said, exchange in denied:
        where, actual = f"{result.id}#{CONFIRM.key}", visible(said)[:300]
        key, level = standing.STRANGER.key, standing.STRANGER.level
        exchanges += [] if exchange is None else [recorded(StepRun(CONFIRM, given=True), exchange)]
        found.append(Occurrence(key=key, level=level, where=where, actual=actual, exchange=max(0, len(exchanges) - 1)))
    judged = {**result.judged, standing.STRANGER.key: settled}
    return msgspec.structs.replace(result, exchanges=exchanges, standing=found, judged=judged)


def with_trials(result: ScenarioResult, trials: Sequence[tuple[str, Exchange]]) -> ScenarioResult:
    """Add the preflight's token requests, each with the place of the client's credentials, to the first result."""
    shown = [
        recorded(StepRun(TRIAL.but(why=f"Preflight: credentials in the {way}"), given=True), exchange)
        for way, exchange in trials
    ]
    return msgspec.structs.replace(result, exchanges=[*result.exchanges, *shown]) if shown else result


def with_refusals(result: ScenarioResult, found: Sequence[Refusal]) -> ScenarioResult:
    """Add what was found out about refused creations: a request that was refused, and one that was accepted."""
    for refusal in found:
        if refusal.accepted is None or not refusal.left_out:
            continue
        check, at = standing.REFUSED[refusal.kind], len(result.exchanges)
        shown = [refusal.exchanges[refusal.refused], refusal.exchanges[refusal.accepted]]
        one = Occurrence(
            key=check.key,
            level=check.level,
            where=f"{result.id}#{TRY.key}",
            actual=refused.in_words(refusal),
            exchange=at,
            beside=at + 1,
        )
        result = msgspec.structs.replace(
            result,
            exchanges=[*result.exchanges, *shown],
            standing=[*result.standing, one],
            judged={**result.judged, check.key: 1},
        )
    return result


def _dialect(case: Case, steps: Sequence[StepRun]) -> str | None:
    """Return the dialect to which a result belongs: that of the case, or of a request that only one of them has."""
    spoken = next((played.step.spoken for played in steps if played.step.spoken is not None), None)
    return spoken if case.dialect is None else str(case.dialect)


TRIAL = Step("preflight", "POST", "token endpoint", "", by=Sender.HARNESS)
CONFIRM = Step("confirm", "GET", "", "Which resource has the id that the creation returned?", by=Sender.HARNESS)
TRY = Step("try", "POST", "", "Is it accepted without some of the attributes?", by=Sender.HARNESS)
"""What the run sends in addition to the steps of a scenario: to find out how to get a token, before it writes to an id,
and when a usual creation is refused."""


def not_played(
    case: Case, nodeid: str, verdict: Verdict, reason: str, blocked_by: Blocker | None = None
) -> ScenarioResult:
    """Return the result of a scenario that did not run."""
    known = described(case, nodeid)
    return msgspec.structs.replace(known, verdict=verdict, reason=visible(reason), blocked_by=_blocked(blocked_by))


def _blocked(by: Blocker | None) -> Blocker | None:
    if by is None:
        return None
    request = None if by.request is None else visible(by.request)
    return msgspec.structs.replace(by, request=request, words=visible(by.words)[:MOST_WORDS])


def described(case: Case, nodeid: str) -> ScenarioResult:
    """Return a result with what is known without running it, inconclusive so far."""
    template = case.template
    return ScenarioResult(
        id=case.id,
        template=template.id,
        suite=template.suite,
        title=case.title,
        moment=template.moment.value,
        dialect=None if case.dialect is None else str(case.dialect),
        validator=case.validator,
        verdict=Verdict.INCONCLUSIVE,
        description=template.description,
        nodeid=nodeid,
        covers=list(template.covers),
    )


def _check(case: Case, played: StepRun, index: int, steps: Sequence[StepRun]) -> list[CheckResult]:
    sent = [one.exchange.request for one in steps[: index + 1] if one.exchange is not None]
    found = [_judged(case, played, judged, index, sent) for judged in played.judged]
    if all(one.actual is None and not one.attribute for one in found):
        return found
    asked = situation(played.step, [one.step for one in steps[:index]])
    return [_placed(one, asked, plainest=case.template.plainest) for one in found]


def _placed(check: CheckResult, asked: Situation, *, plainest: bool) -> CheckResult:
    """Add to a deviation what it is compared by; of a check that passes, only whether the value was changed matters."""
    changed = bool(check.attribute) and asked.changes(check.attribute)
    if check.actual is None:
        return msgspec.structs.replace(check, changed=changed) if changed else check
    return msgspec.structs.replace(check, situation=asked, plainest=plainest, changed=changed)


def _judged(case: Case, played: StepRun, judged: Judged, index: int, sent: Sequence[Request]) -> CheckResult:
    step, check, actual = played.step, judged.check, judged.actual
    return CheckResult(
        id=f"{case.id}#{step.judges}.{check.key}",
        level=check.level,
        citation=Source(check.citation.title, check.citation.url),
        evidence=check.evidence.value,
        verdict=_verdict(judged),
        expected=check.obligation.expected,
        actual=None if actual is None else visible(actual)[:500],
        so=check.so,
        fix=str(check.fix) if actual is None else _fix(check, actual, sent),
        exchange=index,
        cause=_cause(case, step, check, actual),
        after=step.causes(check.key),
        since=released.of_check(case.template, step.judges, check),
        raised=check.raised,
        label=check.label,
        either=case.template.either or step.once_per_target,
        attribute=check.obligation.attribute,
        unseen="" if judged.unseen is None else judged.unseen.reason,
    )


def _fix(check: Check, actual: str, sent: Sequence[Request]) -> str:
    refused = of_refusal(check.obligation.expected, actual, sent[-1]) if sent else ""
    return refused or fitting(check.fix, check.obligation.attribute, sent)


def _verdict(judged: Judged) -> Verdict:
    if judged.unseen is not None:
        return Verdict.INCONCLUSIVE if judged.unseen.applies else Verdict.NOT_APPLICABLE
    return Verdict.CONFORMANT if judged.actual is None else Verdict.DEVIATION


def _cause(case: Case, step: Step, check: Check, actual: str | None) -> str:
    """Return what makes several deviations one thing to fix: without dialect and row, because one bug shows in
    several."""
    named = check.obligation.cause
    if named is not None and named.startswith("stored.") and actual == MISSING:
        # A target that stores only part of the mapping has one decision to make: implement the rest, or not map it. The
        # groups' mapping is a separate decision.
        return "stored.missing.groups" if step.path.startswith("/Groups") else "stored.missing"
    if named is None:
        return f"{case.template.id}#{step.judges}.{check.key}"
    return f"{case.template.id}#{step.judges}{named}" if named.startswith(".") else named


def _occurrences(case: Case, steps: Iterable[StepRun]) -> Iterator[Occurrence]:
    levels = {check.key: check.level for check in standing.STANDING}
    for index, played in enumerate(steps):
        where = f"{case.id}#{played.step.key}"
        late = f"visible only after {played.late:.1f} s" if played.late else None
        found = [*played.standing, *([StandingFinding(standing.LATE.key, late)] if late else [])]
        for finding in found:
            if finding.actual is not None:
                text = visible(finding.actual)[:300]
                yield Occurrence(key=finding.key, level=levels[finding.key], where=where, actual=text, exchange=index)


def recorded(played: StepRun, exchange: Exchange) -> Recorded:
    """Return a request and response as evidence, bodies truncated."""
    answer = exchange.answer
    return Recorded(
        step=played.step.key,
        why=played.step.why,
        by=exchange.by.value,
        given=played.given,
        method=exchange.request.method,
        url=exchange.request.url,
        request_headers=list(exchange.request.headers),
        request_body=cut_to_size(exchange.request.body),
        status=None if answer is None else answer.status or None,
        response_headers=[] if answer is None else _shortened(answer.headers),
        response_body=_answer_body(exchange),
        seconds=0.0 if answer is None else round(answer.seconds, 6),
        started=exchange.started,
        polls=exchange.polls,
        failure=None if exchange.failure is None else visible(exchange.failure),
        problem=None if answer is None else answer.problem,
        leaks=[] if answer is None else [*answer.leaks],
    )


def _shortened(headers: Headers) -> list[tuple[str, str]]:
    return [(visible(name)[:200], visible(value)[:2000]) for name, value in headers[:200]]


def _answer_body(exchange: Exchange) -> str | None:
    if exchange.answer is None or not exchange.answer.body:
        return None
    return cut_to_size(exchange.answer.body.decode("utf-8", "replace"))


def cut_to_size(body: str | None) -> str | None:
    """Return a body as it is kept: longer ones are truncated, and state their length."""
    if body is None or len(body) <= BODY_LIMIT:
        return body
    return f"{body[:BODY_LIMIT]}{CUT}{len(body)} characters in total"
