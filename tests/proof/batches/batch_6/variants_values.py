"""Sixth batch: legal variants in what is stored of values and of roles, and in what is added to them."""

import base64
import json
import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.shapes import changes, created, filter_of, path_of, rewrite
from tests.proof.batches.batch_2.store import amend, written
from tests.proof.batches.batch_4.store import recast, user_answers
from tests.proof.batches.batch_6.store import legal, queried

TOMBSTONE = re.compile(r"[0-9a-f]{32}(.+@.+)", re.IGNORECASE)


# The note's B81 names it as correct: detect the prefix of 32 hex digits, and keep the login name. Entra goes on with
# the id that it has (2.3), and S6 takes a search for the original name with one hit or none.
@legal(
    "tombstone-prefix-dropped",
    "A rename to 32 hex digits and the old name returns 204, and the user keeps the old name",
    "Note 14.4 B81, 16 S6; RFC 7644 section 3.5.2",
)
async def tombstone_prefix_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def kept(path: str, value: Any) -> Any:
        buried = TOMBSTONE.fullmatch(value) if path == "username" and isinstance(value, str) else None
        return buried[1] if buried else value

    if changes(request):
        recast(request, kept)
    return await go(request)


COUNTRIES = {
    "usa": "US",
    "united states": "US",
    "united states of america": "US",
    "norway": "NO",
    "nor": "NO",
    "germany": "DE",
    "deu": "DE",
    "united kingdom": "GB",
    "gbr": "GB",
}


# RFC 7643 section 4.1.2: country MUST be ISO 3166-1 alpha-2; the note's 0 no. 13: a refusal is right, 201 is kind.
@legal(
    "country-as-code",
    "A country by its name or by three letters is stored as its two-letter code: USA is returned as US",
    "RFC 7643 section 4.1.2, country; note 0 no. 13 and 3.2",
)
async def country_as_code(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def coded(path: str, value: Any) -> Any:
        return COUNTRIES.get(str(value).lower(), value) if path == "addresses.country" else value

    recast(request, coded)
    return await go(request)


LISTS = ("emails", "phoneNumbers", "addresses")


# RFC 7644 section 3.3 lets a server fill in what was not sent, and RFC 7643 section 4.1.2 has “other” as a type.
@legal(
    "type-filled-in",
    "An e-mail, phone or address that is created without a type has the type other",
    "RFC 7644 section 3.3; RFC 7643 section 4.1.2; the session of Microsoft's validator, no type",
)
async def type_filled_in(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    for found in (user.get(name) or [] for name in LISTS):
        untyped = [one for one in found if not one.get("type")]
        if untyped and not any(one.get("type") == "other" for one in found):
            untyped[0]["type"] = "other"
    if user:
        set_body(request, user)
    return await go(request)


# The note's B73: parse the JSON in the string, or store it as it is.
@legal(
    "role-json-parsed",
    "A role that is sent as JSON in a string is stored as the role that this JSON describes",
    "Note 4.4 and 14.4 B73; RFC 7644 section 3.3",
)
async def role_json_parsed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        value = operation.get("value")
        if path_of(operation) == "roles" and isinstance(value, list):
            operation["value"] = [_parsed(one) for one in value]
    if found:
        rewrite(request, found)
    return await go(request)


def _parsed(role: Any) -> Any:
    try:
        said = json.loads(role["value"])
    except (KeyError, TypeError, ValueError):
        return role
    if not isinstance(said, dict) or "value" not in said:
        return role
    return {**role, "value": said["value"], "display": said.get("displayName") or said["value"]}


# RFC 7643 section 2.4: display is for a server to fill in, and RFC 7644 section 3.3 lets it add.
@legal(
    "roles-described",
    "Each role is returned with a display and a type of the server's own where none was sent",
    "RFC 7643 sections 2.4 and 4.1.2, roles; RFC 7644 section 3.3",
)
async def roles_described(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        for role in user.get("roles") or []:
            role.setdefault("display", f"Role {role.get('value') or 'unnamed'}")
            role.setdefault("type", "assigned")
    return response


# RFC 7644 section 3.3: free to ignore; the note's 4.4: of several roles on SingleAppRoleAssignment any one is sent.
@legal(
    "one-role",
    "Of several roles the primary one is kept, or else the first",
    "RFC 7644 section 3.3; note 4.4, SingleAppRoleAssignment",
)
async def one_role(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    amend(target, written(request, response), _one_role, response)
    return response


def _one_role(user: dict[str, Any]) -> None:
    roles = user.get("roles") or []
    if len(roles) > 1:
        user["roles"] = [next((one for one in roles if one.get("primary")), roles[0])]


VENDOR = "urn:example:params:scim:schemas:extension:badge:1.0:User"
PICTURE = base64.b64encode(bytes(range(256)) * 60).decode()


# RFC 7643 sections 2.3.6 and 3.3: an extension of the server's own may have binary data of any length.
@legal(
    "badge-inline",
    "Every user is returned with a picture of 20 KB in an extension of the server's own",
    "RFC 7643 sections 2.3.6, 3 and 3.3",
)
async def badge_inline(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        user[VENDOR] = {"picture": PICTURE}
        user["schemas"] = [*(user.get("schemas") or []), VENDOR]
    return response


# RFC 7644 section 3.3 lets a server add; types stay unique (note 8 no. 17), and what is sent as other takes precedence.
@legal(
    "alias-added",
    "Every user has a further e-mail of type other: an alias in the domain of the application",
    "RFC 7644 section 3.3; RFC 7643 sections 2.4 and 4.1.2; note 8 no. 17",
)
async def alias_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        emails = user.get("emails") or []
        if not any(one.get("type") == "other" for one in emails):
            alias = f"{str(user.get('userName')).partition('@')[0]}@app.example"
            user["emails"] = [*emails, {"type": "other", "value": alias}]
    return response


UNQUOTED = re.compile(r'([\w.:]+) eq ([^"\s()]+)')


# The note's X18: one sample of Microsoft's has no quotation marks; RFC 7644 section 3.4.2.2 leaves it to a server how
# lenient it is with what is no filter.
@legal(
    "unquoted-tolerated",
    "A filter whose value has no quotation marks is understood: externalId eq jyoung",
    "Note 2.1 and 15 X18, the sample of D-TUT; RFC 7644 section 3.4.2.2",
)
async def unquoted_tolerated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = UNQUOTED.fullmatch(filter_of(request)) if queried(request) else None
    if found and found[2] not in {"true", "false"}:
        request.query = {**request.query, "filter": f'{found[1]} eq "{found[2]}"'}
    return await go(request)
