"""Faults in lists and reads, as RFC 7644 sections 3.2 and 3.4 has it."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    id_of,
    is_query,
    is_read,
    listed,
    resources,
    users,
)

OURS = "our deduction from RFC 7644 section"


@defect(
    Kind.STANDARDS,
    "one-not-in-array",
    "A page with one resource has Resources as an object",
    f"{OURS} 3.4.2",
    named="RFC-LST-04#page.resources",
)
async def one_not_in_array(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.query.get("count") == "1" and response.body is not None and len(resources(response)) == 1:
        response.body["Resources"] = resources(response)[0]
    return response


@probe("one-not-in-array")
def one_not_in_array_shows(wire: Wire) -> bool:
    wire.user()
    return isinstance(wire.get("/Users?count=1").json["Resources"], dict)


@defect(
    Kind.STANDARDS,
    "page-without-numbers",
    "A page has neither startIndex nor itemsPerPage",
    f"{OURS} 3.4.2",
    named="RFC-LST-04#page.numbered",
)
async def page_without_numbers(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "startIndex" in request.query and response.body is not None:
        for name in ("startIndex", "itemsPerPage"):
            response.body.pop(name, None)
    return response


@probe("page-without-numbers")
def page_without_numbers_shows(wire: Wire) -> bool:
    return "startIndex" not in wire.get("/Users?startIndex=1&count=1").json


@defect(
    Kind.STANDARDS,
    "list-without-meta",
    "Users in a page of a search have no meta",
    f"{OURS} 3.4.2",
    named="RFC-LST-04#whole.whole",
)
async def list_without_meta(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and "count" in request.query:
        for one in resources(response):
            one.pop("meta", None)
    return response


@probe("list-without-meta")
def list_without_meta_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return "meta" not in wire.find("Users", f'userName eq "{name}"', "&count=2").listed[0]


@defect(
    Kind.STANDARDS,
    "groups-among-users",
    "A list of users contains a group",
    f"{OURS} 3.4.2",
    named="RFC-LST-05#users.type",
)
async def groups_among_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    groups = [one for one in target.stored() if not hasattr(one, "user_name")]
    if request.method == "GET" and request.path.strip("/") == "Users" and "filter" not in request.query and groups:
        listed(response, [groups[0].model_dump(), *resources(response)[1:]])
    return response


@probe("groups-among-users")
def groups_among_users_shows(wire: Wire) -> bool:
    wire.group(wire.user())
    return any("members" in one for one in wire.get("/Users?count=5").listed)


@defect(
    Kind.STANDARDS,
    "nick-name-unread",
    "A creation returns nickName, and a read does not",
    f"{OURS} 3.4",
    named="RFC-RED-02#read.shown",
)
async def nick_name_unread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Users") and response.body is not None and "attributes" not in request.query:
        response.body.pop("nickName", None)
    return response


@probe("nick-name-unread")
def nick_name_unread_shows(wire: Wire) -> bool:
    created = wire.create(nickName="Jo")
    return "nickName" in created.json and "nickName" not in wire.read(created.id)


@defect(
    Kind.STANDARDS,
    "read-is-a-change",
    "Each read of a user sets lastModified",
    f"{OURS} 3.4",
    named="RFC-RED-02#again.unaltered",
)
async def read_is_a_change(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Users") and response.body is not None and "meta" in response.body:
        number = target.notes["reads"] = target.notes.get("reads", 0) + 1
        response.body["meta"] |= {"lastModified": f"2030-01-01T00:00:{number % 60:02}Z"}
    return response


@probe("read-is-a-change")
def read_is_a_change_shows(wire: Wire) -> bool:
    user = wire.user()
    first, second = (wire.read(user)["meta"]["lastModified"] for _ in range(2))
    return bool(first != second)


@defect(
    Kind.STANDARDS,
    "user-by-name",
    "A user is read by the userName too",
    f"{OURS} 3.4.1",
    named="RFC-RED-02#by-name.refused",
)
async def user_by_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users"):
        known = [one["id"] for one in users(target) if one.get("userName") == id_of(request)]
        request.path = f"/Users/{known[0]}" if known else request.path
    return await go(request)


@probe("user-by-name")
def user_by_name_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return wire.get(f"/Users/{name}").status == 200


@defect(
    Kind.STANDARDS,
    "post-to-one-creates",
    "POST to the URL of a user creates another user",
    f"{OURS} 3.2",
    named="RFC-CRE-06#post.refused",
)
async def post_to_one_creates(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = request.method == "POST" and request.path.startswith("/Users/") and ".search" not in request.path
    request.path = "/Users" if creates else request.path
    response = await go(request)
    return ScimResponse(response.status, None) if creates else response


@probe("post-to-one-creates")
def post_to_one_creates_shows(wire: Wire) -> bool:
    return wire.send("POST", f"/Users/{wire.user()}", person()).status == 201
