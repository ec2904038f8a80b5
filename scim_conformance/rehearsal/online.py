"""A preview against a target: what the command prints, writes, and returns."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from scim_conformance.config.settings import Settings
from scim_conformance.rehearsal import (
    held_against,
    offline,
    people_table,
    preview_page,
    preview_screen,
    preview_tables,
    scope_screen,
    scoping,
)
from scim_conformance.rehearsal.exports import Exports
from scim_conformance.rehearsal.findings import CHECKS
from scim_conformance.rehearsal.masking import Mask
from scim_conformance.rehearsal.offline import NOBODY
from scim_conformance.rehearsal.prediction import would
from scim_conformance.rehearsal.previewing import RATE, CannotPreview, Previewed, Previewer, Reader
from scim_conformance.rehearsal.private import Private
from scim_conformance.rehearsal.scoping import ScopeReport
from scim_conformance.scenario.checks import Level
from scim_conformance.system.writing import replace
from scim_conformance.target.wire import TargetWire

FIX, UNREADABLE = 1, 6


@dataclass(frozen=True)
class PreviewScreen:
    """Where a preview prints. `say`: lines of the result; `tell`: done and total requests."""

    width: int
    say: Callable[[str], Any]
    tell: Callable[[int, int], Any]


Connect = Callable[[Settings], TargetWire]
"""Returns a wire to the target that only reads."""


def show(exports: Exports, settings: Settings, screen: PreviewScreen, connect: Connect) -> int:
    """Read the target, print and write the result, and return the exit code."""
    report = scoping.report(exports.first)
    lines = [
        f"Preview: GET requests only, nothing is written to {settings.base}",
        *scope_screen.directory(report, screen.width),
    ]
    screen.say("\n".join(lines))
    if not report.in_scope():
        return _nobody(report, lines, settings.report_dir, screen)
    rate = settings.rate or (None if settings.is_loopback else RATE)
    wire = connect(msgspec.structs.replace(settings, rate=rate))

    def say_cost(cost: Any) -> None:
        said = preview_screen.cost(cost, rate, screen.width)
        lines.extend(said)
        screen.say("\n".join(said))

    previewer = Previewer(report, exports, settings.dialects[0], Reader(wire), say_cost, screen.tell, rate)
    try:
        found = previewer.preview()
    except CannotPreview as error:
        screen.say(f"The target cannot be read: {error}")
        return UNREADABLE
    finally:
        wire.close()
    held_against.judge(found)
    return _finish(found, lines, settings.report_dir, settings.fail_on, screen)


def _nobody(report: ScopeReport, lines: list[str], report_dir: str | None, screen: PreviewScreen) -> int:
    said = [
        "",
        *scope_screen.scope(report, screen.width),
        "",
        "Preview: no user is in scope, so the target was not asked",
    ]
    screen.say("\n".join(said))
    directory = offline.place(report_dir)
    people_table.write(Private(directory), report)
    offline.write(directory, [*lines, *said], offline.facts(report))
    return NOBODY


def _finish(found: Previewed, lines: list[str], report_dir: str | None, fail_on: str, screen: PreviewScreen) -> int:
    directory = offline.place(report_dir)
    private = Private(directory)
    mask = _mask(found, private)
    said = [
        "",
        *scope_screen.scope(found.report, screen.width),
        "",
        *preview_screen.plan(found, screen.width),
        "",
        *preview_screen.later(found, screen.width),
        *preview_screen.accounts(found, screen.width),
        "",
        *preview_screen.fix_first(found, mask, screen.width),
        "",
        *preview_screen.time_line(found, screen.width),
    ]
    result = ["", *preview_screen.result(found, screen.width)]
    preview_tables.write(private, found)
    offline.write(directory, [*lines, *said, *result], facts(found))
    replace(directory / preview_page.NAME, preview_page.document(found, mask).encode())
    where = [
        f"Where  {directory / preview_page.NAME}",
        f"       each user with the reason: {private.path / people_table.NAME}",
    ]
    screen.say("\n".join([*said, *where, *result]))
    return exit_code(found, fail_on)


def _mask(found: Previewed, private: Private) -> Mask:
    mask = Mask()
    mask.key = private.key(mask.key)
    mask.make_unique("person", (one.source.id for one in found.report.users))
    mask.make_unique("account", found.accounts.found)
    return mask


def exit_code(found: Previewed, fail_on: str) -> int:
    """Return 1 if something would fail or be created twice, or the target deviates at the level; otherwise 0."""
    levels = {CHECKS[check].level for check, _, _ in preview_screen.findings(found)}
    binding = levels - ({Level.SHOULD} if fail_on == "must" else set())
    return FIX if binding or preview_screen.failing(found) else 0


def facts(found: Previewed) -> dict[str, Any]:
    """Return the numbers of a preview, for a machine."""
    plans = Counter(would(one) for one in found.in_scope().values())
    codes = Counter(one.code for one in found.in_scope().values() if would(one) in ("fail", "skip"))
    changed = Counter(each.path for one in found.in_scope().values() if would(one) == "update" for each in one.modified)
    findings = [
        {"check": check, "level": CHECKS[check].level.name, "users": len(sources), "text": text}
        for check, text, sources in preview_screen.findings(found)
    ]
    return {
        **offline.facts(found.report),
        "would": dict(plans),
        "codes": dict(codes),
        "changed_attributes": dict(changed),
        "memberships": {"sent": found.prediction.memberships, "not_sent": found.prediction.unlinked},
        "accounts": dict(Counter(one.value for one in found.discovered.classes.values())),
        "accounts_listed": len(found.accounts.found),
        "requests": len(found.seconds),
        "later_cycles": [
            {"cycle": one.done.cycle.number, "would": dict(one.done.tally), "held_back": one.held_back}
            for one in found.prediction.later
        ],
        "findings": findings,
    }
