"""One request: why it is sent, by whom, and the checks on its answer. Data; `prepare` makes it ready for the wire."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.exchange import Creation, Credential, Endpoint, Headers, Outgoing, Sender
from scim_conformance.scim.urlencode import dotnet_quote, segment_quote

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Var:
    """In a body: the value taken from an earlier answer under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Fill:
    """In a body: a text with `{name}` placeholders, such as `members[value eq "{user}"]`."""

    text: str


class MissingValue(Exception):
    """A step needs a value that no answer gave. `name` is the placeholder."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Step:
    """A request of a scenario.

    `path` is below the tenant URL and may hold `{name}` placeholders; `query` is raw, already encoded, and may too.
    `takes` maps names to top-level attributes of the answer. `owner` is the scenario that owns this step's success:
    a `given` that fails is blocked by it. `after` names, for the key of a check, the checks elsewhere whose deviation
    explains one seen here: that is then a symptom, and they are what to fix.
    """

    key: str
    method: str
    path: str
    why: str
    query: str | None = None
    body: Any = None
    raw: bytes | None = None
    headers: Headers = ()
    checks: Sequence[Check] = ()
    by: Sender = Sender.ENTRA
    credential: Credential = Credential.TOKEN
    takes: Mapping[str, str] = field(default_factory=dict)
    creates: Creation | None = None
    owner: str | None = None
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    go_on: bool = False
    """A write whose failure does not make what follows meaningless."""
    settles: bool = False
    """A read that follows a write: it is repeated until its checks are met or the settling time is over."""
    any_will_do: bool = False
    """In a `given`: creates an active user, or a group without members, of whom nothing is asked but to be there."""
    fine: tuple[int, ...] = ()
    """In a `given`: statuses beside 2xx that do not stop the scenario."""
    optional: bool = False
    """In a `given`: what its vital checks ask for is the target's choice; without it the scenario does not apply."""
    either: bool = False
    """One dialect is enough for it: what it asks does not lie in how the change before it was written."""
    at_once: bool = False
    """Sent at the same moment as the step before it; judged in its turn."""
    every: float = 0.0
    """Seconds that lie at least between the beginning of this step and that of the moment before."""
    bears_load: bool = False
    """Part of a load that the target has to bear: where it throttles, that is judged and not waited for."""
    endpoint: Endpoint = Endpoint.SCIM
    """The token endpoint gets a form that the wire fills in, so that no step holds a secret; `path` is only shown."""

    def expecting(self, *checks: Check) -> "Step":
        """Return this step with these checks added."""
        return replace(self, checks=(*self.checks, *checks))

    def advised(self) -> "Step":
        """Return this step with every check as advice: for what few targets will ever meet."""
        return replace(self, checks=tuple(replace(check, level=Level.SHOULD) for check in self.checks))

    def fixed_by(self, fix: str) -> "Step":
        """Return this step with another advice on its checks: it asks for something that has a remedy of its own."""
        return replace(self, checks=tuple(replace(check, fix=fix) for check in self.checks))

    def named(self, key: str) -> "Step":
        """Return this step under another key: keys are unique within a scenario."""
        return replace(self, key=key)

    def but(self, **changes: Any) -> "Step":
        """Return this step with some fields changed."""
        return replace(self, **changes)


def simultaneous(steps: Sequence[Step]) -> list[list[Step]]:
    """Return steps in groups: those of one group are sent at the same moment."""
    found: list[list[Step]] = []
    for step in steps:
        if step.at_once and found:
            found[-1].append(step)
        else:
            found.append([step])
    return found


def prepare(step: Step, bindings: Mapping[str, str]) -> Outgoing:
    """Make a step ready for the wire.

    Raises:
        MissingValue: a placeholder has no value.
    """
    path = _filled(step.path, bindings, segment_quote)
    query = "" if step.query is None else "?" + _filled(step.query, bindings, lambda v: dotnet_quote(_in_a_string(v)))
    body = step.raw if step.raw is not None else _encoded(step.body, bindings)
    return Outgoing(
        step.method,
        path + query,
        step.headers,
        body,
        step.by,
        step.credential,
        _resource(step, bindings),
        step.creates,
        step.endpoint,
    )


def _resource(step: Step, bindings: Mapping[str, str]) -> tuple[str, str] | None:
    match = re.match(r"^/*(Users|Groups)/\{([a-z][a-z0-9_]*)\}", step.path)
    if match is None:
        return None
    return match[1].removesuffix("s"), _value(bindings, match[2])


def _filled(text: str, bindings: Mapping[str, str], quote: Any) -> str:
    return _PLACEHOLDER.sub(lambda match: quote(_value(bindings, match[1])), text)


def _in_a_string(value: str) -> str:
    """Escape a value that stands within a filter's string (RFC 7644 section 3.4.2.2: JSON's rules)."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _value(bindings: Mapping[str, str], name: str) -> str:
    if name not in bindings:
        raise MissingValue(name)
    return bindings[name]


def _encoded(body: Any, bindings: Mapping[str, str]) -> bytes | None:
    if body is None:
        return None
    return json.dumps(resolve(body, bindings), ensure_ascii=False, separators=(",", ":")).encode()


def resolve(body: Any, bindings: Mapping[str, str]) -> Any:
    """Return a body with every Var and Fill replaced by the value it stands for."""
    match body:
        case Var(name):
            return _value(bindings, name)
        case Fill(text):
            return _filled(text, bindings, _in_a_string)
        case dict():
            return {key: resolve(value, bindings) for key, value in body.items()}
        case list() | tuple():
            return [resolve(value, bindings) for value in body]
    return body


class Names(dict[str, str]):
    """Bindings for showing a step that is not sent: each placeholder stands for itself, as `{name}`."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
