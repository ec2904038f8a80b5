"""Faults in what a PATCH or a creation does to values, and in where pages begin."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    answered,
    changed_so_far,
    changes,
    created,
    path_of,
    refusal,
    resources,
    rewrite,
    stored_at,
    verb,
)

OURS = "our deduction from RFC 7644 section"


@defect(
    Kind.STANDARDS,
    "pages-from-zero",
    "startIndex counts from 0: page 1 leaves out the first user",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-02#default.same-page",
)
async def pages_from_zero(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("startIndex", "").isdigit():
        request.query = {**request.query, "startIndex": str(int(request.query["startIndex"]) + 1)}
    return await go(request)


@probe("pages-from-zero")
def pages_from_zero_shows(wire: Wire) -> bool:
    for _ in range(2):
        wire.user()
    first, default = (wire.get(f"/Users?{one}count=1").listed for one in ("startIndex=1&", ""))
    return bool(first[0]["id"] != default[0]["id"])


@defect(
    Kind.STANDARDS,
    "replace-unset-400",
    "replace of an attribute without a value returns 400 noTarget",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-26#patch.status",
)
async def replace_unset_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = stored_at(target, request.path)
    if any((verb(one), path_of(one)) == ("replace", "title") for one in changes(request)) and not known.get("title"):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no title", "noTarget")
    return await go(request)


@probe("replace-unset-400")
def replace_unset_400_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", "title", "Boss")).status == 400


@defect(
    Kind.STANDARDS,
    "members-of-creation-lost",
    "A group that is created with members has none",
    f"{OURS} 3.3",
    named="RFC-GRP-02#read.values",
)
async def members_of_creation_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request, "Groups")
    if "members" in body:
        set_body(request, {name: value for name, value in body.items() if name != "members"})
    return await go(request)


@probe("members-of-creation-lost")
def members_of_creation_lost_shows(wire: Wire) -> bool:
    reply = wire.create_group(members=[{"value": wire.user()}])
    return wire.members(reply.id) == []


@defect(
    Kind.STANDARDS,
    "pathless-add-lost",
    "add without a path returns success and is lost",
    f"{OURS} 3.5.2.1",
    named="RFC-PAT-20#read.value.title",
)
async def pathless_add_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        rewrite(request, [one for one in changes(request) if path_of(one) or verb(one) != "add"])
    return await go(request)


@probe("pathless-add-lost")
def pathless_add_lost_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    wire.change(user, op("add", None, {"title": "Boss"}))
    return bool(wire.read(user)["title"] == "Clerk")


@defect(
    Kind.STANDARDS,
    "failed-in-part",
    "A PATCH that returns 400 has applied the operations that were right",
    "Metatavu/keycloak-scim-server#107",
    named="RFC-PAT-02/required-last#read.atomic",
)
async def failed_in_part(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    response = await answered(target, request, go)
    if len(found) > 1 and response.status == HTTPStatus.BAD_REQUEST:
        rewrite(request, [one for one in found if path_of(one) == "title"])
        await answered(target, request, go)
    return response


@probe("failed-in-part")
def failed_in_part_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    assert wire.change(user, op("replace", "title", "Boss"), op("remove", "userName")).status == 400
    return bool(wire.read(user)["title"] == "Boss")


def _emails_added(operations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in operations if (verb(one), path_of(one)) == ("add", "emails")]


@defect(
    Kind.STANDARDS,
    "add-replaces-emails",
    "add of an e-mail address replaces all others",
    f"{OURS} 3.5.2.1",
    named="RFC-PAT-21#read.values",
)
async def add_replaces_emails(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for one in _emails_added(found):
        one["op"] = "replace"
    if found:
        rewrite(request, found)
    return await go(request)


@probe("add-replaces-emails")
def add_replaces_emails_shows(wire: Wire) -> bool:
    user = wire.user(emails=work("a@example.com"))
    wire.change(user, op("add", "emails", [{"type": "home", "value": "b@example.com"}]))
    return len(wire.read(user)["emails"]) == 1


@defect(
    Kind.STANDARDS,
    "name-as-a-whole",
    "replace of name with one part removes the other parts",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-28#read.value.name.familyName",
)
async def name_as_a_whole(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any((verb(one), path_of(one)) == ("replace", "name") for one in found):
        rewrite(request, [{"op": "remove", "path": "name"}, *found])
    return await go(request)


@probe("name-as-a-whole")
def name_as_a_whole_shows(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Ada", "familyName": "Byron"})
    wire.change(user, op("replace", "name", {"givenName": "Augusta"}))
    return "familyName" not in wire.read(user)["name"]


@defect(
    Kind.STANDARDS,
    "created-with-change",
    "After a change, a user looks as if it had been added at that moment",
    "our deduction from RFC 7643 section 3.1: a target that writes a new row instead of changing the old one",
    named="RFC-RES-10#read.moved",
)
async def created_with_change(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = changed_so_far(target, request, "Users")
    response = await go(request)
    for resource in resources(response):
        if resource["id"] in changed and "lastModified" in resource.get("meta", {}):
            resource["meta"]["created"] = resource["meta"]["lastModified"]
    return response


@probe("created-with-change")
def created_with_change_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    before = wire.read(user)["meta"]["created"]
    wire.change(user, replaced("title", "Boss"))
    return bool(wire.read(user)["meta"]["created"] > before)
