"""The findings of a rehearsal, in its database: what was seen before an interruption is reported after it too."""

import json
import sqlite3
from collections.abc import Callable

from scim_conformance.rehearsal.findings import Fault, Findings

_COUNTS = "findings"
"""The job's value for what is counted: how often each check was judged, and which accounts are lost."""

_FIELDS = "asks, attribute, text, key, sent, found, source"


class StoredFindings:
    """Keeps findings. They have values of users, and the database is in the private folder."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def restore(self, findings: Findings) -> None:
        """Fill in what was found before an interruption, and keep what is found from now on."""
        for asks, attribute, text, key, sent, found, source in self._db.execute(
            f"SELECT {_FIELDS} FROM finding ORDER BY seq"  # noqa: S608
        ):
            fresh = Fault(asks, attribute, text, json.loads(sent), json.loads(found), key=key)
            findings.found.setdefault((asks, attribute, text), fresh).sources[source] = None
        row = self._db.execute("SELECT value FROM job WHERE name = ?", (_COUNTS,)).fetchone()
        if row is not None:
            counts = json.loads(row[0])
            findings.asked, findings.lost, findings.unseen = counts["asked"], counts["lost"], counts["unseen"]
        findings.keep, findings.keep_counts = self._put, self._counts(findings)

    def _put(self, one: Fault, source: str) -> None:
        values = (json.dumps(one.sent, ensure_ascii=False), json.dumps(one.found, ensure_ascii=False), source)
        row = (one.check, one.attribute, one.text, one.key, *values)
        self._db.execute(f"INSERT INTO finding ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def _counts(self, findings: Findings) -> Callable[[], None]:
        def keep() -> None:
            counts = {"asked": findings.asked, "lost": findings.lost, "unseen": findings.unseen}
            self._db.execute("INSERT OR REPLACE INTO job VALUES (?, ?)", (_COUNTS, json.dumps(counts)))

        return keep
