"""One request and its answer, as they were on the wire. Redacted before anything here is built."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from scim_conformance.scim import strictjson

Headers = tuple[tuple[str, str], ...]


class Sender(StrEnum):
    """Who sends a request: Entra's provisioning service, or the harness for preparing, reading back, tidying up."""

    ENTRA = "entra"
    HARNESS = "harness"


class Endpoint(StrEnum):
    """Whom a request addresses: the target, or the token endpoint; the wire makes the body for that one."""

    SCIM = "scim"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint


class Credential(StrEnum):
    """What goes into the Authorization header: the configured token, a wrong one, or nothing."""

    TOKEN = "token"  # noqa: S105 - a kind of credential, not one
    WRONG = "wrong"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Creation:
    """What a POST is about to make: resource type, tagged name (userName or displayName), externalId."""

    type: str
    name: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request ready for the wire. `target` is path and raw query below the tenant URL, byte for byte."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes | None = None
    by: Sender = Sender.ENTRA
    credential: Credential = Credential.TOKEN
    resource: tuple[str, str] | None = None
    """Type and id of the resource that the path names, when it names one."""
    creates: Creation | None = None
    endpoint: Endpoint = Endpoint.SCIM


@dataclass(frozen=True, slots=True)
class Request:
    """A request as recorded: absolute URL, all headers as sent, secrets replaced."""

    method: str
    url: str
    headers: Headers
    body: str | None


@dataclass(frozen=True)
class Answer:
    """An answer as recorded: headers in order, body inflated and redacted. `seconds` from first byte out to last in."""

    status: int
    headers: Headers
    body: bytes
    seconds: float
    leaks: tuple[str, ...] = ()
    """Names of the secrets of this run that the answer contained before they were replaced."""
    problem: str | None = None
    """Why the body could not be read whole (too large, broken compression), else None."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in whatever case, or None."""
        folded = name.lower()
        return next((value for key, value in self.headers if key.lower() == folded), None)

    @cached_property
    def _parsed(self) -> tuple[Any, str | None]:
        if self.problem is not None:
            return None, self.problem
        if not self.body.strip():
            return None, "no body"
        try:
            return strictjson.loads(self.body), None
        except strictjson.NotJson as error:
            return None, str(error)

    @property
    def json(self) -> Any:
        """The parsed body, or None when it could not be read."""
        return self._parsed[0]

    @property
    def unreadable(self) -> str | None:
        """Why the body is not JSON, or None."""
        return self._parsed[1]

    @property
    def ok(self) -> bool:
        """True for a 2xx status."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer, or with the reason why none came."""

    request: Request
    answer: Answer | None
    failure: str | None = None
    by: Sender = Sender.ENTRA
    started: float = 0.0
    polls: int = field(default=0)
    """How many earlier answers to the same read were not yet what a check wants."""


class TransportFailure(Exception):
    """No answer came. `sentence` says what is wrong and what to do; `kind` is one of the names in `target.failures`."""

    def __init__(self, kind: str, sentence: str, exchange: Exchange | None = None) -> None:
        super().__init__(sentence)
        self.kind, self.sentence, self.exchange = kind, sentence, exchange


class RefusedByHarness(Exception):
    """The wire refused to write to a resource that this run did not create."""
