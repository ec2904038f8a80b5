"""From each deviation to the one that explains it, by a rule instead of by hand.

The theory: a fault of a target lies in what it does with a kind of request. So two deviations are one fault if the same
thing is wrong with the response to the same kind of request. Of those, the plainest is the cause: it contains nothing
but the fault. In terms of what is known about a check (`scenario.situation`), C explains S if

1. both have the same key, such as `status`, and the same shape, such as `PATCH /Users/{id}`;
2. C is plainer: its scenario is declared the plainest of its kind and that of S is not, or it asks for less, or it is
   earlier in the journey of an administrator (`_rank`). Advice explains only advice;
3. everything that C asks for is also asked for by S: a refused change of `active` explains the refusal of a change of
   `active` and `title`, never that of `title`. A check of one attribute asks for what changes it. Of the plainest,
   which every other one resembles, only the dialects must be those of S;
4. a refusal is explained by a refusal with the same status and similar words (`explains`): a 500 is not the reason for
   a 400, and "Invalid filter" is not the reason for "Not implemented".

Where a target lacks a whole function (`functions`, `operations`, `unchanged`), checks no token (`unguarded`), or
refuses requests now and then (`unsteady`), the plainest deviation explains all others, whatever they ask for.

What the rule cannot say is explicit: `Step.after` names the cause, and `entra.explained` the reason. It comes first.
What a scenario could not judge (`Blocker`) is traced in the same way, as if the request that failed had been judged.

This is enough, because a deviation has at most one cause, and nothing is explained by what follows from it. So
following causes always ends, at a deviation that nothing explains. A wrong edge may misname a fault. It can change a
verdict in one way only: what follows from a deviation in one dialect counts for that dialect (`overall`), which is why
3. compares dialects.

What may live here: which deviation explains which. Grouping and ranking of what to fix is in `causes`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from scim_conformance.scenario.blocking import STATUS, Blocker
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.obligations.answers import SERVED
from scim_conformance.verdict import functions
from scim_conformance.verdict.functions import Function
from scim_conformance.verdict.operations import RefusedOperation, lacking_operations
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source, Verdict
from scim_conformance.verdict.unchanged import Unchanged, unchanged
from scim_conformance.verdict.unguarded import Unguarded, unguarded
from scim_conformance.verdict.unsteady import Unsteady, unsteady

Whole = Function | RefusedOperation | Unchanged | Unsteady | Unguarded
"""A whole function that a target does not have: requests that it refuses, or changes that it does not make."""

ANSWERED = "answered"
"""The key of a check that asks only for a response below 500: what is wrong with the status fails it too."""

SIMILAR = 0.5
"""The share of the words of the shorter message that the other must have, to be the same message."""

_WORD = re.compile(r"[^\W\d_]{3,}")

MOST_PARTS = 10_000
"""More than any request has: what blocks a scenario explains nothing."""


@dataclass(frozen=True)
class _Seen:
    """A deviation with what the rule compares; also a request that failed before anything was judged."""

    scenario: str
    check: CheckResult
    rank: tuple[bool, bool, int, int, str, int, str]


def traced(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results with the cause of each deviation (`CheckResult.explained_by`) and of what blocks a scenario
    (`Blocker.scenario` and `check`)."""
    found = _Map([seen for one in results for seen in _deviating(one)], lacking(results))
    return [_traced(one, found) for one in results]


def explains(cause: CheckResult, symptom: CheckResult) -> bool:
    """Return whether one can explain the other: a refusal explains refusals with the same status and similar words, and
    a request served without authorization explains others."""
    if all(str(one.actual).endswith(SERVED) for one in (symptom, cause)):
        return True
    (status, _, words), (other, _, others) = (str(one.actual).partition(":") for one in (symptom, cause))
    return not status.startswith("status ") or (status == other and _similar(words, others))


def _similar(words: str, others: str) -> bool:
    """Return whether two texts of a target are one message: it may name another attribute or value."""
    one, other = ({*_WORD.findall(text.lower())} for text in (words, others))
    return one == other or len(one & other) >= SIMILAR * max(1, min(len(one), len(other)))


class _Map:
    """The deviations of a run, by what is wrong with what."""

    def __init__(self, seen: Sequence[_Seen], lacking: Sequence[Whole]) -> None:
        self._by_id, self._lacking = {one.check.id: one for one in seen}, lacking
        self._alike: Mapping[tuple[str, object], list[_Seen]] = defaultdict(list)
        plainest_first = sorted(seen, key=lambda one: one.rank)
        for one in plainest_first:
            for kind in self._kinds(one.check):
                self._alike[kind].append(one)
        named = {one.check.id: self._named(one) for one in plainest_first}
        self._cause = {name: one.check.id for name, one in named.items() if one is not None}
        for one in plainest_first:
            found = (cause for cause in self._found(one) if not self._follows(cause.check.id, one.check.id))
            if one.check.id not in self._cause and (cause := next(found, None)) is not None:
                self._cause[one.check.id] = cause.check.id

    def cause(self, check: str) -> str:
        """Return the check that explains a deviation; empty if none does."""
        return self._cause.get(check, "")

    def _follows(self, check: str, other: str) -> bool:
        """Return whether one deviation is a symptom of the other, as far as causes are known."""
        seen = set[str]()
        while check in self._cause and check not in seen:
            seen.add(check)
            check = self._cause[check]
        return check == other

    def blocking(self, symptom: _Seen) -> _Seen | None:
        """Return the deviation that explains a preparation that failed: the plainest that the rule finds, or the
        plainest about the value that is missing, whatever request shows it."""
        return next(self._found(symptom), None) or self._same_value(symptom)

    def _same_value(self, symptom: _Seen) -> _Seen | None:
        key = self._kinds(symptom.check)[-1][0]
        alike = [one for one in self._by_id.values() if self._kinds(one.check)[-1][0] == key]
        return min(alike, key=lambda one: one.rank, default=None) if key != STATUS else None

    def _named(self, symptom: _Seen) -> _Seen | None:
        named = (self._by_id[one] for one in symptom.check.after if one in self._by_id)
        return next((one for one in named if one.check.id != symptom.check.id and _may(one.check, symptom.check)), None)

    def _found(self, symptom: _Seen) -> Iterator[_Seen]:
        """Yield what the rule finds, the plainest first."""
        # What is judged on every response has no situation.
        kinds = self._kinds(symptom.check) if symptom.check.situation.shape else []
        alike = self._alike.get(kinds[0], ()) if kinds else ()
        is_whole = len(kinds) > 1
        return (one for one in alike if one.rank < symptom.rank and (is_whole or _contained(one, symptom)))

    def _kinds(self, check: CheckResult) -> list[tuple[str, object]]:
        """Return what is wrong, and with what: the function that is missing, and the shape of the request."""
        key, found = check.id.rpartition("#")[2].partition(".")[2], whole_of(check, self._lacking)
        usual = (STATUS if key == ANSWERED else key, check.situation.shape)
        return [usual] if found is None else [("", found), usual]


def whole_of(check: CheckResult, lacking: Iterable[Whole]) -> Whole | None:
    """Return the whole function of which a deviation is a part, or None."""
    return next((one for one in lacking if one.covers(check)), None)


def lacking(results: Sequence[ScenarioResult]) -> list[Whole]:
    """Return the whole functions that a target does not have."""
    refused: list[Whole] = [*functions.lacking(results), *unsteady(results), *lacking_operations(results)]
    return [*unguarded(results), *refused, *unchanged(results)]


def _may(cause: CheckResult, symptom: CheckResult) -> bool:
    """Return whether a cause that is named can explain a symptom: another request may be refused in another way."""
    method = cause.situation.shape.partition(" ")[0]
    return explains(cause, symptom) or method != symptom.situation.shape.partition(" ")[0]


def _contained(cause: _Seen, symptom: _Seen) -> bool:
    """Return whether everything that the cause asks for is also asked for by the symptom."""
    one, other = cause.check.situation, symptom.check.situation
    if not one.spoken <= other.spoken or not explains(cause.check, symptom.check):
        return False
    if cause.scenario == symptom.scenario and (cause.check.exchange or 0) > (symptom.check.exchange or 0):
        return False
    return cause.check.plainest or _asked(cause.check) <= _asked(symptom.check)


def _asked(check: CheckResult) -> set[str]:
    """Return the parts that matter: for a check of one attribute, those that change it."""
    return check.situation.about(check.attribute) if check.attribute else {*check.situation.parts}


def _deviating(one: ScenarioResult) -> list[_Seen]:
    return [_Seen(one.id, check, _rank(one, check)) for check in one.checks if check.actual is not None]


def _rank(one: ScenarioResult, check: CheckResult) -> tuple[bool, bool, int, int, str, int, str]:
    is_advice, parts = check.level is Level.SHOULD, 0 if check.plainest else len(_asked(check))
    return (is_advice, not check.plainest, parts, Moment(one.moment).order, one.id, check.exchange or 0, check.id)


def _traced(one: ScenarioResult, found: _Map) -> ScenarioResult:
    wrong = [check for check in one.checks if check.actual is not None]
    if wrong:
        return msgspec.structs.replace(one, checks=[_explained(check, found) for check in one.checks])
    if one.blocked_by is None or one.verdict is not Verdict.INCONCLUSIVE:
        return one
    return msgspec.structs.replace(one, blocked_by=_blamed(one, one.blocked_by, found))


def _explained(check: CheckResult, found: _Map) -> CheckResult:
    if check.actual is None:
        return check
    return msgspec.structs.replace(check, explained_by=found.cause(check.id))


def _blamed(one: ScenarioResult, by: Blocker, found: _Map) -> Blocker:
    """Return what blocks a scenario with the deviation that explains it, as if the request had been judged."""
    if not by.situation.shape:
        return by
    seen = _Seen(one.id, _as_check(one, by), (True, True, MOST_PARTS, len(Moment), one.id, 0, ""))
    cause = found.blocking(seen)
    if cause is None:
        return by
    return msgspec.structs.replace(by, scenario=cause.scenario, check=cause.check.id)


def _as_check(one: ScenarioResult, by: Blocker) -> CheckResult:
    actual = f"status {by.status}{f': {by.words}' if by.words else ''}" if by.key == STATUS else by.words
    return CheckResult(
        id=f"{one.id}#given.{by.key}",
        level=Level.MUST,
        citation=Source("", ""),
        evidence="",
        verdict=Verdict.DEVIATION,
        expected="",
        so="",
        actual=actual,
        situation=by.situation,
    )
