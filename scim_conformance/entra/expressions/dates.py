"""Dates in expressions. They travel as text in UTC, written M/d/yyyy h:mm:ss tt, as CDate, DateAdd and Now return them.

The intervals count as Visual Basic's DateAdd and DateDiff do, which is what the reference's examples show: months and
years by the calendar, weeks by their Sundays, the rest by whole units that have passed.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from scim_conformance.entra.expressions import formats
from scim_conformance.entra.expressions.values import ExpressionError, empty, text, whole

GENERAL = "M/d/yyyy h:mm:ss tt"
FILETIME = datetime(1601, 1, 1, tzinfo=UTC)
READ = (
    GENERAL, "M/d/yyyy H:mm:ss", "M/d/yyyy H:mm", "M/d/yyyy", "yyyy-M-d", "yyyy-M-dzzz", "yyyy-M-dK",
    "yyyy-M-d H:mm:sszzz", "yyyy-M-d H:mm:ss",
)  # fmt: skip
"""Further formats that are read as a date, in addition to ISO 8601."""

STYLES = {
    "none", "allowleadingwhite", "allowtrailingwhite", "allowinnerwhite", "allowwhitespaces", "nocurrentdatedefault",
    "adjusttouniversal", "assumelocal", "assumeuniversal", "roundtripkind",
}  # fmt: skip


def cdate(source: Any, culture: Any = None) -> str | None:
    """Read a text as a date."""
    if not empty(culture) and not text(culture).lower().startswith("en-us"):
        raise ExpressionError(f"CDate supports only en-US here, not {text(culture)}")
    return None if empty(source) else written(read("CDate", source))


def now() -> str:
    """Return one time for the whole run, so that what was sent can be compared with what is stored."""
    return written(_started())


@cache
def _started() -> datetime:
    return datetime.now(UTC)


def format_date_time(source: Any, styles: Any, given: Any, wanted: Any) -> str | None:
    """Write a date in another format."""
    check_styles(styles)
    reader, writer = formats.compiled(text(given)), formats.compiled(text(wanted))
    if empty(source):
        return None
    found = reader.read(text(source).strip())
    if found is None:
        raise ExpressionError(f"FormatDateTime: {text(source)!r} does not have the format {text(given)}")
    return writer.write(found)


def check_styles(styles: Any) -> None:
    """Refuse an invalid DateTimeStyles. The service's clock is UTC, so all styles have the same result."""
    names = [name.strip().lower().rpartition(".")[2] for name in text(styles).split(",") if name.strip()]
    wrong = next((name for name in names if name not in STYLES and not name.isdigit()), None)
    if wrong is not None:
        raise ExpressionError(f"FormatDateTime: {wrong} is not one of .NET's DateTimeStyles")


def date_add(interval: Any, value: Any, date: Any) -> str | None:
    """Add an interval to a date."""
    unit, count = _unit("DateAdd", interval), whole("DateAdd", "value", value)
    if empty(date):
        return None
    found = read("DateAdd", date)
    try:
        return written(_months_later(found, count * _MONTHS[unit]) if unit in _MONTHS else found + count * _SPANS[unit])
    except (OverflowError, ValueError):
        raise ExpressionError(f"DateAdd: the date {count} {unit} from {text(date)} does not exist") from None


def date_diff(interval: Any, first: Any, second: Any) -> int | None:
    """Count the intervals from one date to another."""
    unit = _unit("DateDiff", interval)
    if empty(first) or empty(second):
        return None
    start, end = read("DateDiff", first), read("DateDiff", second)
    if unit == "yyyy":
        return end.year - start.year
    if unit == "m":
        return (end.year - start.year) * 12 + end.month - start.month
    try:
        if unit == "ww":
            start, end = _sunday(start), _sunday(end)
    except OverflowError:
        raise ExpressionError(
            f"DateDiff: the week of {text(first)} or {text(second)} starts before the year 1"
        ) from None
    return int((end - start) / _SPANS[unit])


def from_number(value: Any) -> str | None:
    """Read Active Directory's time, in tenths of microseconds since 1601."""
    if empty(value):
        return None
    try:
        return written(FILETIME + timedelta(microseconds=whole("DateFromNum", "value", value) // 10))
    except OverflowError:
        raise ExpressionError(f"DateFromNum: {text(value)} is after the year 9999") from None


def to_number(value: Any) -> str | None:
    """Write a date as Active Directory's time."""
    if empty(value):
        return None
    return str((read("NumFromDate", value) - FILETIME) // timedelta(microseconds=1) * 10)


def read(function: str, value: Any) -> datetime:
    """Read a date, as UTC.

    Raises:
        ExpressionError: it is not a date.
    """
    found = _iso(text(value).strip()) or next(filter(None, map(_reader(text(value).strip()), READ)), None)
    if found is None:
        raise ExpressionError(f"{function}: {text(value)!r} is not a readable date")
    return found


def _reader(value: str) -> Callable[[str], datetime | None]:
    return lambda given: formats.compiled(given).read(value)


def _iso(value: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d($|[T ]\d)", value):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def written(date: datetime) -> str:
    """Write a date as the date functions return it."""
    return formats.compiled(GENERAL).write(date)


def looks_like_date(value: Any) -> bool:
    """Return whether a text is what a date function returns, so that it is compared as a date."""
    return formats.compiled(GENERAL).read(text(value)) is not None


_MONTHS = {"yyyy": 12, "m": 1}
_SPANS = {
    "ww": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}


def _unit(function: str, interval: Any) -> str:
    unit = text(interval)
    if unit not in {**_MONTHS, **_SPANS}:
        raise ExpressionError(f"{function} accepts the intervals yyyy, m, d, ww, h, n, s, not {unit!r}")
    return unit


def _months_later(date: datetime, months: int) -> datetime:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC) - timedelta(days=1)
    return date.replace(year=year, month=month + 1, day=min(date.day, last.day))


def _sunday(date: datetime) -> datetime:
    midnight = date.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=date.isoweekday() % 7)
