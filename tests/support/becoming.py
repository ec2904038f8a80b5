"""What a fork does to be what a new interpreter would be: see `tests.support.launcher` and `warm_workers`."""

import array
import fcntl
import io
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import termios
import time
from typing import Any

MOST = 1 << 20
"""Bytes of a request at most: an environment is in it."""


def asked(other: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Return a request and its descriptors: standard input, output and error; None: there will be no more."""
    message, attached, _, _ = other.recvmsg(MOST, socket.CMSG_LEN(3 * array.array("i").itemsize))
    if not message:
        return None
    descriptors = array.array("i")
    for _, _, data in attached:
        descriptors.frombytes(data)
    return json.loads(message), list(descriptors)


def become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Take on what a new interpreter would be given, or would find."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["where"])
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    tempfile.tempdir = None
    sys.argv[1:] = request["arguments"]
    sys.path[0] = request["where"]
    _open_streams()


def restrict(*, terminal: bool, largest: int | None) -> None:
    """Give a new process its terminal, so that Ctrl-C typed into it is a signal, and a limit for the size of files."""
    if terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if largest is not None:
        sys.dont_write_bytecode = True  # Python keeps a compiled module that the limit cut off
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def _open_streams() -> None:
    """Open the streams that an interpreter opens when it starts."""
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    for name, number, errors in (("stdout", 1, "strict"), ("stderr", 2, "backslashreplace")):
        lines = number == 2 or os.isatty(number)
        raw = open(number, "wb", closefd=False)  # noqa: SIM115
        stream = io.TextIOWrapper(raw, "utf-8", errors, line_buffering=lines)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
