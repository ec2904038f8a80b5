"""Finds out how a target shows group members, once in each process of a run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.membership import add
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import read_members
from scim_conformance.entra.visibility import QUERIED, Way, asked
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.members import has_member, not_a_member
from scim_conformance.scenario.performance import Performance
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.verdict.judging import recorded
from scim_conformance.verdict.results import READABLE, Recorded, Visibility

MEMBER, OTHER, GROUP = "neighbour", "neighbour_b", "neighbour_group"
"""The neighbours of a process: one is in the group, the other is not."""

NEIGHBOURS = (MEMBER, OTHER, GROUP)

UNSEEN = (
    'no read shows the members of a group: if this target hides memberships, add members = "hidden" at the top of the '
)
UNSEEN += "profile"

Play = Callable[[Scenario, bool], Performance]
"""Plays steps with the ids of the neighbours; True: repeats a read until a write is expected to be visible."""


def look(play: Play, profile: Profile, found: Mapping[str, str]) -> Visibility:
    """Return how the target shows memberships; `found` contains the ids of the neighbours that exist.

    A target that shows them in a plain read is queried once. If nothing shows them, the member is added again in the
    other dialect: the target may have treated the first request as one that changes nothing.
    """
    if not {*NEIGHBOURS} <= found.keys():
        return READABLE
    looker = _Looker(play)
    way = looker.way() or (looker.plays([add(Dialect.LEGACY, MEMBER, group=GROUP)]) and looker.way())
    if way:
        return Visibility(way=way, exchanges=looker.exchanges)
    why = f"the profile {profile.name} states that the target hides memberships" if profile.members else ""
    why = why or looker.declared()
    return Visibility(way=Way.HIDDEN if why else Way.UNSEEN, why=why or UNSEEN, exchanges=looker.exchanges)


@dataclass
class _Looker:
    play: Play
    exchanges: list[Recorded] = field(default_factory=list)
    _answers: list[Any] = field(default_factory=list)

    def way(self) -> Way | None:
        """Return the first way that shows a membership: any that a read shows, right or wrong."""
        source = rfc7643("4.2")
        is_member = has_member(MEMBER).must(source, so="")
        step = read_members(GROUP, is_member, key="look")
        if self.plays([step], patient=True) or self._shows_members():
            return Way.READ
        if self.plays(asked(step, Way.ASKED)) or self._shows_members():
            return Way.ASKED
        # A target may ignore an unknown filter and return the group for every user.
        filtered = step.expecting(not_a_member(OTHER).must(source, so=""))
        return next((way for way in QUERIED if self.plays(asked(filtered, way))), None) or self._groups(step)

    def _groups(self, step: Step) -> Way | None:
        return Way.GROUPS if self.plays(asked(step, Way.GROUPS)) else None

    def _shows_members(self) -> bool:
        return any(elements(member(answer, "members")) for answer in self._answers)

    def plays(self, steps: Sequence[Step], *, patient: bool = False) -> bool:
        """Send steps; return whether all their checks pass."""
        performance = self.play(Scenario(steps), patient)
        sent = [(played, played.exchange) for played in performance.steps if played.exchange is not None]
        self.exchanges += [recorded(played, exchange) for played, exchange in sent]
        self._answers = [exchange.answer.json for _, exchange in sent if exchange.answer and exchange.answer.ok]
        judged = [one for played in performance.steps for one in played.judged]
        return performance.stopped is None and all(one.actual is None for one in judged)

    def declared(self) -> str:
        """Return a sentence if /Schemas allows members to be missing, otherwise an empty string."""
        for path in ("/Schemas", f"/Schemas/{urns.GROUP}"):
            self.plays([Step("schemas", "GET", path, "How are members returned?", by=Sender.HARNESS)])
            for returned in (found for answer in self._answers for found in _returned(answer)):
                hides = returned in {"never", "request"}
                return f"/Schemas declares members as returned: {returned}, and no read shows them" if hides else ""
        return ""


def _returned(answer: Any) -> Iterator[str]:
    """Yield what a schema, or a list of schemas, declares about when a group's members are returned."""
    listed = elements(member(answer, "Resources")) or elements(answer) or [answer]
    for schema in listed:
        if str(member(schema, "id")).lower() != urns.GROUP.lower():
            continue
        for attribute in elements(member(schema, "attributes")):
            if str(member(attribute, "name")).lower() == "members":
                yield str(member(attribute, "returned")).lower()
