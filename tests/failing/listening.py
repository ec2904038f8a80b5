"""The server on a real socket: HTTP in, HTTP out, and a supervisor that restarts it after a crash."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.failing.server import App, Call, CrashError, HangError, Reply, error

BASE = "/scim/v2"
RESTART = 0.3
"""Seconds until the supervisor has restarted the process."""
READABLE = ("application/scim+json", "application/json")


class Listener:
    """Keeps one port for an app. A crash drops every connection; what is stored is in a database, and stays."""

    def __init__(self, app: App) -> None:
        self.app, self.connections = app, set[socket.socket]()
        self.stopped = threading.Event()
        self._restarting: threading.Thread | None = None
        self._open(0)

    def _open(self, port: int) -> None:
        self.server = _Server(("127.0.0.1", port), _Handler)
        self.server.listener = self
        self.port = int(self.server.server_address[1])
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The tenant URL."""
        return f"http://127.0.0.1:{self.port}{BASE}"

    def crash(self) -> None:
        """End the process: from within a request, so that another thread has to do it."""
        if self._restarting is None or not self._restarting.is_alive():
            self._restarting = threading.Thread(target=self._restart, daemon=True)
            self._restarting.start()

    def _restart(self) -> None:
        self._shut()
        time.sleep(RESTART)
        if not self.stopped.is_set():
            self._open(self.port)

    def _shut(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        for one in list(self.connections):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """End for good."""
        self.stopped.set()
        if self._restarting is not None:
            self._restarting.join()
        self._shut()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    listener: Listener

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.listener.connections.add(self.connection)

    def finish(self) -> None:
        self.server.listener.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Print nothing."""

    def _handle(self) -> None:
        listener = self.server.listener
        try:
            reply = self._replied(listener.app)
        except HangError:
            listener.stopped.wait(120)
            self.close_connection = True
        except CrashError:
            listener.crash()
            self.close_connection = True
        else:
            self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _handle  # noqa: N815

    def _replied(self, app: App) -> Reply:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = [unquote(one) for one in parts.path.split("/") if one]
        inside = [one for one in BASE.split("/") if one]
        if path[: len(inside)] != inside:
            return error(404, "There is nothing outside of the base")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {key.lower(): value for key, value in self.headers.items()}
        base = f"http://{headers.get('host', '')}{BASE}"
        call = Call(self.command, path[len(inside) :], query, headers, None, base)
        return self._read(call, raw) or app.handle(call)

    def _read(self, call: Call, raw: bytes) -> Reply | None:
        """Parse the body into the request, or return what is wrong with it."""
        if not raw:
            return None
        if call.headers.get("content-type", "").partition(";")[0].strip().lower() not in READABLE:
            return error(415, "The body must be application/scim+json")
        try:
            call.body = json.loads(raw)
        except ValueError:
            return error(400, "The body is not JSON", "invalidSyntax")
        return None

    def _send(self, reply: Reply) -> None:
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        raw = b"" if reply.body is None else text.encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.body is not None:
            self.send_header("Content-Type", reply.media_type)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@contextmanager
def listening(app: App) -> Iterator[Listener]:
    """Serve an app until the end of the block."""
    listener = Listener(app)
    try:
        yield listener
    finally:
        listener.stop()
