"""What this run creates, written down before and after: so that clean-up works after a `kill -9` too.

`journal.jsonl` holds one JSON object a line. `intent` is written before a POST; after it `created` with the id, or
`refused`, or `unclear` where the answer names nothing that is ours; `deleted` when the resource is gone, and `gone`
when it was looked for and is not there. All processes of a run append to the same file, a line at a time.
"""

import itertools
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scim_conformance.scenario.exchange import Creation

NAME = "journal.jsonl"


@dataclass
class Entry:
    """A resource that this run made or meant to make. `id` is None while no answer gave one.

    `answered` tells that the POST is over: what is not there now will not appear any more.
    """

    key: str
    type: str
    name: str
    external_id: str | None
    url: str
    id: str | None = None
    answered: bool = False
    deleted: bool = False


class Journal:
    """Appends to a run's journal. `writer` tells the processes of a run apart."""

    def __init__(self, path: Path, url: str, writer: str = "main") -> None:
        self.path, self._url, self._writer = path, url, f"{writer}-{os.getpid()}"
        self._numbers = itertools.count(1)
        path.parent.mkdir(parents=True, exist_ok=True)

    def intent(self, creation: Creation) -> str:
        """Write down what is about to be created; the key names it in later lines."""
        key = f"{self._writer}-{next(self._numbers)}"
        self._append(
            {
                "event": "intent",
                "key": key,
                "type": creation.type,
                "name": creation.name,
                "externalId": creation.external_id,
                "url": self._url,
            }
        )
        return key

    def created(self, key: str, identifier: str) -> None:
        """Write down the id that the target gave."""
        self._append({"event": "created", "key": key, "id": identifier})

    def refused(self, key: str) -> None:
        """Write down that the target answered and created nothing."""
        self._append({"event": "refused", "key": key})

    def unclear(self, key: str) -> None:
        """Write down that the target answered, and that what it created cannot be told from the answer."""
        self._append({"event": "unclear", "key": key})

    def gone(self, key: str) -> None:
        """Write down that a resource was looked for by its name, and is not there."""
        self._append({"event": "gone", "key": key})

    def deleted(self, kind: str, identifier: str) -> None:
        """Write down that a resource is gone."""
        self._append({"event": "deleted", "type": kind, "id": identifier})

    def _append(self, record: dict[str, str | None]) -> None:
        line = json.dumps(record) + "\n"
        # One write of one short line in append mode: lines of several processes do not mix, and nothing is buffered.
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def entries(path: Path) -> list[Entry]:
    """Read a journal back. A last line that was cut off by a crash is left out."""
    found: dict[str, Entry] = {}
    for record in _records(path):
        match record.get("event"):
            case "intent":
                found[record["key"]] = Entry(
                    record["key"], record["type"], record["name"], record.get("externalId"), record["url"]
                )
            case "created" if record["key"] in found:
                found[record["key"]].id, found[record["key"]].answered = record["id"], True
            case "refused" | "unclear" if record["key"] in found:
                found[record["key"]].answered = True
            case "gone" if record["key"] in found:
                found[record["key"]].deleted = True
            case "deleted":
                _mark_deleted(found.values(), record["type"], record["id"])
    return list(found.values())


def _mark_deleted(found: Iterable[Entry], kind: str, identifier: str) -> None:
    for entry in found:
        if entry.id == identifier and entry.type == kind:
            entry.deleted = True


def _records(path: Path) -> list[dict[str, str]]:
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record, dict) and {"event"} <= record.keys():
            found.append(record)
    return found


def unfinished(found: Iterable[Entry]) -> list[Entry]:
    """Return what may still be there: groups first, since they hold the users.

    A refused POST counts: a target may store an account and then fail over its manager, and answer 400.
    """
    return sorted((entry for entry in found if not entry.deleted), key=lambda entry: entry.type != "Group")
