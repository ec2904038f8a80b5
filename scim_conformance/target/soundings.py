"""Before a write with a token other than that of the run: what does this id mean to that token?

Ids need not be unique over all tenants of a target (RFC 7644 section 6.2): in another tenant, an id of this run may be
that of a real account. So a scenario reads it first, with the same token. A write is sent only if that token is denied
the resource, or is shown the one of this run.
"""

from scim_conformance.scenario.exchange import FURTHER, Credential, Exchange, Outgoing, RefusedByHarness
from scim_conformance.target.ids import Resource
from scim_conformance.target.ledger import Ledger

_Known = tuple[Credential, Resource | None]

DENIED = frozenset({401, 403, 404})
"""Statuses of a GET by id after which a write with the same token reaches no account of others."""


class Soundings:
    """What reads with further tokens showed."""

    def __init__(self) -> None:
        self._denied: set[_Known] = set()
        self._ours: set[_Known] = set()

    def note(self, outgoing: Outgoing, exchange: Exchange, ledger: Ledger) -> None:
        """Remember what a GET by id showed."""
        if outgoing.resource is None or outgoing.method != "GET" or exchange.answer is None:
            return
        known = (outgoing.credential, outgoing.resource)
        self._denied.discard(known)
        self._ours.discard(known)
        if ledger.shows(outgoing.resource, exchange):
            self._ours.add(known)
        elif exchange.answer.status in DENIED:
            self._denied.add(known)

    def permit(self, outgoing: Outgoing) -> None:
        """Make sure that a write with a further token reaches nothing of others.

        Raises:
            RefusedByHarness: it may.
        """
        if outgoing.credential not in FURTHER or outgoing.only_reads:
            return
        known = (outgoing.credential, outgoing.resource)
        of_this_tenant = outgoing.resource is None and any(one == outgoing.credential for one, _ in self._ours)
        denied = outgoing.credential is Credential.OTHER_TENANT and known in self._denied
        if not (known in self._ours or denied or of_this_tenant):
            said = f"with the {outgoing.credential} token, this id may be another account's"
            raise RefusedByHarness(f"{outgoing.method} was not sent: {said}")
