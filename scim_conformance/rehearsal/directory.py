"""The directory of a rehearsal, in its database: what the engine asks, and how it changes from cycle to cycle.

Each object knows the number of the snapshot in which it last changed, so that an incremental cycle reads only what is
newer than its watermark.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from scim_conformance.entra.source.model import (
    Assignment,
    Due,
    Entitlement,
    MemberDelta,
    ObjectKind,
    SourceObject,
    Watermark,
)
from scim_conformance.rehearsal.tables import PAGE

LIVE, BINNED, PURGED = "live", "binned", "purged"


class StoredDirectory:
    """A `SourceView` of the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, id: str) -> SourceObject | None:  # noqa: A002 - the directory's own word
        """Return an object, also one in the bin; None if it was purged or never existed."""
        row = self._db.execute("SELECT id, kind, state, body FROM object WHERE id = ?", (id,)).fetchone()
        return None if row is None else _object(*row)

    def objects(self, kind: ObjectKind) -> Iterator[SourceObject]:
        """Return all objects of a kind, those in the bin included, in the order in which they were read."""
        for row in self._paged("kind = ? AND state != ?", (kind.value, PURGED)):
            found = _object(*row)
            assert found is not None
            yield found

    def due(self, kind: ObjectKind, since: Watermark | None, at: datetime) -> Iterator[Due]:
        """Return what a cycle looks at: everything if `since` is None, else what changed since, and due retries."""
        if since is None:
            yield from (Due(one.id, kind, one) for one in self.objects(kind))
            return
        retried = "id IN (SELECT source FROM escrow WHERE next <= ?)"
        where = f"kind = ? AND (changed > ? OR {retried})"
        for row in self._paged(where, (kind.value, since.snapshot, at.isoformat()), ", changed"):
            identifier, changed = row[0], row[4]
            yield Due(identifier, kind, _object(*row[:4]), retry=changed <= since.snapshot)

    def _paged(self, where: str, values: tuple[Any, ...], more: str = "") -> Iterator[tuple[Any, ...]]:
        """Yield rows a page at a time: what the loop commits meanwhile does not disturb the order."""
        last = -1
        query = f"SELECT id, kind, state, body{more}, seq FROM object WHERE {where} AND seq > ? ORDER BY seq LIMIT ?"  # noqa: S608
        while rows := self._db.execute(query, (*values, last, PAGE)).fetchall():
            for row in rows:
                yield row[:-1]
            last = rows[-1][-1]

    def members(self, group: str) -> Sequence[str]:
        """Return the ids of the direct members of a group now: users, and groups nested in it."""
        return self._ids("SELECT member FROM member WHERE team = ? ORDER BY member", group)

    def joined(self, group: str) -> MemberDelta:
        """Return how the direct members differ from what the target was last sent.

        Groups in a group are left out (Microsoft: only direct members are provisioned). A member who was passed over,
        because it had no account, is in neither list.
        """
        users = "EXISTS (SELECT 1 FROM object WHERE id = m.member AND kind = 'user')"
        held = "EXISTS (SELECT 1 FROM joined j WHERE j.team = m.team AND j.member = m.member)"
        added = f"SELECT member FROM member m WHERE team = ? AND {users} AND NOT {held} ORDER BY member"  # noqa: S608
        gone = "NOT EXISTS (SELECT 1 FROM member m WHERE m.team = j.team AND m.member = j.member)"
        removed = f"SELECT member FROM joined j WHERE team = ? AND sent = 1 AND {gone} ORDER BY member"  # noqa: S608
        return MemberDelta(tuple(self._ids(added, group)), tuple(self._ids(removed, group)))

    def manager(self, user: str) -> str | None:
        """Return the id of a user's manager."""
        found = self._ids("SELECT boss FROM manager WHERE user = ?", user)
        return found[0] if found else None

    def assignments(self, id: str) -> Sequence[Assignment]:  # noqa: A002 - the directory's own word
        """Return an object's own assignments, and those of the groups of which it is a direct member."""
        query = """SELECT principal, kind, role FROM assignment WHERE principal = ?1
            UNION ALL SELECT a.principal, a.kind, a.role FROM member m JOIN assignment a ON a.principal = m.team
            WHERE m.member = ?1"""
        rows = self._db.execute(query, (id,)).fetchall()
        return [Assignment(principal, ObjectKind(kind), role) for principal, kind, role in rows]

    def standing(self, id: str) -> Entitlement | None:  # noqa: A002 - the directory's own word
        """Return the standing that was stored for an object; None: it follows from the directory."""
        row = self._db.execute("SELECT body FROM standing WHERE id = ?", (id,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Entitlement)

    def _ids(self, query: str, value: str) -> list[str]:
        return [str(row[0]) for row in self._db.execute(query, (value,))]


def _object(identifier: str, kind: str, state: str, body: str) -> SourceObject | None:
    if state == PURGED:
        return None
    return SourceObject(identifier, ObjectKind(kind), json.loads(body), binned=state == BINNED)


class DirectoryEdit:
    """Changes the directory: all calls together make the snapshot with this number."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        self._db, self.number = connection, number

    def put(self, one: SourceObject) -> None:
        """Add an object, or change it. One in the bin keeps its memberships, and gets them back when restored."""
        state, body = BINNED if one.binned else LIVE, json.dumps(dict(one.attributes), ensure_ascii=False)
        self._db.execute(
            """INSERT INTO object (id, kind, state, body, changed) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body, changed = excluded.changed""",
            (one.id, one.kind.value, state, body, self.number),
        )

    def purge(self, identifier: str) -> None:
        """Delete an object permanently; its memberships and assignments go with it."""
        for group in self._groups(identifier):
            self.leave(group, identifier)
        self.unassign(identifier)
        self._db.execute("DELETE FROM member WHERE team = ?", (identifier,))
        self._db.execute("DELETE FROM manager WHERE user = ?1 OR boss = ?1", (identifier,))
        self._db.execute("DELETE FROM standing WHERE id = ?", (identifier,))
        self._db.execute("UPDATE object SET state = ?, body = '{}' WHERE id = ?", (PURGED, identifier))
        self._touch([identifier])

    def join(self, group: str, member: str) -> None:
        """Add a direct member to a group."""
        self._db.execute("INSERT OR IGNORE INTO member VALUES (?, ?)", (group, member))
        self._touch([group, *([member] if self._is_assigned(group) else [])])

    def leave(self, group: str, member: str) -> None:
        """Remove a direct member from a group."""
        self._db.execute("DELETE FROM member WHERE team = ? AND member = ?", (group, member))
        # Who was passed over and has left is looked at again after joining once more: that is a change of the group.
        self._db.execute("DELETE FROM joined WHERE team = ? AND member = ? AND sent = 0", (group, member))
        self._touch([group, *([member] if self._is_assigned(group) else [])])

    def manage(self, user: str, boss: str) -> None:
        """Set a user's manager."""
        self._db.execute("INSERT OR REPLACE INTO manager VALUES (?, ?)", (user, boss))
        self._touch([user])

    def unmanage(self, user: str) -> None:
        """Take away a user's manager."""
        self._db.execute("DELETE FROM manager WHERE user = ?", (user,))
        self._touch([user])

    def stand(self, id: str, standing: Entitlement) -> None:  # noqa: A002 - the directory's own word
        """Store whether an object is in scope, where the directory itself does not have what decides it."""
        body = msgspec.json.encode(standing).decode()
        self._db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?)", (id, body))

    def touch(self, ids: Sequence[str]) -> None:
        """Mark objects as changed: the next cycle looks at them."""
        self._touch(ids)

    def assign(self, one: Assignment) -> None:
        """Assign a user or group to the application."""
        values = (one.principal, one.kind.value, one.role)
        self._db.execute("INSERT OR IGNORE INTO assignment VALUES (?, ?, ?)", values)
        self._touch([one.principal, *self._members(one.principal)])

    def unassign(self, principal: str) -> None:
        """Remove all assignments of a user or group."""
        self._db.execute("DELETE FROM assignment WHERE principal = ?", (principal,))
        self._touch([principal, *self._members(principal)])

    def _touch(self, identifiers: Sequence[str]) -> None:
        found = [(self.number, one) for one in identifiers]
        self._db.executemany("UPDATE object SET changed = ? WHERE id = ?", found)

    def _is_assigned(self, principal: str) -> bool:
        query = "SELECT 1 FROM assignment WHERE principal = ?"
        return self._db.execute(query, (principal,)).fetchone() is not None

    def _members(self, group: str) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT member FROM member WHERE team = ?", (group,))]

    def _groups(self, member: str) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT team FROM member WHERE member = ?", (member,))]
