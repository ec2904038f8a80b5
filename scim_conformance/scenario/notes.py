"""Values of an answer that later steps and checks need: taken for a placeholder, or noted to be compared with."""

import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

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


def status_of(key: str, bindings: Mapping[str, str]) -> int | None:
    """Return the status that `note_status` stored for the step with this key; None if there is none."""
    text = bindings.get(f"status of {key}", "")
    return int(text) if text.isdecimal() else None


def kept_as(name: str) -> str:
    """Return the name under which `keep` stores a body. No placeholder of a step can have it."""
    return f"body of {name}"


def keep(name: str, answer: Answer, bindings: MutableMapping[str, str]) -> None:
    """Store the body of a successful response as JSON under a name; with no name, nothing."""
    if name and answer.ok and answer.json is not None:
        bindings[kept_as(name)] = json.dumps(answer.json, ensure_ascii=False)


def make(wanted: Mapping[str, Callable[[Any], str]], answer: Answer, bindings: MutableMapping[str, str]) -> None:
    """Store under each name what its function makes of the body of a successful response."""
    if answer.ok:
        made = {name: of(answer.json) for name, of in wanted.items()}
        bindings.update({name: value for name, value in made.items() if value})


def kept(name: str, bindings: Mapping[str, str]) -> Any:
    """Return the body that `keep` stored under a name, or None."""
    text = bindings.get(kept_as(name), "")
    try:
        return json.loads(text) if text else None
    except ValueError:  # a step that is only shown: each name stands for itself
        return None
