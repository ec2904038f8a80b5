"""Eighth batch: legal variants of ids, of managers, and of what members and names leave behind."""

import json
from datetime import UTC, datetime
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import changes, id_of, member_ids, of_type, stored_at, users
from tests.proof.batches.batch_2.store import extension, written
from tests.proof.batches.batch_4.store import user_answers
from tests.proof.batches.batch_5.store import kind_of
from tests.proof.batches.batch_8.store import legal


# RFC 7643 section 3.1: an id is a string of the server's choice. Colon, tilde, full stop and exclamation mark are as
# they are in a path (RFC 3986 section 3.3), and the note's 6.2 asks that ids are opaque.
@legal(
    "ids-with-colons",
    "Ids look like eu-1:user:~4f.2a!, with signs that a path may have as they are",
    "RFC 7643 section 3.1, id; RFC 3986 section 3.3; note 6.2 and 8 no. 34",
)
async def ids_with_colons(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = kind_of(request)
    response = await go(request)
    old = written(request, response, kind) if request.method == "POST" and kind in {"Users", "Groups"} else ""
    if old:
        new = f"eu-1:{kind.lower().removesuffix('s')}:~{old[:4]}.{old[4:]}!"
        _renumber(target, old, new)
        response.body = json.loads(json.dumps(response.body).replace(old, new))
        response.headers = {key: value.replace(old, new) for key, value in response.headers.items()}
    return response


def _renumber(target: Target, old: str, new: str) -> None:
    kept = target.stored()
    for resource in kept:
        if resource.id == old:
            resource.id = new
            if resource.meta and resource.meta.location:
                resource.meta.location = str(resource.meta.location).replace(old, new)
    target.memory.resources = kept


# RFC 7643 section 4.3: displayName of a manager is for the server to fill in, and $ref is the address of the manager.
@legal(
    "manager-named",
    "A manager who is a user is returned with $ref and displayName beside value",
    "RFC 7643 section 4.3, manager; note 4.3, value is what is needed",
)
async def manager_named(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    names = {one["id"]: one.get("displayName") or one["userName"] for one in users(target)}
    for user in user_answers(request, response):
        manager = extension(user).get("manager") or {}
        if manager.get("value") in names:
            manager |= {"$ref": f"../Users/{manager['value']}", "displayName": names[manager["value"]]}
    return response


TEAM = "urn:example:params:scim:schemas:extension:team:1.0:User"


def _with(user: dict[str, Any], urn: str, content: dict[str, Any]) -> None:
    user |= {urn: content, "schemas": [*(user.get("schemas") or []), urn]}


# RFC 7643 section 3.3: an extension of the server's own. It changes as others get and lose this manager.
@legal(
    "reports-counted",
    "A user is returned with the number of people who report to this user, in an extension of the server's own",
    "RFC 7643 sections 3 and 3.3; RFC 7644 section 3.3",
)
async def reports_counted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    managers = [(extension(one).get("manager") or {}).get("value") for one in users(target)]
    for user in user_answers(request, response):
        _with(user, TEAM, {"reports": managers.count(user["id"])})
    return response


HISTORY = "urn:example:params:scim:schemas:extension:history:1.0:User"


# RFC 7643 sections 3.3 and 2.4: a list of texts in an extension of the server's own. No filter looks at it.
@legal(
    "former-names-shown",
    "A renamed user is returned with the former userNames in an extension of the server's own, and not found by them",
    "RFC 7643 sections 2.4, 3 and 3.3; note 14.4 B78",
)
async def former_names_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    former: dict[str, list[str]] = target.notes.setdefault("former-names-shown", {})
    user, renames = id_of(request), bool(changes(request))
    before = stored_at(target, request.path).get("userName") if renames else None
    response = await go(request)
    if before and stored_at(target, f"/{user}").get("userName") != before:
        former[user] = [*former.get(user, []), str(before)]
    for shown in user_answers(request, response):
        if shown["id"] in former:
            _with(shown, HISTORY, {"userNames": former[shown["id"]]})
    return response


# RFC 7643 section 3.1: lastModified is the last update of the resource, and groups, which the server keeps, is an
# attribute of a user (section 4.1.2). Entra does not read it.
@legal(
    "membership-touches-user",
    "A user who joins or leaves a group has a new lastModified",
    "RFC 7643 sections 3.1 and 4.1.2, groups; note 3.2, nothing of meta is compared",
)
async def membership_touches_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    touched: dict[str, str] = target.notes.setdefault("membership-touches-user", {})
    group = f"/{id_of(request)}" if changes(request, "Groups") else ""
    before = set(member_ids(target, request)) if group else set()
    response = await go(request)
    if group:
        after = {str(one["value"]) for one in stored_at(target, group).get("members") or []}
        touched |= dict.fromkeys(before ^ after, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z")
    _touch(request, response, touched)
    return response


def _touch(request: ScimRequest, response: ScimResponse, touched: dict[str, str]) -> None:
    for kind, user in of_type(request, response):
        meta, own = user.get("meta") or {}, touched.get(str(user["id"]))
        if kind == "Users" and own and "lastModified" in meta:
            meta["lastModified"] = max(meta["lastModified"], own, key=_moment)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
