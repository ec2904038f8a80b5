"""Faults in what /Schemas says of attributes, against what is returned: RFC 7643 sections 2.3, 4.1.2 and 7."""

import base64
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, is_read, is_write

OURS = "our deduction from RFC 7643 section"


def _described(request: ScimRequest, response: ScimResponse, name: str, **said: Any) -> None:
    """Let /Schemas say something else of an attribute of users."""
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        next(one for one in user["attributes"] if one["name"] == name).update(said)


def _says(wire: Wire, name: str, characteristic: str) -> Any:
    """Return what /Schemas says of an attribute of users."""
    user = next(one for one in wire.get("/Schemas").listed if one["id"] == f"{CORE}User")
    return next((one[characteristic] for one in user["attributes"] if one["name"] == name), None)


def _user(request: ScimRequest, response: ScimResponse) -> dict[str, Any]:
    """Return the user whom a read returns, or nothing."""
    return response.body if is_read(request, "Users") and response.body and "id" in response.body else {}


@defect(
    Kind.STANDARDS,
    "nick-name-write-only",
    "/Schemas says that nickName is writeOnly, and it is returned",
    f"{OURS} 7",
    named="RFC-SCH-04#whole.write-only",
)
async def nick_name_write_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _described(request, response, "nickName", mutability="writeOnly")
    return response


@probe("nick-name-write-only")
def nick_name_write_only_shows(wire: Wire) -> bool:
    return "nickName" in wire.read(wire.user(nickName="Jo")) and _says(wire, "nickName", "mutability") == "writeOnly"


@defect(
    Kind.STANDARDS,
    "nick-name-never",
    "/Schemas says that nickName is never returned, and it can be",
    f"{OURS} 7",
    named="RFC-SCH-04#asked.never",
)
async def nick_name_never(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _described(request, response, "nickName", returned="never")
    if "attributes" not in request.query:
        _user(request, response).pop("nickName", None)
    return response


@probe("nick-name-never")
def nick_name_never_shows(wire: Wire) -> bool:
    user = wire.user(nickName="Jo")
    asked = wire.get(f"/Users/{user}?attributes=nickName").json
    return "nickName" in asked and _says(wire, "nickName", "returned") == "never"


@defect(
    Kind.STANDARDS,
    "nick-name-on-request",
    "nickName is returned on request, says /Schemas, and always is",
    f"{OURS} 7",
    named="RFC-SCH-04#whole.on-request",
)
async def nick_name_on_request(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _described(request, response, "nickName", returned="request")
    return response


@probe("nick-name-on-request")
def nick_name_on_request_shows(wire: Wire) -> bool:
    return "nickName" in wire.read(wire.user(nickName="Jo")) and _says(wire, "nickName", "returned") == "request"


@defect(
    Kind.STANDARDS,
    "title-not-always",
    "title is always returned, says /Schemas, and can be left out",
    f"{OURS} 7",
    named="RFC-SCH-04#part.always",
)
async def title_not_always(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _described(request, response, "title", returned="always")
    return response


@probe("title-not-always")
def title_not_always_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    part = wire.get(f"/Users/{user}?attributes=userName").json
    return "title" not in part and _says(wire, "title", "returned") == "always"


@defect(
    Kind.STANDARDS,
    "nick-name-unasked",
    "attributes=userName returns nickName too",
    f"{OURS} 7; django-scim2-server 1.1.0",
    named="RFC-SCH-04#part.default",
)
async def nick_name_unasked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users") and request.query.get("attributes") == "userName":
        request.query = {**request.query, "attributes": "userName,nickName"}
    return await go(request)


@probe("nick-name-unasked")
def nick_name_unasked_shows(wire: Wire) -> bool:
    return "nickName" in wire.get(f"/Users/{wire.user(nickName='Jo')}?attributes=userName").json


@defect(
    Kind.STANDARDS,
    "profile-url-folded",
    "profileUrl is put into lower case, and /Schemas says caseExact",
    f"{OURS} 7",
    named="RFC-SCH-04#whole.case",
)
async def profile_url_folded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    user = _user(request, response)
    if "profileUrl" in user:
        user["profileUrl"] = user["profileUrl"].lower()
    return response


@probe("profile-url-folded")
def profile_url_folded_shows(wire: Wire) -> bool:
    place = "https://example.com/Jo"
    return bool(wire.read(wire.user(profileUrl=place))["profileUrl"] == place.lower())


@defect(
    Kind.STANDARDS,
    "decimal-as-text",
    "An attribute of the type decimal is returned as a text",
    f"{OURS} 2.3.3",
    named="RFC-SCH-05#read.decimals",
)
async def decimal_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        said = {"name": "rating", "type": "decimal", "multiValued": False, "mutability": "readOnly"}
        user["attributes"].append({**said, "required": False, "returned": "default", "uniqueness": "none"})
    if _user(request, response) and not request.query:
        _user(request, response)["rating"] = "7.5"
    return response


@probe("decimal-as-text")
def decimal_as_text_shows(wire: Wire) -> bool:
    return bool(_says(wire, "rating", "type") == "decimal" and wire.read(wire.user())["rating"] == "7.5")


def _certificates(request: ScimRequest, response: ScimResponse, change: Any) -> ScimResponse:
    for one in _user(request, response).get("x509Certificates") or []:
        one["value"] = base64.b64encode(change(base64.b64decode(one["value"]))).decode()
    return response


@defect(
    Kind.STANDARDS,
    "certificate-garbled",
    "Binary data is stored as text: bytes above 127 become question marks",
    f"{OURS} 2.3.6",
    named="RFC-SCH-05#read.bytes",
)
async def certificate_garbled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _certificates(request, await go(request), lambda raw: bytes(one if one < 128 else 63 for one in raw))


def _with_certificate(wire: Wire) -> bytes:
    """Create a user with a binary value that begins as DER does, and return the bytes that are read."""
    user = wire.user(x509Certificates=[{"value": base64.b64encode(b"0\x82\x01").decode()}])
    return base64.b64decode(wire.read(user)["x509Certificates"][0]["value"])


@probe("certificate-garbled")
def certificate_garbled_shows(wire: Wire) -> bool:
    return _with_certificate(wire) == b"0?\x01"


@defect(
    Kind.STANDARDS,
    "certificate-as-pem",
    "A certificate is returned in the form of PEM",
    f"{OURS} 4.1.2",
    named="RFC-SCH-05#read.der",
)
async def certificate_as_pem(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    pem = b"-----BEGIN CERTIFICATE-----\n"
    return _certificates(request, await go(request), lambda raw: pem + base64.b64encode(raw))


@probe("certificate-as-pem")
def certificate_as_pem_shows(wire: Wire) -> bool:
    return _with_certificate(wire).startswith(b"-----BEGIN")


@defect(
    Kind.STANDARDS,
    "created-by-put",
    "PUT sets meta.created to what the client sent",
    f"{OURS} 7; SAML Jackson 26.2.0",
    named="RFC-SCH-06#read.created",
)
async def created_by_put(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    forged: dict[str, str] = target.notes.setdefault("created by put", {})
    body = body_of(request)
    if is_write(request, "PUT", "Users") and isinstance(body, dict) and "created" in body.get("meta", {}):
        forged[request.path] = body["meta"]["created"]
    response = await go(request)
    if request.path in forged and _user(request, response).get("meta"):
        _user(request, response)["meta"]["created"] = forged[request.path]
    return response


@probe("created-by-put")
def created_by_put_shows(wire: Wire) -> bool:
    user = wire.user()
    body = {**person(), "meta": {"created": "1999-01-01T00:00:00Z"}}
    assert wire.send("PUT", f"/Users/{user}", body).status == 200
    return str(wire.read(user)["meta"]["created"]).startswith("1999")
