"""What a run says about one requirement: pieces of evidence, and the state that follows from all of them.

A requirement is passed only if everything that judges it ran and passed; what did not run is not tested. It is not
applicable only where the target's responses say so: what a profile leaves out is not tested, except in the columns of
Entra, where the profile is what Entra sends.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult, Verdict


class State(StrEnum):
    """How a requirement ended in a run."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence. `why`: what was found, or why nothing was."""

    state: State
    check: str = ""
    request: str = ""
    why: str = ""
    is_advice: bool = False
    """It failed at a level that is advice for this requirement."""
    is_unplayed: bool = False
    """The run did not have its scenario."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A requirement in a column: its state with the evidence."""

    state: State
    evidence: tuple[Piece, ...] = ()
    why: str = ""
    is_advice: bool = False
    """It failed, but only in what is advice."""
    is_unplayed: bool = False
    """It was not tested, and the run did not have a scenario that judges it."""

    @property
    def word(self) -> str:
        """The state as it is shown."""
        return f"{self.state} (advice)" if self.is_advice else str(self.state)


EVERY = "every response"


def cell(pieces: Iterable[Piece], nothing: str) -> Cell:
    """Return the state that follows from all pieces; `nothing`: why there are none."""
    found = tuple(dict.fromkeys(pieces))
    by_state = {state: tuple(one for one in found if one.state is state) for state in State}
    if failed := by_state[State.FAILED]:
        return Cell(State.FAILED, failed, is_advice=all(one.is_advice for one in failed))
    if still_open := by_state[State.NOT_TESTED]:
        return Cell(State.NOT_TESTED, why=still_open[0].why, is_unplayed=any(one.is_unplayed for one in still_open))
    if passed := by_state[State.PASSED]:
        return Cell(State.PASSED, passed)
    if left_out := by_state[State.NOT_APPLICABLE]:
        return Cell(State.NOT_APPLICABLE, left_out, left_out[0].why)
    return Cell(State.NOT_TESTED, why=nothing)


def of_check(one: ScenarioResult, check: CheckResult, base: str, *, hard: bool | None = None) -> Piece:
    """Return what a judged check says. `hard`: whether failing it is more than advice (None: its level decides)."""
    request = _request(one, check, base)
    if check.verdict in {Verdict.DEVIATION, Verdict.WAIVED}:
        counts = check.level is not Level.SHOULD if hard is None else hard
        return Piece(State.FAILED, check.id, request, _deviation(check), is_advice=not counts)
    if check.verdict is Verdict.NOT_APPLICABLE:
        return Piece(State.NOT_APPLICABLE, check.id, request, check.unseen)
    if check.verdict is Verdict.INCONCLUSIVE:
        return Piece(State.NOT_TESTED, check.id, request, f"{check.id} is inconclusive: {check.unseen or one.reason}")
    return Piece(State.PASSED, check.id, request)


def _deviation(check: CheckResult) -> str:
    told = f"expected {check.expected}; actual {check.actual}"
    return f"{told}; waived: {check.waiver}" if check.waiver else told


NOT_JUDGED = frozenset({401, 403, 408, 425, 429, 502, 503, 504})
"""Statuses that say nothing about a request: rights, limits, and what is between the client and the target."""


def of_refusal(one: ScenarioResult, check: CheckResult, error: str, base: str) -> Piece:
    """Return what the response to a request says that must be refused with an error; `error`: status and scimType."""
    shown = _shown(one, check)
    if check.verdict is not Verdict.DEVIATION or shown is None or shown.status is None or shown.status in NOT_JUDGED:
        return Piece(State.NOT_TESTED, check.id, why=f"{check.id} does not show whether the request is refused")
    found = f"{shown.status} {_scim_type(shown)}".strip()
    state = State.PASSED if found == error else State.FAILED
    why = "" if state is State.PASSED else f"expected {error}; actual {found}"
    return Piece(state, check.id, _request(one, check, base), why)


def _scim_type(shown: Recorded) -> str:
    try:
        found = msgspec.json.decode(shown.response_body or "")
    except msgspec.DecodeError:
        return ""
    return str(found.get("scimType") or "")[:60] if isinstance(found, dict) else ""


def of_case(one: ScenarioResult, *, by_profile: bool = False) -> Piece | None:
    """Return why a scenario did not judge what was wanted of it; None: its profile has nothing of it to judge.

    `by_profile`: what the profile leaves out does not apply.
    """
    if one.verdict is Verdict.NOT_APPLICABLE:
        state = State.NOT_APPLICABLE if one.exchanges or by_profile else State.NOT_TESTED
        return Piece(state, one.id, why=f"{one.id}: {one.reason}")
    if one.verdict is Verdict.INCONCLUSIVE:
        return Piece(State.NOT_TESTED, one.id, why=f"{one.id} is inconclusive: {one.reason or 'it was blocked'}")
    if one.verdict is Verdict.CONFORMANT:
        return None
    return Piece(State.NOT_TESTED, one.id, why=f"{one.id} failed before this was judged")


def of_cases(results: Sequence[ScenarioResult], base: str, *, by_profile: bool = False) -> list[Piece]:
    """Return what whole scenarios say: each of their checks, or why there are none."""
    found: list[Piece] = []
    for one in results:
        found += [of_check(one, check, base) for check in one.checks]
        missing = of_case(one, by_profile=by_profile)
        if missing is not None and (not one.checks or one.verdict is Verdict.INCONCLUSIVE):
            found.append(missing)
    return found


def not_run(names: Iterable[str]) -> Piece:
    """Return the piece for scenarios that the run did not have."""
    listed = sorted(names)
    verb = "was" if len(listed) == 1 else "were"
    return Piece(State.NOT_TESTED, why=f"{', '.join(listed)} {verb} not run", is_unplayed=True)


def _shown(one: ScenarioResult, check: CheckResult) -> Recorded | None:
    """Return the request that a check judged, or None if it is not kept."""
    at = check.exchange
    return one.exchanges[at] if at is not None and at < len(one.exchanges) else None


def _request(one: ScenarioResult, check: CheckResult, base: str) -> str:
    if one.moment == Moment.ALWAYS.value and check.exchange is None:
        return EVERY
    shown = _shown(one, check)
    if shown is None:
        return ""
    return f"{shown.method} {_place(shown.url, base, one.bindings)} → {shown.outcome}"


def _place(url: str, base: str, names: dict[str, str]) -> str:
    """Return the path below the tenant URL, with names for the ids of the run: the same from run to run."""
    path = url.removeprefix(base) if url.startswith(base) else urlsplit(url).path
    path, _, query = path.partition("?")
    for name, value in sorted(names.items(), key=lambda pair: -len(pair[1])):
        path = path.replace(f"/{value}", f"/{{{name}}}") if value else path
    return f"{path or '/'}?{_shortened(query)}" if query else path or "/"


def _shortened(query: str) -> str:
    return "&".join(re.sub(r"=.*", "=…", part) if part.startswith("filter=") else part for part in query.split("&"))
