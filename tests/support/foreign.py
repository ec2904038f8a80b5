"""A target that already holds other people's accounts, and what it looks like before and after."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target
from scim_conformance.demo.server import Served, serve

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


@dataclass
class Inhabited:
    """A served target with foreign resources in it."""

    served: Served
    before: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The tenant URL."""
        return self.served.url

    @property
    def token(self) -> str:
        """The secret token."""
        return self.served.token

    def settle(self, users: int, groups: int) -> None:
        """Let foreign users and groups move in over HTTP, and remember them as they are."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        with httpx.Client(base_url=self.url, headers=headers) as client:
            ids = [_post(client, "/Users", _user(number)) for number in range(users)]
            for number in range(groups):
                _post(client, "/Groups", _group(number, ids[number : number + 3]))
        self.before = self.stored()

    def stored(self) -> dict[str, str]:
        """Return everything that is stored, as JSON by id."""
        found = self.served.app.stored()
        return {one.id: json.dumps(one.model_dump(mode="json"), sort_keys=True, default=str) for one in found}

    @property
    def ours(self) -> list[str]:
        """What is stored and was not there before."""
        return [text for identifier, text in self.stored().items() if identifier not in self.before]

    def assert_untouched(self) -> None:
        """Everything foreign is as it was, byte for byte."""
        now = self.stored()
        assert {identifier: now.get(identifier) for identifier in self.before} == self.before

    def assert_as_before(self) -> None:
        """Everything foreign is as it was, and nothing of ours is left."""
        self.assert_untouched()
        assert self.ours == []


@contextmanager
def inhabited(*defects: Around, users: int = 12, groups: int = 8) -> Iterator[Inhabited]:
    """Serve a target in which foreign users and groups live already; defects begin after they moved in."""
    with serve() as served:
        target = Inhabited(served)
        target.settle(users, groups)
        served.app.defects = defects
        yield target


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> str:
    answer = client.post(path, content=json.dumps(body))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _user(number: int) -> dict[str, Any]:
    name = f"somebody.{number}@customer.example"
    return {
        "schemas": [USER],
        "userName": name,
        "externalId": f"somebody.{number}",
        "displayName": f"Somebody {number}",
        "emails": [{"value": name, "type": "work", "primary": True}],
        "active": number % 5 > 0,
    }


def _group(number: int, members: list[str]) -> dict[str, Any]:
    name = f"Customer's Team {number}"
    return {"schemas": [GROUP], "displayName": name, "members": [{"value": one} for one in members]}


@dataclass
class Slow:
    """A defect: some POSTs take a while and commit at the end, asked or not. `begun` is set when one is under way."""

    after: int
    seconds: float = 1.2
    many: int = 3
    begun: threading.Event = field(default_factory=threading.Event)
    posts: int = 0

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Delay the n-th POST and the next ones: both workers of two are then in one."""
        if request.method == "POST":
            self.posts += 1
            if self.after <= self.posts < self.after + self.many:
                self.begun.set()
                await asyncio.sleep(self.seconds)
        return await go(request)


@dataclass
class Signal:
    """A defect that is none: `begun` is set when the n-th request arrives, so that a test can strike in the middle."""

    after: int
    begun: threading.Event = field(default_factory=threading.Event)
    requests: int = 0

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Count, and serve."""
        self.requests += 1
        if self.requests >= self.after:
            self.begun.set()
        return await go(request)
