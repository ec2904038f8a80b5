"""Switchable defects of the embedded target: faults that were seen in real targets, each with its source.

Written from the reports, not from the checks. Each changes what is stored or answered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from typing import Any
from urllib.parse import unquote

from scim2_models import Error, NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target, body_of, operations, set_body


@dataclass(frozen=True)
class Defect:
    """A fault: its name, what somebody would report, where it was reported, and what it does."""

    name: str
    symptom: str
    source: str
    around: Around
    profile: str | None = None
    """The profile with which it shows, where it does not with the default one."""


DEFECTS: dict[str, Defect] = {}


def defect(name: str, symptom: str, source: str, profile: str | None = None) -> Callable[[Around], Around]:
    """Register a defect."""

    def register(around: Around) -> Around:
        DEFECTS[name] = Defect(name, symptom, source, around, profile)
        return around

    return register


def is_query(request: ScimRequest, kind: str) -> bool:
    """Tell whether a request is a filtered query on a resource type."""
    return request.method == "GET" and request.path.strip("/") == kind and "filter" in request.query


def is_write(request: ScimRequest, method: str, kind: str) -> bool:
    """Tell whether a request is a write of this method to one resource of a type."""
    return request.method == method and request.path.startswith(f"/{kind}/")


def rewrite(request: ScimRequest, kept: list[dict[str, Any]]) -> None:
    """Replace the operations of a PATCH; where none is left, the resource is merely read."""
    if kept:
        set_body(request, {**body_of(request), "Operations": kept})
    else:
        request.method, request.body = "GET", b""


def resources(response: ScimResponse) -> list[dict[str, Any]]:
    """Return the resources that an answer carries."""
    body = response.body or {}
    return list(body["Resources"]) if "Resources" in body else [body] if "id" in body else []


@defect("filter-404", "Test Connection fails: a filter that matches nothing answers 404", "jelhub/scimgateway#18")
async def filter_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "filter" in request.query and response.body is not None and response.body.get("totalResults") == 0:
        raise NotFoundException(detail="No such resource")
    return response


@defect("filter-ignored", "Every query answers with everybody", "eneo-ai/eneo#443")
async def filter_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@defect("match-case", "The userName filter is case-sensitive", "zulip/zulip#21758")
async def match_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    wanted = re.search(r'userName eq "(.*)"', request.query.get("filter", ""))
    if is_query(request, "Users") and wanted is not None and response.body is not None:
        kept = [one for one in response.body.get("Resources", []) if one.get("userName") == wanted[1]]
        response.body |= {"Resources": kept, "totalResults": len(kept)}
    return response


@defect("active-string", 'The string "False" counts as true: a disabled user stays active', "ory/polis#1199")
async def active_string(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PATCH", "Users"):
        for operation in operations(body):
            if operation.get("path") == "active" and isinstance(operation.get("value"), str):
                operation["value"] = bool(operation["value"])
        set_body(request, body)
    return await go(request)


@defect("inactive-hidden", "A disabled user cannot be read any more", "ssoready/ssoready#155")
async def inactive_hidden(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    body = response.body or {}
    if request.method == "GET" and request.path.startswith("/Users/") and body.get("active") is False:
        raise NotFoundException(detail="No such user")
    if request.method == "GET" and "Resources" in body:
        kept = [one for one in body["Resources"] if one.get("active") is not False]
        response.body = body | {"Resources": kept, "totalResults": len(kept)}
    return response


@defect("op-case", "PATCH answers 400: “Replace” is not a valid operation", "langwatch/langwatch#6972")
async def op_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [one for one in operations(body_of(request)) if one.get("op") not in {"add", "replace", "remove"}]
    if request.method == "PATCH" and wrong:
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0].get('op')} is not a valid operation", "invalidSyntax")
    return await go(request)


@defect("dotted-keys", "Names with a dot in a PATCH without path are ignored", "thomaspoignant/scim-patch#132")
async def dotted_keys(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body):
        if "path" not in operation and isinstance(operation.get("value"), dict):
            operation["value"] = {key: value for key, value in operation["value"].items() if "." not in key}
    if request.method == "PATCH":
        set_body(request, body)
    return await go(request)


@defect(
    "no-target", "PATCH of a work e-mail that does not exist answers 400 noTarget", "Captain-P-Goldfish/SCIM-SDK#416"
)
async def no_target(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in operations(body_of(request)) if is_write(request, "PATCH", "Users") else []:
        filtered = re.match(r'(\w+)\[type eq "(\w+)"\]', str(operation.get("path", "")))
        if filtered is not None and not has_element(target, request.path, filtered[1], filtered[2]):
            return refusal(HTTPStatus.BAD_REQUEST, "The path matches nothing", "noTarget")
    return await go(request)


def has_element(target: Target, path: str, name: str, kind: str) -> bool:
    """Tell whether the resource that a path names has an element of this type."""
    return any(entry.get("type") == kind for entry in stored_at(target, path).get(name) or [])


def stored_at(target: Target, path: str) -> dict[str, Any]:
    """Return the resource that a path names as it is stored, or nothing."""
    identifier = unquote(path.rpartition("/")[2])
    return next((one.model_dump() for one in target.stored() if one.id == identifier), {})


@defect("duplicate-accepted", "A second account with the same userName is created", "grokability/snipe-it#13854")
async def duplicate_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await without_uniqueness(target, request, go)


async def without_uniqueness(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a request as a store without unique keys would."""
    original = type(target.memory)._check_uniqueness
    target.memory._check_uniqueness = lambda *_: None  # type: ignore[method-assign]
    try:
        return await go(request)
    finally:
        target.memory._check_uniqueness = original.__get__(target.memory)  # type: ignore[method-assign]


@defect("tombstone", "A deleted user can never be created again: 409", "kirodotdev/Kiro#10711")
async def tombstone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    buried: set[str] = target.notes.setdefault("tombstone", set())
    if is_write(request, "DELETE", "Users"):
        names = {one.id: str(getattr(one, "user_name", "")) for one in target.stored()}
        buried.add(names.get(unquote(request.path.rpartition("/")[2]), ""))
    body = body_of(request)
    if request.method == "POST" and isinstance(body, dict) and body.get("userName") in buried:
        raise UniquenessException(detail="userName is taken")
    return await go(request)


@defect("delete-405", "DELETE is not allowed", "grokability/snipe-it#11094")
async def delete_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method DELETE is not allowed", None)
    return await go(request)


@defect("group-emptied", "One member leaves, and the whole group is empty", "simpleidserver/SimpleIdServer#164")
async def group_emptied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body) if is_write(request, "PATCH", "Groups") else []:
        if str(operation.get("op")).lower() == "remove" and operation.get("path") == "members":
            operation.pop("value", None)
            set_body(request, body)
    return await go(request)


@defect("members-returned", "excludedAttributes=members is ignored", "simpleidserver/SimpleIdServer#490")
async def members_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "excludedAttributes"}
    return await go(request)


def refusal(status: HTTPStatus, detail: str, scim_type: str | None = None) -> ScimResponse:
    """Return a SCIM error."""
    body: dict[str, Any] = Error(status=int(status), detail=detail, scim_type=scim_type).model_dump()
    return ScimResponse(status, body)


# Last, since they register their own with what stands above.
for _theme in ("answer", "auth", "group", "lifecycle", "matching", "patch"):
    import_module(f"scim_conformance.demo.{_theme}_defects")
