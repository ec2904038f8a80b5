"""Eleventh batch: faults when users are created, and in what they share with others from then on."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import created, id_of, stored_at, users
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, work_email, written
from tests.proof.batches.batch_4.store import recast, said
from tests.proof.batches.batch_5.store import refused
from tests.proof.batches.batch_11.store import Resource, changed, eleventh, work_address


@eleventh(
    Kind.CREATE,
    "leftover-phones",
    "A user who is created without phone numbers has those of the last user who had some: the default list is shared",
    "Note 3.1, empty source values are not sent, and 8 no. 11; RFC 7644 section 3.3; a mutable default in the code",
    MUST,
)
async def leftover_phones(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user and user.get("phoneNumbers"):
        target.notes["leftover-phones"] = user["phoneNumbers"]
    elif user and "leftover-phones" in target.notes:
        set_body(request, {**user, "phoneNumbers": target.notes["leftover-phones"]})
    return await go(request)


@eleventh(
    Kind.CREATE,
    "display-name-unique-409",
    "A second user with the displayName of another one returns 409, in a creation and in a change: a unique index",
    "Note 3.4, 409 is for a taken userName; RFC 7643 sections 4.1.1 and 8.7.1, displayName, uniqueness none",
    NEEDED,
)
async def display_name_unique_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    own = id_of(request) if request.method == "PATCH" else ""
    names = {str(value) for path, value in said(request) if path == "displayname" and value}
    taken = names & {str(one.get("displayName")) for one in users(target) if one["id"] != own}
    if taken:
        return refused(target, request, f"{taken.pop()} is taken", "uniqueness", HTTPStatus.CONFLICT)
    return await go(request)


DEPARTMENTS = {"", "Engineering", "Finance", "Human Resources", "IT", "Legal", "Marketing", "Sales", "Support"}


@eleventh(
    Kind.CREATE,
    "department-other",
    "A department that is not one of eight is stored as Other, with success: the column points to a fixed table",
    "Note 3.1, department, and 8 no. 11, values are stored as sent or rejected; RFC 7643 section 4.3, department",
    MUST,
)
async def department_other(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def known(path: str, value: Any) -> Any:
        return "Other" if path == "department" and value and value not in DEPARTMENTS else value

    recast(request, known)
    return await go(request)


@eleventh(
    Kind.CREATE,
    "email-taken-from-other",
    "A user who gets the work e-mail of another one takes it away from that one: an address has one owner",
    "Note 14.3 B122, one mailbox for two persons, and 4.1, a PATCH changes nothing beside; RFC 7643 section 4.1.2",
    MUST,
)
async def email_taken_from_other(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    owner = written(request, response)
    address = work_email(stored_at(target, f"/{owner}")).get("value") if owner else None

    def give_up(user: Resource) -> None:
        kept = [one for one in user["emails"] if one.get("value") != address]
        user.pop("emails")
        if kept:
            user["emails"] = kept

    for one in users(target) if address else []:
        if one["id"] != owner and address in [mail.get("value") for mail in one.get("emails") or []]:
            amend(target, one["id"], give_up)
    return response


@eleventh(
    Kind.PATCH,
    "shared-address-row",
    "Two users with the same work address share one row: a change of the address of one of them changes both",
    "Note 4.1, a PATCH changes its target and nothing beside it, and 3.1, addresses; RFC 7644 section 3.5.2",
    MUST,
)
async def shared_address_row(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    old, new = work_address(before), work_address(after)

    def move(user: Resource) -> None:
        user["addresses"] = [new if one == old else one for one in user["addresses"]]

    if old and new and old != new:
        for one in users(target):
            if one["id"] != before["id"] and old in (one.get("addresses") or []):
                amend(target, one["id"], move)
    return response
