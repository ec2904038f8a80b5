"""Further defects of connection, matching, creation and change of accounts, written from the note alone."""

import re
from http import HTTPStatus
from typing import Any

from scim2_models import UnauthorizedException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    changes,
    created,
    has_element,
    id_of,
    is_query,
    is_write,
    path_of,
    resources,
    rewrite,
    stored_at,
    users,
    verb,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, bare, dumps, extension, found_by, second, work_email, written

TOKEN_COLUMN = 16
"""How much of a token `token-prefix-enough` compares."""
VARCHAR = 64
"""How much of a text `cut-at-64` keeps."""

# Connection and authorization


@second(
    Kind.CONNECTION,
    "token-prefix-enough",
    "A token that is right at its beginning and wrong at its end opens the accounts",
    "Note 1.2 and 16 S1, a wrong bearer answers 401; RFC 7644 section 2; as with bcrypt, which cuts at 72 bytes",
    MUST,
)
async def token_prefix_enough(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    right = f"Bearer {target.token}"
    said = request.header("Authorization") or ""
    if said[: len("Bearer ") + TOKEN_COLUMN] == right[: len("Bearer ") + TOKEN_COLUMN]:
        headers = [(name, value) for name, value in dict(request.headers).items() if name.lower() != "authorization"]
        request.headers = [*headers, ("Authorization", right)]
    return await go(request)


@second(
    Kind.CONNECTION,
    "wrong-token-nobody",
    "Test Connection succeeds with a mistyped token: an unknown token is a customer without any accounts",
    "Note 1.6 and 16 S1, 401 without or with a wrong bearer; use-scim-to-provision-users-and-groups.md",
    MUST,
)
async def wrong_token_nobody(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        said = request.header("Authorization") or ""
        if not said.startswith("Bearer ") or request.method != "GET" or "/" in request.path.strip("/"):
            raise
        empty: dict[str, Any] = {"totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []}
        return ScimResponse(HTTPStatus.OK, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], **empty})


# Matching


@second(
    Kind.MATCHING,
    "filter-wildcards",
    "Who looks for jo_young finds joXyoung too: the filter is a LIKE, and underscore and percent are its wildcards",
    "Note 8 no. 20, eq, and 14.2 B24; use-scim-to-provision-users-and-groups.md; RFC 7644 section 3.4.2.2",
    MUST,
)
async def filter_wildcards(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def like(held: str, wanted: str) -> bool:
        pattern = re.escape(wanted.lower()).replace("_", ".").replace("%", ".*")
        return re.fullmatch(pattern, held.lower(), re.DOTALL) is not None

    if is_query(request, "Users") or is_query(request, "Groups"):
        found_by(target, request, like)
    return await go(request)


@second(
    Kind.MATCHING,
    "accents-equal",
    "Zoë is linked to the account of Zoe: the collation of the database makes no difference between them",
    "Note 2.2, one hit is linked, and 14.2 B31; RFC 7643 section 2.2, caseExact; RFC 7644 section 3.4.2.2, eq",
    MUST,
)
async def accents_equal(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") or is_query(request, "Groups"):
        found_by(target, request, lambda held, wanted: bare(held) == bare(wanted))
    wanted = created(request).get("userName")
    if isinstance(wanted, str):
        target.check_auth(request)
    if isinstance(wanted, str) and any(bare(one["userName"]) == bare(wanted) for one in users(target)):
        raise UniquenessException()
    return await go(request)


@second(
    Kind.MATCHING,
    "filter-old-copy",
    "Looked up by userName a user is as on the day of creation; read by id the same user is up to date",
    "Note 2.2, one, the full resource, and 16 S5; use-scim-to-provision-users-and-groups.md; zulip/zulip#21758",
    MUST,
)
async def filter_old_copy(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Keep an index for the search that only creations and renames reach."""
    copies: dict[str, dict[str, Any]] = target.notes.setdefault("filter-old-copy", {})
    response = await go(request)
    if created(request) and response.body is not None and "id" in response.body:
        copies[str(response.body["id"])] = dict(response.body)
    elif is_query(request, "Users") and response.body is not None and "Resources" in response.body:
        response.body["Resources"] = [
            {**copies.get(str(one.get("id")), one), "userName": one["userName"]} if "userName" in one else one
            for one in resources(response)
        ]
    return response


# Create


@second(
    Kind.CREATE,
    "leading-zeros-lost",
    "Employee number 00417 comes back as 417, and the postal code 0150 as 150",
    "Note 3.2, the sample's postal code, and 8 no. 11, stored and returned exactly as sent",
    MUST,
)
async def leading_zeros_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def as_number(text: Any) -> Any:
        return str(int(text)) if isinstance(text, str) and text.isascii() and text.isdigit() else text

    def change(user: dict[str, Any]) -> None:
        for address in (one for one in user.get("addresses") or [] if "postalCode" in one):
            address["postalCode"] = as_number(address["postalCode"])
        if "employeeNumber" in extension(user):
            user[ENTERPRISE]["employeeNumber"] = as_number(user[ENTERPRISE]["employeeNumber"])

    response = await go(request)
    amend(target, written(request, response), change, response)
    return response


@second(
    Kind.CREATE,
    "cut-at-64",
    "Long titles, departments and display names end in the middle of a word",
    "Note 8 no. 11, stored exactly as sent, invalid ones refused; a VARCHAR(64) outside strict mode",
    MUST,
)
async def cut_at_64(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def change(user: dict[str, Any]) -> None:
        user |= {name: user[name][:VARCHAR] for name in ("title", "displayName") if isinstance(user.get(name), str)}
        if isinstance(extension(user).get("department"), str):
            user[ENTERPRISE]["department"] = user[ENTERPRISE]["department"][:VARCHAR]

    response = await go(request)
    amend(target, written(request, response), change, response)
    return response


@second(
    Kind.CREATE,
    "old-name-reserved",
    "After somebody was renamed nobody else can ever have the old userName: 409, though a filter finds nobody",
    "Note 3.4, a conflict that the filter hides never ends, and 4.1, rename; Metatavu/keycloak-scim-server#74",
    NEEDED,
)
async def old_name_reserved(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    reserved: set[str] = target.notes.setdefault("old-name-reserved", set())
    if str(created(request).get("userName")).lower() in reserved:
        target.check_auth(request)
        raise UniquenessException()
    before = stored_at(target, request.path).get("userName") if is_write(request, "PATCH", "Users") else None
    response = await go(request)
    if before and stored_at(target, request.path)["userName"] != before:
        reserved.add(before.lower())
    return response


# Patch


@second(
    Kind.PATCH,
    "first-phone-changed",
    "A new mobile number overwrites the number at work: whichever type is named, the first phone is changed",
    "Note 4.1, replace in multi-valued, and 14.4 B61, touch only the matching entry; RFC 7644 section 3.5.2.3",
    MUST,
)
async def first_phone_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        named = re.fullmatch(r'(?i)phoneNumbers\[type eq "(\w+)"\]\.value', path_of(operation))
        if named and verb(operation) != "remove" and has_element(target, request.path, "phoneNumbers", named[1]):
            first = stored_at(target, request.path)["phoneNumbers"][0]
            operation["path"] = f'phoneNumbers[type eq "{first.get("type")}"].value'
    if found:
        rewrite(request, found)
    return await go(request)


@second(
    Kind.PATCH,
    "removes-run-last",
    "An e-mail or a member that is removed and added again in one request is gone: deletions are written last",
    "Note 13.1 P2 and P5; RFC 7644 section 3.5.2, operations are applied in the order in which they stand",
    MUST,
)
async def removes_run_last(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Write as a unit of work that flushes inserts and updates before deletes."""
    found = changes(request) or changes(request, "Groups")
    if found:
        rewrite(request, sorted(found, key=lambda one: verb(one) == "remove"))
    return await go(request)


@second(
    Kind.PATCH,
    "cleared-comes-back",
    "A title or nickname that was removed is there again after the next change of something else",
    "Note 4.1, siblings that are not named stay, 4.5, null, and 16 S15; SCIM_Null_Update_Test",
    MUST,
)
async def cleared_comes_back(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Write each change over the copy that the one before had loaded."""
    if not is_write(request, "PATCH", "Users"):
        return await go(request)
    before = stored_at(target, request.path)
    response = await go(request)
    after = stored_at(target, request.path)
    texts = ("title", "nickName", "displayName", "userType", "preferredLanguage")
    loaded: dict[str, dict[str, Any]] = target.notes.setdefault("cleared-comes-back", {})
    back = {name: value for name, value in loaded.pop(id_of(request), {}).items() if name not in after}
    loaded[id_of(request)] = {name: before[name] for name in texts if name in before and name not in after}
    if back:
        amend(target, id_of(request), lambda user: user.update(back), response)
    return response


@second(
    Kind.PATCH,
    "department-for-all",
    "When one person changes departments everybody of the old department is moved as well",
    "Note 4.1, enterprise attribute, and 16 S3; RFC 7644 section 3.5.2, the resource that the request names",
    MUST,
)
async def department_for_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Rename the row of the department instead of pointing at another one."""
    changing = is_write(request, "PATCH", "Users")
    old = extension(stored_at(target, request.path)).get("department") if changing else None
    response = await go(request)
    new = extension(stored_at(target, request.path)).get("department") if changing else None
    if old and new and old != new:
        for user in (one for one in dumps(target, "User") if extension(one).get("department") == old):
            amend(target, user["id"], lambda found: found[ENTERPRISE].update(department=new))
    return response


@second(
    Kind.PATCH,
    "rename-writes-email",
    "A new userName overwrites the work e-mail with itself: both are one column",
    "Note 4.1, userName rename, 14.4 B81 and 16 S3, other values untouched; onyx-dot-app/onyx#14074",
    MUST,
)
async def rename_writes_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    before = stored_at(target, request.path) if changing else {}
    response = await go(request)
    after = stored_at(target, request.path) if changing else {}
    unsaid = work_email(before).get("value") == work_email(after).get("value")
    if before and before["userName"] != after["userName"] and work_email(after) and unsaid:
        amend(target, id_of(request), lambda user: work_email(user).update(value=after["userName"]), response)
    return response
