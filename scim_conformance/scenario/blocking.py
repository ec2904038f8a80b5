"""Which request blocks an inconclusive scenario, and what the target returned."""

import msgspec

from scim_conformance.scenario.exchange import Exchange, Outgoing, RefusedByHarness, TransportFailure
from scim_conformance.scenario.situation import Situation
from scim_conformance.scenario.words import said


class Blocker(msgspec.Struct, frozen=True, kw_only=True):
    """Why a scenario could not be judged: the request that failed, and the deviation that explains it."""

    scenario: str | None = None
    """The id of the scenario that judges such a request and deviates; None if none does, for example if no response
    arrived."""
    request: str | None = None
    """Method and URL of the request that failed; None if none was sent."""
    status: int | None = None
    words: str = ""
    """What the target said, or why no response arrived: at most `MOST_WORDS` characters."""
    key: str = ""
    """The key of the check that failed, such as `status`; empty if nothing was judged."""
    situation: Situation = Situation()
    """What that check would have judged."""
    check: str = ""
    """The id of the deviation that explains it; empty if none does (see `verdict.tracing`)."""


STATUS = "status"
"""The key of the check on the status of a response."""

NOWHERE = Situation()
"""Nothing is known about what was judged."""


MOST_WORDS = 300
"""Characters that are kept of what a target said about a request that blocks a scenario."""


def blocker(
    exchange: Exchange | None,
    scenario: str | None = None,
    *,
    key: str = STATUS,
    situation: Situation = NOWHERE,
    words: str | None = None,
) -> Blocker:
    """Return what blocks a scenario: a request with a different response than the scenario needs.

    `scenario`: the one that judges it, where that is known; `key`: the check that fails, and `situation` what it
    judges; `words`: what is wrong, if the target's error does not say it.
    """
    answer = None if exchange is None else exchange.answer
    if exchange is None or answer is None:
        return Blocker(scenario=scenario, words=words or "", key=key, situation=situation)
    request, told = f"{exchange.request.method} {exchange.request.url}", _short(words or said(answer) or "")
    return Blocker(scenario=scenario, request=request, status=answer.status, words=told, key=key, situation=situation)


def unanswered(outgoing: Outgoing, failure: Exception) -> Blocker:
    """Return what blocks a scenario: a request that got no response, or was not sent at all."""
    exchange = failure.exchange if isinstance(failure, TransportFailure) else None
    url = outgoing.target if exchange is None else exchange.request.url
    if isinstance(failure, RefusedByHarness):
        return Blocker(scenario=failure.because, words=_short(str(failure)))
    owner = failure.owner if isinstance(failure, TransportFailure) else None
    return Blocker(scenario=owner, request=f"{outgoing.method} {url}", words=_short(str(failure)))


def unanswered_by(failure: TransportFailure) -> Blocker:
    """Return what blocks everything: a target that does not come back, and the request with which that started."""
    request = None if failure.exchange is None else failure.exchange.request
    return Blocker(
        request=None if request is None else f"{request.method} {request.url}", words=_short(failure.sentence)
    )


def in_words(by: Blocker, base: str = "", known: str = "") -> str:
    """Return what blocks a scenario: `the request: POST /Users returned 400: …`.

    `base`: the tenant URL, which is omitted; `known`: what was already reported, and is not repeated.
    """
    if by.request is None:
        return by.scenario or by.words
    method, _, url = by.request.partition(" ")
    answered = "got no response" if by.status is None else f"returned {by.status}"
    shown = f"the request: {method} {url.removeprefix(base) if base else url} {answered}"
    return f"{shown}: {by.words}" if by.words and by.words not in known else shown


def _short(text: str) -> str:
    return " ".join(text.split())[:MOST_WORDS]
