"""The filters that are asked of other people's resources: comparisons with `eq`, `sw` and `co`, joined by `and`."""

import re
from collections.abc import Iterator
from typing import Any

from tests.hostile.population import CORE, ENTERPRISE

ONE = re.compile(
    r'^\s*(?P<path>\S+?(?:\[[^\]]*\]\S*)?) (?P<how>eq|sw|co) "(?P<value>(?:[^"\\]|\\.)*)"\s*$', re.IGNORECASE
)


def matches(resource: dict[str, Any], text: str) -> bool:
    """Tell whether a resource fits a filter; what cannot be read fits nobody."""
    return all(_fits(resource, part) for part in re.split(r'" and ', text.replace('" and ', '"" and ')))


def _fits(resource: dict[str, Any], part: str) -> bool:
    found = ONE.match(part)
    if not found:
        return False
    wanted = re.sub(r"\\(.)", r"\1", found["value"]).casefold()
    held = (str(value).casefold() for value in values(resource, found["path"]))
    how = found["how"].lower()
    if how == "eq":
        return any(one == wanted for one in held)
    return any(one.startswith(wanted) if how == "sw" else wanted in one for one in held)


def values(resource: dict[str, Any], path: str) -> Iterator[Any]:
    """Yield what a resource holds at a path of a filter."""
    extension = path.lower().startswith(ENTERPRISE.lower() + ":")
    held = resource.get(ENTERPRISE, {}) if extension else resource
    name = path[len(ENTERPRISE) + 1 :] if extension else re.sub(rf"(?i)^{re.escape(CORE)}\w+:", "", path)
    attribute, wanted, part = _parts(name)
    if attribute == "manager":
        held = resource.get(ENTERPRISE, {})
    found = next((value for key, value in held.items() if key.lower() == attribute), None)
    for entry in found if isinstance(found, list) else [found]:
        if isinstance(entry, dict):
            if wanted is None or entry.get("type") == wanted:
                yield entry.get(part or "value")
        elif entry is not None:
            yield entry


def _parts(name: str) -> tuple[str, str | None, str | None]:
    """Split `emails[type eq "work"].value` and `name.givenName` into the attribute, the type, and the part."""
    found = re.match(r'(?i)^(\w+)(?:\[type eq "([^"]*)"\])?(?:\.(\w+))?$', name)
    return (found[1].lower(), found[2], found[3]) if found else (name.lower(), None, None)
