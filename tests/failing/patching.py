"""PATCH of RFC 7644 section 3.5.2, with what Entra ID sends in both dialects."""

import re
from dataclasses import dataclass, replace
from typing import Any

from tests.failing import filters
from tests.failing.shapes import ENTERPRISE, Resource, ScimError, Spec, container, fit, known

PATH = re.compile(r"^([\w$-]+)(?:\[(.+)\])?(?:\.([\w$]+))?$")
READ_ONLY = ("id", "meta", "schemas", "groups")
LABELS = {"type", "primary", "display"}
"""What an element has apart from its value: without a value, they are the label of nothing."""


def apply(kind: str, resource: Resource, operations: Any) -> None:
    """Change a resource, which is the caller's copy: if one operation fails, none is kept."""
    if not isinstance(operations, list) or not operations:
        raise ScimError(400, "Operations must be a list", "invalidSyntax")
    for one in operations:
        _operation(kind, resource, one)


@dataclass(frozen=True)
class _Op:
    """One operation, or the part of one that is about a single attribute."""

    verb: str
    value: Any
    condition: str | None = None
    sub: str | None = None


def _operation(kind: str, resource: Resource, one: Any) -> None:
    if not isinstance(one, dict):
        raise ScimError(400, "An operation must be an object", "invalidSyntax")
    given = {key.lower(): value for key, value in one.items()}
    op, path = _Op(str(given.get("op", "")).lower(), given.get("value")), given.get("path")
    if op.verb not in ("add", "replace", "remove"):
        raise ScimError(400, f"There is no operation {given.get('op')!r}", "invalidSyntax")
    if path:
        _change(kind, resource, str(path), op)
    elif op.verb == "remove":
        raise ScimError(400, "remove requires a path", "noTarget")
    else:
        _pathless(kind, resource, op)


def _pathless(kind: str, resource: Resource, op: _Op) -> None:
    if not isinstance(op.value, dict):
        raise ScimError(400, "Without a path, value must be an object", "invalidValue")
    for key, item in op.value.items():
        if key.lower() not in READ_ONLY:
            _change(kind, resource, key, replace(op, value=item))


def _change(kind: str, resource: Resource, path: str, op: _Op) -> None:
    if path.lower() == ENTERPRISE.lower() and kind == "Users":
        _extension(kind, resource, op)
        return
    spec, inside, rest = container(kind, resource, path)
    found = PATH.match(rest)
    name = known(spec, found[1]) if found else None
    if found and found[1].lower() == "manager" and name is None and kind == "Users":
        _change(kind, resource, f"{ENTERPRISE}:{path}", op)
    elif found and found[1].lower() in READ_ONLY:
        raise ScimError(400, f"{found[1]} is read-only", "mutability")
    elif found is None or name is None:
        raise ScimError(400, f"There is no attribute {path}", "invalidPath")
    else:
        _at(spec[name], inside, name, replace(op, condition=found[2], sub=found[3]))


def _extension(kind: str, resource: Resource, op: _Op) -> None:
    if op.verb == "remove" or op.value is None:
        resource.pop(ENTERPRISE, None)
        return
    if not isinstance(op.value, dict):
        raise ScimError(400, f"{ENTERPRISE} is an object", "invalidValue")
    for key, item in op.value.items():
        _change(kind, resource, f"{ENTERPRISE}:{key}", replace(op, value=item))


def _at(spec: Spec, inside: Resource, name: str, op: _Op) -> None:
    if op.condition is not None:
        _elements(spec, inside, name, op)
    elif op.sub is not None:
        _sub(spec, inside, name, op)
    elif op.verb == "remove":
        _remove(inside, name, op.value)
    else:
        _whole(spec, inside, name, op)


def _remove(inside: Resource, name: str, value: Any) -> None:
    """Remove an attribute; of a list, only the elements that are named: so does Entra remove members."""
    held = inside.get(name)
    if isinstance(held, list) and isinstance(value, list | dict):
        named = [one.get("value") for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
        inside[name] = [one for one in held if one.get("value") not in named]
    else:
        inside.pop(name, None)


def _whole(spec: Spec, inside: Resource, name: str, op: _Op) -> None:
    fitted = fit(spec, op.value, name)
    held = inside.get(name)
    if fitted is None:
        if op.verb == "replace":
            inside.pop(name, None)
    elif isinstance(fitted, list) and op.verb == "add":
        inside[name] = _joined(held or [], fitted)
    elif isinstance(fitted, dict) and isinstance(held, dict):
        inside[name] = held | fitted
    else:
        inside[name] = fitted


def _joined(held: list[Resource], added: list[Resource]) -> list[Resource]:
    keys = [(one.get("value"), one.get("type")) for one in added]
    kept = [one for one in held if (one.get("value"), one.get("type")) not in keys or "value" not in one]
    if any(one.get("primary") for one in added):
        kept = [one | {"primary": False} if one.get("primary") else one for one in kept]
    return [*kept, *(one for one in added if one not in kept)]


def _sub(spec: Spec, inside: Resource, name: str, op: _Op) -> None:
    own = _own(spec)
    held: Any = inside.get(name) or ([] if isinstance(spec, list) else {})
    for one in held if isinstance(held, list) else [held]:
        _set(own, one, op)
    inside[name] = held
    if not held:
        inside.pop(name)


def _own(spec: Spec) -> Any:
    return spec[0] if isinstance(spec, list) else spec


def _set(spec: Any, held: Resource, op: _Op) -> None:
    """Set the sub-attribute of one element, or take it away."""
    name = known(spec, op.sub or "") if isinstance(spec, dict) else None
    if name is None:
        raise ScimError(400, f"There is no sub-attribute {op.sub}", "invalidPath")
    fitted = None if op.verb == "remove" else fit(spec[name], op.value, name)
    if fitted is None:
        held.pop(name, None)
    else:
        held[name] = fitted


def _elements(spec: Spec, inside: Resource, name: str, op: _Op) -> None:
    test, held = filters.parse(op.condition or ""), inside.get(name) or []
    every = held if isinstance(held, list) else [held]
    chosen = [one for one in every if test(one)]
    changed = _without if op.verb == "remove" else _with
    kept = changed(_own(spec), every, chosen, op)
    if not kept:
        inside.pop(name, None)
    else:
        inside[name] = kept if isinstance(spec, list) else kept[0]


def _without(spec: Spec, every: list[Resource], chosen: list[Resource], op: _Op) -> list[Resource]:
    for one in chosen if op.sub else []:
        _set(spec, one, op)
    return [one for one in every if not _among(one, chosen) or (op.sub and set(one) - LABELS)]


def _with(spec: Spec, every: list[Resource], chosen: list[Resource], op: _Op) -> list[Resource]:
    """Change the elements that match; if there is none, create it: Entra needs that, against noTarget of the RFC."""
    if not chosen:
        made = fit(spec, filters.equalities(op.condition or ""), "value") or {}
        every, chosen = [*every, made], [made]
    for one in chosen:
        if op.sub is not None:
            _set(spec, one, op)
        else:
            one.update(fit(spec, op.value, "value") or {})
    if any(one.get("primary") for one in chosen):
        every = [one if _among(one, chosen) or not one.get("primary") else one | {"primary": False} for one in every]
    emptied = chosen if op.value in (None, "") else []
    return [one for one in every if set(one) - LABELS or not _among(one, emptied)]


def _among(one: Resource, chosen: list[Resource]) -> bool:
    return any(one is other for other in chosen)
