"""The network route to a target, for `doctor`: the tenant URL, name, port and TLS."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scim_conformance.commands import tenant_url
from scim_conformance.config.settings import Settings
from scim_conformance.entra.dialects import FLAG
from scim_conformance.reporting.findings import Finding, Severity, ok
from scim_conformance.target import reaching
from scim_conformance.target.failures import describe_tls, remedy
from scim_conformance.verdict import counting

SOON = 30
"""Days before its expiry at which a certificate causes a warning."""


class Route:
    """Checks the route to a target, before any request is sent."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        parts = urlsplit(settings.base)
        self.host, self.is_tls = parts.hostname or "", parts.scheme == "https"
        self.port = parts.port or (443 if self.is_tls else 80)

    def address(self) -> Iterator[Finding]:
        """Yield what is found about the tenant URL."""
        parts = urlsplit(self.settings.url or "")
        appended = tenant_url.appended(self.settings)
        if appended:
            yield Finding(Severity.FAULT, "address", appended, tenant_url.DO, stops=True)
        if not self.is_tls and not self.settings.is_loopback:
            text = "the tenant URL is not https, and Entra only supports https"
            yield Finding(Severity.FAULT, "address", text, "set up TLS")
        yield ok("address", self._dialect(FLAG in parts.query))

    def _dialect(self, flagged: bool) -> str:
        if flagged:
            return f"{FLAG} is set: Entra sends the compliant PATCH, and `run` tests that dialect"
        return f"{FLAG} is not set: Entra sends legacy PATCH; `run` tests both dialects"

    def network(self) -> Iterator[Finding]:
        """Yield what is found about name, port and TLS."""
        if self.settings.proxy is not None:
            yield ok("network", "through the proxy, which handles name, port and certificate")
            return
        yield from self._name()
        yield from self._port()
        if self.is_tls:
            yield from self._tls()

    def _name(self) -> Iterator[Finding]:
        try:
            found = reaching.addresses(self.host, self.port)
        except OSError:
            text = f"{self.host} does not resolve"
            yield Finding(Severity.FAULT, "name", text, "check the host in the tenant URL, and DNS", stops=True)
            return
        shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        if any(reaching.is_private(one) for one in found):
            do = "allow the service tag AzureActiveDirectory, or use the on-premises provisioning agent"
            yield Finding(Severity.WARNING, "name", f"{shown}: a private address, which Entra cannot reach", do)
        else:
            yield ok("name", f"{self.host} resolves to {shown}" if shown != self.host else f"{shown} (IP address)")

    def _port(self) -> Iterator[Finding]:
        try:
            seconds = reaching.connected(self.host, self.port, self.settings.timeout)
        except OSError as error:
            text = f"no connection to {self.host}:{self.port} ({error.strerror or 'timed out'})"
            yield Finding(Severity.FAULT, "port", text, "start the target, or check port and firewall", stops=True)
        else:
            yield ok("port", f"{self.port} is open ({seconds * 1000:.0f} ms)")

    def _tls(self) -> Iterator[Finding]:
        where = (self.host, self.port, self.settings.timeout, self.settings.ca_file)
        try:
            found = reaching.certificate(*where)
        except ssl.SSLError as error:
            yield Finding(Severity.FAULT, "TLS", describe_tls(error), remedy(error), stops=True)
            return
        except OSError as error:
            text = f"the TLS handshake failed ({error.strerror or error})"
            yield Finding(Severity.FAULT, "TLS", text, "check the target's TLS settings", stops=True)
            return
        yield self._expiry(found)
        try:
            reaching.certificate(*where, most=ssl.TLSVersion.TLSv1_2)
        except OSError:
            text = f"{found.version} works, but TLS 1.2 does not"
            yield Finding(
                Severity.FAULT, "TLS 1.2", text, "allow TLS 1.2, the version that Microsoft documents for Entra"
            )

    def _expiry(self, found: reaching.Certificate) -> Finding:
        days = (found.until - datetime.now(UTC)).days
        text = f"{found.version}, issued by {found.issuer}, expires in {counting.number(days, 'day')}"
        if self.settings.ca_file is not None:
            text += "; trusted because of --ca-file, but Entra trusts only public CAs"
        if days < SOON:
            return Finding(Severity.WARNING, "TLS", text, "renew the certificate: Entra stops when it expires")
        return ok("TLS", text)
