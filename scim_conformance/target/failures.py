"""Why no response arrived, in one sentence with what to do."""

import socket
import ssl
from collections.abc import Callable

import httpcore

from scim_conformance.scenario.exchange import TransportFailure

REFUSED, NAME, TLS, TIMEOUT, BROKEN, URL, TOKEN = "refused", "name", "tls", "timeout", "broken", "url", "token"
OVER, UNSENT = "over", "unsent"
"""The kinds of failure; the last: a request that is no longer sent (see `target.shapes`)."""


def describe(
    error: Exception, place: str, seconds: float, redact: Callable[[str], str] = str, given: str = "the tenant URL"
) -> TransportFailure:
    """Turn a transport error into a sentence. `place` is host and port, `given` the setting that contains it.

    The error may contain text from the target, and in it a secret: `redact` is applied before anything is truncated.
    """
    cause = root(error)
    if isinstance(error, httpcore.TimeoutException):
        return TransportFailure(
            TIMEOUT, f"{place} did not respond within {seconds:g} s: check that it is running, or increase --timeout"
        )
    if isinstance(cause, ssl.SSLError):
        said = f"the TLS connection to {place} fails ({describe_tls(cause)})"
        return TransportFailure(TLS, f"{said}; {remedy(cause)}")
    if isinstance(cause, socket.gaierror):
        return TransportFailure(NAME, f"the name {place} does not resolve: check the host in {given}")
    if isinstance(cause, ConnectionRefusedError):
        return TransportFailure(REFUSED, f"{place} refuses connections: start the target, or check the port in {given}")
    if isinstance(error, httpcore.ConnectError):
        return TransportFailure(REFUSED, f"no connection to {place} ({cause}): check {given} and the network")
    return TransportFailure(
        BROKEN, f"{place} closed the connection or did not speak HTTP ({_short(error, redact)}): check the target's log"
    )


EXPIRED, OTHER_NAME = 10, 62
"""OpenSSL's numbers: X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_HOSTNAME_MISMATCH; an address has 64."""


def remedy(error: ssl.SSLError) -> str:
    """Return how to fix a certificate or handshake error."""
    code = getattr(error, "verify_code", None)
    if code == EXPIRED:
        return "renew the certificate: Entra does not connect either"
    if code in (OTHER_NAME, 64):
        return "use a host name from the certificate in the tenant URL, or a certificate for this host"
    if code is not None:
        return "add --ca-file if you use your own CA; Entra requires a publicly trusted one"
    return "enable TLS 1.2 at this port; Entra requires it"


def root(error: BaseException) -> BaseException:
    """Return the error from which another one follows."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return error


def describe_tls(error: ssl.SSLError) -> str:
    """Return what is wrong with a certificate or handshake, in OpenSSL's words."""
    return str(getattr(error, "verify_message", "") or error.reason or error)


def _short(error: Exception, redact: Callable[[str], str]) -> str:
    text = "".join(one if one.isprintable() else " " for one in redact(str(error) or type(error).__name__))
    return text if len(text) <= 120 else text[:117] + "…"
