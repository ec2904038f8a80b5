"""How a target shows group members, and the steps of a scenario that query them in that way.

Microsoft's tutorial says that a target need not return all members, and a schema may declare them `returned: request`
or `never` (RFC 7643 section 7). So members that are missing from a read prove nothing. A way of querying is judged only
if it was seen to show a membership on this target. The first one that does, in the order of `Way`, is used for the
whole run.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scim_conformance.scenario.bodies import names_in
from scim_conformance.scenario.checks import Check, Obligation, Owed, Unseen
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.members import is_in_group, is_listed
from scim_conformance.scenario.steps import Play, Step
from scim_conformance.scim import filters
from scim_conformance.scim.urlencode import dotnet_quote
from scim_conformance.verdict.results import Visibility


class Way(StrEnum):
    """How memberships can be seen, in the order in which a run tries; the last two: not at all."""

    READ = "read"
    ASKED = "attributes=members"
    BOTH = "id and members"
    BY_VALUE = "members.value"
    GROUPS = "groups"
    HIDDEN = "hidden"
    UNSEEN = "unseen"


QUERIED = {Way.BOTH: "members", Way.BY_VALUE: "members.value"}
"""What a query for the groups of a member filters on. The first one is Entra's own (Microsoft's tutorial, and
inferred)."""


_GROUP = re.compile(r"^/Groups/\{([a-z][a-z0-9_]*)\}$")
_USER = re.compile(r"^/Users/\{([a-z][a-z0-9_]*)\}$")


def member_query(group: str, user: str, way: Way = Way.BOTH, *, swapped: bool = False) -> str:
    """Return the raw query for whether a group has a member, with `{name}` placeholders for their ids; `swapped`: with
    the member first."""
    is_group, is_member = filters.eq("id", "@"), filters.eq(QUERIED[way], "#")
    both = (is_member, is_group) if swapped else (is_group, is_member)
    text = is_member if way is Way.BY_VALUE else filters.both(*both)
    query = "filter=" + dotnet_quote(text) + "&attributes=id"
    return query.replace("%40", f"{{{group}}}").replace("%23", f"{{{user}}}")


@dataclass
class _Named:
    """The users that the requests so far added to a group or removed from it, and those whose account they deleted."""

    members: dict[str, dict[str, None]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def note(self, step: Step) -> None:
        """Record a step that was sent."""
        group, user = _GROUP.match(step.path), _USER.match(step.path)
        if group is not None and step.method != "GET":
            self.members.setdefault(group[1], {}).update(dict.fromkeys(names_in(step.body)))
        elif user is not None and step.method == "DELETE":
            self.deleted.add(user[1])


def as_seen(scenario: Scenario, seen: Visibility) -> Scenario:
    """Return a scenario in which memberships are checked in the way in which this target shows them.

    The read of the group stays: whatever it shows must be correct. If it shows no members, other requests check them.
    """
    way = Way(seen.way)
    if way is Way.READ:
        return scenario
    named, steps = _Named(), list[Step]()
    for step in scenario.given:
        named.note(step)
    for step in scenario.steps:
        steps += _as_seen(step, way, seen.why, named)
        named.note(step)
    return replace(scenario, steps=steps)


def _as_seen(step: Step, way: Way, why: str, named: _Named) -> list[Step]:
    if _GROUP.match(step.path) is None or not _owed(step):
        return [step]
    unseen = Unseen(why, applies=way is Way.UNSEEN)
    checks = [check if check.obligation.owed is None else replace(check, unseen=unseen) for check in step.checks]
    return [step.but(checks=tuple(checks)), *asked(step, way, named)]


def _owed(step: Step) -> list[tuple[Check, Owed]]:
    return [(check, check.obligation.owed) for check in step.checks if check.obligation.owed is not None]


def asked(step: Step, way: Way, named: "_Named | None" = None) -> list[Step]:
    """Return the steps that check, in this way, what the checks of a read require; none if none can."""
    named, group = named or _Named(), _GROUP.match(step.path)
    assert group is not None
    if way is Way.ASKED:
        return [_by_name(step)]
    people = [*named.members.get(group[1], {}), *(name for _, owed in _owed(step) for name in _people(owed))]
    if way in QUERIED:
        return [*_one_by_one(step, group[1], people, way)]
    alive = [name for name in people if name not in named.deleted]
    return [*_one_by_one(step, group[1], alive, way)] if way is Way.GROUPS else []


def _people(owed: Owed) -> Iterable[str]:
    return (*owed.members, *owed.strangers)


def _by_name(step: Step) -> Step:
    """Return the read that names `members` in `attributes` (RFC 7644 section 3.9)."""
    checks = tuple(check for check in step.checks if check.key == "status" or check.obligation.owed is not None)
    why = f"{step.why}, requested by name"
    return step.but(key=f"{step.key}-asked", stands_for=step.judges, query="attributes=members", checks=checks, why=why)


def _one_by_one(step: Step, group: str, people: Sequence[str], way: Way) -> Iterator[Step]:
    for name in dict.fromkeys(people):
        checks = tuple(_of_one(step, group, name, way))
        if checks:
            yield replace(_request(way, group, name), key=f"{step.key}-{name.replace('_', '-')}", checks=checks).but(
                stands_for=step.judges, because=step.because, once_per_target=step.once_per_target
            )


def _request(way: Way, group: str, name: str) -> Step:
    by, path = Sender.HARNESS, f"/Users/{{{name}}}"
    if way is Way.GROUPS:
        return Step("", "GET", path, "Which groups does this user belong to?", by=by, play=Play(settles=True))
    query = member_query(group, name, way)
    return Step("", "GET", "/Groups", "Does this group have this member?", query, by=by, play=Play(settles=True))


def _of_one(step: Step, group: str, name: str, way: Way) -> Iterator[Check]:
    """Yield what the checks of a read require for one user, each under its own key."""
    ask = is_in_group if way is Way.GROUPS else is_listed
    for check, owed in _owed(step):
        if name in owed.members or name in owed.strangers or owed.exactly:
            obligation: Obligation = ask(group, name, wanted=name in owed.members)
            kept = replace(obligation, key=check.key, cause=check.obligation.cause)
            yield replace(check, obligation=kept)
