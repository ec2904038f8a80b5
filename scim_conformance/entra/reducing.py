"""Creations without what the target refuses: a scenario that only needs an account is prepared without it.

Where a creation itself is judged, it is sent as Entra sends it. A check that compares a value which no request of its
scenario sent says nothing about the target, so it is not made; if nothing else of the scenario compares that attribute
either, the scenario is inconclusive. So nothing is conformant because of a value that was never sent.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_plus

from scim_conformance.scenario.bodies import Cut, whole
from scim_conformance.scenario.checks import Check, Owed, Unsent
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.standing import REFUSED
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scenario.written import documents, holds, plain
from scim_conformance.scim import paths
from scim_conformance.scim.paths import AttrPath
from scim_conformance.verdict.results import Refusal

_PLACE = re.compile(r"^/(Users|Groups)(?:/\{([a-z][a-z0-9_]*)\})?$")
_KINDS = {"Users": "user", "Groups": "group"}

Known = Mapping[str, Refusal]
"""What the target refuses in creations, by kind."""

FOUND = frozenset({"one", "all"})
"""The keys of checks that a query finds what has a value: one that was sent."""

KEPT = "kept."
"""How the keys of checks begin that compare an attribute with an earlier read."""

NOWHERE = Owed(shown=lambda _: False)
"""What a check is owed if no request sent the value that it compares."""


def without(step: Step, left_out: Iterable[str]) -> Step:
    """Return a creation without the attributes at these target paths, and without the URN of an extension that is then
    empty."""
    body, gone = deepcopy(whole(step.body)), [paths.parse(path) for path in left_out]
    for path in gone:
        paths.remove(body, path)
    emptied = {path.urn.lower() for path in gone if path.urn is not None and paths.find_key(body, path.urn) is None}
    body["schemas"] = [urn for urn in body["schemas"] if urn.lower() not in emptied]
    creates = step.creates
    if creates is not None and paths.member(body, "externalId") is None:
        creates = replace(creates, external_id=None)
    cut = isinstance(step.body, Cut)
    return step.but(body=replace(step.body, whole=body) if cut else body, creates=creates)


def sends(step: Step, path: AttrPath) -> bool:
    """Return whether the body of a step has a value at a target path."""
    return any(holds(one, path) for one in documents(step.method, plain(step.body)))


def as_accepted(scenario: Scenario, refusals: Sequence[Refusal]) -> Scenario:
    """Return a scenario whose preparing creations this target accepts, as far as was found out."""
    known: dict[str, Refusal] = {one.kind: one for one in refusals if one.left_out}
    if not known:
        return scenario
    given = [_prepared(step, known) for step in scenario.given]
    steps = [_explained(step, known) for step in scenario.steps]
    beyond = [] if scenario.instead else _beyond(given, steps, known)
    reduced = [*scenario.given, *(step for step in steps if beyond)]
    return replace(
        scenario,
        given=given,
        steps=_Sent(known).judgeable(given, steps),
        instead=beyond or [_explained(step, known) for step in scenario.instead],
        left_out=tuple(dict.fromkeys(name for step in reduced for name in _lacking(step, known))),
    )


def _beyond(given: Sequence[Step], steps: Sequence[Step], known: Known) -> list[Step]:
    """Return what is played if a judged creation is refused: it is sent without what is refused, and not judged, so
    that what follows is judged all the same. None, if there are several, or nothing follows."""
    places = [number for number, step in enumerate(steps) if _refused_in(step, known) is not None]
    first = places[0] if len(places) == 1 else len(steps)
    before, made, rest = steps[:first], steps[first : first + 1], steps[first + 1 :]
    if not rest or made[0].play.continue_on_failure or any(step.play.with_previous for step in rest):
        return []
    again = _prepared(made[0], known).unjudged().but(key=f"{made[0].key}-{WITHOUT}", why=f"{made[0].why}, {SHORTENED}")
    more = [step.but(key=f"{step.key}-{WITHOUT}", stands_for=step.judges) for step in rest]
    return [again, *_Sent(known).judgeable([*given, *before, again], more)]


WITHOUT, SHORTENED = "without", "without what is refused"


def _refused_in(step: Step, known: Known) -> Refusal | None:
    """Return what is refused in the creation that a step is; None if it is none, or contains nothing of it."""
    place = _PLACE.match(step.path)
    one = known.get(_KINDS[place[1]]) if place is not None and step.creates is not None else None
    return one if one is not None and any(_names(step, paths.parse(path)) for path in one.left_out) else None


def _names(step: Step, path: AttrPath) -> bool:
    """Return whether a creation has an attribute, even without a value: a target may refuse null too."""
    body = whole(step.body)
    key = paths.find_key(body, path.name) if path.urn is None else None
    return sends(step, path) or (key is not None and body[key] is None)


def _lacking(step: Step, known: Known) -> list[str]:
    one = _refused_in(step, known)
    return [] if one is None else [f"{one.kind} {path}" for path in one.left_out if sends(step, paths.parse(path))]


def _prepared(step: Step, known: Known) -> Step:
    one = _refused_in(step, known)
    return step if one is None else without(step, one.left_out)


def _explained(step: Step, known: Known) -> Step:
    """Return a judged creation as one whose refusal is explained by what it contains."""
    one = _refused_in(step, known)
    if one is None:
        return step
    cause = [f"{REFUSED[one.kind].key}#any.answer"]
    gates = {check.key: cause for check in step.checks if check.obligation.gate}
    return step.explained_by(Because("A creation is refused because of what it contains.", gates))


@dataclass
class _Sent:
    """What the requests so far sent, by the name of the resource. `known`: what is refused, by kind."""

    known: Known
    sent: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    """What is created with something that is refused: no query finds it."""

    def __post_init__(self) -> None:
        """Parse the paths of what is left out, which are known by kind and path."""
        self.left_out = {(kind, path): paths.parse(path) for kind, one in self.known.items() for path in one.left_out}

    def note(self, step: Step) -> None:
        """Record what a step sends."""
        made = list(documents(step.method, plain(step.body)))
        for place in _places(step):
            self.sent.setdefault(place, []).extend(made)
            self.refused |= {place} if _refused_in(step, self.known) is not None else set()

    def judgeable(self, given: Iterable[Step], steps: Sequence[Step]) -> list[Step]:
        """Return steps without the checks of values that no request sent; they are left open if nothing else shows the
        attribute. `given`: the steps before them."""
        blind = []
        for step in given:
            self.note(step)
        for step in steps:
            self.note(step)
            blind.append([check for check in step.checks if self._unsent(step, check)])
        pairs = list(zip(steps, blind, strict=True))
        shown = {
            one
            for step, held in pairs
            for check in step.checks
            if check not in held
            for one in self._about(step, check)
        }
        return [self._without(step, held, shown) for step, held in pairs]

    def _without(self, step: Step, blind: Sequence[Check], shown: set[tuple[str, str]]) -> Step:
        compare = [check for check in step.checks if check.key in FOUND or _attribute(check)]
        # That something else stays is not what a step is about, unless it compares nothing but that.
        about = [check for check in compare if not check.key.startswith(KEPT)] or compare
        if not blind:
            return step
        checks = tuple(check for check in step.checks if check not in blind)
        lost = [check for check in blind if not shown & set(self._about(step, check))]
        if not lost or any(check not in blind for check in about):
            return step.but(checks=checks)
        return step.but(checks=(*checks, *(_open(check, self._about(step, check)[0]) for check in lost)))

    def _about(self, step: Step, check: Check) -> list[tuple[str, str]]:
        """Return what is left out that a check compares."""
        name, kinds = _attribute(check), {kind for kind, _ in _places(step)}
        asked = unquote_plus(step.query or "").lower() if check.key in FOUND else ""
        known = [(one, path) for one, path in self.left_out.items() if one[0] in kinds]
        return [one for one, path in known if name in (path.text, path.slug) or f"{path.text.lower()} eq " in asked]

    def _unsent(self, step: Step, check: Check) -> bool:
        about = self._about(step, check)
        if not about:
            return False
        found = [document for place in _places(step) for document in self._of(place)]
        return not any(holds(document, self.left_out[one]) for one in about for document in found)

    def _of(self, place: tuple[str, str]) -> list[dict[str, Any]]:
        """Return what was sent of a resource; without a name, such as in a query, of any of its kind."""
        if place[1]:
            return self.sent.get(place, [])
        there = [held for one, held in self.sent.items() if one[0] == place[0] and one not in self.refused]
        return [document for held in there for document in held]


def _places(step: Step) -> list[tuple[str, str]]:
    """Return kind and name of the resources that a step is about; an empty name: of any."""
    place = _PLACE.match(step.path)
    if place is None:
        return []
    names = [name for name, path in step.takes.items() if path == "id"] if place[2] is None else [place[2]]
    return [(_KINDS[place[1]], name) for name in names or [""]]


def _attribute(check: Check) -> str:
    """Return the attribute that a check compares: a path or, if it is compared with an earlier read, its short form."""
    kept = check.key.removeprefix(KEPT)
    return check.obligation.attribute or ("" if kept == check.key else kept)


def _open(check: Check, about: tuple[str, str]) -> Check:
    """Return a check as one that cannot be judged."""
    kind, path = about
    reason = f"it needs {path}, which was left out: a creation of a {kind} that contains it is refused"
    unseen = Unsent(reason, applies=True, because=REFUSED[about[0]].key)
    return replace(check, obligation=replace(check.obligation, owed=NOWHERE), unseen=unseen)
