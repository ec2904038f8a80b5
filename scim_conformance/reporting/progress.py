"""The output during a run: on a terminal a line that updates, elsewhere plain lines; and the time remaining."""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from scim_conformance.reporting import neutral
from scim_conformance.scenario.model import Moment
from scim_conformance.system import streams
from scim_conformance.verdict import counting
from scim_conformance.verdict.results import ScenarioResult, Verdict

ENOUGH = 10
"""Scenarios after which the remaining time is shown."""

MOMENT = max(len(moment.value) for moment in Moment)
"""The width of a moment's name."""

LONG = 20.0
"""Remaining seconds from which it gets its own line if there is no updating line."""


def console() -> Console:
    """Return the console of the session; NO_COLOR and a pipe mean no color. No command to a CI system passes it."""
    return Console(file=neutral.stream(sys.stdout), highlight=False, soft_wrap=False)


def _beside_pytest() -> Console:
    """Return a console that still reaches the terminal or the pipe while pytest captures the output of tests."""
    try:
        out = streams.forgiving(os.dup(sys.stdout.fileno()), owned=True)
    except (OSError, ValueError):
        return console()
    return Console(file=neutral.stream(out), highlight=False)


STYLES = {counting.FAILED: "red", counting.PASSED: "green"}
"""The colors of outcomes; the others are yellow."""


class Watch:
    """Prints one line for each moment when its last scenario ends. Silent when pytest shows its own progress.

    `together`: several processes run, so the moments overlap; their lines come at the end. `fail_on`: what counts as
    failed.
    """

    def __init__(
        self,
        *,
        shown: bool,
        together: bool = False,
        is_verbose: bool = False,
        fail_on: str = "must",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shown, self.together, self.fail_on, self.clock = shown, together, fail_on, clock
        self.is_verbose = is_verbose
        self.weights: Mapping[str, int] = {}
        self.console = _beside_pytest() if shown else console()
        moves = shown and self.console.is_terminal and not self.console.is_dumb_terminal
        self.color = BarColumn(20, complete_style="green", finished_style="green")
        self.bar = _bar(self.console, self.color) if moves else None
        self.found: dict[str, list[ScenarioResult]] = {}
        self.planned, self.ended_ones, self.begun = 0, 0, clock()
        self.weight, self.done_weight = 0, 0
        self.seconds: list[float] = []
        self.has_said = False
        self.told: set[str] = set()

    def begin(self, planned: int, weights: Mapping[str, int] | None = None) -> None:
        """Record how many scenarios there are, and how many requests each of them plans, by its id."""
        self.planned, self.begun, self.weights = planned, self.clock(), weights or {}
        self.weight = sum(self.weights.values()) or planned
        if self.bar is not None and planned:
            self.bar.add_task("", total=self.weight, left="", count=f"0/{planned}")
            self.bar.start()

    def ended(self, result: ScenarioResult) -> None:
        """Record a result."""
        if not self.together and self.found and result.moment not in self.found:
            self.moments_done()
        self.found.setdefault(result.moment, []).append(result)
        self.ended_ones += 1
        self.done_weight += self.weights.get(result.id, 0 if self.weights else 1)
        self.seconds += [one.seconds for one in result.exchanges if one.status is not None]
        left = self.left()
        self._move(result, left)
        if self.is_verbose and self.shown:
            self.console.print(_scenario_line(result, self.fail_on), soft_wrap=True)
        self._say_how_long(left)

    def _move(self, result: ScenarioResult, left: float | None) -> None:
        """Move the bar: by requests, because scenarios differ. It turns red with the first failure."""
        if self.bar is None or not self.bar.tasks:
            return
        if counting.outcome(result, self.fail_on) == counting.FAILED:
            self.color.complete_style = self.color.finished_style = "red"
        text = "" if left is None else f"about {_spoken(left)} remaining"
        name, count = "" if self.together else result.moment, f"{self.ended_ones}/{self.planned}"
        task = self.bar.tasks[0].id
        self.bar.update(task, completed=self.done_weight, description=name, left=text, count=count)

    def left(self) -> float | None:
        """Return the seconds that the rest will take at the current pace; None while that is unknown."""
        if self.ended_ones < min(ENOUGH, self.planned) or not self.seconds:
            return None
        if not self.done_weight:
            return None
        return (self.clock() - self.begun) / self.done_weight * (self.weight - self.done_weight)

    def _say_how_long(self, left: float | None) -> None:
        if left is None or self.has_said or not self.shown or self.bar is not None or left < LONG:
            return
        self.has_said = True
        each = f"the target responds in {median(self.seconds) * 1000:.0f} ms"
        rest = counting.number(self.planned - self.ended_ones, "remaining scenario")
        self.console.print(Text(f"  {each}: about {_spoken(left)} for {rest}"))

    def notice(self, texts: Sequence[str]) -> None:
        """Print what was found out about the target, once."""
        for text in texts if self.shown else ():
            if text not in self.told:
                self.told.add(text)
                self.console.print(Text(f"  {text}", style="yellow"), soft_wrap=True)

    def waiting(self, seconds: float) -> None:
        """Print that the target throttles, and how long the run waits."""
        if self.shown:
            text = (
                f"  the target throttles (429): waiting {seconds:.0f} s; use --rate N to send fewer requests per second"
            )
            self.console.print(Text(text, style="yellow"), soft_wrap=True)

    def moments_done(self) -> None:
        """Print the lines of the moments that have ended, in the order of the journey."""
        told = [moment for moment, found in self.found.items() if not _nothing_came(found)]
        for moment in sorted(told, key=lambda name: Moment(name).order) if self.shown else ():
            self.console.print(_moment_line(moment, self.found[moment], self.fail_on))
        self.found = {}

    def interrupted(self, text: str) -> None:
        """Print at once what happens now that the run was interrupted."""
        if self.bar is not None:
            self.bar.stop()
        if self.shown:
            self.console.print(Text(f"\n{text}", style="yellow"), soft_wrap=True)

    def done(self) -> None:
        """Clear the updating line, and print the remaining lines."""
        if self.bar is not None:
            self.bar.stop()
        self.moments_done()


def _bar(own: Console, color: BarColumn) -> Progress:
    columns = (
        TextColumn(f"  {{task.description:<{MOMENT}}}"),
        color,
        TextColumn("{task.fields[count]}"),
        TextColumn("{task.fields[left]}"),
    )
    # The session's own output must not go through it: pytest captures and restores it all the time.
    return Progress(*columns, console=own, transient=True, redirect_stdout=False, redirect_stderr=False)


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(seconds, 1):.0f} s"


def _nothing_came(found: list[ScenarioResult]) -> bool:
    """Return whether a moment adds nothing to the last sentence: none of its requests got a response."""
    return any(one.verdict is Verdict.INCONCLUSIVE for one in found) and not any(one.exchanges for one in found)


def _scenario_line(result: ScenarioResult, fail_on: str) -> Text:
    """Return how one scenario ended."""
    word = counting.outcome(result, fail_on)
    return Text("  ") + Text(f"{word:<15}", STYLES.get(word, "yellow")) + Text(f"{result.id}  {result.title}")


def _moment_line(moment: str, found: list[ScenarioResult], fail_on: str) -> Table:
    """Return how a moment ended, in the words of the summary; a line that is too long continues below its words."""
    said = counting.outcomes(found, fail_on)
    ended = Text(", ").join(Text(text, STYLES.get(word, "yellow")) for word, text in said.items())
    line = Table.grid()
    line.add_column(width=MOMENT + 4)
    line.add_row(f"  {moment}", ended)
    return line
