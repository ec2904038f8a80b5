"""Two runs side by side: what got worse first, then what was fixed, what is new, gone, or otherwise changed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario.assess import visible
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.results import CheckResult, ScenarioResult, Verdict

Kind = Literal["regression", "advice", "fixed", "new", "gone", "changed"]
TITLES: dict[Kind, str] = {
    "regression": "Regressions",
    "advice": "Advice that is no longer met",
    "fixed": "Fixed",
    "new": "New: not in the old run",
    "gone": "Gone: not in the new run",
    "changed": "Changed otherwise",
}
GOOD = {Verdict.CONFORMANT, Verdict.NOT_APPLICABLE}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario or check that is not as it was. `was` and `now` are verdicts, empty where it was not there."""

    id: str
    kind: Kind
    was: str
    now: str
    level: Level | None = None
    actual: str | None = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What two runs say of each other. `differs`: what else is not the same, such as the target, in words."""

    old: str
    new: str
    verdicts: tuple[str, str]
    differs: list[str]
    changes: list[Change]

    def of(self, kind: Kind) -> list[Change]:
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
) -> Iterator[Change]:
    for identifier, now in after.items():
        was = before.get(identifier)
        if was is None:
            continue
        checks = [*_checks(was, now, run.fail_on)]
        yield from checks
        if not checks and was.verdict is not now.verdict:
            kind: Kind = "regression" if was.verdict in GOOD and now.verdict is Verdict.INCONCLUSIVE else "changed"
            kind = "fixed" if was.verdict is Verdict.INCONCLUSIVE and now.verdict is Verdict.CONFORMANT else kind
            yield Change(id=identifier, kind=kind, was=was.verdict, now=now.verdict, actual=now.reason)


def _without_new_checks(changes: Iterable[Change], old: RunResult) -> Iterator[Change]:
    """Yield the changes, with those of checks that the old catalogue may not have had as new: they got no worse."""
    known = {check.id for one in old.scenarios for check in one.checks} | {one.id for one in old.scenarios}
    for one in changes:
        is_new = one.kind in {"regression", "advice"} and one.id not in known
        yield msgspec.structs.replace(one, kind="new", was="") if is_new else one


def _checks(was: ScenarioResult, now: ScenarioResult, fail_on: str) -> Iterator[Change]:
    """Yield the checks that changed. One that is judged only now says what stood before it in its scenario."""
    old = {check.id: check for check in was.checks}
    for check in now.checks:
        before = old.get(check.id)
        verdict = before.verdict if before is not None else was.verdict
        if verdict is check.verdict or (before is None and not _bad(check)):
            continue
        kind = _kind(verdict, check, fail_on)
        yield Change(id=check.id, kind=kind, was=verdict, now=check.verdict, level=check.level, actual=check.actual)
    yield from _unjudged(old.values(), now)


def _bad(check: CheckResult) -> bool:
    return check.verdict is Verdict.DEVIATION


def _unjudged(old: Iterable[CheckResult], now: ScenarioResult) -> Iterator[Change]:
    """Yield deviations that are no longer there because their check was not judged, or is no more."""
    judged = {check.id for check in now.checks}
    for check in old:
        if check.id not in judged and _bad(check):
            fixed: Kind = "fixed" if now.verdict in GOOD else "changed"
            yield Change(id=check.id, kind=fixed, was=check.verdict, now=now.verdict, level=check.level)


def _kind(was: Verdict, now: CheckResult, fail_on: str) -> Kind:
    if was in GOOD and _bad(now):
        return "advice" if now.level is Level.SHOULD and fail_on != "should" else "regression"
    if now.verdict is Verdict.CONFORMANT and was in {Verdict.DEVIATION, Verdict.WAIVED}:
        return "fixed"
    return "changed"


def _alone(before: Mapping[str, ScenarioResult], after: Mapping[str, ScenarioResult]) -> Iterator[Change]:
    for identifier, one in after.items():
        if identifier not in before:
            yield Change(id=identifier, kind="new", was="", now=one.verdict, level=one.level, actual=one.reason)
    for identifier, one in before.items():
        if identifier not in after:
            yield Change(id=identifier, kind="gone", was=one.verdict, now="")


def _differences(old: RunResult, new: RunResult) -> Iterator[str]:
    pairs = {
        "target": (old.target, new.target),
        "profile": (old.profile, new.profile),
        "dialects": (", ".join(old.verdict_by_dialect), ", ".join(new.verdict_by_dialect)),
        "scim-conformance": (old.suite_version, new.suite_version),
        "facts as of": (old.facts_as_of, new.facts_as_of),
    }
    yield from (f"{name}: {was} before, {now} now" for name, (was, now) in pairs.items() if was != now)
    if old.profile == new.profile and old.profile_definition != new.profile_definition:
        yield f"profile: {new.profile} has other mappings or settings than before"
    if old.suite_version == new.suite_version and old.catalogue_sha256 != new.catalogue_sha256:
        yield "catalogue: other checks than before, though the version is the same"
    for name, run in (("old", old), ("new", new)):
        if run.interrupted or (run.selectors and old.selectors != new.selectors):
            yield f"the {name} run was not whole: " + ("interrupted" if run.interrupted else ", ".join(run.selectors))


def text(found: Comparison) -> str:
    """Return the comparison for a terminal."""
    lines = [f"old  {found.old}: {found.verdicts[0]}", f"new  {found.new}: {found.verdicts[1]}"]
    lines += [f"differs  {one}" for one in found.differs]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        lines += ["", f"{title} ({len(changes)})"] if changes else []
        for one in changes:
            lines.append(f"  {_headed(one)}{_went(one)}")
            lines += [f"    {one.actual}"] if one.actual and kind in {"regression", "advice", "changed"} else []
    lines += [] if found.changes else ["", "Nothing changed."]
    return visible("\n".join(line.replace("\n", " ") for line in lines)) + "\n"


def _headed(one: Change) -> str:
    return f"{one.level} {one.id}" if one.level else one.id


def _went(one: Change) -> str:
    return f": {one.was or one.now}" if not (one.was and one.now) else f": {one.was} before, {one.now} now"


def markdown(found: Comparison) -> str:
    """Return the comparison as Markdown, for a pull request."""
    regressions = len(found.of("regression"))
    head = f"{regressions} regressions" if regressions else "No regressions"
    lines = [
        f"# {head}",
        "",
        *(f"- {name}: {_flat(one)}" for name, one in zip(("old", "new"), found.verdicts, strict=True)),
    ]
    lines += [f"- differs: {_flat(one)}" for one in found.differs]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        rows = [
            f"| `{one.id}` | {one.level or ''} | {one.was} | {one.now} | {_flat(one.actual or '')} |" for one in changes
        ]
        table = ["| id | level | was | now | actual |", "| --- | --- | --- | --- | --- |", *rows]
        lines += ["", f"## {title} ({len(changes)})", "", *table] if changes else []
    return visible("\n".join(lines)) + "\n"


def _flat(text: str) -> str:
    """Escape what a target may have written: no markup of its own, no line of its own."""
    flat = text.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join("\\" + char if char in "\\`*_[]|#!" else char for char in flat)
