"""The terminal: the verdict, the counts, and what to fix first; the outcome of a replay and of `doctor`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from textwrap import TextWrapper
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from scim_conformance.reporting import script
from scim_conformance.reporting.findings import Finding, Severity
from scim_conformance.reporting.progress import console
from scim_conformance.scenario.blocking import in_words
from scim_conformance.scenario.checks import leveled
from scim_conformance.verdict import counting
from scim_conformance.verdict.account_discovery import in_words as discovered
from scim_conformance.verdict.blocked import unowned
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.decision import is_accepted, of_dialects
from scim_conformance.verdict.exit_codes import NOT_JUDGED
from scim_conformance.verdict.judging import visible
from scim_conformance.verdict.run_result import RunResult, evidence, explained

MOST_FIXES = 5
MOST_LEFT = 3
MOST_BLOCKERS = 3
LONGEST_CURL = 1200
COLOURS = {"yes": "green", "no": "red", "inconclusive": "yellow", "compliant-only": "yellow", "legacy-only": "yellow"}


def show(result: RunResult, directory: Path, broken: list[str], *, quiet: bool) -> None:
    """Print the end of a run; `quiet`: pytest's own lines are not shown, except for the empty one at the end."""
    out = console()
    if not quiet:
        out.print()
    accepted = result.verdict != "yes" and is_accepted(result.scenarios)
    colour = "yellow" if accepted else COLOURS.get(result.verdict, "")
    out.print(Text(result.sentence, style=f"bold {colour}".strip()))
    shown = of_dialects(result.scenarios, result.verdict_by_dialect)
    if len(shown) > 1:
        out.print("  " + "   ".join(f"{dialect}: {verdict}" for dialect, verdict in shown.items()))
    if result.account_discovery is not None:
        for line in TextWrapper(max(out.width, 40), "  ", "    ").wrap(discovered(result.account_discovery)):
            out.print(Text(line))
    for line in _counted(result):
        out.print(f"  {line}")
    _mappings(out, result)
    _blockers(out, result)
    _fixes(out, result, directory)
    for text in broken:
        out.print(Text(f"  could not run: {text}", style="red"))
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
    """Return a path relative to the current folder if it is inside."""
    here = Path.cwd()
    return directory.relative_to(here) if directory.is_relative_to(here) else directory


def _replay(directory: Path) -> str:
    """Return the command that finds this run again: without a directory in reports/, otherwise with it."""
    near = _near(directory)
    return "scim-conformance replay last" + ("" if near.parent == Path("reports") else f" --report-dir {near}")


def _what_now(out: Console, result: RunResult, directory: Path) -> None:
    if result.fix_first:
        first = result.fix_first[0].check.partition("#")[0]
        out.print(Text("  What now", style="bold"))
        out.print(Text(f"    scim-conformance explain {first}"), soft_wrap=True)
        out.print(Text(f"    {_replay(directory):<40} after the fix"), soft_wrap=True)
    elif result.exit_code == NOT_JUDGED:
        out.print(Text("  What now", style="bold"))
        out.print(Text("    scim-conformance doctor                  shows what blocks the run"))


def _counted(result: RunResult) -> list[str]:
    """Return how scenarios ended, which checks failed, and how many requests were sent, one line each."""
    counts, requests = result.counts, result.requests
    levels = ", ".join(f"{counts[level]} {level}" for level in ("MUST", "ENTRA", "SHOULD") if counts[level])
    total = sum(requests.values())
    sent = f"{counting.number(total, 'request')} ({requests['entra']} as Entra) in {result.seconds:.1f} s"
    return [*counting.played(result.scenarios), *([f"failed checks: {levels}"] if levels else []), sent]


def _mappings(out: Console, result: RunResult) -> None:
    """Print how many mappings were tested, and what was left out; a verdict does not cover the others."""
    style = "yellow" if result.not_tested and not result.not_run else ""
    for text in (result.mappings_tested, result.prepared_without):
        for line in TextWrapper(max(out.width, 40), "  ", "    ").wrap(visible(text)):
            out.print(Text(line, style=style), soft_wrap=True)


def _blockers(out: Console, result: RunResult) -> None:
    """Print the requests that block scenarios but belong to no scenario: no scenario names what to fix there."""
    unsaid = [one for one in result.scenarios if not one.reason or one.reason not in result.sentence]
    blockers = Counter(in_words(by, result.target) for by in unowned(unsaid))
    for text, count in blockers.most_common(MOST_BLOCKERS):
        scenarios = counting.number(count, "scenario")
        for line in TextWrapper(max(out.width, 40), "  ", "    ").wrap(f"{scenarios} blocked by {text}"):
            out.print(Text(line), soft_wrap=True)


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
    level = leveled(fix.level, fix.label)
    out.print(f"  {number}. [{style}]{level}[/] [bold]{escape(fix.check)}[/]", soft_wrap=True)
    rows = [
        ("scenario", fix.title),
        ("expected", fix.expected),
        ("actual", fix.actual),
        ("impact", fix.so),
        ("fix", fix.fix),
    ]
    rows.append(("source", f"{fix.citation.title} ({fix.evidence})"))
    if fix.blocks or fix.also:
        rows.append(("explains", explained(fix)))
    for name, text in rows:
        for line in _wrapped(name, text, out.width) if text else ():
            out.print(Text(line))


def _repeat(out: Console, result: RunResult, fix: Fix, directory: Path) -> None:
    """Print the command that repeats the request which shows a cause."""
    shown, place = evidence(result, fix), script.placed(result, fix.check)
    if shown is None or place is None:
        return
    command = script.repeating(shown, script.library(result), place[0].id)
    # One line, however long: it is there to be pasted. If it fills more than a screen, it is in the summary instead.
    text = command if len(command) <= LONGEST_CURL else "the curl command is long: summary.md has it"
    # The reports contain what was sent: here is space only for the command.
    line = text.splitlines()[-1].replace("export DIR ", f"export {_near(directory)} ")
    out.print(Text("     " + line, style="cyan"), soft_wrap=True)


def _wrapped(name: str, text: str, width: int) -> list[str]:
    begin = f"     {name:<9}"
    wrapper = TextWrapper(max(width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(text)


SEVERITY_COLOURS = {Severity.OK: "green", Severity.WARNING: "yellow", Severity.FAULT: "bold red"}


def finding(found: Finding) -> None:
    """Print something that was checked, and what to do."""
    out = console()
    text = f"{found.says}: {found.do}" if found.do else found.says
    begin = f"  {found.severity:<8} {found.what:<11}"
    wrapper = TextWrapper(max(out.width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(wrapper.wrap(visible(text)) or [begin]):
        shown = Text(line)
        if number == 0:
            shown.stylize(SEVERITY_COLOURS[found.severity], 2, 10)
        out.print(shown, soft_wrap=True)


def diagnosed(code: int) -> None:
    """Print the overall result of all findings."""
    said = {
        0: "Ready: scim-conformance run",
        1: "Not ready: fix the errors above; `scim-conformance run` shows the details",
    }.get(code, "The target cannot be tested until that is fixed.")
    out = console()
    out.print()
    out.print(Text(said, style="bold green" if code == 0 else "bold red"))


class Compared(Protocol):
    """The outcome of a scenario (see `commands.replay`)."""

    @property
    def word(self) -> str:
        """The outcome, such as fixed or still failing."""

    @property
    def id(self) -> str:
        """The scenario's id."""

    @property
    def title(self) -> str:
        """The scenario's title."""

    @property
    def notes(self) -> Sequence[str]:
        """The details, one line each."""


def compared(directory: Path, outcomes: Sequence[Compared]) -> None:
    """Print the outcome of scenarios that ran again."""
    out = console()
    out.print()
    counted = Counter(one.word for one in outcomes)
    said = ", ".join(f"{number} {word}" for word, number in counted.items()) or "nothing ran"
    out.print(Text(f"Since {_near(directory)}/: {said}", style="bold"))
    for one in outcomes:
        style = {"fixed": "green", "conformant as before": "green", "not counted": "yellow", "inconclusive": "yellow"}
        line = Text("  ") + Text(f"{one.word:<14}", style=style.get(one.word, "red")) + Text(f" {one.id}")
        out.print(line, soft_wrap=True)
        for text in (one.title, *one.notes):
            for wrapped in TextWrapper(max(out.width, 40), " " * 17, " " * 19, break_on_hyphens=False).wrap(text):
                out.print(Text(wrapped, style="dim" if text == one.title else ""))


def _leftovers(out: Console, result: RunResult, directory: Path) -> None:
    if not result.leftovers and not result.leftovers_at_least:
        return
    many = len(result.leftovers)
    least = "at least " if result.leftovers_at_least else ""
    said = f"  {least}{many} of this run's users and groups may be left in the target"
    out.print(Text(said, style="yellow"))
    for one in result.leftovers[:MOST_LEFT]:
        line = f"    {one['type']} {one['name']}, id {one['id'] or 'unknown'}: {one['why']}"
        for text in TextWrapper(max(out.width, 40), "", "      ", break_long_words=False).wrap(visible(line)):
            out.print(Text(text))
    if many > MOST_LEFT:
        out.print(Text(f"    … and {many - MOST_LEFT} more in result.json"))
    out.print(Text(f"    scim-conformance clean {directory}"), soft_wrap=True)
