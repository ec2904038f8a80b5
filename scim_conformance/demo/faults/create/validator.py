"""Faults in a creation as Microsoft's validator sends it."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created

SESSION = "our deduction, from a session of Microsoft's SCIM Validator (darrenjrobinson/entra-scim-mcp)"


@defect(
    Kind.CREATE,
    "identical-creation-201",
    "A repeated creation returns 201 and the same user again",
    f"{SESSION}: a retry is recognized by its content",
    named="ENT-CRE-06#create-again.taken",
    shows=("ENT-VAL-01",),
)
async def identical_creation_201(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known: dict[bytes, dict[str, Any]] = target.notes.setdefault("creations", {})
    body = bytes(request.body or b"")
    if created(request) and body in known:
        return ScimResponse(HTTPStatus.CREATED, known[body])
    response = await go(request)
    if created(request) and response.body is not None:
        known[body] = dict(response.body)
    return response


@probe("identical-creation-201")
def identical_creation_201_shows(wire: Wire) -> bool:
    body = person(userName=f"{unique()}@example.com", title="Clerk")
    first, again, other = (wire.send("POST", "/Users", one) for one in (body, body, {**body, "title": "Boss"}))
    return (first.status, again.status, other.status) == (201, 201, 409) and first.id == again.id


LISTS = ("emails", "phoneNumbers", "addresses")


@defect(
    Kind.CREATE,
    "untyped-elements-dropped",
    "Elements without a type are not stored at a creation",
    f"{SESSION}: elements are stored by their type",
    named="ENT-VAL-01#find.as-sent",
)
async def untyped_elements_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for name in LISTS:
        if isinstance(body.get(name), list):
            body[name] = [one for one in body[name] if isinstance(one, dict) and one.get("type")]
    if body:
        set_body(request, body)
    return await go(request)


@probe("untyped-elements-dropped")
def untyped_elements_dropped_shows(wire: Wire) -> bool:
    typed, untyped = (wire.read(wire.user(emails=one)) for one in (work("jo@example.com"), [{"value": "jo@x.example"}]))
    return bool(typed["emails"]) and not untyped.get("emails")
