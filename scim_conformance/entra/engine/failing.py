"""What an answer that is no success means: the code of the provisioning log, and when the object is tried again.

Source: Microsoft, "How to analyze the Microsoft Entra provisioning logs" (the codes), "Application provisioning in
quarantine status" (the retries).
"""

from http import HTTPStatus
from typing import Any

from scim_conformance.entra.engine.model import NoAnswer, Problem, Reply, Retry
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.words import said
from scim_conformance.scim.paths import elements, member

_FAMILY = "SystemForCrossDomainIdentityManagement"
INCOMPATIBLE = f"{_FAMILY}ServiceIncompatible"

_CODES = {
    401: (f"{_FAMILY}InvalidCredentials", Retry.NEXT_CYCLE),
    403: ("InsufficientRights", Retry.ESCROW),
    404: ("InvalidAnchor", Retry.ESCROW),
    405: ("MethodNotAllowed", Retry.ESCROW),
    409: ("EntryConflict", Retry.ESCROW),
    422: ("UnprocessableEntity", Retry.ESCROW),
    429: ("TooManyRequests", Retry.NEXT_CYCLE),
    501: ("NotImplemented", Retry.ESCROW),
}

NOT_OURS = "not-ours"
"""The kind of a `NoAnswer` for a request that the harness did not send, since it would write to a foreign account."""

_TRANSPORT, _BROKEN = {"timeout": "Timeout"}, "WebExceptionProtocolError"

SILENT = frozenset({*_TRANSPORT.values(), _BROKEN})
"""The codes of requests that got no response."""

MOST_SILENT = 3
"""Requests in a row without a response after which a cycle stops: the target is not there any more. The number is ours,
so that a rehearsal of thousands of users does not wait for each of them."""


def is_silent(reply: Reply) -> bool:
    """Return whether a request got no response."""
    return isinstance(reply, NoAnswer) and reply.kind != NOT_OURS


def of(reply: Reply, method: str, *, searching: bool = False) -> Problem | None:
    """Return what failed, or None. `searching`: a match query, of which a 404 stops the cycle."""
    if isinstance(reply, NoAnswer):
        return _silent(reply)
    if reply.ok or (reply.status == 404 and method == "DELETE"):
        return None
    if reply.status == 404 and searching:
        return Problem(INCOMPATIBLE, _reason(reply), Retry.NEXT_CYCLE, stops=True)
    code, retry = _CODES.get(reply.status, _usual(reply.status))
    return Problem(code, _reason(reply), retry, stops=reply.status == 401)


def _usual(status: int) -> tuple[str, Retry]:
    return ("InternalServerError", Retry.NEXT_CYCLE) if status >= 500 else (f"{_FAMILY}BadRequest", Retry.ESCROW)


def _silent(reply: NoAnswer) -> Problem:
    if reply.kind == NOT_OURS:
        # Ours: the harness did not send it, because the resource is not known to belong to this run.
        return Problem("NotSentByHarness", reply.sentence)
    return Problem(_TRANSPORT.get(reply.kind, _BROKEN), reply.sentence, Retry.NEXT_CYCLE)


def _reason(answer: Answer) -> str:
    """Return the reason as Entra shows it to administrators: the target's own words at the end."""
    try:
        phrase = HTTPStatus(answer.status).phrase.replace(" ", "")
    except ValueError:
        phrase = str(answer.status)
    words = said(answer) or ""
    return (
        f"StatusCode: {phrase} Message: Processing of the HTTP request resulted in an exception. Please see the HTTP "
        f"response returned by the 'Response' property of this exception for details. Web Response: {words}"
    ).rstrip()


def incompatible(what: str) -> Problem:
    """Return the problem of a response whose status is success, and whose body is no SCIM."""
    return Problem(INCOMPATIBLE, what)


def hits(answer: Answer) -> list[Any] | None:
    """Return the resources that a match found, or None if the answer is no list of resources with ids."""
    body = answer.json
    if not isinstance(body, dict) or member(body, "totalResults") is None:
        return None
    found = elements(member(body, "Resources"))
    return found if all(member(one, "id") not in (None, "") for one in found) else None
