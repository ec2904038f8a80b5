"""Dates as targets write them: RFC 7643 section 2.3.5 requires xsd:dateTime, but not every target follows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

FARTHEST = timedelta(hours=12)
"""A time without a zone may be in any zone: it is read as the latest instant that it can mean (UTC-12)."""

MILLISECONDS = 100_000_000_000
"""A number from here on is milliseconds since 1970, a smaller one is seconds."""

_FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")


def moment(value: Any) -> float | None:
    """Return an instant in seconds since 1970; None if the value is not a readable date."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    for reading in (_number, _iso, _http, *(_by(pattern) for pattern in _FORMATS)):
        try:
            return reading(str(value).strip())
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def _number(text: str) -> float:
    number = float(text)
    # Whatever float() accepts, including `nan` and `1e400`, must become an instant.
    seconds = number / 1000 if abs(number) >= MILLISECONDS else number
    return datetime.fromtimestamp(seconds, UTC).timestamp()


def _iso(text: str) -> float:
    return _instant(datetime.fromisoformat(text.upper()))


def _http(text: str) -> float:
    return _instant(parsedate_to_datetime(text))


def _by(pattern: str) -> Callable[[str], float]:
    return lambda text: _instant(datetime.strptime(text, pattern))


def _instant(found: datetime) -> float:
    return (found if found.tzinfo else found.replace(tzinfo=UTC) + FARTHEST).timestamp()
