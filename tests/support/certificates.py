"""Certificates of a CA of our own: for any name, with any dates."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Made:
    """A certificate, and the file with the CA to trust."""

    certificate: trustme.LeafCert
    authority: Path

    def context(self, least: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """Return what a server needs; `least` is the lowest version that it speaks."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate.configure_cert(context)
        context.minimum_version = least or context.minimum_version
        return context


def signed(
    where: Path, host: str = "127.0.0.1", *, begins: datetime | None = None, ends: datetime | None = None
) -> Made:
    """Make a CA, and a certificate of it for this name or address."""
    where.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="Test CA")
    file = where / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return Made(authority.issue_cert(host, not_before=begins, not_after=ends), file)
