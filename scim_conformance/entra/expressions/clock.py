"""A time limit for regular expressions: their text does not show which ones never end."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TypeVar

from scim_conformance.entra.expressions.values import ExpressionError

SECONDS = 1.0
"""Maximum processor time for one expression: typical ones take microseconds."""


class _TooLong(Exception):
    """Not an ExpressionError: within the work those are met one by one, and the work goes on."""


Value = TypeVar("Value")
_under_way = threading.Lock()


def limited(work: Callable[[], Value], sentence: str, seconds: float = SECONDS) -> Value:
    """Do some work, and stop it if it takes too long; nested calls use the outer limit.

    Python handles signals while it matches. The timer counts processor time, because pytest's own timeouts use the
    timer for wall time. Without such a timer, or in another thread (as with `-n`), nothing is stopped.

    Raises:
        ExpressionError: with the sentence.
    """
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not timed or not _under_way.acquire(blocking=False):
        return work()

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise _TooLong

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return work()
    except _TooLong:
        raise ExpressionError(sentence) from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)
        _under_way.release()
