"""Fourth batch: defects of the life of accounts and of their names."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_query,
    is_write,
    listed,
    path_of,
    refusal,
    resources,
    stored_at,
    users,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, dumps, extension, work_email, written
from tests.proof.batches.batch_3.store import only, wanted
from tests.proof.batches.batch_4.store import fourth, said, touches

TOMBSTONE = re.compile(r"[0-9a-f]{32}.+", re.IGNORECASE)


@fourth(
    Kind.LIFECYCLE,
    "delete-of-disabled-ignored",
    "Who is disabled cannot be deleted: the answer is 204, and the account stays",
    "Note 5, disabled first and deleted 30 days later; RFC 7644 section 3.6",
    MUST,
)
async def delete_of_disabled_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path).get("active") is False:
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@fourth(
    Kind.LIFECYCLE,
    "tombstone-name-hides",
    "Who was disabled and renamed to 32 hex digits and the old name is found no more, by id or by filter",
    "Note 0 no. 8, 5 and 16 S6, the same id is restored, and 14.4 B81; RFC 7644 section 3.4.1",
    NEEDED,
)
async def tombstone_name_hides(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    one_user = request.path.startswith("/Users/")
    if one_user and TOMBSTONE.fullmatch(str(stored_at(target, request.path).get("userName") or "")):
        target.check_auth(request)
        return refusal(HTTPStatus.NOT_FOUND, "There is no such user")
    response = await go(request)
    if is_query(request, "Users") and "Resources" in (response.body or {}):
        listed(response, [one for one in resources(response) if not TOMBSTONE.fullmatch(str(one.get("userName")))])
    return response


@fourth(
    Kind.LIFECYCLE,
    "revived-as-before",
    "Who was deleted and is made again has the title, phones and department of then, not what was sent",
    "Note 5, re-provision is a plain POST; RFC 7644 sections 3.3 and 3.6; the old row is taken back",
    MUST,
)
async def revived_as_before(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    old: dict[str, dict[str, Any]] = target.notes.setdefault("revived-as-before", {})
    if is_write(request, "DELETE", "Users") and (gone := stored_at(target, request.path)):
        kept = {key: said for key, said in gone.items() if key not in {"id", "meta", "userName", "active", "schemas"}}
        old[str(gone["userName"]).lower()] = kept
    name = str(created(request).get("userName") or "").lower()
    response = await go(request)
    if name in old and response.status == HTTPStatus.CREATED and response.body is not None:
        before = old.pop(name)
        amend(target, str(response.body["id"]), lambda user: user.update(before), response)
    return response


@fourth(
    Kind.LIFECYCLE,
    "new-email-disables",
    "Who gets a new e-mail is disabled until the address is confirmed",
    "Note 4.1, a PATCH changes its target and nothing beside it; RFC 7644 section 3.5.2",
    MUST,
)
async def new_email_disables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    before = work_email(stored_at(target, request.path)).get("value") if changing else None
    response = await go(request)
    now = work_email(stored_at(target, request.path)).get("value") if changing else None
    if before and now and before != now:
        amend(target, id_of(request), lambda user: user.update(active=False), response)
    return response


@fourth(
    Kind.PATCH,
    "email-is-login",
    "A new work e-mail becomes the userName too: the name that Entra asks for next finds nobody",
    "Note 14.3 B121, both are kept apart, and 4.1, siblings stay; RFC 7644 section 3.5.2",
    MUST,
)
async def email_is_login(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    before = work_email(stored_at(target, request.path)).get("value") if changing else None
    response = await go(request)
    now = work_email(stored_at(target, request.path)).get("value") if changing else None
    if before and now and before != now and not touches(request, "username"):
        amend(target, id_of(request), lambda user: user.update(userName=now), response)
    return response


@fourth(
    Kind.CREATE,
    "external-id-moves",
    "A second account with the same externalId takes it away from the first, which is then not found by it",
    "Note 14.3 B50, 409, and 2.2; RFC 7644 section 3.3; an upsert into a table of identities",
    MUST,
)
async def external_id_moves(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    mine = written(request, response)
    external = stored_at(target, f"/Users/{mine}").get("externalId") if mine else None
    for other in users(target) if external else []:
        if other.get("externalId") == external and other["id"] != mine:
            amend(target, other["id"], lambda user: user.pop("externalId"))
    return response


@fourth(
    Kind.MATCHING,
    "external-id-index-old",
    "After externalId was changed only the old one finds the account",
    "Note 2.3, changing a match attribute, and 13.1, found by the new value; RFC 7644 section 3.4.2.2",
    MUST,
)
async def external_id_index_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    index: dict[str, str] = target.notes.setdefault("external-id-index-old", {})
    value = wanted(str(request.query.get("filter")), "externalId") if is_query(request, "Users") else None
    if value is not None:
        only(request, [one for one, known in index.items() if known == value])
    response = await go(request)
    for user in users(target) if request.method in {"POST", "PATCH"} else []:
        if user.get("externalId"):
            index.setdefault(user["id"], user["externalId"])
    return response


@fourth(
    Kind.PATCH,
    "case-rename-conflict",
    "A userName of which only the case of its letters changes is refused with 409: it is taken, by the account itself",
    "Note 4.1, rename, and 4.5, no 4xx without a change, and 14.2 B21; RFC 7644 section 3.12, uniqueness",
    NEEDED,
)
async def case_rename_conflict(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    old = str(stored_at(target, request.path).get("userName") or "") if changes(request) else ""
    new = next((str(value) for path, value in said(request) if path == "username"), old)
    if new != old and new.lower() == old.lower():
        target.check_auth(request)
        return refusal(HTTPStatus.CONFLICT, "userName is taken", "uniqueness")
    return await go(request)


@fourth(
    Kind.LIFECYCLE,
    "disable-clears-reports",
    "When a manager is disabled the people who report to them lose their manager, for good",
    "Note 5, the account stays readable, and 4.3; RFC 7643 section 4.3, manager; RFC 7644 section 3.5.2",
    MUST,
)
async def disable_clears_reports(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    was = stored_at(target, request.path).get("active") if changing else None
    response = await go(request)
    if was and stored_at(target, request.path).get("active") is False:
        for user in dumps(target, "User"):
            if (extension(user).get("manager") or {}).get("value") == id_of(request):
                amend(target, user["id"], lambda found: extension(found).pop("manager", None))
    return response


@fourth(
    Kind.PATCH,
    "disabled-manager-dropped",
    "A manager who is disabled is not stored, and the answer is a success",
    "Note 4.3, value is the id, and 0 no. 6, inactive users stay; RFC 7643 section 4.3; RFC 7644 section 3.5.2",
    MUST,
)
async def disabled_manager_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    disabled = {one["id"] for one in users(target) if one.get("active") is False}
    named = {str(value) for path, value in said(request) if path in {"manager", "manager.value"}}
    response = await go(request)
    mine = written(request, response)
    if mine and named & disabled:
        amend(target, mine, lambda user: extension(user).pop("manager", None), response)
    return response


def _language_only(path: str) -> bool:
    return path.lower() == "preferredlanguage"


@fourth(
    Kind.PATCH,
    "language-reset",
    "Each change of anything sets preferredLanguage back to that of the tenant",
    "Note 4.1, what is not named stays; RFC 7644 section 3.5.2; defaults that are filled in again on saving",
    MUST,
)
async def language_reset(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = touches(request, "preferredlanguage") or any(_language_only(path_of(one)) for one in changes(request))
    response = await go(request)
    if changes(request) and not named and stored_at(target, request.path).get("preferredLanguage"):
        amend(target, id_of(request), lambda user: user.update(preferredLanguage="en-GB"), response)
    return response
