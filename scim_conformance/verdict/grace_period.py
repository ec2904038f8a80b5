"""A check that is new in a release, or has a higher level than before, is advice until the next minor release.

So an upgrade does not break pipelines.
"""

from collections.abc import Iterable, Iterator

import msgspec

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.released import FIRST
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict, hardest

MOST_NAMED = 5


def _minor(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def is_new(since: str, version: str, first: str = FIRST) -> bool:
    """Return whether something added in one release is still new in another: no minor release in between."""
    return since not in {"", first} and _minor(since) >= _minor(version)


def _holds_off(check: CheckResult, version: str, first: str) -> bool:
    """Return whether a check is advice for now: it is new in this release, or its level rose in it."""
    return is_new(check.since, version, first) or is_new(check.raised, version, first)


def softened(result: ScenarioResult, version: str, first: str = FIRST) -> ScenarioResult:
    """Return a scenario's result in which new checks and checks with a raised level are advice; each keeps its future
    level."""
    if not any(_holds_off(check, version, first) for check in result.checks):
        return result
    checks = [_soft(check) if _holds_off(check, version, first) else check for check in result.checks]
    return msgspec.structs.replace(result, checks=checks, level=hardest(checks))


def _soft(check: CheckResult) -> CheckResult:
    if check.level is Level.SHOULD:
        return check
    return msgspec.structs.replace(check, level=Level.SHOULD, becomes=check.level)


def notes(results: Iterable[ScenarioResult], version: str) -> Iterator[str]:
    """Yield the sentence that lists the deviations that count as advice for now, if there are any."""
    held = [check for one in results for check in one.checks if check.becomes and check.verdict is Verdict.DEVIATION]
    if held:
        major, minor = _minor(version)
        named = ", ".join(f"{check.id} ({check.becomes})" for check in held[:MOST_NAMED])
        more = f" and {len(held) - MOST_NAMED} more" if len(held) > MOST_NAMED else ""
        yield (
            f"failed checks that are new in this release or have a higher level than before: advice until "
            f"{major}.{minor + 1}, then at the level in brackets: {named}{more}"
        )
