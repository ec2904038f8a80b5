"""Operations of a PATCH that a target lacks: every request with only `add`, or only `remove`, to a collection was
refused.

One line says so, instead of one for each attribute. As with whole functions (`functions`), what was accepted even once
is not lacking.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scim_conformance.verdict.functions import LEAST, NO_SIGN, NOT_IMPLEMENTED, kind_of
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult

SHARE = 0.8
"""The share of the refusals that must have one status: some requests are refused for another reason before."""

_NOT_THERE = 404
_OPS = re.compile(r'"op"\s*:\s*"(\w+)"')
_TARGET = re.compile(r'"path"\s*:\s*"((?:[^"\\]|\\.)+)"|"value"\s*:\s*\{\s*"([^"]+)"')
"""What an operation is about: its path, or the first key of its value."""


@dataclass(frozen=True)
class RefusedOperation:
    """An operation that was refused wherever it was sent alone, `sent` times.

    `refused`: scenario and number of each request that was refused with the usual status.
    """

    op: str
    kind: str
    status: int
    sent: int
    refused: frozenset[tuple[str, int | None]]

    def covers(self, check: CheckResult) -> bool:
        """Return whether a deviation is one of these refusals."""
        is_status = check.id.endswith((".status", ".answered"))
        return is_status and (check.id.partition("#")[0], check.exchange) in self.refused

    @property
    def title(self) -> str:
        """What to fix, in a few words."""
        if self.status in NOT_IMPLEMENTED:
            return f"PATCH {self.kind} does not implement {self.op}"
        return f"Every PATCH {self.kind} with {self.op} was refused"

    @property
    def seen(self) -> str:
        """How many requests show it."""
        share = f"{len(self.refused)} of " if len(self.refused) < self.sent else "all "
        return f"{share}{self.sent} PATCH requests with {self.op}"

    @property
    def fix(self) -> str:
        """What the vendor changes; empty: what the check says."""
        return f"implement the operation {self.op}" if self.status in NOT_IMPLEMENTED else ""


@dataclass(frozen=True)
class _SoleOperation:
    """A PATCH with one kind of operation. `number`: of the request in its scenario, from 0."""

    scenario: str
    number: int
    status: int
    target: str


def lacking_operations(results: Sequence[ScenarioResult]) -> list[RefusedOperation]:
    """Return the operations of PATCH that the target lacks, those that were refused most often first."""
    sent: dict[tuple[str, str], list[_SoleOperation]] = defaultdict(list)
    for result in results:
        for number, one in enumerate(result.exchanges):
            for op in _only(one):
                sent[op, kind_of(one)].append(_SoleOperation(result.id, number, one.status or 0, _target(one)))
    found = [_lacking(op, kind, ones) for (op, kind), ones in sent.items() if _others_work(op, kind, sent)]
    return sorted((one for one in found if one is not None), key=lambda one: -len(one.refused))


def _only(one: Recorded) -> Iterator[str]:
    """Yield the operation of a PATCH that has no other, if its status says anything about it."""
    ops = {op.lower() for op in _OPS.findall(one.request_body or "")}
    is_sign = one.status is not None and one.status not in {*NO_SIGN, _NOT_THERE}
    if one.method == "PATCH" and len(ops) == 1 and is_sign and kind_of(one):
        yield from ops


def _target(one: Recorded) -> str:
    found = _TARGET.search(one.request_body or "")
    return "" if found is None else (found[1] or found[2]).casefold()


def _others_work(op: str, kind: str, sent: Mapping[tuple[str, str], Sequence[_SoleOperation]]) -> bool:
    """Return whether the target accepted any other operation there: otherwise, it is PATCH that is lacking."""
    others = [one for (other, where), ones in sent.items() if where == kind and other != op for one in ones]
    return any(one.status < 300 for one in others)


def _lacking(op: str, kind: str, ones: Sequence[_SoleOperation]) -> RefusedOperation | None:
    usual, times = Counter(one.status for one in ones).most_common(1)[0]
    alike = [one for one in ones if one.status == usual]
    # One attribute that is refused wherever it is sent is a fault of the attribute.
    if len({one.target for one in alike}) < LEAST or any(one.status < 400 for one in ones) or times < SHARE * len(ones):
        return None
    return RefusedOperation(op, kind, usual, len(ones), frozenset((one.scenario, one.number) for one in alike))
