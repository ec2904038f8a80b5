"""Faults in what is shown of a value, or done with one of the wrong type: RFC 7643 sections 2.3 and 7, OWASP."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, changes, created, filter_of, is_read, of_type, refilter, rewrite

OURS = "our deduction from RFC 7643 section"
HASH = "$2b$12$Wq3Wz0m1rU0mQ8mS2c0m1e"


def _noted(target: Target, request: ScimRequest, response: ScimResponse, name: str, value: Any) -> None:
    """Note a value for the user who was created."""
    if request.method == "POST" and value is not None and response.body and "id" in response.body:
        target.notes.setdefault(name, {})[response.body["id"]] = value


@defect(
    Kind.STANDARDS,
    "password-hash-shown",
    "A user shows the hash of the password as passwordHash",
    f"{OURS} 4.1.1",
    named="RFC-USR-04#read.lacks",
)
async def password_hash_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    secret = created(request).get("password")
    response = await go(request)
    _noted(target, request, response, "hashes", secret and HASH)
    if is_read(request, "Users") and (response.body or {}).get("id") in target.notes.get("hashes", {}):
        response.body = {**(response.body or {}), "passwordHash": HASH}
    return response


@probe("password-hash-shown")
def password_hash_shown_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user(password=unique("Pw-9"))).get("passwordHash") == HASH)


@defect(
    Kind.STANDARDS,
    "sent-decimal-as-text",
    "A decimal that a client sends comes back as a text",
    f"{OURS} 2.3.3",
    named="RFC-SCH-01#read.decimals",
)
async def sent_decimal_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    cost = body.pop("seatCost", None)
    if cost is not None:
        set_body(request, body)
    response = await go(request)
    _noted(target, request, response, "costs", cost)
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        title = next(one for one in user["attributes"] if one["name"] == "title")
        user["attributes"] = [{**title, "name": "seatCost", "type": "decimal"}, *user["attributes"]]
    for _, one in of_type(request, response):
        if one["id"] in target.notes.get("costs", {}):
            one["seatCost"] = str(target.notes["costs"][one["id"]])
    return response


@probe("sent-decimal-as-text")
def sent_decimal_as_text_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user(seatCost=7.5)).get("seatCost") == "7.5")


@defect(
    Kind.STANDARDS,
    "profile-url-never",
    "/Schemas says that profileUrl is never returned, and it can be asked for",
    f"{OURS} 7",
    named="RFC-SCH-04#asked.never",
)
async def profile_url_never(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        next(one for one in user["attributes"] if one["name"] == "profileUrl")["returned"] = "never"
    if "profileUrl" not in request.query.get("attributes", ""):
        for _, one in of_type(request, response):
            one.pop("profileUrl", None)
    return response


@probe("profile-url-never")
def profile_url_never_shows(wire: Wire) -> bool:
    user = wire.user(profileUrl="https://example.com/jo")
    asked = wire.get(f"/Users/{user}?attributes=profileUrl").json
    return "profileUrl" in asked and "profileUrl" not in wire.read(user)


@defect(
    Kind.STANDARDS,
    "text-never-greater",
    "A filter with gt on a text finds nothing",
    "our deduction from RFC 7644 section 3.4.2.2",
    named="RFC-FLT-16#above.found",
)
async def text_never_greater(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if re.search(r'\btitle gt "', filter_of(request)):
        refilter(request, re.sub(r'\btitle gt "', 'title eq "-', filter_of(request)))
    return await go(request)


@probe("text-never-greater")
def text_never_greater_shows(wire: Wire) -> bool:
    title = unique("title")
    wire.user(title=f"{title}-b")
    return wire.find("Users", f'title gt "{title}" and title sw "{title}"').listed == []


@defect(
    Kind.STANDARDS,
    "wrong-type-left-out",
    "A creation whose e-mail addresses are a number is accepted without them",
    "our deduction from RFC 7644 section 3.12, invalidValue",
    named="RFC-CRE-03#create.refused",
)
async def wrong_type_left_out(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if isinstance(body.get("emails"), int):
        set_body(request, {name: one for name, one in body.items() if name != "emails"})
    return await go(request)


@probe("wrong-type-left-out")
def wrong_type_left_out_shows(wire: Wire) -> bool:
    return wire.create(emails=7).status == 201


@defect(
    Kind.STANDARDS,
    "operator-applied",
    "An object with $set in place of a text sets the text in it",
    "OWASP ASVS 5.0, V1",
    named="SEC-INJ-03#read.unchanged",
)
async def operator_applied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for one in found:
        if isinstance(one.get("value"), dict) and "$set" in one["value"]:
            one["value"] = one["value"]["$set"]
    if found:
        rewrite(request, found)
    return await go(request)


@probe("operator-applied")
def operator_applied_shows(wire: Wire) -> bool:
    user = wire.user(displayName="Jo")
    wire.change(user, op("replace", "displayName", {"$set": "sct"}))
    return bool(wire.read(user)["displayName"] == "sct")
