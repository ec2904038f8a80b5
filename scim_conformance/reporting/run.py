"""The result of a run, as it stands in `result.json`; its JSON Schema is `schemas/result.json`."""

import platform
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Protocol

import msgspec

from scim_conformance import FACTS_AS_OF, __version__
from scim_conformance.places import CATALOGUE_SHA256
from scim_conformance.scenario import folding, novelty
from scim_conformance.scenario.results import Recorded, ScenarioResult, Verdict

SCHEMA_VERSION = "1"
FLAG = "aadOptscim062020"
"""The query of the tenant URL that selects the compliant dialect (`entra.dialects`)."""

SHAPING = ("httpx", "httpcore", "h11")
"""The libraries through which every request goes."""

DISCLAIMER = f"Not issued or endorsed by Microsoft; what Entra sends as documented and observed up to {FACTS_AS_OF}."


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known at the end of a run."""

    schema_version: str
    run_id: str
    verdict: str
    sentence: str
    verdict_by_dialect: dict[str, str]
    verdict_by_moment: dict[str, str]
    exit_code: int
    target: str
    profile: str
    suite_version: str
    facts_as_of: str
    disclaimer: str
    catalogue_sha256: str
    started: str
    seconds: float
    fail_on: str
    requests: dict[str, int]
    counts: dict[str, int]
    fix_first: list[folding.Fix]
    leftovers: list[dict[str, Any]]
    removed: int
    warnings: list[str]
    scenarios: list[ScenarioResult]
    selectors: list[str] = []
    """The ids that were asked for; empty: all."""
    interrupted: bool = False
    profile_definition: dict[str, Any] = {}
    """The profile as it was used, without what it says of credentials but their kind."""
    versions: dict[str, str] = {}
    """What shaped the requests: Python and the HTTP libraries."""
    settings: dict[str, Any] = {}
    """With what it can be repeated: profile as it was named, dialect, suite, seed and times, by the flags' names."""


class Facts(Protocol):
    """What a run knows of itself (see `controlling.Run`)."""

    tag: str
    started: float
    selectors: list[str]
    waivers: Any

    @property
    def settings(self) -> Any:
        """The settings of the run."""

    @property
    def profile(self) -> Any:
        """The profile of the run."""


class Cleaned(Protocol):
    """What clean-up did."""

    removed: int
    requests: int
    leftovers: list[dict[str, Any]]


def conclude(played: Sequence[ScenarioResult], run: Facts, cleaned: Cleaned, *, interrupted: bool) -> RunResult:
    """Fold the results of a run into one."""
    always = (novelty.softened(result, __version__) for result in folding.standing_results(played))
    standing = [run.waivers.apply(result) for result in always]
    results = folding.follow_waivers([*played, *standing])
    dialects = folding.by_dialect(results, [str(dialect) for dialect in run.settings.dialects])
    verdict = folding.overall(dialects, results, partial=bool(run.selectors))
    code = folding.exit_code(results, run.settings.fail_on, interrupted=interrupted)
    requests: Counter[str] = sum((Counter(result.requests) for result in results), Counter())
    return RunResult(
        schema_version=SCHEMA_VERSION,
        run_id=run.tag,
        verdict=verdict,
        sentence=in_words(verdict, run.settings.base, played, interrupted=interrupted, code=code),
        verdict_by_dialect=dialects,
        verdict_by_moment=folding.by_moment(results),
        exit_code=code,
        target=run.settings.base,
        profile=run.profile.name,
        suite_version=__version__,
        facts_as_of=FACTS_AS_OF,
        disclaimer=DISCLAIMER,
        catalogue_sha256=CATALOGUE_SHA256.read_text(encoding="ascii").strip(),
        started=datetime.fromtimestamp(run.started, UTC).isoformat(timespec="seconds"),
        seconds=round(time.time() - run.started, 3),
        fail_on=run.settings.fail_on,
        requests={"entra": requests["entra"], "harness": requests["harness"] + cleaned.requests},
        counts=folding.counts(results),
        fix_first=folding.fix_first(results),
        leftovers=cleaned.leftovers,
        removed=cleaned.removed,
        warnings=[*_warnings(run), *novelty.notes(results, __version__)],
        scenarios=results,
        selectors=list(run.selectors),
        interrupted=interrupted,
        profile_definition=_definition(run.profile),
        versions={"python": platform.python_version()} | {name: version(name) for name in SHAPING},
        settings=run.settings.repeatable,
    )


def _definition(profile: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(profile)
    return found | {"credentials": {"kind": found["credentials"]["kind"]}}


def in_words(verdict: str, base: str, played: Sequence[ScenarioResult], *, interrupted: bool, code: int) -> str:
    """Return the verdict as a sentence. `base`: the tenant URL; `code`: the exit code."""
    said = {
        "yes": "Works with Entra: yes",
        "no": "Works with Entra: no",
        "compliant-only": f"Works with Entra: with the compliance flag only; enter the tenant URL {base}?{FLAG}",
        "legacy-only": f"Works with Entra: without the compliance flag only; enter the tenant URL {base}",
        "partial": "Works with Entra: not said, since only some of the scenarios ran",
        "not-run": "Works with Entra: not said, since no scenario of the entra suite ran",
        "inconclusive": "Works with Entra: inconclusive",
    }[verdict]
    waived = sum(result.verdict is Verdict.WAIVED for result in played)
    if interrupted:
        return f"{said} (interrupted: not everything was played)"
    if verdict == "yes" and waived:
        return f"{said}, apart from {waived} scenarios that are waived"
    reason = _only_reason(played) if code == folding.NOT_JUDGED else None
    return f"{said}: {reason}" if reason else said


def _only_reason(played: Sequence[ScenarioResult]) -> str | None:
    """Return the one reason for which nothing could be judged, such as a target that is down; None with several."""
    judged = [result for result in played if result.verdict is not Verdict.NOT_APPLICABLE]
    reasons = {result.reason for result in judged if result.blocked_by is None}
    return reasons.pop() if len(reasons) == 1 else None


def _warnings(run: Facts) -> list[str]:
    unused = [one.check for one in run.waivers.held if one.check not in run.waivers.used]
    return [
        *(f"the waiver for {one.check} expired on {one.until.isoformat()}" for one in run.waivers.expired),
        *(f"the waiver for {check} was not needed: take it out" for check in unused),
    ]


def evidence(result: RunResult, fix: folding.Fix) -> Recorded | None:
    """Return the exchange that shows a cause, or None."""
    for scenario in result.scenarios:
        for check in scenario.checks:
            if check.id == fix.check and check.exchange is not None and check.exchange < len(scenario.exchanges):
                return _telling(scenario.exchanges, check.exchange)
    return None


def _telling(exchanges: Sequence[Recorded], index: int) -> Recorded:
    """Return the exchange to repeat: for what was read back, the write before it, since that is what went wrong."""
    writes = [one for one in exchanges[:index] if one.method != "GET" and not one.given]
    return writes[-1] if exchanges[index].by == "harness" and writes else exchanges[index]


def explained(fix: folding.Fix) -> str:
    """Say what a cause explains, in words; empty when it stands alone."""
    blocks = f"{_counted(len(fix.blocks), 'scenario')} that could not be judged" if fix.blocks else ""
    verb = "deviates" if len(fix.also) == 1 else "deviate"
    also = f"{_counted(len(fix.also), 'more check')} that {verb}" if fix.also else ""
    return " and ".join(part for part in (blocks, also) if part)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
