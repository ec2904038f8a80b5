"""Targets that no HTTP library would let one write: answers as bytes, over a real socket."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
EMPTY = {"schemas": [LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []}


@dataclass(frozen=True)
class Received:
    """A request as it came in. `number` counts from 1 over the life of the server."""

    number: int
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def json(self) -> Any:
        """Return the parsed body, or None."""
        return json.loads(self.body) if self.body else None


Pieces = bytes | Iterable[bytes]
"""An answer; or pieces of one as fast as the iterator gives them, and then the connection is closed."""

Answering = Callable[[Received], Pieces]


@dataclass
class RawTarget:
    """A listening target and what it was sent."""

    listener: socket.socket
    answering: Answering
    context: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The tenant URL."""
        scheme = "http" if self.context is None else "https"
        return f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}/scim"

    def accept(self) -> None:
        """Serve every connection in a thread of its own, until the listener is closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # The harness may hang up at any moment: that is what several tests are about.
        with suppress(OSError, ValueError), connection:
            if self.context is None:
                self._converse(connection)
                return
            with self.context.wrap_socket(connection, server_side=True) as encrypted:
                self._converse(encrypted)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            while (request := self._read(reader)) is not None:
                self.received.append(request)
                answer = self.answering(request)
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)
                if not isinstance(answer, bytes):
                    return

    def _read(self, reader: Any) -> Received | None:
        line = reader.readline().decode("latin-1").split(" ")
        if len(line) < 3:
            return None
        headers = tuple(iter(lambda: _header(reader), None))
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        return Received(len(self.received) + 1, line[0], line[1], headers, reader.read(length))


def _header(reader: Any) -> tuple[str, str] | None:
    name, _, value = reader.readline().decode("latin-1").strip().partition(":")
    return (name, value.strip()) if name else None


@contextmanager
def listening(answering: Answering, context: ssl.SSLContext | None = None) -> Iterator[RawTarget]:
    """Serve until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        target = RawTarget(listener, answering, context)
        threading.Thread(target=target.accept, daemon=True).start()
        yield target
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def http(
    status: int, body: bytes = b"", headers: Iterable[tuple[str, str]] = (), media: str = "application/scim+json"
) -> bytes:
    """Return a well-formed answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {media}"] if body else []
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body


def scim(status: int, body: Any, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """Return an answer with a JSON body."""
    return http(status, json.dumps(body).encode(), headers)


def error(status: int, detail: str = "no") -> bytes:
    """Return a SCIM error."""
    return scim(status, {"schemas": [ERROR], "status": str(status), "detail": detail})


def listing(*resources: Any) -> dict[str, Any]:
    """Return a ListResponse with these resources."""
    held = len(resources)
    return {**EMPTY, "totalResults": held, "itemsPerPage": held, "Resources": [*resources]}


def closed_port() -> int:
    """Return a port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found: int = listener.getsockname()[1]
        return found


def dripping(data: bytes, pause: float = 1.0) -> Iterator[bytes]:
    """Yield a byte now and then."""
    for byte in data:
        yield bytes([byte])
        time.sleep(pause)


class Accounts:
    """The little that a target must do for a scenario to get far: create, read, find by filter, delete."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}

    def __call__(self, request: Received) -> bytes:
        """Answer as an honest target would, and change nothing on PATCH."""
        kind, _, identifier = request.path.removeprefix("/scim/").partition("?")[0].partition("/")
        if request.method == "POST":
            identifier = f"{kind.lower()}-{len(self.held) + 1}"
            self.held[identifier] = {**request.json, "id": identifier, "meta": {"resourceType": kind[:-1]}}
            return scim(201, self.held[identifier])
        if not identifier:
            query = unquote_plus(request.path)
            return scim(200, listing(*(one for one in self.held.values() if _wanted(one) in query)))
        if identifier not in self.held:
            return error(404)
        if request.method == "DELETE":
            del self.held[identifier]
            return http(204)
        return scim(200, self.held[identifier])


def _wanted(resource: dict[str, Any]) -> str:
    return f' eq "{resource.get("userName") or resource.get("displayName")}"'
