"""Requests that are refused now and then: a gateway, or one of several nodes, refuses what the others accept.

One line says so, instead of one for each scenario that was hit: which ones these are is chance.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult

LEAST = 3
"""Kinds of requests, and scenarios, from which on it is not what they ask for that is refused."""

PASSING = (401, 502, 503, 504)
"""Statuses that do not depend on what is asked for: of the credentials, and of a gateway."""

_ID = re.compile(r"/(Users|Groups)/[^/]+")


@dataclass(frozen=True)
class Unsteady:
    """Requests that were refused with `status`, of `sent`; others of the same kind were accepted.

    `refused`: scenario and number of each.
    """

    status: int
    sent: int
    refused: frozenset[tuple[str, int | None]]

    def covers(self, check: CheckResult) -> bool:
        """Return whether a deviation is one of these refusals."""
        return (check.id.partition("#")[0], check.exchange) in self.refused

    @property
    def title(self) -> str:
        """What to fix, in a few words."""
        token = " with the right token" if self.status == 401 else ""
        return f"Some requests{token} returned {self.status}, and others of the same kind work"

    @property
    def seen(self) -> str:
        """How many requests show it."""
        return f"{len(self.refused)} of {self.sent} requests"

    @property
    def fix(self) -> str:
        """What the vendor changes."""
        if self.status == 401:
            return "find the node, or the cache, that does not accept this token: it may have a secret of before"
        return "find out at the gateway why it gets no response now and then"


def unsteady(results: Sequence[ScenarioResult]) -> list[Unsteady]:
    """Return the statuses with which a target refuses now and then what it accepts at other times."""
    sent = [
        (result, number, one)
        for result in results
        if result.moment != Moment.ALWAYS.value
        for number, one in enumerate(result.exchanges)
        if one.status is not None and _is_authorized(one)
    ]
    served = {_kind(one) for _, _, one in sent if (one.status or 0) < 300}
    found: list[Unsteady] = []
    for status in PASSING:
        hit = [found for found in sent if found[2].status == status and _kind(found[2]) in served]
        if len({result.template for result, _, _ in hit}) >= LEAST and len({_kind(one) for _, _, one in hit}) >= LEAST:
            found.append(Unsteady(status, len(sent), frozenset((result.id, number) for result, number, _ in hit)))
    return found


def _is_authorized(one: Recorded) -> bool:
    """Return whether a request had the token of the run."""
    said = next((value for name, value in one.request_headers if name.lower() == "authorization"), "")
    return said == "Bearer $SCIM_CONFORMANCE_TOKEN"


def _kind(one: Recorded) -> tuple[str, str]:
    return one.method, _place(one.url)


@lru_cache(maxsize=4096)
def _place(url: str) -> str:
    return _ID.sub(r"/\1/{id}", urlsplit(url).path)
