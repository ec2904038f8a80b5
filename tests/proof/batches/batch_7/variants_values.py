"""Seventh batch: legal variants in what is stored, and in what is filled in where nothing was sent."""

import re
import unicodedata
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.shapes import created, filter_of
from tests.proof.batches.batch_2.store import amend, written
from tests.proof.batches.batch_4.store import recast, user_answers
from tests.proof.batches.batch_6.store import queried
from tests.proof.batches.batch_7.store import legal


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# RFC 7644 section 5 asks for the preparation of RFC 7613 of user names, whose profiles normalize to NFC. To Entra both
# forms are one name: the search for either finds the user.
@legal(
    "user-name-composed",
    "A userName with combining accents is stored with composed letters, and a search for either finds the user",
    "RFC 7644 section 5; RFC 8265 section 3.3.2, NFC; note 2.2",
)
async def user_name_composed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(request, lambda path, value: _composed(value) if path == "username" and isinstance(value, str) else value)
    if queried(request) == "User":
        request.query = {**request.query, "filter": _composed(filter_of(request))}
    return await go(request)


# RFC 7644 section 3.3 lets a server fill in what was not sent. Entra sends nothing for an empty surname (note 3.1), and
# a surname that comes later replaces the dash.
@legal(
    "family-name-placeholder",
    "A user who is created without a family name has the family name “-”",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1; note 3.1, empty values are not sent",
)
async def family_name_placeholder(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    name = user.get("name") or {}
    if user and not name.get("familyName"):
        set_body(request, {**user, "name": {**name, "familyName": "-"}})
    return await go(request)


# RFC 7643 section 4.1.1: what active means is for the server to say, and no default is named. Entra sends it in every
# creation (note 3.2), even where its mapping was removed (3.1).
@legal(
    "active-absent-is-inactive",
    "A user who is created without active is inactive",
    "RFC 7643 section 4.1.1, active; note 3.1 and 3.2, active is always sent",
)
async def active_absent_is_inactive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user and "active" not in user:
        set_body(request, {**user, "active": False})
    return await go(request)


# RFC 7643 section 4.1.2: phoneNumbers.display is for display alone; the value stays as it was sent (note 8 no. 11).
@legal(
    "phones-displayed",
    "Each phone number is returned with a display of the server's own, in digits; the value is as it was sent",
    "RFC 7643 sections 2.4 and 4.1.2, phoneNumbers.display; RFC 7644 section 3.3",
)
async def phones_displayed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        for phone in user.get("phoneNumbers") or []:
            phone.setdefault("display", re.sub(r"\D", "", str(phone.get("value"))) or "no number")
    return response


TAG = re.compile(r"([a-z]{2,3})-([a-z]{2})", re.IGNORECASE)


# RFC 5646 section 2.1.1: tags are not case-sensitive, and en-US is how they are written; RFC 7643 section 4.1.1 points
# to it by way of Accept-Language. Entra sends en-US in nearly all cases.
@legal(
    "language-canonical",
    "A language tag is stored with the usual letter case: EN-us is returned as en-US",
    "RFC 5646 section 2.1.1; RFC 7643 section 4.1.1, preferredLanguage",
)
async def language_canonical(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def canonical(path: str, value: Any) -> Any:
        tag = TAG.fullmatch(value) if path in {"preferredlanguage", "locale"} and isinstance(value, str) else None
        return f"{tag[1].lower()}-{tag[2].upper()}" if tag else value

    recast(request, canonical)
    return await go(request)


# RFC 7644 section 3.3 lets a server fill in; Entra does not send employeeNumber for people without an employeeId.
@legal(
    "number-generated",
    "A user who is created without an employeeNumber has the next one of the server's own",
    "RFC 7644 section 3.3; RFC 7643 section 4.3; note 3.1, empty values are not sent",
)
async def number_generated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    extension = user.get(ENTERPRISE) or {}
    if user and not extension.get("employeeNumber"):
        number = target.notes["number-generated"] = target.notes.get("number-generated", 1000) + 1
        schemas = [*dict.fromkeys([*(user.get("schemas") or []), ENTERPRISE])]
        set_body(request, {**user, "schemas": schemas, ENTERPRISE: {**extension, "employeeNumber": f"E-{number}"}})
    return await go(request)


# RFC 7644 section 3.3 lets a server fill in. Nothing that was sent is changed, and a later change of displayName leaves
# the names alone.
@legal(
    "name-made",
    "A user who is created with a displayName of two words and without a name has given and family name made of it",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, name; note 3.1, empty values are not sent",
)
async def name_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    first, _, rest = str(user.get("displayName") or "").partition(" ")
    if rest and not user.get("name"):
        set_body(request, {**user, "name": {"givenName": first, "familyName": rest}})
    return await go(request)


# RFC 7643 section 2.4: primary may be filled in, once at most. A role that is sent as the primary one stays it.
@legal(
    "role-primary-chosen",
    "Where no role says whether it is primary, the first one is returned as the primary role",
    "RFC 7643 section 2.4, primary; RFC 7644 section 3.3; note 4.4",
)
async def role_primary_chosen(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def choose(user: dict[str, Any]) -> None:
        roles = user.get("roles") or []
        if roles and not any("primary" in one for one in roles):
            roles[0]["primary"] = True

    response = await go(request)
    amend(target, written(request, response), choose, response)
    return response


# RFC 7643 section 2.4: the same type and value SHOULD NOT be returned more than once. Entra has one value of each type
# (note 8 no. 17).
@legal(
    "equal-pairs-once",
    "Of e-mails, phones and roles with the same type and value the first one is kept",
    "RFC 7643 section 2.4, the same (type, value) more than once; note 8 no. 17",
)
async def equal_pairs_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def once(user: dict[str, Any]) -> None:
        for name in {"emails", "phoneNumbers", "roles"} & set(user):
            pairs: dict[tuple[Any, Any], Any] = {}
            for one in user[name] or []:
                pairs.setdefault((one.get("type"), one.get("value")), one)
            user[name] = list(pairs.values())

    response = await go(request)
    amend(target, written(request, response), once, response)
    return response
