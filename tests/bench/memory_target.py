"""A SCIM target that costs little: dictionaries, and an index of names. For rehearsals with thousands of users, whose
figures must be those of the harness.

It knows the requests of Entra's provisioning service and no others: match queries for a name, PATCH in both dialects,
with members by value or by filter. Prints its URL and token as JSON, and serves until its standard input ends.
"""

import json
import re
import secrets
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from scim_conformance.demo.server import listen
from scim_conformance.scim import paths

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
NAMES = {"Users": "userName", "Groups": "displayName"}
QUERY = re.compile(r'\w+ eq "(.*)"')
Resource = dict[str, Any]


@dataclass
class Kind:
    """Users or groups: by id, and by name in lower case; members of groups apart, as ids."""

    name: str
    held: dict[str, Resource] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    members: dict[str, dict[str, None]] = field(default_factory=dict)

    def put(self, identifier: str, one: Resource) -> None:
        """Store a resource, under its present name alone."""
        self.drop(identifier)
        self.held[identifier] = one
        self.named[str(one[self.name]).lower()] = identifier

    def drop(self, identifier: str) -> bool:
        """Remove a resource; return whether it was there."""
        one = self.held.pop(identifier, None)
        if one is not None and self.named.get(str(one["key"])) == identifier:
            del self.named[str(one["key"])]
        return one is not None


@dataclass
class MemoryTarget:
    """The target (ASGI)."""

    token: str
    kinds: dict[str, Kind] = field(default_factory=lambda: {path: Kind(name) for path, name in NAMES.items()})

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        headers = dict(scope["headers"])
        if headers.get(b"authorization") != f"Bearer {self.token}".encode():
            status, answer = 401, None
        else:
            query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
            status, answer = self.answer(scope["method"], scope["path"], query, json.loads(body) if body else None)
        content = b"" if answer is None else json.dumps(answer).encode()
        told = [(b"content-type", b"application/scim+json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": content})

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Return status and body."""
        place, _, identifier = path.removeprefix("/v2/").partition("/")
        kind = self.kinds.get(place)
        if kind is None:
            return 404, None
        if not identifier:
            return self._made(kind, body) if method == "POST" else (200, self._searched(kind, query))
        if identifier not in kind.held:
            return 404, {"status": "404"}
        if method == "GET":
            return 200, self._shown(kind, identifier, query)
        if method == "DELETE":
            kind.drop(identifier)
        else:
            self._patched(kind, identifier, body["Operations"])
        return 204, None

    def _made(self, kind: Kind, body: Resource) -> tuple[int, Any]:
        if str(body[kind.name]).lower() in kind.named:
            return 409, {"status": "409", "scimType": "uniqueness"}
        identifier = secrets.token_hex(16)
        self._store(kind, identifier, {**body, "id": identifier})
        return 201, self._shown(kind, identifier, {})

    def _store(self, kind: Kind, identifier: str, one: Resource) -> None:
        kind.put(identifier, {**one, "key": str(one[kind.name]).lower()})

    def _searched(self, kind: Kind, query: dict[str, str]) -> Resource:
        asked = QUERY.fullmatch(query.get("filter", ""))
        wanted = [kind.named.get(asked[1].lower())] if asked else [*kind.held][:100]
        found = [self._shown(kind, one, query) for one in wanted if one is not None]
        total = len(found) if asked else len(kind.held)
        body = {"schemas": [LIST], "totalResults": total, "startIndex": 1, "itemsPerPage": len(found)}
        return {**body, "Resources": found}

    def _shown(self, kind: Kind, identifier: str, query: dict[str, str]) -> Resource:
        one = {key: value for key, value in kind.held[identifier].items() if key != "key"}
        if query.get("excludedAttributes") != "members" and kind.members.get(identifier):
            one["members"] = [{"value": each} for each in kind.members[identifier]]
        return one

    def _patched(self, kind: Kind, identifier: str, operations: list[Any]) -> None:
        one = dict(kind.held[identifier])
        for each in operations:
            verb, path, value = each["op"].lower(), each.get("path"), each.get("value")
            if path is not None and paths.parse(path).name == "members":
                self._member(kind.members.setdefault(identifier, {}), verb, path, value)
                continue
            for name, new in (value if path is None else {path: value}).items():
                self._set(one, paths.parse(name), new)
        self._store(kind, identifier, one)

    def _member(self, held: dict[str, None], verb: str, path: str, value: Any) -> None:
        literal = paths.parse(path).literal
        for each in [str(literal)] if literal is not None else [one["value"] for one in value]:
            held.pop(each, None)
            if verb == "add":
                held[each] = None

    def _set(self, one: Resource, path: paths.AttrPath, value: Any) -> None:
        if path.name == "active":
            value = str(value).lower() == "true"
        if path.name == "manager" and not isinstance(value, dict):
            value = {"value": value}
        paths.write(one, path, value)


def main() -> None:
    """Serve until standard input ends."""
    token = secrets.token_urlsafe(24)
    with listen(MemoryTarget(token)) as url:
        print(json.dumps({"url": url, "token": token}), flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
