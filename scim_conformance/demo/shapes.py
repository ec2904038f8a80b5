"""What defects read from requests, answers and the store, and how they change them."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_models import Error
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target, body_of, operations, set_body

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
PAGE = b"<!DOCTYPE html><html><body><form><input name=username></form></body></html>"


def refusal(status: HTTPStatus, detail: str, scim_type: str | None = None) -> ScimResponse:
    """Return a SCIM error."""
    body: dict[str, Any] = Error(status=int(status), detail=detail, scim_type=scim_type).model_dump()
    return ScimResponse(status, body)


def page(status: HTTPStatus, **headers: str) -> RawResponse:
    """Return an HTML page, as a firewall or a login answers."""
    return RawResponse(status, None, {"Content-Type": "text/html; charset=utf-8", **headers}, PAGE)


async def answered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a request; what goes wrong is an answer as well."""
    try:
        return await go(request)
    except Exception as error:  # noqa: BLE001 - as the border of the server has it
        return target.handle_exception(request, error)


def filter_of(request: ScimRequest) -> str:
    """Return the filter of a query, empty where there is none."""
    return request.query.get("filter", "")


def authorize(target: Target, request: ScimRequest) -> None:
    """Give a request the right token, whatever it came with."""
    headers: Any = request.headers
    kept = [(name, value) for name, value in headers if name.lower() != "authorization"]
    request.headers = [*kept, ("Authorization", f"Bearer {target.token}")]


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


def own_extensions(response: ScimResponse) -> list[dict[str, Any]]:
    """Return the extensions, other than the enterprise one, of the resources that an answer carries."""
    return [
        found
        for resource in resources(response)
        for urn, found in resource.items()
        if urn.startswith("urn:") and ":enterprise:" not in urn and isinstance(found, dict)
    ]


def retyped(response: ScimResponse, kind: type, change: Any) -> ScimResponse:
    """Change the values of a Python type in the extensions that an answer carries."""
    for extension in own_extensions(response):
        for name, value in extension.items():
            if type(value) is kind:
                extension[name] = change(value)
    return response


def listed(response: ScimResponse, kept: list[dict[str, Any]]) -> None:
    """Let a list contain these resources, and state their number."""
    if response.body is not None and "Resources" in response.body:
        response.body |= {"Resources": kept, "totalResults": len(kept), "itemsPerPage": len(kept)}


def id_of(request: ScimRequest) -> str:
    """Return the id that the path of a request names."""
    return unquote(request.path.rpartition("/")[2])


def stored_at(target: Target, path: str) -> dict[str, Any]:
    """Return the resource that a path names as it is stored, or nothing."""
    identifier = unquote(path.rpartition("/")[2])
    return next((one.model_dump() for one in target.stored() if one.id == identifier), {})


def is_active(target: Target, request: ScimRequest) -> bool:
    """Tell whether the resource that a request names is stored as active."""
    return stored_at(target, request.path).get("active") is not False


def member_ids(target: Target, request: ScimRequest) -> list[str]:
    """Return the ids of the stored members of the group that a request names."""
    return [str(one["value"]) for one in stored_at(target, request.path).get("members") or []]


def named_members(operation: dict[str, Any]) -> list[str]:
    """Return the ids that an operation on members names, in its value or in the filter of its path."""
    filtered = re.fullmatch(r'members\[value eq "(.*)"\]', str(operation.get("path")))
    value = operation.get("value") if operation.get("path") == "members" else None
    listed = [str(one.get("value")) for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [filtered[1]] if filtered else listed


def changed_so_far(target: Target, request: ScimRequest, kind: str) -> set[str]:
    """Return the ids of what was changed so far, this request included."""
    changed: set[str] = target.notes.setdefault(f"changed {kind}", set())
    if changes(request, kind) and stored_at(target, request.path):
        changed.add(id_of(request))
    return changed


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


async def read_after(request: ScimRequest, go: Go) -> ScimResponse:
    """Read the resource that a write changed."""
    request.method, request.body, request.query = "GET", b"", {}
    return await go(request)


def is_list(response: ScimResponse) -> bool:
    """Tell whether an answer is a ListResponse."""
    return "totalResults" in (response.body or {})


def of_type(request: ScimRequest, response: ScimResponse) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `Users` or `Groups` with each resource that an answer carries."""
    kind = request.path.strip("/").partition("/")[0]
    body = response.body or {}
    if kind in {"Users", "Groups"}:
        for resource in body.get("Resources", [body] if "id" in body else []):
            yield kind, resource


class Only(dict[str, str]):
    """Headers to which the server adds no more."""

    def setdefault(self, key: str, default: str = "") -> str:
        """Return a header, and leave out what is not there."""
        return self.get(key, default)


def refilter(request: ScimRequest, text: str) -> None:
    """Replace the filter of a query."""
    request.query = {**request.query, "filter": text}


def drop_parameters(request: ScimRequest, *names: str) -> None:
    """Take parameters out of a query."""
    request.query = {name: value for name, value in request.query.items() if name not in names}


def record_of(target: Target, identifier: str) -> Any:
    """Return what is stored under an id, to be changed in place, or None."""
    return next((one for one in target.stored() if one.id == identifier), None)
