"""The first part of a preview's screen: the directory, who is in scope and why, and what to know about them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scim_conformance.entra.source.model import ObjectKind, ScopeReason
from scim_conformance.rehearsal.lines import Fact, folded, named, table
from scim_conformance.rehearsal.scoping import ScopeReport
from scim_conformance.reporting.rehearsal_words import counted

SYNC = {"assigned": "assigned users and groups", "all": "all users and groups"}
_SAID = {
    ScopeReason.NOT_ASSIGNED: "Active = True, Assigned = False",
    ScopeReason.ROLE: "the profile excludes the role Default Access",
    ScopeReason.BINNED: "in the recycle bin",
}


def directory(report: ScopeReport, width: int) -> list[str]:
    """Return what was read, and which mappings are not sent."""
    snapshot = report.view.now
    members = sum(len(ids) for ids in snapshot.members.values())
    held = ", ".join(
        [
            counted(len(report.users), "user"),
            counted(len(report.groups), "group"),
            counted(members, "membership"),
        ]
    )
    lines = named("directory", f"{held} ({_file(report.directory.files.people)})", width)
    for says in _not_sent(report):
        lines += named("not sent", says, width)
    for warning in report.directory.problems.warnings:
        lines += named("warning", warning, width)
    more = report.directory.problems.more_warnings
    return lines + (named("warning", f"and {more:,} more", width) if more else [])


def _file(name: str) -> str:
    path = Path(name)
    written = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return f"{path.name} of {written:%Y-%m-%d %H:%M}"


def _not_sent(report: ScopeReport) -> Iterator[str]:
    total = sum(len(rows.mapping) for rows in (report.profile.user, report.profile.group) if rows)
    gone = report.directory.suspended
    total += len(gone)
    for one in gone:
        yield f"{one.target} of {one.kind.value}s: the files have no {', '.join(one.lacks)}"
    if gone:
        is_are = "is" if len(gone) == 1 else "are"
        yield f"{len(gone):,} of {counted(total, 'mapping')} {is_are} suspended: neither predicted nor judged"
    if report.directory.empty:
        yield f"no user has {', '.join(report.directory.empty)}"


def scope(report: ScopeReport, width: int) -> list[str]:
    """Return the table of reasons."""
    reasons = report.reasons
    direct, through, groups = report.through()
    inside = "" if report.profile.job.scope == "all" else f"{through:,} through {counted(groups, 'group')}, "
    facts = [Fact(reasons[ScopeReason.IN_SCOPE], "in scope", f"{inside}{direct:,} directly" if inside else "")]
    for reason in ScopeReason:
        if reason is ScopeReason.FILTERED:
            facts += _filtered(report)
        elif reason is not ScopeReason.IN_SCOPE and reasons[reason]:
            facts.append(Fact(reasons[reason], reason.value, _SAID.get(reason, "")))
    facts += _groups(report)
    title = f"Who is in scope ({SYNC[report.profile.job.scope]})"
    return [title, *table(facts, width), *notes(report, width)]


def result(report: ScopeReport, width: int) -> list[str]:
    """Return the result in one sentence, for the end of the screen."""
    users = f"{len(report.in_scope()):,} of {counted(len(report.users), 'user')}"
    groups = f"{len(report.in_scope(ObjectKind.GROUP)):,} of {counted(len(report.groups), 'group')}"
    rest = f" and {groups}" if report.profile.group is not None and report.groups else ""
    return folded(f"Preview: in scope: {users}{rest}", "", width)


def _filtered(report: ScopeReport) -> list[Fact]:
    total = report.reasons[ScopeReason.FILTERED]
    if not total:
        return []
    clauses = []
    for said, (number, without) in report.filtered().items():
        none = f", {without:,} of them without a value" if without else ""
        clauses.append(f"{said}: {number:,}{none}")
    return [Fact(total, ScopeReason.FILTERED.value, "; ".join(clauses))]


def _groups(report: ScopeReport) -> list[Fact]:
    if report.profile.group is None or not report.groups:
        return []
    inside = len(report.in_scope(ObjectKind.GROUP))
    return [Fact(inside, f"{'group' if inside == 1 else 'groups'} in scope", f"of {len(report.groups):,}")]


def notes(report: ScopeReport, width: int) -> list[str]:
    """Return what an administrator should know before switching on, one note after the other."""
    return [line for note in _notes(report) for line in folded(note, "  ", width)]


def _notes(report: ScopeReport) -> Iterator[str]:
    inside = report.in_scope()
    on_default = sum(one.entitlement.on_default for one in inside)
    if on_default:
        yield (
            f"{counted(on_default, 'user')}: in scope only through the role Default Access, which counts since 2020 "
            "(job.default_access)"
        )
    unanchored = sum(one.entitlement.unanchored for one in report.users)
    if unanchored:
        yield (
            f"{counted(unanchored, 'user')}: the result depends on whether REGEX MATCH searches a value or must match "
            "all of it, which is not documented; anchor the pattern with ^ and $"
        )
    skipped = sum(one.skipped for one in inside)
    if skipped:
        yield f"{counted(skipped, 'user')}: no matching attribute has a value, so Entra skips them (ImportSkipped)"
    for target, groups in report.doubles().items():
        users = sum(len(one) for one in groups)
        yield f"{users:,} users: they share {counted(len(groups), 'value')} of {target}, by which Entra matches"
    unusual = len(report.unusual())
    if unusual:
        yield (
            f"{counted(unusual, 'user')}: a matching value has a special character, so provisioning may fail "
            "(Microsoft: Known issues; it does not name the characters)"
        )
    problems = {problem for one in report.users for problem in one.entitlement.problems}
    yield from sorted(problems)[:5]
