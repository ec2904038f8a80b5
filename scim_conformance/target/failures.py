"""Why no answer came, in one sentence that says what to do."""

import socket
import ssl
from collections.abc import Callable

import httpcore

from scim_conformance.scenario.exchange import TransportFailure

REFUSED, NAME, TLS, TIMEOUT, BROKEN, URL, TOKEN = "refused", "name", "tls", "timeout", "broken", "url", "token"
"""The kinds of failure."""


def describe(
    error: Exception, place: str, seconds: float, redact: Callable[[str], str] = str, given: str = "the tenant URL"
) -> TransportFailure:
    """Turn an error of the transport into the sentence for people. `place` is host and port, `given` where it stands.

    What the target sent may stand in the error, and a secret in that: `redact` is applied before anything is cut.
    """
    cause = _root(error)
    if isinstance(error, httpcore.TimeoutException):
        return TransportFailure(
            TIMEOUT, f"{place} did not answer within {seconds:g} s: is it up, and is --timeout long enough?"
        )
    if isinstance(cause, ssl.SSLError):
        said = f"the TLS connection to {place} fails ({describe_tls(cause)})"
        return TransportFailure(TLS, f"{said}; {remedy(cause)}")
    if isinstance(cause, socket.gaierror):
        return TransportFailure(NAME, f"the name of {place} does not resolve: check the host in {given}")
    if isinstance(cause, ConnectionRefusedError):
        return TransportFailure(REFUSED, f"nothing listens at {place}: start the target, or check the port in {given}")
    if isinstance(error, httpcore.ConnectError):
        return TransportFailure(REFUSED, f"no connection to {place} ({cause}): check {given} and the network")
    return TransportFailure(
        BROKEN, f"{place} broke off or did not speak HTTP ({_short(error, redact)}): look into the target's log"
    )


EXPIRED, OTHER_NAME = 10, 62
"""OpenSSL's numbers: X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_HOSTNAME_MISMATCH; an address has 64."""


def remedy(error: ssl.SSLError) -> str:
    """Return what to do about a certificate or a handshake."""
    code = getattr(error, "verify_code", None)
    if code == EXPIRED:
        return "renew the certificate: Entra does not connect either"
    if code in (OTHER_NAME, 64):
        return "use the host that the certificate names in the tenant URL, or a certificate for this one"
    if code is not None:
        return "give the CA with --ca-file if it is your own; Entra needs one that is publicly trusted"
    return "let the target offer TLS 1.2, which Entra demands, at this port"


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return error


def describe_tls(error: ssl.SSLError) -> str:
    """Return what is wrong with a certificate or a handshake, in OpenSSL's words."""
    return str(getattr(error, "verify_message", "") or error.reason or error)


def _short(error: Exception, redact: Callable[[str], str]) -> str:
    text = "".join(one if one.isprintable() else " " for one in redact(str(error) or type(error).__name__))
    return text if len(text) <= 120 else text[:117] + "…"
