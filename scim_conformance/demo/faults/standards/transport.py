"""Faults in how a target speaks TLS, as RFC 7644 section 7.2, RFC 8996 and OWASP ASVS have it."""

import socket
import ssl
import warnings
from http.client import HTTPConnection
from urllib.parse import urlsplit

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.secured import Speaking, over_tls
from scim_conformance.demo.shapes import authorize

SECURITY = ("--suite", "security")


def _agrees(wire: Wire, version: ssl.TLSVersion) -> bool:
    """Tell whether a target agrees to one version of TLS."""
    place = urlsplit(wire.served.url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as plain:
            context.wrap_socket(plain).close()
    except OSError:
        return False
    return True


def _certificate_problem(wire: Wire) -> str:
    """Return why the certificate is not accepted; empty: it is, or there is none."""
    try:
        wire.get("/Users?count=1")
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    return ""


def _status_without_tls(wire: Wire) -> int:
    """Return the status of a request without TLS and without a token to the port of a target that speaks TLS."""
    place = urlsplit(wire.served.url)
    if place.scheme == "http":
        return 0
    connection = HTTPConnection(place.hostname or "", place.port, timeout=10)
    try:
        connection.request("GET", f"{place.path}/ServiceProviderConfig")
        return connection.getresponse().status
    finally:
        connection.close()


@defect(
    Kind.STANDARDS,
    "tls-old",
    "TLS 1.0 and TLS 1.1 are still spoken",
    "RFC 8996",
    named="SEC-TLS-02/tls-1-0#old.declined",
    flags=SECURITY,
)
@over_tls(Speaking(least=ssl.TLSVersion.TLSv1))
async def tls_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls-old")
def tls_old_shows(wire: Wire) -> bool:
    return _agrees(wire, ssl.TLSVersion.TLSv1) and _agrees(wire, ssl.TLSVersion.TLSv1_1)


@defect(
    Kind.STANDARDS,
    "tls-1-1",
    "TLS 1.1 is still spoken",
    "RFC 8996",
    named="SEC-TLS-02/tls-1-1#old.declined",
    flags=SECURITY,
)
@over_tls(Speaking(least=ssl.TLSVersion.TLSv1_1))
async def tls_1_1(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls-1-1")
def tls_1_1_shows(wire: Wire) -> bool:
    return _agrees(wire, ssl.TLSVersion.TLSv1_1) and not _agrees(wire, ssl.TLSVersion.TLSv1)


@defect(
    Kind.STANDARDS,
    "tls-too-old",
    "TLS 1.1 is the newest version that is spoken",
    "RFC 7644 section 7.2",
    named="SEC-TLS-01#current.agreed",
    flags=SECURITY,
)
@over_tls(Speaking(least=ssl.TLSVersion.TLSv1, most=ssl.TLSVersion.TLSv1_1))
async def tls_too_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls-too-old")
def tls_too_old_shows(wire: Wire) -> bool:
    return _agrees(wire, ssl.TLSVersion.TLSv1_1) and not _agrees(wire, ssl.TLSVersion.TLSv1_2)


@defect(
    Kind.STANDARDS,
    "tls-without-1-2",
    "TLS 1.3 alone is spoken",
    "RFC 7644 section 7.2; our deduction: clients that speak TLS 1.2 alone",
    named="SEC-TLS-01#tls-1-2.agreed",
    flags=SECURITY,
)
@over_tls(Speaking(least=ssl.TLSVersion.TLSv1_3))
async def tls_without_1_2(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls-without-1-2")
def tls_without_1_2_shows(wire: Wire) -> bool:
    return _agrees(wire, ssl.TLSVersion.TLSv1_3) and not _agrees(wire, ssl.TLSVersion.TLSv1_2)


@defect(
    Kind.STANDARDS,
    "tls-without-1-3",
    "TLS 1.3 is not spoken",
    "draft-zollner-scim-interop-profile-01 section 7.1",
    named="SEC-TLS-01#tls-1-3.agreed",
    flags=SECURITY,
)
@over_tls(Speaking(most=ssl.TLSVersion.TLSv1_2))
async def tls_without_1_3(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls-without-1-3")
def tls_without_1_3_shows(wire: Wire) -> bool:
    return _agrees(wire, ssl.TLSVersion.TLSv1_2) and not _agrees(wire, ssl.TLSVersion.TLSv1_3)


@defect(
    Kind.STANDARDS,
    "certificate-elsewhere",
    "The certificate is for another host",
    "RFC 7644 section 7.2",
    named="SEC-TLS-03#verified.trusted",
    flags=SECURITY,
)
@over_tls(Speaking(host="other.example"))
async def certificate_elsewhere(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("certificate-elsewhere")
def certificate_elsewhere_shows(wire: Wire) -> bool:
    return "mismatch" in _certificate_problem(wire)


@defect(
    Kind.STANDARDS,
    "certificate-ends",
    "The certificate expires within days, and nobody renews it",
    "our deduction: OWASP ASVS 5.0, 12.2.2",
    named="SEC-TLS-03#verified.lasting",
    flags=SECURITY,
)
@over_tls(Speaking(days=5))
async def certificate_ends(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("certificate-ends")
def certificate_ends_shows(wire: Wire) -> bool:
    place = urlsplit(wire.served.url)
    if place.scheme == "http":
        return False
    context = ssl.create_default_context(cafile=wire.served.ca_file)
    with (
        socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=place.hostname) as secured,
    ):
        begins, ends = (str((secured.getpeercert() or {})[name]) for name in ("notBefore", "notAfter"))
    return ssl.cert_time_to_seconds(ends) - ssl.cert_time_to_seconds(begins) < 7 * 86_400


@defect(
    Kind.STANDARDS,
    "clear-text-served",
    "Requests without TLS are served at the same port",
    "Istio, Mutual TLS Migration: permissive mode",
    named="SEC-TLS-04#clear.not-served",
    flags=SECURITY,
)
@over_tls(Speaking(also_plain=True))
async def clear_text_served(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/ServiceProviderConfig":
        authorize(target, request)
    return await go(request)


@probe("clear-text-served")
def clear_text_served_shows(wire: Wire) -> bool:
    return _status_without_tls(wire) == 200


@defect(
    Kind.STANDARDS,
    "clear-text-invited",
    "Requests without TLS are asked for the token at the same port",
    "Istio, Mutual TLS Migration: permissive mode",
    named="SEC-TLS-04#clear.not-invited",
    flags=SECURITY,
)
@over_tls(Speaking(also_plain=True))
async def clear_text_invited(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("clear-text-invited")
def clear_text_invited_shows(wire: Wire) -> bool:
    return _status_without_tls(wire) == 401
