"""More faults that were made for a check: the nth request of a kind is answered wrongly, or all that follow a write."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import authorize, created, is_query, is_read, is_write, refusal, resources
from tests.proof.made.faults import made

NEIGHBOURS = 2
"""Users that are created before a scenario, and after whom its own come."""


def _count(target: Target, what: str) -> int:
    """Count one more of what happens; return how many there were."""
    target.notes[what] = target.notes.get(what, 0) + 1
    return int(target.notes[what])


def _lost() -> ScimResponse:
    return refusal(HTTPStatus.NOT_FOUND, "It is not here")


async def _of_another(request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource["id"] = f"{resource['id']}-1"
    return response


@made("ENT-CON-10#patch.refused")
async def change_without_the_token(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        authorize(target, request)
    return await go(request)


@made(*(f"{one}#delete.no-content" for one in ("ENT-DEL-01", "ENT-GRP-12", "ENT-GRP-14", "ENT-MGR-07")))
async def deletes_with_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "DELETE" and response.status == HTTPStatus.NO_CONTENT:
        response.status = HTTPStatus.OK
    return response


@made("ENT-GRP-03#read-included.status")
async def members_are_secret(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown = is_read(request, "Groups") and "members" not in request.query.get("excludedAttributes", "")
    return refusal(HTTPStatus.FORBIDDEN, "Members are not shown") if shown else await go(request)


@made("ENT-GRP-15#match-bare.status")
async def nobody_of_that_name_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    asked = "Team" in str(request.query.get("filter", ""))
    return _lost() if is_query(request, "Groups") and asked and not resources(response) else response


@made("ENT-MGR-07#match.status")
async def lists_fail_after_a_deletion(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users"):
        target.notes["deleted"] = True
    broken = is_query(request, "Users") and target.notes.get("deleted")
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "A join has no row") if broken else await go(request)


@made("ENT-MAT-09#match-new.status", "ENT-MAT-09#match-old.status")
async def lists_fail_after_a_change(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        target.notes["changed"] = True
    broken = is_query(request, "Users") and target.notes.get("changed")
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The index is locked") if broken else await go(request)


@made("ENT-MAT-09#patch.status", "SRV-SIM-02#patch-name.status", "SRV-SIM-02#patch-title.status")
async def nothing_changes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return refusal(HTTPStatus.CONFLICT, "It is locked") if is_write(request, "PATCH", "Users") else await go(request)


@made("ENT-DIS-05#read-buried.status", "ENT-UPD-06#read-removed.status", "SRV-SIM-02#read-back.status")
async def gone_when_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        _count(target, "changes")
    late = request.query.get("filter") is None and target.notes.get("changes", 0) >= _enough(target)
    return _lost() if is_read(request, "Users") and late else await go(request)


@made("ENT-DIS-05#read-buried.same", "ENT-UPD-06#read-removed.same", "SRV-SIM-02#read-back.same")
async def another_when_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users"):
        _count(target, "changes")
    late = is_read(request, "Users") and target.notes.get("changes", 0) >= _enough(target)
    return await _of_another(request, go) if late else await go(request)


def _enough(target: Target) -> int:
    """Return the number of changes that matter: with two e-mails the second one, which removes one of them."""
    several = any(len(getattr(one, "emails", None) or []) > 1 for one in target.stored())
    target.notes["several"] = target.notes.get("several", False) or several
    return 2 if target.notes["several"] else 1


@made("SRV-SIM-01#add-first.status", "SRV-SIM-01#add-second.status")
async def only_one_membership(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again = is_write(request, "PATCH", "Groups") and _count(target, "additions") > 1
    return refusal(HTTPStatus.CONFLICT, "The group is locked") if again else await go(request)


@made("SRV-SIM-01#read-members.status")
async def groups_unreadable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _lost() if is_read(request, "Groups") else await go(request)


@made("SRV-SIM-02#read.status", "SRV-SIM-02#read-neighbour.status")
async def read_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _lost() if is_read(request, "Users") and _count(target, "reads") > 1 else await go(request)


@made("SRV-SIM-02#read.same", "SRV-SIM-02#read-neighbour.same")
async def read_right_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again = is_read(request, "Users") and _count(target, "reads") > 1
    return await _of_another(request, go) if again else await go(request)


@made("SRV-SIM-03#create-first.status", "SRV-SIM-03#create-second.status")
async def no_more_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    full = created(request) and _count(target, "creations") > NEIGHBOURS
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The sequence is at its end") if full else await go(request)


@made("SRV-SIM-03#match.made")
async def nobody_after_three(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request):
        _count(target, "creations")
    response = await go(request)
    if is_query(request, "Users") and target.notes.get("creations", 0) > NEIGHBOURS and response.body:
        response.body |= {"totalResults": 0, "Resources": []}
    return response


@made("SRV-SIM-03#match.status")
async def lists_fail_after_three(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request):
        _count(target, "creations")
    broken = is_query(request, "Users") and target.notes.get("creations", 0) > NEIGHBOURS
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Too many rows") if broken else await go(request)


@made("ENT-UPD-08#create.status")
async def an_address_is_demanded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    bare = created(request) and not created(request).get("emails")
    return refusal(HTTPStatus.BAD_REQUEST, "emails is required", "invalidValue") if bare else await go(request)


@made("ENT-UPD-08#create.id")
async def bare_ones_have_no_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    bare = created(request) and not created(request).get("emails")
    response = await go(request)
    if bare and response.body is not None:
        response.body = {name: value for name, value in response.body.items() if name != "id"}
    return response
