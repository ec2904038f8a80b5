"""Nothing that a run writes or prints holds a secret, whatever the target does with it; and no cookie goes back."""

import base64
import html
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.cli import Ended, Run, assert_calm, cli, pytest_suites
from tests.support.raw import Accounts, Answering, Pieces, Received, http, listening
from tests.support.turns import due

pytestmark = pytest.mark.slow

TOKEN = 'cnry-Tk9x/+="q\\8~z.canary-token'
COOKIE = "cnry-cookie/+Zm9vYmFy0123456789"
CORE = ("Tk9x", "canary-token", "cnry-cookie", "Zm9vYmFy0123")
"""Parts of the secrets that survive most ways to spell them."""

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent-lower": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64-inside": lambda text: base64.b64encode(f"Bearer {text}".encode()).decode(),
    "json": lambda text: json.dumps(text)[1:-1],
    "json-escaped": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "html": html.escape,
}


def _needles() -> list[bytes]:
    pieces = [base64.b64encode(b"\0" * offset + TOKEN.encode()).decode()[8:-8] for offset in range(3)]
    escaped = SPELLINGS["json-escaped"](TOKEN)[6:-6]
    return [one.encode() for one in (*CORE, *pieces, escaped, base64.b64encode(COOKIE.encode()).decode()[4:-4])]


def assert_no_secret(where: Path, *ended: Ended) -> None:
    """Look into every file under a directory, and onto the screen."""
    files = [path for path in where.rglob("*") if path.is_file() and path.name != "token.txt"]
    assert len(files) > 3
    texts = {str(path): path.read_bytes() for path in files}
    texts |= {f"screen {number}": one.screen.encode() for number, one in enumerate(ended)}
    held = [(name, needle) for name, text in texts.items() for needle in _needles() if needle in text]
    assert held == []


def leaking(spelling: str = "plain") -> Answering:
    """Be an honest target that tells every secret, in headers and in bodies, and sets a cookie with each answer."""
    honest = Accounts()
    told = f"{SPELLINGS[spelling](TOKEN)} {SPELLINGS[spelling](COOKIE)}"
    cookie = ("Set-Cookie", f"session={COOKIE}; Path=/; HttpOnly")
    headers = [("X-Echo", told), cookie, (f"X-{quote(COOKIE, '')}", "1")]
    in_json = told if spelling.startswith("json") else json.dumps(told)[1:-1]

    def answer(request: Received) -> Pieces:
        head, _, body = honest(request).partition(b"\r\n\r\n")
        held = json.loads(body) if body else {}
        text = json.dumps({**held, "nickName": "@@", "title": ["@@"]}).replace("@@", in_json)
        return http(int(head[9:12]), text.encode() if body else b"", headers)

    return answer


def assert_no_cookie(received: list[Received]) -> None:
    """No cookie came back, and the token came in its header alone."""
    assert received
    assert {request.header("Cookie") for request in received} == {None}
    assert not any("cnry" in request.path or b"cnry" in request.body for request in received)
    assert any(request.header("Authorization") == f"Bearer {TOKEN}" for request in received)


@pytest.mark.parametrize("spelling", due(SPELLINGS, 3))
def test_a_target_that_tells_every_secret(tmp_path: Path, spelling: str) -> None:
    with listening(leaking(spelling)) as target:
        run = Run(tmp_path, target.url, TOKEN)
        ended = run.run("--timeout", "2", "ENT-CON", "ENT-CRE-01", "ENT-DIS-01", "--", "-vv", "--tb=long", "-s", "-rA")
    assert_calm(ended)
    assert ended.code == 1, ended.screen
    assert_no_secret(tmp_path, ended)
    assert_no_cookie(target.received)
    leaks = [one for one in run.result["scenarios"] if one["id"].startswith("STD-SEC-01")]
    assert [one["verdict"] for one in leaks] == ["deviation"]


def test_pytest_shows_no_secret_either(tmp_path: Path) -> None:
    with listening(leaking()) as target:
        flags = [
            f"--scim-url={target.url}",
            "--scim-report-dir=report",
            "--scim-id=ENT-CRE-01",
            "-p",
            "no:cacheprovider",
        ]
        noise = ["-vv", "--tb=long", "-s", "-rA", "-l", "--full-trace"]
        ended = pytest_suites(tmp_path, *flags, *noise, environ={"SCIM_CONFORMANCE_TOKEN": TOKEN})
    assert_calm(ended)
    assert_no_secret(tmp_path, ended)
    assert_no_cookie(target.received)


def test_a_token_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text(TOKEN + "\n")
    with listening(leaking()) as target:
        run = Run(tmp_path, target.url)
        ended = run.run("--token-file", str(tmp_path / "token.txt"), "-n", "2", "ENT-CRE-01", "ENT-DIS")
    assert_calm(ended)
    assert ended.code == 1
    assert_no_secret(tmp_path, ended)
    assert_no_cookie(target.received)


def test_a_token_from_the_command_line(tmp_path: Path) -> None:
    with listening(leaking()) as target:
        flags = ["--url", target.url, "--token", TOKEN, "--report-dir", str(tmp_path / "report"), "ENT-CRE-01"]
        ended = cli(tmp_path, "run", *flags)
    assert_calm(ended)
    assert_no_secret(tmp_path, ended)
    assert_no_cookie(target.received)


@pytest.mark.parametrize("workers", due([(), ("-n", "2")], 2))
def test_an_interrupted_run_holds_no_secret(tmp_path: Path, workers: tuple[str, ...]) -> None:
    begun, answering = threading.Event(), leaking()

    def slow(request: Received) -> Pieces:
        if request.number > 20:
            begun.set()
            time.sleep(0.1)
        return answering(request)

    with listening(slow) as target:
        run = Run(tmp_path, target.url, TOKEN)
        process = run.start("--timeout", "2", *workers, "--", "-vv", "-s")
        assert begun.wait(20)
        process.signal(signal.SIGINT, group=True)
        ended = process.ended()
        cleaned = run.clean()
    assert_calm(ended)
    assert ended.code == 2
    assert_no_secret(tmp_path, ended, cleaned)
    assert_no_cookie(target.received)


def _garbage(request: Received) -> Iterator[bytes]:
    """Answer with no HTTP, but with the token where an error message is cut."""
    yield b"x" * 60 + b" " + (request.header("Authorization") or "").encode() * 3 + b"\r\n\r\n"


def _cut_off(request: Received) -> Iterator[bytes]:
    """Set a cookie, and break off in the middle of the body."""
    cookie = f"Set-Cookie: session={COOKIE}\r\nX-Echo: {TOKEN}\r\n".encode()
    yield b"HTTP/1.1 200 OK\r\n" + cookie + b"Content-Length: 999\r\n\r\n" + TOKEN.encode()


def _too_large(request: Received) -> Iterator[bytes]:
    """Hold the token where a body that is too large is cut off."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b"x" * 985 + TOKEN.encode()
    for _ in range(200):
        yield b"x" * 65536


@pytest.mark.parametrize(("answering", "timeout"), [(_garbage, 0.4), (_cut_off, 0.4), (_too_large, 2)])
def test_what_is_cut_does_not_show_half_a_secret(tmp_path: Path, answering: Answering, timeout: float) -> None:
    def after_the_probe(request: Received) -> Pieces:
        return Accounts()(request) if request.number == 1 else answering(request)

    with listening(after_the_probe) as target:
        run = Run(tmp_path, target.url, TOKEN)
        ended = run.run("--timeout", str(timeout), "ENT-CON", "ENT-CRE-01")
    assert_calm(ended)
    assert ended.code in {1, 6}
    assert_no_secret(tmp_path, ended)
    assert all(request.header("Cookie") is None for request in target.received)
    assert len(target.received) > 2
