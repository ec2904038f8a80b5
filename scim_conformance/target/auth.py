"""OAuth 2.0 client credentials as Entra uses them: the token request, and when a new token is requested.

The portal asks how to send the credentials: in the header (HTTP Basic, which RFC 6749 section 2.3.1 requires a token
endpoint to support), in the body, or in both. Sources: Microsoft's tutorial;
Entra-AppGallery-AI-Validation-Checklist.md and Workload-Identity-Federation-for-SCIM-Provisioning.md in
AzureAD/SCIMReferenceCode. The wire sends the requests; this module sends nothing. It uses no OAuth library: this grant
only needs a form and a clock, and a library would bring its own HTTP client, without the wire's deadline and redaction.
"""

import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urlencode

from scim_conformance.scenario.exchange import Answer, Credential, Exchange, Headers, Outgoing
from scim_conformance.system import inputs
from scim_conformance.system.hidden import Hidden
from scim_conformance.target import tokens
from scim_conformance.target.redact import Redactor

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Fields = Sequence[tuple[str, str]]
"""Names and values of a form."""

HEADER, BODY, BOTH = "header", "body", "both"
TOKEN_HEADERS = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))
WRONG_SECRET = "wrong-" + "1" * 26

SCHEMES = {Credential.TOKEN: "Bearer", Credential.LOWER: "bearer"}
"""How the scheme of the right token is written."""

PLACES = {HEADER: "the header", BODY: "the body", BOTH: "header and body"}

MOST_MARGIN, MARGIN = 300.0, 0.1
"""A token is replaced when this many seconds, or this part of its lifetime, remain; whichever comes later."""

MOST_TOKENS = 10
"""Tokens that responses are searched for, newest first: older ones have expired, and each slows the search down."""


def added(body: bytes | None) -> Fields:
    """Return what a probe adds to the form of a token request: the body of its step."""
    return parse_qsl((body or b"").decode())


def in_url(url: str, form: bytes) -> str:
    """Return the URL of a token request by GET; its form has no secret, which is in the header."""
    return f"{url}{'&' if '?' in url else '?'}{form.decode()}"


class SecretUnreadable(Exception):
    """The secret cannot be read. The message says why and what to do."""


@dataclass(frozen=True)
class Secret:
    """A client secret or assertion: a value, or a file that is read again for each token, so that it can be rotated."""

    variable: str
    value: str | None = field(default=None, repr=False)
    file: Path | None = None

    def read(self) -> str:
        """Return the current secret.

        Raises:
            SecretUnreadable: the file does not exist, is empty or is not text.
        """
        if self.value or self.file is None:
            return Hidden(self.value or "")
        try:
            found = inputs.secret(self.file)
        except inputs.CannotRead as error:
            raise SecretUnreadable(f"the secret's file {self.file} {error}") from None
        if not found:
            raise SecretUnreadable(f"the secret's file {self.file} is empty")
        return Hidden(found)


@dataclass(frozen=True)
class Grant:
    """What the administrator enters for client credentials. `federated`: the secret is a JWT that Entra issued."""

    token_url: str
    client_id: str
    secret: Secret
    scope: str | None = None
    federated: bool = False
    sent_in: str = HEADER
    """Where ID and secret are sent: `header`, `body` or `both`. An assertion is always in the body."""

    @property
    def called(self) -> str:
        """The redactor's name for the secret."""
        return "the client assertion" if self.federated else "the client secret"

    @property
    def way(self) -> str:
        """Where the run first sends the credentials."""
        return BODY if self.federated else self.sent_in

    @property
    def others(self) -> list[str]:
        """Where they are sent once each if the configured way is refused. Never both at once."""
        return [] if self.federated else [one for one in (HEADER, BODY) if one != self.sent_in]

    def form(self, secret: str, way: str, more: Fields = ()) -> list[tuple[str, str]]:
        """Return the fields of the token request, in Entra's order. `more`: others, which a probe adds; a field with
        another value replaces the usual one, and with the same value it is sent twice."""
        scope = [("scope", self.scope)] if self.scope else []
        usual = [("grant_type", "client_credentials"), *([] if way == HEADER else self._proof(secret)), *scope]
        replaced = {name for name, value in more if (name, value) not in usual}
        return [*(one for one in usual if one[0] not in replaced), *more]

    def _proof(self, secret: str) -> list[tuple[str, str]]:
        client = ("client_id", self.client_id)
        if self.federated:
            return [client, ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", secret)]
        return [client, ("client_secret", secret)]

    def basic(self, secret: str) -> str:
        """Return the value of HTTP Basic; ID and secret are form-encoded in it (RFC 6749 section 2.3.1)."""
        return b64encode(f"{quote_plus(self.client_id)}:{quote_plus(secret)}".encode()).decode()

    def shown(self, credential: Credential = Credential.TOKEN, way: str | None = None, more: Fields = ()) -> str:
        """Return the body of the token request for reports: a variable replaces the secret."""
        where = way or self.way
        if credential is Credential.WRONG:
            return urlencode(self.form(WRONG_SECRET, where, more))
        return urlencode(self.form("\0", where, more)).replace("%00", f"${self.secret.variable}")

    def shown_header(self, credential: Credential = Credential.TOKEN) -> str:
        """Return the Authorization header of the token request for reports."""
        secret = WRONG_SECRET if credential is Credential.WRONG else f"${self.secret.variable}"
        return f"Basic base64({quote_plus(self.client_id)}:{secret})"


@dataclass
class TokenSource:
    """Keeps one access token valid. `lock` is held from checking whether it is due until the new one has arrived."""

    grant: Grant
    redactor: Redactor = field(repr=False)
    clock: Callable[[], float] = time.monotonic
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    value: str | None = field(default=None, repr=False)
    ends: float = float("inf")
    """When the token expires, by our clock; never, if its lifetime is unknown."""
    _due: float = 0.0
    _proven: bool = False
    way: str = ""
    """Where the credentials are sent: as configured, or where they were accepted after the configured way was
    refused."""
    trials: list[tuple[str, Exchange]] = field(default_factory=list, repr=False)
    """The requests that found out which way is accepted, if the configured one was refused."""
    _seen: list[str] = field(default_factory=list, repr=False)
    _candidate: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.way = self.grant.way
        self._learn_secret(self.grant.secret.value)

    def _learn_secret(self, secret: str | None) -> None:
        """Learn a secret in each form in which it is sent."""
        self.redactor.add(self.grant.called, secret)
        if secret and not self.grant.federated:
            self.redactor.add(self.grant.called, quote_plus(secret))
            # The text before and after it in the header affects the first and last characters of its base64 form.
            self.redactor.add(self.grant.called, self.grant.basic(secret))

    @property
    def is_due(self) -> bool:
        """True when the next request needs a new token."""
        return self.value is None or self.clock() >= self._due

    def request(self, credential: Credential, way: str, more: Fields = ()) -> tuple[Headers, bytes]:
        """Return headers and form of a token request; the secret is learned before it can be seen anywhere.

        Raises:
            SecretUnreadable: the secret's file cannot be read.
        """
        secret = WRONG_SECRET if credential is Credential.WRONG else self.grant.secret.read()
        if credential is not Credential.WRONG:
            self._learn_secret(secret)
        basic = [] if way == BODY else [("Authorization", Hidden(f"Basic {self.grant.basic(secret)}"))]
        return (*basic, *TOKEN_HEADERS), urlencode(self.grant.form(secret, way, more)).encode()

    def ready(self, outgoing: Outgoing) -> tuple[str, str, Headers, bytes]:
        """Return method, URL, headers and body of a token request. With GET, the form is in the URL, and the secret
        in the header; where it would be in the form, POST is sent.

        Raises:
            SecretUnreadable: the secret's file cannot be read.
        """
        url, way = self.grant.token_url, outgoing.sent_in or self.way
        headers, form = self.request(outgoing.credential, way, added(outgoing.body))
        if outgoing.method == "GET" and way == HEADER:
            return "GET", in_url(url, form), headers, b""
        return "POST", url, headers, form

    def ways(self) -> Iterator[str]:
        """Yield where the credentials are sent: as they are now, and once in each other place, unless a token was
        issued."""
        others = [] if self.trials or self._seen else self.grant.others
        yield self.way
        yield from others

    @property
    def advice(self) -> str | None:
        """What to select in the portal if the configured way is refused; otherwise None."""
        if self.way == self.grant.way:
            return None
        return (
            f"the token endpoint refuses the client's credentials in {PLACES[self.grant.way]} and accepts them in "
            f"{PLACES[self.way]}: in the portal, select {self.way.title()} as the way to send credentials, and set "
            f'sent_in = "{self.way}" in the profile'
        )

    def learn(self, raw: bytes) -> None:
        """Learn the tokens in a response of the token endpoint, before it is recorded."""
        self._candidate = tokens.access_token(raw)
        for found in [*tokens.secrets_in(raw), self._candidate]:
            if found and found not in self._seen:
                self._seen.append(found)
                self.redactor.add(tokens.NAME, found)
        for old in self._seen[:-MOST_TOKENS]:
            self.redactor.forget(old)
        del self._seen[:-MOST_TOKENS]

    def settle(self, answer: Answer, asked: float) -> str | None:
        """Store the token of a response; return why it cannot be used, or None. `asked`: the time of the request by our
        clock."""
        problem = tokens.problem(answer, self._candidate)
        if problem is None:
            life = tokens.life(answer.json)
            margin = 0.0 if life is None else min(MOST_MARGIN, life * MARGIN)
            self.value, self._proven = None if self._candidate is None else Hidden(self._candidate), False
            self.ends = float("inf") if life is None else asked + life
            self._due = self.ends - margin
        return problem

    def used(self, status: int) -> None:
        """Record how the target responded to a request with the token.

        A token of unknown lifetime that has worked and is then refused has expired: the next request fetches another. A
        refused token is not sent again; a new token that is refused at once is kept, because a third would not help.
        """
        if status != 401:
            self._proven = True
        elif self._proven and self._due == float("inf"):
            self.value = None
