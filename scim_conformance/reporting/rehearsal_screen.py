"""The terminal of a rehearsal: a line for each cycle, the provisioning log, and what to fix first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import TextWrapper

from scim_conformance.entra.engine.cycle import Cycle
from scim_conformance.reporting.next_steps import NextStep, near
from scim_conformance.reporting.rehearsal_words import counted, either
from scim_conformance.system.visible import visible
from scim_conformance.verdict import counting
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.run_result import RunResult

MOST_FIXES = 5
FILES = "provisioning-log.jsonl  ProvisioningLogs.csv  job.json  report.html  result.json"

_DONE = {
    "users create success": ("created", "created"),
    "users update success": ("updated", "updated"),
    "users disable success": ("disabled", "disabled"),
    "users delete success": ("deleted", "deleted"),
    "groups create success": ("group created", "groups created"),
    "groups delete success": ("group deleted", "groups deleted"),
    "members added": ("membership added", "memberships added"),
    "members removed": ("membership removed", "memberships removed"),
}
"""Counts of a cycle, in the order in which its line has them."""


_MARGIN = 38
"""Columns before what a cycle did."""


def cycle_lines(cycle: Cycle, tally: Counter[str], changes: Counter[str], seconds: float, width: int) -> list[str]:
    """Return the lines of a cycle: what was done, and what the directory had changed before."""
    head = f"  cycle {cycle.number:<3} {cycle.kind.value:<13} {_time(seconds):>9}".ljust(_MARGIN)
    lines = _beside(head, _done(cycle, tally), width)
    changed = [f"{text} {count:,}" for text, count in changes.items() if count]
    return [*lines, *_beside(" " * _MARGIN, f"changes in Entra: {', '.join(changed)}", width)] if changed else lines


def cycle_said(cycle: Cycle, tally: Counter[str]) -> str:
    """Return what a cycle did, for a report."""
    return f"cycle {cycle.number}, {cycle.kind.value}: {_done(cycle, tally)}"


def _done(cycle: Cycle, tally: Counter[str]) -> str:
    failed = sum(count for name, count in tally.items() if name.endswith("failure"))
    done = [either(tally[name], *words) for name, words in _DONE.items() if tally[name]]
    done += [f"{failed:,} failed"] if failed else []
    return ", ".join(done) or _idle(cycle.kind.value, tally)


def cycle_end(said: str, width: int) -> list[str]:
    """Return the lines that say how a cycle ended, if not as usual."""
    return _beside(" " * _MARGIN, visible(said), width)


def _beside(head: str, text: str, width: int) -> list[str]:
    return TextWrapper(max(width, 60), head, " " * len(head), break_on_hyphens=False).wrap(text)


def _idle(kind: str, tally: Counter[str]) -> str:
    read = sum(count for name, count in tally.items() if name.endswith("other skipped"))
    if "restart" in kind:
        return f"{read:,} read, nothing written"
    return "nothing to do"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def log_lines(tallies: Sequence[Counter[str]]) -> list[str]:
    """Return how many records the provisioning log has, by action and by what came of them."""
    total: Counter[str] = sum(tallies, Counter())
    phases = ("users ", "groups ", "members ", "managers ")
    records = {name: count for name, count in total.items() if name.startswith(phases) and len(name.split()) == 3}
    by_end: Counter[str] = Counter()
    for name, count in records.items():
        _, action, status = name.split()
        by_end[action if status == "success" else status] += count
    shown = "   ".join(f"{name} {count:,}" for name, count in sorted(by_end.items()))
    return [f"Provisioning log: {counted(sum(records.values()), 'record')}", *([f"  {shown}"] if shown else [])]


@dataclass(frozen=True)
class Ending:
    """What the end of a screen has in addition to the result. `undone`: what Entra leaves undone; `timing`: requests
    and how fast they were; `lost`: files that cannot be written, and why; `steps`: commands, and what they are for."""

    undone: Sequence[str]
    timing: str
    directory: Path
    lost: Sequence[str] = ()
    steps: Sequence[NextStep] = ()


def conclusion(result: RunResult, end: Ending, width: int) -> list[str]:
    """Return the end of a rehearsal; its last line is the result."""
    lines = ["", *_fixes(result.fix_first, width)]
    if end.undone:
        lines += ["", "Not the target's doing: Entra leaves this undone until a restart"]
        lines += [f"  {one}" for one in end.undone]
    lines += ["", f"  {end.timing}", *(f"  warning: {one}" for one in result.warnings)]
    left = counted(len(result.leftovers), "resource")
    said = "nothing is left" if not result.leftovers else f"{left} left"
    lines += [f"  removed {counted(result.removed, 'resource')}, {said}"]
    lines += ["", f"  {near(end.directory)}/", f"    {FILES}", *end.lost, *_what_now(end.steps)]
    lines += ["", f"{result.sentence}. {counting.ended(result.scenarios, result.fail_on)}"]
    return [visible(line) for line in lines]


def _what_now(steps: Sequence[NextStep]) -> list[str]:
    """Return the commands, each on a line of its own, however long: it is there to be pasted."""
    lines = ["  What now"] if steps else []
    for command, why in steps:
        lines += [f"    {command}", *([f"      {why}"] if why else [])]
    return lines


def _fixes(fixes: Sequence[Fix], width: int) -> list[str]:
    if not fixes:
        return ["Fix first: nothing"]
    lines = ["Fix first"]
    wrap = TextWrapper(max(width, 40), "", " " * 9)
    for index, one in enumerate(fixes[:MOST_FIXES], 1):
        lines += wrap.wrap(f"  {index} {one.level.value} {one.check}  {one.title}")
        for name, text in (("found", one.actual), ("so", one.so), ("fix", one.fix)):
            lines += wrap.wrap(f"     {name:<6}{text}")
    more = len(fixes) - MOST_FIXES
    return [*lines, f"  and {more} more in report.html"] if more > 0 else lines
