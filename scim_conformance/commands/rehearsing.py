"""Plays a rehearsal for the command line: lock, wire, cycles, clean-up, files, and what is printed."""

import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.commands import rehearsal_next, wrapping
from scim_conformance.commands.directory_options import input_files, with_scope
from scim_conformance.commands.rehearsal_work import RehearsalWork, Say
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.engine.cycle import Cycle
from scim_conformance.entra.world import unmatchable, untagged
from scim_conformance.rehearsal import ending, on_demand
from scim_conformance.rehearsal.customer import Customer, CustomerInput
from scim_conformance.rehearsal.directories import ExportedDirectory
from scim_conformance.rehearsal.exports import scope_counts
from scim_conformance.rehearsal.playing import PlayedCycle, Rehearsal, RehearsalPlan
from scim_conformance.rehearsal.private import Private
from scim_conformance.rehearsal.reaching import UNREACHABLE, unreachable
from scim_conformance.rehearsal.store import STATE, Store
from scim_conformance.rehearsal.tables import PRIVATE
from scim_conformance.rehearsal.watching import words
from scim_conformance.reporting import rehearsal_screen as screen
from scim_conformance.reporting.rehearsal_words import counted, either
from scim_conformance.run import lock
from scim_conformance.run.connect import make_wire
from scim_conformance.run.handover import new_run
from scim_conformance.scenario.exchange import TransportFailure
from scim_conformance.system import signals
from scim_conformance.system.time_limit import CLEAN_UP
from scim_conformance.system.visible import visible
from scim_conformance.target.cleanup import clean, left_as_it_is
from scim_conformance.target.guarded_wire import GuardedWire
from scim_conformance.target.journal import NAME
from scim_conformance.target.removal import CleanUpOutcome
from scim_conformance.verdict import waivers

_PLAN, _ENDED = "plan", "ended"


@dataclass
class Shown:
    """Prints each cycle when it has ended."""

    say: Say

    def progress(self, cycle: Cycle, count: int) -> None:
        """See how many objects of a cycle are through; nothing is printed."""

    def played(self, one: PlayedCycle) -> None:
        """Print a cycle."""
        width = screen_width()
        lines = screen.cycle_lines(one.done.cycle, one.done.tally, one.changes, one.seconds, width)
        if one.stopped is not None:
            lines += screen.cycle_end(f"the cycle stopped: {words(one.stopped)}", width)
        if one.quarantine is not None:
            hours = (one.quarantine.next - one.done.cycle.at).total_seconds() / 3600
            said = f"in quarantine: {one.quarantine.reason}; the next cycle begins after {hours:g} hours"
            lines += screen.cycle_end(said, width)
        for line in lines:
            self.say(line)


def planned(configuration: Configuration, flags: Mapping[str, Any], resume: Path | None, say: Say) -> RehearsalWork:
    """Return what the flags ask for; a rehearsal that is continued keeps what it began with.

    Raises:
        SettingsError: the rehearsal cannot be continued, or the profile cannot be rehearsed.
    """
    for said in (unmatchable(configuration.profile), untagged(configuration.profile)):
        if said is not None:
            raise SettingsError(said)
    waits = flags["throttle"] == "wait"
    if resume is not None:
        return _continued(configuration, resume, waits, say)
    people, groups = (_number(flags, name) for name in ("people", "groups"))
    if people is None:
        return _of_customer(configuration, flags, waits, say)
    if groups is None or any(flags[name] for name in ("then", "assignments", "on_demand")):
        said = "--groups FILE, --assignments, --then and --on-demand go with --people FILE: an export of your users"
        raise SettingsError(said)
    settings, changes = configuration.settings, flags["changes"] == "realistic"
    more = (settings.seed, flags["until"], flags["allow_deletes"])
    plan = RehearsalPlan(people, groups, flags["cycles"], flags["restart"], changes, *more)
    return RehearsalWork(configuration, *new_run(settings), plan, waits, say)


MOST = {"people": 100_000, "groups": 10_000}


def _number(flags: Mapping[str, Any], name: str) -> int | None:
    """Return how many are generated; None: the flag names a file."""
    if not str(flags[name]).isdecimal():
        return None
    number, least = int(flags[name]), 1 if name == "people" else 0
    if not least <= number <= MOST[name]:
        raise SettingsError(f"--{name} {number}: use a number from {least} to {MOST[name]:,}, or a file")
    return number


def _of_customer(configuration: Configuration, flags: Mapping[str, Any], waits: bool, say: Say) -> RehearsalWork:
    """Return a rehearsal in the shape of an export: each one is a cycle."""
    profile = with_scope(configuration.played, flags["sync"])
    named = {**flags, "groups": None if _number(flags, "groups") is not None else flags["groups"]}
    given = CustomerInput(input_files(named, profile), flags["then"], not flags["no_real_values"])
    read = given.read(profile)
    users, groups = scope_counts(read)
    more = (configuration.settings.seed, flags["until"], flags["allow_deletes"])
    plan = RehearsalPlan(users, groups, len(read.directories), flags["restart"], False, *more)
    work = RehearsalWork(configuration, *new_run(configuration.settings), plan, waits, say, given, read)
    try:
        _check_names(work)
        return work if flags["on_demand"] is None else _on_demand(work, flags["on_demand"])
    except SettingsError:
        Private(work.directory).discard_unused()
        raise


def _check_names(work: RehearsalWork) -> None:
    """Refuse users whom nothing could tell from real accounts.

    Raises:
        SettingsError: there are some.
    """
    assert work.customer is not None
    unlike = work.customer.untagged()
    if unlike:
        raise SettingsError(
            f"the userName of {counted(unlike, 'user')} would not show the run's tag, so that nothing could tell them "
            "from real accounts: map userName from userPrincipalName, mail, mailNickname or employeeId"
        )


def _on_demand(work: RehearsalWork, name: str) -> RehearsalWork:
    """Return the rehearsal of one user or group."""
    assert work.customer is not None
    chosen = on_demand.chosen(work.customer, name)
    groups = int(on_demand.is_group(work.customer, name))
    work.plan = replace(
        work.plan, people=len(chosen) - groups, groups=groups, cycles=1, restart=False, on_demand=chosen
    )
    work.only_on_demand()
    return work


def shown(customer: Customer, say: Say) -> bool:
    """Print who is in scope; return whether anyone is."""
    for line in customer.lines(wrapping.columns() or 120):
        say(line)
    say("")
    if customer.report.in_scope():
        return True
    say("No user is in scope, so nothing was sent")
    return False


def _continued(configuration: Configuration, resume: Path, waits: bool, say: Say) -> RehearsalWork:
    if not (resume / PRIVATE / STATE).is_file():
        raise SettingsError(f"{resume} contains no rehearsal: specify its report directory")
    store = Store(resume)
    held, ended = store.value(_PLAN), store.value(_ENDED)
    store.close()
    if ended or held is None:
        raise SettingsError(f"{resume}: this rehearsal has ended: start a new one")
    begun = held.get("customer")
    given = None if begun is None else CustomerInput.begun(begun)
    read = None if given is None else given.read(with_scope(configuration.played, held["sync"]))
    work = RehearsalWork(configuration, held["tag"], resume, RehearsalPlan(**held["plan"]), waits, say, given, read)
    now = _begun_with(work)
    changed = [name for name in now if now[name] != held.get(name)]
    if changed:
        raise SettingsError(f"{resume}: it cannot be continued, because these are different now: {', '.join(changed)}")
    return work


def _begun_with(work: RehearsalWork) -> dict[str, Any]:
    """Return what must be the same when a rehearsal is continued."""
    files = {} if work.given is None or work.read is None else {"customer": work.given.written(work.read)}
    return {
        **files,
        "sync": work.rules.job.scope,
        "tag": work.tag,
        "plan": asdict(work.plan),
        "tenant URL": work.configuration.settings.base,
        "profile": msgspec.to_builtins(msgspec.structs.replace(work.configuration.profile)),
        "dialect": work.rules.dialect.value,
    }


def reached(work: RehearsalWork) -> bool:
    """Return whether the target can be rehearsed; print why not. Nothing is written to the report directory."""
    with signals.interrupting():
        wire = make_wire(work.configuration.settings, work.configuration.access)
        try:
            said = unreachable(wire, work.rules.profile)
        finally:
            wire.close()
    if said is not None:
        Private(work.directory).discard_unused()
        work.say(visible(f"Rehearsal: {ending.ENDS[UNREACHABLE]}: {said}"))
    return said is None


def play(work: RehearsalWork) -> int:
    """Play a rehearsal, remove what it made, write its files, and print how it ended; return the exit code."""
    settings = work.configuration.settings
    held = waivers.load(settings.waivers, settings.base, datetime.now(UTC).date())
    facts = ending.RehearsalFacts(settings, work.rules.profile, work.tag, held)
    with lock.take(work.directory), signals.interrupting():
        wire = make_wire(settings, work.configuration.access)
        rehearsal = _begun(work, wire)
        interrupted = not _played(rehearsal)
        cleaned = _cleaned(work, rehearsal, wire)
        rehearsal.store.keep(_ENDED, value=not rehearsal.is_unanswered)
        result = ending.concluded(facts, rehearsal, cleaned, interrupted=interrupted)
        lost = ending.write(result, rehearsal, work.directory)
        if work.customer is not None:
            work.customer.write(work.directory, rehearsal.store)
        if work.plan.on_demand:
            work.say(on_demand.write(work.directory, work.plan.on_demand[0]))
        _end(work, rehearsal, result, lost)
        rehearsal.store.close()
        wire.close()
    return result.exit_code or (4 if lost else 0)


def _begun(work: RehearsalWork, wire: GuardedWire) -> Rehearsal:
    settings, plan = work.configuration.settings, work.plan
    patience = Shown(work.say)
    rehearsal = Rehearsal(
        wire, work.rules, work.tag, work.directory, plan, patience, settle=settings.settling, waits=work.waits
    )
    rehearsal.store.keep(_PLAN, _begun_with(work))
    whose = ("generated user", "generated users")
    if work.customer is not None:
        rehearsal.source = ExportedDirectory(work.customer.read, work.customer.disguise)
        whose = ("user in the shape of your own", "users in the shape of your own")
    people = either(plan.people, whose[0], whose[1])
    work.say(f"Rehearsal: {people} and {counted(plan.groups, 'group')} tagged {work.tag}, {work.chosen}")
    return rehearsal


def screen_width() -> int:
    """Return how many columns there are."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 120


def _played(rehearsal: Rehearsal) -> bool:
    """Play the cycles; return whether no signal interrupted them."""
    try:
        rehearsal.run()
        signals.check()
    except KeyboardInterrupt:
        return False
    return True


def _cleaned(work: RehearsalWork, rehearsal: Rehearsal, wire: GuardedWire) -> CleanUpOutcome:
    """Remove what the rehearsal made. A second signal stops that; then `clean` finishes it."""
    path = work.directory / NAME
    if not path.is_file():
        return CleanUpOutcome()
    if rehearsal.is_unanswered:
        return left_as_it_is(path, wire.base, ending.KEPT)
    wire.cut_off.after(CLEAN_UP + work.plan.people, "the clean-up took too long")
    before, removed = sum(wire.counts.values()), 0
    try:
        removed = rehearsal.tidy()
        outcome = clean(wire, path, work.tag, groups=work.rules.profile.group is not None)
    except KeyboardInterrupt:
        outcome = left_as_it_is(path, wire.base, "the clean-up did not finish: it was interrupted")
    except TransportFailure as failure:
        outcome = left_as_it_is(path, wire.base, f"the clean-up did not finish: {failure.sentence}")
    outcome.removed += removed
    outcome.swept = sum(wire.counts.values()) - before
    return outcome


def _end(work: RehearsalWork, rehearsal: Rehearsal, result: Any, lost: list[str]) -> None:
    width = screen_width()
    with suppress(BrokenPipeError):
        for line in ["", *screen.log_lines([one.tally for one in rehearsal.store.cycles()])]:
            work.say(line)
        steps = rehearsal_next.steps(work, result)
        undone = [] if rehearsal.is_unanswered else ending.undone(rehearsal)
        end = screen.Ending(undone, ending.timing(rehearsal), work.directory, lost, steps)
        for line in screen.conclusion(result, end, width):
            work.say(line)
