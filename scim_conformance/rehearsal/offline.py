"""A preview without a target: who is in scope, and why."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.entra.engine.assumptions import ASSUMPTIONS
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.rehearsal import people_table, scope_screen, scoping
from scim_conformance.rehearsal.private import Private
from scim_conformance.rehearsal.reading import InputFiles, read
from scim_conformance.rehearsal.scoping import ScopeReport
from scim_conformance.reporting.markdown import UNDOCUMENTED
from scim_conformance.system.writing import replace

NOBODY = 5
"""The exit code if no user is in scope."""

SUMMARY, RESULT = "summary.md", "preview.json"


def show(profile: Profile, files: InputFiles, report_dir: str | None, width: int, say: Callable[[str], Any]) -> int:
    """Read the files, print who is in scope, write the files of the report directory, and return the exit code."""
    report = scoping.report(read(files, profile))
    directory = place(report_dir)
    lines = [
        "Preview: offline, no target is asked",
        *scope_screen.directory(report, width),
        "",
        *scope_screen.scope(report, width),
    ]
    table = people_table.write(Private(directory), report)
    where = ["", f"Where  {directory / SUMMARY}", f"       each user with the reason: {table}"]
    last = ["", *scope_screen.result(report, width)]
    write(directory, [*lines, *last], facts(report))
    say("\n".join([*lines, *where, *last]))
    return 0 if report.in_scope() else NOBODY


def place(report_dir: str | None) -> Path:
    """Return the report directory: the given one, or a new one in reports/."""
    return Path(report_dir or f"reports/preview-{datetime.now().astimezone():%Y%m%d-%H%M%S}")


def write(directory: Path, lines: list[str], result: dict[str, Any]) -> None:
    """Write the files without personal data."""
    directory.mkdir(parents=True, exist_ok=True)
    assumed = [f"- {one.line}" for one in ASSUMPTIONS]
    text = ["# Preview", "", "```", *lines, "```", "", "## Assumptions", "", f"{UNDOCUMENTED}:", "", *assumed, ""]
    replace(directory / SUMMARY, "\n".join(text).encode())
    replace(directory / RESULT, msgspec.json.format(msgspec.json.encode(result), indent=2))


def facts(report: ScopeReport) -> dict[str, Any]:
    """Return the numbers of the scope, for a machine."""
    inside = report.in_scope()
    direct, through, groups = report.through()
    return {
        "kind": "preview",
        "profile": report.profile.name,
        "sync": report.profile.job.scope,
        "users": len(report.users),
        "groups": len(report.groups),
        "users_by_reason": {reason.value: number for reason, number in report.reasons.items()},
        "groups_in_scope": len(report.in_scope(ObjectKind.GROUP)),
        "assigned": {"directly": direct, "through_groups": through, "groups": groups},
        "filtered": {said: {"users": number, "no_value": none} for said, (number, none) in report.filtered().items()},
        "default_access_only": sum(one.entitlement.on_default for one in inside),
        "unanchored_patterns": sum(one.entitlement.unanchored for one in report.users),
        "no_matching_value": sum(one.skipped for one in inside),
        "shared_matching_values": {target: len(found) for target, found in report.doubles().items()},
        "suspended_mappings": [one.target for one in report.directory.suspended],
    }
