"""Requests that can create nothing, although their method is that of a write."""

from scim_conformance.scenario.exchange import Outgoing

DISCOVERY = frozenset({"/ServiceProviderConfig", "/Schemas", "/ResourceTypes"})
"""Where no resource of a directory is: an empty object there is refused, or means nothing."""


def creates_nothing(outgoing: Outgoing) -> bool:
    """Return whether a request can create nothing: it only reads, or is an empty object for a discovery endpoint."""
    return outgoing.only_reads or is_empty_object(outgoing)


def is_empty_object(outgoing: Outgoing) -> bool:
    """Return whether a request is an empty object for a discovery endpoint, which a target must refuse."""
    return outgoing.method == "POST" and outgoing.target in DISCOVERY and outgoing.body == b"{}"
