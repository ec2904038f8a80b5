"""What a result says about the target in addition to its verdict: once in a process, as soon as it is known."""

from dataclasses import dataclass, field

from scim_conformance.scenario.exchange import Exchange
from scim_conformance.target.session import Session
from scim_conformance.target.wire import TargetWire


@dataclass
class Notices:
    """Each notice is given once."""

    wire: TargetWire
    session: Session
    _told: set[str] = field(default_factory=set)
    _trials_shown: bool = False

    def new(self) -> list[str]:
        """Return what must be reported immediately: that the target keeps what the run creates."""
        new = [(kind, why) for kind, why in self.session.deletions.refused.items() if kind not in self._told]
        self._told |= {kind for kind, _ in new}
        kept = [f"the target keeps what is deleted: {kind}s remain in it ({why})" for kind, why in new]
        return [*self._way(), *kept]

    def _way(self) -> list[str]:
        """Return what to select in the portal, once, if the token endpoint refuses what is configured."""
        advice = None if self.wire.source is None else self.wire.source.advice
        if advice is None or advice in self._told:
            return []
        self._told.add(advice)
        return [advice]

    def trials(self) -> list[tuple[str, Exchange]]:
        """Return the preflight's requests that found out where the credentials are accepted, for the first result."""
        found = [] if self.wire.source is None or self._trials_shown else self.wire.source.trials
        self._trials_shown = self._trials_shown or bool(found)
        return found
