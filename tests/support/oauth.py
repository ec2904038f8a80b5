"""A token endpoint over a real socket, a wire with client credentials, and a look for them in what a run wrote."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scim_conformance.demo.tokens import TokenEndpoint
from scim_conformance.target.auth import Grant, Secret
from scim_conformance.target.wire import TargetWire
from tests.support.raw import EMPTY, RawTarget, Received, http, scim

SECRET = 'canary/secret+with "odd"=characters&more'
ASSERTION = "eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJhc3NlcnRpb24ifQ.c2lnbmF0dXJlLW9mLXRoZS1jYW5hcnk"
TOKEN = "canary-access-token-0123456789abcdef"
IN_ENVIRONMENT = {"SCIM_CONFORMANCE_CLIENT_SECRET": SECRET}


def endpoint(**changes: Any) -> TokenEndpoint:
    """Return a token endpoint that knows our client."""
    return TokenEndpoint("client-7", SECRET, **changes)


@contextmanager
def wired(base: str, token_url: str, secret: Secret | None = None, **changes: Any) -> Iterator[TargetWire]:
    """Open a wire with client credentials."""
    secret = secret or Secret("SCIM_CONFORMANCE_CLIENT_SECRET", SECRET)
    wire = TargetWire(base, timeout=5, grant=Grant(token_url, "client-7", secret, **changes))
    try:
        yield wire
    finally:
        wire.close()


def answering(token_answer: Callable[[int], bytes], scim_answer: Callable[[Received], bytes]) -> Any:
    """Answer as a token endpoint at /token, by the number of the request, and elsewhere as a target."""
    asked: list[int] = []

    def answer(request: Received) -> bytes:
        if request.path.startswith("/token"):
            asked.append(1)
            return token_answer(len(asked))
        return scim_answer(request)

    return answer


def token_url(target: RawTarget) -> str:
    """Return where the token endpoint of a target is."""
    return target.url.removesuffix("/scim") + "/token"


def given(token: str, **more: Any) -> bytes:
    """Return an answer with a token."""
    body = {"access_token": token, "token_type": "Bearer", "expires_in": 3600} | more
    return http(200, json.dumps(body).encode(), media="application/json")


def empty(_: Received) -> bytes:
    """Answer every query with nobody."""
    return scim(200, EMPTY)


def forms(target: RawTarget) -> list[bytes]:
    """Return the forms that a target was sent as a token endpoint."""
    return [one.body for one in target.received if one.path == "/token"]


def assert_discreet(where: Path, *secrets: str) -> None:
    """Check that a run wrote its reports, and that none of its files contains a secret."""
    files = [path for path in where.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        held = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in held, f"{path} holds {secret}"
