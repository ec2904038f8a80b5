"""Legal variants in how writes are answered and what they leave."""

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import CORE, is_write, stored_at
from scim_conformance.demo.variants import of_type, read_after, variant


@variant("patch-200", "PATCH answers 200 with the whole resource", "RFC 7644 section 3.5.2")
async def patch_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = request.method == "PATCH"
    response = await go(request)
    return await read_after(request, go) if writes and response.status == HTTPStatus.NO_CONTENT else response


@variant("patch-200-of-users", "PATCH answers 200 for users and 204 for groups", "RFC 7644 section 3.5.2")
async def patch_200_of_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes = is_write(request, "PATCH", "Users")
    response = await go(request)
    return await read_after(request, go) if writes and response.status == HTTPStatus.NO_CONTENT else response


@variant("patch-200-if-changed", "PATCH answers 200 where it changed something, else 204", "RFC 7644 section 3.5.2.1")
async def patch_200_if_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    writes, before = request.method == "PATCH", _content(target, request.path)
    response = await go(request)
    changed = writes and _content(target, request.path) != before
    return await read_after(request, go) if changed and response.status == HTTPStatus.NO_CONTENT else response


def _content(target: Target, path: str) -> dict[str, Any]:
    return {name: value for name, value in stored_at(target, path).items() if name != "meta"}


SPARSE = {"schemas", "id", "userName", "displayName", "externalId", "meta", "active"}


@variant(
    "created-sparse", "A creation is answered with the chief attributes alone", "RFC 7644 section 3.3: SHOULD contain"
)
async def created_sparse(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "POST" and response.status == HTTPStatus.CREATED:
        response.body = {name: value for name, value in (response.body or {}).items() if name in SPARSE}
        enterprise = [urn for urn in response.body["schemas"] if "core" in urn]
        response.body["schemas"] = enterprise
    return response


@variant("schemas-own", "A group names the schemas that the server knows alone", "RFC 7643 section 3, schemas")
async def schemas_own(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Groups":
            resource["schemas"] = [urn for urn in resource["schemas"] if urn == f"{CORE}Group"]
    return response


@variant(
    "deleted-revived", "Who is created again after a deletion has the old id", "RFC 7644 section 3.6: MAY keep the row"
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
