"""The command line on a terminal of a given width, and what stands on its screen in the end."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyte

from tests.support.cli import COMMAND, environment, start

LINES, WIDE = 1000, 1200
"""Size of the screen that is drawn: nothing scrolls away, and a line that is too long can be told from two."""


NORMAL: list[tuple[str, str]] = [
    (r"\d{8}-\d{6}-(replay-)?[0-9a-f]{4,6}", "<time>-<run>"),
    (r"(/[^\s/]+)+/pytest-of-\w+/pytest-\d+/[^\s/]+", "<folder>"),
    (r"(?<=127\.0\.0\.1:)\d+", "<port>"),
    (r"sct[0-9a-f]{12}", "sct<run>"),
    (r"\b[0-9a-f]{32}\b", "<id>"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<guid>"),
    (r"in \d+\.\d s", "in <n> s"),
    (r"\d+ requests \(\d+ as Entra\)", "<n> requests (<n> as Entra)"),
    (r"\d+ inconclusive, \d+ not applicable", "<n> inconclusive, <n> not applicable"),
    (r"responds in \d+ ms: a full run[\s\S]*?at least\s+\d+ (s|min)", "responds in <n> ms: <how long>"),
    (r"\d+ ms\b", "<n> ms"),
    (r"\b\d{5} is open", "<port> is open"),
    (r"(?<=embedded target listens at )\S+", "<url>"),
]
"""What differs from run to run, and what is kept instead."""


@dataclass(frozen=True)
class Screen:
    """What a command left on a terminal: the bytes, and the screen that they make."""

    code: int
    raw: bytes
    columns: int
    terminal: pyte.Screen

    @property
    def text(self) -> str:
        """The screen without colours."""
        rows = ["".join(cell.data for cell in cells) for cells in self._rows()]
        return "\n".join(row.rstrip() for row in rows).rstrip() + "\n"

    @property
    def coloured(self) -> str:
        """The screen with each coloured stretch in brackets: `‹red bold:no›`."""
        return "\n".join(_in_brackets(cells).rstrip() for cells in self._rows()).rstrip() + "\n"

    def _rows(self) -> list[list[pyte.screens.Char]]:
        """Return the cells that were written to: the whole screen has a million."""
        buffer = self.terminal.buffer
        rows = [buffer[number] for number in range(max(buffer, default=-1) + 1)]
        return [[row[column] for column in range(max(row, default=-1) + 1)] for row in rows]

    @property
    def wrapped(self) -> list[str]:
        """Lines that the terminal broke, since they were longer than it is wide."""
        text = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", self.raw).decode("utf-8", "replace")
        lines = [line.rpartition("\r")[2] for line in text.replace("\r\n", "\n").split("\n")]
        return [line for line in lines if _width(line) > self.columns]


def _in_brackets(cells: Sequence[pyte.screens.Char]) -> str:
    parts = []
    for style, group in groupby(cells, key=_style):
        text = "".join(cell.data for cell in group)
        ended = text.rstrip()
        parts.append(f"‹{style}:{ended}›{text[len(ended) :]}" if style and ended else text)
    return "".join(parts)


def _style(cell: pyte.screens.Char) -> str:
    parts = [] if cell.fg == "default" else [cell.fg]
    return " ".join([*parts, *(["bold"] if cell.bold else [])])


def _width(line: str) -> int:
    from rich.cells import cell_len

    return cell_len(line)


def shown(
    where: Path,
    columns: int,
    *arguments: str,
    environ: dict[str, str] | None = None,
    colour: bool = True,
    typed: Sequence[tuple[str, str]] = (),
    pause: float = 0.2,
    within: float = 60.0,
) -> Screen:
    """Run the command line on a terminal. `typed`: what to wait for, and what is typed then, after a pause in seconds:
    nobody types while the prompt is still being written, and a signal then would be lost."""
    known = environment({"TERM": "xterm-256color"} | (environ or {}))
    known = {name: value for name, value in known.items() if name not in {"COLUMNS", "LINES", "NO_COLOR", "CI"}}
    known |= {} if colour else {"NO_COLOR": "1"}
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    where.mkdir(parents=True, exist_ok=True)
    pid = start((*COMMAND, *arguments), where, known, (slave, slave, slave), terminal=True)
    os.close(slave)
    try:
        raw = _read(master, pid, list(typed), pause, time.monotonic() + within)
    finally:
        os.close(master)
    _, status = os.waitpid(pid, 0)
    return Screen(os.waitstatus_to_exitcode(status), raw, columns, _drawn(raw))


def _read(master: int, pid: int, typed: list[tuple[str, str]], pause: float, until: float) -> bytes:
    raw, seen = b"", 0
    while time.monotonic() < until:
        if select.select([master], [], [], 0.1)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux says so when the other end is closed
                return raw
            raw += piece
        if typed and typed[0][0].encode() in raw[seen:]:
            seen = len(raw)
            time.sleep(pause)
            os.write(master, typed.pop(0)[1].encode())
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"it hangs; the screen: {raw[-3000:].decode(errors='replace')}")


def _drawn(raw: bytes) -> pyte.Screen:
    screen = pyte.Screen(WIDE, LINES)
    pyte.ByteStream(screen).feed(raw)
    return screen


def normal(text: str) -> str:
    """Take out what differs from run to run."""
    for pattern, name in NORMAL:
        text = re.sub(pattern, name, text)
    return text
