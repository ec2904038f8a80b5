"""PATCH of RFC 7644 section 3.5.2, with what Entra ID sends in both dialects."""

import re
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


def _operation(kind: str, resource: Resource, one: Any) -> None:
    if not isinstance(one, dict):
        raise ScimError(400, "An operation must be an object", "invalidSyntax")
    given = {key.lower(): value for key, value in one.items()}
    op, path, value = str(given.get("op", "")).lower(), given.get("path"), given.get("value")
    if op not in ("add", "replace", "remove"):
        raise ScimError(400, f"There is no operation {given.get('op')!r}", "invalidSyntax")
    if path:
        _change(kind, resource, op, str(path), value)
    elif op == "remove":
        raise ScimError(400, "remove requires a path", "noTarget")
    else:
        _pathless(kind, resource, op, value)


def _pathless(kind: str, resource: Resource, op: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise ScimError(400, "Without a path, value must be an object", "invalidValue")
    for key, item in value.items():
        if key.lower() not in READ_ONLY:
            _change(kind, resource, op, key, item)


def _change(kind: str, resource: Resource, op: str, path: str, value: Any) -> None:
    if path.lower() == ENTERPRISE.lower() and kind == "Users":
        _extension(kind, resource, op, value)
        return
    spec, inside, rest = container(kind, resource, path)
    found = PATH.match(rest)
    name = known(spec, found[1]) if found else None
    if found and found[1].lower() == "manager" and name is None and kind == "Users":
        _change(kind, resource, op, f"{ENTERPRISE}:{path}", value)
    elif found and found[1].lower() in READ_ONLY:
        raise ScimError(400, f"{found[1]} is read-only", "mutability")
    elif found is None or name is None:
        raise ScimError(400, f"There is no attribute {path}", "invalidPath")
    else:
        _at(spec[name], inside, name, op, found[2], found[3], value)


def _extension(kind: str, resource: Resource, op: str, value: Any) -> None:
    if op == "remove" or value is None:
        resource.pop(ENTERPRISE, None)
        return
    if not isinstance(value, dict):
        raise ScimError(400, f"{ENTERPRISE} is an object", "invalidValue")
    for key, item in value.items():
        _change(kind, resource, op, f"{ENTERPRISE}:{key}", item)


def _at(spec: Spec, inside: Resource, name: str, op: str, condition: str | None, sub: str | None, value: Any) -> None:
    if condition is not None:
        _elements(spec, inside, name, op, condition, sub, value)
    elif sub is not None:
        _sub(spec, inside, name, op, sub, value)
    elif op == "remove":
        _remove(inside, name, value)
    else:
        _whole(spec, inside, name, op, value)


def _remove(inside: Resource, name: str, value: Any) -> None:
    """Remove an attribute; of a list, only the elements that are named: so does Entra remove members."""
    held = inside.get(name)
    if isinstance(held, list) and isinstance(value, list | dict):
        named = [one.get("value") for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
        inside[name] = [one for one in held if one.get("value") not in named]
    else:
        inside.pop(name, None)


def _whole(spec: Spec, inside: Resource, name: str, op: str, value: Any) -> None:
    fitted = fit(spec, value, name)
    held = inside.get(name)
    if fitted is None:
        if op == "replace":
            inside.pop(name, None)
    elif isinstance(fitted, list) and op == "add":
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


def _sub(spec: Spec, inside: Resource, name: str, op: str, sub: str, value: Any) -> None:
    many = isinstance(spec, list)
    held = inside.get(name) or ([] if many else {})
    for one in held if many else [held]:
        _set(spec[0] if many else spec, one, op, sub, value)
    inside[name] = held
    if not held:
        inside.pop(name)


def _set(spec: Spec, held: Resource, op: str, sub: str, value: Any) -> None:
    name = known(spec, sub) if isinstance(spec, dict) else None
    if name is None:
        raise ScimError(400, f"There is no sub-attribute {sub}", "invalidPath")
    fitted = None if op == "remove" else fit(spec[name], value, name)
    if fitted is None:
        held.pop(name, None)
    else:
        held[name] = fitted


def _elements(spec: Spec, inside: Resource, name: str, op: str, condition: str, sub: str | None, value: Any) -> None:
    test, many = filters.parse(condition), isinstance(spec, list)
    own = spec[0] if many else spec
    held = inside.get(name) or []
    every = held if isinstance(held, list) else [held]
    chosen = [one for one in every if test(one)]
    if op == "remove":
        kept = _without(own, every, chosen, sub)
    else:
        kept = _with(own, every, chosen, sub, value, condition)
    inside[name] = kept if many else (kept or [None])[0]
    if not kept:
        inside.pop(name)


def _without(spec: Spec, every: list[Resource], chosen: list[Resource], sub: str | None) -> list[Resource]:
    for one in chosen:
        if sub is not None:
            _set(spec, one, "remove", sub, None)
    return [one for one in every if not any(one is other for other in chosen) or (sub and set(one) - LABELS)]


def _with(
    spec: Spec, every: list[Resource], chosen: list[Resource], sub: str | None, value: Any, condition: str
) -> list[Resource]:
    """Change the elements that match; if there is none, create it: Entra needs that, against noTarget of the RFC."""
    if not chosen:
        made = fit(spec, filters.equalities(condition), "value") or {}
        every, chosen = [*every, made], [made]
    for one in chosen:
        if sub is not None:
            _set(spec, one, "replace", sub, value)
        else:
            one.update(fit(spec, value, "value") or {})
        if one.get("primary"):
            every = [
                other | {"primary": False} if other is not one and other.get("primary") else other for other in every
            ]
    emptied = chosen if value in (None, "") else []
    return [one for one in every if set(one) - LABELS or not any(one is other for other in emptied)]
