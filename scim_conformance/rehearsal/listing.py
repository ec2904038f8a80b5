"""Reads all accounts of a target, page by page, as Account Discovery does, and what is wrong with the pages.

Source: RFC 7644 section 3.4.2.4; Microsoft, "Account Discovery" (all accounts, by pages). The query string that Entra
sends is not published: the RFC's parameters are used.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim import paths

PAGE = 100
"""Accounts that a page is asked for; a target may return fewer."""

Get = Callable[[str], Answer]


class CannotList(Exception):
    """The accounts cannot be listed. The message says what the target returned."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the target: the values of the matching attributes by target path, and what tells accounts apart."""

    id: str
    name: str
    active: bool | None
    modified: str
    values: tuple[tuple[str, str], ...]


@dataclass
class Accounts:
    """All accounts that were listed. `total`: what the target says there are; `pages`: how many were read."""

    rules: list[AttributeMapping]
    total: int = 0
    pages: int = 0
    found: dict[str, Account] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    """Ids that are in more than one place of the list."""
    totals: set[int] = field(default_factory=set)
    """Every totalResults: it should be the same on each page."""
    _index: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, resource: Any) -> None:
        """Add an account, unless it has no id."""
        identifier = paths.member(resource, "id")
        if not isinstance(identifier, str) or not identifier:
            return
        if identifier in self.found:
            self.repeated.add(identifier)
            return
        read = [(row, paths.read(resource, row.path)) for row in self.rules]
        values = tuple((row.target, folded(row, one)) for row, one in read if one not in (None, "", []))
        active = paths.member(resource, "active")
        modified = paths.member(paths.member(resource, "meta"), "lastModified")
        name = paths.member(resource, "userName")
        self.found[identifier] = Account(
            identifier, str(name or ""), active if isinstance(active, bool) else None, str(modified or ""), values
        )
        for key in values:
            self._index[key].append(identifier)

    def by(self, row: AttributeMapping, value: Any) -> list[str]:
        """Return the ids of the accounts that have this value of a matching attribute."""
        return self._index.get((row.target, folded(row, value)), [])


def folded(row: AttributeMapping, value: Any) -> str:
    """Return a value as it is compared: without regard to letter case, unless the attribute is case-sensitive."""
    text = str(value)
    return text if payload.case_exact(row.path) else text.lower()


def first_page(get: Get, rules: list[AttributeMapping]) -> Accounts:
    """Read the first page, which says how many there are.

    Raises:
        CannotList: the response is no list.
    """
    accounts = Accounts(rules)
    _add_page(accounts, _page(get, 1))
    return accounts


def read_on(get: Get, accounts: Accounts) -> Iterator[int]:
    """Read the other pages; yield the number of accounts after each.

    It ends with a page that brings nothing new, so that a target that repeats a page does not keep it from ending.

    Raises:
        CannotList: a response is no list.
    """
    start = 1 + len(accounts.found) + len(accounts.repeated)
    while start <= accounts.total:
        before = len(accounts.found)
        number = _add_page(accounts, _page(get, start))
        yield len(accounts.found)
        if len(accounts.found) == before:
            return
        start += number


def _page(get: Get, start: int) -> Any:
    answer = get(f"/Users?startIndex={start}&count={PAGE}")
    body = answer.json
    total = paths.member(body, "totalResults") if isinstance(body, dict) else None
    if answer.status != 200 or isinstance(total, bool) or not isinstance(total, int):
        raise CannotList(f"GET /Users?startIndex={start}&count={PAGE} returned status {answer.status}, and no list")
    return body


def _add_page(accounts: Accounts, body: Any) -> int:
    """Add the accounts of a page; return how many resources it has."""
    resources = [one for one in paths.elements(paths.member(body, "Resources")) if isinstance(one, dict)]
    accounts.total = paths.member(body, "totalResults")
    accounts.totals.add(accounts.total)
    accounts.pages += 1
    for one in resources:
        accounts.add(one)
    return len(resources)
