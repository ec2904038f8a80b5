"""Faults in which a change of one e-mail address changes which of them is the primary one."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import WORK, op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, id_of, record_of

MAILS = [{"type": "work", "value": "jo@example.com", "primary": True}, {"type": "other", "value": "o@example.com"}]


def _mails(target: Target, request: ScimRequest) -> list[Any]:
    """Return the addresses of the user that a PATCH names, as they are stored."""
    found = record_of(target, id_of(request)) if changes(request) else None
    return [] if found is None else [*(found.emails or [])]


@defect(
    Kind.PATCH,
    "changed-email-demoted",
    "A work e-mail that changes is no longer the primary one",
    "Captain-P-Goldfish/SCIM-SDK#668",
    named="ENT-UPD-06/legacy/emails#read-back.kept.primary",
)
async def changed_email_demoted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = {str(one.value) for one in _mails(target, request)}
    response = await go(request)
    for one in _mails(target, request) if before else []:
        if str(one.value) not in before:
            one.primary = False
    return response


@probe("changed-email-demoted")
def changed_email_demoted_shows(wire: Wire) -> bool:
    found = changed_user(wire, replaced(WORK, "new@example.com"), emails=MAILS)["emails"]
    return [one.get("primary") for one in found if one["type"] == "work"] == [False]


@defect(
    Kind.PATCH,
    "third-email-promoted",
    "An e-mail that is added takes the place of the primary one",
    "simstudioai/sim#7567",
    named="ENT-UPD-06/legacy/emails#read-third.kept.primary",
)
async def third_email_promoted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = len(_mails(target, request))
    response = await go(request)
    mails = _mails(target, request)
    if before and len(mails) > before:
        for one in mails:
            one.primary = one is mails[-1]
    return response


@probe("third-email-promoted")
def third_email_promoted_shows(wire: Wire) -> bool:
    added = op("add", 'emails[type eq "home"].value', "home@example.com")
    found = changed_user(wire, added, emails=MAILS)["emails"]
    return [one.get("primary") for one in found] == [False, False, True]
