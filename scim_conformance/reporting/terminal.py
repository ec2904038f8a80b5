"""The terminal: the verdict, the counts, and what to fix first; what a replay and a look at the target came to."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from textwrap import TextWrapper
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from scim_conformance.reporting import script
from scim_conformance.reporting.progress import console
from scim_conformance.reporting.run import RunResult, evidence, explained
from scim_conformance.scenario.assess import visible
from scim_conformance.scenario.folding import NOT_JUDGED, Fix

MOST_FIXES = 5
LONGEST_CURL = 1200
COLOURS = {"yes": "green", "no": "red", "inconclusive": "yellow", "compliant-only": "yellow", "legacy-only": "yellow"}


def show(result: RunResult, directory: Path, broken: list[str], *, quiet: bool) -> None:
    """Print the end of a run; `quiet`: pytest's own lines are not shown, but for the empty one it ends with."""
    out = console()
    if not quiet:
        out.print()
    out.print(Text(result.sentence, style=f"bold {COLOURS.get(result.verdict, '')}".strip()))
    if len(result.verdict_by_dialect) > 1:
        out.print("  " + "   ".join(f"{dialect}: {verdict}" for dialect, verdict in result.verdict_by_dialect.items()))
    for line in _counted(result):
        out.print(f"  {line}")
    _fixes(out, result, directory)
    for text in broken:
        out.print(Text(f"  could not be run: {text}", style="red"))
    for warning in result.warnings:
        out.print(Text(f"  warning: {warning}", style="yellow"))
    _leftovers(out, result, directory)
    out.print()
    out.print(Text(f"  {_near(directory)}/"), soft_wrap=True)
    out.print(Text("    report.html  summary.md  result.json  junit.xml  allure-results/"))
    _what_now(out, result, directory)
    for line in TextWrapper(max(out.width, 40), "  ", "  ").wrap(result.disclaimer):
        out.print(Text(line, style="dim"))


def _near(directory: Path) -> Path:
    """Return a path as it is typed from here, where it lies below."""
    here = Path.cwd()
    return directory.relative_to(here) if directory.is_relative_to(here) else directory


def _replay(directory: Path) -> str:
    """Return the command that finds this run again: by itself below reports/, else by its directory."""
    near = _near(directory)
    return "scim-conformance replay last" + ("" if near.parent == Path("reports") else f" --report-dir {near}")


def _what_now(out: Console, result: RunResult, directory: Path) -> None:
    if result.fix_first:
        first = result.fix_first[0].check.partition("#")[0]
        out.print(Text("  What now", style="bold"))
        out.print(Text(f"    scim-conformance explain {first}"), soft_wrap=True)
        out.print(Text(f"    {_replay(directory):<40} when it is mended"), soft_wrap=True)
    elif result.exit_code == NOT_JUDGED:
        out.print(Text("  What now", style="bold"))
        out.print(Text("    scim-conformance doctor                  names what stands in the way"))


def _counted(result: RunResult) -> list[str]:
    counts, requests = result.counts, result.requests
    names = ("conformant", "deviation", "inconclusive", "not_applicable", "waived")
    verdicts = ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in names if counts[name])
    levels = ", ".join(f"{counts[level]} {level}" for level in ("MUST", "ENTRA", "SHOULD") if counts[level])
    total = sum(requests.values())
    sent = f"{total} {'request' if total == 1 else 'requests'} ({requests['entra']} as Entra) in {result.seconds:.1f} s"
    return [verdicts or "nothing ran", *([f"checks that deviate: {levels}"] if levels else []), sent]


def _fixes(out: Console, result: RunResult, directory: Path) -> None:
    if not result.fix_first:
        return
    out.print()
    out.print(Text("Fix first", style="bold"))
    for number, fix in enumerate(result.fix_first[:MOST_FIXES], 1):
        _fix(out, number, fix)
        if number == 1:
            _repeat(out, result, fix, directory)
    more = len(result.fix_first) - MOST_FIXES
    if more > 0:
        out.print(f"  … and {more} more in summary.md")


def _fix(out: Console, number: int, fix: Fix) -> None:
    style = "red" if fix.level != "SHOULD" else "yellow"
    out.print(f"  {number}. [{style}]{fix.level}[/] [bold]{escape(fix.check)}[/]", soft_wrap=True)
    rows = [
        ("scenario", fix.title),
        ("expected", fix.expected),
        ("actual", fix.actual),
        ("so", fix.so),
        ("fix", fix.fix),
    ]
    rows.append(("source", f"{fix.citation.title} ({fix.evidence})"))
    if fix.blocks or fix.also:
        rows.append(("explains", explained(fix)))
    for name, text in rows:
        for line in _wrapped(name, text, out.width) if text else ():
            out.print(Text(line))


def _repeat(out: Console, result: RunResult, fix: Fix, directory: Path) -> None:
    """Print what repeats the request that shows a cause."""
    shown, place = evidence(result, fix), script.placed(result, fix.check)
    if shown is None or place is None:
        return
    command = script.repeating(shown, script.library(result), place[0].id)
    # One line, however long: it is there to be pasted. Beyond a screenful it stands in the summary instead.
    text = command if len(command) <= LONGEST_CURL else "the curl command is long: summary.md has it"
    # What was sent stands in the reports: here is room for the command alone.
    line = text.splitlines()[-1].replace("export DIR ", f"export {_near(directory)} ")
    out.print(Text("     " + line, style="cyan"), soft_wrap=True)


def _wrapped(name: str, text: str, width: int) -> list[str]:
    begin = f"     {name:<9}"
    wrapper = TextWrapper(max(width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(text)


class Found(Protocol):
    """Something that was looked at (see `doctor.Finding`)."""

    @property
    def mark(self) -> str:
        """How it is to be taken."""

    @property
    def what(self) -> str:
        """What was looked at."""

    @property
    def says(self) -> str:
        """What was found."""

    @property
    def do(self) -> str:
        """What to do; empty where there is nothing."""


MARK_COLOURS = {"ok": "green", "warning": "yellow", "FAULT": "bold red"}


def finding(found: Found) -> None:
    """Print something that was looked at, and what to do."""
    out = console()
    text = f"{found.says}: {found.do}" if found.do else found.says
    begin = f"  {found.mark:<8} {found.what:<11}"
    wrapper = TextWrapper(max(out.width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(wrapper.wrap(visible(text)) or [begin]):
        shown = Text(line)
        if number == 0:
            shown.stylize(MARK_COLOURS[found.mark], 2, 10)
        out.print(shown, soft_wrap=True)


def diagnosed(code: int) -> None:
    """Print what all the findings come to."""
    said = {
        0: "Ready: scim-conformance run",
        1: "Not ready: mend the faults; what stands behind each: scim-conformance run",
    }.get(code, "Nothing can be judged until that is mended.")
    out = console()
    out.print()
    out.print(Text(said, style="bold green" if code == 0 else "bold red"))


class Compared(Protocol):
    """What has become of a scenario (see `replaying.Outcome`)."""

    @property
    def word(self) -> str:
        """Fixed, still failing and the like."""

    @property
    def id(self) -> str:
        """The scenario's id."""

    @property
    def title(self) -> str:
        """The scenario's title."""

    @property
    def notes(self) -> Sequence[str]:
        """What is to be known of it, a line each."""


def compared(directory: Path, outcomes: Sequence[Compared]) -> None:
    """Print what has become of scenarios that were played again."""
    out = console()
    out.print()
    counted = Counter(one.word for one in outcomes)
    said = ", ".join(f"{number} {word}" for word, number in counted.items()) or "nothing was played"
    out.print(Text(f"Since {_near(directory)}/: {said}", style="bold"))
    for one in outcomes:
        style = {"fixed": "green", "conformant as before": "green", "not counted": "yellow", "not judged": "yellow"}
        line = Text("  ") + Text(f"{one.word:<14}", style=style.get(one.word, "red")) + Text(f" {one.id}")
        out.print(line, soft_wrap=True)
        for text in (one.title, *one.notes):
            for wrapped in TextWrapper(max(out.width, 40), " " * 17, " " * 19, break_on_hyphens=False).wrap(text):
                out.print(Text(wrapped, style="dim" if text == one.title else ""))


def _leftovers(out: Console, result: RunResult, directory: Path) -> None:
    if result.leftovers:
        out.print(
            Text(
                f"  {len(result.leftovers)} of our resources are still in the target; remove them with", style="yellow"
            )
        )
        out.print(Text(f"    scim-conformance clean {directory}"))
