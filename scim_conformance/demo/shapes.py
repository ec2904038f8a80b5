"""What defects read from requests, answers and the store, and how they change them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_models import Error
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body

CORE = "urn:ietf:params:scim:schemas:core:2.0:"


def refusal(status: HTTPStatus, detail: str, scim_type: str | None = None) -> ScimResponse:
    """Return a SCIM error."""
    body: dict[str, Any] = Error(status=int(status), detail=detail, scim_type=scim_type).model_dump()
    return ScimResponse(status, body)


async def answered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a request; what goes wrong is an answer as well."""
    try:
        return await go(request)
    except Exception as error:  # noqa: BLE001 - as the border of the server has it
        return target.handle_exception(request, error)


def is_query(request: ScimRequest, kind: str) -> bool:
    """Tell whether a request is a filtered query on a resource type."""
    return request.method == "GET" and request.path.strip("/") == kind and "filter" in request.query


def is_write(request: ScimRequest, method: str, kind: str) -> bool:
    """Tell whether a request is a write of this method to one resource of a type."""
    return request.method == method and request.path.startswith(f"/{kind}/")


def is_read(request: ScimRequest, kind: str) -> bool:
    """Tell whether a request reads one resource of a type by its id."""
    return request.method == "GET" and request.path.startswith(f"/{kind}/") and request.path.strip("/") != kind


def created(request: ScimRequest, kind: str = "Users") -> dict[str, Any]:
    """Return the resource that a request creates, or nothing."""
    body = body_of(request)
    creates = request.method == "POST" and request.path.strip("/") == kind and isinstance(body, dict)
    return body if creates else {}


def changes(request: ScimRequest, kind: str = "Users") -> list[dict[str, Any]]:
    """Return the operations of a PATCH of one resource of a type."""
    return operations(body_of(request)) if is_write(request, "PATCH", kind) else []


def verb(operation: dict[str, Any]) -> str:
    """Return what an operation does, in lower case."""
    return str(operation.get("op")).lower()


def path_of(operation: dict[str, Any]) -> str:
    """Return the path of an operation, empty where it has none."""
    return str(operation.get("path") or "")


def keys_of(operation: dict[str, Any]) -> dict[str, Any]:
    """Return what an operation without a path sets, by its keys; nothing where it has a path."""
    value = operation.get("value")
    return value if "path" not in operation and isinstance(value, dict) else {}


def rewrite(request: ScimRequest, kept: list[dict[str, Any]]) -> None:
    """Replace the operations of a PATCH; where none is left, the resource is merely read."""
    if kept:
        set_body(request, {**body_of(request), "Operations": kept})
    else:
        request.method, request.body = "GET", b""


def without(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return the operations without what they say of one attribute."""
    return without_if(found, lambda said: said == name)


def without_if(found: list[dict[str, Any]], dropped: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Return the operations without what they say of the attributes whose name is dropped."""
    kept = []
    for operation in found:
        said = {key: entry for key, entry in keys_of(operation).items() if not dropped(key)}
        if keys_of(operation):
            operation["value"] = said
        if not dropped(path_of(operation)) and operation.get("value") != {}:
            kept.append(operation)
    return kept


def drop(request: ScimRequest, dropped: Callable[[str], bool]) -> None:
    """Take the attributes whose name is dropped out of the PATCH of a user."""
    found = changes(request)
    if found:
        rewrite(request, without_if(found, dropped))


def resources(response: ScimResponse) -> list[dict[str, Any]]:
    """Return the resources that an answer carries."""
    body = response.body or {}
    return list(body["Resources"]) if "Resources" in body else [body] if "id" in body else []


def listed(response: ScimResponse, kept: list[dict[str, Any]]) -> None:
    """Let a list hold these resources, and say so."""
    if response.body is not None and "Resources" in response.body:
        response.body |= {"Resources": kept, "totalResults": len(kept), "itemsPerPage": len(kept)}


def id_of(request: ScimRequest) -> str:
    """Return the id that the path of a request names."""
    return unquote(request.path.rpartition("/")[2])


def stored_at(target: Target, path: str) -> dict[str, Any]:
    """Return the resource that a path names as it is stored, or nothing."""
    identifier = unquote(path.rpartition("/")[2])
    return next((one.model_dump() for one in target.stored() if one.id == identifier), {})


def has_element(target: Target, path: str, name: str, kind: str) -> bool:
    """Tell whether the resource that a path names has an element of this type."""
    return any(entry.get("type") == kind for entry in stored_at(target, path).get(name) or [])


def users(target: Target) -> list[dict[str, Any]]:
    """Return every stored user."""
    return [one.model_dump() for one in target.stored() if hasattr(one, "user_name")]


async def without_uniqueness(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a request as a store without unique keys would."""
    original = type(target.memory)._check_uniqueness
    target.memory._check_uniqueness = lambda *_: None  # type: ignore[method-assign]
    try:
        return await go(request)
    finally:
        target.memory._check_uniqueness = original.__get__(target.memory)  # type: ignore[method-assign]
