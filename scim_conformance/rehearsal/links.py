"""The links of a rehearsal, what the target owes, and what waits to be tried again: in its database."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra.engine.model import Link, LinkState
from scim_conformance.entra.engine.owed import Resource
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.rehearsal.tables import PAGE

_COLUMNS = "source, kind, target, state, sent, manager, boss, name, display, found"


class StoredLinks:
    """The links of a job."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of(self, source: str) -> Link | None:
        """Return the link of an object of the directory."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM link WHERE source = ?", (source,)).fetchone()  # noqa: S608
        return None if row is None else _link(*row)

    def holder(self, kind: ObjectKind, target: str) -> Link | None:
        """Return the link to a resource of the target."""
        query = f"SELECT {_COLUMNS} FROM link WHERE kind = ? AND target = ? ORDER BY state"  # noqa: S608
        row = self._db.execute(query, (kind.value, target)).fetchone()
        return None if row is None else _link(*row)

    def put(self, link: Link) -> None:
        """Store a link."""
        values = (
            link.source,
            link.kind.value,
            link.target,
            link.state.value,
            json.dumps(dict(link.sent), ensure_ascii=False),
            link.manager,
            link.boss,
            link.name,
            link.display,
            int(link.found),
        )
        self._db.execute(f"INSERT OR REPLACE INTO link ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608

    def all(self) -> Iterator[Link]:
        """Return every link; the database must not be changed meanwhile."""
        return (_link(*row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM link ORDER BY source"))  # noqa: S608

    def drop(self) -> None:
        """Forget all links, as a full restart does: everything is matched again."""
        self._db.execute("DELETE FROM link")
        self._db.execute("DELETE FROM joined")

    def look_again(self) -> None:
        """Forget which members were passed over: a restart looks at them again."""
        self._db.execute("DELETE FROM joined WHERE sent = 0")


def _link(*row: Any) -> Link:
    source, kind, target, state, sent, manager, boss, name, display, found = row
    kept = (json.loads(sent), manager, boss, name, display, bool(found))
    return Link(source, ObjectKind(kind), target, LinkState(state), *kept)


@dataclass(frozen=True, slots=True)
class Debt:
    """What the target owes of a resource. `body`: None if it must be gone; `unsure`: a request to it got no answer.

    `how`: what was last done: `create`, `update`, `disable`, `restore`, `delete` or `link`; `touched`: in which cycle.
    """

    kind: ObjectKind
    target: str
    source: str
    body: Resource | None
    unsure: bool = False
    touched: int = 0
    how: str = "create"


_DEBT = "kind, target, source, body, unsure, touched, how"


class StoredDebts:
    """What the target owes, by resource."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of(self, kind: ObjectKind, target: str) -> Debt | None:
        """Return what is owed of a resource; None if nothing was ever sent to it."""
        query = f"SELECT {_DEBT} FROM owed WHERE kind = ? AND target = ?"  # noqa: S608
        row = self._db.execute(query, (kind.value, target)).fetchone()
        return None if row is None else _debt(*row)

    def of_source(self, source: str) -> list[Debt]:
        """Return what is owed of the resources of an object of the directory."""
        rows = self._db.execute(f"SELECT {_DEBT} FROM owed WHERE source = ?", (source,)).fetchall()  # noqa: S608
        return [_debt(*row) for row in rows]

    def put(self, debt: Debt) -> None:
        """Store what is owed."""
        body = None if debt.body is None else json.dumps(debt.body, ensure_ascii=False)
        values = (debt.kind.value, debt.target, debt.source, body, int(debt.unsure), debt.touched, debt.how)
        self._db.execute(f"INSERT OR REPLACE INTO owed ({_DEBT}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608

    def all(self, *, touched: int | None = None) -> Iterator[Debt]:
        """Yield what is owed: everything, or of what a cycle touched. A page at a time: what is owed of thousands of
        users needs no more memory than that of a few, and the loop may change it meanwhile."""
        where = "1 = 1" if touched is None else f"touched = {int(touched)}"
        later = "(kind, source, target) > (?, ?, ?) ORDER BY kind, source, target LIMIT ?"
        query, last = f"SELECT {_DEBT} FROM owed WHERE {where} AND {later}", ("", "", "")  # noqa: S608
        while rows := self._db.execute(query, (*last, PAGE)).fetchall():
            found = [_debt(*row) for row in rows]
            last = found[-1].kind.value, found[-1].source, found[-1].target
            yield from found

    def sample(self, most: int, *, untouched: int) -> list[Debt]:
        """Return at most so many, at random, of the resources that a cycle did not touch."""
        query = f"SELECT {_DEBT} FROM owed WHERE touched != ? ORDER BY random() LIMIT ?"  # noqa: S608
        return [_debt(*row) for row in self._db.execute(query, (untouched, most)).fetchall()]


def _debt(*row: Any) -> Debt:
    kind, target, source, body, unsure, touched, how = row
    return Debt(ObjectKind(kind), target, source, body and json.loads(body), bool(unsure), touched, how)
