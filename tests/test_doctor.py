"""`doctor`: each thing that can be wrong has a line of its own that ends in what to do, and the right exit code."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.server import Served, serve
from tests.support.cli import cli
from tests.support.doctor import doctor, good, lines
from tests.support.raw import EMPTY, Accounts, Answering, Received, closed_port, error, http, listening, listing, scim

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


def test_a_sound_target_is_ready(honest: Served, tmp_path: Path) -> None:
    ended = doctor(tmp_path, honest.url, "--write", token=honest.token)
    assert ended.code == 0, ended.screen
    found = lines(ended)
    assert {text.partition(":")[0] for text in found.values()} == {"ok"}
    names = "address name port|anonymous|token|media type|clock|users|groups|leftovers|writing|speed"
    assert set(found) == {
        one for group in names.split("|") for one in (group.split() if "address" in group else [group])
    }
    assert "Ready" in ended.out
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_without_write_it_only_reads(tmp_path: Path) -> None:
    with listening(good) as target:
        ended = doctor(tmp_path, target.url)
        assert {request.method for request in target.received} == {"GET"}
    assert ended.code == 0, ended.screen
    assert "--write" in lines(ended)["writing"]


def dates(off: timedelta) -> Answering:
    """Be sound, with a clock that is off."""

    def answer(request: Received) -> bytes:
        when = format_datetime(datetime.now(UTC) + off, usegmt=True)
        return scim(200, EMPTY, [("Date", when)]) if request.header("Authorization") else error(401)

    return answer


def answering(status: int, *, only: str = "", body: bytes = b"{}", media: str = "application/scim+json") -> Answering:
    """Be sound but for requests whose path holds `only`."""
    return lambda request: http(status, body, media=media) if only in request.path else good(request)


def typed(media: str) -> Answering:
    """Be sound, with another media type."""
    return lambda request: http(
        200 if request.header("Authorization") else 401, json.dumps(EMPTY).encode(), media=media
    )


TAGGED = {"id": "1", "userName": "sct12ab3412ab34-Ada.Byron-0f0f0f@example.com"}

WRONG: dict[str, tuple[Answering, str, str, int]] = {
    "open": (lambda _: scim(200, EMPTY), "anonymous", "ERROR: the target returns 200 without a token: refuse", 1),
    "403": (answering(403), "anonymous", "warning: the target returns 403 without a token: return 401", 6),
    "page": (answering(200, body=b"<html>", media="text/html"), "token", "returns an HTML page", 6),
    "500": (answering(500), "token", "ERROR: .* fails on every request .*: check the target's log", 6),
    "media": (typed("text/json"), "media type", r"ERROR: text/json: return application/scim\+json", 1),
    "json": (typed("application/json"), "media type", "warning: application/json: sufficient for Entra", 0),
    "ahead": (dates(timedelta(minutes=9)), "clock", r"warning: the target's clock is 5\d\d s ahead: synchronize it", 0),
    "behind": (dates(timedelta(minutes=-9)), "clock", r"warning: .* 5\d\d s behind: synchronize it", 0),
    "groups": (answering(403, only="/Groups"), "groups", "ERROR: listing them returns 403: allow", 1),
    "no-groups": (
        answering(404, only="/Groups"),
        "groups",
        "ERROR: .* 404: for a target without groups, use --profile users-only",
        1,
    ),
    "users": (answering(403, only="startIndex=1&count=1"), "users", "ERROR: listing them returns 403", 1),
    "probe": (answering(404, only="filter"), "token", "returns 404: scim-conformance explain ENT-CON-01", 1),
}


@pytest.mark.parametrize(("wrong", "what", "sentence", "code"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_what_to_do(
    tmp_path: Path, wrong: Answering, what: str, sentence: str, code: int
) -> None:
    with listening(wrong) as target:
        ended = doctor(tmp_path, target.url)
    assert re.search(sentence, lines(ended)[what]), ended.screen
    assert ended.code == code, ended.screen


def test_a_wrong_token(honest: Served, tmp_path: Path) -> None:
    ended = doctor(tmp_path, honest.url, token="not-the-token")
    assert ended.code == 6
    assert "set SCIM_CONFORMANCE_TOKEN to the secret token" in lines(ended)["token"]
    assert "users" not in lines(ended)


def test_a_token_that_is_too_long_for_entra(honest: Served, tmp_path: Path) -> None:
    found = lines(doctor(tmp_path, honest.url, token="x" * 1100))
    assert found["token size"].startswith("warning: the token has 1100 characters")
    assert "token size" not in lines(doctor(tmp_path, honest.url, token="x" * 1000))


def test_no_token(honest: Served, tmp_path: Path) -> None:
    ended = doctor(tmp_path, honest.url, token=None)
    assert ended.code == 6
    assert "warning  token      no token" in ended.out


@pytest.mark.parametrize(
    ("url", "what", "sentence"),
    [
        ("http://127.0.0.1:{port}/scim", "port", "start the target, or check port and firewall"),
        ("http://nowhere.invalid/scim", "name", "nowhere.invalid does not resolve: check the host"),
        ("http://127.0.0.1:{port}/scim/Users", "address", "ends in /Users, and Entra appends that itself: remove it"),
    ],
)
def test_a_target_that_cannot_be_reached(tmp_path: Path, url: str, what: str, sentence: str) -> None:
    ended = doctor(tmp_path, url.format(port=closed_port()))
    assert ended.code == 6
    assert sentence in lines(ended)[what]
    assert "cannot be tested" in ended.out


@pytest.mark.parametrize("end", ["Users", "GROUPS/"])
def test_run_warns_about_a_tenant_url_with_what_entra_appends(tmp_path: Path, end: str) -> None:
    ended = cli(
        tmp_path, "run", "--url", f"http://127.0.0.1:{closed_port()}/{end}", environ={"SCIM_CONFORMANCE_TOKEN": "t"}
    )
    said = f"warning: the tenant URL ends in /{end.strip('/')}, and Entra appends that itself: remove it"
    assert said in " ".join(ended.err.split())
    assert ended.code == 6


def test_plain_http_elsewhere_is_a_fault(tmp_path: Path) -> None:
    assert lines(doctor(tmp_path, "http://nowhere.invalid/scim"))["name"].startswith("ERROR")
    assert "not https" in doctor(tmp_path, "http://nowhere.invalid/scim").out


def test_the_flag_in_the_address_is_explained(tmp_path: Path) -> None:
    with listening(good) as target:
        with_flag = lines(doctor(tmp_path, target.url + "?aadOptscim062020"))["address"]
        without = lines(doctor(tmp_path, target.url))["address"]
        strange = doctor(tmp_path, target.url + "?code=hidden-in-the-query")
    assert "compliant PATCH" in with_flag
    assert "legacy PATCH" in without
    assert strange.code == 4
    assert "--url has a parameter other than aadOptscim062020 after the ?" in strange.err
    assert "hidden-in-the-query" not in strange.screen


def test_what_an_earlier_run_left_is_found_in_its_journal(honest: Served, tmp_path: Path) -> None:
    tag = "sct00ff0000ff00"
    record = {"event": "intent", "key": "a", "tag": tag, "type": "User", "name": f"{tag}-x@e.com", "at": 1.0}
    created = {"event": "created", "key": "a", "id": "17"}
    other = record | {"key": "b", "url": "http://127.0.0.1:1/other"}
    folder = tmp_path / "reports" / "earlier"
    folder.mkdir(parents=True)
    rows = [record | {"url": honest.url}, created, other]
    (folder / "journal.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    ended = doctor(tmp_path, honest.url, token=honest.token)
    assert ended.code == 0
    said = "warning: 1 of an earlier run may still be there: scim-conformance clean reports/earlier"
    assert lines(ended)["leftovers"] == said


def test_what_an_earlier_run_left_is_found_in_the_target(tmp_path: Path) -> None:
    def answer(request: Received) -> bytes:
        held = [TAGGED] if "/Users?startIndex" in request.path else []
        return good(request) if request.header("Authorization") is None or not held else scim(200, listing(*held))

    with listening(answer) as target:
        ended = doctor(tmp_path, target.url)
    assert lines(ended)["leftovers"].startswith("warning: 1 with the tag of a run, such as sct12ab3412ab34-Ada")
    assert "run `scim-conformance clean` with" in lines(ended)["leftovers"]


class Keeping(Accounts):
    """Answer a DELETE as if it worked, and keep the account; or refuse to create one."""

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__()
        self.refuses = refuses

    def __call__(self, request: Received) -> bytes:
        if request.header("Authorization") is None:
            return error(401)
        if request.method == "POST" and self.refuses:
            return error(403, "read only")
        return http(204) if request.method == "DELETE" else super().__call__(request)


def test_a_user_that_cannot_be_deleted_is_named(tmp_path: Path) -> None:
    with listening(Keeping()) as target:
        ended = doctor(tmp_path, target.url, "--write")
    assert ended.code == 1
    said = lines(ended)["writing"]
    assert "is still there" in said
    folder = said.rpartition("clean ")[2]
    assert (tmp_path / folder / "journal.jsonl").is_file()


def test_a_user_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with listening(Keeping(refuses=True)) as target:
        ended = doctor(tmp_path, target.url, "--write")
    assert ended.code == 1
    assert 'POST /Users: status 403: "read only"' in lines(ended)["writing"]
    assert "scim-conformance run ENT-CRE-01" in lines(ended)["writing"]


def test_a_target_that_stops_answering(tmp_path: Path) -> None:
    def answer(request: Received) -> Any:
        if "filter" in request.path:
            time.sleep(5)
        return good(request)

    with listening(answer) as target:
        ended = doctor(tmp_path, target.url)
    assert ended.code == 6
    assert "did not respond within 3 s: check that it is running" in lines(ended)["token"]


def test_what_the_target_writes_does_not_steer_the_terminal(tmp_path: Path) -> None:
    with listening(lambda _: http(302, headers=[("Location", "/\x1b[2J\x9b")])) as target:
        ended = doctor(tmp_path, target.url)
    assert ended.code == 6
    assert "\x1b" not in ended.screen
