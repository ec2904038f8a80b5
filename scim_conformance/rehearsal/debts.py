"""Follows what the target owes through the requests of one task."""

from dataclasses import dataclass, field, replace

from scim_conformance.entra.engine.failing import NOT_OURS
from scim_conformance.entra.engine.model import EntraRequest, LinkState, LogAction, NoAnswer, Outcome, Reply
from scim_conformance.entra.engine.owed import owes
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.rehearsal.links import Debt, StoredDebts
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim.paths import member

_KINDS = {"User": ObjectKind.USER, "Group": ObjectKind.GROUP}
Place = tuple[ObjectKind, str]


@dataclass
class Ledgering:
    """What is owed of the resources to which a task writes. `cycle`: its number."""

    stored: StoredDebts
    cycle: int
    _held: dict[Place, Debt] = field(default_factory=dict)

    def note(self, request: EntraRequest, reply: Reply) -> None:
        """Take note of a request and its reply."""
        if request.method == "GET":
            return
        place = _place(request, reply)
        if place is None:
            return
        before = self._held.get(place) or self.stored.of(*place)
        body = owes(before.body if before and before.body is not None else {}, request, reply)
        source = before.source if before else ""
        unsure = _is_unsure(reply) or bool(before and before.unsure)
        self._held[place] = Debt(*place, source, body, unsure, self.cycle)

    def settled(self, outcome: Outcome) -> list[Debt]:
        """Return what is owed after the task, with what was done last."""
        source, how = outcome.subject.id, _how(outcome)
        return [replace(one, source=one.source or source, how=how) for one in self._held.values()]


def _place(request: EntraRequest, reply: Reply) -> Place | None:
    if request.method == "POST":
        kind = request.template.creates.type if request.template.creates else "User"
        identifier = member(reply.json, "id") if isinstance(reply, Answer) and reply.ok else None
        return None if identifier in (None, "") else (_KINDS[kind], str(identifier))
    resource = request.resource
    return None if resource is None else (_KINDS[resource[0]], resource[1])


def _is_unsure(reply: Reply) -> bool:
    """Return whether the target may have done what was asked: it did not answer, or failed on the way."""
    if isinstance(reply, NoAnswer):
        return reply.kind != NOT_OURS
    return reply.status >= 500


def _how(outcome: Outcome) -> str:
    link = outcome.subject.link
    if outcome.action is LogAction.UPDATE and link is not None:
        returned = link.state in {LinkState.DISABLED, LinkState.RELEASED} and not outcome.is_reference
        return "restore" if returned else "update"
    if outcome.action is LogAction.UPDATE:
        return "link"
    return outcome.action.value
