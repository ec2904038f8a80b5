"""Whether a target can be rehearsed or previewed at all: the same question, and the same sentence, as in a run."""

import time
from collections.abc import Callable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run import preflight
from scim_conformance.scenario.exchange import Exchange, Outgoing
from scim_conformance.scenario.throttling import Patience
from scim_conformance.target.wire import TargetWire

UNREACHABLE = 6
"""The exit code if the target cannot be judged."""


def unreachable(wire: TargetWire, profile: Profile) -> str | None:
    """Return why a target cannot be judged, in one sentence; None: it can.

    A target that refuses only what Entra sends can be judged: the first cycle shows that.
    """
    gate = preflight.look(_waiting(wire), profile, wire.place, issued=wire.source is not None)
    answers = gate.blocked_by is not None and gate.blocked_by.scenario and gate.blocked_by.status is not None
    return None if gate.open or answers else gate.reason


def _waiting(wire: TargetWire) -> Callable[[Outgoing], Exchange]:
    """Return what sends a request, and waits where the target throttles."""
    patience = Patience(time.sleep)

    def send(outgoing: Outgoing) -> Exchange:
        exchange = wire.send(outgoing)
        while exchange.answer is not None and exchange.answer.status == 429 and patience.waits_for(exchange.answer):
            exchange = wire.send(outgoing)
        return exchange

    return send
