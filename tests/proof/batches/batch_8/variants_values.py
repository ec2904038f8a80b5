"""Eighth batch: legal variants in what a server adds to users, and in what it takes."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.shapes import created, id_of, users
from tests.proof.batches.batch_2.store import work_email
from tests.proof.batches.batch_4.store import said, user_answers
from tests.proof.batches.batch_5.store import refused
from tests.proof.batches.batch_8.store import legal

LISTS = ("emails", "phoneNumbers", "addresses", "roles")


# RFC 7643 section 2.4: where primary is not said, it is false; to say so is the same.
@legal(
    "primary-false-told",
    "Every e-mail, phone, address and role that is not the primary one is returned with primary false",
    "RFC 7643 section 2.4, primary",
)
async def primary_false_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        for entry in (one for name in LISTS for one in user.get(name) or []):
            entry.setdefault("primary", False)
    return response


def _filled(request: ScimRequest, **defaults: Any) -> None:
    """Fill in what a creation of a user says nothing of, or has as null."""
    user = created(request)
    if user:
        said_of = {key.lower() for key, value in user.items() if value is not None}
        set_body(request, {**user, **{key: value for key, value in defaults.items() if key.lower() not in said_of}})


# RFC 7644 section 3.3 lets a server fill in what was not sent. A displayName that comes later takes its place.
@legal(
    "display-name-made",
    "A user who is created without a displayName has the part of the userName before the @ as displayName",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, displayName; note 3.1, empty values are not sent",
)
async def display_name_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName") or "")
    if name:
        _filled(request, displayName=name.partition("@")[0] or name)
    return await go(request)


# RFC 7644 section 3.3; Employee is one of the examples of RFC 7643 section 4.1.1.
@legal(
    "user-type-told",
    "A user who is created without a userType has the userType Employee",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, userType",
)
async def user_type_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _filled(request, userType="Employee")
    return await go(request)


# RFC 7644 section 3.3. preferredLanguage, which Entra maps, is left alone.
@legal(
    "time-zone-told",
    "A user who is created without timezone and locale has those of the workspace",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, locale and timezone",
)
async def time_zone_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _filled(request, timezone="Europe/Oslo", locale="nb-NO")
    return await go(request)


# RFC 7644 section 3.3; profileUrl is a reference to the profile of the user in the application.
@legal(
    "profile-page-told",
    "A user is returned with the address of a profile page in the application",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, profileUrl",
)
async def profile_page_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        user.setdefault("profileUrl", f"https://app.example/people/{user['id']}")
    return response


# RFC 7644 section 3.3; RFC 7643 section 4.1.2 has photo and thumbnail as the types.
@legal(
    "photo-made",
    "A user without photos is returned with a drawn one and its thumbnail",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.2, photos",
)
async def photo_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        address = f"https://app.example/avatars/{user['id']}.png"
        drawn = [{"type": kind, "value": address} for kind in ("photo", "thumbnail")]
        user.setdefault("photos", drawn)
    return response


# RFC 7643 section 4.1.2: entitlements are a thing that a user has, and no vocabulary is given. Entra does not send any
# (note 8 no. 22).
@legal(
    "seat-entitlement",
    "An active user is returned with an entitlement for a seat, and a disabled user without one",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.2, entitlements; note 8 no. 22",
)
async def seat_entitlement(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        if user.get("active") is True:
            user.setdefault("entitlements", [{"value": "seat", "display": "Seat", "type": "licence"}])
    return response


# The note's B122: e-mail addresses need not be unique by the RFC, and a vendor may ask for it. 409 says so.
@legal(
    "email-conflict-409",
    "An e-mail that is the work e-mail of another user returns 409 uniqueness, in a creation and in a change",
    "RFC 7644 sections 3.3 and 3.12, uniqueness; note 14.3 B122, a vendor's choice",
)
async def email_conflict_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = {str(value).lower() for path, value in said(request) if path == "emails.value" and value}
    others = {str(work_email(one).get("value")).lower() for one in users(target) if one["id"] != id_of(request)}
    if sent & others:
        return refused(target, request, "A user with this work e-mail exists", "uniqueness", HTTPStatus.CONFLICT)
    return await go(request)


LONGEST = 256
"""A userPrincipalName has at most 113 characters, and 145 with the 32 digits before it that a deletion adds."""


# RFC 7644 section 3.12, invalidValue: how long a value may be is for the server to say, and that it says so is what the
# note's 8 no. 11 asks for.
@legal(
    "user-name-limit",
    "A userName of more than 256 characters returns 400 invalidValue with the limit in its detail",
    "RFC 7644 section 3.12, invalidValue; note 8 no. 11",
)
async def user_name_limit(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path == "username" and len(str(value)) > LONGEST for path, value in said(request)):
        return refused(target, request, f"userName has more than {LONGEST} characters", "invalidValue")
    return await go(request)


HEADQUARTERS = {"type": "other", "formatted": "Storgata 1, 0155 Oslo", "locality": "Oslo", "country": "NO"}


# RFC 7644 section 3.3 lets a server add; types stay unique (note 8 no. 17), and what is sent as other takes precedence.
@legal(
    "headquarters-added",
    "Every user has a further address of type other: that of the headquarters",
    "RFC 7644 section 3.3; RFC 7643 sections 2.4 and 4.1.2, addresses; note 8 no. 17",
)
async def headquarters_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        _added(user, "addresses", HEADQUARTERS)
    return response


def _added(user: dict[str, Any], name: str, entry: dict[str, Any]) -> None:
    found = user.get(name) or []
    if not any(one.get("type") == entry["type"] for one in found):
        user[name] = [dict(entry), *found]


# RFC 7644 section 3.3, as above; a list has no order (RFC 7643 section 2.4), so the first one need not be one that was
# sent.
@legal(
    "switchboard-added",
    "Every user has a further phone number of type other, the first in the list: that of the switchboard",
    "RFC 7644 section 3.3; RFC 7643 sections 2.4 and 4.1.2, phoneNumbers; note 8 no. 17",
)
async def switchboard_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        _added(user, "phoneNumbers", {"type": "other", "value": "+47 22 00 00 00"})
    return response
