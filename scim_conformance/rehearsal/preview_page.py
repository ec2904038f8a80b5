"""`preview.html`: a preview as a page like the portal's provisioning page. Self-contained; users are masked."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scim_conformance import __version__
from scim_conformance.entra.engine.assumptions import ASSUMPTIONS
from scim_conformance.entra.engine.model import Outcome
from scim_conformance.rehearsal import preview_screen
from scim_conformance.rehearsal.findings import CHECKS
from scim_conformance.rehearsal.held_against import listed
from scim_conformance.rehearsal.masking import Mask
from scim_conformance.rehearsal.prediction import would
from scim_conformance.rehearsal.previewing import Previewed
from scim_conformance.rehearsal.scoping import Scoped
from scim_conformance.reporting.page import TEMPLATES
from scim_conformance.reporting.rehearsal_words import counted

NAME = "preview.html"
_SHOWN = {"link": "no change", "fail": "error"}
"""What the page calls a plan, if not as the code does."""
MOST_ROWS = 20_000
"""Users that the page contains; for more, it names the table."""


def document(found: Previewed, mask: Mask) -> str:
    """Return the page of a preview."""
    total = len(found.report.users)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    verdict, tone = _verdict(found)
    return environment.get_template("preview.html.j2").render(
        version=__version__,
        application=found.report.profile.title,
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        verdict=verdict,
        tone=tone,
        status=[*_status(found)],
        tiles=[*_tiles(found)],
        fixes=[*_fixes(found)],
        rows=_embedded(_sorted(_rows(found, mask))) if total <= MOST_ROWS else None,
        total=total,
        assumptions=ASSUMPTIONS,
    )


def _verdict(found: Previewed) -> tuple[str, str]:
    lost = len(preview_screen.findings(found))
    if lost:
        return f"{counted(lost, 'thing')} to fix before provisioning is switched on", "bad"
    return "Nothing to fix in the application before provisioning is switched on", "good"


def _status(found: Previewed) -> Iterator[tuple[str, str]]:
    report = found.report
    yield "Cycle", "initial, predicted: nothing was written"
    yield "Scope", "assigned users and groups" if report.profile.job.scope == "assigned" else "all users and groups"
    yield "Users in scope", f"{len(report.in_scope()):,} of {len(report.users):,}"
    yield "Matched on", ", ".join(row.target for row in report.profile.user.matching)
    yield "Time", preview_screen.time_needed(report, found.seconds)


def _tiles(found: Previewed) -> Iterator[tuple[str, int]]:
    plans = Counter(would(one) for one in found.in_scope().values())
    for name, key in (("create", "create"), ("update", "update"), ("no change", "link"), ("error", "fail")):
        yield name, plans[key]
    yield "skip", plans["skip"]
    yield "memberships", found.prediction.memberships
    for kind, number in Counter(one.value for one in found.discovered.classes.values()).most_common():
        yield f"{kind} accounts", number


def _fixes(found: Previewed) -> Iterator[dict[str, str]]:
    for check, text, sources in preview_screen.findings(found):
        so, fix = preview_screen.advice(check, text)
        who = "" if "list" in sources else f"{counted(len(sources), 'user')}: "
        yield {"level": CHECKS[check].level.name, "check": check, "text": who + text, "so": so, "fix": fix}


def _rows(found: Previewed, mask: Mask) -> Iterator[dict[str, Any]]:
    for one in found.report.users:
        outcome = found.prediction.users.get(one.source.id)
        plan = would(outcome) if outcome is not None and one.entitlement.in_scope else ""
        modified = outcome.modified if outcome is not None and plan == "update" else ()
        changes = [[each.path, mask.value(each.path, each.old), mask.value(each.path, each.new)] for each in modified]
        yield {
            "name": mask.person(one.source.id, one.source.name),
            "reason": one.entitlement.reason.value,
            "would": _SHOWN.get(plan, plan),
            "changes": changes,
            "warnings": _warning(found, one, outcome, plan),
            "steps": _steps(one, outcome, plan, changes),
        }


def _sorted(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield users with a warning first, then the others as the export has them."""
    yield from sorted(rows, key=lambda one: not one["warnings"])


def _warning(found: Previewed, one: Scoped, outcome: Outcome | None, plan: str) -> str:
    if plan == "create" and listed(found, one) is not None:
        return "has an account that the query does not find"
    return (outcome.code or "") if outcome is not None and plan in {"fail", "skip"} else ""


def _steps(one: Scoped, outcome: Outcome | None, plan: str, changes: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the five steps that on-demand provisioning shows: import, scope, match, differences, action."""
    entitlement = one.entitlement
    answers = {
        "Active in the source system": entitlement.active,
        "Assigned to the application": entitlement.assigned,
        "User has the required role": entitlement.role,
        "Scoping filter evaluation passed": entitlement.passed,
        **entitlement.clauses,
    }
    steps = [["Import", "read from the export"]]
    steps.append(["Scope", "; ".join(f"{said}: {holds}" for said, holds in answers.items())])
    if not plan or outcome is None:
        return steps
    found = {"create": "no account found", "fail": outcome.code or "failed", "skip": outcome.code or "not matched"}
    steps.append(["Match", found.get(plan, "one account found")])
    steps.append(["Differences", ", ".join(each[0] for each in changes) or "none"])
    steps.append(["Action", {"link": "none: both sides match", "fail": "none"}.get(plan, plan)])
    return steps


def _embedded(rows: Iterator[dict[str, Any]]) -> Markup:
    """Return JSON that no value can end or change when it is inside of a script element."""
    text = json.dumps([*rows], ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped
