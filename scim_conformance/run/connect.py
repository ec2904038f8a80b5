"""The wire of a process to the target of its settings: with which credentials, and how fast."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from scim_conformance.config.credentials import Access
from scim_conformance.config.settings import Settings
from scim_conformance.scenario.exchange import Credential
from scim_conformance.target.auth import Grant
from scim_conformance.target.guarded_wire import GuardedWire
from scim_conformance.target.shapes import Guard, share

FLOOR = 25.0
"""Requests per second that a target must support for each tenant (Microsoft's tutorial)."""


def make_wire(
    settings: Settings,
    access: Access,
    guard: Guard | None = None,
    *,
    further: Mapping[Credential, str] | None = None,
    read_only: bool = False,
) -> GuardedWire:
    """Return the wire to the target of these settings. `guard`: what another wire of the run knows about it."""
    token, grant = (None, access) if isinstance(access, Grant) else (access, None)
    way = (settings.base, token, settings.timeout, settings.ca_file, settings.proxy, _rate(settings))
    guard = guard or Guard(share(_processes(), settings.timeout))
    return GuardedWire(*way, grant=grant, guard=guard, further=further or {}, read_only=read_only)


def _processes() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def _rate(settings: Settings) -> float | None:
    """Return the maximum requests per second of this process: 25 in total to a target on another machine, as many as
    Entra needs."""
    whole = settings.rate or (None if settings.is_loopback else FLOOR)
    return None if whole is None else whole / _processes()


@dataclass
class RequestCount:
    """Counts the requests of a wire from one scenario to the next."""

    wire: GuardedWire
    _told: Counter[str] = field(default_factory=Counter)

    def since_last(self) -> dict[str, int]:
        """Return the requests since this was last asked, by sender: preparation and clean-up count too."""
        total = Counter(self.wire.counts)
        since, self._told = total - self._told, total
        return dict(since)
