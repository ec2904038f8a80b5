"""The end of a rehearsal: one result from its findings, and the files of its report directory."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from scim_conformance.config.settings import Settings
from scim_conformance.entra.engine.assumptions import ASSUMPTIONS
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.rehearsal import files as own_files
from scim_conformance.rehearsal import quarantine
from scim_conformance.rehearsal.driver import job_facts
from scim_conformance.rehearsal.playing import GIVEN_UP, Rehearsal
from scim_conformance.rehearsal.results import results
from scim_conformance.rehearsal.watching import SOURCE_DOUBLE
from scim_conformance.reporting import files
from scim_conformance.reporting.allure import conclusions
from scim_conformance.reporting.rehearsal_screen import cycle_said
from scim_conformance.reporting.rehearsal_words import counted, either
from scim_conformance.system import writing
from scim_conformance.target.removal import CleanUpOutcome
from scim_conformance.verdict.exit_codes import NOT_JUDGED, is_failing
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.run_result import RunResult, conclude
from scim_conformance.verdict.waivers import Waivers

ENDS = {0: "yes", 1: "no", 2: "interrupted", 6: "not judged"}
"""The answer to the question whether a rehearsal ends as sent, by exit code."""


UNANSWERED = "the target does not answer any more"
"""Why a rehearsal ended early that can be continued."""

KEPT = "the target does not answer, so nothing was removed"
"""Why everything is left in the target then."""


@dataclass
class RehearsalFacts:
    """What a rehearsal knows about itself, for its result."""

    settings: Settings
    profile: Profile
    tag: str
    waivers: Waivers
    selectors: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.time)


def concluded(facts: RehearsalFacts, rehearsal: Rehearsal, cleaned: CleanUpOutcome, *, interrupted: bool) -> RunResult:
    """Return the result of a rehearsal. Its sentence is its own: whether the target works with Entra is for `run`."""
    stopped = next((one.stopped for one in rehearsal.cycles if one.stopped is not None), None)
    early = "" if stopped is None else f"a cycle stopped: {stopped.code}"
    early = UNANSWERED if rehearsal.is_unanswered else early
    found = [facts.waivers.apply(one) for one in results(rehearsal.findings, rehearsal.rules.dialect.value)]
    result = conclude(found, facts, cleaned, Extent(), interrupted=interrupted, early=early)
    sent = rehearsal.wire.counts
    # The wire counts the clean-up too, so that these add up to what the screen says.
    told = {"entra": sent["entra"], "harness": sent["harness"] - cleaned.swept, "sweep": cleaned.swept}
    code = _code(result)
    said = f"Rehearsal: ends as sent: {ENDS.get(code, 'not judged')}" + (f"; {early}" if early else "")
    warnings = [*result.warnings, *rehearsal_warnings(rehearsal)]
    assumptions = [one.line for one in ASSUMPTIONS]
    more = {"requests": told, "warnings": warnings, "assumptions": assumptions, "played": played(rehearsal)}
    more["dialects"] = [rehearsal.rules.dialect.value]
    return msgspec.structs.replace(result, sentence=said, exit_code=code, **more)


def _code(result: RunResult) -> int:
    """Return the exit code: where the target went away, and did nothing else wrong, it is not judged."""
    wrong = [one for one in result.scenarios if is_failing(one, result.fail_on)]
    gone = result.exit_code == 1 and result.ended_early == UNANSWERED
    return NOT_JUDGED if gone and all(one.id == "REH-ANS-01" for one in wrong) else result.exit_code


def played(rehearsal: Rehearsal) -> list[str]:
    """Return what each cycle did, and what Entra leaves undone."""
    lines = [cycle_said(one.cycle, one.tally) for one in rehearsal.store.cycles()]
    left = [] if rehearsal.is_unanswered else undone(rehearsal)
    return [*lines, *(f"not the target's doing, Entra leaves it undone until a restart: {one}" for one in left)]


def rehearsal_warnings(rehearsal: Rehearsal) -> list[str]:
    """Return what limits what the rehearsal says."""
    found = []
    if rehearsal.proof.unseen:
        groups = counted(len(rehearsal.proof.unseen), "group")
        found.append(f"the target does not show the members of {groups}: their memberships were not judged")
    if rehearsal.driver.held_back:
        said = "a cycle had more disablings and deletions than the profile's deletion_threshold"
        what = "Entra holds them back, and quarantines the job (TooManyDeletes) until you allow them (--allow-deletes)"
        found.append(f"{said}: {what}")
    if quarantine.was_pruned(rehearsal.store):
        said = "the initial cycle had so many failures that Entra drops them, and pauses the job at its end"
        found.append(f"{said} (escrowsPruned)")
    if rehearsal.sending.strangers:
        held = rehearsal.sending.strangers
        found.append(f"{either(len(held), 'request was', 'requests were')} not sent: {held[0]}")
    return found


def undone(rehearsal: Rehearsal) -> list[str]:
    """Return what Entra itself leaves undone until a restart, at the end: the target is not to blame."""
    store = rehearsal.store
    members = store.db.execute("SELECT count(*) FROM joined WHERE sent = 0").fetchone()[0]
    waiting = "boss IS NOT NULL AND manager IS NULL AND state = 'active'"
    bosses = store.db.execute(f"SELECT count(*) FROM link WHERE {waiting}").fetchone()[0]  # noqa: S608
    given_up = int(store.value(GIVEN_UP, 0))
    waits = Counter(code for _, _, code, *_ in store.waiting())
    double = waits.pop(SOURCE_DOUBLE, 0)
    return [
        f"{either(count, one, more)} {rest}"
        for count, one, more, rest in (
            (double, "user matches", "users match", f"the account of another user ({SOURCE_DOUBLE})"),
            (members, "membership of a user who has", "memberships of users who have", "no account"),
            (bosses, "manager who has", "managers who have", "no account"),
            (given_up, "object was", "objects were", "given up after 28 days, and the job is disabled"),
            (waits.total(), "object waits", "objects wait", "to be tried again"),
        )
        if count
    ]


def percentiles(latencies: dict[int, int], shares: Sequence[float] = (0.5, 0.95, 0.99)) -> list[int]:
    """Return the milliseconds within which these shares of the responses arrived; nothing without responses."""
    total, found = sum(latencies.values()), []
    for share in shares if total else ():
        passed = 0
        for milliseconds in sorted(latencies):
            passed += latencies[milliseconds]
            if passed >= share * total:
                found.append(milliseconds)
                break
    return found


def timing(rehearsal: Rehearsal) -> str:
    """Return how many requests there were, and how fast the target answered, as a line."""
    said = counted(sum(rehearsal.wire.counts.values()), "request")
    names = zip(("p50", "p95", "p99"), percentiles(rehearsal.sending.latencies), strict=False)
    said += "".join(f"   {name} {value} ms" for name, value in names)
    throttled = rehearsal.sending.throttled
    return f"{said}   {counted(throttled, 'response')} with status 429" if throttled else f"{said}   none throttled"


def write(result: RunResult, rehearsal: Rehearsal, directory: Path) -> list[str]:
    """Write all files; return which of them cannot be written and why, as sentences."""
    lost = [*files.write(result, directory), *conclusions.write_all(result, directory)]
    facts = job_facts(rehearsal.tag, rehearsal.rules.application)
    try:
        own_files.write_csv(directory)
        text = json.dumps(own_files.job(facts, rehearsal.store, rehearsal.cycles), ensure_ascii=False, indent=2)
        writing.replace(directory / "job.json", text.encode())
    except OSError as error:
        lost.append(f"{directory}: the provisioning log's files cannot be written: {error.strerror}")
    return lost
