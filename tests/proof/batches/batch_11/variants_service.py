"""Eleventh batch: legal variants in how answers are sent, and in what is refused."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.shapes import answered, changes, created, keys_of, path_of, resources, users, verb
from tests.proof.batches.batch_2.store import dumps
from tests.proof.batches.batch_4.store import said
from tests.proof.batches.batch_5.store import kind_of, refused
from tests.proof.batches.batch_11.store import KINDS, legal


# RFC 6265 section 4.1: a server may set a cookie with each answer. None is asked for: note 1.4 has no such header.
@legal(
    "session-cookie-set",
    "Each answer sets a session cookie, as a load balancer does, and none is asked for",
    "RFC 6265 sections 3 and 4.1; note 1.4, the headers that the service sends",
)
async def session_cookie_set(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    node = target.notes["session-cookie-set"] = target.notes.get("session-cookie-set", 0) + 1
    response.headers["Set-Cookie"] = f"lb=node-{node % 3}; Path=/; Secure; HttpOnly; SameSite=Lax"
    return response


# RFC 8594 section 3 and RFC 9745: hints of what comes, which change nothing of the answer.
@legal(
    "sunset-announced",
    "Each answer says that this version of the interface is deprecated and ends in 2028, and links to its successor",
    "RFC 8594 section 3; RFC 9745 section 2; RFC 8288 section 3",
)
async def sunset_announced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers |= {
        "Deprecation": "@1790812800",
        "Sunset": "Sat, 01 Jul 2028 00:00:00 GMT",
        "Link": '<https://docs.example/scim/next>; rel="successor-version"',
    }
    return response


# RFC 8259 section 2: white space between the tokens means nothing.
@legal(
    "json-indented",
    "Every body is JSON on many lines, indented by tabulators",
    "RFC 8259 section 2; RFC 7644 section 3.8",
)
async def json_indented(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    raw = json.dumps(response.body, indent="\t", ensure_ascii=False).encode()
    return RawResponse(response.status, None, response.headers, raw)


MEGABYTE = 1 << 20


# RFC 7644 section 3.12 has 413 for what is too large. A request of 100 members has some five kilobytes.
@legal(
    "megabyte-413",
    "A request whose body has more than a megabyte returns 413",
    "RFC 7644 section 3.12, 413; note 6.2, batch size, no source sets a minimum",
)
async def megabyte_413(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(request.body or b"") > MEGABYTE:
        detail = f"A body has at most {MEGABYTE} bytes"
        return refused(target, request, detail, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await go(request)


def _texts(request: ScimRequest) -> list[tuple[str, str]]:
    return [(path, value) for kind in KINDS for path, value in said(request, kind) if isinstance(value, str)]


# Note 8 no. 11: invalid values are rejected with a descriptive error. No name in a directory has the tags of a page.
@legal(
    "markup-400",
    "A text that has a tag of HTML, such as <b>, returns 400 invalidValue; other angle brackets are taken",
    "Note 8 no. 11, reject invalid values with a descriptive error; RFC 7644 section 3.12, invalidValue",
)
async def markup_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [path for path, value in _texts(request) if re.search(r"</?[A-Za-z][^<>]*>", value)]
    if wrong:
        return refused(target, request, f"{wrong[0]} has HTML in it, which is not allowed", "invalidValue")
    return await go(request)


# Note 8 no. 11: it is rejected, and not silently cut.
@legal(
    "padded-name-400",
    "A userName, or a displayName of a group, that begins or ends with a blank returns 400 invalidValue",
    "Note 8 no. 11, reject invalid values with a descriptive error; RFC 7644 section 3.12, invalidValue",
)
async def padded_name_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names = [value for path, value in said(request) if path == "username"]
    names += [value for path, value in said(request, "Groups") if path == "displayname"]
    if any(isinstance(one, str) and one != one.strip() for one in names):
        return refused(target, request, "A name must not begin or end with a blank", "invalidValue")
    return await go(request)


RESERVED = {"admin", "administrator", "postmaster", "root", "system", "webmaster"}


# RFC 7644 section 3.12, uniqueness: “one or more of the attribute values are already in use or are reserved”.
@legal(
    "names-reserved",
    "A userName such as admin@example.com or root, which is reserved, returns 409 in a creation and in a change",
    "RFC 7644 section 3.12, uniqueness, in use or reserved; note 3.4, 409 with a SCIM error",
)
async def names_reserved(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names = [str(value) for path, value in said(request) if path == "username"]
    taken = [one for one in names if one.partition("@")[0].lower() in RESERVED]
    if taken:
        return refused(target, request, f"The userName {taken[0]} is reserved", "uniqueness", HTTPStatus.CONFLICT)
    return await go(request)


TYPED = ("emails", "phoneNumbers", "addresses")


def _typed_lists(request: ScimRequest) -> Iterator[tuple[str, Any]]:
    """Yield each list of typed elements that a request sets as a whole, with its name."""
    given = [created(request), *(keys_of(one) for one in changes(request) if verb(one) != "remove")]
    given += [{path_of(one): one.get("value")} for one in changes(request) if verb(one) != "remove"]
    for one in given:
        yield from ((name, one[name]) for name in TYPED if isinstance(one.get(name), list))


# Note 8 no. 17: no two elements of one type. Roles, of which Entra sends several of one type, are left alone.
@legal(
    "type-twice-400",
    "Two e-mails, phone numbers or addresses of the same type in one list return 400 invalidValue",
    "Note 8 no. 17, type unique within a multi-valued attribute; RFC 7644 section 3.12, invalidValue",
)
async def type_twice_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for name, elements in _typed_lists(request):
        types = [one.get("type") for one in elements if isinstance(one, dict) and one.get("type")]
        if len({str(one).lower() for one in types}) < len(types):
            return refused(target, request, f"{name} has two elements of one type", "invalidValue")
    return await go(request)


# RFC 7644 section 3.12, uniqueness, as above: people and groups share one name space, as in Unix and in Windows.
@legal(
    "one-name-space",
    "A group cannot have the userName of a user as displayName, nor a user the name of a group: 409 uniqueness",
    "RFC 7644 section 3.12, uniqueness, in use or reserved; note 8 no. 24, displayName of groups is unique in the app",
)
async def one_name_space(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    people = {str(one.get("userName")).lower() for one in users(target)}
    groups = {str(one.get("displayName")).lower() for one in dumps(target, "Group")}
    taken = [value for path, value in said(request) if path == "username" and str(value).lower() in groups]
    taken += [
        value for path, value in said(request, "Groups") if path == "displayname" and str(value).lower() in people
    ]
    if taken:
        return refused(target, request, f"{taken[0]} is taken", "uniqueness", HTTPStatus.CONFLICT)
    return await go(request)


# Note 8 no. 11. Letters and digits of every script are taken, and the signs that such numbers have.
@legal(
    "employee-number-signs-400",
    "An employeeNumber with a sign that is no letter, digit, blank, point, line or slash returns 400 invalidValue",
    "Note 8 no. 11, reject invalid values with a descriptive error; RFC 7644 section 3.12, invalidValue",
)
async def employee_number_signs_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    numbers = [str(value) for path, value in said(request) if path == "employeenumber" and value]
    if any(not re.fullmatch(r"[\w .\-/]+", one) for one in numbers):
        return refused(target, request, "employeeNumber has a sign that is not allowed", "invalidValue")
    return await go(request)


LEFT_OUT = {"entitlements", "x509certificates"}


# Note 8 no. 22: entitlements are unsupported, and certificates are in no mapping (3.1). /Schemas has neither.
@legal(
    "certificates-unsupported",
    "There are no entitlements and x509Certificates: /Schemas leaves them out, and a request that sets one returns 400",
    "Note 8 no. 22, entitlements unsupported, and 3.1, the mapping; RFC 7643 section 7; RFC 7644 section 3.12",
)
async def certificates_unsupported(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [path for path, value in said(request) if value and path.partition(".")[0] in LEFT_OUT]
    if wrong:
        return refused(target, request, f"{wrong[0]} is not supported", "invalidSyntax")
    response = await go(request)
    for schema in resources(response) if kind_of(request) == "Schemas" else []:
        if isinstance(schema.get("attributes"), list):
            schema["attributes"] = [one for one in schema["attributes"] if one["name"].lower() not in LEFT_OUT]
    return response
