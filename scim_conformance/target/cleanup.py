"""Removes what a run created, from its journal: by id, or by looking the name up and taking only an exact match."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scim_conformance.scenario.exchange import Answer, Outgoing, Sender, TransportFailure
from scim_conformance.scim import filters, urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.urlencode import dotnet_quote, segment_quote
from scim_conformance.target import journal as journals
from scim_conformance.target.wire import Wire

PAGE = 100
MOST_PAGES = 50
"""Pages of a listing that are read when a target cannot filter."""

LOOK_AGAIN = (0.0, 0.2, 0.5, 1.0, 2.0)
"""Pauses in seconds before each look for something whose POST was never answered: it may still be under way."""


@dataclass
class Outcome:
    """What clean-up removed, and what it could not."""

    removed: int = 0
    leftovers: list[dict[str, Any]] = field(default_factory=list)


def clean(wire: Wire, path: Path, sleep: Callable[[float], None] = time.sleep) -> Outcome:
    """Remove everything in a journal that may still be there. Never raises for what the target answers."""
    book, outcome = journals.Journal(path, wire.base, "clean"), Outcome()
    for entry in journals.unfinished(journals.entries(path)):
        try:
            why = _remove(wire, book, entry, sleep)
        except TransportFailure as failure:
            why = failure.sentence
        if why is None:
            outcome.removed += 1
        else:
            outcome.leftovers.append({"type": entry.type, "id": entry.id, "name": entry.name, "why": why})
    return outcome


def _remove(wire: Wire, book: journals.Journal, entry: journals.Entry, sleep: Callable[[float], None]) -> str | None:
    """Remove one entry; return why it is still there, or None."""
    identifiers = [entry.id] if entry.id is not None else _found_later(wire, entry, sleep)
    for identifier in identifiers:
        answer = _send(wire, "DELETE", f"{_endpoint(entry)}/{segment_quote(identifier)}", (entry.type, identifier))
        if not answer.ok and answer.status not in {404, 410}:
            return f"DELETE was answered with {answer.status}"
        book.deleted(entry.type, identifier)
    return None


def _found_later(wire: Wire, entry: journals.Entry, sleep: Callable[[float], None]) -> list[str]:
    for pause in LOOK_AGAIN:
        sleep(pause)
        found = _look_up(wire, entry)
        if found:
            return found
    return []


def _look_up(wire: Wire, entry: journals.Entry) -> list[str]:
    attribute = "userName" if entry.type == "User" else "displayName"
    query = "filter=" + dotnet_quote(filters.eq(attribute, entry.name))
    answer = _send(wire, "GET", f"{_endpoint(entry)}?{query}")
    usable = answer.ok and isinstance(answer.json, dict)
    pages = [answer.json] if usable else _pages(wire, entry)
    return [identifier for page in pages for identifier in _exact(page, attribute, entry.name)]


def _exact(page: Any, attribute: str, name: str) -> Iterator[str]:
    """Yield the ids of the resources with exactly this name: a target that ignores filters returns everybody."""
    for resource in elements(page.get("Resources")):
        found, identifier = member(resource, attribute), member(resource, "id")
        if isinstance(found, str) and found.casefold() == name.casefold() and isinstance(identifier, str | int):
            yield str(identifier)


def _pages(wire: Wire, entry: journals.Entry) -> Iterator[Any]:
    start = 1
    for _ in range(MOST_PAGES):
        answer = _send(wire, "GET", f"{_endpoint(entry)}?startIndex={start}&count={PAGE}")
        held = len(elements(answer.json.get("Resources"))) if isinstance(answer.json, dict) else 0
        if not answer.ok or not held:
            return
        yield answer.json
        start += held


def _endpoint(entry: journals.Entry) -> str:
    return urns.ENDPOINTS[entry.type]


def _send(wire: Wire, method: str, target: str, resource: tuple[str, str] | None = None) -> Answer:
    exchange = wire.send(Outgoing(method, target, by=Sender.HARNESS, resource=resource))
    assert exchange.answer is not None
    return exchange.answer
