"""What a run says while it goes: on a terminal a line that moves, elsewhere plain lines; how long it will take."""

import os
import sys
import time
from collections.abc import Callable
from statistics import median

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.results import ScenarioResult, Verdict

MARKS = {
    Verdict.CONFORMANT: "ok",
    Verdict.DEVIATION: "DEVIATES",
    Verdict.WAIVED: "waived",
    Verdict.NOT_APPLICABLE: "not applicable",
    Verdict.INCONCLUSIVE: "inconclusive",
}

ENOUGH = 10
"""Scenarios after which it is said how long the rest will take."""

LONG = 20.0
"""Seconds from which that is worth a line of its own where no line moves."""


def console() -> Console:
    """Return the console of the session; NO_COLOR and a pipe mean no colour."""
    return Console(highlight=False, soft_wrap=False)


def _beside_pytest() -> Console:
    """Return a console that still reaches the terminal or the pipe while pytest captures what tests print."""
    try:
        return Console(file=os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8"), highlight=False)
    except (OSError, ValueError):
        return console()


def style(verdict: Verdict) -> str:
    """Return the colour of a verdict."""
    return {Verdict.CONFORMANT: "green", Verdict.DEVIATION: "red"}.get(verdict, "yellow")


class Watch:
    """One line for each moment, when its last scenario has ended. Silent beside pytest's own progress.

    `together`: several processes play, so that the moments overlap; their lines come at the end.
    """

    def __init__(self, *, shown: bool, together: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.shown, self.together, self.clock = shown, together, clock
        self.console = _beside_pytest() if shown else console()
        moves = shown and self.console.is_terminal and not self.console.is_dumb_terminal
        self.bar = _bar(self.console) if moves else None
        self.found: dict[str, list[ScenarioResult]] = {}
        self.planned, self.ended_ones, self.begun = 0, 0, clock()
        self.seconds: list[float] = []
        self.has_said = False

    def begin(self, planned: int) -> None:
        """Take in how many scenarios there are."""
        self.planned, self.begun = planned, self.clock()
        if self.bar is not None and planned:
            self.bar.add_task("", total=planned, left="")
            self.bar.start()

    def ended(self, result: ScenarioResult) -> None:
        """Take in a result."""
        if not self.together and self.found and result.moment not in self.found:
            self.moments_done()
        self.found.setdefault(result.moment, []).append(result)
        self.ended_ones += 1
        self.seconds += [one.seconds for one in result.exchanges if one.status is not None]
        left = self.left()
        if self.bar is not None and self.bar.tasks:
            text = "" if left is None else f"about {_spoken(left)} left"
            name = "" if self.together else result.moment
            self.bar.update(self.bar.tasks[0].id, completed=self.ended_ones, description=name, left=text)
        self._say_how_long(left)

    def left(self) -> float | None:
        """Return the seconds that the rest will take at the pace so far; None while that is not known."""
        if self.ended_ones < min(ENOUGH, self.planned) or not self.seconds:
            return None
        return (self.clock() - self.begun) / self.ended_ones * (self.planned - self.ended_ones)

    def _say_how_long(self, left: float | None) -> None:
        if left is None or self.has_said or not self.shown or self.bar is not None or left < LONG:
            return
        self.has_said = True
        each = f"the target answers in {median(self.seconds) * 1000:.0f} ms"
        rest = self.planned - self.ended_ones
        self.console.print(Text(f"  {each}: about {_spoken(left)} for the other {rest} scenarios"))

    def waiting(self, seconds: float) -> None:
        """Say that the target throttles, and how long it is waited for."""
        if self.shown:
            text = f"  the target throttles (429): waiting {seconds:.0f} s; --rate N sends fewer a second"
            self.console.print(Text(text, style="yellow"), soft_wrap=True)

    def moments_done(self) -> None:
        """Print the lines of the moments that have ended, in the order of the journey."""
        told = [moment for moment, found in self.found.items() if not _nothing_came(found)]
        for moment in sorted(told, key=lambda name: Moment(name).order) if self.shown else ():
            self.console.print(_moment_line(moment, self.found[moment]))
        self.found = {}

    def done(self) -> None:
        """Take the moving line away, and print what is still to be said."""
        if self.bar is not None:
            self.bar.stop()
        self.moments_done()


def _bar(own: Console) -> Progress:
    columns = (
        TextColumn("  {task.description:<20}"),
        BarColumn(20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
    )
    # Nothing of the session's own output may go through it: pytest captures and restores it all the time.
    return Progress(*columns, console=own, transient=True, redirect_stdout=False, redirect_stderr=False)


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(seconds, 1):.0f} s"


def _nothing_came(found: list[ScenarioResult]) -> bool:
    """Tell whether a moment has nothing to say that the last sentence does not: no request of it was ever answered."""
    return any(one.verdict is Verdict.INCONCLUSIVE for one in found) and not any(one.exchanges for one in found)


def _moment_line(moment: str, found: list[ScenarioResult]) -> Text:
    line = Text(f"  {moment:<20}")
    for verdict in Verdict:
        ones = [result for result in found if result.verdict is verdict]
        advice = [result for result in ones if result.level is Level.SHOULD]
        if len(ones) > len(advice):
            line.append(f" {len(ones) - len(advice)} {MARKS[verdict]}", style=style(verdict))
        if advice:
            line.append(f" {len(advice)} advice", style="yellow")
    return line
