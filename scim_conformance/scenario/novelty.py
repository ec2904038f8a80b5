"""What is new in a release is advice until the next minor one, so that an upgrade does not turn pipelines red."""

from collections.abc import Iterable, Iterator

import msgspec

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.results import CheckResult, ScenarioResult, Verdict, hardest

FIRST = "0.1.0"
"""The first release: there was none before it, in which a check could have been missing."""

MOST_NAMED = 5


def _minor(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def is_new(since: str, version: str, first: str = FIRST) -> bool:
    """Tell whether what is there since one release is still new in another: no minor release came after it."""
    return since not in {"", first} and _minor(since) >= _minor(version)


def softened(result: ScenarioResult, version: str, first: str = FIRST) -> ScenarioResult:
    """Return a scenario's result with those of its checks held as advice that are new; each keeps what it will be."""
    if not any(is_new(check.since, version, first) for check in result.checks):
        return result
    checks = [_soft(check) if is_new(check.since, version, first) else check for check in result.checks]
    return msgspec.structs.replace(result, checks=checks, level=hardest(checks))


def _soft(check: CheckResult) -> CheckResult:
    if check.level is Level.SHOULD:
        return check
    return msgspec.structs.replace(check, level=Level.SHOULD, becomes=check.level)


def notes(results: Iterable[ScenarioResult], version: str) -> Iterator[str]:
    """Yield the sentence that says which deviations count as advice for now, if any do."""
    held = [check for one in results for check in one.checks if check.becomes and check.verdict is Verdict.DEVIATION]
    if held:
        major, minor = _minor(version)
        named = ", ".join(f"{check.id} ({check.becomes})" for check in held[:MOST_NAMED])
        more = f" and {len(held) - MOST_NAMED} more" if len(held) > MOST_NAMED else ""
        yield (
            f"new in this release and not met, so advice until {major}.{minor + 1} "
            f"and then of the level in brackets: {named}{more}"
        )
