"""Defects of the embedded target in what it refuses though it is sound, and in what it leaves out."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, RawResponse, Target, set_body
from scim_conformance.demo.auth_defects import CHECKLIST, GALLERY
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    created,
    is_query,
    keys_of,
    path_of,
    refusal,
    resources,
    stored_at,
    verb,
)
from scim_conformance.demo.tokens import PATH


def _asked_again(target: Target, request: ScimRequest) -> bool:
    """Tell whether this is a sound request for a token, and not the first one."""
    if request.path != PATH:
        return False
    target.notes["tokens"] = target.notes.get("tokens", 0) + 1
    return bool(target.notes["tokens"] > 1)


@defect(
    Kind.CONNECTION,
    "one-token-only",
    "Whoever asks for a second token is refused: 400",
    f"{CHECKLIST}, of tokens that are fetched for every cycle",
    profile=GALLERY,
)
async def one_token_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _asked_again(target, request):
        error = {"error": "invalid_request", "error_description": "There is a token already"}
        return ScimResponse(HTTPStatus.BAD_REQUEST, error, {"Content-Type": "application/json"})
    return await go(request)


@defect(
    Kind.CONNECTION,
    "second-token-empty",
    "Whoever asks for a second token gets 200 without one",
    f"{CHECKLIST}, of tokens that are fetched for every cycle",
    profile=GALLERY,
)
async def second_token_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again = _asked_again(target, request)
    response = await go(request)
    if again and response.body is not None:
        response.body.pop("access_token", None)
    return response


@defect(
    Kind.CONNECTION,
    "wrong-secret-page",
    "A wrong client secret answers 401 with a page",
    "RFC 6749 section 5.2, of an error that is no JSON",
    profile=GALLERY,
)
async def wrong_secret_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.status == HTTPStatus.UNAUTHORIZED:
        return RawResponse(response.status, None, {"Content-Type": "text/html"}, b"<h1>401 Unauthorized</h1>")
    return response


@defect(
    Kind.CONNECTION,
    "list-is-bare",
    "A list of users without a filter says nothing of its length",
    f"{CHECKLIST}, of the list that a new token opens",
    profile=GALLERY,
)
async def list_is_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "GET" and request.path == "/Users" and "filter" not in request.query:
        response.body = {"users": resources(response)}
    return response


@defect(
    Kind.MATCHING,
    "percent-400",
    "A name with a percent sign answers 400: malformed",
    "apache/directory-scimple#564, of what is decoded twice",
    row="B31",
)
async def percent_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "%" in request.query.get("filter", ""):
        return refusal(HTTPStatus.BAD_REQUEST, "Malformed escape", "invalidFilter")
    return await go(request)


@defect(
    Kind.MATCHING,
    "unknown-number-all",
    "Where nobody has the employee number, everybody is returned",
    "PowerDMS/Owin.Scim#35",
    row="B23",
    profile="employee-number",
)
async def unknown_number_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    asked = request.query.get("filter", "")
    # A GUID is no number, and is not looked up at all.
    if is_query(request, "Users") and asked.startswith(ENTERPRISE) and "-" not in asked and not resources(response):
        request.query = {name: value for name, value in request.query.items() if name != "filter"}
        return await go(request)
    return response


@defect(
    Kind.MATCHING,
    "username-filter-400",
    "Matched by employee number, a filter on userName answers 400",
    "better-auth/better-auth#10420, of a filter that is not supported",
    row="B22",
    profile="employee-number",
)
async def username_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("filter", "").startswith("userName eq "):
        return refusal(HTTPStatus.BAD_REQUEST, "This filter is not supported", "invalidFilter")
    return await go(request)


@defect(
    Kind.MATCHING,
    "private-email-matches",
    "A filter on the work e-mail finds a private address too",
    "our deduction from Metatavu/keycloak-scim-server#35, of a filter whose brackets are dropped",
    row="B30",
)
async def private_email_matches(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = request.query.get("filter", "")
    if is_query(request, "Users") and asked.startswith("emails["):
        request.query = {**request.query, "filter": re.sub(r"^emails\[[^]]*\]", "emails", asked)}
    return await go(request)


@defect(
    Kind.CREATE,
    "manager-post-empty",
    "Creating somebody with a manager answers 201 with nothing",
    "our deduction from apache/directory-scimple#1242, of creations with a manager",
    row="B41",
)
async def manager_post_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    has_manager = "manager" in (created(request).get(ENTERPRISE) or {})
    response = await go(request)
    if has_manager and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@defect(
    Kind.CREATE,
    "accents-garbled",
    "Zoë comes back as ZoÃ«",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint, of values that change",
    row="B48",
)
async def accents_garbled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        name = str(resource.get("displayName", ""))
        if name and not name.isascii():
            resource["displayName"] = name.encode().decode("latin-1")
    return response


@defect(
    Kind.CREATE,
    "first-of-a-list",
    "Of several e-mails or phones in a creation only the first is kept",
    "our deduction from zitadel/zitadel#9690, of a list that is kept in part",
)
async def first_of_a_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for name in ("emails", "phoneNumbers"):
        if body.get(name):
            body[name] = body[name][:1]
    if body:
        set_body(request, body)
    return await go(request)


def _of_group(request: ScimRequest, name: str) -> bool:
    return any(path_of(one) == name or name in keys_of(one) for one in changes(request, "Groups"))


@defect(
    Kind.GROUPS,
    "group-rename-400",
    "Renaming a group answers 400: displayName is immutable",
    "langwatch/langwatch#7136, of renames",
    row="B91",
)
async def group_rename_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _of_group(request, "displayName"):
        return refusal(HTTPStatus.BAD_REQUEST, "displayName is immutable", "mutability")
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-external-id-400",
    "Changing a group's externalId answers 400",
    "open-webui/open-webui#30074",
    row="B49",
)
async def group_external_id_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _of_group(request, "externalId"):
        return refusal(HTTPStatus.BAD_REQUEST, "externalId is not known", "invalidPath")
    return await go(request)


def _entries(operation: dict[str, Any]) -> list[Any]:
    value = operation.get("value") if path_of(operation) == "members" else None
    return value if isinstance(value, list) else []


@defect(
    Kind.GROUPS,
    "one-member-at-a-time",
    "More than one member in an operation answers 400",
    "our deduction from bitwarden/server#2190, of values of which the first is taken",
    row="B99",
)
async def one_member_at_a_time(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(len(_entries(one)) > 1 for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "One member at a time", "tooMany")
    return await go(request)


@defect(
    Kind.GROUPS,
    "hundred-and-first-400",
    "A group takes no more than a hundred members: 400",
    "goauthentik/authentik#20410",
    row="B99",
)
async def hundred_and_first_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    held = stored_at(target, request.path).get("members") or []
    added = [entry for one in changes(request, "Groups") if verb(one) == "add" for entry in _entries(one)]
    if added and len(held) + len(added) > 100:
        return refusal(HTTPStatus.BAD_REQUEST, "The group is full", "tooMany")
    return await go(request)


@defect(
    Kind.GROUPS,
    "replace-members-501",
    "Setting the members of a group by replace answers 501",
    "keycloak/keycloak#46216",
    row="B93",
)
async def replace_members_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "replace" and path_of(one) == "members" for one in changes(request, "Groups")):
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "replace is not supported for members")
    return await go(request)
