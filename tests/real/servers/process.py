"""Starts a server as a process of its own, waits until it answers, and ends it: this process and no other."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS, STOP_SECONDS = 30.0, 5.0

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ServerError(RuntimeError):
    """A server could not be installed, started or played."""


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(
    command: Sequence[str], env: Mapping[str, str], cwd: Path, seconds: float, allowed: Collection[int] = (0,)
) -> None:
    """Run a command to its end.

    Raises:
        ServerError: it took too long, or ended with an exit code that is not `allowed`.
    """
    program = Path(command[0]).name
    try:
        done = subprocess.run(
            command, env=dict(env), cwd=cwd, timeout=seconds, capture_output=True, text=True, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerError(f"{program}: {error}") from error
    if done.returncode not in allowed:
        raise ServerError(f"{program} exits with {done.returncode}: {_tail(done.stdout + done.stderr, 20)}")


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], cwd: Path, url: str, token: str) -> Iterator[None]:
    """Serve until the block ends; it begins as soon as `url` answers."""
    log = cwd / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=dict(env), cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, url, token, log)
        yield
        if process.poll() is not None:
            raise ServerError(f"the server ended by itself with {process.returncode}: {_tail(log.read_text())}")
    finally:
        _end(process)


def _wait(process: "subprocess.Popen[bytes]", url: str, token: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url, token):
        if process.poll() is not None:
            raise ServerError(f"the server ended with {process.returncode}: {_tail(log.read_text())}")
        if time.monotonic() > deadline:
            raise ServerError(f"no answer in {START_SECONDS:.0f} s: {_tail(log.read_text())}")
        time.sleep(0.05)


def _answers(url: str, token: str) -> bool:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with _OPENER.open(request, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


def _tail(text: str, lines: int = 8) -> str:
    return "\n        ".join(["", *text.strip().splitlines()[-lines:]])
