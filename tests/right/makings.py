"""Right servers that make values of their own, or leave some out (RFC 7644 section 3.3)."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.hiding import groups_of
from scim_conformance.demo.shapes import created, of_type
from tests.right.registry import right


def _users(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    """Return the users of a response, unless it was asked which attributes it has."""
    chosen = {"attributes", "excludedAttributes"} & {*request.query}
    return [one for kind, one in of_type(request, response) if kind == "Users" and not chosen]


@right("RFC-GRP-03")
async def everyone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Each user is in a group of all users, and in those with them as a member."""
    response = await go(request)
    for user in _users(request, response):
        user["groups"] = [{"value": "everyone"}, *groups_of(target, user["id"], request.base_url)]
    return response


@right("RFC-RES-12")
async def only_one_is_primary(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """The only address of a user is the primary one."""
    body = created(request)
    emails = body.get("emails")
    if isinstance(emails, list) and len(emails) == 1:
        set_body(request, {**body, "emails": [{**emails[0], "primary": True}]})
    return await go(request)


@right("RFC-CRE-03", "SEC-INJ-03", advised=True)
async def wrong_types_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """What has a wrong type is left out, and the rest is stored."""
    body = body_of(request)
    if isinstance(body, dict):
        wrong = {"emails": list, "displayName": str}
        kept = {name: one for name, one in body.items() if isinstance(one, wrong.get(name, object))}
        if [one for one in operations(body) if one.get("path") == "displayName" and isinstance(one.get("value"), dict)]:
            return ScimResponse(HTTPStatus.NO_CONTENT, None)
        set_body(request, kept)
    return await go(request)


DISPLAYED = ("RFC-DSC-04/patch", "RFC-PUT-01", "RFC-RES-03")


@right(*DISPLAYED, "RFC-RES-10", "RFC-RES-11", "RFC-RES-13", spared=DISPLAYED)
async def display_name_from_parts(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """displayName is made of the parts of the name, whatever was sent."""
    response = await go(request)
    for one in _users(request, response):
        parts = one.get("name") or {}
        one["displayName"] = f"{parts.get('givenName', '')} {parts.get('familyName', '')}".strip() or "Somebody"
    return response


@right("RFC-USR-01")
async def user_name_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A user who is created without userName gets the externalId as the userName."""
    body = created(request)
    if body and not body.get("userName") and body.get("externalId"):
        set_body(request, {**body, "userName": body["externalId"]})
    return await go(request)


ADDRESSED = ("RFC-PAT-21", "RFC-PAT-29", "RFC-PAT-41", "RFC-PUT-05")


@right(*ADDRESSED, "RFC-PAT-35", spared=ADDRESSED)
async def own_address(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """The userName is an address of each user too."""
    response = await go(request)
    for one in _users(request, response):
        if "emails" in one:
            one["emails"] = [*one["emails"], {"value": one.get("userName"), "type": "login"}]
    return response


@right("RFC-FLT-15")
async def nick_name_for_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Each user has a nickname."""
    body = created(request)
    if body and not body.get("nickName"):
        set_body(request, {**body, "nickName": "Friend"})
    return await go(request)
