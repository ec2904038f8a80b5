"""Golden examples 11 and 12: what is refused, and what is lost; and when it is tried again. Of 10, who was linked."""

from datetime import UTC, datetime, timedelta

import pytest

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine import failing, patience
from scim_conformance.entra.engine.cycle import CycleKind
from scim_conformance.entra.engine.model import LinkState, NoAnswer, Problem, Retry
from scim_conformance.entra.engine.patience import Tally, quarantined
from scim_conformance.scenario.exchange import Answer
from tests.rehearsal.golden import ALICE, BOTH, NOBODY, Job, changes, found, names, person, scripted
from tests.rehearsal.test_golden_users import ACCOUNT, DISABLE, MATCH, PATCH, U1, linked, with_alice

START = datetime(2026, 11, 28, tzinfo=UTC)
TAKEN = {"detail": "userName is taken"}


@pytest.mark.parametrize("dialect", BOTH)
def test_10_filtered_out_after_being_linked(dialect: Dialect) -> None:
    """Who no longer passes the filter is disabled, as a leaver is; the change that did it is not sent."""
    job = linked(dialect, GET=ACCOUNT, PATCH=(204, None))
    job.clauses = lambda one: {"Research.department EQUALS 'R&D'": one.attributes["department"] == "R&D"}
    job.then(with_alice(person(department="Ops")))
    assert job.lines == [U1, PATCH]
    assert job.operations(PATCH) == [DISABLE[dialect]]
    assert job.told == [("disable", "success", None)]
    assert changes(job.records[0]) == [("active", "True", "False")]
    assert job.links.held[ALICE].state is LinkState.RELEASED


@pytest.mark.parametrize("dialect", BOTH)
def test_11_conflict(dialect: Dialect) -> None:
    job = Job(dialect, scripted({MATCH: [NOBODY], "POST /Users": [(409, TAKEN)]}), with_alice(person()))
    job.play()
    assert job.told == [("create", "failure", "EntryConflict")]
    info = job.records[0]["provisioningStatusInfo"]["errorInformation"]
    assert info["reason"].endswith("userName is taken")
    last = job.records[0]["provisioningSteps"][-1]
    assert (last["name"], last["status"]) == ("EntryExportAdd", "failure")
    assert last["description"] == "Failed to create User 'alice@example.com' in Golden"
    job.later(2 / 3)
    assert (job.lines, job.records) == ([], []), "after 40 minutes: the probe only"
    job.later(6)
    assert job.lines == [MATCH, "POST /Users"]
    texts = [one["description"] for one in job.records[0]["provisioningSteps"]]
    assert "We are retrying an operation that previously failed." in texts
    job.later(8)
    assert job.lines == []
    job.said = scripted({MATCH: [found(ACCOUNT)]})
    job.later(12)
    assert job.lines == [MATCH]
    assert job.told == [("other", "skipped", "RedundantExport")], "the account that the match finds is linked"


@pytest.mark.parametrize("dialect", BOTH)
def test_12_lost_link(dialect: Dialect) -> None:
    gone = (404, {"detail": "no such user"})
    job = linked(dialect, GET=gone, DELETE=gone)
    job.then(with_alice(person(jobTitle="Lead")))
    assert job.lines == [U1]
    assert job.told == [("update", "failure", "InvalidAnchor")]
    job.later(7)
    assert job.told == [("update", "failure", "InvalidAnchor")], "it is not matched again"
    job.said = scripted({MATCH: [NOBODY], "POST /Users": [(201, {"id": "u9"})]})
    job.play(CycleKind.FULL_RESTART)
    assert job.lines == [MATCH, "POST /Users"]
    assert job.told == [("create", "success", None)]


@pytest.mark.parametrize("dialect", BOTH)
def test_12_purged_instead(dialect: Dialect) -> None:
    job = linked(dialect, DELETE=(404, None))
    job.then(with_alice(None))
    assert job.lines == ["DELETE /Users/u1"]
    assert job.told == [("delete", "success", None)]
    assert names(job.records[0])[-1] == "EntryExportDelete"


def test_too_many_removals_are_held_back() -> None:
    job = linked(Dialect.LEGACY, GET=ACCOUNT)
    job.holds = True
    job.then(with_alice(person(), is_assigned=False))
    assert job.lines == []
    assert job.told == [("stageddelete", "skipped", "TooManyDeletes")]
    assert [patience.too_many_deletions(count, 3) for count in (3, 4)] == [False, True]
    assert not patience.too_many_deletions(1000, None)


VECTORS = [
    (Tally(failures=4_000), None),
    (Tally(failures=5_000, successes=100_000), None),
    (Tally(failures=45_000), "EncounteredBaseEscrowThreshold"),
    (Tally(failures=30_000, successes=5_000), "EncounteredEscrowProportionThreshold"),
    (Tally(failures=20_000, successes=100_000), None),
    (Tally(failures=40_000, references=21_000), "EncounteredTotalEscrowThreshold"),
]
"""Microsoft's examples (Application provisioning in quarantine status)."""


@pytest.mark.parametrize(("tally", "reason"), VECTORS)
def test_quarantine_follows_microsofts_examples(tally: Tally, reason: str | None) -> None:
    assert quarantined(tally) == reason


@pytest.mark.parametrize(("after", "hours"), [(0, 6), (6, 12), (12, 24), (24, 48), (30, 48), (48, 72)])
def test_retries_count_from_the_first_failure(after: int, hours: int) -> None:
    at = START + timedelta(hours=after)
    assert patience.next_try(Problem("x", ""), START, at) == START + timedelta(hours=hours)


def test_an_error_of_the_server_is_tried_in_the_next_cycle() -> None:
    problem = failing.of(Answer(500, (), b"", 0.0), "PATCH")
    assert problem is not None
    assert (problem.code, problem.retry) == ("InternalServerError", Retry.NEXT_CYCLE)
    assert patience.next_try(problem, START, START) == START + patience.INTERVAL


CODES = [
    (400, "SystemForCrossDomainIdentityManagementBadRequest", False),
    (401, "SystemForCrossDomainIdentityManagementInvalidCredentials", True),
    (403, "InsufficientRights", False),
    (404, "InvalidAnchor", False),
    (409, "EntryConflict", False),
    (422, "UnprocessableEntity", False),
    (429, "TooManyRequests", False),
    (501, "NotImplemented", False),
    (503, "InternalServerError", False),
]


@pytest.mark.parametrize(("status", "code", "stops"), CODES)
def test_codes_are_those_of_microsofts_table(status: int, code: str, *, stops: bool) -> None:
    problem = failing.of(Answer(status, (), b"", 0.0), "PATCH")
    assert problem is not None
    assert (problem.code, problem.stops) == (code, stops)


def test_no_answer_has_a_code_of_its_own() -> None:
    late, broken = (failing.of(NoAnswer(kind, "said"), "POST") for kind in ("timeout", "broken"))
    assert late is not None
    assert broken is not None
    assert (late.code, broken.code) == ("Timeout", "WebExceptionProtocolError")


def test_a_match_query_that_returns_404_stops_the_cycle() -> None:
    problem = failing.of(Answer(404, (), b"", 0.0), "GET", searching=True)
    assert problem is not None
    assert problem.stops
