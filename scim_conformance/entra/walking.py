"""The list of all users, page by page to its end, as Account Discovery reads it: each account once, disabled ones too.

Page size and query are not published. The walk asks for the next page where the last one ended, because a target may
return fewer resources than requested (RFC 7644 section 3.4.2.4). It stops after `MOST_PAGES`, and then says nothing
about what it has not seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import elements, member

MOST_PAGES, PAGE_SIZE = 20, 100

Judged = Callable[[Obligation, str], Check]
"""Makes a check from an obligation and its fix."""

_FIX = (
    "list every account exactly once, whether or not it is active: one order for all pages, startIndex as the place of "
    "the first resource, totalResults as the number of all accounts"
)


@dataclass
class _Walk:
    """The ids of each page so far, and the total that it stated, by startIndex; `names` must be among them."""

    names: Sequence[str]
    judged: Judged
    pages: dict[int, list[str]] = field(default_factory=dict)
    totals: dict[int, object] = field(default_factory=dict)
    repeats: bool = False
    """Whether a page showed what an earlier one had: the next ones would too."""

    def page(self, start: int) -> Step:
        """Return the request of the page that begins at this startIndex."""
        why, query = f"List all users, from {start}", f"startIndex={start}&count={PAGE_SIZE}"
        step = Step(f"all-{start}", "GET", "/Users", why, query, by=Sender.HARNESS)
        expected = f"every account once, in up to {MOST_PAGES} pages"
        everyone = Obligation("everyone", expected, lambda view: self._lacking(view, start), in_parts=True)
        checks = self.judged(status(200), "support startIndex and count"), self.judged(everyone, _FIX)
        return step.expecting(*checks).but(in_part=lambda _: self._next(start))

    def _next(self, start: int) -> list[Step]:
        return [self.page(start + len(self.pages[start]))] if self._goes_on(start) else []

    def _goes_on(self, start: int) -> bool:
        total, found = self.totals.get(start), self.pages.get(start, [])
        is_more = isinstance(total, int) and start + len(found) <= total
        return bool(found) and is_more and not self.repeats and len(self.pages) < MOST_PAGES

    def _lacking(self, view: View, start: int) -> str | None:
        body = view.body if isinstance(view.body, dict) else {}
        ids = [str(member(one, "id")) for one in elements(body.get("Resources"))]
        earlier = {one for place, page in self.pages.items() if place < start for one in page}
        self.pages[start], self.totals[start] = ids, body.get("totalResults")
        again = len(ids) - len(set(ids) - earlier)
        if again:
            self.repeats = True
            return f"{again} of {len(ids)} accounts from {start} were listed before"
        return f"more than {start + len(ids) - 1}" if self._goes_on(start) else self._missing(view, start)

    def _missing(self, view: View, start: int) -> str | None:
        """Return what the whole list lacks; nothing if it is longer than the walk, or changed meanwhile."""
        total, seen = self.totals[start], {one for page in self.pages.values() for one in page}
        if len(self.pages) >= MOST_PAGES or len(set(map(str, self.totals.values()))) > 1:
            return None
        if not isinstance(total, int) or len(seen) < total:
            return f"{len(seen)} accounts, and totalResults is {short(total)}"
        lost = [name for name in self.names if view.bindings.get(name, "") not in seen]
        return f"{', '.join(f'{{{name}}}' for name in lost)} missing among {len(seen)} accounts" if lost else None


def walk(names: Sequence[str], judged: Judged) -> Step:
    """List all users to the end; the users stored under these names must be among them."""
    return _Walk(names, judged).page(1)
