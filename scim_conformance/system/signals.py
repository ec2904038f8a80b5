"""The signals that end a command: Ctrl-C, SIGTERM, SIGHUP and SIGQUIT, all handled alike.

While nothing has to be cleaned up, a command ends at once, with one line and exit code 2. A run and a clean-up are
interrupted instead (KeyboardInterrupt), so that they can clean up; a second signal cuts that short too.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))
"""Windows has only the first two."""

TOGETHER = 0.25
"""Seconds within which several signals count as one request to end: a terminal that closes sends SIGHUP twice, systemd
SIGTERM and SIGHUP, and a launcher forwards a Ctrl-C that its child has already received."""

INTERRUPTED = 2
"""The exit code."""

Handler = Callable[[int, FrameType | None], Any]


class _State:
    """The requests that this process received. `borne`: how many requests to end are recorded without effect."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start over: no requests yet."""
        self.asked, self.borne, self.last = 0, 0, float("-inf")
        self.obeyed = False

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Record a signal; raise KeyboardInterrupt if it takes effect now."""
        del number, frame
        now = time.monotonic()
        if now - self.last >= TOGETHER:
            self.last, self.asked = now, self.asked + 1
            self.obey()

    def obey(self) -> None:
        """Raise KeyboardInterrupt if there are more requests than may be recorded."""
        if self.asked > self.borne:
            self.obeyed = True
            raise KeyboardInterrupt


_STATE = _State()


def _install(handler: Handler) -> dict[int, Any]:
    """Set the handler, and return the previous ones. What the parent ignores stays ignored, as under nohup."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    former = {number: signal.getsignal(number) for number in ENDING}
    # A shell starts background jobs with SIGINT ignored, nohup with SIGHUP ignored. SIGTERM is always intended.
    chosen = [number for number in ENDING if former[number] is not signal.SIG_IGN or number == signal.SIGTERM]
    for number in chosen:
        signal.signal(number, handler)
    return {number: former[number] for number in chosen}


def end_at_once() -> None:
    """Have a signal end this process with one line: for as long as nothing has to be cleaned up."""

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        with suppress(OSError):
            os.write(2, b"scim-conformance: interrupted\n")
        os._exit(INTERRUPTED)

    _install(end)


def end_with(code: int) -> None:
    """Ignore signals: this process is about to end with this exit code."""

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        os._exit(code)

    _install(end)


@contextmanager
def interrupting() -> Iterator[None]:
    """Have a signal raise KeyboardInterrupt, so that what was started can be cleaned up."""
    restore = interrupt()
    try:
        yield
    finally:
        restore()


def interrupt() -> Callable[[], None]:
    """Have a signal raise KeyboardInterrupt from now on; return a function that restores the handlers."""
    _STATE.forget()
    former = _install(_STATE.interrupt)

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    return restore


def bear(requests: int) -> None:
    """Let this many requests to end, in total, be recorded before one takes effect."""
    _STATE.borne = requests


def check() -> None:
    """Handle a signal whose KeyboardInterrupt was lost, as happens in a callback of the interpreter.

    Raises:
        KeyboardInterrupt: this process was requested to end. Only in the main thread, which ends the others.
    """
    if _is_main():
        _STATE.obey()


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def obeyed() -> bool:
    """Return whether a signal has interrupted this process."""
    return _STATE.obeyed


@contextmanager
def finished_first() -> Iterator[None]:
    """Let a creation finish before a signal takes effect: otherwise, its id would be lost. A second signal takes effect
    at once. In another thread than the main one no signal takes effect."""
    if not _is_main():
        yield
        return
    before = _STATE.asked
    _STATE.borne += 1
    try:
        yield
    finally:
        _STATE.borne -= 1
        if _STATE.asked > before:
            _STATE.obey()


@contextmanager
def held() -> Iterator[None]:
    """Block signals in this block: a file is being written."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def block() -> None:
    """Block signals, in this process and in those that it starts, until each of them unblocks them."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def unblock() -> None:
    """Unblock signals; pending ones arrive now."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
