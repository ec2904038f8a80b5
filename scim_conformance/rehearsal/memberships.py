"""Finds out who is in a group, where a target may show members in a read, on request, in a search, or not at all.

A missing member says nothing by itself: a target need not return all members (Microsoft's tutorial), and may leave out
inactive ones. So a member that is missing from a read is looked for in the other ways. A way is believed only where it
was seen to tell a member from another id. What no way shows is not judged.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.engine.model import EntraRequest
from scim_conformance.rehearsal.sending import Sending
from scim_conformance.scenario.exchange import Answer, Sender
from scim_conformance.scenario.steps import RequestTemplate
from scim_conformance.scim import filters, paths
from scim_conformance.scim.urlencode import dotnet_quote

MOST_SEARCHED = 25
"""Missing members of a group that are looked for one by one."""

A_PART = 20
"""Members from which a read may show only a part of them."""

NOBODY = "00000000-0000-0000-0000-000000000000"

Way = Callable[[str, str], bool]
"""Whether a group (its id) shows a member (its id)."""


@dataclass(frozen=True, slots=True)
class Members:
    """Who is in a group: `held` are members, `lacking` are not; of `unseen` it is not known."""

    held: frozenset[str]
    lacking: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()


@dataclass
class Looking:
    """Looks at groups. `complete`: the most members of a group that a read showed completely."""

    sending: Sending
    complete: int = 0
    _ways: dict[int, bool] = field(default_factory=dict)

    def members(self, group: str, resource: Any, owed: Iterable[str]) -> Members:
        """Return who is in a group, of which a read returned `resource`, and `owed` should be in it."""
        wanted = frozenset(owed)
        held = shown(resource)
        if wanted - held:
            held |= self._requested(group)
        missing = wanted - held
        if not missing:
            self.complete = max(self.complete, len(wanted))
            return Members(held)
        found = {one for one in sorted(missing)[:MOST_SEARCHED] if self._is_found(group, one, held)}
        missing -= found
        if self._is_believed(held, len(wanted)):
            return Members(held | found, lacking=missing)
        return Members(held | found, unseen=missing)

    def _is_believed(self, held: frozenset[str], wanted: int) -> bool:
        """Return whether a member who was found in no way is none: a way works, or a read shows all members.

        That a group has no members is believed where another one of its size was shown with all of them.
        """
        if any(self._ways.values()):
            return True
        if not held and self.complete:
            return wanted <= max(A_PART, self.complete)
        may_be_a_part = len(held) >= max(A_PART, self.complete)
        return bool(held) and not may_be_a_part

    def _is_found(self, group: str, one: str, held: frozenset[str]) -> bool:
        found = False
        for index, way in enumerate((self._by_search, self._by_value, self._by_user)):
            if index not in self._ways and held:
                self._ways[index] = way(group, min(held)) and not way(group, NOBODY)
            says = self._ways.get(index, True) and way(group, one)
            if says and index not in self._ways:
                self._ways[index] = not way(group, NOBODY)
            found = found or (says and self._ways[index])
        return found

    def _requested(self, group: str) -> frozenset[str]:
        return shown(self._json("/Groups/{group}", "attributes=members", group=group))

    def _by_search(self, group: str, one: str) -> bool:
        return self._search(group, "members", one)

    def _by_value(self, group: str, one: str) -> bool:
        return self._search(group, "members.value", one)

    def _search(self, group: str, attribute: str, one: str) -> bool:
        text = filters.both(filters.eq("id", group), filters.eq(attribute, one))
        found = paths.elements(paths.member(self._json("/Groups", "filter=" + dotnet_quote(text)), "Resources"))
        return group in {str(paths.member(each, "id")) for each in found}

    def _by_user(self, group: str, one: str) -> bool:
        groups = paths.elements(paths.member(self._json("/Users/{user}", None, user=one), "groups"))
        return group in {str(paths.member(each, "value")) for each in groups}

    def _json(self, path: str, query: str | None, **bindings: str) -> Any:
        template = RequestTemplate("members", "GET", path, "Who is in the group?", query, by=Sender.HARNESS)
        reply = self.sending.send(EntraRequest(template, bindings))
        return reply.json if isinstance(reply, Answer) and reply.ok else None


def shown(resource: Any) -> frozenset[str]:
    """Return the ids of the members that a response shows, by value or by reference."""
    found = (identity(one) for one in paths.elements(paths.member(resource, "members")))
    return frozenset(one for one in found if one)


def identity(value: Any) -> str:
    """Return the id in a member or manager: of an object, as the RFC says, or a text; empty: none."""
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    found = paths.member(value, "value")
    if found is None:
        found = str(paths.member(value, "$ref") or "").rstrip("/").rpartition("/")[2]
    return str(found)
