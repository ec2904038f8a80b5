"""One request: why it is sent, by whom, and the checks on its response. Data; `prepare` makes it ready to be sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from scim_conformance.scenario.bodies import encoded, filled, in_a_string, names_in, value_of
from scim_conformance.scenario.checks import Check, Level, View
from scim_conformance.scenario.exchange import Creation, Credential, Endpoint, Headers, Outgoing, Sender
from scim_conformance.scim.paths import parse
from scim_conformance.scim.urlencode import dotnet_quote, segment_quote


@dataclass(frozen=True, slots=True)
class Because:
    """An explanation that no rule finds (see `verdict.tracing`).

    `causes`: for the key of a check, the ids of checks elsewhere whose deviation explains one seen here, the plainest
    first. `why`: how the one leads to the other, as a sentence.
    """

    why: str
    causes: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class RequestTemplate:
    """A request before its values are known: what is sent, by whom and why.

    `path` is below the tenant URL and may hold `{name}` placeholders; `query` is raw, already encoded, and may too.
    """

    key: str
    method: str
    path: str
    why: str
    query: str | None = None
    body: Any = None
    headers: Headers = ()
    by: Sender = Sender.ENTRA
    credential: Credential = Credential.TOKEN
    creates: Creation | None = None
    endpoint: Endpoint = Endpoint.SCIM
    """The token endpoint gets a form that the wire fills in, so no step contains a secret; `path` is only shown."""
    sent_in: str | None = None
    """In a token request: `header` or `body`, the place of the client's secret; None: where the run sends it."""
    spoken: str | None = None
    """The dialect in which alone Entra writes such a request, where the scenario is not played in each."""


@dataclass(frozen=True)
class Play:
    """How a step is played, where that is not the usual way: sent once, in its turn, and needed by what follows."""

    settles: bool = False
    """A read that follows a write: it is repeated until its checks pass or the settling time is over."""
    continue_on_failure: bool = False
    """A write whose failure does not invalidate the steps that follow."""
    also_ok: tuple[int, ...] = ()
    """In a `given`: statuses other than 2xx that do not stop the scenario."""
    optional: bool = False
    """In a `given`: its vital checks are optional for the target; if they fail, the scenario does not apply."""
    lacking: str = "the target does not store it"
    """What is said of a target that does not meet an optional step."""
    reusable: bool = False
    """In a `given`: creates an active user, or a group without members, that only needs to exist."""
    with_previous: bool = False
    """Sent at the same moment as the step before it; judged in its turn."""
    pace: float = 0.0
    """Minimum seconds between the start of this step and that of the moment before."""
    bears_load: bool = False
    """Part of a load that the target must support: throttling is judged, not waited for."""
    in_part: "Callable[[View], Sequence[Step]] | None" = None
    """Where a read does not show what it should: steps that find out whether it shows only a part of what is there.
    When their checks are met, those of the read that ask for `exactly` that, or `in_parts`, are met too. None: nothing
    is asked."""


@dataclass(frozen=True)
class Step(RequestTemplate):
    """A request of a scenario, with the checks on its answer. `expecting` and `but` make another one of it.

    `takes` maps names to paths in the answer, such as `id`, `meta.version` or `emails[type eq "work"].value`.
    """

    checks: Sequence[Check] = ()
    takes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Target paths of a read, whose values are stored for later checks (see `scenario.notes`)."""
    keeps: str = ""
    """The name under which the body of a successful response is stored, as JSON; empty: it is not."""
    makes: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """For a name: what makes its value of the body of a success, such as a query; an empty text is no value."""
    because: tuple[Because, ...] = ()
    """What explains a failed check where the rule finds nothing; the first one counts."""
    stands_for: str | None = None
    """The key of the step whose checks it judges by another request, so that their ids stay the same; None: its own."""
    once_per_target: bool = False
    """One dialect is enough for it: the result does not depend on how the change before it was written."""
    asks: tuple[str, ...] = ()
    """What it asks for beyond what method, path and body show, such as `letter-case`: it explains only what asks so."""
    play: Play = Play()

    def __post_init__(self) -> None:
        for path in self.takes.values():
            parse(path)  # a PathError where the step is written, and not where it is played

    @property
    def judges(self) -> str:
        """The key under which its checks are known."""
        return self.stands_for or self.key

    def expecting(self, *checks: Check) -> "Step":
        """Return this step with these checks added."""
        return replace(self, checks=(*self.checks, *checks))

    def expecting_only(self, *checks: Check) -> "Step":
        """Return this step with these checks, without its own."""
        return replace(self, checks=checks)

    def expecting_instead(self, check: Check) -> "Step":
        """Return this step with a check in place of its own that has the same key."""
        return replace(self, checks=tuple(check if one.key == check.key else one for one in self.checks))

    def unjudged(self) -> "Step":
        """Return this step without checks: other scenarios judge such a request."""
        return self.expecting_only()

    def explained_by(self, *because: Because) -> "Step":
        """Return this step with more explanations of what fails, which count before those that it has."""
        return replace(self, because=(*because, *self.because))

    def otherwise(self, *because: Because) -> "Step":
        """Return this step with more explanations of what fails, which count after those that it has."""
        return replace(self, because=(*self.because, *because))

    def causes(self, key: str) -> list[str]:
        """Return the checks that explain why the check with this key fails, the plainest first."""
        return [*dict.fromkeys(cause for one in self.because for cause in one.causes.get(key, ()))]

    def as_advice(self) -> "Step":
        """Return this step with all its checks as advice."""
        return self.but(level=Level.SHOULD)

    def may_be_refused(self) -> "Step":
        """Return this step as a write whose refusal does not invalidate the steps that follow."""
        return self.but(continue_on_failure=True)

    def but(self, **changes: Any) -> "Step":
        """Return this step with some fields changed: its own, those of `Play`, and `level` and `fix` of every check."""
        play = {name: changes.pop(name) for name in _PLAY & changes.keys()}
        of_checks = {name: changes.pop(name) for name in _OF_CHECKS & changes.keys()}
        if play:
            changes["play"] = replace(self.play, **play)
        if of_checks:
            changes["checks"] = tuple(replace(one, **of_checks) for one in changes.get("checks", self.checks))
        return replace(self, **changes)


_PLAY, _OF_CHECKS = {one.name for one in fields(Play)}, {"level", "fix"}


def simultaneous(steps: Sequence[Step]) -> list[list[Step]]:
    """Return steps in groups: those of one group are sent at the same moment."""
    found: list[list[Step]] = []
    for step in steps:
        if step.play.with_previous and found:
            found[-1].append(step)
        else:
            found.append([step])
    return found


def prepare(step: RequestTemplate, bindings: Mapping[str, str]) -> Outgoing:
    """Make a step ready for the wire.

    Raises:
        MissingValue: a placeholder has no value.
    """
    path = filled(step.path, bindings, segment_quote)
    query = "" if step.query is None else "?" + filled(step.query, bindings, lambda v: dotnet_quote(in_a_string(v)))
    return Outgoing(
        step.method,
        path + query,
        step.headers,
        encoded(step.body, bindings),
        step.by,
        step.credential,
        _resource(step, bindings),
        step.creates,
        step.endpoint,
        step.sent_in,
        tuple(value_of(bindings, name) for name in dict.fromkeys(names_in(step.body))),
    )


def _resource(step: RequestTemplate, bindings: Mapping[str, str]) -> tuple[str, str] | None:
    match = re.match(r"^/*(Users|Groups)/\{([a-z][a-z0-9_]*)\}", step.path)
    if match is None:
        return None
    return match[1].removesuffix("s"), value_of(bindings, match[2])
