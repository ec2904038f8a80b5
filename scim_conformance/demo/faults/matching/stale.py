"""Faults in finding: an index that is not updated, clauses in another order, an id that never existed."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import ids, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import find_nobody
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import filter_of, id_of, is_list, is_query, is_read, refusal, users


@defect(
    Kind.MATCHING,
    "external-id-index-stale",
    "After externalId changes, only its old value finds the account",
    "our deduction: an index that is written once",
    named="ENT-MAT-09/legacy/externalId#match-old.none",
)
async def external_id_index_stale(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    index: dict[str, str] = target.notes.setdefault("external-id-index-stale", {})
    text = filter_of(request)
    if is_query(request, "Users") and text.startswith("externalId eq "):
        found = next((one for one, known in index.items() if f'"{known}"' in text), "nobody")
        request.query = {**request.query, "filter": f'id eq "{found}"'}
    response = await go(request)
    for user in users(target) if request.method != "GET" else []:
        if user.get("externalId"):
            index.setdefault(user["id"], user["externalId"])
    return response


@probe("external-id-index-stale")
def external_id_index_stale_shows(wire: Wire) -> bool:
    old, new = unique(), unique()
    user = wire.user(externalId=old)
    assert wire.change(user, replaced("externalId", new)).status in {200, 204}
    found = [ids(wire.find("Users", f'externalId eq "{one}"').listed) for one in (old, new)]
    return found == [[user], []]


@defect(
    Kind.MATCHING,
    "reference-first-empty",
    "A query that names the manager or the member before the id finds nothing",
    "our deduction: a query that is recognised by its text; the order of clauses is not documented",
    named="ENT-MGR-06#check-swapped.one",
)
async def reference_first_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if filter_of(request).startswith(("manager eq ", "members eq ")) and " and " in filter_of(request):
        request.query = {**request.query, "filter": 'id eq "nobody"'}
    return await go(request)


@probe("reference-first-empty")
def reference_first_empty_shows(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    clauses = (f'id eq "{group}"', f'members eq "{user}"')
    found = [ids(wire.find("Groups", " and ".join(one)).listed) for one in (clauses, clauses[::-1])]
    return found == [[group], []]


@defect(
    Kind.MATCHING,
    "unknown-id-first-user",
    "A read by an id that never existed returns the first user",
    "our deduction: an id that cannot be parsed becomes no condition",
    named="ENT-UPD-07/legacy#read-never.no-account",
)
async def unknown_id_first_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known: set[str] = target.notes.setdefault("unknown-id-first-user", set())
    known |= {str(one.id) for one in target.stored()}
    if is_read(request, "Users") and id_of(request) not in known and users(target):
        request.path = f"/Users/{users(target)[0]['id']}"
    return await go(request)


@probe("unknown-id-first-user")
def unknown_id_first_user_shows(wire: Wire) -> bool:
    wire.user()
    gone = wire.user()
    assert wire.delete(f"/Users/{gone}").status == 204
    assert wire.get(f"/Users/{gone}").status == 404
    return wire.get(f"/Users/{unique()}").status == 200


@defect(
    Kind.MATCHING,
    "resources-null",
    "A list without resources has Resources: null",
    "buildbuddy-io/buildbuddy#5774; elimity-com/scim#127",
    named="ENT-CON-01#probe.resources",
    row="B116",
)
async def resources_null(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(response) and response.body is not None and not response.body.get("Resources"):
        response.body["Resources"] = None
    return response


@probe("resources-null")
def resources_null_shows(wire: Wire) -> bool:
    found = find_nobody(wire).json
    return "Resources" in found and found["Resources"] is None


@defect(
    Kind.MATCHING,
    "unknown-id-500",
    "A read by an id of another form returns 500",
    "our deduction: an id that cannot be parsed ends in an exception",
    named="ENT-UPD-07/legacy#read-never.status",
)
async def unknown_id_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users") and "-" in id_of(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "badly formed hexadecimal UUID string")
    return await go(request)


@probe("unknown-id-500")
def unknown_id_500_shows(wire: Wire) -> bool:
    assert wire.get("/Users/nobody").status == 404
    return wire.get(f"/Users/{unique()}").status == 500
