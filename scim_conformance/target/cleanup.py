"""Removes what runs created: what their journals name, then what has their tag; and reports what is left.

Each id and each name in the journal is looked up, including deleted ones: a target may restore them. A resource is
deleted only if a GET by its id shows that it belongs to the run (see `target.ledger`).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any

from scim_conformance.scenario.exchange import Answer, Outgoing, Sender, TransportFailure
from scim_conformance.scim import filters, urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.urlencode import dotnet_quote
from scim_conformance.target import ids
from scim_conformance.target import journal_reading as journals
from scim_conformance.target.deleting import GONE
from scim_conformance.target.ids import Resource
from scim_conformance.target.journal import Journal
from scim_conformance.target.removal import AT_ONCE, CannotRemove, CleanUpOutcome, Owner, Remover
from scim_conformance.target.sweep import sweep
from scim_conformance.target.wire import TargetWire
from scim_conformance.verdict import counting

LOOK_AGAIN = (0.2, 0.5, 1.0, 2.0)
"""Pauses in seconds before looking again for what a POST without a response may still create."""

KINDS = ("Group", "User")
"""Groups first, because they contain the users."""


def clean(
    wire: TargetWire,
    path: Path,
    tag: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
    *,
    moved: bool = False,
    groups: bool = True,
    at_once: int = AT_ONCE,
) -> CleanUpOutcome:
    """Remove everything in a journal that may still be there. A response of the target never raises an error.

    Only what was created at this wire's tenant URL, unless the target has `moved`: another target may have given the
    same ids to other resources. `tag`: of the ending run; None: those in the journal. `groups`: whether there are any.
    `at_once`: how many GETs are sent at the same time.

    Raises:
        JournalError: the journal cannot be read.
    """
    book = journals.read(path)
    cleaner = _Cleaner(path, book, Remover(wire, sleep, at_once), sleep)
    mine = [entry for entry in book.entries if moved or entry.url == wire.base]
    cleaner.finish(mine)
    cleaner.look_again(mine)
    for one in sorted({entry.tag for entry in mine} | ({tag} if tag else set())):
        cleaner.sweep(Owner(one, book.started(one)), [kind for kind in KINDS if groups or kind == "User"])
    cleaner.conclude()
    cleaner.outcome.blind += dict.fromkeys(book.accepted)
    if book.unreadable:
        cleaner.outcome.blind.append(f"{counting.number(book.unreadable, 'line')} of the journal cannot be read")
    return cleaner.outcome


def left_as_it_is(path: Path, url: str, why: str) -> CleanUpOutcome:
    """Return the outcome of a clean-up that could not run."""
    outcome = CleanUpOutcome()
    for entry in journals.unfinished(journals.read(path).entries):
        if entry.url == url and (entry.id is not None or not entry.answered):
            outcome.leave(entry.type, entry.id, entry.name, why)
    return outcome


class End(Enum):
    """What happened to a resource: it was deleted, it was not there, or it is left and reported."""

    REMOVED = auto()
    ABSENT = auto()
    LEFT = auto()


class _Cleaner:
    def __init__(self, path: Path, book: journals.Book, remover: Remover, sleep: Callable[[float], None]) -> None:
        self.outcome, self.book = CleanUpOutcome(), book
        self._remover, self._sleep = remover, sleep
        self._path, self._base = path, remover.wire.base
        self._ids = {(entry.type, entry.id) for entry in book.entries if entry.id}
        self._names = {entry.name.casefold() for entry in book.entries}
        self._denied = {(entry.type, entry.id) for entry in book.entries if entry.denied and entry.id}
        self._unseen: dict[str, journals.JournalEntry] = {}
        """What was created under a name that cannot be searched for."""
        self._unlisted: dict[str, str] = {}
        """By type: why not everything could be searched."""

    def finish(self, entries: Sequence[journals.JournalEntry]) -> None:
        """Remove what may still be there, and wait for what a POST without a response may still create."""
        unfinished = journals.unfinished(entries)
        absent = self._absent([one for one in unfinished if one.id is None and one.answered and not one.denied])
        waiting = [one for one in unfinished if one.key not in absent and not self._settled(one)]
        for pause in LOOK_AGAIN:
            if not waiting:
                break
            self._sleep(pause)
            waiting = [one for one in waiting if not self._settled(one)]

    def _absent(self, entries: Sequence[journals.JournalEntry]) -> set[str]:
        """Return the keys of those, among what was refused, that cannot be found by their name: most of it."""
        answers = self._remover.send_all([Outgoing("GET", _search(one), by=Sender.HARNESS) for one in entries])
        found = zip(entries, answers, strict=False)
        absent = [one for one, answer in found if answer is not None and _named(one, answer) == []]
        for one in absent:
            self._journal(one).gone(one.key)
        return {one.key for one in absent}

    def _settled(self, entry: journals.JournalEntry) -> bool:
        """Remove what a line of the journal names; False: it is not there, and may still appear."""
        name, owner = entry.name, self._owner(entry)
        if self._remover.down is not None:
            if entry.id is not None or not entry.answered:
                self.outcome.leave(entry.type, entry.id, name, self._remover.down)
            return True
        if entry.denied is not None:
            said = f"not deleted: the response to its creation returned this id, and {entry.denied}"
            self.outcome.leave(entry.type, entry.id, name, said)
            return True
        if entry.id is not None:
            if self._remove(owner, (entry.type, entry.id), name) is not End.LEFT:
                self._journal(entry).deleted(entry.type, entry.id)
            return True
        return self._look_up(entry, owner)

    def _look_up(self, entry: journals.JournalEntry, owner: Owner) -> bool:
        try:
            found = _named(entry, self._remover.send("GET", _search(entry)))
        except TransportFailure as failure:
            self.outcome.leave(entry.type, None, entry.name, failure.sentence)
            return True
        if found is None:
            self._unseen[entry.key] = entry
            return entry.answered
        ends = [self._remove_found(owner, (entry.type, one), entry.name) for one in found]
        if End.LEFT not in ends and (found or entry.answered):
            self._journal(entry).gone(entry.key)
        return bool(found) or entry.answered

    def look_again(self, entries: Sequence[journals.JournalEntry]) -> None:
        """Look up every id that should be gone: a target may restore what it deleted."""
        gone = {(entry.type, entry.id): entry for entry in entries if entry.id and entry.deleted and not entry.denied}
        asked = [one for one in gone if ids.danger(one[1]) is None]
        for resource, answer in zip(asked, self._remover.get_all(asked), strict=False):
            if answer is None or answer.status not in GONE:
                self._remove(self._owner(gone[resource]), resource, gone[resource].name, back=True)
        if self._remover.down is not None:
            self.outcome.blind.append(self._remover.down)

    def sweep(self, owner: Owner, kinds: Sequence[str]) -> None:
        """Search for everything that has the tag, and remove it."""
        for kind in kinds if self._remover.down is None else ():
            try:
                found = sweep(self._remover, kind, owner.tag, searchable=self.book.searches.get(kind))
            except (CannotRemove, TransportFailure) as error:
                self._blind(kind, str(error))
                continue
            if found.note is not None:
                self.outcome.notes.append(found.note)
            if not found.whole:
                self._blind(kind, found.note or "")
            for resource, name in found.names.items():
                self._remove_found(owner, resource, name)

    def _remove_found(self, owner: Owner, resource: Resource, name: str) -> End:
        """Remove what has the tag. A resource that the journal does not know may only have a similar name."""
        known = resource in self._ids or name.casefold() in self._names
        if resource in self._denied:
            return End.LEFT
        end = self._remove(owner, resource, name, dated=not known)
        if end is End.ABSENT:
            said = "it is found by its name, but a GET by its id returns no such resource"
            self.outcome.leave(*resource, name, said)
        return End.LEFT if end is End.ABSENT else end

    def _blind(self, kind: str, why: str) -> None:
        """Record what could not be listed; a target without groups contains none of ours, if we created none."""
        if kind == "User" or any(entry.type == kind for entry in self.book.entries):
            self._unlisted[kind] = why
            self.outcome.blind += [why] if why not in self.outcome.blind else []

    def conclude(self) -> None:
        """Report what could be searched for neither by its name nor in a list."""
        for entry in self._unseen.values():
            if entry.type in self._unlisted:
                self.outcome.leave(entry.type, None, entry.name, self._unlisted[entry.type])

    def _remove(self, owner: Owner, resource: Resource, name: str, *, back: bool = False, dated: bool = False) -> End:
        """Remove a resource, or record why not. `back`: its id may belong to another resource by now."""
        if self._remover.down is not None:
            if not back:
                self.outcome.leave(*resource, name, self._remover.down)
            return End.LEFT
        try:
            was_there = self._remover.remove(owner, resource, dated=dated)
        except CannotRemove as error:
            if not (back and error.foreign):
                self.outcome.leave(*resource, name, str(error), known=error.known)
            return End.LEFT
        except TransportFailure as failure:
            self.outcome.leave(*resource, name, failure.sentence)
            return End.LEFT
        self.outcome.removed += was_there
        self.outcome.settle(*resource)
        return End.REMOVED if was_there else End.ABSENT

    def _owner(self, entry: journals.JournalEntry) -> Owner:
        return Owner(entry.tag, self.book.started(entry.tag))

    def _journal(self, entry: journals.JournalEntry) -> Journal:
        return Journal(self._path, self._base, entry.tag, "clean")


def _search(entry: journals.JournalEntry) -> str:
    """Return the target of a GET by exactly this name."""
    query = "filter=" + dotnet_quote(filters.eq(ids.NAMES[entry.type], entry.name))
    return f"{urns.ENDPOINTS[entry.type]}?{query}"


def _named(entry: journals.JournalEntry, answer: Answer) -> list[str] | None:
    """Return the ids of the resources with exactly this name, because a target may ignore filters and return all; None:
    it refuses the filter."""
    if answer.status != 200 or not isinstance(answer.json, dict):
        return None
    return [*_exact(elements(member(answer.json, "Resources")), ids.NAMES[entry.type], entry.name)]


def _exact(held: Sequence[Any], attribute: str, name: str) -> Iterator[str]:
    for resource in held:
        found, identifier = member(resource, attribute), member(resource, "id")
        if isinstance(found, str) and found.casefold() == name.casefold() and ids.is_id(identifier):
            yield str(identifier)
