"""What is recorded of a request and its answer: everything as it was on the wire, but for the secrets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scim_conformance.scenario import passwords
from scim_conformance.scenario.dummies import DUMMIES
from scim_conformance.scenario.exchange import Answer, Credential, Endpoint, Headers, Outgoing, Request
from scim_conformance.target.auth import SCHEMES, Grant, added
from scim_conformance.target.passing import PASSWORD, Passing
from scim_conformance.target.redact import MASK, Redactor
from scim_conformance.target.wrong_tokens import NAMES

SHOWN = 1000
"""Bytes of a body that is too large which are kept as evidence."""

TOKEN_VARIABLE = "SCIM_CONFORMANCE_TOKEN"  # noqa: S105 - the variable's name
WRONG_TOKEN = "wrong-" + "0" * 26
"""If there is no token, or it is too short to change."""

VARIABLES = {
    Credential.TOKEN: TOKEN_VARIABLE,
    Credential.LOWER: TOKEN_VARIABLE,
    Credential.OTHER_TENANT: "SCIM_CONFORMANCE_OTHER_TENANT_TOKEN",
    Credential.READ_ONLY: "SCIM_CONFORMANCE_READ_ONLY_TOKEN",
    Credential.EXPIRED: "SCIM_CONFORMANCE_EXPIRED_TOKEN",
}
"""The variables of the tokens that a run was given."""

SHOWN_AS = {one: f"{SCHEMES.get(one, 'Bearer')} ${variable}" for one, variable in VARIABLES.items()} | {
    one: f"Bearer <{name}>" for one, name in NAMES.items()
}
"""How the Authorization header with each token is shown."""

Raw = Sequence[tuple[bytes, bytes]]
"""Headers as they are on the wire."""


@dataclass
class Recorder:
    """Records the exchanges of one wire."""

    redactor: Redactor = field(repr=False)
    grant: Grant | None = field(repr=False)

    def __post_init__(self) -> None:
        self._passing = Passing(self.redactor)

    def request(
        self, outgoing: Outgoing, way: str | None, *, method: str, url: str, headers: Raw, content: bytes
    ) -> Request:
        """Record a request. `way`: where the client's secret is in a token request."""
        shown = _decoded(headers)
        body = self._passing.without_passwords(content.decode("utf-8", "replace")) if content else None
        if self.grant is not None and outgoing.endpoint is Endpoint.TOKEN:
            body = self.grant.shown(outgoing.credential, way, added(outgoing.body)) if content else None
            basic = self.grant.shown_header(outgoing.credential)
            shown = [(name, basic if name.lower() == "authorization" else value) for name, value in shown]
        return Request(
            method,
            self.redactor.text(url),
            tuple((name, self._shown(name, value, outgoing)) for name, value in shown),
            None if body is None else self.redactor.text(body),
        )

    def _shown(self, name: str, value: str, outgoing: Outgoing) -> str:
        is_ours = name.lower() == "authorization" and outgoing.endpoint is Endpoint.SCIM
        if not is_ours or value in {*DUMMIES, f"Bearer {WRONG_TOKEN}"}:
            return self.redactor.text(value)
        return SHOWN_AS.get(outgoing.credential, SHOWN_AS[Credential.TOKEN])

    def answer(self, status: int, headers: Raw, raw: bytes, problem: str | None, seconds: float) -> Answer:
        """Record an answer. `problem`: why its body could not be read whole, or None."""
        clean, in_headers = self._clean_headers(_decoded(headers))
        body, in_body = self.redactor.body(passwords.masked_answer(raw))
        # Truncated only now: half a secret would not be recognized.
        body = body if problem is None else body[:SHOWN]
        leaks = tuple(sorted({*in_headers, *in_body} - {PASSWORD}))
        return Answer(status, clean, body, seconds, leaks, problem)

    def _clean_headers(self, headers: Sequence[tuple[str, str]]) -> tuple[Headers, set[str]]:
        found: list[tuple[str, str]] = []
        leaks: set[str] = set()
        # All cookies first: a header before Set-Cookie may contain one too.
        for value in (value for name, value in headers if name.lower() == "set-cookie"):
            self._passing.cookie(value)
        for name, value in headers:
            shown = re.sub(r"=[^;]*", f"={MASK}", value, count=1) if name.lower() == "set-cookie" else value
            clean, held = self.redactor.body(shown.encode("utf-8", "replace"))
            leaks.update(held)
            found.append((self.redactor.text(name), clean.decode("utf-8", "replace")))
        return tuple(found), leaks


def _decoded(headers: Raw) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
