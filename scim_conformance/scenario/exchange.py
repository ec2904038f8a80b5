"""One request and its response, as they were sent. Redacted before anything here is built."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from scim_conformance.scim import strictjson

Headers = tuple[tuple[str, str], ...]


class Sender(StrEnum):
    """The sender of a request: Entra's provisioning service, or the harness, which prepares, reads back and cleans
    up."""

    ENTRA = "entra"
    HARNESS = "harness"


class Endpoint(StrEnum):
    """The receiver of a request: the target, or the token endpoint; for that one, the wire builds the body.

    PORT is the port of the target, below SCIM: a TLS handshake over which nothing is sent, or a request without TLS.
    """

    SCIM = "scim"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    PORT = "port"


class Credential(StrEnum):
    """The content of the Authorization header: the configured token, a wrong one, its first half, or nothing.

    LOWER is the configured token with the name of the scheme in lower case (RFC 9110 section 11.1).

    With NONE, a request may have a header of its own that contains no secret, such as `Bearer null`. A run may also
    have a token of another tenant, one that may only read, and one that has expired. The `jwt-` ones are made from a
    token that is a JWT: other claims, no signature, `alg` none, and a signature with an empty key.
    """

    TOKEN = "token"  # noqa: S105 - a kind of credential, not one
    LOWER = "lower"
    WRONG = "wrong"
    HALF = "half"
    NONE = "none"
    OTHER_TENANT = "other-tenant"
    READ_ONLY = "read-only"
    EXPIRED = "expired"
    JWT_CLAIMS = "jwt-claims"
    JWT_UNSIGNED = "jwt-unsigned"
    JWT_NONE = "jwt-none"
    JWT_EMPTY_KEY = "jwt-empty-key"


NO_HTTP = 0
"""The status of what was found out at a port without an HTTP response, such as by a handshake. It is recorded as no
status."""

HANDSHAKE = "TLS"
"""The method of a handshake in place of a request: of this name with every version that a run accepts, and the
certificate is verified; `TLS-1.1` offers only that version, and only finds out whether the target speaks it."""


def is_handshake(method: str) -> bool:
    """Return whether a method is a handshake, and no HTTP request."""
    return method.partition("-")[0] == HANDSHAKE


FURTHER = (Credential.OTHER_TENANT, Credential.READ_ONLY, Credential.EXPIRED)
"""Tokens that a run may have in addition to its own."""


@dataclass(frozen=True, slots=True)
class Creation:
    """What a POST is about to create: resource type, tagged name (userName or displayName), externalId.

    `named`: its body contains that name, so that the new resource must have it.
    """

    type: str
    name: str
    external_id: str | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request ready to be sent. `target` is path and raw query below the tenant URL, byte for byte."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes | None = field(default=None, repr=False)
    by: Sender = Sender.ENTRA
    credential: Credential = Credential.TOKEN
    resource: tuple[str, str] | None = None
    """Type and id of the resource in the path, if there is one."""
    creates: Creation | None = None
    endpoint: Endpoint = Endpoint.SCIM
    sent_in: str | None = None
    """In a token request: where the client's ID and secret are; None: where the run sends them."""
    refers: tuple[str, ...] = ()
    """Ids of other resources that the body names, such as new members of a group: the request changes them too."""
    plain: bool = False
    """Without the headers that only Entra sends with every request."""

    @property
    def only_reads(self) -> bool:
        """Whether it is a query: a GET or HEAD, or a POST to .search (RFC 7644 section 3.4.3)."""
        return self.method in {"GET", "HEAD"} or (
            self.method == "POST" and self.target.partition("?")[0].endswith("/.search")
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A request as recorded: absolute URL, all headers as sent, secrets replaced. `method` may be a handshake."""

    method: str
    url: str
    headers: Headers
    body: str | None


@dataclass(frozen=True)
class Answer:
    """A response as recorded: headers in order, body decompressed and redacted. `seconds`: from first byte out to last
    in."""

    status: int
    headers: Headers
    body: bytes
    seconds: float
    leaks: tuple[str, ...] = ()
    """Names of the secrets of this run that the response contained before they were replaced."""
    problem: str | None = None
    """Why the body could not be read completely (too large, broken compression), otherwise None."""

    def header(self, name: str) -> str | None:
        """Return the first header with that name, in any case, or None."""
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
        """The parsed body, or None if it could not be read."""
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
    """One request with its response, or with the reason why there is none."""

    request: Request
    answer: Answer | None
    failure: str | None = None
    by: Sender = Sender.ENTRA
    started: float = 0.0
    polls: int = field(default=0)
    """How many earlier responses to the same read did not yet pass the check."""


class TransportFailure(Exception):
    """No response arrived. `sentence` says what is wrong and what to do; `kind` is one of the names in
    `target.failures`.

    `owner`: the check that requires a response, if that deviates; `persists`: such a request of Entra's got no response
    before either, although the target responded to others.
    """

    def __init__(self, kind: str, sentence: str, exchange: Exchange | None = None, owner: str | None = None) -> None:
        super().__init__(sentence)
        self.kind, self.sentence, self.exchange, self.owner = kind, sentence, exchange, owner
        self.persists = False


class RefusedByHarness(Exception):
    """The wire refused to write to a resource that this run did not create.

    `because`: the standing check that shows what is wrong with the target, or None.
    """

    def __init__(self, sentence: str, because: str | None = None) -> None:
        super().__init__(sentence)
        self.because = because
