"""Plays cases in one process of a run: the wire, the neighbours, the verdict on each case, tidying up after it."""

import dataclasses
import os
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from scim_conformance.catalogue import matches
from scim_conformance.credentials import Access
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.membership import add
from scim_conformance.entra.people import Directory, Person
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import create_user, prepare_group, read_back
from scim_conformance.entra.world import World
from scim_conformance.preflight import Gate, look
from scim_conformance.scenario import assess
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.exchange import TransportFailure
from scim_conformance.scenario.model import Case, Scenario
from scim_conformance.scenario.patience import Patience
from scim_conformance.scenario.player import Observer, Performance, Player
from scim_conformance.scenario.results import ScenarioResult, Verdict
from scim_conformance.settings import Settings
from scim_conformance.spares import PLACE, SharedSpares, Spares, sweep
from scim_conformance.target.auth import Grant
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.session import Session
from scim_conformance.target.wire import Wire

FLOOR = 25.0
"""Requests a second that a target must bear for each tenant (Microsoft's tutorial)."""

MOST_FAILURES = 3
"""Transport failures in a row after which the rest is inconclusive: the target is down, not wrong."""

ALONE = "main"
"""The writer of a run in one process."""

NEIGHBOURS = ("neighbour", "neighbour_b", "neighbour_group")


def make_wire(settings: Settings, access: Access) -> Wire:
    """Return the wire to the target of these settings."""
    token, grant = (None, access) if isinstance(access, Grant) else (access, None)
    return Wire(settings.base, token, settings.timeout, settings.ca_file, settings.proxy, _rate(settings), grant=grant)


def _rate(settings: Settings) -> float | None:
    """Return the most requests a second of this process: 25 in all to a target elsewhere, as many as Entra needs."""
    whole = settings.rate or (None if settings.is_loopback else FLOOR)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return None if whole is None else whole / workers


def excludes(profile: Profile, case: Case) -> str | None:
    """Return why a case does not apply to a profile, or None."""
    unclaimed = next((one for one in profile.unclaimed if matches(case.id, one)), None)
    if unclaimed is not None:
        return f"the profile {profile.name} says that the target does not claim {unclaimed}"
    return profile.lacks(case.template.needs)


def _unkept(profile: Profile, performance: Performance) -> frozenset[str]:
    """Return the target paths of the texts that were not read back as they were sent, the matching ones apart."""
    wrong = {judged.check.key for played in performance.steps for judged in played.judged if judged.actual is not None}
    rows = [row for row in profile.user.mapping if not row.match and row.target.lower() != "active"]
    return frozenset(row.target for row in rows if f"stored.{row.path.slug}" in wrong)


@dataclass
class Runner:
    """Plays cases. `tag` marks what the run creates; `writer` names this process in the journal."""

    settings: Settings
    profile: Profile
    tag: str
    report_dir: Path
    access: Access = field(repr=False)
    writer: str = ALONE
    missing: dict[str, str] = field(default_factory=dict)
    _gate: Gate | None = None
    _built: tuple[str, Scenario] | None = None
    _unkept: frozenset[str] = frozenset()
    _neighbours: dict[str, str] | None = None
    _neighbour: Person | None = None
    spent: int = 0
    """Requests after the last case."""
    cut_short: bool = False
    """Whether an interrupt ended the tidying up after the last case."""
    _unsettled: set[str] = field(default_factory=set)
    _counted: Counter[str] = field(default_factory=Counter)
    _failures: int = 0
    _down: str | None = None

    patience: Patience = field(default_factory=lambda: Patience(time.sleep))

    def __post_init__(self) -> None:
        self.wire = make_wire(self.settings, self.access)
        self.session = Session(self.wire, Journal(self.report_dir / NAME, self.settings.base, self.writer))
        # The tag: what a run that was killed left there has nothing to do with this one.
        place = self.report_dir / PLACE / self.tag
        self.spares = Spares() if self.writer == ALONE else SharedSpares(self.session, place, self.writer)

    def perform(self, case: Case, nodeid: str, observer: Observer | None = None) -> ScenarioResult:
        """Play one case and return its result; what it created is deleted again."""
        refusal = self._refusal(case, nodeid)
        if refusal is not None:
            return msgspec.structs.replace(refusal, requests=self._requests())
        scenario, performance, seconds = self._played(case, case.id, observer)
        if self.patience.wait(performance):
            # With other people: those of the first try may be there, and a throttled clean-up leaves them.
            scenario, performance, seconds = self._played(case, f"{case.id} again", observer)
            self.patience.judge(performance)
        self._count_failures(performance)
        result = assess.result(case, performance, nodeid, seconds)
        self._set_aside(scenario, result)
        self._tidy()
        return msgspec.structs.replace(result, requests=self._requests())

    def _played(self, case: Case, scope: str, observer: Observer | None) -> tuple[Scenario, Performance, float]:
        bindings = self._bindings(scope)
        self._built = (case.id, case.build(self.world(scope)))
        scenario = self._with_spares(self._built[1], bindings)
        begun = time.perf_counter()
        player = Player(
            self.session.send,
            send_at_once=self.session.send_at_once,
            settle=self.settings.settling,
            unsettled=self._unsettled,
            observer=observer,
        )
        performance = player.play(scenario, bindings, self.missing)
        return scenario, performance, time.perf_counter() - begun

    def declared(self, case: Case) -> list[Check]:
        """Return the checks of a case as it is declared; none where the profile excludes it."""
        if excludes(self.profile, case) is not None:
            return []
        if self._built is None or self._built[0] != case.id:
            self._built = (case.id, case.build(self.world(case.id)))
        return [check for step in self._built[1].steps for check in step.checks]

    @property
    def gate(self) -> Gate:
        """What the preflight found; it is sent before the first case of this process."""
        if self._gate is None:
            self._gate = look(self.session.send, self.profile, self.wire.place, issued=self.wire.source is not None)
        return self._gate

    def _requests(self) -> dict[str, int]:
        """Return the requests since the last case, by sender: preparing and tidying up count too."""
        total = Counter(self.wire.counts)
        since, self._counted = total - self._counted, total
        return dict(since)

    def world(self, scope: str) -> World:
        """Return the world of a case: the same people for the same seed, tag and case."""
        directory = Directory(self.tag, self.profile.people.domain, scope, self.settings.seed)
        return World(self.profile, directory, self._unkept, self._neighbour, self.settings.dialects)

    def finish(self) -> int:
        """Delete what is left of what this process created; return the requests since the last case."""
        self._neighbours = None
        try:
            more = bool(self.wire.counts)
            while more:
                more = self.spares.reclaim()
                more = self._tidy() and more
        except KeyboardInterrupt:
            self.cut_short = True
        self.spent = sum(self._requests().values())
        return self.spent

    def close(self) -> None:
        """Close the connection, when all processes of the run have ended."""
        self.wire.close()
        sweep(self.report_dir)

    def _refusal(self, case: Case, nodeid: str) -> ScenarioResult | None:
        excluded = excludes(self.profile, case) or self._too_slow(case)
        if excluded is not None:
            return assess.not_played(case, nodeid, Verdict.NOT_APPLICABLE, excluded)
        if not self.gate.open and case.id != self.gate.blocked_by:
            reason = self.gate.reason or ""
            return assess.not_played(case, nodeid, Verdict.INCONCLUSIVE, reason, self.gate.blocked_by)
        if self._down is not None:
            return assess.not_played(case, nodeid, Verdict.INCONCLUSIVE, self._down)
        return None

    def _too_slow(self, case: Case) -> str | None:
        """Return why a load cannot be made here, or None: what was not sent must not pass."""
        needed = max((float(one[5:]) for one in case.template.needs if one.startswith("rate:")), default=0.0)
        rate = self.wire.rate
        if rate is None or rate >= needed:
            return None
        return f"this process may send {rate:g} requests a second, fewer than {needed:g}: run it without --rate and -n"

    def _with_spares(self, scenario: Scenario, bindings: dict[str, str]) -> Scenario:
        """Let what earlier scenarios left stand in where any will do: half of all requests only make and unmake."""
        given = []
        self.spares.give_back()
        for step in scenario.given:
            kind = step.creates.type if step.any_will_do and step.creates is not None else None
            spare = None if kind is None else self.spares.take(kind)
            if spare is None:
                given.append(step)
                continue
            bindings |= dict.fromkeys(step.takes, spare[1])
        return dataclasses.replace(scenario, given=given)

    def _set_aside(self, scenario: Scenario, result: ScenarioResult) -> None:
        """Keep what a scenario that went well left, if groups are still to come and the target may hold it."""
        self.spares.give_back()
        useful = self.profile.group is not None and self.profile.people.most is None
        if useful and result.verdict is Verdict.CONFORMANT:
            taken = {one for _, one in self.spares.kept()} | set((self._neighbours or {}).values())
            made = [one for one in self.session.still_there() if one[0] in scenario.spares and one[1] not in taken]
            self.spares.put(made)

    def _bindings(self, scope: str) -> dict[str, str]:
        ghost = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.tag}/{scope}"))
        self.session.invent(ghost)
        if self._neighbours is None and self.gate.open:
            self._neighbours = self._settle_neighbours()
        return {**(self._neighbours or {}), "ghost": ghost}

    def _settle_neighbours(self) -> dict[str, str]:
        """Create people and a group that are always there: only then is it seen when a request hits neighbours."""
        world = self.world(f"neighbours-{self.writer}")
        found: dict[str, str] = {}
        people = [world.person() for _ in NEIGHBOURS[:2]]
        self._neighbour = people[0]
        given = [create_user(world, one, name, key=name) for one, name in zip(people, NEIGHBOURS, strict=False)]
        if self.profile.group is not None:
            given += [prepare_group(world, world.team(), "neighbour_group", key="neighbour_group")]
            given += [add(Dialect.COMPLIANT, "neighbour", group="neighbour_group")]
        kept = read_back("neighbour", *holds(world, people[0], every=True))
        performance = Player(self.session.send, settle=self.settings.settling).play(Scenario([kept], given), found)
        self._count_failures(performance)
        self._unkept = _unkept(self.profile, performance)
        owners = dict.fromkeys(NEIGHBOURS[:2], "ENT-CRE-01") | {NEIGHBOURS[2]: "ENT-GRP-01"}
        self.missing = {name: owner for name, owner in owners.items() if name not in found}
        return found

    def _count_failures(self, performance: Performance) -> None:
        last = performance.steps[-1].exchange if performance.steps else None
        failed = last is not None and last.answer is None
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= MOST_FAILURES and last is not None:
            self._down = f"{MOST_FAILURES} scenarios in a row got no answer; the last: {last.failure}"

    def _tidy(self) -> bool:
        """Delete what nobody needs any more; tell whether the target answered."""
        neighbours = (self._neighbours or {}).values()
        keep = {*self.spares.kept(), *((kind, identifier) for identifier in neighbours for kind in ("User", "Group"))}
        try:
            self.session.tidy(keep)
        except TransportFailure:
            return False  # the clean-up of the run comes back to it: everything is in the journal
        return True
