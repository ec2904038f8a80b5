"""Before the run: is the target reachable, and does it respond to Entra's requests?

The first query is sent exactly as Entra sends it. If it fails, control requests follow: the same with User-Agent and
Accept, a plain list, one unknown id. Any usable SCIM response to them means that the target works, and the failed query
is a deviation. Without one, nothing can be judged, and one sentence says why and what to do.
"""

import uuid
from collections.abc import Callable

import msgspec

from scim_conformance import __version__
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import probe_query
from scim_conformance.scenario.blocking import Blocker, blocker, unanswered
from scim_conformance.scenario.exchange import Answer, Exchange, Headers, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.words import quoted
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements

POLITE: Headers = (
    ("User-Agent", f"scim-conformance/{__version__}"),
    ("Accept", "application/scim+json, application/json"),
)
"""What a browser or a script would send, and Entra does not."""

USUAL: Headers = (*POLITE, ("Content-Type", "application/scim+json"))
"""What many clients of a vendor's API send with every request; a GET has no body that it could describe."""


class Gate(msgspec.Struct, frozen=True):
    """The result of the preflight: open, or why not. `blocked_by` names the scenario if only Entra's request fails."""

    open: bool = True
    reason: str | None = None
    blocked_by: Blocker | None = None

    @property
    def owner(self) -> str | None:
        """The scenario that runs anyway, because it shows the problem; None: nothing can be judged."""
        return None if self.blocked_by is None else self.blocked_by.scenario


def look(send: Callable[[Outgoing], Exchange], profile: Profile, place: str, *, issued: bool = False) -> Gate:
    """Send the query, and the control requests if it fails. `issued`: the token comes from a token endpoint."""
    query = probe_query(profile, str(uuid.uuid4()))
    probe = Outgoing("GET", f"/Users?{query}")
    try:
        exchange = send(probe)
        answer = _answer(exchange)
        if is_list(answer):
            return Gate()
        if is_list(_polite(send, probe.target)):
            reason = f"the target refuses requests without User-Agent and Accept ({_seen(answer)})"
            return Gate(open=False, reason=reason, blocked_by=blocker(exchange, "ENT-CON-01"))
        if _may_be_headers(answer.status) and is_list(_usual(send, probe.target)):
            reason = (
                "the target refuses requests with the header ADSCIMVersion, or GET requests without Content-Type "
                f"({_seen(answer)})"
            )
            return Gate(open=False, reason=reason, blocked_by=blocker(exchange, "ENT-CON-01"))
        controls = ("/Users?startIndex=1&count=1", f"/Users/{uuid.uuid4()}")
        usable = [control for control in controls if _usable(_polite(send, control))]
    except TransportFailure as failure:
        return Gate(open=False, reason=failure.sentence, blocked_by=unanswered(probe, failure))
    if usable:
        return Gate()
    return Gate(open=False, reason=_sentence(answer, place, issued=issued), blocked_by=blocker(exchange))


def _answer(exchange: Exchange) -> Answer:
    assert exchange.answer is not None
    return exchange.answer


def _polite(send: Callable[[Outgoing], Exchange], target: str) -> Answer:
    return _answer(send(Outgoing("GET", target, POLITE, by=Sender.HARNESS)))


def _usual(send: Callable[[Outgoing], Exchange], target: str) -> Answer:
    return _answer(send(Outgoing("GET", target, USUAL, by=Sender.HARNESS, plain=True)))


def is_list(answer: Answer) -> bool:
    """Return whether a response is a SCIM list with status 200."""
    body = answer.json
    return answer.status == 200 and isinstance(body, dict) and "totalResults" in body


def _may_be_headers(status: int) -> bool:
    """Return whether a refusal may be about headers: not about the token, the path or the load."""
    return 400 <= status < 500 and status not in _BY_STATUS


def _usable(answer: Answer) -> bool:
    """Return whether a response is SCIM: a list, or the SCIM error for an unknown id."""
    return is_list(answer) or (answer.status == 404 and _is_scim_error(answer))


def _is_scim_error(answer: Answer) -> bool:
    return isinstance(answer.json, dict) and urns.ERROR in elements(answer.json.get("schemas"))


def _seen(answer: Answer) -> str:
    words = quoted(answer)
    seen = f"status {answer.status}, {_media(answer)}"
    return seen if words is None else f"{seen}, {words}"


def _media(answer: Answer) -> str:
    return (answer.header("Content-Type") or "no Content-Type").partition(";")[0][:60]


def _sentence(answer: Answer, place: str, *, issued: bool) -> str:
    seen = _seen(answer)
    if 300 <= answer.status < 400:
        where = (answer.header("Location") or "nowhere")[:120]
        return (
            f"{place} redirects to {where} ({seen}): specify the URL of the SCIM base itself, such as "
            "https://host/scim/v2"
        )
    said = _BY_STATUS.get(answer.status) or (_FAILS if answer.status >= 500 else None)
    said = _ISSUED if issued and said is _TOKEN else said
    if said is None and ("html" in _media(answer).lower() or (answer.unreadable or "").startswith("an HTML")):
        said = "returns an HTML page ({seen}): is the tenant URL the SCIM base, not the web site's URL?"
    said = said or "does not respond as a SCIM service provider ({seen}): check the tenant URL"
    return f"{place} {said.format(seen=seen)}"


_TOKEN = "refuses the token ({seen}): set SCIM_CONFORMANCE_TOKEN to the secret token, or issue a new one"  # noqa: S105
_ISSUED = "refuses the token from the token endpoint ({seen}): is it for this target, with the right --scope?"
_FAILS = "fails on every request ({seen}): check the target's log, then run again"
_BY_STATUS = {
    401: _TOKEN,
    403: _TOKEN,
    404: "has no /Users below this tenant URL ({seen}): check the path, which is often /scim/v2",
    429: "throttles ({seen}): wait, then run with --rate",
}
