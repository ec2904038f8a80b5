"""Ninth batch: legal variants in what a server adds to users and to groups."""

from datetime import UTC, datetime
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.shapes import created, id_of, is_write, of_type
from tests.proof.batches.batch_2.store import dumps, members
from tests.proof.batches.batch_4.store import group_answers, user_answers
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_9.store import legal


# RFC 7644 section 3.3 lets a server fill in what was not sent. A nickName that comes later takes its place.
@legal(
    "nick-name-made",
    "A user who is created without a nickName has the givenName as nickName, or else what is before the @",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, nickName",
)
async def nick_name_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user and "nickname" not in {key.lower() for key, value in user.items() if value is not None}:
        name = user.get("name")
        given = name.get("givenName") if isinstance(name, dict) else None
        set_body(request, {**user, "nickName": given or str(user.get("userName") or "").partition("@")[0]})
    return await go(request)


# RFC 7644 section 3.3. preferredLanguage, which Entra maps, is left as it was sent.
@legal(
    "locale-follows-language",
    "A user with a preferredLanguage and without a locale is returned with that language as locale, and it follows",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.1, locale and preferredLanguage",
)
async def locale_follows_language(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        if user.get("preferredLanguage"):
            user.setdefault("locale", user["preferredLanguage"])
    return response


# RFC 7644 section 3.3; ims is an attribute of RFC 7643 section 4.1.2, and xmpp one of its types.
@legal(
    "chat-handle-made",
    "A user without ims is returned with an address of the chat of the application",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.2, ims",
)
async def chat_handle_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        user.setdefault("ims", [{"type": "xmpp", "value": f"{user['id']}@chat.example"}])
    return response


SECURITY = "urn:example:params:scim:schemas:extension:security:1.0:User"
FACTS: dict[str, Any] = {
    "mfaEnrolled": False,
    "failedLogins": 0,
    "riskScore": 0.25,
    "passwordExpires": "2027-06-30T00:00:00Z",
    "keys": [{"kind": "passkey", "counter": 7, "backedUp": True}, {"kind": "totp", "counter": 0, "backedUp": False}],
}


# RFC 7643 section 3.3: an extension of the server's own, whose attributes may have each of the types of section 2.3.
@legal(
    "security-facts-shown",
    "A user is returned with an extension of the server's own: a boolean, numbers, a date and a list of objects",
    "RFC 7643 sections 2.3, 3 and 3.3; RFC 7644 section 3.3",
)
async def security_facts_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        user |= {SECURITY: FACTS, "schemas": [*(user.get("schemas") or []), SECURITY]}
    return response


ROOM = "urn:example:params:scim:schemas:extension:room:1.0:Group"


# RFC 7643 section 3.3, as above, for groups. It is returned where members are left out too.
@legal(
    "room-shown",
    "A group is returned with the description, the owner and the visibility of its room in an extension",
    "RFC 7643 sections 3 and 3.3; RFC 7644 section 3.3",
)
async def room_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for group in group_answers(request, response) if "attributes" not in request.query else []:
        room = {"description": "", "visibility": "private", "owner": {"value": "workspace", "display": "Workspace"}}
        group |= {ROOM: room, "schemas": [*(group.get("schemas") or []), ROOM]}
    return response


# RFC 7643 section 3.1: lastModified is the last update of the resource, and its members are a part of it.
@legal(
    "departure-touches-groups",
    "A group whose member is deleted has a new lastModified",
    "RFC 7643 sections 3.1 and 4.2, members; note 3.2, nothing of meta is compared",
)
async def departure_touches_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    touched: dict[str, str] = target.notes.setdefault("departure-touches-groups", {})
    user = id_of(request) if is_write(request, "DELETE", "Users") else ""
    joined = [one["id"] for one in dumps(target, "Group") if user in members(one)] if user else []
    response = await go(request)
    if succeeded(response):
        touched |= dict.fromkeys(joined, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z")
    for kind, group in of_type(request, response):
        meta = group.get("meta") or {}
        if kind == "Groups" and group["id"] in touched and "lastModified" in meta:
            meta["lastModified"] = max(meta["lastModified"], touched[group["id"]], key=datetime.fromisoformat)
    return response
