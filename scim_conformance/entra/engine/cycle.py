"""A cycle: which objects are looked at, in which order.

The phases are barriers: the probe, users, groups, then references (Microsoft: How provisioning works). Among users and
among groups, deletions and disablings come first, then changes, then matches (inferred; Entra's order is not known), so
that a name is free again before another user gets it.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scim_conformance.entra.engine import calls, failing, references
from scim_conformance.entra.engine.decide import Move, decide
from scim_conformance.entra.engine.model import (
    EntraRequest,
    Link,
    Links,
    LinkState,
    Problem,
    Reply,
    Retry,
    Rules,
    Subject,
    Talk,
)
from scim_conformance.entra.engine.objects import provision, staged
from scim_conformance.entra.source.model import Due, Entitlement, ObjectKind, SourceView, Watermark
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim.paths import member


class CycleKind(StrEnum):
    """Initial: no links. Incremental: what changed since. Restart: everything, links kept. Full restart: links dropped
    before. On demand: one user, or a group with a few members."""

    INITIAL = "initial"
    INCREMENTAL = "incremental"
    RESTART = "restart"
    FULL_RESTART = "full restart"
    ON_DEMAND = "on demand"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One pass of the job. `since`: the watermark of an incremental cycle; `at`: its virtual time (UTC)."""

    number: int
    kind: CycleKind
    at: datetime
    since: Watermark | None = None

    @property
    def whole(self) -> bool:
        """Whether everything is evaluated, and not only what changed."""
        return self.kind is not CycleKind.INCREMENTAL


class Phase(StrEnum):
    """The phases of a cycle that handle objects."""

    USERS = "users"
    GROUPS = "groups"
    MEMBERS = "members"
    MANAGERS = "managers"


@dataclass(frozen=True)
class Task:
    """One object in one phase, and the talk that handles it, not yet begun."""

    phase: Phase
    subject: Subject
    talk: Talk

    @property
    def key(self) -> str:
        """What identifies it within its cycle."""
        return f"{self.phase.value}/{self.subject.id}"


Scope = Callable[[Due], Entitlement]
"""Evaluates whether an object is in scope."""


@dataclass(frozen=True)
class Planner:
    """Plans a cycle over a directory. `done`: keys of tasks that are not planned again, after a run was interrupted."""

    view: SourceView
    links: Links
    rules: Rules
    scope: Scope
    done: Container[str] = frozenset()
    holds: bool = False
    """Whether what disables or deletes accounts is held back (`removals` is above the job's threshold)."""

    def plan(self, cycle: Cycle) -> Iterator[Task]:
        """Yield the tasks of a cycle. Each must be done, and its outcome committed, before the next one is taken."""
        yield from self._objects(cycle, ObjectKind.USER, Phase.USERS)
        if self.rules.profile.group is not None:
            yield from self._objects(cycle, ObjectKind.GROUP, Phase.GROUPS)
            if references.sends_members(self.rules):
                yield from self._members(cycle)
        yield from self._managers(cycle)

    def removals(self, cycle: Cycle) -> int:
        """Return how many accounts this cycle disables or deletes: what the deletion threshold counts."""
        kinds = [ObjectKind.USER, *([ObjectKind.GROUP] if self.rules.profile.group else [])]
        moves = (decide(self.rules, one) for kind in kinds for one in self._subjects(cycle, kind))
        return sum(move in _FIRST for move in moves)

    def _objects(self, cycle: Cycle, kind: ObjectKind, phase: Phase) -> Iterator[Task]:
        seen: set[str] = set()
        for moves in _ORDER:
            for subject in self._subjects(cycle, kind):
                if subject.id not in seen and decide(self.rules, subject) in moves:
                    seen.add(subject.id)
                    held = self.holds and moves is _FIRST
                    talk = staged(self.rules, subject) if held else provision(self.rules, self.links, subject)
                    yield from self._undone([Task(phase, subject, talk)])

    def _undone(self, tasks: Iterable[Task]) -> Iterator[Task]:
        return (task for task in tasks if task.key not in self.done)

    def _subjects(self, cycle: Cycle, kind: ObjectKind) -> Iterator[Subject]:
        for due in self.view.due(kind, cycle.since, cycle.at):
            yield self._subject(cycle, due)

    def _subject(self, cycle: Cycle, due: Due) -> Subject:
        link, boss = self.links.of(due.id), self._boss(due.id)
        target = None if boss is None else boss.target
        return Subject(due.id, due.kind, due.source, self.scope(due), link, target, due.retry, _again(cycle, link))

    def _boss(self, user: str) -> Link | None:
        found = self.view.manager(user)
        link = None if found is None else self.links.of(found)
        return None if link is None or link.state is LinkState.GONE else link

    def _members(self, cycle: Cycle) -> Iterator[Task]:
        for subject in self._subjects(cycle, ObjectKind.GROUP):
            link = subject.link
            if link is None or link.state is LinkState.GONE or not subject.standing.in_scope:
                continue
            delta = self.view.joined(subject.id)
            if delta.added or delta.removed:
                talk = references.members(self.rules, self.links, subject, delta)
                yield from self._undone([Task(Phase.MEMBERS, subject, talk)])

    def _managers(self, cycle: Cycle) -> Iterator[Task]:
        row = references.manager_row(self.rules)
        if row is None or "update" not in self.rules.profile.user.actions:
            return
        for subject in self._subjects(cycle, ObjectKind.USER):
            boss = self.view.manager(subject.id)
            if boss is not None and self._is_due(cycle, subject, boss):
                talk = references.manager(self.rules, subject, boss, row)
                yield from self._undone([Task(Phase.MANAGERS, subject, talk)])

    def _is_due(self, cycle: Cycle, subject: Subject, boss: str) -> bool:
        """Return whether a user's manager is looked at: it changed, or everything is evaluated and it was not sent."""
        link = subject.link
        if link is None or link.state is not LinkState.ACTIVE or not subject.standing.in_scope:
            return False
        if not cycle.whole and not subject.retry and link.boss == boss:
            return False
        return subject.boss is None or link.manager != subject.boss


def _again(cycle: Cycle, link: Link | None) -> bool:
    return cycle.whole and link is not None


_FIRST = frozenset({Move.DELETE, Move.DISABLE})
_ORDER = (_FIRST, frozenset({Move.UPDATE, Move.SKIP, Move.LEAVE}), frozenset({Move.MATCH}))


def probe(rules: Rules, guid: str) -> EntraRequest:
    """Return the first request of a cycle."""
    return calls.probe(rules, guid)


def probed(reply: Reply) -> Problem | None:
    """Return why a cycle cannot begin, or None: the probe must return an empty list."""
    problem = failing.of(reply, "GET", searching=True)
    if problem is not None:
        return Problem(problem.code, problem.reason, Retry.NEXT_CYCLE, stops=True)
    assert isinstance(reply, Answer)
    found = failing.hits(reply)
    if found is None or found or member(reply.json, "totalResults") != 0:
        text = "the query for a user that does not exist must return an empty ListResponse"
        return Problem(failing.INCOMPATIBLE, text, Retry.NEXT_CYCLE, stops=True)
    return None
