"""The terminal: what to fix first, what to do next, and, as the last line, the verdict."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import TextWrapper

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from scim_conformance.config.configuration import NO_FLAGS, TargetFlags
from scim_conformance.reporting import next_steps, script, words
from scim_conformance.reporting.history import judged_something
from scim_conformance.reporting.next_steps import near
from scim_conformance.reporting.progress import console
from scim_conformance.scenario.blocking import in_words
from scim_conformance.scenario.checks import Level, leveled
from scim_conformance.system.visible import visible
from scim_conformance.verdict import counting
from scim_conformance.verdict.account_discovery import in_words as discovered
from scim_conformance.verdict.blocked import unowned
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.decision import is_accepted, of_dialects
from scim_conformance.verdict.results import Recorded, ScenarioResult
from scim_conformance.verdict.run_result import RunResult, evidence, explained

MOST_FIXES = 5
MOST_ADVICE = 3
MOST_LEFT = 3
MOST_BLOCKERS = 3
LONGEST_CURL = 1200
UNBROKEN = "\N{NO-BREAK SPACE}"
"""Where a line must not end; printed as a space."""

COLOURS = {"yes": "green", "no": "red", "inconclusive": "yellow", "compliant-only": "yellow", "legacy-only": "yellow"}


@dataclass(frozen=True)
class ScreenSize:
    """ScreenSize much is printed.

    `quiet`: pytest's own lines are not shown, except for the empty one at the end. `brief`: only the last line.
    """

    quiet: bool = True
    brief: bool = False


OURS = ScreenSize()


def show(
    result: RunResult, directory: Path | None, broken: list[str], origin: TargetFlags = NO_FLAGS, how: ScreenSize = OURS
) -> None:
    """Print the end of a run; the last line has verdict, counts and time.

    `directory`: None if there are no reports.
    """
    out = console()
    if how.brief:
        _verdict(out, result)
        return
    if not how.quiet:
        out.print()
    if judged_something(result):
        _facts(out, result)
    _blockers(out, result)
    _fixes(out, result, directory, is_demo=bool(origin.demo))
    _advice(out, result, directory)
    _problems(out, result, broken)
    _leftovers(out, result, directory)
    if judged_something(result):
        out.print()
    _files(out, directory)
    _what_now(out, result, directory, origin)
    _indented(out, result.disclaimer, "  ", "  ", "dim")
    out.print()
    _verdict(out, result)


def _facts(out: Console, result: RunResult) -> None:
    """Print what is known in addition to the verdict."""
    shown = of_dialects(result.scenarios, result.verdict_by_dialect)
    if len(shown) > 1:
        out.print("  " + "   ".join(f"{dialect}: {verdict}" for dialect, verdict in shown.items()))
    if result.account_discovery is not None:
        _indented(out, discovered(result.account_discovery))
    for line in _counted(result):
        _indented(out, line)
    _mappings(out, result)


def _counted(result: RunResult) -> list[str]:
    """Return the checks of every response, the failed checks, and the requests, one line each."""
    counts, requests = result.counts, result.requests
    levels = ", ".join(f"{counts[level]} {level}" for level in ("MUST", "ENTRA", "SHOULD") if counts[level])
    sent = f"{counting.number(sum(requests.values()), 'request')} ({requests['entra']} as Entra)"
    _, *always = counting.played(result.scenarios, result.fail_on)
    return [*always, *([f"failed checks: {levels}"] if levels else []), sent]


def _verdict(out: Console, result: RunResult) -> None:
    """Print verdict, counts and time: the last line of every run."""
    accepted = result.verdict != "yes" and is_accepted(result.scenarios)
    colour = "yellow" if accepted else COLOURS.get(result.verdict, "")
    counts = words.in_all(result.scenarios, result.fail_on)
    time = f"in {result.seconds:.1f} s".replace(" ", UNBROKEN)
    for line in _fitting(out, f"{visible(result.sentence)}. {counts} {time}"):
        out.print(Text(line.replace(UNBROKEN, " "), style=f"bold {colour}".strip()), soft_wrap=True)


def _fitting(out: Console, text: str, begin: str = "", further: str = "") -> list[str]:
    """Return a text in lines of a terminal; elsewhere on one line, so that it can be searched."""
    if not out.is_terminal:
        return [begin + text]
    return TextWrapper(max(out.width, 40), begin, further, break_long_words=False, break_on_hyphens=False).wrap(text)


def _indented(out: Console, text: str, begin: str = "  ", further: str = "    ", style: str = "") -> None:
    for line in TextWrapper(max(out.width, 40), begin, further).wrap(text):
        out.print(Text(line, style=style), soft_wrap=True)


def _files(out: Console, directory: Path | None) -> None:
    if directory is None:
        _indented(out, "No report: nothing was judged (--report-dir DIR writes one all the same)")
        return
    out.print(Text(f"  {near(directory)}/"), soft_wrap=True)
    out.print(Text("    report.html  summary.md  result.json  junit.xml  allure-results/"))


def _what_now(out: Console, result: RunResult, directory: Path | None, origin: TargetFlags) -> None:
    found = next_steps.steps(result, directory, origin)
    if found:
        out.print(Text("  What now", style="bold"))
        next_steps.show(out, found, "    ")


def _mappings(out: Console, result: RunResult) -> None:
    """Print how many mappings were tested, and what was left out; a verdict does not cover the others."""
    style = "yellow" if result.not_tested and not result.not_run else ""
    for text in (result.mappings_tested, result.prepared_without):
        _indented(out, visible(text), style=style)


def _blockers(out: Console, result: RunResult) -> None:
    """Print the requests that block scenarios but belong to no scenario: no scenario names what to fix there."""
    unsaid = [one for one in result.scenarios if not _is_said(one, result.sentence)]
    blockers = Counter(in_words(by, result.target) for by in unowned(unsaid))
    for text, count in blockers.most_common(MOST_BLOCKERS):
        _indented(out, f"{counting.number(count, 'scenario')} blocked by {text}")


def _is_said(one: ScenarioResult, sentence: str) -> bool:
    """Return whether the verdict says why a scenario was blocked, with the words of the response."""
    words = one.blocked_by.words if one.blocked_by else ""
    return one.reason is not None and one.reason != "" and one.reason in sentence and (words or "") in sentence


def _is_advice(result: RunResult, fix: Fix) -> bool:
    return fix.level is Level.SHOULD and result.fail_on != "should"


def _fixes(out: Console, result: RunResult, directory: Path | None, *, is_demo: bool) -> None:
    found = [fix for fix in result.fix_first if not _is_advice(result, fix)]
    if not found:
        return
    out.print()
    out.print(Text("Fix first", style="bold"))
    for number, fix in enumerate(found[:MOST_FIXES], 1):
        _fix(out, number, fix, result)
        _repeat(out, result, fix, directory, is_demo=is_demo)
    more = len(found) - MOST_FIXES
    if more > 0:
        out.print(f"  … and {more} more in summary.md")


def _advice(out: Console, result: RunResult, directory: Path | None) -> None:
    """Print advice apart from what fails: what to do, and where it is shown."""
    found = [fix for fix in result.fix_first if _is_advice(result, fix)]
    if not found:
        return
    out.print()
    out.print(Text("Advice (does not change the verdict)", style="bold"))
    for fix in found[:MOST_ADVICE]:
        labelled = f"{leveled(fix.level, fix.label)} " if fix.label else ""
        out.print(Text(f"  {labelled}{fix.check}", style="yellow"), soft_wrap=True)
        _row(out, "actual", fix.actual)
        _row(out, "fix", fix.fix)
    more = len(found) - MOST_ADVICE
    if more > 0:
        place = "the summary" if directory is None else f"{near(directory)}/report.html"
        out.print(Text(f"  … and {more} more in {place}"), soft_wrap=True)


def _fix(out: Console, number: int, fix: Fix, result: RunResult) -> None:
    style = "red" if fix.level != "SHOULD" else "yellow"
    level = leveled(fix.level, fix.label)
    out.print(f"  {number}. [{style}]{level}[/] [bold]{escape(fix.check)}[/]", soft_wrap=True)
    rows = [
        (_kind_of_title(result, fix), fix.title),
        ("expected", fix.expected),
        ("actual", fix.actual),
        ("impact", fix.so),
        ("fix", fix.fix),
        ("source", f"{fix.citation.title} ({fix.evidence})"),
        ("explains", explained(fix) if fix.blocks or fix.also else ""),
    ]
    for name, text in rows:
        _row(out, name, text)


def _kind_of_title(result: RunResult, fix: Fix) -> str:
    """Return what the title of a cause is: that of its scenario, or what is missing as a whole."""
    wanted = fix.check.partition("#")[0]
    titles = {one.title for one in result.scenarios if one.id == wanted}
    return "scenario" if fix.title in titles else "cause"


def _row(out: Console, name: str, text: str) -> None:
    for line in _wrapped(name, text, out.width) if text else ():
        out.print(Text(line), soft_wrap=True)


def _repeat(out: Console, result: RunResult, fix: Fix, directory: Path | None, *, is_demo: bool) -> None:
    """Print the command that repeats the request which shows a cause, and where the page shows it.

    The target of a demo has ended, and its token is unknown: nothing can be repeated.
    """
    shown, place = evidence(result, fix), script.placed(result, fix.check)
    if shown is None or place is None or directory is None:
        return
    where = str(near(directory))
    if not is_demo:
        out.print(Text("     " + _command(result, shown, place[0], where), style="cyan"), soft_wrap=True)
    out.print(Text(f"     {where}/report.html#{place[0].id}", style="dim"), soft_wrap=True)


def _command(result: RunResult, shown: Recorded, scenario: ScenarioResult, where: str) -> str:
    """Return the command on one line, however long: it is there to be pasted. The reports contain what was sent."""
    known = script.library(result, where)
    command = script.repeating(shown, known, scenario)
    # If it fills more than a screen, the script is shorter.
    return command.splitlines()[-1] if len(command) <= LONGEST_CURL else script.exporting(scenario.id, known)


def _wrapped(name: str, text: str, width: int) -> list[str]:
    begin = f"     {name:<9}"
    wrapper = TextWrapper(max(width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(text)


def _problems(out: Console, result: RunResult, broken: Iterable[str]) -> None:
    for text in broken:
        out.print(Text(f"  could not run: {text}", style="red"))
    for warning in result.warnings:
        out.print(Text(f"  warning: {warning}", style="yellow"))


def _leftovers(out: Console, result: RunResult, directory: Path | None) -> None:
    many, least = len(result.leftovers), "at least " if result.leftovers_at_least else ""
    if not many and not least:
        if result.interrupted:
            _indented(out, "nothing of this run is left in the target")
        return
    said = f"  {least}{many} of this run's users and groups may be left in the target"
    out.print(Text(said, style="yellow"))
    _listed(out, result.leftovers)
    if directory is not None:
        out.print(Text(f"    scim-conformance clean {next_steps.word(directory)}"), soft_wrap=True)


def _listed(out: Console, left: Sequence[dict[str, object]]) -> None:
    for one in left[:MOST_LEFT]:
        line = f"    {one['type']} {one['name']}, id {one['id'] or 'unknown'}: {one['why']}"
        for text in TextWrapper(max(out.width, 40), "", "      ", break_long_words=False).wrap(visible(line)):
            out.print(Text(text))
    if len(left) > MOST_LEFT:
        out.print(Text(f"    … and {len(left) - MOST_LEFT} more in result.json"))
