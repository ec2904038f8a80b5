"""A process that has imported the command line, and forks one for each request: see `tests.support.warm`.

Started as `python -m tests.support.launcher DESCRIPTOR MODULES`, with one end of a pair of Unix sockets, and
the modules to import. A request is one message: JSON, and the descriptors of standard input, output and error.
 The answer is the id of the new process, whose parent are the tests: the one between has ended.
"""

import array
import fcntl
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import termios
import time
from typing import Any

MOST = 1 << 20
"""Bytes of a request at most: an environment is in it."""


def main() -> None:
    """Serve until the other end is closed; in a fork, be the command line."""
    tests = socket.socket(fileno=int(sys.argv[1]))
    for name in json.loads(sys.argv[2]):
        importlib.import_module(name)
    _make()
    gc.collect()
    gc.freeze()  # a search for garbage would write to memory that is shared with the forks
    while (asked := _asked(tests)) is not None:
        request, descriptors = asked
        if _forked(tests):
            tests.close()
            _become(request, descriptors)
            runpy.run_module("scim_conformance", run_name="__main__", alter_sys=True)
            return
        for one in descriptors:
            os.close(one)


def _make() -> None:
    """Make what a command makes once and keeps, and what is the same each time."""
    from scim_conformance.catalogue.scenarios import shipped_templates
    from scim_conformance.demo.app import provider
    from scim_conformance.entra.directory.people import _faker
    from scim_conformance.entra.profiles.profile import load
    from scim_conformance.reporting.page import _template

    shipped_templates()
    provider()
    provider(load("entra-default"))
    _faker()
    _template()


def _asked(tests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    message, attached, _, _ = tests.recvmsg(MOST, socket.CMSG_LEN(3 * array.array("i").itemsize))
    if not message:
        return None
    descriptors = array.array("i")
    for _, _, data in attached:
        descriptors.frombytes(data)
    return json.loads(message), list(descriptors)


def _forked(tests: socket.socket) -> bool:
    """Fork twice, and answer once the process between has ended; tell whether this is the new one."""
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        grandchild = os.fork()
        if grandchild == 0:
            os.close(reading)
            os.close(writing)
            return True
        os.write(writing, str(grandchild).encode())
        os._exit(0)
    os.waitpid(between, 0)
    tests.sendall(os.read(reading, 32))
    os.close(reading)
    os.close(writing)
    return False


def _become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Take on what a new interpreter would be given, or would find."""
    os.setsid()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if request["terminal"]:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
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


def _open_streams() -> None:
    """Open the streams that an interpreter opens when it starts."""
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    for name, number, errors in (("stdout", 1, "strict"), ("stderr", 2, "backslashreplace")):
        lines = number == 2 or os.isatty(number)
        raw = open(number, "wb", closefd=False)  # noqa: SIM115
        stream = io.TextIOWrapper(raw, "utf-8", errors, line_buffering=lines)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    main()
