"""Whole functions that a target lacks: every request of a kind was refused with the same status.

One line says so, instead of one for each thing that a client wants to do with it. It is read off the requests of the
run themselves: what was accepted even once is not lacking.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult

LEAST = 3
"""Scenarios from which on their requests show a whole function: one of them alone wants only one thing."""
NOT_IMPLEMENTED = (405, 501)
NO_SIGN = {401, 403, 429}
"""Statuses that say nothing about a function, but about credentials or load."""
_OP = re.compile(r'"op"\s*:\s*"([A-Za-z])')
_TEXT = re.compile(r'"value"\s*:\s*"(?:true|false)"', re.IGNORECASE)
_PATH = re.compile(r'"path"\s*:')


@dataclass(frozen=True)
class Function:
    """Requests that were all refused. `method`, `kind`: empty for any; `capital`: only with a capitalized `op`."""

    method: str
    kind: str
    status: int
    count: int
    capital: bool = False

    def covers(self, check: CheckResult) -> bool:
        """Return whether a deviation is one of these refusals."""
        method, _, path = check.situation.shape.partition(" ")
        asked = self.method in {"", method} and path.startswith(self.kind)
        spoken = not self.capital or "legacy" in check.situation.spoken
        status = str(check.actual).partition(":")[0] == f"status {self.status}"
        return check.id.endswith((".status", ".answered")) and bool(path) and asked and spoken and status

    @property
    def title(self) -> str:
        """What to fix, in a few words."""
        if self.capital:
            return "PATCH accepts op only in lower case"
        name = f"{self.method} {self.kind}".strip()
        if self.status in NOT_IMPLEMENTED:
            return f"{name} is not implemented"
        return f"Every {name if self.method else f'request to {name}'} returned {self.status}"

    @property
    def fix(self) -> str:
        """What the vendor changes; empty: what the check says."""
        if self.capital:
            return "accept op in any letter case: the same change with op in lower case is accepted"
        if not self.method:
            return f"implement {self.kind}, or use a profile without it"
        return f"implement {self.method}" if self.status in NOT_IMPLEMENTED else ""

    @property
    def seen(self) -> str:
        """How many requests show it."""
        what = " with a capitalized op" if self.capital else ""
        return f"all {self.count} {self.method} requests{what}".replace("  ", " ")


def lacking(results: Sequence[ScenarioResult]) -> list[Function]:
    """Return the functions that the target lacks, the widest first."""
    sent = [(result.template, one) for result in results for one in result.exchanges if _is_sign(one)]
    groups: dict[tuple[str, str, bool], list[tuple[str, Recorded]]] = defaultdict(list)
    for template, one in sent:
        for key in _keys(one):
            groups[key].append((template, one))
    found = [
        Function(method, kind, ones[0][1].status or 0, len(ones), capital)
        for (method, kind, capital), ones in groups.items()
        if _all_refused(ones) and (not capital or _works_in_lower_case(sent))
    ]
    return sorted(found, key=lambda one: (one.capital, -one.count))


def _is_sign(one: Recorded) -> bool:
    return one.status is not None and one.status not in NO_SIGN and bool(kind_of(one))


def kind_of(one: Recorded) -> str:
    """Return the collection that a request is about; empty for discovery and the token endpoint."""
    return _collection_of(one.url)


@lru_cache(maxsize=4096)
def _collection_of(url: str) -> str:
    found = re.search(r"/(Users|Groups)(?=/|$)", urlsplit(url).path)
    return f"/{found[1]}" if found else ""


def _keys(one: Recorded) -> Iterator[tuple[str, str, bool]]:
    kind = kind_of(one)
    yield from ((one.method, "", False), (one.method, kind, False))
    if kind == "/Groups":
        yield ("", kind, False)
    # A boolean as a string may be what is refused, and not the letter case.
    if one.method == "PATCH" and _is_capital(one) and not _TEXT.search(one.request_body or ""):
        yield ("PATCH", "", True)


def _is_capital(one: Recorded) -> bool:
    return any(op.isupper() for op in _OP.findall(one.request_body or ""))


def _all_refused(ones: Sequence[tuple[str, Recorded]]) -> bool:
    status = ones[0][1].status or 0
    wanted = {template for template, _ in ones}
    return len(wanted) >= LEAST and status >= 400 and all(one.status == status for _, one in ones)


def _works_in_lower_case(sent: Sequence[tuple[str, Recorded]]) -> bool:
    """Return whether a change that names its path is accepted with `op` in lower case."""
    changes = [one for _, one in sent if one.method == "PATCH" and not _is_capital(one)]
    return any((one.status or 0) < 300 and _PATH.search(one.request_body or "") for one in changes)
