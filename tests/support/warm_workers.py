"""Workers of pytest-xdist without the seconds that each takes to import everything: forks that wait until they start.

They are made before the command line runs, as children of its process in its session, and wait. execnet, which xdist
starts workers with, then gets one of them instead of a new interpreter, and sends it the same first line.
"""

import array
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from execnet import gateway_io
from execnet.gateway_base import Popen2IO

from tests.support.becoming import asked, become

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
HIGHEST = 1024
"""No process of the tests has a descriptor above it when it begins."""


def prepare(arguments: Sequence[str]) -> None:
    """Make as many workers as `-n` asks for, and have execnet take them."""
    # Of the command line's own arguments, `-n` is the number of threads; what follows `--` is pytest's.
    own = arguments[:1] in (["run"], ["demo"])
    of_pytest = list(arguments[arguments.index("--") :] if "--" in arguments else () if own else arguments)
    many = int(of_pytest[of_pytest.index("-n") + 1]) if "-n" in of_pytest else 0
    if many:
        waiting = [_Worker() for _ in range(many)]
        gateway_io.Popen2IOMaster = _taking(waiting)  # type: ignore[misc]


def _taking(waiting: "list[_Worker]") -> type[gateway_io.Popen2IOMaster]:
    class Taking(gateway_io.Popen2IOMaster):
        """Takes a worker that waits, or starts an interpreter where none is left or another one is asked for."""

        def __init__(self, args: list[str], execmodel: Any) -> None:
            if not waiting or (args[0], args[-1]) != (sys.executable, gateway_io.popen_bootstrapline):
                super().__init__(args, execmodel)
                return
            self.popen = waiting.pop(0)
            to, of = self.popen.started()
            Popen2IO.__init__(self, to, of, execmodel)

    return Taking


class _Worker:
    """A fork that waits; what execnet uses of a `subprocess.Popen`."""

    def __init__(self) -> None:
        self._ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _wait(its)
        its.close()

    def started(self) -> tuple[Any, Any]:
        """Let it start with the surroundings of this moment, and return its standard input and output."""
        (its_in, to), (of, its_out) = os.pipe(), os.pipe()
        request = {"arguments": [], "where": str(Path.cwd()), "environ": {**os.environ}}
        streams = array.array("i", (its_in, its_out, 2))
        self._ours.sendmsg([json.dumps(request).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        for one in (its_in, its_out):
            os.close(one)
        return os.fdopen(to, "wb"), os.fdopen(of, "rb")

    def wait(self) -> int:
        """Wait for its end."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


def _wait(its: socket.socket) -> None:
    """In the fork: be a worker once it is asked for, and end without a word where it never is."""
    os.closerange(3, its.fileno())
    os.closerange(its.fileno() + 1, HIGHEST)
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    found = asked(its)
    if found is None:
        os._exit(0)
    its.close()
    become(*found)
    sys.argv, sys.path[0] = ["-c"], ""
    exec(eval(sys.stdin.readline()), {"__name__": "__main__"})  # what execnet has an interpreter do
    sys.exit(0)
