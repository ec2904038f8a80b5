"""Numbers in sentences: `1 check`, `2 checks`, and how scenarios ended: `4 failed, 3 advice, 17 passed`.

The lines of a run, its summary, its page, JUnit and `replay` use the same words and numbers, so that a reader can add
them up. Checks of every response are not scenarios, and are counted apart.
"""

from collections import Counter
from collections.abc import Sequence

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import ScenarioResult, Verdict, is_unplayed

FAILED, ADVICE, PASSED, NOT_RUN = "failed", "advice", "passed", "not run"
ORDER = (
    FAILED,
    Verdict.INCONCLUSIVE.value,
    ADVICE,
    PASSED,
    NOT_RUN,
    Verdict.NOT_APPLICABLE.value,
    Verdict.WAIVED.value,
)
"""How a scenario can end, in the order in which it is shown."""


def number(count: int, noun: str) -> str:
    """Return a number with its noun: `1 check`, `2 checks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def outcome(result: ScenarioResult, fail_on: str = "must") -> str:
    """Return how a scenario ended, in the word that is counted.

    `failed` is a deviation that makes the exit code 1; a deviation that fails only advice is `advice`, unless advice
    was requested to fail.
    """
    if is_unplayed(result):
        return NOT_RUN
    if result.verdict is Verdict.DEVIATION:
        return ADVICE if only_advice(result) and fail_on != "should" else FAILED
    return PASSED if result.verdict is Verdict.CONFORMANT else result.verdict.value


def counts(results: Sequence[ScenarioResult], fail_on: str = "must") -> dict[str, int]:
    """Return how many results ended in each way, without the ways in which none did."""
    found = Counter(outcome(one, fail_on) for one in results)
    return {word: found[word] for word in ORDER if found[word]}


def outcomes(results: Sequence[ScenarioResult], fail_on: str = "must") -> dict[str, str]:
    """Return the same as words: `4 failed`."""
    return {word: f"{count} {word}" for word, count in counts(results, fail_on).items()}


def ended(results: Sequence[ScenarioResult], fail_on: str = "must") -> str:
    """Return how many results ended in each way, as one text; empty without results."""
    return ", ".join(outcomes(results, fail_on).values())


def scenarios(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results without the checks of every response, which are in no selection."""
    return [one for one in results if one.moment != Moment.ALWAYS.value]


def always(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the checks of every response."""
    return [one for one in results if one.moment == Moment.ALWAYS.value]


def played(results: Sequence[ScenarioResult], fail_on: str = "must") -> list[str]:
    """Return how scenarios ended, and apart from them the checks of every response."""
    beside = ended(always(results), fail_on)
    own = ended(scenarios(results), fail_on)
    return [own or "nothing ran", *([f"checks of every response: {beside}"] if beside else [])]


def only_advice(result: ScenarioResult) -> bool:
    """Return whether a result deviates, but fails only advice."""
    return result.verdict is Verdict.DEVIATION and result.level is Level.SHOULD
