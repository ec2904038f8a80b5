"""A job with a scripted target: the directory is in memory, and the test says what each request is answered with."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from jsonschema import Draft202012Validator

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine import cycle as cycles
from scim_conformance.entra.engine import patience
from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Phase, Planner
from scim_conformance.entra.engine.log import JobFacts, RecordFacts, record
from scim_conformance.entra.engine.model import EntraRequest, Link, Outcome, Rules, Talk
from scim_conformance.entra.profiles import profile as profiles
from scim_conformance.entra.profiles.scoping import JobSettings
from scim_conformance.entra.source.memory import MemoryView, Snapshot
from scim_conformance.entra.source.model import (
    PURGED,
    Assignment,
    Due,
    Entitlement,
    ObjectKind,
    ScopeReason,
    ScopeState,
    SourceObject,
)
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim.locations import SCHEMAS

SCHEMA = json.loads((SCHEMAS / "provisioning-log.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

PROFILE = profiles.load(str(Path(__file__).with_name("golden.toml")))
ENT = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ALICE = "aaaaaaaa-0000-4000-8000-000000000001"
BOB = "bbbbbbbb-0000-4000-8000-000000000002"
STAFF = "cccccccc-0000-4000-8000-000000000003"
GUID = "99999999-0000-4000-8000-000000000009"
PROBE = f"GET /Users?filter=userName+eq+%22{GUID}%22"
START = datetime(2026, 11, 28, 9, 31, 7, tzinfo=UTC)
JOB = JobFacts("tenant", "scim.0.1", "principal", "Golden", "source", "target", "application")
NOBODY = {"totalResults": 0, "Resources": []}
BOTH = (Dialect.LEGACY, Dialect.COMPLIANT)

Said = Callable[[str, Any], tuple[int, Any]]
"""Answers a request: its line and body -> status and body."""


def person(key: str = ALICE, alias: str = "alice", name: str = "Alice Ames", **other: Any) -> SourceObject:
    login = f"{alias}@example.com"
    usual = {"jobTitle": "Engineer", "department": "R&D", "accountEnabled": True}
    made = {"userPrincipalName": login, "mail": login, "mailNickname": alias, "displayName": name}
    return SourceObject(key, ObjectKind.USER, {**made, **usual, **other})


def team(key: str = STAFF, name: str = "Staff") -> SourceObject:
    return SourceObject(key, ObjectKind.GROUP, {"displayName": name, "securityEnabled": True})


def assigned(*ids: str) -> list[Assignment]:
    return [Assignment(one, ObjectKind.USER) for one in ids]


def found(*resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"totalResults": len(resources), "Resources": list(resources)}


@dataclass
class Memory:
    """The links of a job, in memory."""

    held: dict[str, Link] = field(default_factory=dict)

    def of(self, source: str) -> Link | None:
        return self.held.get(source)

    def holder(self, kind: ObjectKind, target: str) -> Link | None:
        return next((one for one in self.held.values() if (one.kind, one.target) == (kind, target)), None)


@dataclass
class Job:
    """Plays cycles. `sent`: the requests of the last cycle, as line and body; `records`: its log, in Graph's shape."""

    dialect: Dialect
    said: Said
    snapshot: Snapshot
    settings: JobSettings = PROFILE.job
    clauses: Callable[[SourceObject], Mapping[str, bool]] = lambda _: {}
    links: Memory = field(default_factory=Memory)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    holds: bool = False
    first: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.view = MemoryView([self.snapshot])
        self.rules = Rules(msgspec.structs.replace(PROFILE, job=self.settings), self.dialect)

    def then(self, snapshot: Snapshot) -> None:
        """The directory changes; an incremental cycle follows."""
        watermark = self.view.watermark
        self.view.advance(snapshot)
        self.play(CycleKind.INCREMENTAL, watermark)

    def play(self, kind: CycleKind = CycleKind.INITIAL, since: Any = None, at: datetime | None = None) -> None:
        self.number += 1
        at = at or START + timedelta(minutes=40 * (self.number - 1))
        if kind is CycleKind.FULL_RESTART:
            self.links.held.clear()
        self.sent, self.records = [], []
        assert cycles.probed(self.answer(cycles.probe(self.rules, GUID))) is None
        planner = Planner(self.view, self.links, self.rules, self.scope, holds=self.holds)
        for task in planner.plan(Cycle(self.number, kind, at, since)):
            self.commit(task.phase, self.run(task.talk), at)

    def run(self, talk: Talk) -> Outcome:
        try:
            request = next(talk)
            while True:
                request = talk.send(self.answer(request))
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome

    def answer(self, request: EntraRequest) -> Answer:
        outgoing = request.outgoing
        line = f"{outgoing.method} {outgoing.target}"
        content = None if outgoing.body is None else json.loads(outgoing.body)
        self.sent.append((line, content))
        status, body = (200, NOBODY) if line == PROBE else self.said(line, content)
        return Answer(status, (), json.dumps(body).encode() if body is not None else b"", 0.041)

    def commit(self, phase: Phase, outcome: Outcome, at: datetime) -> None:
        source = outcome.subject.id
        self._retry(source, outcome, at)
        if outcome.link is not None:
            self.links.held[source] = outcome.link
        if phase is Phase.MEMBERS:
            self.view.told(source, [*outcome.added, *outcome.unlinked], outcome.removed)
        if outcome.logged:
            made = record(outcome, JOB, RecordFacts("id", "change", "cycle", at, 41))
            VALIDATOR.validate(made)
            self.records.append(made)

    def _retry(self, source: str, outcome: Outcome, at: datetime) -> None:
        if outcome.problem is None:
            self.first.pop(source, None)
            self.view.retries.pop(source, None)
        else:
            first = self.first.setdefault(source, at)
            self.view.retries[source] = patience.next_try(outcome.problem, first, at)

    def later(self, hours: float) -> None:
        """Play an incremental cycle so many hours after the first one; nothing has changed."""
        self.play(CycleKind.INCREMENTAL, self.view.watermark, START + timedelta(hours=hours))

    def scope(self, due: Due) -> Entitlement:
        if due.source is None:
            return PURGED
        passed = self.clauses(due.source)
        is_assigned = bool(self.view.assignments(due.id)) and not due.source.binned
        found = Entitlement(ScopeState.IN, ScopeReason.IN_SCOPE, due.source.enabled, is_assigned, clauses=passed)
        if due.source.binned:
            return replace(found, state=ScopeState.BINNED, reason=ScopeReason.BINNED, active=False)
        if not is_assigned:
            return replace(found, state=ScopeState.OUT, reason=ScopeReason.NOT_ASSIGNED)
        if passed and not any(passed.values()):
            return replace(found, state=ScopeState.OUT, reason=ScopeReason.FILTERED, passed=False)
        if not due.source.enabled:
            return replace(found, state=ScopeState.BLOCKED, reason=ScopeReason.BLOCKED)
        return found

    @property
    def lines(self) -> list[str]:
        """The request lines of the last cycle, without the probe with which it must begin."""
        assert self.sent[0] == (PROBE, None)
        return [line for line, _ in self.sent[1:]]

    def operations(self, line: str) -> list[Any]:
        """The Operations of each PATCH with this line."""
        return [body["Operations"] for sent, body in self.sent if sent == line]

    @property
    def told(self) -> list[tuple[str, str, str | None]]:
        """Action, status and code of each record; of a skip, its SkipReason."""
        return [summary(one) for one in self.records]


def summary(one: Mapping[str, Any]) -> tuple[str, str, str | None]:
    info = one["provisioningStatusInfo"]
    code = (info["errorInformation"] or {}).get("errorCode")
    skips = [step["details"]["SkipReason"] for step in one["provisioningSteps"] if "SkipReason" in step["details"]]
    return one["provisioningAction"], info["status"], code or (skips[0] if skips else None)


def names(one: Mapping[str, Any]) -> list[str]:
    return [step["name"] for step in one["provisioningSteps"]]


def changes(one: Mapping[str, Any]) -> list[tuple[str, str | None, str | None]]:
    return [(each["displayName"], each["oldValue"], each["newValue"]) for each in one["modifiedProperties"]]


def scripted(answers: Mapping[str, Sequence[Any]]) -> Said:
    """Return what answers each request line with its answers in turn, the last one again and again."""
    left = {line: list(given) for line, given in answers.items()}

    def said(line: str, body: Any) -> tuple[int, Any]:
        assert line in left, f"nobody expects {line} {body}"
        given = left[line].pop(0) if len(left[line]) > 1 else left[line][0]
        return given if isinstance(given, tuple) else (200, given)

    return said
