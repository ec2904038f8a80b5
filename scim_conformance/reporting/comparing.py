"""Two runs compared: regressions first, then what was fixed, is new, was removed, or changed in another way."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from scim_conformance.reporting import words
from scim_conformance.reporting.marked import code, inline
from scim_conformance.scenario.checks import Level
from scim_conformance.system.visible import visible
from scim_conformance.verdict import counting
from scim_conformance.verdict.blocked import why
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

Kind = Literal["regression", "advice", "fixed", "new", "gone", "changed"]
TITLES: dict[Kind, str] = {
    "regression": "Regressions",
    "advice": "Advice that now fails",
    "fixed": "Fixed",
    "new": "New: not in the old run",
    "gone": "Removed: not in the new run",
    "changed": "Other changes",
}
GOOD = {Verdict.CONFORMANT, Verdict.NOT_APPLICABLE}


class CheckChange(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario or check that changed. `was` and `now` are verdicts, empty if it did not exist."""

    id: str
    kind: Kind
    was: str
    now: str
    level: Level | None = None
    actual: str | None = None

    def word(self, verdict: str) -> str:
        """Return the word for one of the two verdicts; empty if it did not exist."""
        return words.spoken(verdict, self.level)


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison of two runs. `differs`: other differences, such as the target, in words."""

    old: str
    new: str
    verdicts: tuple[str, str]
    differs: list[str]
    changes: list[CheckChange]

    def of(self, kind: Kind) -> list[CheckChange]:
        """Return the changes of a kind."""
        return [one for one in self.changes if one.kind == kind]


def compare(old: RunResult, new: RunResult) -> Comparison:
    """Compare two runs, scenario by scenario and check by check."""
    before, after = _by_id(old), _by_id(new)
    changes = [*_paired(before, after, new), *_alone(before, after)]
    if old.catalogue_sha256 != new.catalogue_sha256:
        changes = [*_without_new_checks(changes, old)]
    order = list(TITLES)
    return Comparison(
        old=old.run_id,
        new=new.run_id,
        verdicts=(old.sentence, new.sentence),
        differs=[*_differences(old, new)],
        changes=sorted(changes, key=lambda one: (order.index(one.kind), one.level.rank if one.level else 0)),
    )


def _by_id(result: RunResult) -> dict[str, ScenarioResult]:
    return {one.id: one for one in result.scenarios}


def _paired(
    before: Mapping[str, ScenarioResult], after: Mapping[str, ScenarioResult], run: RunResult
) -> Iterator[CheckChange]:
    for identifier, now in after.items():
        was = before.get(identifier)
        if was is None:
            continue
        checks = [*_checks(was, now, run.fail_on)]
        yield from checks
        if not checks and was.verdict is not now.verdict:
            kind: Kind = "regression" if was.verdict in GOOD and now.verdict is Verdict.INCONCLUSIVE else "changed"
            kind = "fixed" if was.verdict is Verdict.INCONCLUSIVE and now.verdict is Verdict.CONFORMANT else kind
            yield CheckChange(id=identifier, kind=kind, was=was.verdict, now=now.verdict, actual=_reason(now, run))


def _reason(one: ScenarioResult, run: RunResult) -> str | None:
    return why(one, run.target) if one.verdict is Verdict.INCONCLUSIVE else one.reason


def _without_new_checks(changes: Iterable[CheckChange], old: RunResult) -> Iterator[CheckChange]:
    """Yield the changes; changes of checks that the old catalogue may not have had count as new, not as regressions."""
    known = {check.id for one in old.scenarios for check in one.checks} | {one.id for one in old.scenarios}
    for one in changes:
        is_new = one.kind in {"regression", "advice"} and one.id not in known
        yield msgspec.structs.replace(one, kind="new", was="") if is_new else one


def _checks(was: ScenarioResult, now: ScenarioResult, fail_on: str) -> Iterator[CheckChange]:
    """Yield the checks that changed. A check that is judged only now shows what stopped its scenario before."""
    old = {check.id: check for check in was.checks}
    for check in now.checks:
        before = old.get(check.id)
        verdict = before.verdict if before is not None else was.verdict
        if verdict is check.verdict or (before is None and not _bad(check)):
            continue
        kind = _kind(verdict, check, fail_on)
        yield CheckChange(
            id=check.id, kind=kind, was=verdict, now=check.verdict, level=check.level, actual=check.actual
        )
    yield from _unjudged(old.values(), now)


def _bad(check: CheckResult) -> bool:
    return check.verdict is Verdict.DEVIATION


def _unjudged(old: Iterable[CheckResult], now: ScenarioResult) -> Iterator[CheckChange]:
    """Yield deviations that disappeared because their check was not judged or no longer exists."""
    judged = {check.id for check in now.checks}
    for check in old:
        if check.id not in judged and _bad(check):
            fixed: Kind = "fixed" if now.verdict in GOOD else "changed"
            yield CheckChange(id=check.id, kind=fixed, was=check.verdict, now=now.verdict, level=check.level)


def _kind(was: Verdict, now: CheckResult, fail_on: str) -> Kind:
    if was in GOOD and _bad(now):
        return "advice" if now.level is Level.SHOULD and fail_on != "should" else "regression"
    if now.verdict is Verdict.CONFORMANT and was in {Verdict.DEVIATION, Verdict.WAIVED}:
        return "fixed"
    return "changed"


def _alone(before: Mapping[str, ScenarioResult], after: Mapping[str, ScenarioResult]) -> Iterator[CheckChange]:
    for identifier, one in after.items():
        if identifier not in before:
            yield CheckChange(id=identifier, kind="new", was="", now=one.verdict, level=one.level, actual=one.reason)
    for identifier, one in before.items():
        if identifier not in after:
            yield CheckChange(id=identifier, kind="gone", was=one.verdict, now="")


def _differences(old: RunResult, new: RunResult) -> Iterator[str]:
    pairs = {
        "target": (old.target, new.target),
        "profile": (old.profile, new.profile),
        "dialects": (", ".join(old.spoken), ", ".join(new.spoken)),
        "scim-conformance": (old.suite_version, new.suite_version),
        "facts as of": (old.facts_as_of, new.facts_as_of),
    }
    yield from (f"{name}: {was} before, {now} now" for name, (was, now) in pairs.items() if was != now)
    if old.profile == new.profile and old.profile_definition != new.profile_definition:
        yield f"profile: {new.profile} has different mappings or settings than before"
    if old.suite_version == new.suite_version and old.catalogue_sha256 != new.catalogue_sha256:
        yield "catalogue: different checks than before, although the version is the same"
    for name, run in (("old", old), ("new", new)):
        if run.interrupted or run.ended_early:
            yield f"the {name} run was incomplete: {run.ended_early or 'it was interrupted'}"
        elif old.not_run != new.not_run and run.not_run:
            yield f"the {name} run was incomplete: {run.needed}"
        elif run.selectors and old.selectors != new.selectors:
            yield f"the {name} run was incomplete: {', '.join(run.selectors)}"


COUNTED: dict[Kind, str] = {"advice": "advice", "new": "new", "gone": "removed", "changed": "changed in another way"}
"""The words for the other kinds in one line."""


def heading(found: Comparison, since: str) -> str:
    """Return how many changes there are of each kind, in one line: `Since main: 1 regression, 3 fixed`."""
    regressions = counting.number(len(found.of("regression")), "regression")
    others = [f"{len(found.of(kind))} {word}" for kind, word in COUNTED.items() if found.of(kind)]
    counts = [regressions, f"{len(found.of('fixed'))} fixed", *others]
    return f"Since {since}: {', '.join(counts)}"


def text(found: Comparison, since: str) -> str:
    """Return the comparison for a terminal; the last line counts. `since`: what the old run is called."""
    lines = [f"old  {found.old}: {found.verdicts[0]}", f"new  {found.new}: {found.verdicts[1]}"]
    lines += [f"differs  {one}" for one in found.differs]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        lines += ["", f"{title} ({len(changes)})"] if changes else []
        for one in changes:
            lines.append(f"  {_headed(one)}{_went(one)}")
            lines += [f"    {one.actual}"] if one.actual and kind in {"regression", "advice", "changed"} else []
    lines += ["", heading(found, since)]
    return visible("\n".join(line.replace("\n", " ") for line in lines)) + "\n"


def _headed(one: CheckChange) -> str:
    return f"{one.level} {one.id}" if one.level else one.id


def _went(one: CheckChange) -> str:
    was, now = one.word(one.was), one.word(one.now)
    return f": {was or now}" if not (was and now) else f": {was} before, {now} now"


def markdown(found: Comparison, since: str) -> str:
    """Return the comparison as Markdown, for a pull request. `since`: what the old run is called."""
    lines = [
        f"# {inline(heading(found, since))}",
        "",
        *(f"- {name}: {inline(one)}" for name, one in zip(("old", "new"), found.verdicts, strict=True)),
    ]
    lines += [f"- differs: {inline(one)}" for one in found.differs]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        rows = [
            f"| {code(one.id, cell=True)} | {one.level or ''} | {inline(one.word(one.was), cell=True)} | "
            f"{inline(one.word(one.now), cell=True)} | {inline(one.actual or '', cell=True)} |"
            for one in changes
        ]
        table = ["| id | level | was | now | actual |", "| --- | --- | --- | --- | --- |", *rows]
        lines += ["", f"## {title} ({len(changes)})", "", *table] if changes else []
    return "\n".join(lines) + "\n"
