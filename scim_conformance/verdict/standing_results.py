"""The standing checks of all scenarios, folded into one result for each."""

from collections.abc import Iterable, Sequence

from scim_conformance.scenario import released, standing
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.standing_check import Standing
from scim_conformance.verdict.results import CheckResult, Occurrence, Recorded, ScenarioResult, Source, Verdict

MOST_EXAMPLES = 3
"""Occurrences of a failed standing check that are kept with their requests and responses."""


def standing_results(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Fold the standing checks of all scenarios into one result each; those that never applied are omitted."""
    return [result for check in standing.STANDING if (result := _standing(check, results)) is not None]


def _standing(check: Standing, results: Sequence[ScenarioResult]) -> ScenarioResult | None:
    seen = [(result, found) for result in results for found in result.standing if found.key == check.key]
    applied = sum(result.judged.get(check.key, 0) for result in results)
    if not applied and not seen:
        return None
    examples = seen[:MOST_EXAMPLES]
    judged = CheckResult(
        id=f"{check.key}#any.answer",
        level=check.level,
        citation=Source(check.citation.title, check.citation.url),
        evidence=check.citation.evidence.value,
        verdict=Verdict.DEVIATION if seen else Verdict.CONFORMANT,
        expected=check.expected,
        actual=_said(check, examples, len(seen), applied) if seen else None,
        so=check.so,
        fix=check.fix,
        exchange=0 if seen else None,
        cause=check.cause or f"{check.key}#any.answer",
        after=list(check.after),
        since=released.of_standing(check),
        label=check.label,
    )
    return ScenarioResult(
        id=check.key,
        template=check.key,
        suite="entra",
        title=check.title,
        moment=Moment.ALWAYS.value,
        dialect=None,
        validator=False,
        verdict=judged.verdict,
        level=check.level if seen else None,
        checks=[judged],
        exchanges=_examples(examples),
        description=f"Applies to every response. {check.expected[0].upper()}{check.expected[1:]}.",
        nodeid=f"standing::{check.key}",
        covers=list(check.covers),
    )


def _said(check: Standing, examples: Sequence[tuple[ScenarioResult, Occurrence]], seen: int, of: int) -> str:
    if check in standing.REFUSED.values():
        # Found out once, with several requests: its sentence says everything.
        return examples[0][1].actual
    said = dict.fromkeys(f"{found.actual} ({found.where})" for _, found in examples)
    return f"{seen} of {max(of, seen)} responses; " + "; ".join(said)


def _examples(seen: Iterable[tuple[ScenarioResult, Occurrence]]) -> list[Recorded]:
    found = []
    for result, one in seen:
        places = [one.exchange] if one.beside is None else [one.exchange, one.beside]
        found += [result.exchanges[index] for index in places if index < len(result.exchanges)]
    return found
