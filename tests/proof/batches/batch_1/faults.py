"""Twelve further defects, written from the protocol note alone, before anybody looked whether a check sees them.

They are not in the registry of the embedded target. Each `source` names the section of the note and what it cites.
"""

import json
import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, is_query, is_write, keys_of, path_of, refusal, rewrite
from tests.proof.batches.batch import MUST, NEEDED, Batch

fresh = Batch()
FRESH, LEVEL = fresh.defects, fresh.levels
GALLERY = "gallery-2026"
STALE = 1.0
"""For how many seconds `members-in-haste` works on the group that it read before."""


def users(target: Target) -> Iterator[Any]:
    """Yield the stored users."""
    return (one for one in target.stored() if hasattr(one, "user_name"))


def named(target: Target, path: str) -> Any:
    """Return the stored resource that a path names, or None."""
    identifier = unquote(path.rpartition("/")[2])
    return next((one for one in target.stored() if one.id == identifier), None)


def save(target: Target) -> None:
    """Store again what was changed in place, so that the look-ups know it."""
    target.memory.resources = target.stored()


# Connection and authorization


@fresh(
    Kind.CONNECTION,
    "groups-open",
    "Whoever knows the address can read and change the groups: there nobody asks for the token",
    "Note 1.2 and 16 S1; use-scim-to-provision-users-and-groups.md, a bearer token on every request",
    MUST,
)
async def groups_open(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        headers = dict(request.headers)
        kept = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        request.headers = list({**kept, "Authorization": f"Bearer {target.token}"}.items())
    return await go(request)


# Matching


@fresh(
    Kind.MATCHING,
    "email-of-any-type",
    "Somebody is linked to the account of another person who has the same address as a private e-mail",
    "Note 2.1 and 8 no. 21; use-scim-to-provision-users-and-groups.md, a filter on emails[type eq “work”]",
    MUST,
)
async def email_of_any_type(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users"):
        wanted = re.sub(r'(?i)emails\[type eq "[^"]*"\]\.value', "emails.value", request.query["filter"])
        request.query = {**request.query, "filter": wanted}
    return await go(request)


# Create


@fresh(
    Kind.CREATE,
    "one-phone",
    "Of several telephone numbers of a new user only the first is kept",
    "Note 3.2, the stored attributes, and 8 no. 11; use-scim-to-provision-users-and-groups.md",
    MUST,
)
async def one_phone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and body.get("phoneNumbers"):
        set_body(request, {**body, "phoneNumbers": body["phoneNumbers"][:1]})
    return await go(request)


# Patch


@fresh(
    Kind.PATCH,
    "department-drops-others",
    "After a change of department employee number and manager are gone",
    "Note 4.1, siblings that are not named stay; simpleidserver/SimpleIdServer#690, of the name",
    NEEDED,
)
async def department_drops_others(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Write the extension as one column, with what the request says of it alone."""
    found = changes(request)
    said = " ".join(f"{path_of(one)} {' '.join(keys_of(one))}" for one in found)
    if f"{ENTERPRISE}:" in said:
        lost = [name for name in ("employeeNumber", "department", "manager") if f"{ENTERPRISE}:{name}" not in said]
        rewrite(request, [{"op": "remove", "path": f"{ENTERPRISE}:{name}"} for name in lost] + found)
    return await go(request)


# Disable, restore, delete


@fresh(
    Kind.LIFECYCLE,
    "disable-scrubs",
    "Whoever was disabled and is enabled again has lost title, address and telephone numbers",
    "Note 5 and 8 no. 7; how-provisioning-works.md, disabled users are restored",
    MUST,
)
async def disable_scrubs(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    user = named(target, request.path) if is_write(request, "PATCH", "Users") else None
    if user is not None and user.active is False:
        user.title = user.addresses = user.phone_numbers = None
        save(target)
        lost = {"title", "addresses", "phoneNumbers"}
        response.body = response.body and {key: value for key, value in response.body.items() if key not in lost}
    return response


@fresh(
    Kind.LIFECYCLE,
    "disabled-name-free",
    "While somebody is disabled a second account with the same userName can be created",
    "Note 3.4 and 9.5 DuplicateTargetEntries; Microsoft SCIM Validator, create a duplicate",
    NEEDED,
)
async def disabled_name_free(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    original = type(target.memory)._values_of

    def values_of(resource: Any) -> dict[str, Any]:
        # A unique index over the active rows alone.
        return {} if getattr(resource, "active", None) is False else original(target.memory, resource)

    target.memory._values_of = values_of  # type: ignore[method-assign]
    return await go(request)


@fresh(
    Kind.LIFECYCLE,
    "id-reused",
    "A new account has the id of one that was deleted, and gets the changes that were meant for that one",
    "Note 3.2, an id is stable for life, and 8 no. 34; customize-application-attributes.md",
    MUST,
)
async def id_reused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    freed: list[str] = target.notes.setdefault("id-reused", [])
    response = await go(request)
    if is_write(request, "DELETE", "Users"):
        freed.append(unquote(request.path.rpartition("/")[2]))
    elif created(request) and freed and response.body is not None:
        made, again = str(response.body["id"]), freed.pop()
        response.body = json.loads(json.dumps(response.body).replace(made, again))
        response.headers = {name: value.replace(made, again) for name, value in response.headers.items()}
        next(user for user in users(target) if user.id == made).id = again
        save(target)
    return response


# Groups


@fresh(
    Kind.GROUPS,
    "one-group-each",
    "Adding somebody to a second group takes them out of the first",
    "Note 6.1, add member, and 8 no. 32; use-scim-to-provision-users-and-groups.md, multiple group memberships",
    MUST,
)
async def one_group_each(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method in {"POST", "PATCH"} and request.path.startswith("/Groups"):
        identifier = str((response.body or {}).get("id") or unquote(request.path.rpartition("/")[2]))
        groups = [one for one in target.stored() if hasattr(one, "members")]
        joined = {member.value for one in groups if one.id == identifier for member in one.members or []}
        for other in (one for one in groups if one.id != identifier):
            other.members = [member for member in other.members or [] if member.value not in joined] or None
        save(target)
    return response


@fresh(
    Kind.ROBUSTNESS,
    "members-in-haste",
    "Of members who are added one right after the other only the last stays",
    "Note 6.2, one member a PATCH, and 16 S9; grokability/snipe-it#19115",
    NEEDED,
)
async def members_in_haste(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Work on a cached group: what was written within the last second is not in it."""
    cache: dict[str, tuple[float, Any]] = target.notes.setdefault("members-in-haste", {})
    group = named(target, request.path) if is_write(request, "PATCH", "Groups") else None
    if group is not None:
        read, members = cache.get(group.id, (0.0, None))
        if time.monotonic() - read < STALE:
            group.members = members
            save(target)
        else:
            cache[group.id] = (time.monotonic(), group.members and list(group.members))
    return await go(request)


# Discovery, paging, errors


@fresh(
    Kind.DISCOVERY,
    "schemas-pascal-case",
    "/Schemas writes ReadWrite, Default and None with a capital, and the attributes cannot be loaded",
    "Note 7 and 8 no. 26; use-scim-to-provision-users-and-groups.md, values in camelCase",
    MUST,
    profile=GALLERY,
)
async def schemas_pascal_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.startswith("/Schemas") and response.body is not None:
        text = re.sub(r'("(?:mutability|returned|uniqueness)": ")(\w)', _capital, json.dumps(response.body))
        response.body = json.loads(text)
    return response


def _capital(found: re.Match[str]) -> str:
    return found[1] + found[2].upper()


@fresh(
    Kind.PAGING,
    "first-user-skipped",
    "A list read page by page never shows the first user: startIndex counts from 0",
    "Note 8 no. 6, 13.2 no. 21 and 16 S13; AzureAD/SCIMReferenceCode, SCIM_User_Pagination_Test",
    MUST,
)
async def first_user_skipped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = request.query.get("startIndex", "")
    if request.method != "GET" or not said.isdecimal():
        return await go(request)
    request.query = {**request.query, "startIndex": str(int(said) + 1)}
    response = await go(request)
    if response.body is not None and "startIndex" in response.body:
        response.body["startIndex"] = int(said)
    return response


@fresh(
    Kind.ERRORS,
    "gone-403",
    "A user or group that is no longer there answers 403, so nobody notices that it must be created again",
    "Note 2.2, GET by id, gone, 4.5 and 8 no. 27; howto-analyze-provisioning-logs.md, InvalidAnchor",
    MUST,
)
async def gone_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except NotFoundException:
        if re.match("/(Users|Groups)/", request.path) and named(target, request.path) is None:
            return refusal(HTTPStatus.FORBIDDEN, "You may not see this")
        raise
