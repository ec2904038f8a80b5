"""The tokens of a run, and the Authorization header with each: the right one, others that are given, and wrong ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scim_conformance.scenario.exchange import FURTHER, Credential
from scim_conformance.system.hidden import Hidden
from scim_conformance.target import wrong_tokens
from scim_conformance.target.auth import SCHEMES, TokenSource
from scim_conformance.target.recording import WRONG_TOKEN
from scim_conformance.target.redact import Redactor


@dataclass
class Keyring:
    """Has the secret token, or the source of access tokens. `further`: tokens of other kinds, such as one of another
    tenant."""

    token: str | None = field(repr=False)
    further: Mapping[Credential, str] = field(repr=False)
    redactor: Redactor = field(repr=False)
    source: TokenSource | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.redactor.add("the token", self.token)
        for kind, token in self.further.items():
            self.redactor.add(f"the {kind} token", token)

    @property
    def right(self) -> str | None:
        """The token that the target accepts; None if there is none, or not yet."""
        return self.token if self.source is None else self.source.value

    def has(self, credential: Credential) -> bool:
        """Return whether there is such a token: some are given, or made from one that is a JWT."""
        if credential in FURTHER:
            return credential in self.further
        return not credential.startswith("jwt-") or wrong_tokens.is_jwt(self.right)

    def header(self, credential: Credential) -> tuple[tuple[str, str], ...]:
        """Return the Authorization header with a token; none if there is no token."""
        if credential is Credential.NONE:
            return ()
        own = credential in SCHEMES
        token = self.right if own else self.further.get(credential) or self._wrong(credential)
        scheme = SCHEMES.get(credential, "Bearer")
        return (("Authorization", Hidden(f"{scheme} {token}")),) if token else ()

    def _wrong(self, credential: Credential) -> str:
        """Return a wrong token; one that is made from the right one is nearly the secret, and redacted like it."""
        wrong = wrong_tokens.made(self.right, credential)
        if wrong is None:
            return WRONG_TOKEN
        self.redactor.add(wrong_tokens.NAMES[credential], wrong)
        return wrong
