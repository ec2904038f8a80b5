"""A service whose web process hangs on some requests, or dies of them and is started again; what it stored stays.

`python -m tests.support.mortal PORT UPSTREAM HOW WHICH`: the process that is started again passes requests on to
UPSTREAM, an honest target, which plays its database.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scim_conformance.demo.server import Served, serve
from tests.support.raw import closed_port

AGAIN = 0.3
"""Seconds after which the process that died is started again."""

WHICH: dict[str, Callable[[str, str, Any], bool]] = {
    "no-mail": lambda method, path, body: method == "POST" and "/Users" in path and not body.get("emails"),
    "no-name": lambda method, path, body: method == "POST" and "/Users" in path and not body.get("name"),
    "nothing": lambda method, path, body: False,
    **{name: lambda method, path, body, name=name: method == name for name in ("POST", "PATCH", "DELETE")},  # type: ignore[misc]
}
"""The requests that the process does not survive."""


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    how, which, upstream = "", "", ""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with suppress(ValueError):
            if WHICH[self.which](self.command, self.path, json.loads(raw or b"{}")):
                self._suffer()
        upstream = http.client.HTTPConnection(urlsplit(self.upstream).netloc)
        upstream.request(self.command, self.path, raw or None, dict(self.headers.items()))
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        upstream.close()

    def _suffer(self) -> None:
        if self.how == "hang":
            time.sleep(60)
        os._exit(1)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names of the base class


class _Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of a client that hung up."""


def main(port: str, upstream: str, how: str, which: str) -> None:
    """Serve, and start again whenever the process has died; `how`: hang, die, or away: it is not started again."""
    while True:
        child = os.fork()
        if child == 0:
            _Relay.how, _Relay.which, _Relay.upstream = how, which, upstream
            _Server(("127.0.0.1", int(port)), _Relay).serve_forever()
        os.waitpid(child, 0)
        if how == "away":
            return
        time.sleep(AGAIN)


@contextmanager
def mortal(how: str, which: str) -> Iterator[tuple[str, Served]]:
    """Serve until the block ends: the tenant URL, and the honest target behind it."""
    with serve() as served:
        port = str(closed_port())
        command = [sys.executable, "-m", "tests.support.mortal", port, served.url, how, which]
        where = Path(__file__).resolve().parents[2]
        process = subprocess.Popen(command, cwd=where, start_new_session=True)
        try:
            _wait(int(port))
            yield served.url.replace(str(urlsplit(served.url).port), port), served
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("the service did not start")


if __name__ == "__main__":
    main(*sys.argv[1:])
