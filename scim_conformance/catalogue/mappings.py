"""Which attribute mappings a run tested: it sent a value of the mapping, and a scenario compared it.

Computed from the recorded requests and the checks that were judged, so that `verify` gets the same result. Scenarios
also write values of their own, such as an empty title; so a mapping that produces no value for any user is not tested.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.mapping import LATER, AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.written import documents, holds, plain
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict

Kind = Literal["user", "group"]

_KINDS: dict[str, Kind] = {"Users": "user", "Groups": "group"}
_RESOURCE = re.compile(r"/(Users|Groups)(?:/[^/?]*)?(?:\?.*)?$")
MANY = 20
"""Users for whom a value is computed: an expression may produce one only for some of them."""


@dataclass(frozen=True)
class Event:
    """What happened to resources of a kind: documents that were sent, or attributes that were compared."""

    kind: Kind
    documents: tuple[dict[str, Any], ...] = ()
    compared: tuple[str, ...] = ()


def not_tested(profile: Profile, results: Iterable[ScenarioResult]) -> list[str]:
    """Return the mappings for which no scenario sent a value and compared it, in the profile's order.

    What creations had to leave out is not tested either, even if a change of it works: no new account has it.
    """
    played = list(results)
    left_out = {name for one in played for name in one.left_out}
    left = _left(profile, (_played(one) for one in played if one.exchanges))
    return [name for name in (f"{kind} {row.target}" for kind, row in _rows(profile)) if name in {*left, *left_out}]


def never_tested(profile: Profile, scenarios: Iterable[Scenario]) -> list[str]:
    """Return the mappings that these scenarios cannot test, however they end."""
    return _left(profile, map(_planned, scenarios))


def count(profile: Profile) -> int:
    """Return how many mappings a profile has."""
    return sum(1 for _ in _rows(profile))


def _rows(profile: Profile) -> Iterator[tuple[Kind, AttributeMapping]]:
    yield from (("user", row) for row in profile.user.mapping)
    yield from (("group", row) for row in (profile.group.mapping if profile.group else ()))


def _left(profile: Profile, scenarios: Iterable[Iterable[Event]]) -> list[str]:
    valueless = _valueless(profile)
    open_rows = [one for one in _rows(profile) if one not in valueless]
    for events in scenarios:
        sent: list[tuple[Kind, dict[str, Any]]] = []
        for event in events:
            sent += [(event.kind, document) for document in event.documents]
            compared = {(_whose(event.kind, name), name.lower()) for name in event.compared}
            if compared:
                open_rows = [one for one in open_rows if not _is_tested(one, sent, compared)]
        if not open_rows:
            break
    return [f"{kind} {row.target}" for kind, row in _rows(profile) if (kind, row) in [*valueless, *open_rows]]


def _whose(kind: Kind, name: str) -> Kind:
    # A membership may show only in the user's `groups` (ENT-GRP-05 checks there if a group hides its members).
    return "group" if name == "members" else kind


def _valueless(profile: Profile) -> list[tuple[Kind, AttributeMapping]]:
    """Return the mappings that produce no value for any of a number of users or groups."""
    made = directory_of(profile, tags.EXAMPLE, "mapped")
    makers: dict[Kind, Callable[[], dict[str, Any]]] = {
        "user": lambda: made.person().attributes,
        "group": lambda: made.team().attributes,
    }
    left = []
    for kind, maker in makers.items():
        found = [row for one, row in _rows(profile) if one == kind]
        for _ in range(MANY):
            attributes = maker() if found else {}
            found = [row for row in found if not _makes(row, attributes)]
        left += [(kind, row) for row in found]
    return left


def _makes(row: AttributeMapping, attributes: dict[str, Any]) -> bool:
    if is_password(row.target):
        return True  # the record does not contain its full expression
    try:
        return row.source in LATER or row.is_reference or row.value(attributes, creating=True) is not None
    except ExpressionError:
        return False


def _is_tested(
    one: tuple[Kind, AttributeMapping], sent: list[tuple[Kind, dict[str, Any]]], compared: set[tuple[Kind, str]]
) -> bool:
    kind, row = one
    # No response may show a password: it is tested if it was sent, and STD-SEC-01 searches every response for it.
    if (kind, row.target.lower()) not in compared and not is_password(row.target):
        return False
    return any(other == kind and holds(document, row.path) for other, document in sent)


def _played(one: ScenarioResult) -> Iterator[Event]:
    for number, exchange in enumerate(one.exchanges):
        found = _RESOURCE.search(exchange.url)
        if found is None:
            continue
        compared = tuple(check.attribute for check in one.checks if check.exchange == number and _compares(check))
        sent = tuple(documents(exchange.method, _parsed(exchange.request_body)))
        yield Event(_KINDS[found[1]], sent, compared)


def _compares(check: CheckResult) -> bool:
    """Return whether a check compared a value: not if the target may hide it, or if only advice failed."""
    missed = check.verdict is Verdict.DEVIATION and check.level is Level.SHOULD
    return bool(check.attribute) and not check.unseen and not missed


def _planned(scenario: Scenario) -> Iterator[Event]:
    for given, step in (*((True, one) for one in scenario.given), *((False, one) for one in scenario.steps)):
        found = _RESOURCE.search(step.path)
        if found is None:
            continue
        judged = [check for check in step.checks if check.is_vital or not given]
        compared = tuple(check.obligation.attribute for check in judged if check.obligation.attribute)
        yield Event(_KINDS[found[1]], tuple(documents(step.method, plain(_body_of(step)))), compared)


def _body_of(step: Step) -> Any:
    return step.body


def _parsed(body: str | None) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None  # it is unknown whether a truncated part was sent
