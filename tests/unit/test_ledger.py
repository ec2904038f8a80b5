"""The ledger: an id is ours only when a GET by it showed the tag, and nothing speaks against it."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Answer, Exchange, Request
from scim_conformance.target.ledger import TOLERANCE, Ledger

TAG = "sct0123456789ab"
JANE, TEAM = ("User", "1"), ("Group", "2")
NAME = f"{TAG}-jane@example.com"
ECHO = Exchange(Request("GET", "http://t/Users/1", (), None), None)


def read(body: Any, status: int = 200, **headers: str) -> Exchange:
    answer = Answer(status, tuple(headers.items()), json.dumps(body).encode(), 0.0)
    return Exchange(ECHO.request, answer)


def claimed(*resources: tuple[str, str]) -> Ledger:
    ledger = Ledger(TAG)
    for one in resources or (JANE,):
        ledger.claim(one)
    return ledger


def test_the_answer_to_a_post_proves_nothing() -> None:
    ledger = claimed()
    assert ledger.is_claimed(JANE)
    assert not ledger.is_confirmed(JANE)


@pytest.mark.parametrize("name", [NAME, NAME.upper(), f"x.{tags.decimal(TAG)}", tags.guid(TAG, "x"), tags.digits(TAG)])
def test_a_get_that_shows_the_tag_confirms(name: str) -> None:
    ledger = claimed()
    assert ledger.judge(JANE, read({"id": "1", "userName": name})) is None
    assert ledger.is_confirmed(JANE)
    assert ledger.settled() == (1, [])


STRANGERS = {
    "another name": {"id": "1", "userName": "bob@customer.example"},
    "the tag elsewhere": {"id": "1", "userName": "bob", "displayName": NAME, "externalId": NAME, "title": TAG},
    "another id": {"id": "7", "userName": NAME},
    "no name": {"id": "1"},
    "no name and no date, the tag elsewhere": {"id": "1", "externalId": NAME},
    "an empty name, and nothing of ours": {"id": "1", "userName": " ", "meta": {"created": "2999-01-01T00:00:00Z"}},
    "no name, the tag elsewhere, older than the run": {
        "id": "1",
        "externalId": NAME,
        "meta": {"created": "2019-03-01T00:00:00Z"},
    },
    "a name that is no text": {"id": "1", "userName": [NAME]},
    "another run": {"id": "1", "userName": "sctba9876543210-jane"},
    "older than the run": {"id": "1", "userName": NAME, "meta": {"created": "2019-03-01T00:00:00Z"}},
    "a list": [{"id": "1", "userName": NAME}],
    "a ListResponse": {"Resources": [{"id": "1", "userName": NAME}]},
    "text": NAME,
}


@pytest.mark.parametrize("body", STRANGERS.values(), ids=STRANGERS)
def test_what_shows_anything_else_is_never_ours_again(body: Any) -> None:
    ledger = claimed()
    said = ledger.judge(JANE, read(body))
    assert said is not None
    assert (ledger.is_claimed(JANE), ledger.is_confirmed(JANE), JANE in ledger.alive) == (False, False, False)
    assert ledger.why_not(JANE) == said
    assert ledger.claim(JANE) is not None
    assert [denial.resource for denial in ledger.settled()[1]] == [JANE, JANE]


@pytest.mark.parametrize("name", [None, "", " "])
@pytest.mark.parametrize("mark", ["externalId", "displayName"])
def test_without_any_name_the_tag_elsewhere_and_a_date_confirm(name: str | None, mark: str) -> None:
    ledger = claimed()
    body = {"id": "1", "userName": name, mark: NAME, "meta": {"created": datetime.now(UTC).isoformat()}}
    assert ledger.judge(JANE, read(body)) is None
    assert ledger.is_confirmed(JANE)


@pytest.mark.parametrize("name", [None, "", " "])
def test_a_user_of_ours_that_loses_its_name_stays_ours(name: str | None) -> None:
    ledger = claimed()
    assert ledger.judge(JANE, read({"id": "1", "userName": NAME})) is None
    nameless = read({"id": "1", "userName": name})
    assert ledger.review(JANE, nameless) is None
    assert nameless.answer is not None
    assert ledger.see("User", nameless.answer) == []
    assert ledger.is_confirmed(JANE)


def test_what_was_created_without_a_name_is_not_ours_and_shows_no_wrong_id() -> None:
    ledger = Ledger(TAG)
    ledger.claim(JANE, named=False)
    assert ledger.judge(JANE, read({"id": "1", "userName": "made-up-by-the-target"})) is not None
    assert ledger.why_not(JANE) is not None
    assert not ledger.is_confirmed(JANE)
    assert ledger.settled() == (0, [])


def test_our_person_in_a_strangers_group_makes_it_none_of_ours() -> None:
    ledger = claimed(TEAM)
    body = {"id": "2", "displayName": "Sales", "members": [{"value": "1", "display": NAME}]}
    assert ledger.judge(TEAM, read(body)) is not None


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_no_answer_with_a_resource_leaves_it_open(status: int) -> None:
    ledger = claimed()
    assert str(status) in str(ledger.judge(JANE, read({}, status)))
    assert (ledger.is_claimed(JANE), ledger.settled()) == (True, (0, []))
    assert ledger.judge(JANE, read({"id": "1", "userName": NAME})) is None


def test_an_id_that_was_seen_as_somebody_elses_is_not_ours_later() -> None:
    ledger = Ledger(TAG)
    listed = {"Resources": [{"id": "1", "userName": "bob"}, {"id": "3", "userName": NAME}, {"id": 4}, None]}
    ledger.see("User", Answer(200, (), json.dumps(listed).encode(), 0.0))
    assert ledger.claim(JANE) is not None
    assert ledger.claim(("User", "3")) is None
    assert ledger.claim(("Group", "1")) is None, "a group with the same number is another resource"


def test_a_list_that_shows_another_name_takes_it_away() -> None:
    ledger = claimed()
    ledger.judge(JANE, read({"id": "1", "userName": NAME}))
    ledger.see("User", Answer(200, (), json.dumps({"Resources": [{"id": "1", "userName": "bob"}]}).encode(), 0.0))
    assert (ledger.is_confirmed(JANE), JANE in ledger.alive) == (False, False)
    assert ledger.why_not(JANE) is not None


def test_a_read_that_shows_another_account_takes_it_away() -> None:
    ledger = claimed()
    ledger.judge(JANE, read({"id": "1", "userName": NAME}))
    assert ledger.review(JANE, read({"id": "1"})) is None, "a name that is missing is no other account"
    assert ledger.review(JANE, read({"id": "2", "userName": NAME})) is None, "another id of ours is a fault of its own"
    assert ledger.review(JANE, read({}, 500)) is None
    assert ledger.is_confirmed(JANE)
    assert ledger.review(JANE, read({"id": "1", "userName": "bob"})) is not None
    assert (ledger.is_confirmed(JANE), JANE in ledger.alive) == (False, False)
    assert ledger.why_not(JANE) is not None


def test_an_id_that_is_given_again_has_to_be_confirmed_again() -> None:
    ledger = claimed()
    ledger.judge(JANE, read({"id": "1", "userName": NAME}))
    ledger.gone(JANE)
    assert (ledger.is_gone(JANE), ledger.is_confirmed(JANE)) == (True, False)
    assert ledger.claim(JANE) is None
    assert (ledger.is_gone(JANE), ledger.is_claimed(JANE), ledger.is_confirmed(JANE)) == (False, True, False)


def test_what_was_asked_to_be_deleted_and_comes_back_is_another() -> None:
    ledger = claimed()
    ledger.judge(JANE, read({"id": "1", "userName": NAME}))
    ledger.claim(JANE)
    assert ledger.is_confirmed(JANE), "a second answer with the same id is of the same account"
    ledger.claim(JANE, anew=True)
    assert not ledger.is_confirmed(JANE)


@given(st.integers(-86_400, 86_400), st.integers(-7200, 7200))
def test_older_is_by_the_targets_own_clock(clock: int, age: int) -> None:
    """`clock`: by how many seconds the target's clock is wrong; `age`: how long after the run began it was created."""
    ledger = claimed()
    theirs = datetime.now(UTC) + timedelta(seconds=clock)
    created = (theirs + timedelta(seconds=age)).isoformat()
    body = {"id": "1", "userName": NAME, "meta": {"created": created}}
    said = ledger.judge(JANE, read(body, Date=format_datetime(theirs, usegmt=True)))
    if abs(age + TOLERANCE) > 3:
        assert (said is None) == (age > -TOLERANCE)


@pytest.mark.parametrize("created", [None, ""])
def test_what_shows_no_date_says_nothing(created: object) -> None:
    ledger = claimed()
    assert ledger.judge(JANE, read({"id": "1", "userName": NAME, "meta": {"created": created}})) is None


@pytest.mark.parametrize("created", ["yesterday", [], {}, True, "2026-13-45T00:00:00Z", "nan", "1e400", "soon"])
def test_a_date_that_cannot_be_read_leaves_it_open(created: object) -> None:
    ledger = claimed()
    body = {"id": "1", "userName": NAME, "meta": {"created": created}}
    assert "not a date" in str(ledger.judge(JANE, read(body)))
    assert (ledger.is_claimed(JANE), ledger.is_confirmed(JANE)) == (True, False)


OLD = (
    "2019-04-01T08:00:00Z", "2019-04-01t08:00:00z", "2019-04-01 08:00:00", 1554105600, 1554105600000, "1554105600000",
    "Mon, 01 Apr 2019 08:00:00 GMT", "4/1/2019 8:00:00 AM", "2019/04/01 08:00:00", "0001-01-01T00:00:00Z",
)  # fmt: skip


@pytest.mark.parametrize("created", OLD)
def test_an_old_date_is_read_however_it_is_spelled(created: object) -> None:
    body = {"id": "1", "userName": NAME, "meta": {"created": created}}
    assert "before this run started" in str(claimed().judge(JANE, read(body)))
    ledger = Ledger(TAG)
    assert ledger.claim(JANE, read(body, 201)) is not None, "the answer to the POST shows it already"


@pytest.mark.parametrize("hours", [-11, -5, 0, 9, 14])
def test_a_date_without_a_zone_may_be_that_of_any_zone(hours: int) -> None:
    local = (datetime.now(UTC) + timedelta(hours=hours)).replace(tzinfo=None).isoformat()
    assert claimed().judge(JANE, read({"id": "1", "userName": NAME, "meta": {"created": local}})) is None


def test_a_date_that_is_none_leaves_our_own_clock() -> None:
    body = {
        "id": "1",
        "userName": NAME,
        "meta": {"created": datetime.fromtimestamp(time.time() - 900, UTC).isoformat()},
    }
    assert claimed().judge(JANE, read(body, Date="soon")) is not None


@given(st.from_regex(r"sct[0-9a-f]{12}", fullmatch=True), st.text(max_size=30))
def test_every_form_of_the_tag_is_recognised(tag: str, more: str) -> None:
    assert all(tags.carries(tag, f"{more}{form}{more}") for form in tags.forms(tag))
    assert tags.carries(tag, tags.guid(tag, more))
    assert tags.found_in(f"{more} {tag}-x") == tag


def test_tags_differ() -> None:
    assert len({tags.new() for _ in range(100)}) == 100
    assert all(tags.is_tag(tags.new()) for _ in range(100))
