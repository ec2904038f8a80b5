"""Faults in what RFC 7643 and 7644 require, and many targets do otherwise: checks of them are advice."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    drop_parameters,
    filter_of,
    has_element,
    is_list,
    is_write,
    path_of,
    refilter,
    resources,
    rewrite,
    stored_at,
)

OURS = "our deduction from RFC 7644 section"
NAME = "?attributes=userName"


@defect(
    Kind.STANDARDS,
    "attributes-of-creations-ignored",
    "A creation and a PUT return every attribute, whatever is asked for",
    f"{OURS} 3.9",
    named="RFC-ATT-08#post.lacks",
)
async def attributes_of_creations_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method in {"POST", "PUT"}:
        drop_parameters(request, "attributes", "excludedAttributes")
    return await go(request)


@probe("attributes-of-creations-ignored")
def attributes_of_creations_ignored_shows(wire: Wire) -> bool:
    return "title" in wire.send("POST", f"/Users{NAME}", person(title="Clerk")).json


@defect(
    Kind.STANDARDS,
    "attributes-of-changes-ignored",
    "PATCH returns 204, although attributes are asked for",
    f"{OURS} 3.5.2",
    named="RFC-ATT-08#patch.asked",
)
async def attributes_of_changes_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH":
        drop_parameters(request, "attributes", "excludedAttributes")
    return await go(request)


@probe("attributes-of-changes-ignored")
def attributes_of_changes_ignored_shows(wire: Wire) -> bool:
    return wire.patch(f"/Users/{wire.user()}{NAME}", op("replace", "title", "Boss")).status == 204


OTHER = re.compile(r'emails\[type eq "other"\].*')


def _seeks_other(target: Target, request: ScimRequest, operation: dict[str, Any]) -> bool:
    """Tell whether an operation is on an e-mail address of the type other, which the user does not have."""
    return bool(OTHER.fullmatch(path_of(operation))) and not has_element(target, request.path, "emails", "other")


@defect(
    Kind.STANDARDS,
    "other-address-ignored",
    "A change of an address of the type other returns 204, and makes none",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-29#read-absent.made",
)
async def other_address_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    kept = [one for one in found if not _seeks_other(target, request, one)]
    if len(kept) < len(found):
        rewrite(request, kept)
    return await go(request)


@probe("other-address-ignored")
def other_address_ignored_shows(wire: Wire) -> bool:
    return "emails" not in changed_user(wire, op("replace", 'emails[type eq "other"].value', "a@example.com"))


@defect(
    Kind.STANDARDS,
    "null-changes-nothing",
    "replace with null returns 204, and the value stays",
    "our deduction from RFC 7643 section 2.5",
    named="RFC-PAT-26#read-null.unset.title",
)
async def null_changes_nothing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    kept = [one for one in found if "value" not in one or one["value"] is not None]
    if len(kept) < len(found):
        rewrite(request, kept)
    return await go(request)


NULL = {"op": "replace", "path": "title", "value": None}


@probe("null-changes-nothing")
def null_changes_nothing_shows(wire: Wire) -> bool:
    return bool(changed_user(wire, NULL, title="Clerk").get("title") == "Clerk")


@defect(
    Kind.STANDARDS,
    "put-without-name-200",
    "PUT without a userName returns 200, and the user keeps the name",
    f"{OURS} 3.5.1",
    named="RFC-PUT-06#nameless.refused",
)
async def put_without_name_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PUT", "Users") and isinstance(body, dict) and not body.get("userName"):
        set_body(request, {**body, "userName": stored_at(target, request.path).get("userName")})
    return await go(request)


@probe("put-without-name-200")
def put_without_name_200_shows(wire: Wire) -> bool:
    body = {**person(title="Boss"), "userName": None}
    return wire.send("PUT", f"/Users/{wire.user()}", body).status == 200


@defect(
    Kind.STANDARDS,
    "page-size-as-asked",
    "itemsPerPage is what was asked for, not what the page has",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-02#third.counted",
)
async def page_size_as_asked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if response.body is not None and is_list(response) and request.query.get("count", "").isdecimal():
        response.body["itemsPerPage"] = int(request.query["count"])
    return response


@probe("page-size-as-asked")
def page_size_as_asked_shows(wire: Wire) -> bool:
    return bool(wire.get("/Users?count=99999").json["itemsPerPage"] == 99999)


@defect(
    Kind.STANDARDS,
    "ids-in-any-case",
    "A filter finds an id in any letter case",
    "our deduction from RFC 7643 section 3.1",
    named="RFC-FLT-09#swapped.exact",
)
async def ids_in_any_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if filter_of(request).startswith("id eq "):
        refilter(request, filter_of(request).lower())
    return await go(request)


@probe("ids-in-any-case")
def ids_in_any_case_shows(wire: Wire) -> bool:
    return len(wire.find("Users", f'id eq "{wire.user().upper()}"').listed) == 1


@defect(
    Kind.STANDARDS,
    "nothing-sorted-first",
    "What has no value comes first in an ascending list",
    f"{OURS} 3.4.2.3",
    named="RFC-SRT-01#bare-last.order",
)
async def nothing_sorted_first(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    name, _, part = request.query.get("sortBy", "").partition(".")
    if name and response.body is not None and is_list(response):
        downwards = request.query.get("sortOrder") == "descending"
        response.body["Resources"] = sorted(resources(response), key=lambda one: _has(one, name, part) != downwards)
    return response


def _has(resource: dict[str, Any], name: str, part: str) -> bool:
    found = resource.get(name)
    return bool(found.get(part) if part and isinstance(found, dict) else found)


@probe("nothing-sorted-first")
def nothing_sorted_first_shows(wire: Wire) -> bool:
    title = unique("title")
    for middle in ({"middleName": "Ada"}, {}):
        wire.user(title=title, name={"familyName": "Byron", **middle})
    listed = wire.find("Users", f'title eq "{title}"', "&sortBy=name.middleName").listed
    return [one["name"].get("middleName") for one in listed] == [None, "Ada"]
