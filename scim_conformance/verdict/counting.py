"""Numbers in sentences: `1 check`, `2 checks`, and how scenarios ended: `17 conformant, 4 deviations (3 only advice)`.

The lines of a run, its summary and its reports use the same words, so that a reader can add them up.
"""

from collections import Counter
from collections.abc import Sequence

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import ScenarioResult, Verdict

ORDER = (Verdict.CONFORMANT, Verdict.DEVIATION, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.WAIVED)


def number(count: int, noun: str) -> str:
    """Return a number with its noun: `1 check`, `2 checks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def deviations(count: int, advice: int) -> str:
    """Return how many scenarios deviate, and how many of them fail only advice."""
    said = number(count, "deviation")
    if not advice:
        return said
    return f"{said} (only advice)" if advice == count else f"{said} ({advice} only advice)"


def verdicts(results: Sequence[ScenarioResult]) -> dict[Verdict, str]:
    """Return how many results have each verdict, in words, without the verdicts that none has."""
    found = Counter(one.verdict for one in results)
    said = {verdict: f"{found[verdict]} {verdict}" for verdict in ORDER if found[verdict]}
    if Verdict.DEVIATION in said:
        said[Verdict.DEVIATION] = deviations(found[Verdict.DEVIATION], sum(map(only_advice, results)))
    return said


def ended(results: Sequence[ScenarioResult]) -> str:
    """Return how many results have each verdict, as one text; empty without results."""
    return ", ".join(verdicts(results).values())


def played(results: Sequence[ScenarioResult]) -> list[str]:
    """Return how scenarios ended, and apart from them the checks of every response, which are in no selection."""
    always = ended([one for one in results if one.moment == Moment.ALWAYS.value])
    own = ended([one for one in results if one.moment != Moment.ALWAYS.value])
    return [own or "nothing ran", *([f"checks of every response: {always}"] if always else [])]


def only_advice(result: ScenarioResult) -> bool:
    """Return whether a result deviates, but fails only advice."""
    return result.verdict is Verdict.DEVIATION and result.level is Level.SHOULD
