"""What a rehearsal remembers: its database, and the provisioning log that grows with it.

An outcome is committed in one transaction: the link, what is owed, retries, the end of its task, and the length of the
log. So a killed rehearsal continues where it was. Before a request is sent it has a row, and afterwards its reply; a
task that was interrupted replays its talk over these rows.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scim_conformance.entra.engine import patience
from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Phase, Task
from scim_conformance.entra.engine.model import LogStatus, NoAnswer, Outcome, Reply
from scim_conformance.entra.source.model import Watermark
from scim_conformance.rehearsal import tables
from scim_conformance.rehearsal.directory import DirectoryEdit, StoredDirectory
from scim_conformance.rehearsal.kept_findings import StoredFindings
from scim_conformance.rehearsal.links import Debt, StoredDebts, StoredLinks
from scim_conformance.scenario.exchange import Answer

LOG = "provisioning-log.jsonl"
STATE = "state.db"


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request of an interrupted task. `reply`: None if it was in flight."""

    line: str
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Done:
    """A cycle that has ended or is under way, with its counts by name."""

    cycle: Cycle
    guid: str
    finished: bool
    tally: Counter[str]


class Store:
    """The database and the log of a rehearsal in a report directory. `soon`: see `patience.next_try`.

    Without a directory, the database is gone when it is closed, and there is no log.
    """

    def __init__(self, directory: Path | None, *, soon: bool = False) -> None:
        self._soon = soon
        self.db = tables.opened(None if directory is None else tables.private(directory) / STATE)
        self.directory, self.links, self.debts = StoredDirectory(self.db), StoredLinks(self.db), StoredDebts(self.db)
        self.findings = StoredFindings(self.db)
        self._log = None if directory is None else directory / LOG
        self._cut()

    def _cut(self) -> None:
        """Remove from the log what was written after the last commit."""
        if self._log is None:
            return
        length = int(self.value("log", 0))
        self._log.touch()
        with self._log.open("r+b") as file:
            file.truncate(length)

    def transaction(self) -> AbstractContextManager[None]:
        """Commit everything in the block together."""
        return tables.transaction(self.db)

    def value(self, name: str, usual: Any = None) -> Any:
        """Return a value of the job."""
        row = self.db.execute("SELECT value FROM job WHERE name = ?", (name,)).fetchone()
        return usual if row is None else json.loads(row[0])

    def keep(self, name: str, value: Any) -> None:
        """Store a value of the job."""
        self.db.execute("INSERT OR REPLACE INTO job VALUES (?, ?)", (name, json.dumps(value, ensure_ascii=False)))

    def edit(self) -> DirectoryEdit:
        """Begin the next snapshot of the directory; use it within a transaction."""
        number = int(self.value("snapshot", 0)) + 1
        self.keep("snapshot", number)
        return DirectoryEdit(self.db, number)

    @property
    def watermark(self) -> Watermark:
        """The position of the newest snapshot."""
        return Watermark(int(self.value("snapshot", 0)))

    def begin(self, cycle: Cycle, guid: str) -> None:
        """Record that a cycle begins."""
        since = None if cycle.since is None else cycle.since.snapshot
        values = (cycle.number, cycle.kind.value, since, cycle.at.isoformat(), guid)
        with self.transaction():
            self.db.execute("INSERT INTO cycle VALUES (?, ?, ?, ?, ?, 0, '{}')", values)
            if cycle.whole:
                self.keep("quarantine", None)
                self.links.look_again()
                self.db.execute("DELETE FROM escrow")
            if cycle.kind is CycleKind.FULL_RESTART:
                self.links.drop()

    def finish(self, cycle: Cycle) -> None:
        """Record that a cycle has ended: the watermark moves."""
        with self.transaction():
            self.db.execute("UPDATE cycle SET finished = 1 WHERE number = ?", (cycle.number,))
            self.db.execute("DELETE FROM done")
            self.db.execute("DELETE FROM request")
            self.keep("watermark", self.watermark.snapshot)

    def cycles(self) -> list[Done]:
        """Return the cycles in their order."""
        rows = self.db.execute("SELECT number, kind, since, at, guid, finished, tally FROM cycle ORDER BY number")
        return [_done(*row) for row in rows.fetchall()]

    def count(self, cycle: Cycle, counts: Iterable[str]) -> None:
        """Add to the counts of a cycle."""
        row = self.db.execute("SELECT tally FROM cycle WHERE number = ?", (cycle.number,)).fetchone()
        found = Counter(json.loads(row[0]))
        found.update(counts)
        self.db.execute("UPDATE cycle SET tally = ? WHERE number = ?", (json.dumps(found), cycle.number))

    def done(self) -> set[str]:
        """Return the keys of the tasks of the present cycle that are through."""
        return {row[0] for row in self.db.execute("SELECT task FROM done")}

    def asked(self, task: str) -> list[SentRequest]:
        """Return the requests that a task had sent when it was interrupted."""
        rows = self.db.execute("SELECT line, status, reply FROM request WHERE task = ? ORDER BY n", (task,)).fetchall()
        return [SentRequest(line, _replied(status, reply)) for line, status, reply in rows]

    def ask(self, task: str, number: int, line: str) -> None:
        """Record a request before it is sent."""
        self.db.execute("INSERT OR REPLACE INTO request VALUES (?, ?, ?, NULL, NULL)", (task, number, line))

    def replied(self, task: str, number: int, reply: Reply) -> None:
        """Record the reply to a request."""
        status, text = _written(reply)
        query = "UPDATE request SET status = ?, reply = ? WHERE task = ? AND n = ?"
        self.db.execute(query, (status, text, task, number))

    def commit(self, cycle: Cycle, task: Task, outcome: Outcome, debts: Sequence[Debt], record: str | None) -> None:
        """Commit what came of a task."""
        length = self._append(record)
        with self.transaction():
            if outcome.link is not None:
                self.links.put(outcome.link)
            for debt in debts:
                self.debts.put(debt)
            if task.phase is Phase.MEMBERS:
                self._join(outcome)
            self._retry(cycle, task, outcome)
            self.count(cycle, _counted(task, outcome))
            self.db.execute("INSERT OR REPLACE INTO done VALUES (?)", (task.key,))
            self.db.execute("DELETE FROM request WHERE task = ?", (task.key,))
            if length is not None:
                self.keep("log", length)

    def _append(self, record: str | None) -> int | None:
        if record is None or self._log is None:
            return None
        with self._log.open("ab") as file:
            file.write(record.encode("utf-8", "surrogatepass") + b"\n")
            return file.tell()

    def _join(self, outcome: Outcome) -> None:
        group = outcome.subject.id
        rows = [(group, one, 1) for one in outcome.added] + [(group, one, 0) for one in outcome.unlinked]
        self.db.executemany("INSERT OR REPLACE INTO joined VALUES (?, ?, ?)", rows)
        gone = [(group, one) for one in outcome.removed]
        self.db.executemany("DELETE FROM joined WHERE team = ? AND member = ?", gone)

    def _retry(self, cycle: Cycle, task: Task, outcome: Outcome) -> None:
        key = (outcome.subject.id, task.phase.value)
        if outcome.problem is None:
            self.db.execute("DELETE FROM escrow WHERE source = ? AND phase = ?", key)
            return
        row = self.db.execute("SELECT first, tries FROM escrow WHERE source = ? AND phase = ?", key).fetchone()
        first, tries = (cycle.at, 0) if row is None else (datetime.fromisoformat(row[0]), row[1])
        due = patience.next_try(outcome.problem, first, cycle.at, soon=self._soon)
        values = (*key, outcome.problem.code, tries + 1, first.isoformat(), due.isoformat())
        self.db.execute("INSERT OR REPLACE INTO escrow VALUES (?, ?, ?, ?, ?, ?)", values)

    def next_retry(self, after: datetime) -> datetime | None:
        """Return when the next failed object is tried again after a time, or None."""
        return min((one[4] for one in self.waiting() if one[4] > after), default=None)

    def give_up(self, before: datetime) -> int:
        """Drop what failed for the first time before a time, as Entra does after 28 days; return how much that was."""
        return self.db.execute("DELETE FROM escrow WHERE first <= ?", (before.isoformat(),)).rowcount

    def waiting(self) -> list[tuple[str, str, str, int, datetime]]:
        """Return what waits to be tried again: source, phase, code, tries, and when."""
        rows = self.db.execute("SELECT source, phase, code, tries, next FROM escrow ORDER BY source, phase").fetchall()
        return [(*row[:4], datetime.fromisoformat(row[4])) for row in rows]

    def close(self) -> None:
        """Close the database."""
        self.db.close()


def _done(*row: Any) -> Done:
    number, kind, since, at, guid, finished, tally = row
    watermark = None if since is None else Watermark(since)
    cycle = Cycle(number, CycleKind(kind), datetime.fromisoformat(at), watermark)
    return Done(cycle, guid, bool(finished), Counter(json.loads(tally)))


def _counted(task: Task, outcome: Outcome) -> list[str]:
    """Return the names of what an outcome counts as: `users create success`, `members added`, …"""
    if not outcome.logged:
        return []
    names = [f"{task.phase.value} {outcome.action.value} {outcome.status.value}"]
    names += ["members added"] * len(outcome.added) + ["members removed"] * len(outcome.removed)
    names += [f"{task.phase.value} unlinked"] * len(outcome.unlinked)
    return [*names, "shows members"] if outcome.shows_members else names


def failures(tally: Counter[str]) -> patience.Tally:
    """Return what of a cycle's counts matters for quarantine."""
    of_objects = [name for name in tally if name.startswith(("users ", "groups "))]
    failed = LogStatus.FAILURE.value
    return patience.Tally(
        sum(tally[name] for name in of_objects if name.endswith(failed)),
        sum(count for name, count in tally.items() if name.endswith(failed) and name not in of_objects),
        sum(tally[name] for name in of_objects if name.endswith(LogStatus.SUCCESS.value)),
    )


def _written(reply: Reply) -> tuple[int, str]:
    if isinstance(reply, NoAnswer):
        return 0, json.dumps([reply.kind, reply.sentence], ensure_ascii=False)
    return reply.status, json.dumps([reply.body.decode("utf-8", "replace"), reply.seconds], ensure_ascii=False)


def _replied(status: int | None, reply: str) -> Reply | None:
    return None if status is None else _reply(status, json.loads(reply))


def _reply(status: int, told: list[Any]) -> Reply:
    if status == 0:
        return NoAnswer(str(told[0]), str(told[1]))
    return Answer(status, (), str(told[0]).encode(), float(told[1]))
