"""Whether a result is consistent: its verdicts are derived again from its checks, and compared with what it
contains."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from scim_conformance.scenario.model import Moment
from scim_conformance.verdict import exit_codes, standing_results, urgency
from scim_conformance.verdict.account_discovery import account_discovery
from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.decision import decide
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict, hardest
from scim_conformance.verdict.run_result import RunResult
from scim_conformance.verdict.sentence import in_words

MOST_SHOWN = 120
"""Characters of a value that a sentence quotes."""


def problems(result: RunResult, extent: Extent | None = None) -> list[str]:
    """Return what in a result does not follow from the rest of it, as sentences; empty if all of it does.

    `extent`: how much of what the catalogue requires its scenarios judge; None: as the result states.
    """
    found = [text for one in result.scenarios for text in _of_scenario(one)]
    return [*found, *_of_standing(result), *_of_waivers(result), *_of_run(result, extent or result.extent)]


def _of_scenario(one: ScenarioResult) -> Iterator[str]:
    yield from (f"{check.id}: {said}" for check in one.checks if (said := _of_check(check, one)) is not None)
    if one.level != hardest(one.checks):
        yield f"{one.id}: its level is not that of its most severe deviation"
    deviates, waived = bool(one.deviations), _is_waived_itself(one)
    if deviates != (one.verdict is Verdict.DEVIATION):
        yield f"{one.id}: its verdict is {one.verdict}, but it {'has' if deviates else 'has no'} deviations"
    if one.verdict is Verdict.CONFORMANT and (waived or not one.checks or one.reason):
        yield f"{one.id}: its verdict is conformant, but some of its checks failed"
    if one.verdict is Verdict.NOT_APPLICABLE and one.checks and not any(check.unseen for check in one.checks):
        yield f"{one.id}: its verdict is not applicable, but it was judged"


def _of_check(check: CheckResult, one: ScenarioResult) -> str | None:
    if not check.id.startswith(one.id + "#"):
        return f"it is listed in the scenario {one.id}"
    if check.exchange is not None and not 0 <= check.exchange < len(one.exchanges):
        return "its request is missing"
    wanted = Verdict.CONFORMANT if check.actual is None else Verdict.WAIVED if check.waiver else Verdict.DEVIATION
    if check.unseen and check.verdict in {Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE} and check.actual is None:
        return None
    if check.verdict is not wanted:
        return f"its verdict is {check.verdict}, but the finding implies {wanted}"
    return None


def _of_standing(result: RunResult) -> Iterator[str]:
    """Compare the results of standing checks with those derived from the scenarios, regardless of waivers."""
    always = Moment.ALWAYS.value
    said = {one.id: one.checks[0].actual for one in result.scenarios if one.moment == always and one.checks}
    folded = standing_results.standing_results([one for one in result.scenarios if one.moment != always])
    wanted = {one.id: one.checks[0].actual for one in folded}
    for identifier in sorted(said.keys() | wanted.keys()):
        if said.get(identifier, "") != wanted.get(identifier, ""):
            yield f"{identifier}: its result does not match the findings of the scenarios"


def _of_waivers(result: RunResult) -> Iterator[str]:
    waived = {one.id for one in result.scenarios if one.verdict is Verdict.WAIVED}
    for one in result.scenarios:
        if one.id in waived and not _is_waived_itself(one) and owner(one) not in waived:
            yield f"{one.id}: its verdict is waived, but nothing in it is waived"


def _is_waived_itself(one: ScenarioResult) -> bool:
    return any(check.verdict is Verdict.WAIVED for check in one.checks)


def _of_run(result: RunResult, extent: Extent) -> Iterator[str]:
    if len({one.id for one in result.scenarios}) < len(result.scenarios):
        yield "a scenario is listed twice"
    for name, wanted in _folded(result, extent).items():
        said = getattr(result, name)
        if said != wanted:
            yield f"{name}: it has {_short(said)}, but its scenarios imply {_short(wanted)}"
    sent: Counter[str] = sum((Counter(one.requests) for one in result.scenarios), Counter())
    if result.requests.get("entra") != sent["entra"] or result.requests.get("harness", 0) < sent["harness"]:
        yield f"requests: it has {_short(result.requests)}, but its scenarios sent {_short(dict(sent))}"


def _folded(result: RunResult, extent: Extent) -> dict[str, Any]:
    """Return what follows from the scenarios and what is required, by the name of its field."""
    results = result.scenarios
    decided = decide(results, result.spoken, extent)
    early = bool(result.ended_early)
    code = exit_codes.exit_code(results, result.fail_on, interrupted=result.interrupted, early=early)
    return {
        "verdict_by_dialect": decided.by_dialect,
        "verdict_by_moment": decided.by_moment,
        "verdict": decided.verdict,
        "exit_code": code,
        "sentence": in_words(decided.verdict, result.target, results, extent, early=result.ended_early, code=code),
        "counts": exit_codes.counts(results),
        "account_discovery": account_discovery(results),
        "fix_first": urgency.fix_first(results),
        **msgspec.structs.asdict(extent),
    }


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
