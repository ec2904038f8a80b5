"""A target that does not check the token: every request without one, or with any other, is served.

One line says so, instead of one for each method and endpoint that is open.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult

LEAST = 2
"""Kinds of requests from which on it is the whole target: a single endpoint may be open on purpose."""

_ID = re.compile(r"/(Users|Groups)/[^/]+")

OWN, FORGED = "$SCIM_CONFORMANCE_TOKEN", "Bearer <"
"""How a header with the token of the run is recorded, and one with a token that was made from it."""


@dataclass(frozen=True, eq=False)
class Unguarded:
    """Requests that were all served. `with_token`: they had a token, which was wrong.

    `served`: scenario and number of each.
    """

    with_token: bool
    served: frozenset[tuple[str, int | None]]
    changed: dict[str, int]
    """The first served write of a scenario, by its number: what is read afterwards follows from it."""

    def covers(self, check: CheckResult) -> bool:
        """Return whether a deviation is one of these requests."""
        scenario, number = check.id.partition("#")[0], check.exchange
        follows = number is not None and number > self.changed.get(scenario, number)
        return follows or (scenario, number) in self.served

    @property
    def title(self) -> str:
        """What to fix, in a few words."""
        return "Any token is accepted" if self.with_token else "No request needs a token"

    @property
    def seen(self) -> str:
        """How many requests show it."""
        return f"all {len(self.served)} requests {'with a wrong token' if self.with_token else 'without a valid token'}"

    @property
    def fix(self) -> str:
        """What the vendor changes."""
        return "check the bearer token of every request, before doing anything else"


def unguarded(results: Sequence[ScenarioResult]) -> list[Unguarded]:
    """Return how the target is open, if it is: without any token, or with any."""
    played = [one for one in results if one.moment != Moment.ALWAYS.value]
    sent = [(result.id, number, one) for result in played for number, one in enumerate(result.exchanges)]
    none = [found for found in sent if _said(found[2]) == ""]
    wrong = [found for found in sent if _said(found[2]).startswith("Bearer") and OWN not in _said(found[2])]
    if _is_open(one for _, _, one in none):
        return [_found([*none, *wrong], with_token=False)]
    forged = (one for _, _, one in wrong if _said(one).startswith(FORGED))
    return [_found(wrong, with_token=True)] if _is_open(forged) else []


def _said(one: Recorded) -> str:
    return next((value for name, value in one.request_headers if name.lower() == "authorization"), "")


def _is_open(ones: Iterable[Recorded]) -> bool:
    asked = list(ones)
    kinds = {(one.method, _ID.sub(r"/\1/{id}", urlsplit(one.url).path)) for one in asked}
    return len(kinds) >= LEAST and all(_is_served(one) for one in asked)


def _is_served(one: Recorded) -> bool:
    """Return whether a request had its effect: a page, such as one where people sign in, shows none."""
    said = next((value for name, value in one.response_headers if name.lower() == "content-type"), "json")
    return one.status is not None and one.status < 300 and "html" not in said.lower()


def _found(sent: Sequence[tuple[str, int, Recorded]], *, with_token: bool) -> Unguarded:
    served = [(scenario, number, one) for scenario, number, one in sent if _is_served(one)]
    changed: dict[str, int] = {}
    for scenario, number, one in served:
        if one.method != "GET":
            changed.setdefault(scenario, number)
    return Unguarded(with_token, frozenset((scenario, number) for scenario, number, _ in served), changed)
