"""What a write sets: the documents in the body of a creation or a change, and whether they hold a value at a path."""

from collections.abc import Iterator
from typing import Any

from scim_conformance.scenario.bodies import Fill, Var, whole
from scim_conformance.scim import paths
from scim_conformance.scim.paths import AttrPath

_WRITES = frozenset({"POST", "PUT", "PATCH"})


def holds(document: dict[str, Any], path: AttrPath) -> bool:
    """Return whether a document has a value at a path."""
    if paths.read(document, path) not in (None, "", []):
        return True
    # Entra's list at `manager` has no URN (ENT-MGR-03), and the validator's documents are flat too.
    return path.urn is not None and path.sub is None and paths.member(document, path.name) is not None


def plain(value: Any) -> Any:
    """Return a body in which texts replace the values from responses."""
    value = whole(value)
    if isinstance(value, Var | Fill):
        return value.name if isinstance(value, Var) else value.text
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def documents(method: str, body: Any) -> Iterator[dict[str, Any]]:
    """Yield what a write sets, in the form of a resource: the body itself, or each operation of a PATCH."""
    if method not in _WRITES or not isinstance(body, dict):
        return
    if method != "PATCH":
        yield body
        return
    for operation in paths.elements(body.get("Operations")):
        if isinstance(operation, dict) and str(operation.get("op")).lower() != "remove":
            yield from _set(operation)


def _set(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    value, path = operation.get("value"), operation.get("path")
    if isinstance(path, str):
        yield _document(path, value)
    elif isinstance(value, dict):
        yield value
        yield from (_document(key, one) for key, one in value.items() if not isinstance(one, dict))


def _document(text: str, value: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    try:
        paths.write(made, paths.parse(text), value)
    except paths.PathError:
        return {}
    return made
