"""Standard output and error that may be closed, or on a full disk: a failure to print stops no run.

`run | head -1` closes the pipe while the run still has to clean up. A descriptor that was closed from the start would
be assigned to the next file or socket, and the output would go there.
"""

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

UNHEARD = (errno.EPIPE, errno.EBADF)
"""The reader closed the stream on purpose: this is not reported."""

_lost: list[OSError] = []


class _Forgiving(io.FileIO):
    """Records what cannot be written, and continues as if it had been."""

    def write(self, data: object, /) -> int:
        """Write, and ignore a failure."""
        view = memoryview(data)  # type: ignore[arg-type]
        try:
            return super().write(view) or 0
        except OSError as error:
            _lost.append(error)
            return view.nbytes


def forgiving(descriptor: int, *, owned: bool = False) -> TextIO:
    """Return a text stream over an open descriptor that never fails; if it is `owned`, it closes the descriptor."""
    raw = _Forgiving(descriptor, "w", closefd=owned)
    by_line = raw.isatty() or descriptor == 2  # as Python has it
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=_encoding(), errors="backslashreplace", line_buffering=by_line
    )


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def make_ready() -> None:
    """Open closed descriptors on the null device, and make standard output and error ignore write errors."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    sys.stdout, sys.stderr = forgiving(1), forgiving(2)


@contextmanager
def forgiven() -> Iterator[None]:
    """Make standard output ignore write errors in this block."""
    undo = forgive()
    try:
        yield
    finally:
        undo()


def forgive() -> Callable[[], None]:
    """Make standard output ignore write errors; return a function that undoes it."""
    former = sys.stdout
    # Another object, or what pytest captures, does not fail.
    if type(former) is not io.TextIOWrapper or former.closed:
        return lambda: None
    own = sys.stdout = forgiving(former.fileno())

    def undo() -> None:
        # pytest's capturing may have restored the earlier one, while its terminal reporter writes to ours.
        sys.stdout = former if sys.stdout is own else sys.stdout
        own.flush()

    return undo


def is_lost() -> bool:
    """Return whether something could not be printed, for whatever reason."""
    with suppress(ValueError):
        sys.stdout.flush()
    return bool(_lost)


def problem() -> str | None:
    """Return why something could not be printed, such as a full disk, as a sentence; None if the reader had closed the
    stream."""
    if not is_lost():
        return None
    said = next((error for error in _lost if error.errno not in UNHEARD), None)
    return None if said is None else f"standard output cannot be written: {said.strerror}"
