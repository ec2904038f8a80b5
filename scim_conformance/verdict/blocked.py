"""Why a scenario could not be judged, and which scenario that is."""

from collections.abc import Iterable

import msgspec

from scim_conformance.scenario.blocking import Blocker, in_words
from scim_conformance.verdict.results import ScenarioResult, Verdict


def why(result: ScenarioResult, base: str = "") -> str:
    """Return why a scenario could not be judged, with the request and the scenario that block it."""
    reason, by = result.reason or "", result.blocked_by
    if by is None:
        return reason
    owned = f", see {by.scenario}" if by.scenario and by.request else ""
    return f"{reason} (blocked by {in_words(by, base, reason)}{owned})"


def unowned(results: Iterable[ScenarioResult]) -> list[Blocker]:
    """Return what blocks scenarios but belongs to no scenario, such as a request without a response."""
    blocked = (one.blocked_by for one in results if one.verdict is Verdict.INCONCLUSIVE)
    return [by for by in blocked if by is not None and by.scenario is None]


def untraced(result: ScenarioResult) -> ScenarioResult:
    """Return a result without the deviation that explains what blocks it (see `tracing`)."""
    by = result.blocked_by
    if by is None or not by.situation.shape:
        return result
    return msgspec.structs.replace(result, blocked_by=msgspec.structs.replace(by, scenario=None, check=""))


def owner(result: ScenarioResult) -> str | None:
    """Return the id of the scenario that blocks a result, or None."""
    return None if result.blocked_by is None else result.blocked_by.scenario
