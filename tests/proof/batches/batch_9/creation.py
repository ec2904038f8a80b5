"""Ninth batch: faults when users are created, and in what becomes of their phones."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, refusal
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_4.store import said, typed, user_answers
from tests.proof.batches.batch_5.store import kind_of, refused, succeeded
from tests.proof.batches.batch_9.store import KINDS, ninth


@ninth(
    Kind.CREATE,
    "id-before-flush",
    "A creation returns 201 with id null, because the row is written after the answer is made; every read has the id",
    "Note 3.2, id in the answer, and 8 no. 10; RFC 7643 section 3.1, id; RFC 7644 section 3.3",
    MUST,
)
async def id_before_flush(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = request.method == "POST" and kind_of(request) in KINDS
    response = await go(request)
    if creates and response.body is not None and "id" in response.body:
        response.body["id"] = None
    return response


@ninth(
    Kind.CREATE,
    "name-formatted-400",
    "name.formatted in a creation or in a change returns 400 mutability: the vendor makes it of given and family name",
    "Note 3.1, the default mapping, and 14.4 B131; RFC 7643 section 4.1.1, name.formatted, and 8.7.1, readWrite",
    NEEDED,
)
async def name_formatted_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path == "name.formatted" for path, _ in said(request)):
        return refused(target, request, "name.formatted is read-only", "mutability")
    return await go(request)


@ninth(
    Kind.CREATE,
    "fax-400",
    "A phone number of type fax returns 400: the enumeration has work, home, mobile and other",
    "Note 3.1, the default mapping; RFC 7643 section 4.1.2, phoneNumbers, fax is a canonical type",
    NEEDED,
)
async def fax_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [found[:2] for one in changes(request) if (found := typed(one))]
    if ("phonenumbers.type", "fax") in said(request) or ("phoneNumbers", "fax") in named:
        return refused(target, request, "fax is not one of work, home, mobile, other", "invalidValue")
    return await go(request)


GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@ninth(
    Kind.CREATE,
    "external-id-guid-only",
    "An externalId of a user that is no GUID returns 400: the column has the type uuid",
    "Note 3.1, mailNickname is the default source, and 14.3 B46; RFC 7643 section 3.1, externalId is the client's",
    NEEDED,
)
async def external_id_guid_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [
        value for path, value in said(request) if path == "externalid" and value and not GUID.fullmatch(str(value))
    ]
    if wrong:
        return refused(target, request, f"externalId is not a valid UUID: {wrong[0]}", "invalidValue")
    return await go(request)


@ninth(
    Kind.CREATE,
    "welcome-mail-500",
    "Creating a user who has an e-mail returns 500, and the user is there: the mail of welcome could not be sent",
    "Note 3.2, 201, and 9.3, 500 is retried; RFC 7644 section 3.3, a creation that succeeds returns 201",
    MUST,
)
async def welcome_mail_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    mails = bool(created(request).get("emails"))
    response = await go(request)
    if mails and succeeded(response):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "SMTP connection refused")
    return response


SWAPPED = {"mobile": "fax", "fax": "mobile"}


@ninth(
    Kind.CREATE,
    "mobile-and-fax-swapped",
    "The mobile number is returned as fax and the fax number as mobile: two lines of the mapping were copied wrongly",
    "Note 3.1, the default mapping, and 8 no. 11; RFC 7643 section 4.1.2, phoneNumbers",
    MUST,
)
async def mobile_and_fax_swapped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        for phone in user.get("phoneNumbers") or []:
            if phone.get("type") in SWAPPED:
                phone["type"] = SWAPPED[phone["type"]]
    return response
