"""Faults that were made for a read: from a write on, what it touched is not found, or another resource is."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Around, Go, Target
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_read,
    is_write,
    path_of,
    refusal,
    resources,
    stored_at,
    users,
    verb,
)
from tests.proof.made.faults import made

Marks = Callable[[Target, ScimRequest], set[str]]
"""Names the ids of what a request touches."""

Strange = Callable[[ScimRequest, Go], Awaitable[ScimResponse]]


async def _gone(request: ScimRequest, go: Go) -> ScimResponse:
    del request, go
    return refusal(HTTPStatus.NOT_FOUND, "It is not here")


async def _another(request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource["id"] = f"{resource['id']}-1"
    return response


def _after(marks: Marks, kind: str, strange: Strange) -> Around:
    """Answer reads of what was touched strangely from then on."""

    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        touched: set[str] = target.notes.setdefault("touched", set())
        if is_read(request, kind) and id_of(request) in touched:
            return await strange(request, go)
        found = marks(target, request)
        response = await go(request)
        touched |= found
        return response

    return around


def _members(request: ScimRequest, op: str) -> set[str]:
    """Return the members that a PATCH of a group adds or removes."""
    told = [one for one in changes(request, "Groups") if verb(one) == op and path_of(one).startswith("members")]
    listed = [one.get("value") for one in told if isinstance(one.get("value"), list)]
    filtered = [path_of(one).partition('"')[2].partition('"')[0] for one in told if "[" in path_of(one)]
    return {str(entry.get("value")) for value in listed for entry in value or []} | set(filtered)


def _emptied(target: Target, request: ScimRequest) -> set[str]:
    held = {one["value"] for one in stored_at(target, request.path).get("members") or []}
    leaving = _members(request, "remove")
    return leaving if held and held <= leaving else set()


def _asleep(target: Target, request: ScimRequest) -> set[str]:
    return {one["id"] for one in users(target) if one.get("active") is False} & _members(request, "add")


def _reports(target: Target, request: ScimRequest) -> set[str]:
    disabling = changes(request) and any(path_of(one) == "active" for one in changes(request))
    boss = id_of(request) if disabling else None
    return {
        one["id"] for one in users(target) if ((one.get(ENTERPRISE) or {}).get("manager") or {}).get("value") == boss
    }


for _check, _marks in (
    ("ENT-GRP-07#read-last", _emptied),
    ("ENT-GRP-11#read-added", _asleep),
    ("ENT-MGR-07#read-report", _reports),
):
    made(f"{_check}.status")(_after(_marks, "Users", _gone))
    made(f"{_check}.same")(_after(_marks, "Users", _another))


def _left(target: Target, request: ScimRequest) -> set[tuple[str, str]]:
    """Return who ever left a group, with the group."""
    gone: set[tuple[str, str]] = target.notes.setdefault("left", set())
    gone |= {(id_of(request), one) for one in _members(request, "remove")}
    return gone


def _back(target: Target, request: ScimRequest) -> set[str]:
    gone = _left(target, request)
    return {group for group, one in gone if group == id_of(request) and one in _members(request, "add")}


made("ENT-GRP-07#read-added.status")(_after(_back, "Groups", _gone))


@made("ENT-GRP-07#add-back.status")
async def nobody_comes_back(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _back(target, request):
        return refusal(HTTPStatus.CONFLICT, "Who left a group cannot come back")
    return await go(request)


@made("ENT-GRP-14#read-again.status")
async def group_made_again_is_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names: set[str] = target.notes.setdefault("names", set())
    lost: set[str] = target.notes.setdefault("lost", set())
    if is_write(request, "DELETE", "Groups"):
        names.add(str(stored_at(target, request.path).get("displayName")))
    if is_read(request, "Groups") and id_of(request) in lost:
        return refusal(HTTPStatus.NOT_FOUND, "It is not here")
    again = created(request, "Groups").get("displayName") in names
    response = await go(request)
    lost |= {str((response.body or {}).get("id"))} if again else set()
    return response
