"""One server for a process: the embedded target behind it is another for each draw."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from scim2_server.applications.asgi import Receive, Scope, Send
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.config import credentials
from scim_conformance.config.credentials import Access
from scim_conformance.config.settings import Secrets, Settings
from scim_conformance.demo.app import Around, Go, Target, body_of
from scim_conformance.demo.hiding import hidden
from scim_conformance.demo.server import listen
from scim_conformance.demo.shapes import refusal
from scim_conformance.demo.tokens import PATH, TokenEndpoint
from scim_conformance.entra.profiles.profile import Profile

Bodies = list[tuple[str, str, Any]]
"""Method, path and JSON body of each write that a target was sent, in their order."""


@dataclass
class Door:
    """An ASGI application that hands each request to the target of the moment."""

    target: Target | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        assert self.target is not None
        await self.target(scope, receive, send)


@dataclass
class House:
    """The server: where it listens, and how a target moves in."""

    url: str
    door: Door
    heard: Bodies = field(default_factory=list)

    def let(self, profile: Profile, faults: Sequence[Around] = ()) -> tuple[Settings, Access]:
        """Let a fresh target for a profile move in; return the settings of a run, and what it is authenticated with."""
        self.heard = []
        tokens = TokenEndpoint(assertion=secrets.token_urlsafe(24) if profile.credentials.kind == "federated" else None)
        token = secrets.token_urlsafe(24)
        around = [_listening(self.heard), *faults, *_as_said(profile)]
        self.door.target = Target(token, around, tokens, profile)
        settings = Settings(url=self.url, profile="drawn.toml", dialect=profile.dialect)
        if profile.credentials.kind == "bearer":
            return settings, credentials.access(settings, profile, Secrets(token=token))
        address, client = self.url.removesuffix("/v2") + PATH, profile.credentials.client_id or tokens.client_id
        settings = msgspec.structs.replace(settings, token_url=address, client_id=client)
        federated = profile.credentials.kind == "federated"
        known = Secrets(client_assertion=tokens.assertion) if federated else Secrets(client_secret=tokens.client_secret)
        return settings, credentials.access(settings, profile, known)


@contextmanager
def house() -> Iterator[House]:
    """Open the server until the block ends."""
    door = Door()
    with listen(door) as url:
        yield House(url, door)


def _as_said(profile: Profile) -> list[Around]:
    """Let the target be as the profile says: it takes no more objects at once, and hides who is in a group."""
    unseen: list[Around] = [hidden] if profile.members == "hidden" else []
    return unseen if profile.people.most is None else [*unseen, _full(profile.people.most)]


def _full(most: int) -> Around:
    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        if request.method == "POST" and len(target.stored()) >= most:
            return refusal(HTTPStatus.FORBIDDEN, f"no more than {most} objects")
        return await go(request)

    return around


def _listening(heard: Bodies) -> Around:
    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        if request.method in {"POST", "PATCH", "PUT"} and Path(request.path).parts[1:2] in {("Users",), ("Groups",)}:
            heard.append((request.method, request.path, body_of(request)))
        return await go(request)

    return around
