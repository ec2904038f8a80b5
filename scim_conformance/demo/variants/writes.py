"""Legal variants in how writes are answered and what they leave."""

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.probing.bodies import merged, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import patched
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    CORE,
    changes,
    is_write,
    keys_of,
    of_type,
    path_of,
    read_after,
    refusal,
    stored_at,
)
from scim_conformance.demo.variants.registry import TUTORIAL, variant


def _changed_while_disabled(wire: Wire) -> int:
    user = wire.user()
    wire.change(user, merged(active=False))
    return wire.change(user, replaced("title", "x")).status


@variant(
    "inactive-fixed",
    "A disabled account cannot be changed until it is enabled: 409",
    "No source says that Entra changes a disabled account; SHOULD only",
    nearest=("inactive-locked", "update-enables"),
)
async def inactive_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = [{**keys_of(one), path_of(one): one.get("value")} for one in changes(request)]
    enables = any(str(one.get("active")).lower() == "true" for one in said)
    if changes(request) and not enables and stored_at(target, request.path).get("active") is False:
        return refusal(HTTPStatus.CONFLICT, "The account is disabled")
    return await go(request)


@probe("inactive-fixed")
def inactive_fixed_differs(wire: Wire) -> bool:
    return _changed_while_disabled(wire) == 409


@variant("patch-200", "PATCH returns 200 with the whole resource", "RFC 7644 section 3.5.2")
async def patch_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = request.method == "PATCH"
    response = await go(request)
    return await read_after(request, go) if writes and response.status == HTTPStatus.NO_CONTENT else response


@probe("patch-200")
def patch_200_differs(wire: Wire) -> bool:
    return (patched(wire).status, patched(wire, "Group").status) == (200, 200)


@variant(
    "patch-200-of-users",
    "PATCH returns 200 for users and 204 for groups",
    "RFC 7644 section 3.5.2",
    nearest=("patch-other-id",),
)
async def patch_200_of_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = is_write(request, "PATCH", "Users")
    response = await go(request)
    return await read_after(request, go) if writes and response.status == HTTPStatus.NO_CONTENT else response


@probe("patch-200-of-users")
def patch_200_of_users_differs(wire: Wire) -> bool:
    return (patched(wire).status, patched(wire, "Group").status) == (200, 204)


def _again(wire: Wire) -> tuple[int, int]:
    """Send the same change twice; return both statuses."""
    user = wire.user()
    return wire.change(user, replaced("title", "x")).status, wire.change(user, replaced("title", "x")).status


@variant("patch-200-if-changed", "PATCH returns 200 where it changed something, else 204", "RFC 7644 section 3.5.2.1")
async def patch_200_if_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes, before = request.method == "PATCH", _content(target, request.path)
    response = await go(request)
    changed = writes and _content(target, request.path) != before
    return await read_after(request, go) if changed and response.status == HTTPStatus.NO_CONTENT else response


@probe("patch-200-if-changed")
def patch_200_if_changed_differs(wire: Wire) -> bool:
    return _again(wire) == (200, 204)


def _content(target: Target, path: str) -> dict[str, Any]:
    return {name: value for name, value in stored_at(target, path).items() if name != "meta"}


SPARSE = {"schemas", "id", "userName", "displayName", "externalId", "meta", "active"}


@variant(
    "created-sparse",
    "The answer to a creation has only the main attributes",
    "RFC 7644 section 3.3: SHOULD contain",
    nearest=("create-without-body",),
)
async def created_sparse(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "POST" and response.status == HTTPStatus.CREATED:
        response.body = {name: value for name, value in (response.body or {}).items() if name in SPARSE}
        enterprise = [urn for urn in response.body["schemas"] if "core" in urn]
        response.body["schemas"] = enterprise
    return response


@probe("created-sparse")
def created_sparse_differs(wire: Wire) -> bool:
    return "title" not in wire.create(title="x").json


def _echoed(wire: Wire) -> bool:
    microsoft = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
    core = "urn:ietf:params:scim:schemas:core:2.0:Group"
    return microsoft in wire.create_group(schemas=[core, microsoft]).json["schemas"]


@variant("schemas-own", "A group lists only the schemas that the server knows", "RFC 7643 section 3, schemas")
async def schemas_own(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Groups":
            resource["schemas"] = [urn for urn in resource["schemas"] if urn == f"{CORE}Group"]
    return response


@probe("schemas-own")
def schemas_own_differs(wire: Wire) -> bool:
    return not _echoed(wire)


def _revived(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    first = wire.user(userName=name)
    wire.delete(f"/Users/{first}")
    return wire.user(userName=name) == first


@variant(
    "deleted-revived",
    "A user who is created again after a deletion has the old id",
    "RFC 7644 section 3.6: MAY keep the row",
    nearest=(
        "created-again-unreadable",
        "tombstone",
    ),
)
async def deleted_revived(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    buried: dict[str, str] = target.notes.setdefault("deleted-revived", {})
    names = {one.id: _name(one) for one in target.stored()}
    deleted = request.method == "DELETE" and request.path.count("/") > 1
    created = request.method == "POST" and request.path in {"/Users", "/Groups"}
    response = await go(request)
    if deleted and response.status == HTTPStatus.NO_CONTENT:
        identifier = unquote(request.path.rpartition("/")[2])
        buried[names.get(identifier, "")] = identifier
    if created and response.status == HTTPStatus.CREATED and response.body is not None:
        _revive(target, response, buried)
    return response


@probe("deleted-revived")
def deleted_revived_differs(wire: Wire) -> bool:
    return _revived(wire)


def _name(resource: Any) -> str:
    return str(getattr(resource, "user_name", None) or getattr(resource, "display_name", "")).lower()


def _revive(target: Target, response: ScimResponse, buried: dict[str, str]) -> None:
    """Give what was just made the id that it had before."""
    body = response.body or {}
    fresh = body["id"]
    kept = target.stored()
    made = next(one for one in kept if one.id == fresh)
    old = buried.pop(_name(made), None)
    if old is None:
        return
    made.id = old
    target.memory.resources = kept
    response.body = body | {"id": old, "meta": {**body["meta"], "location": _moved(body["meta"]["location"], old)}}
    response.headers = {
        name: _moved(value, old) if value.endswith(f"/{fresh}") else value for name, value in response.headers.items()
    }


def _moved(location: str, identifier: str) -> str:
    return f"{location.rpartition('/')[0]}/{identifier}"


@variant(
    "answers-bare",
    "The answer to a write has only schemas and id",
    f"RFC 7644 section 3.3: SHOULD contain; {TUTORIAL}, of changes: the complete resource is not necessary",
    nearest=("patch-other-id", "create-without-body"),
    breaks=("7644-3.5.2-q",),
)
async def answers_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    method = request.method
    response = await go(request)
    if method == "PATCH" and response.status == HTTPStatus.NO_CONTENT:
        response = await read_after(request, go)
    if method in {"POST", "PATCH"} and response.body is not None and "id" in response.body:
        response.body = {name: response.body[name] for name in ("schemas", "id")}
        response.body["schemas"] = [one for one in response.body["schemas"] if "core" in one]
    return response


@probe("answers-bare")
def answers_bare_differs(wire: Wire) -> bool:
    return set(patched(wire).json or ()) == {"schemas", "id"}
