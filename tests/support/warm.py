"""Starts the command line, or pytest on scenarios, without the one to two seconds that it takes to import them.

A launcher, one for each process of the tests, has imported them and forks: what comes of that is a process, a group and
a session of its own with the surroundings that were asked for, and a child of the tests. `cold` starts are for what a
fork cannot show: the start itself, its signals, its memory, the variables that Python reads when it begins.
`tests/test_warm.py` compares the two.
"""

import array
import atexit
import ctypes
import json
import os
import pkgutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import scim_conformance
from tests.support.becoming import MOST

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = (
    "_pytest.junitxml",
    "_pytest.skipping",
    "_pytest.unittest",
    "_pytest.unraisableexception",
    "allure_pytest.listener",
    "execnet.multi",
    "rich.progress",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
)
REWRITTEN = ("scim_conformance.run.plugin",)
"""What pytest has to import itself, as every plugin: it warns of one that was there before."""

AT_THE_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_")
"""What the variables begin with that count only when a process starts."""

SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2): the orphans among one's descendants become one's children."""


def fits(environ: Mapping[str, str]) -> bool:
    """Tell whether a fork of the launcher is what a new interpreter with this environment would be."""
    return sys.platform == "linux" and _at_the_start(environ) == _at_the_start(os.environ)


def _at_the_start(environ: Mapping[str, str]) -> dict[str, str]:
    found = {name: value for name, value in environ.items() if name.startswith(AT_THE_START)}
    found.pop("PYTHONFAULTHANDLER", None)  # the launcher has it too
    return found


def start(request: Mapping[str, object], streams: Sequence[int]) -> int:
    """Start what the request names and return its process id. `streams`: three descriptors."""
    message = json.dumps(request).encode()
    assert len(message) < MOST
    attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
    with _LOCK, _adopting():
        launcher = _launcher()
        launcher.sendmsg([message], attached)
        return int(launcher.recv(32))


_LOCK = threading.Lock()


@contextmanager
def _adopting() -> Iterator[None]:
    """Have what the launcher forks become a child of this process."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(SUBREAPER, 1, 0, 0, 0) == 0
    try:
        yield
    finally:
        prctl(SUBREAPER, 0, 0, 0, 0)


@cache
def _launcher() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    program = (sys.executable, "-m", "tests.support.launcher")
    command = (*program, str(its.fileno()), json.dumps(_modules()))
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(its.fileno(),),
        start_new_session=True,
    )
    its.close()
    atexit.register(_end, ours, process)
    return ours


def _end(ours: socket.socket, process: subprocess.Popen[bytes]) -> None:
    ours.close()
    process.wait(10)


def _modules() -> list[str]:
    found = [one.name for one in pkgutil.walk_packages(scim_conformance.__path__, "scim_conformance.")]
    return [*LIBRARIES, *(name for name in found if not name.endswith("__main__") and name not in REWRITTEN)]
