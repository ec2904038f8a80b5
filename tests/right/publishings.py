"""Right servers that publish, and show, resources in a way of their own (RFC 7643 sections 2, 6 and 7)."""

import json
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import CORE, of_type, record_of, refusal
from tests.right.registry import right


@right("RFC-GRP-03", advised=True)
async def references_go_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """$ref is ../Users/{id}, as in RFC 7643 section 8.3."""
    response = await go(request)
    for _, one in of_type(request, response):
        for member in one.get("members") or []:
            member["$ref"] = f"../Users/{member['value']}"
    return response


NAMES = {"User": "Account", "Group": "Team"}


@right("RFC-RES-01", "RFC-SCH-06", "RFC-GRP-03", "RFC-LST-05", "RFC-LST-06", "RFC-DSC-05")
async def types_have_other_names(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """The types are named Account and Team, and have ids of their own."""
    for name in NAMES.values():
        request.path = request.path.replace(f"/ResourceTypes/{name.lower()}-type", f"/ResourceTypes/{_usual(name)}")
    response = await go(request)
    if response.body is not None:
        response.body = _renamed(json.loads(json.dumps(response.body, default=str)))
    return response


def _usual(name: str) -> str:
    return next(usual for usual, own in NAMES.items() if own == name)


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    own = {key: _renamed(one) for key, one in value.items()}
    if str(own.get("resourceType")) in NAMES:
        own["resourceType"] = NAMES[own["resourceType"]]
    if "endpoint" in own and own["name"] in NAMES:
        own |= {"name": NAMES[own["name"]], "id": f"{NAMES[own['name']].lower()}-type"}
    return own


def _described(request: ScimRequest, response: ScimResponse, name: str, **said: Any) -> None:
    """Let /Schemas say something else of an attribute of users."""
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        next(one for one in user["attributes"] if one["name"] == name).update(said)


@right("RFC-ATT-01", "RFC-ATT-02", "RFC-ATT-04", "RFC-ATT-06", "RFC-ATT-08", "RFC-SCH-04")
async def names_always_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """userName and displayName are always returned, as /Schemas says."""
    response = await go(request)
    for name, key in {"userName": "user_name", "displayName": "display_name"}.items():
        _described(request, response, name, returned="always")
        for kind, one in of_type(request, response):
            stored = record_of(target, one["id"])
            if kind == "Users" and getattr(stored, key, None):
                one[name] = getattr(stored, key)
    return response


@right("RFC-RED-02", "RFC-SCH-04", "RFC-SCH-01", "RFC-LST-04")
async def nick_name_on_request(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """nickName is returned on request, as /Schemas says, and in the response to the write that set it."""
    response = await go(request)
    _described(request, response, "nickName", returned="request")
    if request.method == "GET" and "attributes" not in request.query:
        for _, one in of_type(request, response):
            one.pop("nickName", None)
    return response


@right("RFC-SCH-02")
async def password_required(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """/Schemas requires a password, which is never returned: the target makes one where none is sent."""
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        usual = next(one for one in user["attributes"] if one["name"] == "title")
        hidden = {"required": True, "returned": "never", "mutability": "writeOnly"}
        user["attributes"] = [{**usual, "name": "password", **hidden}, *user["attributes"]]
    return response


VENDOR = "urn:example:params:scim:schemas:extension:vendor:2.0:User"


@right("RFC-RES-02", "SEC-MAS-01", "SEC-MAS-02", "RFC-DSC-08", "RFC-SCH-04", "RFC-SCH-05", "RFC-DSC-02", "RFC-RES-09")
async def vendor_has_such_names(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """An extension has attributes named primary, role, verified and id, which mean something else."""
    response = await go(request)
    _published(request, response)
    for kind, one in of_type(request, response):
        if kind == "Users" and "attributes" not in request.query:
            one["schemas"] = [*one["schemas"], VENDOR]
            one[VENDOR] = {"primary": "north", "role": "admin", "verified": True, "isAdmin": False, "id": "7"}
    return response


def _published(request: ScimRequest, response: ScimResponse) -> None:
    listed = (response.body or {}).get("Resources", [])
    if request.path == "/ResourceTypes":
        users = next(one for one in listed if one["name"] == "User")
        users["schemaExtensions"] = [*users.get("schemaExtensions", []), {"schema": VENDOR, "required": False}]
    elif request.path == "/Schemas" and response.body is not None:
        usual = {"type": "string", "multiValued": False, "description": "Ours", "required": False, "caseExact": False}
        usual |= {"mutability": "readWrite", "returned": "default", "uniqueness": "none"}
        attributes = [{"name": name, **usual} for name in ("primary", "role", "id")]
        attributes += [{"name": name, **usual, "type": "boolean"} for name in ("verified", "isAdmin")]
        own = {"schemas": listed[0]["schemas"], "id": VENDOR, "name": "Vendor", "description": "Ours"}
        listed = [*listed, {**own, "attributes": attributes}]
        response.body |= {"Resources": listed, "totalResults": len(listed)}


@right("RFC-CRE-01", "RFC-RES-09")
async def location_without_host(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Location is relative to the address of the request, and meta.location has the host."""
    response = await go(request)
    if request.method == "POST" and "Location" in response.headers:
        end = response.headers["Location"].rpartition("/")[2]
        response.headers = {**response.headers, "Location": f"Users/{end}"}
    return response


@right("RFC-RES-09", "RFC-PUT-05")
async def behind_a_proxy(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A proxy has ended the tag of a compressed response with -gzip; the database counts times in seconds."""
    response = await go(request)
    if response.headers.get("ETag", "").endswith('"'):
        response.headers = {**response.headers, "ETag": f'{response.headers["ETag"][:-1]}-gzip"'}
    if request.method == "GET" and target.notes.get("put"):
        for _, one in of_type(request, response):
            if "meta" in one:
                one["meta"]["created"] = str(one["meta"]["created"])[:19] + "Z"
    target.notes["put"] = target.notes.get("put") or request.method == "PUT"
    return response


PAGED = ("RFC-PAG-02", "RFC-PAG-03", "RFC-LST-04")


@right(*PAGED, "RFC-PAG-01", "RFC-LST-01", "RFC-SEA-01", "RFC-SRT-01", spared=PAGED)
async def cursors_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Lists have cursors and no pages by index: startIndex is refused, and totalResults left out."""
    is_list = not request.path.startswith(("/Schemas", "/ResourceTypes"))
    if ("startIndex" in request.query and is_list) or b'"startIndex"' in (request.body or b""):
        return refusal(HTTPStatus.BAD_REQUEST, "Use a cursor")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["pagination"] = {"cursor": True, "index": False}
    elif request.path.startswith(("/Users", "/Groups")) and response.body is not None:
        for name in ("totalResults", "startIndex", "itemsPerPage"):
            response.body.pop(name, None)
    return response


@right("RFC-PAG-01", "RFC-PAG-02", "RFC-FLT-21", "RFC-CRE-05", "RFC-LST-01", "RFC-LST-02", "RFC-LST-04", "RFC-SEA-01")
async def cursors_besides(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Lists have cursors and pages by index, and totalResults is left out of both (RFC 9865 section 2)."""
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["pagination"] = {"cursor": True, "index": True}
    elif request.path.startswith(("/Users", "/Groups")) and response.body is not None:
        response.body.pop("totalResults", None)
    return response
