"""One target over a plain socket, for the probes of faults and variants. Nothing of the harness is used."""

import json
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, urlsplit

from scim_conformance.demo.probing.bodies import added, person, unique
from scim_conformance.demo.server import Served
from scim_conformance.demo.shapes import CORE, PATCH_OP

SCIM = "application/scim+json; charset=utf-8"
JSON = "application/json"

Headers = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its headers in lower case, and its bytes."""

    status: int
    headers: Headers
    body: bytes
    sent: Sequence[tuple[str, str]] = ()
    """The headers in their order, each with its name in lower case, also where one is there twice."""

    def headers_of(self, name: str) -> list[str]:
        """Return the values of every header with this name in lower case."""
        return [value for key, value in self.sent if key == name]

    @property
    def json(self) -> Any:
        """Return the parsed body, or None; what is no JSON raises ValueError."""
        return json.loads(self.body) if self.body else None

    @property
    def id(self) -> str:
        """Return the id of the resource, which must be there."""
        assert self.status in {200, 201}, (self.status, self.body)
        return str(self.json["id"])

    @property
    def listed(self) -> list[dict[str, Any]]:
        """Return the resources of a list."""
        assert self.status == 200, (self.status, self.body)
        found: list[dict[str, Any]] = self.json["Resources"]
        return found


@dataclass(frozen=True)
class Wire:
    """One target, and a connection of its own for each request."""

    served: Served

    def send(self, method: str, path: str, body: Any = None, **headers: str | None) -> Reply:
        """Send a request as Entra does, and read the answer. A header that is None is left out."""
        with self._connected() as connection:
            return self._exchange(connection, method, path, body, {"Connection": "close", **headers})

    def post_all(self, path: str, bodies: Iterable[Any]) -> list[Reply]:
        """Post one after another over one connection."""
        with self._connected() as connection:
            return [self._exchange(connection, "POST", path, body, {}) for body in bodies]

    def _connected(self) -> socket.socket:
        place = urlsplit(self.served.url)
        connection = socket.create_connection((place.hostname or "", place.port or 0), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if place.scheme == "http":
            return connection
        return ssl.create_default_context(cafile=self.served.ca_file).wrap_socket(
            connection, server_hostname=place.hostname
        )

    def _exchange(
        self, connection: socket.socket, method: str, path: str, body: Any, headers: Mapping[str, str | None]
    ) -> Reply:
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        place = urlsplit(self.served.url)
        target = path if path == "/token" else f"{place.path}{path}"
        said: dict[str, str | None] = {"Host": place.netloc, "Authorization": f"Bearer {self.served.token}"}
        said |= {"Content-Type": SCIM, "Content-Length": str(len(content))} if content else {}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}" for name, value in said.items() if value is not None]
        connection.sendall("\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode() + content)
        answer = HTTPResponse(connection, method=method)
        answer.begin()
        found = [(name.lower(), value) for name, value in answer.getheaders()]
        return Reply(answer.status, dict(found), answer.read(), found)

    def get(self, path: str, **headers: str | None) -> Reply:
        """Read."""
        return self.send("GET", path, **headers)

    def delete(self, path: str) -> Reply:
        """Delete."""
        return self.send("DELETE", path)

    def patch(self, path: str, *operations: dict[str, Any]) -> Reply:
        """Change."""
        return self.send("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)})

    def find(self, kind: str, text: str, more: str = "") -> Reply:
        """Ask for what a filter matches, with the spaces written as Entra writes them."""
        return self.get(f"/{kind}?filter={quote(text, safe='').replace('%20', '+')}{more}")

    def create(self, **attributes: Any) -> Reply:
        """Create a user; without a userName a new one is made."""
        return self.send("POST", "/Users", person(**attributes))

    def user(self, **attributes: Any) -> str:
        """Create a user, who must be created, and return the id."""
        return self.create(**attributes).id

    def create_group(self, name: str | None = None, **attributes: Any) -> Reply:
        """Create a group."""
        body = {"schemas": [f"{CORE}Group"], "displayName": name or unique("group"), **attributes}
        return self.send("POST", "/Groups", body)

    def group(self, *members: str, name: str | None = None) -> str:
        """Create a group with members, and return its id."""
        group = self.create_group(name).id
        for member in members:
            assert self.patch(f"/Groups/{group}", added(member)).status in {200, 204}
        return group

    def read(self, identifier: str) -> Any:
        """Return a user, who must be there."""
        reply = self.get(f"/Users/{identifier}")
        assert reply.status == 200, (reply.status, reply.body)
        return reply.json

    def members(self, group: str) -> list[str]:
        """Return the ids of the members of a group."""
        reply = self.get(f"/Groups/{group}")
        assert reply.status == 200, (reply.status, reply.body)
        return [one["value"] for one in reply.json.get("members") or []]

    def change(self, identifier: str, *operations: dict[str, Any]) -> Reply:
        """Change a user."""
        return self.patch(f"/Users/{identifier}", *operations)
