"""Values of an answer that later steps and checks need: taken for a placeholder, or noted to be compared with."""

import json
from collections.abc import Iterable, Mapping, MutableMapping

from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.obligations.values import sole
from scim_conformance.scim.paths import parse, read


def take(wanted: Mapping[str, str], answer: Answer, bindings: MutableMapping[str, str]) -> dict[str, str]:
    """Take values of an answer: `wanted` has a path for each name, such as `id`, `meta.version` or
    `emails[type eq "work"].value`. Only texts and integers can be taken.

    Return what is not there, as `wanted` has it.
    """
    found = {name: read(answer.json, parse(path)) for name, path in wanted.items()}
    usable = {name for name, value in found.items() if _is_usable(value)}
    bindings.update({name: str(found[name]) for name in usable})
    return {name: path for name, path in wanted.items() if name not in usable}


def _is_usable(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def name_of(path: str) -> str:
    """Return the name under which the value at a target path is stored. No placeholder of a step can have it."""
    return f"before {path}"


def note(paths: Iterable[str], answer: Answer, bindings: MutableMapping[str, str]) -> None:
    """Store the values at these target paths, as JSON, if the response is a success."""
    if answer.ok and isinstance(answer.json, dict):
        for path in paths:
            found = read(sole(answer.json), parse(path))
            bindings[name_of(path)] = json.dumps(found, ensure_ascii=False, sort_keys=True)


def note_status(key: str, answer: Answer, bindings: MutableMapping[str, str]) -> None:
    """Store the status of the response to the step with this key."""
    bindings[f"status of {key}"] = str(answer.status)
