"""OAuth 2.0 client credentials as Entra uses them: the token request, and when a token is fetched anew.

Source: Entra-AppGallery-AI-Validation-Checklist.md and Workload-Identity-Federation-for-SCIM-Provisioning.md in
AzureAD/SCIMReferenceCode. The wire sends; nothing here does. There is no OAuth library below this: a form and a clock
are all that this grant needs, and a library would bring its own HTTP client, past the wire's deadline and redaction.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from scim_conformance.scenario.exchange import Answer, Credential
from scim_conformance.target import tokens
from scim_conformance.target.redact import Redactor

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_HEADERS = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))
WRONG_SECRET = "wrong-" + "1" * 26

MOST_MARGIN, MARGIN = 300.0, 0.1
"""A token is replaced when this many seconds, or this part of its life, are left; whichever comes later."""

MOST_TOKENS = 10
"""Tokens that answers are searched for, newest first: older ones have expired, and each makes the search slower."""


class CannotRead(Exception):
    """The secret cannot be read. The message says why and what to do."""


@dataclass(frozen=True)
class Secret:
    """A client secret or assertion: a value, or a file that is read anew for each token, so that it can be rotated."""

    variable: str
    value: str | None = field(default=None, repr=False)
    file: Path | None = None

    def read(self) -> str:
        """Return the secret as it is now.

        Raises:
            CannotRead: the file is not there, is empty or is no text.
        """
        if self.value or self.file is None:
            return self.value or ""
        try:
            found = self.file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise CannotRead(f"the secret's file {self.file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise CannotRead(f"the secret's file {self.file} is no text in UTF-8") from None
        if not found:
            raise CannotRead(f"the secret's file {self.file} is empty")
        return found


@dataclass(frozen=True)
class Grant:
    """What the administrator enters for client credentials. `federated`: the secret is a JWT that Entra issued."""

    token_url: str
    client_id: str
    secret: Secret
    scope: str | None = None
    federated: bool = False

    @property
    def called(self) -> str:
        """What the redactor calls the secret."""
        return "the client assertion" if self.federated else "the client secret"

    def form(self, secret: str) -> list[tuple[str, str]]:
        """Return the fields of the token request, in Entra's order."""
        proof = [("client_secret", secret)]
        if self.federated:
            proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", secret)]
        scope = [("scope", self.scope)] if self.scope else []
        return [("grant_type", "client_credentials"), ("client_id", self.client_id), *proof, *scope]

    def shown(self, credential: Credential = Credential.TOKEN) -> str:
        """Return the body of the token request for people: a variable stands for the secret."""
        if credential is Credential.WRONG:
            return urlencode(self.form(WRONG_SECRET))
        return urlencode(self.form("\0")).replace("%00", f"${self.secret.variable}")


@dataclass
class TokenSource:
    """Keeps one access token fresh. `lock` is held from asking whether it is due until the new one is here."""

    grant: Grant
    redactor: Redactor = field(repr=False)
    clock: Callable[[], float] = time.monotonic
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    value: str | None = field(default=None, repr=False)
    _due: float = 0.0
    _proven: bool = False
    _seen: list[str] = field(default_factory=list, repr=False)
    _candidate: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.redactor.add(self.grant.called, self.grant.secret.value)

    @property
    def is_due(self) -> bool:
        """True when the next request needs a new token."""
        return self.value is None or self.clock() >= self._due

    def body(self, credential: Credential) -> bytes:
        """Return the body of a token request; the secret is learned before anybody can see it.

        Raises:
            CannotRead: the secret's file cannot be read.
        """
        secret = WRONG_SECRET if credential is Credential.WRONG else self.grant.secret.read()
        if credential is not Credential.WRONG:
            self.redactor.add(self.grant.called, secret)
        return urlencode(self.grant.form(secret)).encode()

    def learn(self, raw: bytes) -> None:
        """Learn the tokens in an answer of the token endpoint, before it is recorded."""
        self._candidate = tokens.access_token(raw)
        for found in [*tokens.secrets_in(raw), self._candidate]:
            if found and found not in self._seen:
                self._seen.append(found)
                self.redactor.add(tokens.NAME, found)
        for old in self._seen[:-MOST_TOKENS]:
            self.redactor.forget(old)
        del self._seen[:-MOST_TOKENS]

    def settle(self, answer: Answer, asked: float) -> str | None:
        """Take the token of an answer; return in words why it cannot be used, or None. `asked`: by our clock."""
        problem = tokens.problem(answer, self._candidate)
        if problem is None:
            life = tokens.life(answer.json)
            margin = 0.0 if life is None else min(MOST_MARGIN, life * MARGIN)
            self.value, self._proven = self._candidate, False
            self._due = float("inf") if life is None else asked + life - margin
        return problem

    def used(self, status: int) -> None:
        """Note how the target answered a request with the token.

        A token of unknown life that has worked and is refused has expired: the next request fetches another. What was
        refused is not sent again, and a new token that is refused at once is kept: a third would fare no better.
        """
        if status != 401:
            self._proven = True
        elif self._proven and self._due == float("inf"):
            self.value = None
