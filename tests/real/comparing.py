"""Compares what was seen with what is expected, in sentences, and refreshes the ids without inventing a judgement."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.real.expectations import LEVELS, RIGHT, UNJUDGED, Entry, Expectation
from tests.real.playing import Result, Seen


def differences(expected: Expectation, seen: Result) -> list[str]:
    """Return what is unlike the expectation, and what the expectation lacks; nothing when all is as expected."""
    return [
        *_unlike("works with Entra", expected.verdict, seen.verdict),
        *_verdicts(expected.by_dialect, seen.by_dialect),
        *_deviations(expected, {check.id: check for check in seen.deviations}),
        *_inconclusive(_flat(expected.blocked), _flat(seen.blocked)),
        *(problem for entry in expected.entries for problem in _unfinished(entry)),
        *_twice(expected),
    ]


def _unlike(what: str, expected: str, seen: str) -> list[str]:
    return [] if expected == seen else [f"! {what}: {seen}, expected {expected or 'nothing'}"]


def _verdicts(expected: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[str]:
    for dialect in sorted({*expected, *seen}):
        yield from _unlike(dialect, expected.get(dialect, ""), seen.get(dialect, "nothing"))


def _deviations(expected: Expectation, seen: Mapping[str, Seen]) -> Iterator[str]:
    levels = expected.levels()
    for id_, check in seen.items():
        if id_ not in levels:
            yield f"+ {check.level} {id_} deviates now: {check.actual[:160]}"
        elif levels[id_] != check.level:
            yield f"! {id_} is {check.level} now, expected {levels[id_]}"
    for id_ in levels:
        if id_ not in seen and id_ not in expected.uncertain():
            yield f"- {levels[id_]} {id_} deviates no longer"


def _flat(blocked: Mapping[str, list[str]]) -> dict[str, str]:
    return {id_: by for by, ids in blocked.items() for id_ in ids}


def _inconclusive(expected: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[str]:
    for id_ in {**expected, **seen}:
        if id_ not in expected:
            yield f"+ {id_} is inconclusive now, blocked by {seen[id_]}"
        elif id_ not in seen:
            yield f"- {id_} is inconclusive no longer"
        elif expected[id_] != seen[id_]:
            yield f"! {id_} is blocked by {seen[id_]} now, expected {expected[id_]}"


def _unfinished(entry: Entry) -> Iterator[str]:
    missing = [key for key in ("why", "source", "saw") if not getattr(entry, key).strip()]
    if missing:
        yield f'? "{entry.title}" has no {", no ".join(missing)}: write it into the expectation'
    if not entry.request or not entry.answer:
        yield f'? "{entry.title}" has no raw request and answer: run with --update'
    if entry.right not in RIGHT:
        yield f'? "{entry.title}" does not say who is right: one of {", ".join(RIGHT)}'
    if not set(entry.checks) <= set(LEVELS) or not any(entry.checks.values()):
        yield f'? "{entry.title}" lists no checks under {", ".join(LEVELS)}'


def _twice(expected: Expectation) -> Iterator[str]:
    listed = [id_ for entry in expected.entries for ids in entry.checks.values() for id_ in ids]
    for id_ in sorted({id_ for id_ in listed if listed.count(id_) > 1}):
        yield f"? {id_} is listed twice"


def refreshed(expected: Expectation, seen: Result) -> Expectation:
    """Return the expectation with the ids of this run. What is new stands in an entry of its own, without a why."""
    present = {check.id: check.level for check in seen.deviations}
    shown = {check.id: check for check in seen.deviations}
    kept = [_shown(entry, shown) for entry in (_present(entry, present) for entry in expected.entries) if entry.checks]
    known = {id_ for entry in kept for ids in entry.checks.values() for id_ in ids}
    new = _by_level({id_: level for id_, level in present.items() if id_ not in known})
    fresh = [_shown(Entry(UNJUDGED, checks=new), shown)] if new else []
    return Expectation(seen.verdict, seen.by_dialect, seen.blocked, [*kept, *fresh])


def _present(entry: Entry, present: Mapping[str, str]) -> Entry:
    if entry.sometimes:
        return entry
    ids = [id_ for listed in entry.checks.values() for id_ in listed if id_ in present]
    return replace(entry, checks=_by_level({id_: present[id_] for id_ in ids}))


def _shown(entry: Entry, seen: Mapping[str, Seen]) -> Entry:
    """Return an entry with the raw exchange of its first check, where it has none yet."""
    if entry.request and entry.answer:
        return entry
    listed = [seen[id_] for ids in entry.checks.values() for id_ in ids if id_ in seen]
    first = next((one for one in listed if one.request), None)
    return replace(entry, request=first.request, answer=first.answer) if first else entry


def _by_level(levels: Mapping[str, str]) -> dict[str, list[str]]:
    found = {level: [id_ for id_, own in levels.items() if own == level] for level in LEVELS}
    return {level: ids for level, ids in found.items() if ids}
