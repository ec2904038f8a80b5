"""Twelfth batch: faults in what a change does to e-mails and addresses, and to what is beside them."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, verb
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend, work_email
from tests.proof.batches.batch_4.store import typed, user_answers
from tests.proof.batches.batch_11.store import changed, work_address
from tests.proof.batches.batch_12.store import Resource, twelfth


def _changed_email(before: Resource, after: Resource) -> bool:
    """Tell whether a user had a work e-mail, and has another one now."""
    had, has = (work_email(one).get("value") for one in (before, after))
    return bool(had and has) and had != has


@twelfth(
    Kind.PATCH,
    "changed-email-not-primary",
    "A work e-mail that is changed is no longer the primary one",
    'Captain-P-Goldfish/SCIM-SDK#668, after the replace of emails[type eq "work"].value primary is false',
    MUST,
)
async def changed_email_not_primary(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if _changed_email(before, after) and work_email(after).get("primary"):
        amend(target, before["id"], lambda user: work_email(user).update(primary=False), response)
    return response


@twelfth(
    Kind.PATCH,
    "changed-email-as-text",
    "A work e-mail that was changed is returned as a bare text among the e-mails",
    "wso2/product-is#7304, after an edit emails has an object and a plain string side by side; RFC 7643 section 2.4",
    MUST,
)
async def changed_email_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    edited: set[str] = target.notes.setdefault("changed-email-as-text", set())
    response, before, after = await changed(target, request, go)
    if _changed_email(before, after):
        edited.add(before["id"])
    for user in user_answers(request, response):
        if user["id"] in edited and user.get("emails"):
            user["emails"] = [one["value"] if one.get("type") == "work" else one for one in user["emails"]]
    return response


@twelfth(
    Kind.PATCH,
    "first-email-at-top-level",
    "The first e-mail, if a change adds it, is returned beside emails: as value",
    "simpleidserver/SimpleIdServer#376, without an e-mail at first, and after the PATCH it is a top level key",
    MUST,
)
async def first_email_at_top_level(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    loose: dict[str, Resource] = target.notes.setdefault("first-email-at-top-level", {})
    response, before, after = await changed(target, request, go)
    if before and not before.get("emails") and after.get("emails"):
        loose[before["id"]] = dict(after["emails"][0])
        amend(target, before["id"], lambda user: user.pop("emails", None), response)
    for user in user_answers(request, response):
        user.update(loose.get(str(user["id"]), {}))
    return response


@twelfth(
    Kind.PATCH,
    "added-email-takes-primary",
    "An e-mail that is added becomes the primary one in place of the work one",
    "simstudioai/sim#7567, review: an e-mail that PATCH adds without primary is promoted, the present one is demoted",
    MUST,
)
async def added_email_takes_primary(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    kinds = {one.get("type") for one in before.get("emails") or []}
    new = {one.get("type") for one in after.get("emails") or []} - kinds if kinds else set()

    def take(user: Resource) -> None:
        for one in user.get("emails") or []:
            one["primary"] = one.get("type") in new

    if new:
        amend(target, before["id"], take, response)
    return response


def _parts(request: ScimRequest) -> list[str]:
    """Return the parts of the work address that a PATCH sets by their paths."""
    found = [typed(one) for one in changes(request) if verb(one) != "remove"]
    return [one[2] for one in found if one and one[:2] == ("addresses", "work")]


@twelfth(
    Kind.PATCH,
    "address-of-each-part",
    "Parts of a new work address that come in one PATCH become an address each",
    "Captain-P-Goldfish/SCIM-SDK#680 and simpleidserver/SimpleIdServer#808, Entra's adds by sub-attribute",
    MUST,
)
async def address_of_each_part(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    parts = _parts(request)
    response, before, after = await changed(target, request, go)
    whole = work_address(after) if before and not work_address(before) else {}
    if len(parts) < 2 or not whole:
        return response

    def split(user: Resource) -> None:
        others = [one for one in user["addresses"] if one.get("type") != "work"]
        user["addresses"] = [*others, *({"type": "work", part: whole[part]} for part in parts if part in whole)]

    amend(target, before["id"], split, response)
    return response
