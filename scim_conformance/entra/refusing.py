"""Finds out which attributes a target refuses in a creation: once in a run, when the first usual creation is refused.

Each try creates another user or group. Nothing is believed that was not tried: an attribute is refused if a creation
with it was refused and the same creation without it was accepted. What the target says only decides what is tried
first. In this order:

1. If the response names attributes, everything else is sent. If that is accepted, only those named are in question.
2. Otherwise, the smallest body shows whether anything is accepted at all. What its refusal names as missing is added.
3. From there, the accepted body grows by groups of attributes: an accepted group costs one creation, a refused one is
   halved until one attribute is left. The size of the groups follows what is found.
4. Each attribute that was found is sent with the smallest body: if that is accepted, others are needed to refuse it.

A 5xx may be an accident: the usual creation is sent again first, and what step 4 accepts is sent with everything again.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.looking import NEIGHBOURS
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.reducing import sends, without
from scim_conformance.entra.requests import create_user, prepare_group
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer, Exchange, Sender
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.answers import answered
from scim_conformance.scenario.performance import Performance, StepRun
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths
from scim_conformance.system.visible import visible
from scim_conformance.verdict.judging import TRY, recorded
from scim_conformance.verdict.results import Recorded, Refusal

Kind = Literal["user", "group"]
Play = Callable[[Scenario], Performance]

MOST_REQUESTS = 40
"""Requests that a run may spend on this, including the reads that confirm new ids, for users and groups together."""

FOR_GROUPS = 5
"""How many of them are left for groups, whose mapping is short."""

ACCEPTED = 2
"""Requests that an accepted creation costs: the creation, and the read that confirms the id before it is deleted."""

SAYS_NOTHING = frozenset({401, 403, 408, 409, 425, 429})
"""Refusals that are not about what the body contains."""

META = "meta"
"""Entra sends it in each creation, although it is in no mapping."""

_NAMES = {"user": "username", "group": "displayname"}
_GENERIC = frozenset({"value", "type", "primary", "formatted", "display"})


def usual(world: World, kind: Kind) -> Step:
    """Return the first usual creation of a process: of its first neighbour, in the world of the neighbours."""
    people = people_of(world)
    if kind == "user":
        return create_user(world, people[0], NEIGHBOURS[0], key=NEIGHBOURS[0])
    return prepare_group(world, world.team(), NEIGHBOURS[2], key=NEIGHBOURS[2])


def people_of(world: World) -> list[Person]:
    """Return the people among the neighbours of a process, in the world of the neighbours."""
    return [world.person() for _ in range(2)]


def scope_of_tries(process: str, kind: Kind) -> str:
    """Return the scope from which the users or groups are created that a process tries."""
    return f"tries-{process}-{kind}"


def is_refused(performance: Performance) -> bool:
    """Return whether a creation was refused in a way that its body may explain."""
    exchange = performance.steps[-1].exchange if performance.steps else None
    answer = None if exchange is None else exchange.answer
    return answer is not None and answer.status >= 400 and answer.status not in SAYS_NOTHING


def find_out(play: Play, world: World, kind: Kind, first: StepRun, most: int) -> Refusal:
    """Return what is refused in creations of a kind.

    `first`: the usual creation, which was refused; `world`: creates who is tried; `most`: requests that it may take.
    """
    search = _Search(play, world, kind, first, most)
    with suppress(_Over):
        search.run()
    return search.outcome()


class _Over(Exception):
    """Nothing more can be found out: the requests are spent, or a response says nothing about the body."""


@dataclass(frozen=True)
class _Tried:
    """A creation that was refused: the units that it contained, and the number of its exchange."""

    units: frozenset[str]
    number: int
    said: str


@dataclass
class _Search:
    play: Play
    world: World
    kind: Kind
    first: StepRun
    most: int
    exchanges: list[Recorded] = field(default_factory=list)
    refused: list[_Tried] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    """What is refused, and the number of the exchange that shows it."""
    together: list[str] = field(default_factory=list)
    accepted: int | None = None
    spent: int = 0
    _good: frozenset[str] = frozenset()
    """What the largest accepted creation contained."""
    _needed: frozenset[str] = frozenset()
    """What the smallest one must contain."""
    _failed: bool = False
    """Whether a refusal was a server error."""

    def __post_init__(self) -> None:
        """Begin with what is known: the usual creation is refused."""
        self.units = list(_optional(self.world.profile, self.kind, self.first.step))
        self.exchanges.append(recorded(StepRun(self.first.step.but(key=TRY.key), given=True), _exchange(self.first)))
        self._refuse(frozenset(self.units), self.first.answer)

    def run(self) -> None:
        """Find out."""
        if self._failed and self._grows(self.units):
            return  # it was not the body
        if self._without_named() or self._from_least():
            self._see_alone()
        else:
            self._one_by_one()

    def _without_named(self) -> bool:
        """Leave out what the refusals name; return whether that was accepted."""
        named: list[str] = []
        while new := [one for one in self._named() if one not in named]:
            named += new
            if len(named) == len(self.units):
                return False
            if self._grows(one for one in self.units if one not in named):
                self._narrow(named, 1, known=len(named) == len(new))
                return True
        return False

    def _from_least(self) -> bool:
        """Grow from the smallest body that is accepted; return whether there is one."""
        while not self._grows(self._needed):
            new = set(self._named()) - self._needed
            if not new or len(new) == len(self.units):
                return False
            self._needed |= new
        rest = [one for one in self.units if one not in self._good]
        self._narrow(rest, max(1, len(rest) // 4), known=True)
        return True

    def _see_alone(self) -> None:
        """Find out what is refused only together with others, or, after a 5xx, was refused by accident."""
        for one in list(self.found):
            alone = self._needed | {one}
            if any(tried.units == alone for tried in self.refused) or not self._is_accepted(alone):
                continue
            if self._failed and self._grows(self._good | {one}):
                del self.found[one]
            else:
                self.together.append(one)

    def _one_by_one(self) -> None:
        """Leave out one attribute at a time, with its parts, where the smallest body is refused for another reason."""
        if self.refused[-1].said == self.refused[0].said:
            return
        tops = dict.fromkeys(paths.parse(one).name.lower() for one in self.units)
        for top in tops:
            parts = [one for one in self.units if paths.parse(one).name.lower() == top]
            if self._grows(one for one in self.units if one not in parts):
                self._narrow(parts, len(parts), known=True)
                return

    def _narrow(self, rest: list[str], size: int, *, known: bool) -> None:
        """Find what is refused among `rest`; `known`: a creation with all of it is."""
        while rest:
            group = rest[:size]
            if not (known and len(group) == len(rest)) and self._grows(self._good | {*group}):
                rest, size = rest[len(group) :], size * 2
                continue
            one = self._first_of(group)
            self.found[one] = next(tried.number for tried in self.refused if tried.units == self._good | {one})
            rest = [other for other in rest if other != one and other not in self._good]
            known, size = False, max(1, size // 2)

    def _first_of(self, group: list[str]) -> str:
        while len(group) > 1:
            half = group[: len(group) // 2]
            group = group[len(half) :] if self._grows(self._good | {*half}) else half
        return group[0]

    def _grows(self, units: Iterable[str]) -> bool:
        """Try a creation with these units; if it is accepted, what follows grows from it."""
        held = frozenset(units)
        if not self._is_accepted(held):
            return False
        self._good, self.accepted = held, len(self.exchanges) - 1
        return True

    def _is_accepted(self, units: Collection[str]) -> bool:
        if self.spent + ACCEPTED > self.most:
            raise _Over
        step = _trial(self.world, self.kind, [one for one in self.units if one not in units])
        played = self.play(Scenario([], [step])).steps[-1]
        if played.exchange is None:
            raise _Over
        self.exchanges.append(recorded(played, played.exchange))
        self.spent += 1
        answer = played.exchange.answer
        if answer is None or answer.status in SAYS_NOTHING or answer.status < 200 or 300 <= answer.status < 400:
            raise _Over
        if answer.ok:
            self.spent += ACCEPTED - 1
            return True
        self._refuse(frozenset(units), answer)
        return False

    def _refuse(self, units: frozenset[str], answer: Answer) -> None:
        said = visible(answered(View(answer, {})))
        self.refused.append(_Tried(units, len(self.exchanges) - 1, said))
        self._failed = self._failed or answer.status >= 500

    def _named(self) -> Iterator[str]:
        """Yield the units that the last refusal names."""
        text = self.exchanges[self.refused[-1].number].response_body or ""
        return (one for one in self.units if _is_named(text, one))

    def outcome(self) -> Refusal:
        """Return what was found out so far."""
        left_out = [] if self.accepted is None else [one for one in self.units if one not in self._good]
        return Refusal(
            kind=self.kind,
            said=self.refused[0].said,
            attributes=[one for one in self.units if one in self.found],
            together=self.together,
            left_out=left_out,
            refused=next(iter(self.found.values()), 0),
            accepted=self.accepted,
            spent=self.spent,
            most=self.most,
            exchanges=self.exchanges,
        )


def _exchange(played: StepRun) -> Exchange:
    assert played.exchange is not None
    return played.exchange


def _trial(world: World, kind: Kind, left_out: Sequence[str]) -> Step:
    step = (
        create_user(world, world.person(), TRY.key) if kind == "user" else prepare_group(world, world.team(), TRY.key)
    )
    return without(step.but(key=TRY.key, why=TRY.why, by=Sender.HARNESS), left_out)


def _optional(profile: Profile, kind: Kind, step: Step) -> Iterator[str]:
    """Yield what a creation contains and may leave out: all but the matching attributes and the resource's name."""
    rows = profile.user.mapping if kind == "user" else profile.group.mapping if profile.group else []
    for row in rows:
        if not row.match and not row.is_reference and row.target.lower() != _NAMES[kind] and sends(step, row.path):
            yield row.target
    yield META


def _is_named(text: str, unit: str) -> bool:
    """Return whether a text names an attribute: by its path, its name or that of its part."""
    path = paths.parse(unit)
    parts = [] if path.sub is None or path.sub.lower() in _GENERIC else [path.sub]
    words = [path.name, *parts]
    return unit in text or any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.I) for word in words)
