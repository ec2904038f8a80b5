"""A service that hangs on a request, dies of it and is started again, or stays away: `run` and `doctor` say what was
seen, name the request, judge what they can, and leave nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Run, assert_calm
from tests.support.doctor import doctor
from tests.support.mortal import mortal
from tests.support.turns import due

pytestmark = pytest.mark.slow

CHECK = "STD-ANS-01#any.answer"
TIMEOUT = "1"
WITHOUT_MAIL = {"ENT-CRE-20", "ENT-CRE-22", "ENT-UPD-04", "ENT-UPD-08", "ENT-UPD-09", "ENT-UPD-21"}
"""The scenarios among those played that create a user without e-mail."""


@pytest.mark.parametrize("how", due(["hang", "die"], 2))
def test_a_request_that_hangs_or_kills_is_one_finding_and_the_rest_is_judged(tmp_path: Path, how: str) -> None:
    with mortal(how, "no-mail") as (url, served):
        run = Run(tmp_path, url, served.token)
        ended = run.run("--timeout", TIMEOUT, "ENT-CRE", "ENT-UPD", within=180)
        left = served.app.stored()
    assert_calm(ended)
    result = run.result
    assert (ended.code, result["verdict"]) == (1, "partial"), ended.screen
    played = [one for one in result["scenarios"] if one["moment"] != "every answer"]
    blocked = [one for one in played if one["verdict"] == "inconclusive"]
    assert {one["template"] for one in blocked} == WITHOUT_MAIL
    assert len(blocked) < len(played) / 7
    assert [fix["check"] for fix in result["fix_first"]] == [CHECK]
    assert "POST /Users got no response twice: without emails, " in result["fix_first"][0]["actual"]
    assert len(result["fix_first"][0]["blocks"]) == len(blocked)
    _assert_named(blocked, url)
    assert (left, result["leftovers"]) == ([], [])


def _assert_named(blocked: list[dict[str, Any]], url: str) -> None:
    for one in blocked:
        request = one["blocked_by"]["request"]
        assert request in {f"POST {url}/Users", "POST /Users"}
        assert one["blocked_by"]["words"]


def test_a_service_that_stays_away_is_waited_for_within_limits(tmp_path: Path) -> None:
    with mortal("away", "no-mail") as (url, served):
        run = Run(tmp_path, url, served.token)
        ended = run.run("--timeout", TIMEOUT, "ENT-UPD", within=120)
    assert_calm(ended)
    assert ended.code == 6, ended.screen
    # Ten timeouts at most, and what was played before.
    assert ended.seconds < 60
    reasons = [one["blocked_by"]["request"] for one in run.result["scenarios"] if one["verdict"] == "inconclusive"]
    assert reasons
    assert all(one is not None and one.startswith("POST ") for one in reasons)


def said(text: str) -> str:
    """Return everything that doctor printed about writing, on one line."""
    lines = text.partition(" writing ")[2].partition(" speed ")[0].splitlines()
    return " ".join(" ".join(lines).split())


BACK = r"the target was back after"
Seen = tuple[str, str, int, list[str], list[str]]
SEEN: dict[str, Seen] = {
    "post-dies": ("die", "POST", 1, ["POST /Users: the connection broke before a response arrived; " + BACK], ["may"]),
    "post-hangs": (
        "hang", "POST", 1, ["POST /Users: no response arrived within 3 s; the target responds to other"], ["may"],
    ),
    "patch-dies": ("die", "PATCH", 1, ["PATCH /Users/{id}: the connection broke", BACK], ["may", "POST"]),
    "delete-dies": ("die", "DELETE", 1, ["DELETE /Users/{id}: the connection broke", "may still be there"], ["POST"]),
    "away": ("away", "POST", 6, ["and the target did not respond again within 15 s", "the test user may be left"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", due(SEEN, 3))
def test_doctor_says_what_it_saw(tmp_path: Path, name: str) -> None:
    how, which, code, true, false = SEEN[name]
    with mortal(how, which) as (url, served):
        ended = doctor(tmp_path, url, "--write", token=served.token)
        left = len(served.app.stored())
    text = said(ended.out)
    assert ended.code == code, ended.screen
    assert [one for one in true if one not in text] == []
    assert [one for one in (*false, "was created") if one in text] == []
    assert left == (which == "DELETE")
    kept = (tmp_path / "reports").exists()
    assert kept == (which == "DELETE" or how == "away")
