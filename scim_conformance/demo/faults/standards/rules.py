"""Faults in single rules of filters, pages, PUT and PATCH that other faults do not show alone."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    answered,
    changes,
    filter_of,
    id_of,
    is_write,
    keys_of,
    path_of,
    record_of,
    refilter,
    refusal,
    rewrite,
    verb,
)

OURS = "our deduction from RFC 7644 section"


@defect(
    Kind.STANDARDS,
    "work-email-alone-found",
    "A filter on emails.value compares the work address alone",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-14#second.found",
)
async def work_email_alone_found(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name, _, value = filter_of(request).partition(" eq ")
    if name == "emails.value":
        refilter(request, f'emails[type eq "work" and value eq {value}]')
    return await go(request)


@probe("work-email-alone-found")
def work_email_alone_found_shows(wire: Wire) -> bool:
    home = f"{unique()}@example.com"
    wire.user(emails=[{"type": "home", "value": home}])
    return not wire.find("Users", f'emails.value eq "{home}"').listed


@defect(
    Kind.STANDARDS,
    "start-zero-400",
    "startIndex=0 returns 400",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-02#below.same-page",
)
async def start_zero_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("startIndex") == "0":
        return refusal(HTTPStatus.BAD_REQUEST, "startIndex begins with 1", "invalidValue")
    return await go(request)


@probe("start-zero-400")
def start_zero_400_shows(wire: Wire) -> bool:
    return wire.get("/Users?startIndex=0").status == 400


@defect(
    Kind.STANDARDS,
    "attributes-by-letter-case",
    "attributes in capitals returns the id alone",
    f"{OURS} 3.9",
    named="RFC-ATT-04#case.has",
)
async def attributes_by_letter_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("attributes", "").isupper():
        request.query = {**request.query, "attributes": "id"}
    return await go(request)


@probe("attributes-by-letter-case")
def attributes_by_letter_case_shows(wire: Wire) -> bool:
    return "userName" not in wire.get(f"/Users/{wire.user()}?attributes=USERNAME").json


@defect(
    Kind.STANDARDS,
    "attributes-without-parts",
    "attributes with a sub-attribute returns the whole name",
    f"{OURS} 3.9",
    named="RFC-ATT-04#read.lacks",
)
async def attributes_without_parts(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("attributes") == "name.familyName":
        request.query = {**request.query, "attributes": "name"}
    return await go(request)


@probe("attributes-without-parts")
def attributes_without_parts_shows(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Ada", "familyName": "Byron"})
    return "givenName" in wire.get(f"/Users/{user}?attributes=name.familyName").json["name"]


@defect(
    Kind.STANDARDS,
    "put-null-kept",
    "PUT with null keeps the value",
    f"{OURS} 3.5.1",
    named="RFC-PUT-03#read.unset.title",
)
async def put_null_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body, record = body_of(request), record_of(target, id_of(request))
    kept = record.title if is_write(request, "PUT", "Users") and record is not None else None
    response = await go(request)
    if kept and isinstance(body, dict) and body.get("title", kept) is None:
        record_of(target, id_of(request)).title = kept
    return response


@probe("put-null-kept")
def put_null_kept_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    wire.send("PUT", f"/Users/{user}", {**person(userName=wire.read(user)["userName"]), "title": None})
    return bool(wire.read(user).get("title") == "Clerk")


@defect(
    Kind.STANDARDS,
    "put-sets-created",
    "PUT stores the meta.created that a client sends",
    f"{OURS} 3.5.1",
    named="RFC-PUT-03#read.own.meta.created",
)
async def put_sets_created(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    sent = body.get("meta", {}).get("created") if is_write(request, "PUT", "Users") else None
    if sent is not None:
        target.notes.setdefault("created", {})[id_of(request)] = sent
    response = await go(request)
    known = target.notes.get("created", {}).get(id_of(request))
    if known is not None and response.body is not None and "meta" in response.body:
        response.body["meta"] |= {"created": known}
    return response


@probe("put-sets-created")
def put_sets_created_shows(wire: Wire) -> bool:
    user, date = wire.user(), "1999-01-01T00:00:00Z"
    body = person(userName=wire.read(user)["userName"])
    wire.send("PUT", f"/Users/{user}", {**body, "meta": {"created": date}})
    return bool(wire.read(user)["meta"]["created"] == date)


@defect(
    Kind.STANDARDS,
    "refused-removal-clears",
    "A PATCH that removes userName returns 400, and has removed displayName",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-10/username#read.unchanged",
)
async def refused_removal_clears(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    removes = [(verb(one), path_of(one)) for one in changes(request)] == [("remove", "userName")]
    response = await answered(target, request, go)
    record = record_of(target, id_of(request)) if removes else None
    if record is not None:
        record.display_name = None
    return response


@probe("refused-removal-clears")
def refused_removal_clears_shows(wire: Wire) -> bool:
    user = wire.user(displayName="Ada")
    assert wire.change(user, op("remove", "userName")).status == 400
    return "displayName" not in wire.read(user)


@defect(
    Kind.STANDARDS,
    "pathless-replace-clears",
    "A replace without a path removes nickName where it is not named",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-31#read.value.nickName",
)
async def pathless_replace_clears(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any(verb(one) == "replace" and "title" in keys_of(one) and "nickName" not in keys_of(one) for one in found):
        rewrite(request, [{"op": "remove", "path": "nickName"}, *found])
    return await go(request)


@probe("pathless-replace-clears")
def pathless_replace_clears_shows(wire: Wire) -> bool:
    return "nickName" not in changed_user(wire, op("replace", None, {"title": "Boss"}), nickName="Jo")
