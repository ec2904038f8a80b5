"""The result of a run, as written to `result.json`; its JSON Schema is `schemas/result.json`."""

import platform
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Protocol

import msgspec

from scim_conformance import FACTS_AS_OF, __version__
from scim_conformance.scenario.passwords import without_constants
from scim_conformance.scim.locations import CATALOGUE_SHA256
from scim_conformance.verdict import causes, exit_codes, grace_period, standing_results
from scim_conformance.verdict.accepted import accept
from scim_conformance.verdict.account_discovery import Discovery, account_discovery
from scim_conformance.verdict.counting import number
from scim_conformance.verdict.decision import decide
from scim_conformance.verdict.extent import Extent, of_mappings, of_part, of_required
from scim_conformance.verdict.results import Recorded, Refusal, ScenarioResult, Visibility, without_words
from scim_conformance.verdict.sentence import in_words

SCHEMA_VERSION = "2"
SHAPING = ("httpx", "httpcore", "h11")
"""The libraries that send every request."""

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
    fix_first: list[causes.Fix]
    leftovers: list[dict[str, Any]]
    removed: int
    warnings: list[str]
    scenarios: list[ScenarioResult]
    selectors: list[str] = []
    """The requested ids; empty: all."""
    interrupted: bool = False
    profile_definition: dict[str, Any] = {}
    """The profile as it was used, without its credentials except their kind."""
    versions: dict[str, str] = {}
    """What shaped the requests: Python and the HTTP libraries."""
    settings: dict[str, Any] = {}
    """How to repeat it: profile as it was named, dialect, suite, seed and times, by the flags' names."""
    dialects: list[str] = []
    """The requested dialects."""
    required: int = 0
    """This and the next eight: see `scenario.extent.Extent`."""
    ran: int = 0
    not_run: list[str] = []
    excluded: list[str] = []
    without: list[str] = []
    lacking: list[str] = []
    mappings: int = 0
    not_tested: list[str] = []
    unverified: list[str] = []
    ended_early: str = ""
    """Why not everything that was requested ran; empty if it did."""
    leftovers_at_least: bool = False
    """Whether there may be more resources of the run in the target than `leftovers` lists."""
    not_kept: dict[str, list[str]] = {}
    """By process: the target paths that the target did not store when the neighbours were created."""
    plain: dict[str, str] = {}
    """By process: the dialect of scenarios in which it does not matter, if the compliant one was not supported; `none`
    if no member could be added to a group in any dialect."""
    neighbours: dict[str, dict[str, str]] = {}
    """By process: the ids of the neighbours, by the names that the steps use."""
    account_discovery: Discovery | None = None
    """Whether Account Discovery can list the users, which does not change the verdict; None: it was not tested."""
    memberships: dict[str, Visibility] = {}
    """By process: how the target shows group members, and what showed it."""
    refused: dict[str, list[Refusal]] = {}
    """By process: what creations are refused for, if the first ones were; the process that found it out has the
    requests."""
    demo: str = ""
    """The command that starts the embedded target as it was, which ended with the run; empty: it was another target."""

    assumptions: list[str] = []
    """What a rehearsal assumes of the provisioning service, where its behavior is not documented; empty for a run."""

    played: list[str] = []
    """What each cycle of a rehearsal did, and what Entra leaves undone; empty for a run."""

    @property
    def is_rehearsal(self) -> bool:
        """Whether it is the result of a rehearsal, which has no verdict of the suites."""
        return bool(self.assumptions)

    @property
    def spoken(self) -> list[str]:
        """The requested dialects; schema version 1 has only those with a verdict."""
        return self.dialects or list(self.verdict_by_dialect)

    @property
    def mappings_tested(self) -> str:
        """How many mappings were tested, as a sentence; empty for older versions, or if an incomplete run tested none.

        Only a complete run lists the others: a selection leaves them out on purpose.
        """
        if self.not_run:
            return of_part(self.mappings, self.not_tested)
        return of_mappings(self.mappings, self.not_tested) if self.mappings else ""

    @property
    def prepared_without(self) -> str:
        """How many scenarios were prepared without what the target refuses, as a sentence; empty if none was."""
        told = [one.left_out for one in self.scenarios if one.left_out]
        names = dict.fromkeys(name for left_out in told for name in left_out)
        return f"To prepare {number(len(told), 'scenario')}, {without_words(names)}" if told else ""

    @property
    def needed(self) -> str:
        """How much of what the verdict needs ran, in the words of every report."""
        return of_required(self.ran, self.required, "the verdict")

    @property
    def extent(self) -> Extent:
        """How much of what the verdict requires was judged, according to the run."""
        return msgspec.convert(msgspec.structs.asdict(self), Extent)


class Facts(Protocol):
    """What a run knows about itself (see `run.session`)."""

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
    swept: int
    leftovers: list[dict[str, Any]]
    blind: list[str]
    notes: list[str]


def always(played: Sequence[ScenarioResult], waivers: Any) -> list[ScenarioResult]:
    """Return the standing checks as separate results: new ones are advice, and waivers apply to them."""
    folded = (grace_period.softened(result, __version__) for result in standing_results.standing_results(played))
    return [waivers.apply(result) for result in folded]


def conclude(
    played: Sequence[ScenarioResult],
    run: Facts,
    cleaned: Cleaned,
    extent: Extent,
    *,
    interrupted: bool,
    early: str,
    demo: str = "",
) -> RunResult:
    """Fold the results of a run into one.

    `extent`: how much of what the verdict requires they judge; `early`: why not everything that was requested ran,
    otherwise empty; `demo`: the command that starts the embedded target again.
    """
    results = accept([*played, *always(played, run.waivers)])
    dialects = [str(dialect) for dialect in run.settings.dialects]
    decided = decide(results, dialects, extent)
    code = exit_codes.exit_code(results, run.settings.fail_on, interrupted=interrupted, early=bool(early))
    requests: Counter[str] = sum((Counter(result.requests) for result in results), Counter())
    return RunResult(
        schema_version=SCHEMA_VERSION,
        run_id=run.tag,
        verdict=decided.verdict,
        sentence=in_words(decided.verdict, run.settings.base, results, extent, early=early, code=code),
        verdict_by_dialect=decided.by_dialect,
        verdict_by_moment=decided.by_moment,
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
        requests=_counted_by(requests, cleaned),
        counts=exit_codes.counts(results),
        fix_first=causes.fix_first(results),
        leftovers=cleaned.leftovers,
        leftovers_at_least=bool(cleaned.blind),
        removed=cleaned.removed,
        warnings=[*_of_clean_up(played, cleaned), *_warnings(run), *grace_period.notes(results, __version__)],
        scenarios=results,
        selectors=list(run.selectors),
        interrupted=interrupted,
        profile_definition=_definition(run.profile),
        versions={"python": platform.python_version()} | {name: version(name) for name in SHAPING},
        settings=run.settings.repeatable,
        dialects=dialects,
        ended_early=early,
        account_discovery=account_discovery(results),
        demo=demo,
        **msgspec.structs.asdict(extent),
    )


def _definition(profile: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(profile)
    for kind in ("user", "group"):
        if found.get(kind):
            found[kind]["mapping"] = without_constants(found[kind]["mapping"])
    return found | {"credentials": {"kind": found["credentials"]["kind"]}}


def _counted_by(requests: Mapping[str, int], cleaned: Cleaned) -> dict[str, int]:
    """Return the requests by purpose: Entra's own, the harness's around them, the search for leftovers."""
    harness = requests.get("harness", 0) + cleaned.requests
    return {"entra": requests.get("entra", 0), "harness": harness, "sweep": cleaned.swept}


def _of_clean_up(played: Sequence[ScenarioResult], cleaned: Cleaned) -> list[str]:
    """Return what is known about resources that stay in the target."""
    unseen = [f"more resources of this run may be left in the target: {text}" for text in cleaned.blind]
    notes = [text for text in cleaned.notes if text not in cleaned.blind]
    return [*dict.fromkeys(notice for one in played for notice in one.notices), *notes, *unseen]


def _warnings(run: Facts) -> list[str]:
    unused = [one.check for one in run.waivers.held if one.check not in run.waivers.used]
    return [
        *(f"the waiver for {one.check} expired on {one.until.isoformat()}" for one in run.waivers.expired),
        *(f"the waiver for {check} was not needed: remove it" for check in unused),
    ]


def evidence(result: RunResult, fix: causes.Fix) -> Recorded | None:
    """Return the request that shows a cause, or None."""
    for scenario in result.scenarios:
        for check in scenario.checks:
            if check.id == fix.check and check.exchange is not None and check.exchange < len(scenario.exchanges):
                return _telling(scenario.exchanges, check.exchange)
    return None


def _telling(exchanges: Sequence[Recorded], index: int) -> Recorded:
    """Return the request to repeat: for a value that was read back, the write before it, because that one failed."""
    writes = [one for one in exchanges[:index] if one.method != "GET" and not one.given]
    return writes[-1] if exchanges[index].by == "harness" and writes else exchanges[index]


def explained(fix: causes.Fix) -> str:
    """Return what a cause explains, as a sentence; empty if it explains nothing else."""
    blocks = number(len(fix.blocks), "inconclusive scenario") if fix.blocks else ""
    verb = "deviates" if len(fix.also) == 1 else "deviate"
    also = f"{number(len(fix.also), 'more check')} that {verb}" if fix.also else ""
    return " and ".join(part for part in (blocks, also) if part)
