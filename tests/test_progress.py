"""While a run goes: one line a moment, how long a slow target takes, and waits that are said."""

import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from scim_conformance.demo.server import Served, serve
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.throttling import USUAL, asked_for
from tests.support.cli import Run, assert_calm, cli
from tests.support.raw import Accounts, Pieces, Received, error, listening
from tests.support.screens import shown

pytestmark = pytest.mark.slow

TOKEN = {"SCIM_CONFORMANCE_TOKEN": "a-secret-of-the-test"}


class Throttling(Accounts):
    """Answer 429 to the first PATCHes, and ask for some patience."""

    def __init__(self, patches: int, retry: str = "1") -> None:
        super().__init__()
        self.left, self.retry = patches, retry

    def __call__(self, request: Received) -> bytes:
        if request.method == "PATCH" and self.left > 0:
            self.left -= 1
            head, _, body = error(429).partition(b"\r\n\r\n")
            return head + f"\r\nRetry-After: {self.retry}\r\n\r\n".encode() + body
        return super().__call__(request)


def test_a_throttled_scenario_is_played_again_after_the_wait(tmp_path: Path) -> None:
    with listening(Throttling(2)) as target:
        run = Run(tmp_path, target.url, TOKEN["SCIM_CONFORMANCE_TOKEN"])
        ended = run.run("ENT-DIS-01/legacy", "ENT-CON-01")
    assert_calm(ended)
    assert "the target throttles (429): waiting 1 s; use --rate N to send fewer requests per second" in ended.out
    assert "the run waited 1 s" in run.result["warnings"][0]
    verdicts = {one["id"]: one["verdict"] for one in run.result["scenarios"]}
    assert verdicts["ENT-CON-01"] == "conformant"
    assert verdicts["ENT-DIS-01/legacy"] == "deviation"  # this target changes nothing on PATCH


def test_workers_wait_too_and_it_is_said_in_the_end(tmp_path: Path) -> None:
    with listening(Throttling(4)) as target:
        run = Run(tmp_path, target.url, TOKEN["SCIM_CONFORMANCE_TOKEN"])
        ended = run.run("-n", "2", "ENT-DIS-01", "ENT-CON-01")
    assert_calm(ended)
    assert "the run waited" in " ".join(run.result["warnings"])


def test_a_target_that_always_throttles_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with listening(Throttling(1000)) as target:
        ended = Run(tmp_path, target.url, TOKEN["SCIM_CONFORMANCE_TOKEN"]).run("ENT-DIS")
    assert ended.code == 6
    assert ended.out.count("waiting 1 s") == 2
    assert ended.seconds < 30


def test_a_target_that_asks_for_an_hour_is_not_waited_for(tmp_path: Path) -> None:
    with listening(Throttling(1000, retry="3600")) as target:
        ended = Run(tmp_path, target.url, TOKEN["SCIM_CONFORMANCE_TOKEN"]).run("ENT-DIS-01")
    assert ended.code == 6
    assert "waiting" not in ended.out
    assert ended.seconds < 30


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("0", 1, 1),
        (timedelta(hours=1), 3500, 3600),
        (timedelta(days=-9), 1, 1),
        ("soon", USUAL, USUAL),
        ("", USUAL, USUAL),
        ("-5", USUAL, USUAL),
    ],
)
def test_retry_after_is_a_number_or_a_date(said: str | timedelta, least: float, most: float) -> None:
    # A date is made here: a parameter that holds the time is another one in each process.
    if isinstance(said, timedelta):
        said = format_datetime(datetime.now(UTC) + said, usegmt=True)
    assert least <= asked_for(Answer(429, (("Retry-After", said),), b"", 0.0)) <= most


def slow(request: Received) -> Pieces:
    """Be an honest little target that takes its time."""
    time.sleep(0.1)
    return ACCOUNTS(request)


ACCOUNTS = Accounts()
TOLD = re.compile(r"the target responds in (\d+) ms")


def test_a_slow_target_is_told_of_before_it_has_taken_its_time(tmp_path: Path) -> None:
    with listening(slow) as target:
        process = Run(tmp_path, target.url, TOKEN["SCIM_CONFORMANCE_TOKEN"]).start()
        until = time.monotonic() + 60
        while not (found := TOLD.search(said := (tmp_path / "stdout.txt").read_text())):
            assert time.monotonic() < until, said
            time.sleep(0.1)
        process.signal(signal.SIGINT, group=False)
        ended = process.ended(60)
    assert int(found[1]) >= 100
    assert re.search(r"about \d+ (min|s) for \d+ remaining scenarios?\n", ended.out)
    assert ended.code == 2


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


def test_on_a_terminal_a_line_moves_and_is_gone_in_the_end(honest: Served, tmp_path: Path) -> None:
    token = {"SCIM_CONFORMANCE_TOKEN": honest.token}
    screen = shown(tmp_path, 80, "run", "--url", honest.url, "ENT-CON", "ENT-DIS", environ=token)
    assert screen.code == 0
    assert re.search(rb"/2\d", screen.raw)
    assert b"\x1b[2K" in screen.raw
    assert not re.search(r"\d/2\d", screen.text)
    assert screen.raw.count(b"\x1b[?25h") >= screen.raw.count(b"\x1b[?25l") > 0, "the cursor is shown again"
    assert "  test connection " in screen.text


def test_elsewhere_lines_are_plain(honest: Served, tmp_path: Path) -> None:
    environ = {"SCIM_CONFORMANCE_TOKEN": honest.token, "NO_COLOR": "", "COLUMNS": "80"}
    ended = cli(tmp_path, "run", "--url", honest.url, "ENT-CON", environ=environ)
    assert ended.code == 0
    assert "\x1b" not in ended.screen
    assert "\r" not in ended.screen


def test_no_color_means_no_colour_on_a_terminal(honest: Served, tmp_path: Path) -> None:
    token = {"SCIM_CONFORMANCE_TOKEN": honest.token}
    screen = shown(tmp_path, 80, "run", "--url", honest.url, "ENT-CON-01", environ=token, colour=False)
    assert b"\x1b[3" not in screen.raw.replace(b"\x1b[?25", b"")
    assert "No verdict: it needs " in screen.text
