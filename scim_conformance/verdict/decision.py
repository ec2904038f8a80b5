"""The verdict of a run: overall, for each dialect, and for each moment of the journey."""

from collections.abc import Sequence

import msgspec

from scim_conformance.verdict import overall
from scim_conformance.verdict.accepted import bare
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import ScenarioResult


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict. Without one, there is none for a dialect or a moment either: both are empty."""

    verdict: str
    by_dialect: dict[str, str] = {}
    by_moment: dict[str, str] = {}


def decide(results: Sequence[ScenarioResult], dialects: Sequence[str], extent: Extent) -> Decision:
    """Return the verdict of these results, including standing checks, for the requested dialects.

    As if nothing were waived: waivers are in `cells`.
    """
    results = bare(results)
    by_dialect = overall.by_dialect(results, dialects)
    verdict = overall.overall(by_dialect, results, extent)
    if verdict in {overall.PARTIAL, overall.NOT_RUN}:
        return Decision(verdict=verdict)
    return Decision(verdict=verdict, by_dialect=by_dialect, by_moment=overall.by_moment(results))


WAIVED = "waived"
"""The content of a cell that is `no` only because of waived deviations."""


def is_accepted(results: Sequence[ScenarioResult]) -> bool:
    """Return whether every deviation at MUST or ENTRA is waived, and there is at least one."""
    known = any(overall.is_hard(one) for one in bare(results))
    return known and not any(overall.is_hard(one) for one in results)


def cells(results: Sequence[ScenarioResult], dialect: str) -> dict[str, str]:
    """Return the verdict on each moment in a dialect as reports show it: `waived` if only that keeps it from yes."""
    with_waivers = overall.by_moment(results, dialect)
    return {moment: _cell(verdict, with_waivers[moment]) for moment, verdict in _bare_moments(results, dialect).items()}


def of_dialects(results: Sequence[ScenarioResult], said: dict[str, str]) -> dict[str, str]:
    """Return the verdict for each dialect as reports show it; `said`: as the run has it."""
    with_waivers = overall.by_dialect(results, list(said))
    return {dialect: _cell(verdict, with_waivers[dialect]) for dialect, verdict in said.items()}


def _bare_moments(results: Sequence[ScenarioResult], dialect: str) -> dict[str, str]:
    return overall.by_moment(bare(results), dialect)


def _cell(verdict: str, with_waivers: str) -> str:
    return WAIVED if verdict == overall.NO and with_waivers == overall.YES else verdict
