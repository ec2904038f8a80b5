"""Seventh batch: legal variants of managers, of groups, and of accounts that are the server's own."""

from datetime import UTC, datetime
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.shapes import created, id_of, refusal, users
from scim_conformance.demo.tokens import PATH
from tests.proof.batches.batch_2.store import amend, dumps, extension, members, written
from tests.proof.batches.batch_4.store import group_answers, said, user_answers
from tests.proof.batches.batch_5.store import refused
from tests.proof.batches.batch_7.store import legal, made

MANAGER = {"manager", "manager.value"}


# RFC 7644 section 3.12, invalidValue: what a value may be is for the server to say. Entra repeats what failed, and the
# other change, which ends the loop, goes through on its own (note 9.3).
@legal(
    "manager-loop-400",
    "A manager who reports to the user, directly or through others, is refused with 400 invalidValue",
    "RFC 7644 section 3.12, invalidValue; note 4.3 and 9.3",
)
async def manager_loop_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    above = {one["id"]: (extension(one).get("manager") or {}).get("value") for one in users(target)}
    for manager in [value for path, value in said(request) if path in MANAGER] if request.method == "PATCH" else []:
        seen: list[str] = []
        while manager in above and manager not in seen:
            seen.append(manager)
            manager = above[manager]  # noqa: PLW2901 - one step up
        if id_of(request) in seen:
            return refused(target, request, "The manager reports to this user", "invalidValue")
    return await go(request)


# RFC 7644 section 3.3 lets a server fill in. Entra sends no manager for people who have none, and a manager that it
# removes later is gone (note 4.3).
@legal(
    "manager-by-default",
    "A user who is created without a manager has the owner of the workspace as manager",
    "RFC 7644 section 3.3; RFC 7643 section 4.3, manager; note 3.1, empty values are not sent",
)
async def manager_by_default(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    own = user.get(ENTERPRISE) or {}
    if user and not own.get("manager"):
        target.check_auth(request)
        if "manager-by-default" not in target.notes:
            target.notes["manager-by-default"] = await made(target, request, go, "Users", userName="owner@app.example")
        manager = {"value": target.notes["manager-by-default"]}
        schemas = [*dict.fromkeys([*(user.get("schemas") or []), ENTERPRISE])]
        set_body(request, {**user, "schemas": schemas, ENTERPRISE: {**own, "manager": manager}})
    return await go(request)


STATE = "urn:example:params:scim:schemas:extension:state:1.0:User"


# RFC 7643 section 3.3: an extension of the server's own. What Entra sent is as it was sent.
@legal(
    "deactivation-dated",
    "A disabled user is returned with the time of it in an extension of the server's own, until enabled again",
    "RFC 7643 sections 3 and 3.3; RFC 7644 section 3.3; note 4.1, what was sent stays",
)
async def deactivation_dated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    since: dict[str, str] = target.notes.setdefault("deactivation-dated", {})
    response = await go(request)
    for user in user_answers(request, response):
        if user.get("active") is False:
            moment = since.setdefault(str(user["id"]), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            user |= {STATE: {"deactivated": moment}, "schemas": [*(user.get("schemas") or []), STATE]}
        else:
            since.pop(str(user["id"]), None)
    return response


SIZE = "urn:example:params:scim:schemas:extension:size:1.0:Group"


# RFC 7643 section 3.3: an extension of the server's own; excludedAttributes=members leaves out members alone.
@legal(
    "member-count-shown",
    "A group is returned with the number of its members in an extension of the server's own, even without members",
    "RFC 7643 sections 3 and 3.3; RFC 7644 section 3.9; note 6.2",
)
async def member_count_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    sizes = {one["id"]: len(members(one)) for one in dumps(target, "Group")}
    for group in group_answers(request, response) if "attributes" not in request.query else []:
        group |= {SIZE: {"count": sizes.get(group["id"], 0)}, "schemas": [*(group.get("schemas") or []), SIZE]}
    return response


async def _begun(target: Target, request: ScimRequest, name: str) -> bool:
    """Tell whether this is the first request with a right token, which the server's own accounts come before."""
    if request.path == PATH:
        return False
    target.check_auth(request)
    first, target.notes[name] = name not in target.notes, target.notes.get(name, "")
    return first


# Accounts of the target's own are what Account Discovery is for (note 17, local), disabled ones too. Nothing that Entra
# sends is required of them.
@legal(
    "accounts-before",
    "Forty accounts of the server's own are there before the first request, half of them disabled, without e-mail",
    "Note 17, local accounts, and 3.1; RFC 7643 section 4.1.1",
)
async def accounts_before(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if await _begun(target, request, "accounts-before"):
        for number in range(40):
            await made(target, request, go, "Users", userName=f"local.{number}", active=number % 2 == 0)
    return await go(request)


# Groups of the target's own are seen by nobody but a listing (note 6.2); names with signs in them are right.
@legal(
    "groups-before",
    "Thirty groups of the server's own are there before the first request, without externalId, some with a member",
    "Note 17 and 6.2; RFC 7643 section 4.2",
)
async def groups_before(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if await _begun(target, request, "groups-before"):
        keeper = await made(target, request, go, "Users", userName="keeper@app.example", active=True)
        for number in range(30):
            rows = {"members": [{"value": keeper}]} if number % 3 == 0 else {}
            await made(target, request, go, "Groups", displayName=f"Team {number} (R&D)", **rows)
    return await go(request)


# RFC 7644 section 3.12, 403: an operation that is not permitted. Entra changes an account that it has matched or made,
# and nobody in the directory has this userName.
@legal(
    "administrator-protected",
    "An administrator's account of the server's own is in lists, and cannot be changed or deleted: 403",
    "RFC 7644 section 3.12, 403; note 17, local accounts",
)
async def administrator_protected(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if await _begun(target, request, "administrator-protected"):
        account = await made(target, request, go, "Users", userName="administrator", active=True)
        target.notes["administrator-protected"] = account
    own = target.notes.get("administrator-protected")
    if own and request.method in {"PATCH", "DELETE"} and request.path == f"/Users/{own}":
        return refusal(HTTPStatus.FORBIDDEN, "The administrator is managed by the application")
    return await go(request)


# The groups of a target are its own affair until Entra asks for one by name (note 6.2): no account is made, and nobody
# is in a group that Entra has made.
@legal(
    "department-groups",
    "A user who is created with a department is in a group of that department, which the server makes",
    "RFC 7643 section 4.2; RFC 7644 section 3.3; note 6.2, groups of the target's own",
)
async def department_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known: dict[str, str] = target.notes.setdefault("department-groups", {})
    department = str((created(request).get(ENTERPRISE) or {}).get("department") or "")
    response = await go(request)
    user = written(request, response) if department else ""
    if user and department not in known:
        known[department] = await made(target, request, go, "Groups", displayName=f"Department {department}")
    if user:
        row = {"value": user}
        amend(target, known[department], lambda one: one.update(members=[*(one.get("members") or []), row]))
    return response
