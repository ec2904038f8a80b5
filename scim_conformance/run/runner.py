"""What one process of a run plays with, made once: the wire, the session, the neighbours, and the lanes.

A run in one thread has one lane (`run.lane`). Played ahead, it has one for each thread (`run.ahead`): with a session
and a ledger of its own, so that each deletes what it created, and with the same connections, journal and neighbours.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scim_conformance.config.credentials import Access
from scim_conformance.config.settings import Settings
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import Origin
from scim_conformance.run.admission import Admission
from scim_conformance.run.connect import make_wire
from scim_conformance.run.crowd import Crowd
from scim_conformance.run.lane import Grounds, Lane, sender
from scim_conformance.run.neighbours import Neighbourhood
from scim_conformance.run.notices import Notices
from scim_conformance.run.pool import sweep
from scim_conformance.run.refusals import shared_by
from scim_conformance.run.reuse import ALONE, spares_of
from scim_conformance.run.threads import together
from scim_conformance.scenario.exchange import Credential, RefusedByHarness, TransportFailure
from scim_conformance.scenario.throttling import Patience
from scim_conformance.system import signals
from scim_conformance.system.time_limit import CLEAN_UP, GRACE, Limit
from scim_conformance.target.guarded_wire import GuardedWire
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session


@dataclass
class Runner:
    """Makes the lanes that play cases, and cleans up after them. `tag` marks what the run creates; `writer` names this
    process in the journal; `jobs`: how many cases are played at the same moment.

    `time_left`: seconds of the run's time that are left when this process begins; None: all.
    """

    settings: Settings
    profile: Profile
    tag: str
    report_dir: Path
    access: Access = field(repr=False)
    further: Mapping[Credential, str] = field(default_factory=dict, repr=False)
    """Tokens other than that of `access`, such as one of another tenant."""
    writer: str = ALONE
    time_left: float | None = None
    jobs: int = 1
    spent: int = 0
    """Requests after the last case."""
    cut_short: bool = False
    """Whether an interrupt ended the clean-up after the last case."""

    def __post_init__(self) -> None:
        self.halted = threading.Event()
        """Whether the threads are to end: each ends its request, not its case."""
        self.wire = make_wire(self.settings, self.access, further=self.further)
        whole = self.settings.max_time
        self.limit = Limit(whole if self.time_left is None else self.time_left, whole, pause=self._pause)
        self.wire.cut_off.after(max(0.0, self.limit.left) + GRACE, f"it was cut short: {self.limit.reason}")
        self.patience = Patience(self.limit.sleep)
        book = Journal(self.report_dir / NAME, self.settings.base, self.tag, self.writer)
        self.session = Session(self.wire, book, Ledger(self.tag), settle=self.settings.settling, patience=self.patience)
        self.admission = Admission(self.profile, self.wire, self.session, self.limit)
        self.neighbours = self._neighbourhood()
        self.grounds = self._grounds()
        self.main = self._lane(self.wire, self.session, "")
        self.lanes = [self.main]

    def _pause(self, seconds: float) -> None:
        self.halted.wait(seconds)

    def _neighbourhood(self) -> Neighbourhood:
        return Neighbourhood(
            Origin(self.profile, self.tag, self.settings.seed, self.settings.dialects),
            self.writer,
            self.session,
            sender(self.wire, self.session),
            self.patience,
            self.settings.settling,
            shared_by(self.report_dir, self.tag, self.writer, ALONE),
        )

    def _grounds(self) -> Grounds:
        return Grounds(
            settings=self.settings,
            profile=self.profile,
            writer=self.writer,
            limit=self.limit,
            patience=self.patience,
            admission=self.admission,
            neighbours=self.neighbours,
            notices=Notices(self.wire, self.session),
            crowd=Crowd(self.jobs),
            sleep=self._pause,
        )

    def _lane(self, wire: GuardedWire, session: Session, name: str) -> Lane:
        shared = self.jobs > 1 or self.writer != ALONE
        spares = spares_of(session, self.report_dir, self.tag, f"{self.writer}{name}", shared=shared)
        return Lane(self.grounds, wire, session, spares)

    def branch(self) -> Lane:
        """Return a lane for another thread, which `finish` clears like the others."""
        wire = self.wire.branch(self.halted)
        lane = self._lane(wire, self.session.branch(wire, self._pause), f"-{len(self.lanes)}")
        self.lanes.append(lane)
        return lane

    def confirm_neighbours(self) -> None:
        """Find out whose the neighbours' ids are, before several threads ask for it at the same moment."""
        for one in [*self.session.ledger.alive]:
            if self.session.ledger.is_claimed(one):
                with suppress(TransportFailure, RefusedByHarness):
                    self.session.confirm(one)

    def finish(self) -> int:
        """Delete what is left of what this process created; return the requests since the last case."""
        self.neighbours.leave()
        self.wire.cut_off.after(CLEAN_UP, f"the clean-up took longer than {CLEAN_UP:g} seconds")
        try:
            signals.check()
            if self.wire.counts:
                self._share_out()
                together([lane.clear for lane in self.lanes])
        except KeyboardInterrupt:
            self.halted.set()
            self.cut_short = True
        self.session.journal.restore()
        self.spent = sum(sum(lane.count.since_last().values()) for lane in self.lanes)
        return self.spent

    def _share_out(self) -> None:
        """Let every lane delete what one of them created. Otherwise the first one deletes all the neighbours, one after
        the other, and the rest wait for it."""
        for lane in self.lanes if len(self.lanes) > 1 else ():
            lane.spares.put(lane.session.still_there())

    def close(self) -> None:
        """Close the connections, when all processes of the run have ended."""
        self.wire.close()
        sweep(self.report_dir)
