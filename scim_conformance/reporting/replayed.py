"""What happened to scenarios that ran again: counted in one line, then by cause; advice apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import TextWrapper

from rich.console import Console
from rich.text import Text

from scim_conformance.config.configuration import TargetFlags
from scim_conformance.reporting import next_steps
from scim_conformance.reporting.next_steps import near
from scim_conformance.reporting.progress import console
from scim_conformance.scenario.checks import Level, leveled
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict import counting
from scim_conformance.verdict.blocked import why
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.counting import number, only_advice
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

FIXED, STILL, NEW = "fixed", "still failing", "new"
UNJUDGED, AS_BEFORE = Verdict.INCONCLUSIVE.value, "passed as before"
ALWAYS_SAID = (FIXED, STILL, NEW)
LEFT_OUT = (counting.NOT_RUN, Verdict.NOT_APPLICABLE.value, Verdict.WAIVED.value)
ORDER = (*ALWAYS_SAID, UNJUDGED, AS_BEFORE, *LEFT_OUT)

COLOURS = {NEW: "red", STILL: "red", UNJUDGED: "yellow", FIXED: "green"}

MOST_NAMED = 6
"""Scenarios that are named of those with one cause."""

WRONG = {Verdict.DEVIATION, Verdict.INCONCLUSIVE}


@dataclass(frozen=True)
class ReplayOutcome:
    """What happened to one scenario, or of one check of every response."""

    word: str
    id: str
    now: ScenarioResult
    is_advice: bool
    is_standing: bool


@dataclass(frozen=True)
class ReplayComparison:
    """An earlier run, and the outcome of what ran again."""

    before: RunResult
    after: RunResult
    outcomes: list[ReplayOutcome]

    def having(self, *words: str, advice: bool = False, standing: bool = False) -> list[ReplayOutcome]:
        """Return the outcomes with these words; of advice, of standing checks, or of everything else."""
        found = (one for one in self.outcomes if (one.is_advice, one.is_standing) == (advice, standing))
        return [one for one in found if one.word in words]


def compare(before: RunResult, after: RunResult) -> ReplayComparison:
    """Return the outcome of each scenario that ran again, and of each standing check that failed before or now."""
    known = {one.id: one for one in before.scenarios}
    played = [one for one in after.scenarios if not _stands(one) or _worth_it(known.get(one.id), one)]
    return ReplayComparison(before, after, [_outcome(known.get(one.id), one) for one in played])


def _stands(one: ScenarioResult) -> bool:
    return one.moment == Moment.ALWAYS.value


def _worth_it(then: ScenarioResult | None, now: ScenarioResult) -> bool:
    return now.verdict in WRONG or (then is not None and then.verdict in WRONG)


def _outcome(then: ScenarioResult | None, now: ScenarioResult) -> ReplayOutcome:
    fixed = now.verdict is Verdict.CONFORMANT and then is not None
    advice = only_advice(now) or (fixed and then is not None and only_advice(then))
    return ReplayOutcome(_word(then, now), now.id, now, advice, _stands(now))


def _word(then: ScenarioResult | None, now: ScenarioResult) -> str:
    ended = counting.outcome(now)
    if ended == UNJUDGED or ended in LEFT_OUT:
        return ended
    if now.verdict is Verdict.DEVIATION:
        was_so = then is not None and then.verdict is Verdict.DEVIATION and (only_advice(now) or not only_advice(then))
        return STILL if was_so else NEW
    return FIXED if then is not None and then.verdict in WRONG else AS_BEFORE


def headline(found: ReplayComparison) -> str:
    """Return what happened to the scenarios: `5 fixed, 4 still failing, 0 new`."""
    return _counted(found.having(*ORDER), ALWAYS_SAID)


def _counted(found: Sequence[ReplayOutcome], always: Sequence[str] = ()) -> str:
    counts = Counter(one.word for one in found)
    return ", ".join(f"{counts[word]} {word}" for word in ORDER if counts[word] or word in always)


def show(
    directory: Path, found: ReplayComparison, own: Path | None, origin: TargetFlags, *, is_brief: bool = False
) -> None:
    """Print the outcome, which is the first line and, with the time, the last one: the list between them may be long.

    `directory`: the report directory of the earlier run; `own`: of the replay; `is_brief`: only the last line.
    """
    out = console()
    failing = found.having(STILL, NEW) or found.having(STILL, NEW, standing=True)
    style = "bold red" if failing else "bold green"
    if not is_brief:
        out.print(Text(headline(found), style=style), soft_wrap=True)
        _details(out, directory, found, own, origin)
        out.print()
    out.print(Text(f"{headline(found)} in {found.after.seconds:.1f} s", style=style), soft_wrap=True)


def _details(out: Console, directory: Path, found: ReplayComparison, own: Path | None, origin: TargetFlags) -> None:
    for name, how in (("advice", {"advice": True}), ("checks of every response", {"standing": True})):
        said = _counted(found.having(*ORDER, **how))
        if said:
            _line(out, f"  {name}: {said}")
    _line(out, f"  since {near(directory)}/")
    _causes(out, found)
    _unjudged(out, found)
    _fixed(out, found)
    _what_now(out, found, directory, origin)
    if own is not None:
        out.print(Text(f"  {near(own)}/report.html"), soft_wrap=True)


def _causes(out: Console, found: ReplayComparison) -> None:
    hard = [fix for fix in found.after.fix_first if fix.level is not Level.SHOULD]
    soft = [fix for fix in found.after.fix_first if fix.level is Level.SHOULD]
    new = {one.id for one in found.outcomes if one.word == NEW}
    for fix in sorted(hard, key=lambda fix: fix.check.partition("#")[0] not in new):
        _cause(out, fix, NEW if fix.check.partition("#")[0] in new else STILL)
    if soft:
        out.print(Text("\n  Advice (does not change the verdict)", style="bold"))
    for fix in soft:
        out.print(Text(f"    {fix.check}"), soft_wrap=True)


def _cause(out: Console, fix: Fix, word: str) -> None:
    out.print()
    head = Text("  ") + Text(word, style=COLOURS[word]) + Text(f"  {leveled(fix.level, fix.label)} {fix.check}")
    out.print(head, soft_wrap=True)
    names = sorted({one.partition("#")[0] for one in (fix.check, *fix.also)})
    rows = {"": fix.title, "expected": fix.expected, "actual": fix.actual, "in": _some(names)}
    rows |= {"blocks": number(len(fix.blocks), "scenario")} if fix.blocks else {}
    for name, text in rows.items():
        _row(out, name, text)


def _unjudged(out: Console, found: ReplayComparison) -> None:
    """Print why scenarios were inconclusive, one line for each reason, unless a cause above says it."""
    blocked = {one for fix in found.after.fix_first for one in fix.blocks}
    reasons: dict[str, list[str]] = {}
    for one in found.having(UNJUDGED):
        if one.id not in blocked:
            reasons.setdefault(why(one.now, found.after.target), []).append(one.id)
    for reason, names in reasons.items():
        out.print(Text("\n  ") + Text(UNJUDGED, style=COLOURS[UNJUDGED]))
        _row(out, "why", reason)
        _row(out, "in", _some(names))


def _fixed(out: Console, found: ReplayComparison) -> None:
    names = [one.id for one in (*found.having(FIXED), *found.having(FIXED, standing=True))]
    if names:
        out.print(Text("\n  ") + Text(FIXED, style=COLOURS[FIXED]))
        _row(out, "", _some(names))


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _what_now(out: Console, found: ReplayComparison, directory: Path, origin: TargetFlags) -> None:
    out.print()
    hard = [fix for fix in found.after.fix_first if fix.level is not Level.SHOULD]
    steps: list[next_steps.NextStep] = []
    if hard:
        steps.append((next_steps.explaining(found.after, hard[0].check), ""))
        steps.append((next_steps.replaying(directory, origin), "after the fix"))
    elif not found.having(UNJUDGED):
        steps.append((origin.running(), "everything: only that gives a verdict"))
    next_steps.show(out, next_steps.exporting(origin, steps))


def _row(out: Console, name: str, text: str) -> None:
    begin = f"     {name:<9}"
    wrapper = TextWrapper(max(out.width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    _lines(out, wrapper.wrap(text))


def _line(out: Console, text: str) -> None:
    _lines(out, TextWrapper(max(out.width, 40), "", "    ", break_long_words=False).wrap(text))


def _lines(out: Console, lines: Iterable[str]) -> None:
    for line in lines:
        out.print(Text(line), soft_wrap=True)
