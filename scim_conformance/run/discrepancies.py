"""The differences between a recorded scenario and the one that follows from its record."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run.rebuild import TOKEN_ENDPOINT, Rebuilt
from scim_conformance.scenario.exchange import is_handshake
from scim_conformance.scenario.standing import LATE, REFUSED, STRANGER
from scim_conformance.target.redact import MASK
from scim_conformance.verdict.blocked import untraced
from scim_conformance.verdict.judging import cut_to_size
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult, Verdict

NOWHERE, AT_THE_END = -1, sys.maxsize
"""In place of a request number: none, or all of them."""

MOST_SHOWN = 120
_OF_THE_CASE = ("template", "suite", "title", "moment", "dialect", "validator", "description", "covers", "left_out")
_OF_A_CHECK = (
    "level", "becomes", "citation", "evidence", "expected", "actual", "so", "fix", "cause", "after", "since",
    "raised", "label", "unseen", "either", "attribute", "situation", "plainest", "changed",
)  # fmt: skip
_BY_THE_RUN = {LATE.key, STRANGER.key, *(one.key for one in REFUSED.values())}
_OF_THE_WIRE = frozenset({"authorization", "host", "content-length"})


@dataclass(frozen=True)
class Difference:
    """One difference, the request at which it shows, and the checks it affects."""

    sentence: str
    exchange: int = NOWHERE
    checks: tuple[str, ...] = ()


def differences(one: ScenarioResult, other: Rebuilt) -> Iterator[Difference]:
    """Yield every difference between a scenario as it was recorded and as it should have come out."""
    for name in _OF_THE_CASE:
        if getattr(one, name) != getattr(other.result, name):
            yield Difference(_said(one.id, name, getattr(one, name), getattr(other.result, name)))
    yield from _exchanges(one, other)
    yield from _checks(one, other.result)
    yield from _ending(one, other)
    yield from _occurrences(one, other)
    for name in sorted(one.bindings.keys() | other.bindings.keys()):
        said, given = one.bindings.get(name), other.bindings.get(name)
        if said != given:
            yield Difference(_said(one.id, f"the value {name}", said, given), AT_THE_END)


def _exchanges(one: ScenarioResult, other: Rebuilt) -> Iterator[Difference]:
    for number, (said, wanted) in enumerate(zip(one.exchanges, other.result.exchanges, strict=False)):
        for name, was, had_to_be in _request(said, wanted):
            place = f"{one.id}, request {number} ({said.step})"
            yield Difference(_said(place, name, was, had_to_be, "the step sends"), number)
    if other.unused:
        ids = tuple(check.id for check in one.checks if (check.exchange or 0) >= len(other.result.exchanges))
        said_ = f"{one.id}: {other.unused} of its requests are sent by no step of it"
        yield Difference(said_, AT_THE_END, ids)


def requests(place: str, said: Sequence[Recorded], wanted: Sequence[Recorded]) -> Iterator[str]:
    """Yield, as sentences, how requests that were sent apart from the scenarios differ from the expected ones."""
    if len(said) != len(wanted):
        yield f"{place}: it took {len(wanted)} requests, and {len(said)} are on record"
    for number, (one, other) in enumerate(zip(said, wanted, strict=False)):
        for name, was, had_to_be in _request(one, other):
            yield _said(f"{place}, request {number}", name, was, had_to_be, "the run sends")


def _request(said: Recorded, wanted: Recorded) -> Iterator[tuple[str, Any, Any]]:
    for name in ("step", "why", "by", "given", "method"):
        if getattr(said, name) != getattr(wanted, name):
            yield name, getattr(said, name), getattr(wanted, name)
    was_made = bool(said.request_headers) or is_handshake(said.method)
    # A step that could not be prepared was not sent; a token request contains a secret, and is shown in words.
    if not was_made or wanted.url == TOKEN_ENDPOINT:
        return
    if not alike(said.url, wanted.url):
        yield "URL", said.url, wanted.url
    if not alike(said.request_body or "", cut_to_size(wanted.request_body) or ""):
        yield "request body", said.request_body, wanted.request_body
    headers, asked = _of_the_step(said), _of_the_step(wanted)
    if headers != asked:
        yield "request headers", headers, asked


def _of_the_step(exchange: Recorded) -> list[tuple[str, str]]:
    """Return the headers of a request that are on record and that its step names: a credential is never recorded."""
    return [(name, value) for name, value in exchange.request_headers if name.lower() not in _OF_THE_WIRE]


def alike(said: str, wanted: str) -> bool:
    """Return whether a text is as expected, apart from secrets in it, which were replaced."""
    if MASK not in said:
        return said == wanted
    first, *parts, last = said.split(MASK)
    at, end = len(first), len(wanted) - len(last)
    if not wanted.startswith(first) or not wanted.endswith(last) or at > end:
        return False
    for part in parts:
        found = wanted.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _checks(one: ScenarioResult, other: ScenarioResult) -> Iterator[Difference]:
    said, wanted = _by_place(one.checks), _by_place(other.checks)
    for place in [*wanted, *(one for one in said if one not in wanted)]:
        exchange, identifier, _ = place
        if place not in said:
            yield Difference(f"{identifier}: the check is missing", exchange, (identifier,))
        elif place not in wanted:
            yield Difference(f"{identifier}: the check was added", exchange, (identifier,))
        else:
            for sentence in check(said[place], wanted[place]):
                yield Difference(sentence, exchange, (identifier,))


def _by_place(checks: list[CheckResult]) -> dict[tuple[int, str, int], CheckResult]:
    seen: Counter[tuple[int, str]] = Counter()
    found = {}
    for one in checks:
        place = (NOWHERE if one.exchange is None else one.exchange, one.id)
        found[*place, seen[place]] = one
        seen[place] += 1
    return found


def check(said: CheckResult, wanted: CheckResult) -> Iterator[str]:
    """Yield, as sentences, how a check differs from the expected one; a waiver is no difference."""
    for name in _OF_A_CHECK:
        if getattr(said, name) != getattr(wanted, name):
            yield _said(said.id, name, getattr(said, name), getattr(wanted, name))
    is_waived = said.verdict is Verdict.WAIVED and bool(said.waiver) and wanted.verdict is Verdict.DEVIATION
    if said.verdict is not wanted.verdict and not is_waived:
        yield _said(said.id, "verdict", said.verdict, wanted.verdict)


def _ending(one: ScenarioResult, other: Rebuilt) -> Iterator[Difference]:
    ids = tuple(check.id for check in one.checks)
    if other.unsent and one.reason is None:
        yield Difference(f"{one.id}: requests are missing at its end", AT_THE_END, ids)
        return
    wanted = other.result
    if one.verdict is Verdict.WAIVED:
        # Which of them are waived, and the effect on the scenario, is worked out elsewhere.
        if wanted.verdict not in {Verdict.DEVIATION, Verdict.INCONCLUSIVE}:
            yield Difference(_said(one.id, "verdict", one.verdict, wanted.verdict), AT_THE_END, ids)
        return
    names = ("verdict",) if other.unsent else ("verdict", "reason", "blocked_by")
    for name in names:
        # Which deviation explains it follows from the whole run (see `recheck`).
        said, had_to_be = getattr(untraced(one), name), getattr(wanted, name)
        if said != had_to_be:
            yield Difference(_said(one.id, name.replace("_", " "), said, had_to_be), AT_THE_END, ids)


def _occurrences(one: ScenarioResult, other: Rebuilt) -> Iterator[Difference]:
    """Compare the findings of standing checks. Of a repeated read, only the last response is on record."""
    polled = {number: exchange.polls for number, exchange in enumerate(one.exchanges) if exchange.polls}
    said = Counter(found for found in one.standing if found.key not in _BY_THE_RUN)
    wanted = Counter(other.result.standing)
    for found in wanted - said:
        sentence = f"{found.where}: {found.key} is missing there: {_short(found.actual)}"
        yield Difference(sentence, found.exchange, (f"{found.key}#any.answer",))
    for found in said - wanted:
        if found.exchange not in polled:
            sentence = f"{found.where}: {found.key} says {_short(found.actual)}, but the response does not"
            yield Difference(sentence, found.exchange, (f"{found.key}#any.answer",))
    yield from _late(one, other.result, polled)
    yield from _strangers(one, other)
    for key in sorted((one.judged.keys() | other.result.judged.keys()) - _BY_THE_RUN):
        least, count = other.result.judged.get(key, 0), one.judged.get(key, 0)
        if count < least or (count > least and not polled):
            sentence = f"{one.id}: {key} says that it was applied {count} times, but its responses say {least}"
            yield Difference(sentence, AT_THE_END, (f"{key}#any.answer",))


def _strangers(one: ScenarioResult, other: Rebuilt) -> Iterator[Difference]:
    told = any(found.key == STRANGER.key for found in one.standing)
    for number, shown in () if told else other.strangers:
        sentence = f"{one.id}, request {number}: {STRANGER.key} is missing there: {_short(shown)}"
        yield Difference(sentence, number, (f"{STRANGER.key}#any.answer",))


def _late(one: ScenarioResult, other: ScenarioResult, polled: dict[int, int]) -> Iterator[Difference]:
    """Compare which reads were late: those that were repeated and passed in the end."""
    wrong = {check.exchange for check in other.checks if check.verdict is Verdict.DEVIATION}
    said = {found.exchange for found in one.standing if found.key == LATE.key}
    judged = {number for number, exchange in enumerate(one.exchanges) if not exchange.given}
    wanted = {number for number in polled if number not in wrong}
    for number in sorted((said ^ wanted) & judged):
        sentence = f"{one.id}, request {number}: {LATE.key} is {'added' if number in said else 'missing'} there"
        yield Difference(sentence, number, (f"{LATE.key}#any.answer",))


def standing(said: ScenarioResult, wanted: ScenarioResult) -> Iterator[str]:
    """Yield, as sentences, how the result of a standing check differs from the expected one."""
    for name in (*_OF_THE_CASE, "exchanges"):
        if getattr(said, name) != getattr(wanted, name):
            yield _said(said.id, name, getattr(said, name), getattr(wanted, name))
    if len(said.checks) != len(wanted.checks):
        yield f"{said.id}: it has {len(said.checks)} checks, expected {len(wanted.checks)}"
    for one, other in zip(said.checks, wanted.checks, strict=False):
        if one.id != other.id:
            yield _said(said.id, "check", one.id, other.id)
        yield from check(one, other)


def places(one: ScenarioResult, base: str) -> Iterator[str]:
    """Yield the requests of a scenario that did not go to the target."""
    for number, exchange in enumerate(one.exchanges):
        if exchange.url != base and not exchange.url.startswith((f"{base}/", f"{base}?")):
            yield f"{one.id}, request {number} ({exchange.step}): {_short(exchange.url)} is not below the target's URL"


def is_timed(profile: Profile) -> bool:
    """Return whether a profile sends the time, so that the requests of a run cannot be rebuilt."""
    types = [profile.user, *([profile.group] if profile.group else [])]
    return any("now(" in (row.expression or "").lower().replace(" ", "") for one in types for row in one.mapping)


def _said(place: str, name: str, said: object, wanted: object, who: str = "expected") -> str:
    return f"{place}: its {name} is {_short(said)}; {who} {_short(wanted)}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
