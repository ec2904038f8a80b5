"""Removes what a run created, from its journal: by id, or by looking the name up and taking only an exact match."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scim_conformance.scenario.exchange import Answer, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.patience import Patience
from scim_conformance.scim import filters, urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.urlencode import dotnet_quote, segment_quote
from scim_conformance.target import ids
from scim_conformance.target import journal as journals
from scim_conformance.target.wire import Wire

PAGE = 100
MOST_PAGES = 50
"""Pages of a listing that are read when a target cannot filter."""

LOOK_AGAIN = (0.2, 0.5, 1.0, 2.0)
"""Pauses in seconds before another look for what a POST that was never answered may still create."""

MOST_FAILURES = 2
"""Requests without an answer after which the target counts as down, and the rest as left over."""


@dataclass
class Outcome:
    """What clean-up removed, and what it could not."""

    removed: int = 0
    requests: int = 0
    leftovers: list[dict[str, Any]] = field(default_factory=list)

    def leave(self, entry: journals.Entry, why: str) -> None:
        """Note that something is, or may be, still there."""
        self.leftovers.append({"type": entry.type, "id": entry.id, "name": entry.name, "why": why})


class CannotRemove(Exception):
    """Something is still there, or cannot be found out. The message says why."""


def clean(wire: Wire, path: Path, sleep: Callable[[float], None] = time.sleep, *, moved: bool = False) -> Outcome:
    """Remove everything in a journal that may still be there. Never raises for what the target answers.

    Only what was created at this wire's tenant URL, unless the target has `moved`: another target may have given the
    same ids to somebody else.
    """
    cleaner = _Cleaner(wire, journals.Journal(path, wire.base, "clean"), sleep)
    found = journals.unfinished(journals.entries(path))
    waiting = cleaner.round([entry for entry in found if moved or entry.url == wire.base])
    for pause in LOOK_AGAIN:
        if not waiting:
            break
        sleep(pause)
        waiting = cleaner.round(waiting)
    return cleaner.outcome


def left_as_it_is(path: Path, url: str, why: str) -> Outcome:
    """Return the outcome of a clean-up that could not take place."""
    outcome = Outcome()
    for entry in journals.unfinished(journals.entries(path)):
        if entry.url == url and (entry.id is not None or not entry.answered):
            outcome.leave(entry, why)
    return outcome


class _Cleaner:
    def __init__(self, wire: Wire, book: journals.Journal, sleep: Callable[[float], None]) -> None:
        self.wire, self.book, self.outcome = wire, book, Outcome()
        self._patience = Patience(sleep)
        self._failures, self._down = 0, ""

    def round(self, entries: list[journals.Entry]) -> list[journals.Entry]:
        """Remove what is there; return what is not, and may yet appear."""
        return [entry for entry in entries if not self._settled(entry)]

    def _settled(self, entry: journals.Entry) -> bool:
        if self._failures >= MOST_FAILURES:
            self.outcome.leave(entry, self._down)
            return True
        try:
            return self._removed(entry)
        except CannotRemove as error:
            self.outcome.leave(entry, str(error))
        except TransportFailure as failure:
            self._failures, self._down = self._failures + 1, failure.sentence
            self.outcome.leave(entry, failure.sentence)
        return True

    def _removed(self, entry: journals.Entry) -> bool:
        identifiers = [entry.id] if entry.id is not None else self._look_up(entry)
        for identifier in identifiers:
            self._remove(entry, identifier)
        if entry.id is None and (identifiers or entry.answered):
            self.book.gone(entry.key)
        return bool(identifiers) or entry.answered

    def _remove(self, entry: journals.Entry, identifier: str) -> None:
        danger = ids.danger(identifier)
        if danger is not None:
            raise CannotRemove(danger)
        target = f"{urns.ENDPOINTS[entry.type]}/{segment_quote(identifier)}"
        if self._is_strange(entry, target):
            raise CannotRemove(f"the id {identifier[:40]} belongs to somebody else now")
        answer = self._send("DELETE", target, (entry.type, identifier))
        if not answer.ok and answer.status not in {404, 410}:
            raise CannotRemove(f"DELETE was answered with {answer.status}")
        self._check_gone(entry, target)
        self.book.deleted(entry.type, identifier)
        self.outcome.removed += 1

    def _is_strange(self, entry: journals.Entry, target: str) -> bool:
        answer = self._send("GET", target)
        return answer.ok and ids.is_strange(entry.type, answer.json, entry.name)

    def _check_gone(self, entry: journals.Entry, target: str) -> None:
        answer = self._send("GET", target)
        said = member(answer.json, ids.NAMES[entry.type])
        if answer.ok and isinstance(said, str) and ids.is_ours(said, entry.name):
            raise CannotRemove("DELETE was answered as if it had worked, and it can still be read")

    def _look_up(self, entry: journals.Entry) -> list[str]:
        """Return the ids of the resources with exactly this name: a target that ignores filters returns everybody."""
        attribute = ids.NAMES[entry.type]
        query = "filter=" + dotnet_quote(filters.eq(attribute, entry.name))
        answer = self._send("GET", f"{urns.ENDPOINTS[entry.type]}?{query}")
        found = [*_exact(answer.json, attribute, entry.name)]
        if found or (answer.ok and isinstance(answer.json, dict) and not elements(answer.json.get("Resources"))):
            return found
        return [one for page in self._pages(entry) for one in _exact(page, attribute, entry.name)]

    def _pages(self, entry: journals.Entry) -> Iterator[Any]:
        start, total = 1, 0
        for _ in range(MOST_PAGES):
            answer = self._send("GET", f"{urns.ENDPOINTS[entry.type]}?startIndex={start}&count={PAGE}")
            if not answer.ok or not isinstance(answer.json, dict):
                raise CannotRemove(f"it cannot be looked up: a listing was answered with {answer.status}")
            yield answer.json
            held, said = len(elements(answer.json.get("Resources"))), answer.json.get("totalResults")
            start, total = start + held, said if isinstance(said, int) else total
            if not held or start > total:
                return
        raise CannotRemove(f"it cannot be looked up: the target ignores filters and holds more than {start - 1}")

    def _send(self, method: str, target: str, resource: tuple[str, str] | None = None) -> Answer:
        outgoing = Outgoing(method, target, by=Sender.HARNESS, resource=resource)
        answer = self._answer(outgoing)
        while answer.status == 429 and self._patience.waits_for(answer):
            answer = self._answer(outgoing)
        return answer

    def _answer(self, outgoing: Outgoing) -> Answer:
        answer = self.wire.send(outgoing).answer
        assert answer is not None
        self._failures = 0
        return answer


def _exact(page: Any, attribute: str, name: str) -> Iterator[str]:
    for resource in elements(member(page, "Resources")):
        found, identifier = member(resource, attribute), member(resource, "id")
        if isinstance(found, str) and found.casefold() == name.casefold() and ids.is_id(identifier):
            yield str(identifier)
