"""Before the run: is the target alive, and does it answer as it would answer Entra?

First the probe as Entra sends it. If that fails, controls follow: the same with User-Agent and Accept, a plain listing,
one unknown id. Any usable SCIM answer to a control means that the target is alive, and the failed probe is a deviation.
None: nothing can be judged, and one sentence says why and what to do.
"""

import uuid
from collections.abc import Callable

import msgspec

from scim_conformance import __version__
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.world import user_query
from scim_conformance.scenario.exchange import Answer, Exchange, Headers, Outgoing, Sender, TransportFailure
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements

POLITE: Headers = (
    ("User-Agent", f"scim-conformance/{__version__}"),
    ("Accept", "application/scim+json, application/json"),
)
"""What a browser or a script would send, and Entra does not."""


class Gate(msgspec.Struct, frozen=True):
    """What the preflight found: open, or why not. `blocked_by` is the scenario that shows a fault only Entra meets."""

    open: bool = True
    reason: str | None = None
    blocked_by: str | None = None


def look(send: Callable[[Outgoing], Exchange], profile: Profile, place: str, *, issued: bool = False) -> Gate:
    """Send the probe, and the controls if it fails. `issued`: the token comes from a token endpoint."""
    query = user_query(profile.user.matching[0].target, str(uuid.uuid4()))
    try:
        answer = _answer(send, Outgoing("GET", f"/Users?{query}"))
        if is_list(answer):
            return Gate()
        if is_list(_answer(send, Outgoing("GET", f"/Users?{query}", POLITE, by=Sender.HARNESS))):
            reason = f"the target refuses requests without User-Agent and Accept ({_seen(answer)})"
            return Gate(open=False, reason=reason, blocked_by="ENT-CON-01")
        controls = ("/Users?startIndex=1&count=1", f"/Users/{uuid.uuid4()}")
        usable = [control for control in controls if _usable(_polite(send, control))]
    except TransportFailure as failure:
        return Gate(open=False, reason=failure.sentence)
    return Gate() if usable else Gate(open=False, reason=_sentence(answer, place, issued=issued))


def _answer(send: Callable[[Outgoing], Exchange], outgoing: Outgoing) -> Answer:
    answer = send(outgoing).answer
    assert answer is not None
    return answer


def _polite(send: Callable[[Outgoing], Exchange], target: str) -> Answer:
    return _answer(send, Outgoing("GET", target, POLITE, by=Sender.HARNESS))


def is_list(answer: Answer) -> bool:
    """Tell whether an answer is a list as SCIM has it, with status 200."""
    body = answer.json
    return answer.status == 200 and isinstance(body, dict) and "totalResults" in body


def _usable(answer: Answer) -> bool:
    """Tell whether an answer is SCIM: a list, or the SCIM error for an unknown id."""
    body = answer.json
    is_error = isinstance(body, dict) and urns.ERROR in elements(body.get("schemas"))
    return is_list(answer) or (answer.status == 404 and is_error)


def _seen(answer: Answer) -> str:
    media = (answer.header("Content-Type") or "no Content-Type").partition(";")[0][:60]
    return f"status {answer.status}, {media}"


def _sentence(answer: Answer, place: str, *, issued: bool) -> str:
    seen = _seen(answer)
    if 300 <= answer.status < 400:
        where = (answer.header("Location") or "nowhere")[:120]
        return (
            f"{place} redirects to {where} ({seen}): give the URL of the SCIM base itself, such as https://host/scim/v2"
        )
    said = _BY_STATUS.get(answer.status) or (_FAILS if answer.status >= 500 else None)
    said = _ISSUED if issued and said is _TOKEN else said
    if said is None and ("html" in seen or (answer.unreadable or "").startswith("an HTML")):
        said = "answers with an HTML page ({seen}): is the tenant URL the SCIM base, and not the site's?"
    said = said or "does not answer as a SCIM service provider ({seen}): check the tenant URL"
    return f"{place} {said.format(seen=seen)}"


_TOKEN = "refuses the token ({seen}): give the secret token in SCIM_CONFORMANCE_TOKEN, or a new one"  # noqa: S105
_ISSUED = "refuses the token that the token endpoint gave ({seen}): is it for this target, with the right --scope?"
_FAILS = "fails on every request ({seen}): look into the target's log, then run again"
_BY_STATUS = {
    401: _TOKEN,
    403: _TOKEN,
    404: "has no /Users below this tenant URL ({seen}): check the path, often /scim/v2",
    429: "throttles ({seen}): wait, and run with --rate",
}
