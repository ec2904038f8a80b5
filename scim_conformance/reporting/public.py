"""Whether Entra could reach a target at all."""

import ipaddress
from urllib.parse import urlsplit


def is_public(target: str) -> bool:
    """Return whether Entra could reach a target: it uses https and is not on this machine."""
    parts = urlsplit(target)
    return parts.scheme == "https" and not _is_here(parts.hostname or "localhost")


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
