"""What follows from failures and deletions: slower cycles, retries for 28 days, what is held back. In virtual time."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.demo.server import serve
from scim_conformance.demo.shapes import refusal
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Task
from scim_conformance.entra.engine.model import Outcome, Problem, Rules
from scim_conformance.entra.source.memory import Snapshot
from scim_conformance.entra.source.model import Due, Entitlement
from scim_conformance.rehearsal import quarantine
from scim_conformance.rehearsal.driver import Driver, job_facts
from scim_conformance.rehearsal.ending import undone
from scim_conformance.rehearsal.exports import Loader
from scim_conformance.rehearsal.modelled import ModelledTarget
from scim_conformance.rehearsal.playing import Rehearsal, RehearsalPlan
from scim_conformance.rehearsal.store import Done, Store
from scim_conformance.scenario.exchange import Answer
from scim_conformance.target.cleanup import clean
from scim_conformance.target.journal import NAME
from scim_conformance.target.wire import TargetWire
from tests.rehearsal.golden import PROFILE, assigned, person
from tests.rehearsal.playing import DEFAULT, Quiet

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
TAG = "sct00000000beef"
REFUSED = Problem("SystemForCrossDomainIdentityManagementInvalidCredentials", "no", stops=True)


def done(number: int, at: datetime, kind: CycleKind = CycleKind.INCREMENTAL, successes: int = 0) -> Done:
    return Done(Cycle(number, kind, at), "guid", finished=True, tally=Counter({"users create success": successes}))


def failing(store: Store, number: int) -> None:
    rows = [(f"u{at}", "users", "EntryConflict", 1, AT.isoformat(), AT.isoformat()) for at in range(number)]
    with store.transaction():
        store.db.executemany("INSERT INTO escrow VALUES (?, ?, ?, ?, ?, ?)", rows)


def test_cycles_become_rarer_in_quarantine_and_it_ends_with_the_first_good_one() -> None:
    store, at, hours = Store(None), AT, []
    for number in range(1, 7):
        found = quarantine.settle(store, done(number, at), REFUSED, held_back=False)
        assert found is not None
        assert (found.reason, found.began, found.cycles) == ("EncounteredQuarantineException", AT, number)
        hours.append((found.next - at) / HOUR)
        at = found.next
    assert hours == [2, 6, 12, 24, 24, 24]
    assert quarantine.settle(store, done(7, at), None, held_back=False) is None
    assert quarantine.next_begin(store, done(7, at).cycle) - at == timedelta(minutes=40)


def test_it_lasts_four_weeks_at_most() -> None:
    store, at = Store(None), AT
    while (found := quarantine.settle(store, done(1, at), REFUSED, held_back=False)) and not found.is_over:
        at = found.next
    assert timedelta(days=27) <= at - AT <= timedelta(days=28)


@pytest.mark.parametrize(
    ("failed", "succeeded", "reason"),
    [
        (4_999, 0, None),
        (5_000, 100_000, None),
        (30_000, 5_000, "EncounteredEscrowProportionThreshold"),
        (20_000, 100_000, None),
        (45_000, 1_000_000, "EncounteredBaseEscrowThreshold"),
    ],
)
def test_too_many_failures(failed: int, succeeded: int, reason: str | None) -> None:
    store = Store(None)
    failing(store, failed)
    found = quarantine.settle(store, done(2, AT, successes=succeeded), None, held_back=False)
    assert (found.reason if found else None) == reason


def test_an_initial_cycle_is_not_quarantined_for_failures_but_paused() -> None:
    store = Store(None)
    failing(store, 45_000)
    assert quarantine.settle(store, done(1, AT, CycleKind.INITIAL), None, held_back=False) is None
    assert quarantine.was_pruned(store)


class Silent:
    """Sees nothing."""

    def probe(self, problem: Problem | None) -> None:
        """Nothing is looked at."""

    def outcome(self, cycle: Cycle, task: Task, outcome: Outcome) -> None:
        """Nothing is looked at."""


def nobody(_: Any) -> Answer:
    return Answer(200, (), b'{"totalResults": 0, "Resources": []}', 0.0)


def driven(threshold: int | None, *, allows: bool) -> tuple[Driver, Callable[[Snapshot], Counter[str]]]:
    """Return a job over a model of a target, and what plays a cycle of a directory."""
    settings = msgspec.structs.replace(PROFILE.job, deletion_threshold=threshold)
    rules, store = Rules(msgspec.structs.replace(PROFILE, job=settings), Dialect.LEGACY), Store(None)

    def scope(due: Due) -> Entitlement:
        found = store.directory.standing(due.id)
        assert found is not None
        return found

    facts = job_facts(TAG, "It")
    driver = Driver(store, ModelledTarget(nobody, store, rules), rules, scope, facts, AT, Silent())
    driver.allows_deletions = allows
    loader, seen = Loader(store, rules.profile), list[Snapshot]()

    def play(snapshot: Snapshot) -> Counter[str]:
        with store.transaction():
            loader.load(seen[-1] if seen else None, snapshot)
        kind = CycleKind.INCREMENTAL if seen else CycleKind.INITIAL
        seen.append(snapshot)
        return driver.play(driver.next(kind)).tally

    return driver, play


PEOPLE = [person(f"{at}" * 8, f"p{at}", f"Person {at}") for at in range(5)]
ALL = Snapshot.of(PEOPLE, assignments=assigned(*(one.id for one in PEOPLE)))
FEWER = Snapshot.of(PEOPLE, assignments=assigned(PEOPLE[0].id, PEOPLE[1].id))


def test_above_the_threshold_deletions_are_held_back_and_the_job_is_quarantined() -> None:
    driver, play = driven(2, allows=False)
    assert play(ALL)["users create success"] == 5
    tally = play(FEWER)
    assert (tally["users stageddelete skipped"], tally["users disable success"]) == (3, 0)
    assert driver.quarantine is not None
    assert driver.quarantine.reason == "TooManyDeletes"


@pytest.mark.parametrize(("threshold", "allows"), [(2, True), (3, False), (None, False)])
def test_allowed_deletions_happen(threshold: int | None, allows: bool) -> None:
    driver, play = driven(threshold, allows=allows)
    play(ALL)
    assert play(FEWER)["users disable success"] == 3
    assert driver.quarantine is None


def test_a_failed_object_is_tried_for_28_days(tmp_path: Path) -> None:
    async def refuses(target: Any, request: Any, go: Any) -> Any:
        """Nobody is created."""
        return refusal(HTTPStatus.BAD_REQUEST, "no") if request.method == "POST" else await go(request)

    plan = RehearsalPlan(people=2, groups=0, cycles=1, restart=False, until=30)
    with serve([refuses], profile=DEFAULT) as served:
        wire = TargetWire(served.url, served.token)
        rehearsal = Rehearsal(wire, Rules(DEFAULT, Dialect.LEGACY), TAG, tmp_path, plan, Quiet())
        rehearsal.run()
        left = undone(rehearsal)
        hours = [(one.done.cycle.at - rehearsal.cycles[0].done.cycle.at) / HOUR for one in rehearsal.cycles]
        tallies = [one.done.tally["users create failure"] for one in rehearsal.cycles]
        clean(wire, tmp_path / NAME, TAG)
        rehearsal.store.close()
        wire.close()
    # Microsoft, Quarantine status: after 6, 12 and 24 hours, then every 24 hours; after 28 days it is given up.
    assert hours == [0, 6, 12, *(24 * day for day in range(1, 28))]
    assert tallies == [1] * 30
    assert left == ["1 object was given up after 28 days, and the job is disabled"]
