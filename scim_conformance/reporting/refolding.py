"""Whether a result hangs together: its verdicts are folded again from its checks, and compared with what it says."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from scim_conformance.reporting.run import RunResult, in_words
from scim_conformance.scenario import folding
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.results import CheckResult, ScenarioResult, Verdict, hardest

MOST_SHOWN = 120
"""Characters of a value that a sentence quotes."""


def problems(result: RunResult) -> list[str]:
    """Say in sentences what in a result does not follow from the rest of it; empty when all does."""
    found = [text for one in result.scenarios for text in _of_scenario(one)]
    return [*found, *_of_standing(result), *_of_waivers(result), *_of_run(result)]


def _of_scenario(one: ScenarioResult) -> Iterator[str]:
    yield from (f"{check.id}: {said}" for check in one.checks if (said := _of_check(check, one)) is not None)
    if one.level != hardest(one.checks):
        yield f"{one.id}: its level is not that of its hardest deviation"
    deviates, waived = bool(one.deviations), _is_waived_itself(one)
    if deviates != (one.verdict is Verdict.DEVIATION):
        yield f"{one.id}: it is called {one.verdict}, and {'has' if deviates else 'has no'} deviations"
    if one.verdict is Verdict.CONFORMANT and (waived or not one.checks or one.reason):
        yield f"{one.id}: it is called conformant, and not every check of it is met"
    if one.verdict is Verdict.NOT_APPLICABLE and one.checks:
        yield f"{one.id}: it is called not applicable, and was judged"


def _of_check(check: CheckResult, one: ScenarioResult) -> str | None:
    if not check.id.startswith(one.id + "#"):
        return f"it stands in the scenario {one.id}"
    if check.exchange is not None and not 0 <= check.exchange < len(one.exchanges):
        return "its exchange is not there"
    wanted = Verdict.CONFORMANT if check.actual is None else Verdict.WAIVED if check.waiver else Verdict.DEVIATION
    if check.verdict is not wanted:
        return f"it is called {check.verdict}, and what was found says {wanted}"
    return None


def _of_standing(result: RunResult) -> Iterator[str]:
    """Compare the results of standing checks with those folded from the scenarios, whatever was waived."""
    always = Moment.ALWAYS.value
    said = {one.id: one.checks[0].actual for one in result.scenarios if one.moment == always and one.checks}
    folded = folding.standing_results([one for one in result.scenarios if one.moment != always])
    wanted = {one.id: one.checks[0].actual for one in folded}
    for identifier in sorted(said.keys() | wanted.keys()):
        if said.get(identifier, "") != wanted.get(identifier, ""):
            yield f"{identifier}: what it says of every answer is not what the scenarios found"


def _of_waivers(result: RunResult) -> Iterator[str]:
    waived = {one.id for one in result.scenarios if one.verdict is Verdict.WAIVED}
    for one in result.scenarios:
        if one.id in waived and not _is_waived_itself(one) and one.blocked_by not in waived:
            yield f"{one.id}: it is called waived, and nothing of it is"


def _is_waived_itself(one: ScenarioResult) -> bool:
    return any(check.verdict is Verdict.WAIVED for check in one.checks)


def _of_run(result: RunResult) -> Iterator[str]:
    if len({one.id for one in result.scenarios}) < len(result.scenarios):
        yield "a scenario stands in it twice"
    for name, wanted in _folded(result).items():
        said = getattr(result, name)
        if said != wanted:
            yield f"{name}: it says {_short(said)}, and its scenarios say {_short(wanted)}"
    sent: Counter[str] = sum((Counter(one.requests) for one in result.scenarios), Counter())
    if result.requests.get("entra") != sent["entra"] or result.requests.get("harness", 0) < sent["harness"]:
        yield f"requests: it says {_short(result.requests)}, and its scenarios sent {_short(dict(sent))}"


def _folded(result: RunResult) -> dict[str, Any]:
    """Return what follows from the scenarios, by the field that says it."""
    results = result.scenarios
    dialects = folding.by_dialect(results, list(result.verdict_by_dialect))
    verdict = folding.overall(dialects, results, partial=bool(result.selectors))
    code = folding.exit_code(results, result.fail_on, interrupted=result.interrupted)
    # As the run had them when it made the sentence: what only a waived scenario blocks was inconclusive then.
    played = [
        msgspec.structs.replace(one, verdict=Verdict.INCONCLUSIVE)
        if one.verdict is Verdict.WAIVED and not _is_waived_itself(one)
        else one
        for one in results
        if one.moment != Moment.ALWAYS.value
    ]
    return {
        "verdict_by_dialect": dialects,
        "verdict_by_moment": folding.by_moment(results),
        "verdict": verdict,
        "exit_code": code,
        "sentence": in_words(verdict, result.target, played, interrupted=result.interrupted, code=code),
        "counts": folding.counts(results),
        "fix_first": folding.fix_first(results),
    }


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
