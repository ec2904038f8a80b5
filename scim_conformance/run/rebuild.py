"""Runs a recorded scenario again without a target: its steps are rebuilt, and its responses come from the record.

The outcome is what the run should have reported. The player and its judgment are those of a run; only the sender
differs: it returns the recorded responses, and records what would have been sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from scim_conformance import __version__
from scim_conformance.catalogue import scenarios
from scim_conformance.entra.dialects import DIALECTS, Dialect
from scim_conformance.entra.explained import CREATED
from scim_conformance.entra.looking import NEIGHBOURS
from scim_conformance.entra.profiles.profile import Profile, checked
from scim_conformance.entra.reducing import as_accepted
from scim_conformance.entra.visibility import as_seen
from scim_conformance.entra.world import NONE_YET, Origin
from scim_conformance.scenario.exchange import (
    NO_HTTP,
    Answer,
    Endpoint,
    Exchange,
    Headers,
    Outgoing,
    RefusedByHarness,
    Request,
    TransportFailure,
    is_handshake,
)
from scim_conformance.scenario.model import Case, Scenario, cases
from scim_conformance.scenario.notes import name_of
from scim_conformance.scenario.passwords import masked_request
from scim_conformance.scenario.performance import StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.standing import ANSWERED
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import member
from scim_conformance.target.ids import Resource, is_id
from scim_conformance.target.ledger import doubt
from scim_conformance.target.port import CLOSING, url_of
from scim_conformance.target.transport import as_sent
from scim_conformance.target.wire import ENTRA_HEADERS
from scim_conformance.verdict import grace_period, judging
from scim_conformance.verdict.blocked import untraced
from scim_conformance.verdict.results import (
    BODY_LIMIT,
    CUT,
    READABLE,
    Recorded,
    Refusal,
    ScenarioResult,
)
from scim_conformance.verdict.run_result import RunResult

NOT_SENT = "the record ends here"
"""Why a scenario ends that has no further request, if the result gives no reason."""

TOKEN_ENDPOINT = "the token endpoint"  # noqa: S105 - words for people
"""In place of a URL that the steps do not know."""

_ESCAPED = re.compile(r"\\u[0-9a-f]{4}")
_LONGEST_HEADER, _MOST_HEADERS = 2000, 200


@dataclass(frozen=True)
class Rebuilt:
    """A scenario as it should have come out.

    `cut`: the number of the first request whose response was not kept completely, or None. `unsent`: the record ends
    before the scenario does, so the reason for its end is accepted as it is. `bindings`: the values that the steps
    used.
    """

    result: ScenarioResult
    cut: int | None
    unsent: bool
    unused: int
    """Recorded requests that no step sends."""
    bindings: dict[str, str]
    strangers: tuple[tuple[int, str], ...]
    """The first reads of new ids that show another resource: the number of the request, and what it shows."""


@dataclass
class RecordedRun:
    """A recorded run, with what its scenarios were built from."""

    run: RunResult
    origin: Origin
    cases: dict[str, Case]
    _neighbours: dict[str, Any] = field(default_factory=dict)

    def neighbours(self, process: str) -> Any:
        """Return what a process knew about its neighbours."""
        if process not in self.run.neighbours:
            return NONE_YET
        if process not in self._neighbours:
            unkept, plain = self.run.not_kept.get(process, []), self.run.plain.get(process)
            again = self.renews(process, "user")
            self._neighbours[process] = self.origin.neighbours(process, unkept, plain, again=again)
        return self._neighbours[process]

    def refusals(self, process: str) -> list[Refusal]:
        """Return what a process knew about refused creations."""
        return self.run.refused.get(process, [])

    def renews(self, process: str, kind: str) -> bool:
        """Return whether a process created its neighbours of a kind a second time, without what is refused."""
        return any(one.kind == kind and one.left_out for one in self.refusals(process))

    def is_kept(self, target: str) -> bool:
        """Return whether the first creation shows that the target stores what was sent to this path."""
        row = self.origin.profile.user.find(target)
        key = None if row is None else f"#read-back.stored.{row.path.slug}"
        found = [check for one in self.run.scenarios if one.template == CREATED for check in one.checks]
        return any(check.actual is None for check in found if key is not None and check.id.endswith(key))


def recorded_run(run: RunResult) -> RecordedRun:
    """Return a run with what its scenarios were built from.

    Raises:
        msgspec.ValidationError: its profile is none.
        ValueError: it names a dialect that there is not.
    """
    profile = checked(msgspec.convert(run.profile_definition, Profile), "of the run")
    dialects = _dialects(run)
    seed = run.settings.get("seed", 0)
    origin = Origin(profile, run.run_id, seed if isinstance(seed, int) else 0, dialects)
    known = [case for one in scenarios.shipped_templates() for case in cases(one, profile, dialects)]
    return RecordedRun(run, origin, {case.id: case for case in known})


def _dialects(run: RunResult) -> tuple[Dialect, ...]:
    asked = str(run.settings.get("dialect", "both"))
    return DIALECTS if asked == "both" else (Dialect(asked),)


def rebuilt(case: Case, recorded: ScenarioResult, known: RecordedRun) -> Rebuilt:
    """Run a scenario again with its recorded responses."""
    world = known.origin.world(recorded.scope or case.id, known.neighbours(recorded.process))
    seen = known.run.memberships.get(recorded.process, READABLE)
    whole = as_accepted(as_seen(case.build(world), seen), known.refusals(recorded.process))
    scenario = _with_spares(whole, recorded)
    record = Replayed(recorded, known)
    player = Player(record.send, send_at_once=record.send_at_once, observer=record)
    bindings = _at_first(scenario, recorded)
    began = dict(bindings)
    owner: Any = untraced(recorded).blocked_by
    missing = {name: owner for name in NEIGHBOURS if name not in bindings and owner is not None}
    performance = player.play(scenario, bindings, missing)
    result = grace_period.softened(judging.result(case, performance, recorded.nodeid, recorded.seconds), __version__)
    result = msgspec.structs.replace(result, left_out=[*scenario.left_out])
    unused = len(of_its_steps(recorded.exchanges)) - record.used
    cut, used = _first_cut(recorded.exchanges), {**bindings, **began}
    return Rebuilt(result, cut, record.unsent, unused, used, tuple(record.strangers))


def _with_spares(scenario: Scenario, recorded: ScenarioResult) -> Scenario:
    """Omit the preparing steps that the run omitted because it reused a resource."""
    sent = {one.step for one in recorded.exchanges if one.given}
    return replace(scenario, given=[one for one in scenario.given if not _stood_in_for(one, sent, recorded.bindings)])


def _stood_in_for(step: Step, sent: set[str], bindings: Mapping[str, str]) -> bool:
    return step.play.reusable and step.key not in sent and bool(step.takes) and step.takes.keys() <= bindings.keys()


def _at_first(scenario: Scenario, recorded: ScenarioResult) -> dict[str, str]:
    """Return the values with which it started: those that none of its steps stored."""
    sent = {one.step for one in recorded.exchanges}
    steps = [*scenario.given, *scenario.steps, *scenario.instead]
    taken = {name for step in steps if step.key in sent for name in (*step.takes, *map(name_of, step.notes))}
    return {name: value for name, value in recorded.bindings.items() if name not in taken}


class Replayed:
    """Returns the recorded responses in their order, to the steps to which they belong."""

    def __init__(self, recorded: ScenarioResult, known: RecordedRun, *, whole: bool = False) -> None:
        self._recorded = recorded.exchanges if whole else of_its_steps(recorded.exchanges)
        self._base, self._tag = known.run.target, known.run.run_id
        self._reason = recorded.reason or NOT_SENT
        self._key = ""
        self.used, self.unsent = 0, False
        # Other requests of the run show that the request got no response before either.
        self._unanswered = {found.exchange for found in recorded.standing if found.key == ANSWERED.key}
        self.strangers: list[tuple[int, str]] = []
        self._new: set[Resource] = set()

    def step_began(self, step: Step, *, given: bool) -> None:
        """Replayed whose response is requested next."""
        del given
        self._key = step.key

    def step_ended(self, played: StepRun) -> None:
        """Do nothing."""

    def send(self, outgoing: Outgoing) -> Exchange:
        """Return the next recorded request with the one that should have been sent.

        Raises:
            TransportFailure: the record says that no answer came.
            RefusedByHarness: the record ends here.
        """
        if self.used >= len(self._recorded) or self._recorded[self.used].step != self._key:
            self.unsent = True
            raise RefusedByHarness(self._reason)
        found = self._next(outgoing)
        if isinstance(found, TransportFailure):
            raise found
        return found

    def send_at_once(self, outgoings: Sequence[Outgoing]) -> list[Exchange | TransportFailure]:
        """Return the next requests, of steps that were sent at the same moment.

        Raises:
            RefusedByHarness: the record ends before them; they are then asked for one by one.
        """
        if self.used + len(outgoings) > len(self._recorded):
            raise RefusedByHarness(self._reason)
        return [self._next(one) for one in outgoings]

    def _next(self, outgoing: Outgoing) -> Exchange | TransportFailure:
        recorded = self._recorded[self.used]
        self.used += 1
        body = None if outgoing.body is None else masked_request(outgoing.body.decode("utf-8", "replace"))[0]
        request = Request(outgoing.method, self._url(outgoing), _headers(outgoing), body or None)
        if recorded.status is None and (recorded.failure is not None or outgoing.endpoint is not Endpoint.PORT):
            said = recorded.failure or NOT_SENT
            failure = TransportFailure("", said, Exchange(request, None, said, outgoing.by, recorded.started))
            failure.persists = self.used - 1 in self._unanswered
            return failure
        answer = _answer(recorded)
        self._look(outgoing, answer, recorded.polls)
        return Exchange(request, answer, None, outgoing.by, recorded.started, recorded.polls)

    def _url(self, outgoing: Outgoing) -> str:
        if outgoing.endpoint is Endpoint.PORT:
            return str(url_of(self._base, outgoing))
        return as_sent(self._base + outgoing.target) if outgoing.endpoint is Endpoint.SCIM else TOKEN_ENDPOINT

    def _look(self, outgoing: Outgoing, answer: Answer, polls: int) -> None:
        """Find out which resource a new id belongs to, if the first request to it was a read (see `target.ledger`)."""
        identifier = member(answer.json, "id")
        if outgoing.creates is not None and answer.ok and is_id(identifier):
            self._new.add((outgoing.creates.type, str(identifier)))
        elif outgoing.resource in self._new:
            self._new.discard(outgoing.resource)
            # Neither the earlier responses to the same read nor the target's clock are on record.
            said = doubt(self._tag, 0.0, outgoing.resource, answer) if outgoing.method == "GET" and not polls else None
            self.strangers += [(self.used - 1, said)] if said is not None and answer.ok else []


def _headers(outgoing: Outgoing) -> Headers:
    if outgoing.endpoint is Endpoint.PORT:
        return () if is_handshake(outgoing.method) else (*outgoing.headers, *CLOSING)
    return (*ENTRA_HEADERS, *outgoing.headers)


def _answer(recorded: Recorded) -> Answer:
    body = (recorded.response_body or "").encode("utf-8", "replace")
    headers = tuple((name, value) for name, value in recorded.response_headers)
    return Answer(recorded.status or NO_HTTP, headers, body, recorded.seconds, tuple(recorded.leaks), recorded.problem)


def of_its_steps(exchanges: Sequence[Recorded]) -> Sequence[Recorded]:
    """Return the exchanges without those at the end that no step of a scenario sends (see `judging.CONFIRM`)."""
    end, beside = len(exchanges), {judging.CONFIRM.key, judging.TRIAL.key, judging.TRY.key}
    while end and exchanges[end - 1].given and exchanges[end - 1].step in beside:
        end -= 1
    return exchanges[:end]


def _first_cut(exchanges: Sequence[Recorded]) -> int | None:
    return next((number for number, one in enumerate(exchanges) if is_cut(one)), None)


def is_cut(one: Recorded) -> bool:
    """Return whether a response was not kept unchanged: truncated, not UTF-8, or with shortened headers."""
    body = one.response_body or ""
    kept, cut, _ = body.rpartition(CUT)
    if (cut and len(kept) == BODY_LIMIT) or "\ufffd" in body:
        return True
    long = any(len(value) >= _LONGEST_HEADER or _ESCAPED.search(value) for _, value in one.response_headers)
    return long or len(one.response_headers) >= _MOST_HEADERS
