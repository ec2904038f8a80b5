"""The target that a fixture of your own starts and hands over."""

from dataclasses import dataclass

from scim_conformance.system.hidden import Hidden


@dataclass(frozen=True)
class TargetAddress:
    """What the fixture `scim_target` returns: where your application listens, and the token that it accepts.

    `url` is the tenant URL as entered in Entra. Without `token`, SCIM_CONFORMANCE_TOKEN counts, as for a run.
    """

    url: str
    token: str | None = None

    def __repr__(self) -> str:
        """Show where it is, and never the token."""
        return f"TargetAddress({self.url.partition('?')[0]!r})"

    @property
    def secret(self) -> Hidden | None:
        """The token, in a form that no report shows."""
        return Hidden(self.token) if self.token else None
