"""What a check judges: the request, and the changes that led to it. Two deviations are compared by it.

A situation is read off the steps alone, so that a run and its record give the same one:

- *shape*: method and path, without ids and values: `PATCH /Users/{id}`, `GET /Users?`. The neighbour, whom no request
  names, has a shape of its own.
- *parts*: what the request asks for, one text for each operation and attribute: `Users Set displayName`,
  `Users ?userName`, and `Users :title` for an attribute of a creation. `add` and `replace` are the same. A read has the
  parts of the changes before it, since it shows what they did. The letter case of `op` tells the dialects apart. What
  a step says that it asks for beyond that (`Step.asks`) is a part too: `Users ~letter-case`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scim_conformance.scenario.bodies import Fill, whole
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import member

_NAME = re.compile(r"\{(\w+)\}")
_VALUE = re.compile(r'"[^"]*"')
_FILTER = re.compile(r"filter=(.+?)(?:%20|\+| )eq", re.IGNORECASE)
_LEGACY, _COMPLIANT = "legacy", "compliant"
NEIGHBOUR = "{neighbour}"


class Situation(msgspec.Struct, frozen=True):
    """What a check judges (see the module)."""

    shape: str = ""
    parts: tuple[str, ...] = ()

    @property
    def spoken(self) -> set[str]:
        """The dialects in which something was changed."""
        verbs = (part.split(" ")[1] for part in self.parts if part.count(" ") > 1)
        return {_LEGACY if verb[:1].isupper() else _COMPLIANT for verb in verbs}

    def changes(self, attribute: str) -> bool:
        """Return whether a PATCH of the scenario changed this attribute of what is read."""
        is_read = self.shape.startswith("GET ") and NEIGHBOUR not in self.shape
        return is_read and any(part.count(" ") > 1 for part in self.about(attribute))

    def about(self, attribute: str) -> set[str]:
        """Return the parts that change an attribute."""
        end = f" {attribute}".casefold()
        return {part for part in self.parts if part.casefold().endswith(end)}


def situation(step: Step, earlier: Iterable[Step]) -> Situation:
    """Return what the checks of a step judge; `earlier`: the steps of the scenario before it."""
    before = [one for one in earlier if _writes(one)] if step.method == "GET" else []
    parts = {part for one in (*before, step) for part in _parts(one)}
    return Situation(_shape(step), tuple(sorted(parts)))


def _shape(step: Step) -> str:
    path = _NAME.sub(lambda name: NEIGHBOUR if name[1].startswith("neighbour") else "{id}", step.path)
    # A flag of the tenant URL has no value, and makes no difference to what is asked for.
    return f"{step.method} {path}{'?' if '=' in (step.query or '') else ''}"


def _writes(step: Step) -> bool:
    return step.method in {"PATCH", "PUT", "DELETE"}


def _parts(step: Step) -> Iterator[str]:
    kind = step.path.strip("/").partition("/")[0]
    body = whole(step.body)
    yield from (f"{kind} ~{one}" for one in step.asks)
    if step.method == "PATCH":
        operations: Sequence[Mapping[str, Any]] = member(body, "Operations") or ()
        yield from (f"{kind} {_verb(one)} {target}" for one in operations for target in _targets(one))
    elif step.method == "POST" and isinstance(body, dict):
        yield from (f"{kind} :{part}" for part in _contents(body))
    elif _writes(step):
        yield f"{kind} {step.method}"
    elif step.query and (found := _FILTER.search(step.query)):
        yield f"{kind} ?{found[1]}"


def _contents(body: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Yield the attributes of a creation, those of an extension or a complex attribute with its name."""
    for name, value in body.items():
        yield f"{above}{name}{_form(value)}"
        if isinstance(value, dict):
            yield from _contents(value, f"{above}{name}.")


def _form(value: object) -> str:
    """Return how a creation sends a value, where that is not the usual way."""
    if value is None:
        return "=null"
    return "=text" if isinstance(value, str) and value.casefold() in {"true", "false"} else ""


def _verb(operation: Mapping[str, Any]) -> str:
    """Return what an operation does; `add` and `replace` both set a value."""
    verb = str(operation.get("op", ""))
    return ("Set" if verb[:1].isupper() else "set") if verb.casefold() in {"add", "replace"} else verb


def _targets(operation: Mapping[str, Any]) -> Iterable[str]:
    """Return the attributes that an operation changes: its path, or the keys of its value."""
    path, value = operation.get("path"), operation.get("value")
    if path is None:
        return [*value] if isinstance(value, dict) else [""]
    text = path.text if isinstance(path, Fill) else str(path)
    return [_VALUE.sub("", text) if text.startswith("members") else text]
