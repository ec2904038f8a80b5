"""Faults in schemas, id and meta of a user, as RFC 7643 sections 2.1, 2.4, 3 and 3.1 has it."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, created, is_read, refusal
from scim_conformance.demo.variants.ids import with_ids

OURS = "our deduction from RFC 7643 section"
FOREIGN = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:Group"


def read_user(request: ScimRequest, response: ScimResponse) -> dict[str, Any]:
    """Return the user whom a read returns, or nothing."""
    return response.body if is_read(request, "Users") and response.body and "id" in response.body else {}


@defect(
    Kind.STANDARDS,
    "schemas-of-groups",
    "schemas of a user names an extension of groups",
    f"{OURS} 3",
    named="RFC-RES-09#read.known",
)
async def schemas_of_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    read_user(request, response).get("schemas", []).append(FOREIGN)
    return response


@probe("schemas-of-groups")
def schemas_of_groups_shows(wire: Wire) -> bool:
    return FOREIGN in wire.read(wire.user())["schemas"]


@defect(
    Kind.STANDARDS,
    "schemas-twice",
    "schemas of a user names the User schema twice",
    f"{OURS} 3",
    named="RFC-RES-09#read.once",
)
async def schemas_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    read_user(request, response).get("schemas", []).append(f"{CORE}User")
    return response


@probe("schemas-twice")
def schemas_twice_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user())["schemas"].count(f"{CORE}User") == 2)


RENAMED = with_ids("bulk ids", lambda number: f"bulkId-{number}")


@defect(
    Kind.STANDARDS,
    "ids-with-bulk-id",
    "Ids begin with the word bulkId",
    f"{OURS} 3.1",
    named="RFC-RES-09#read.bulk-id",
)
async def ids_with_bulk_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await RENAMED(target, request, go)


@probe("ids-with-bulk-id")
def ids_with_bulk_id_shows(wire: Wire) -> bool:
    return "bulkId" in wire.user()


@defect(
    Kind.STANDARDS,
    "external-id-made",
    "A user without externalId gets the userName as one",
    f"{OURS} 3.1",
    named="RFC-RES-09#read.own",
)
async def external_id_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    user = read_user(request, response)
    if "userName" in user:
        user.setdefault("externalId", user["userName"])
    return response


@probe("external-id-made")
def external_id_made_shows(wire: Wire) -> bool:
    return "externalId" in wire.read(wire.user())


def _modified(request: ScimRequest, response: ScimResponse, change: Any) -> ScimResponse:
    meta = read_user(request, response).get("meta", {})
    if "lastModified" in meta:
        meta["lastModified"] = change(meta["created"], meta["lastModified"])
    return response


@defect(
    Kind.STANDARDS,
    "modified-before-created",
    "lastModified of a new user is in the year before",
    f"{OURS} 3.1",
    named="RFC-RES-09#read.modified",
)
async def modified_before_created(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def year_before(made: str, now: str) -> str:
        return f"{int(now[:4]) - 1}{now[4:]}" if made == now else now

    return _modified(request, await go(request), year_before)


@probe("modified-before-created")
def modified_before_created_shows(wire: Wire) -> bool:
    meta = wire.read(wire.user())["meta"]
    return bool(meta["lastModified"] < meta["created"])


@defect(
    Kind.STANDARDS,
    "modified-never-moves",
    "lastModified stays the time of creation",
    f"{OURS} 3.1",
    named="RFC-RES-10#read.moved",
)
async def modified_never_moves(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _modified(request, await go(request), lambda made, _: made)


@probe("modified-never-moves")
def modified_never_moves_shows(wire: Wire) -> bool:
    user = wire.user()
    wire.change(user, {"op": "replace", "path": "title", "value": "Boss"})
    meta = wire.read(user)["meta"]
    return bool(meta["lastModified"] == meta["created"])


def _located(request: ScimRequest, response: ScimResponse, change: Any) -> ScimResponse:
    meta = read_user(request, response).get("meta", {})
    if "location" in meta:
        meta["location"] = change(meta["location"])
    return response


@defect(
    Kind.STANDARDS,
    "location-elsewhere",
    "meta.location names an endpoint that does not exist",
    f"{OURS} 3.1",
    named="RFC-RES-09#read.place",
)
async def location_elsewhere(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _located(request, await go(request), lambda place: place.replace("/Users/", "/People/"))


@probe("location-elsewhere")
def location_elsewhere_shows(wire: Wire) -> bool:
    return "/People/" in wire.read(wire.user())["meta"]["location"]


@defect(
    Kind.STANDARDS,
    "location-with-query",
    "meta.location has the tenant in a query",
    "our deduction from RFC 7644 section 1.3",
    named="RFC-RES-09#read.no-query",
)
async def location_with_query(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _located(request, await go(request), lambda place: f"{place}?tenant=1")


@probe("location-with-query")
def location_with_query_shows(wire: Wire) -> bool:
    return "?tenant=" in wire.read(wire.user())["meta"]["location"]


@defect(
    Kind.STANDARDS,
    "tag-unlike-version",
    "ETag is another tag than meta.version",
    f"{OURS} 3.1",
    named="RFC-RES-09#read.same-tag",
)
async def tag_unlike_version(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if read_user(request, response):
        response.headers = {**response.headers, "ETag": 'W/"another"'}
    return response


@probe("tag-unlike-version")
def tag_unlike_version_shows(wire: Wire) -> bool:
    reply = wire.get(f"/Users/{wire.user()}")
    return bool(reply.headers["etag"] != reply.json["meta"]["version"])


@defect(
    Kind.STANDARDS,
    "version-bare",
    "meta.version is a number without quotation marks",
    f"{OURS} 3.1",
    named="RFC-RES-09#read.tag",
)
async def version_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    meta = read_user(request, response).get("meta", {})
    if "version" in meta:
        meta["version"] = re.sub(r'W/|"', "", meta["version"])
        response.headers = {**response.headers, "ETag": meta["version"]}
    return response


@probe("version-bare")
def version_bare_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user())["meta"]["version"].isdecimal())


@defect(
    Kind.STANDARDS,
    "schemas-must-be-first",
    "A creation whose first attribute is not schemas returns 400",
    f"{OURS} 2.3.8",
    named="RFC-RES-11#reversed.status",
)
async def schemas_must_be_first(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if next(iter(created(request)), "schemas") != "schemas":
        return refusal(HTTPStatus.BAD_REQUEST, "schemas must come first", "invalidSyntax")
    return await go(request)


@probe("schemas-must-be-first")
def schemas_must_be_first_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Users", dict(reversed(list(person().items())))).status == 400


@defect(
    Kind.STANDARDS,
    "core-schema-must-be-first",
    "A creation whose schemas begins with an extension returns 400",
    f"{OURS} 3",
    named="RFC-RES-14#turned.status",
)
async def core_schema_must_be_first(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = created(request).get("schemas") or [f"{CORE}User"]
    if said[0] != f"{CORE}User":
        return refusal(HTTPStatus.BAD_REQUEST, "schemas must begin with User", "invalidSyntax")
    return await go(request)


@probe("core-schema-must-be-first")
def core_schema_must_be_first_shows(wire: Wire) -> bool:
    body = person()
    return wire.send("POST", "/Users", {**body, "schemas": body["schemas"][::-1]}).status == 400
