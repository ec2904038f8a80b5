"""What is in the body of a response: its resources, their ids, the values of an attribute."""

import json
from collections.abc import Mapping
from typing import Any

from scim_conformance.scenario.checks import View
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member


def resource(view: View) -> Any:
    """Return the first resource of a list, or the body."""
    found = elements(member(view.body, "Resources"))
    return found[0] if found else view.body


def resources(number: int, which: str = "") -> str:
    """Return a number of resources in words: `1 resource`, `3 other resources`."""
    return f"{number} {which}resource{'' if number == 1 else 's'}"


def ids(body: Any) -> list[str]:
    """Return the ids of the resources in a list."""
    return [str(member(one, "id")) for one in elements(member(body, "Resources"))]


def values_of(body: Any, name: str) -> list[str]:
    """Return the `value` of each element of an attribute, such as `members`."""
    return [str(member(one, "value")) for one in elements(member(body, name))]


def is_list(view: View) -> bool:
    """Return whether a response says that it is a list: one without resources may have nothing else."""
    return urns.LIST_RESPONSE in elements(member(view.body, "schemas")) or member(view.body, "totalResults") is not None


def settled(value: Any) -> str:
    """Return a value as a text to compare: the order of a list and of keys does not matter, and null is absence."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if one not in (None, [], {})}
    if isinstance(value, list):
        return sorted((_plain(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value
