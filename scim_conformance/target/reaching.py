"""The connection to a target below HTTP: its addresses, its port, its certificate. For `doctor`."""

import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Certificate:
    """What a TLS handshake showed: protocol version, issuer, and the certificate's expiry."""

    version: str
    issuer: str
    until: datetime


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which they are tried.

    Raises:
        OSError: the name does not resolve.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_private(address: str) -> bool:
    """Return whether an address is reachable only from within a network, and is not this machine's own."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_private and not found.is_loopback


def connected(host: str, port: int, timeout: float) -> float:
    """Connect and disconnect; return the seconds that it took.

    Raises:
        OSError: nothing listens, or nothing responds.
    """
    begun = time.perf_counter()
    with socket.create_connection((host, port), timeout):
        return time.perf_counter() - begun


def certificate(
    host: str, port: int, timeout: float, ca_file: str | None, most: ssl.TLSVersion | None = None
) -> Certificate:
    """Do a handshake as the wire does, with at least TLS 1.2. `most`: the highest version offered.

    Raises:
        ssl.SSLError: the certificate is not trusted, or both sides support no common version.
        OSError: the connection was closed.
    """
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if most is not None:
        context.maximum_version = most
    with (
        socket.create_connection((host, port), timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        return _shown(encrypted.version() or "", encrypted.getpeercert() or {})


def _shown(version: str, found: Any) -> Certificate:
    parts = {name: value for group in found.get("issuer", ()) for name, value in group}
    issuer = parts.get("organizationName") or parts.get("commonName") or "an unnamed issuer"
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC)
    return Certificate(version, issuer, until)
