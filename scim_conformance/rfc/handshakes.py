"""Handshakes as steps, and what they must show: the obligations on TLS of `suites/security`.

What a handshake shows is in `target.port`. Nothing is sent over it, and a request without TLS has no token.
"""

from scim_conformance.rfc.obligations import says
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.exchange import HANDSHAKE, NO_HTTP, Credential, Endpoint, Sender
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import member

SOON = 14
"""Days before its end after which a certificate should have been renewed."""


def handshake(*checks: Check, key: str, version: str = "") -> Step:
    """Do a handshake: with one version alone, such as `1.1`, or as the run does, with every one that it accepts and the
    certificate verified."""
    method = f"{HANDSHAKE}-{version}" if version else HANDSHAKE
    why = f"Offer TLS {version} alone" if version else "Connect as the run does, with TLS 1.2 or later"
    step = Step(key, method, "/", why, by=Sender.HARNESS, checks=checks)
    return step.but(credential=Credential.NONE, endpoint=Endpoint.PORT, also_ok=(NO_HTTP,))


def without_tls(path: str, *checks: Check, key: str) -> Step:
    """Send a GET without TLS, and without a token, to the same port."""
    step = Step(key, "GET", path, "Send a request without TLS to the same port", by=Sender.HARNESS, checks=checks)
    return step.but(credential=Credential.NONE, endpoint=Endpoint.PORT)


def agreed(version: str) -> Obligation:
    """Check that the target agrees to a version. A certificate that is not accepted is no question of the version."""

    def judge(view: View) -> str | None:
        return None if member(view.body, "agreed") or member(view.body, "untrusted") else _found(view)

    return says("agreed", f"a handshake with TLS {version}", judge)


def declined(version: str) -> Obligation:
    """Check that the target declines a version."""

    def judge(view: View) -> str | None:
        return None if member(view.body, "refused") else _found(view)

    return says("declined", f"no handshake with TLS {version}", judge)


def trusted() -> Obligation:
    """Check that the certificate is valid, and for the name in the tenant URL."""

    def judge(view: View) -> str | None:
        return None if member(view.body, "agreed") else _found(view)

    return says("trusted", "a certificate that is valid for the host of the tenant URL", judge, gate=True)


def lasting() -> Obligation:
    """Check that the certificate does not expire within two weeks."""

    def judge(view: View) -> str | None:
        days = member(view.body, "days")
        lasts = not isinstance(days, int) or days >= SOON
        return None if lasts else f"it expires in {days} days"

    return says("lasting", f"a certificate that is valid for {SOON} more days", judge)


def not_served() -> Obligation:
    """Check that a request without TLS gets no resource: no response, an error, a redirect or a page."""

    def judge(view: View) -> str | None:
        is_served = view.answer.ok and isinstance(view.answer.json, dict)
        return f"status {view.answer.status} with a JSON object" if is_served else None

    return says("not-served", "no resource without TLS", judge)


def not_invited() -> Obligation:
    """Check that a request without TLS is not asked for a token, which would then travel in clear text."""

    def judge(view: View) -> str | None:
        return "status 401" if view.answer.status == 401 else None

    return says("not-invited", "no 401, which asks for the token in clear text", judge)


def _found(view: View) -> str:
    """Return what a handshake showed, in words."""
    agreement, untrusted = member(view.body, "agreed"), member(view.body, "untrusted")
    if agreement:
        return f"the target agrees to {agreement}"
    if untrusted:
        return f"the certificate is not accepted: {untrusted}"
    return f"the target refuses: {member(view.body, 'refused')}"
