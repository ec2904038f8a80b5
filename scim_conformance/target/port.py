"""The port of a target below SCIM: TLS handshakes with chosen versions, and a request without TLS.

Over a handshake nothing is sent, and no request here has a token. The connection goes the way of the run: through the
proxy that the run was given, with CONNECT, and with the same trusted authorities. What was found is a JSON object in
place of a response:

- `agreed`: the version; where the certificate was verified, also `issuer`, `until` and `days`.
- `refused`: the target did not agree, in the words of its alert, or closed the connection.
- `untrusted`: the certificate was not accepted, with the reason in OpenSSL's words, and `remedy`.
"""

import json
import ssl
import time
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpcore
import httpx

from scim_conformance.scenario.exchange import HANDSHAKE, NO_HTTP, Outgoing, RefusedByHarness, is_handshake
from scim_conformance.target.failures import describe_tls, remedy, root
from scim_conformance.target.transport import Backend, BodyStream, Deadline, tls_context, unlogged

HTTPS, DAY = 443, 86_400
CLOSING = (("Connection", "close"),)
"""What a request without TLS has in addition: its connection is used once."""

_VERSIONS = {
    "TLS-1.0": ssl.TLSVersion.TLSv1,
    "TLS-1.1": ssl.TLSVersion.TLSv1_1,
    "TLS-1.2": ssl.TLSVersion.TLSv1_2,
    "TLS-1.3": ssl.TLSVersion.TLSv1_3,
}
_NAMES = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}
_OTHER_VERSION = frozenset({"UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER", "WRONG_SSL_VERSION"})
"""OpenSSL's reasons where the server chooses a version that was not offered, or speaks something other than TLS."""


def url_of(base: str, outgoing: Outgoing) -> httpx.URL:
    """Return where something is sent below the tenant URL: a request without TLS to the same port, never another."""
    if is_handshake(outgoing.method):
        return httpx.URL(base).copy_with(raw_path=b"/")
    url = httpx.URL(base + outgoing.target)
    return url.copy_with(scheme="http", port=url.port or HTTPS)


@dataclass
class Port:
    """Reaches the port of a target as its wire does. `deadline` is that of the wire."""

    base: str
    deadline: Deadline
    ca_file: str | None
    proxy: str | None

    def request(self, outgoing: Outgoing) -> httpx.Request:
        """Return what is to be done as a request, without any credential.

        Raises:
            RefusedByHarness: the tenant URL is not https.
        """
        if not self.base.lower().startswith("https:"):
            raise RefusedByHarness("no handshake: the tenant URL is not https")
        made = httpx.Request(outgoing.method, url_of(self.base, outgoing), headers=[*outgoing.headers, *CLOSING])
        if is_handshake(outgoing.method):
            made.headers.clear()
        return made

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Do a handshake, or send a request without TLS; return what came of it.

        Raises:
            RefusedByHarness: the OpenSSL of this machine cannot do such a handshake.
        """
        with unlogged():
            if is_handshake(request.method):
                return _found(self._shaken(request))
            return self._without_tls(request)

    def _shaken(self, request: httpx.Request) -> dict[str, Any]:
        context = tls_context(self.ca_file) if request.method == HANDSHAKE else _offering(request.method)
        stream = self._connected()
        try:
            secured = stream.start_tls(context, self._place[0], self.deadline.left())
        except httpcore.ConnectError as error:
            return _refusal(root(error))
        try:
            return _agreement(secured.get_extra_info("ssl_object"))
        finally:
            secured.close()

    def _without_tls(self, request: httpx.Request) -> httpx.Response:
        host, port = self._place
        url = httpcore.URL(scheme="http", host=host, port=port, target=request.url.raw_path)
        connection = httpcore.HTTP11Connection(url.origin, self._connected())
        try:
            answer = connection.handle_request(httpcore.Request(request.method, url, headers=request.headers.raw))
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            return _found({"refused": "the connection was closed, or the response is no HTTP"})
        return httpx.Response(answer.status, headers=answer.headers, stream=BodyStream(answer.stream))  # type: ignore[arg-type]

    @property
    def _place(self) -> tuple[str, int]:
        url = httpx.URL(self.base)
        return url.raw_host.decode(), url.port or HTTPS

    def _connected(self) -> httpcore.NetworkStream:
        """Connect as the run does: through its proxy, if it has one."""
        if self.proxy is None:
            return Backend(self.deadline).connect_tcp(*self._place)
        proxy, place = httpcore.URL(self.proxy), "{}:{}".format(*self._place).encode()
        context = tls_context(self.ca_file, used=proxy.scheme == b"https")
        pool = httpcore.ConnectionPool(context, network_backend=Backend(self.deadline))
        url = httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target=place)
        answer = pool.handle_request(httpcore.Request("CONNECT", url, headers=[(b"Host", place)]))
        if not 200 <= answer.status < 300:
            answer.close()
            raise httpcore.ConnectError(f"the proxy refuses CONNECT with status {answer.status}")
        stream: httpcore.NetworkStream = answer.extensions["network_stream"]
        return stream


def _found(content: dict[str, Any]) -> httpx.Response:
    return httpx.Response(NO_HTTP, stream=BodyStream([json.dumps(content).encode()]))


def _offering(method: str) -> ssl.SSLContext:
    """Return what offers one version and accepts every certificate: nothing is sent over it.

    Raises:
        RefusedByHarness: the OpenSSL of this machine does not offer it.
    """
    context, version = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), _VERSIONS[method]
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the old versions are what is tested
            # The least version first: the greatest may not be below it.
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = version
            context.minimum_version = version
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        _begin(context)
    except (ssl.SSLError, ValueError) as error:
        said = f"{method.replace('-', ' ')} cannot be tested: the OpenSSL of this machine does not offer it"
        raise RefusedByHarness(f"{said} ({error})") from None
    return context


def _begin(context: ssl.SSLContext) -> None:
    """Make the first message of a handshake, without sending it.

    Raises:
        ssl.SSLError: this OpenSSL does not offer the version.
    """
    try:
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()).do_handshake()
    except ssl.SSLWantReadError:
        return


def _refusal(cause: BaseException) -> dict[str, Any]:
    """Return why there was no agreement.

    Raises:
        RefusedByHarness: this side ended the handshake, which says nothing about the target.
    """
    if isinstance(cause, ssl.SSLCertVerificationError):
        return {"untrusted": describe_tls(cause), "remedy": remedy(cause)}
    if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError)):
        return {"refused": "the connection was closed"}
    reason = str(getattr(cause, "reason", None) or cause)
    if "ALERT" in reason.upper() or reason in _OTHER_VERSION:
        return {"refused": reason.replace("_", " ").lower()}
    raise RefusedByHarness(f"the OpenSSL of this machine ends the handshake: {reason}")


def _agreement(agreed: Any) -> dict[str, Any]:
    """Return what was agreed, and the certificate if it was verified."""
    certificate = agreed.getpeercert() or {}
    found: dict[str, Any] = {"agreed": _NAMES.get(agreed.version(), agreed.version())}
    if not certificate:
        return found
    parts = {name: value for group in certificate.get("issuer", ()) for name, value in group}
    ends = ssl.cert_time_to_seconds(certificate["notAfter"])
    until = datetime.fromtimestamp(ends, UTC).date().isoformat()
    issuer = parts.get("organizationName") or parts.get("commonName") or "an unnamed issuer"
    return {**found, "issuer": issuer, "until": until, "days": int((ends - time.time()) // DAY)}
