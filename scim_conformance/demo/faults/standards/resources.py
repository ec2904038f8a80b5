"""Faults in resources and in what creates them, as RFC 7643 sections 2 to 4 has it."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import UNREADABLE, Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, answered, created, is_read, refusal, resources

OURS = "our deduction from RFC 7643 section"


def _of_read(request: ScimRequest, response: ScimResponse) -> dict[str, Any]:
    """Return the user whom a read returns, or nothing."""
    return response.body if is_read(request, "Users") and response.body and "id" in response.body else {}


@defect(
    Kind.STANDARDS,
    "read-in-array",
    "A user is returned in an array of one",
    f"{OURS} 2.1",
    named="RFC-RES-01#read.object",
    leaves=UNREADABLE,
)
async def read_in_array(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if _of_read(request, response):
        response.body = [response.body]  # type: ignore[assignment]
    return response


@probe("read-in-array")
def read_in_array_shows(wire: Wire) -> bool:
    return isinstance(wire.read(wire.user()), list)


@defect(
    Kind.STANDARDS,
    "emails-object",
    "A single e-mail address is returned as an object instead of an array",
    f"{OURS} 2.4",
    named="RFC-RES-02#read.arrays",
)
async def emails_object(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in resources(response):
        if len(one.get("emails") or []) == 1:
            one["emails"] = one["emails"][0]
    return response


@probe("emails-object")
def emails_object_shows(wire: Wire) -> bool:
    return isinstance(wire.read(wire.user(emails=[{"value": "a@example.com"}]))["emails"], dict)


@defect(
    Kind.STANDARDS,
    "read-without-schemas",
    "A user who is read has no schemas",
    f"{OURS} 3",
    named="RFC-RES-01#read.schemas",
)
async def read_without_schemas(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _of_read(request, response).pop("schemas", None)
    return response


@probe("read-without-schemas")
def read_without_schemas_shows(wire: Wire) -> bool:
    return "schemas" not in wire.read(wire.user())


@defect(
    Kind.STANDARDS,
    "meta-without-dates",
    "A user does not show when it was created and changed",
    f"{OURS} 3.1",
    named="RFC-RES-01#read.meta",
)
async def meta_without_dates(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for name in ("created", "lastModified"):
        _of_read(request, response).get("meta", {}).pop(name, None)
    return response


@probe("meta-without-dates")
def meta_without_dates_shows(wire: Wire) -> bool:
    return "created" not in wire.read(wire.user())["meta"]


@defect(
    Kind.STANDARDS,
    "dates-local",
    "Dates are written as 30/11/2026 10:00",
    f"{OURS} 2.3.5",
    named="RFC-RES-01#read.dates",
)
async def dates_local(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    meta = _of_read(request, response).get("meta", {})
    if "lastModified" in meta:
        meta["lastModified"] = "30/11/2026 10:00"
    return response


@probe("dates-local")
def dates_local_shows(wire: Wire) -> bool:
    return "/" in wire.read(wire.user())["meta"]["lastModified"]


@defect(
    Kind.STANDARDS,
    "id-in-creation-400",
    "A creation with an id returns 400",
    "our deduction from RFC 7643 section 3.1 and RFC 7644 section 3.3",
    named="RFC-RES-04#create.status",
)
async def id_in_creation_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "id" in created(request):
        return refusal(HTTPStatus.BAD_REQUEST, "id is readOnly", "mutability")
    return await go(request)


@probe("id-in-creation-400")
def id_in_creation_400_shows(wire: Wire) -> bool:
    return wire.create(id="x").status == 400


@defect(
    Kind.STANDARDS,
    "external-id-folded",
    "externalId is put into lower case",
    f"{OURS} 3.1",
    named="RFC-RES-06#read.kept",
)
async def external_id_folded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in resources(response):
        if "externalId" in one:
            one["externalId"] = one["externalId"].lower()
    return response


@probe("external-id-folded")
def external_id_folded_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user(externalId="aB"))["externalId"] == "ab")


@defect(
    Kind.STANDARDS,
    "department-outside",
    "An attribute of an extension is returned next to the core attributes",
    f"{OURS} 3.3",
    named="RFC-RES-02#read.inside",
)
async def department_outside(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in resources(response):
        one.update(one.pop(ENTERPRISE, {}))
    return response


@probe("department-outside")
def department_outside_shows(wire: Wire) -> bool:
    return "department" in wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}}))


@defect(
    Kind.STANDARDS,
    "nameless-created",
    "A user without a userName is created",
    f"{OURS} 4.1.1",
    named="RFC-USR-01#missing.status",
    leaves="the accounts that it creates have no name that shows the tag of the run",
)
async def nameless_created(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body, inner = created(request), f"{unique('made')}@example.com"
    if not body or body.get("userName"):
        return await go(request)
    set_body(request, {**body, "userName": inner})
    response = await go(request)
    for one in resources(response):
        one.pop("userName", None)
    return response


@probe("nameless-created")
def nameless_created_shows(wire: Wire) -> bool:
    reply = wire.send("POST", "/Users", {"schemas": [f"{CORE}User"]})
    return reply.status == 201 and "userName" not in reply.json


@defect(
    Kind.STANDARDS,
    "nameless-group-created",
    "A group without a displayName is created",
    "RFC 7643 erratum 5368",
    named="RFC-GRP-01#create.status",
    leaves="the groups that it creates have no name that shows the tag of the run",
)
async def nameless_group_created(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request, "Groups")
    if body and not body.get("displayName"):
        set_body(request, {**body, "displayName": unique("made")})
    return await go(request)


@probe("nameless-group-created")
def nameless_group_created_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Groups", {"schemas": [f"{CORE}Group"]}).status == 201


@defect(
    Kind.STANDARDS,
    "answer-not-stored",
    "A creation returns another title than the one that is stored",
    "our deduction from RFC 7644 section 3.3",
    named="RFC-CRE-01#read.as-answered",
)
async def answer_not_stored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if created(request) and response.body is not None and "title" in response.body:
        response.body["title"] = "As sent"
    return response


@probe("answer-not-stored")
def answer_not_stored_shows(wire: Wire) -> bool:
    reply = wire.create(title="Clerk")
    return bool(reply.json["title"] != wire.read(reply.id)["title"])


@defect(
    Kind.STANDARDS,
    "refused-but-created",
    "A creation that returns 400 has left an account",
    "our deduction from RFC 7644 section 3.3",
    named="RFC-CRE-03#find.none",
)
async def refused_but_created(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body, response = created(request), await answered(target, request, go)
    if body and response.status == HTTPStatus.BAD_REQUEST and not isinstance(body.get("emails"), list | None):
        set_body(request, {name: value for name, value in body.items() if name != "emails"})
        await answered(target, request, go)
    return response


@probe("refused-but-created")
def refused_but_created_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.create(userName=name, emails=7).status == 400
    return len(wire.find("Users", f'userName eq "{name}"').listed) == 1


@defect(
    Kind.STANDARDS,
    "mass-assigned",
    "A field that no schema has, such as isAdmin, is stored and returned",
    "OWASP API Security Top 10 2023, API3",
    named="SEC-MAS-01#read-made.assigned",
)
async def mass_assigned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body, response = body_of(request), await go(request)
    given: dict[str, Any] = target.notes.setdefault("assigned", {})
    if request.method == "POST" and isinstance(body, dict) and "isAdmin" in body and response.body:
        given[response.body["id"]] = body["isAdmin"]
    for one in resources(response):
        if one["id"] in given:
            one["isAdmin"] = given[one["id"]]
    return response


@probe("mass-assigned")
def mass_assigned_shows(wire: Wire) -> bool:
    return wire.read(wire.user(isAdmin=True)).get("isAdmin") is True
