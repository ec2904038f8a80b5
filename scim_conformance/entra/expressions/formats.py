""".NET's custom date and time formats, read and written with its invariant culture.

Source: Microsoft, "Custom date and time format strings". Eras (g) and the standard formats that depend on a culture are
not supported: such a format is an error, never a guess.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from scim_conformance.entra.expressions.values import ExpressionError

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

LONGEST = 200
"""Maximum characters of a format."""

STANDARD = {
    "d": "MM/dd/yyyy",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
}

_TOKENS = re.compile(r"(?P<code>([dfFghHKmMstyz])\2*)|\\(?P<escaped>.)|'(?P<a>[^']*)'|\"(?P<b>[^\"]*)\"|%|(?P<other>.)")
_OFFSET = r"[+-]\d{1,2}(?::?\d\d)?"

_PATTERNS: dict[str, str] = {
    "yyyy": r"\d{4}", "yyy": r"\d{3,4}", "yy": r"\d\d", "y": r"\d{1,2}",
    "MMMM": "|".join(MONTHS), "MMM": "|".join(name[:3] for name in MONTHS), "MM": r"\d\d", "M": r"\d{1,2}",
    "dddd": "|".join(DAYS), "ddd": "|".join(name[:3] for name in DAYS), "dd": r"\d\d", "d": r"\d{1,2}",
    "HH": r"\d\d", "H": r"\d{1,2}", "hh": r"\d\d", "h": r"\d{1,2}", "mm": r"\d\d", "m": r"\d{1,2}",
    "ss": r"\d\d", "s": r"\d{1,2}", "tt": "AM|PM", "t": "A|P", "zzz": _OFFSET, "zz": _OFFSET, "z": _OFFSET,
    "K": f"Z|{_OFFSET}|",
    **{"f" * digits: rf"\d{{{digits}}}" for digits in range(1, 8)},
    **{"F" * digits: rf"\d{{0,{digits}}}" for digits in range(1, 8)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """A format, as the codes (True) and the literal texts (False) that it is made of."""

    parts: tuple[tuple[bool, str], ...]

    def read(self, value: str) -> datetime | None:
        """Read a date in this format, as UTC; None if it has another format."""
        if self._varies():
            raise ExpressionError("a date format that repeats a part of variable length is not supported")
        found = re.fullmatch("".join(self._pattern(*part) for part in self.parts), value, re.IGNORECASE)
        if found is None:
            return None
        fields: dict[str, str] = {}
        for code, given in zip((code for is_code, code in self.parts if is_code), found.groups(), strict=True):
            fields.setdefault(code[0] if len(code) < 3 or code[0] != "d" else "weekday", given)
        try:
            return _date(fields)
        except (ValueError, OverflowError):
            return None

    def _varies(self) -> bool:
        """Return whether a part of variable length is repeated: there would be too many readings."""
        parts = [code[0] for is_code, code in self.parts if is_code and (len(code) == 1 or code[0] in "Fzy")]
        return len(set(parts)) < len(parts)

    @staticmethod
    def _pattern(is_code: bool, written: str) -> str:
        return f"({_PATTERNS[written]})" if is_code else re.escape(written)

    def write(self, date: datetime) -> str:
        """Write a date."""
        return "".join(_write(written, date) if is_code else written for is_code, written in self.parts)


@lru_cache(maxsize=256)
def compiled(text: str) -> Format:
    """Read a format.

    Raises:
        ExpressionError: it is not supported here.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"a date format may have at most {LONGEST} characters, this one has {len(text):,}")
    if len(text.strip()) == 1 and text not in STANDARD:
        raise ExpressionError(f"the date format {text!r} is not supported; write it out, as in yyyy-MM-dd")
    found = [_part(token) for token in _TOKENS.finditer(STANDARD.get(text, text)) if token[0] != "%"]
    wrong = next((code for is_code, code in found if is_code and code not in _PATTERNS), None)
    if wrong is not None or not found:
        raise ExpressionError(f"the date format {text!r} is not supported" + (f": {wrong}" if wrong else ""))
    return Format(tuple(found))


def _part(token: "re.Match[str]") -> tuple[bool, str]:
    if token["code"]:
        # .NET reads more letters than it knows as the longest form it knows.
        most = {"d": 4, "M": 4, "y": 4}.get(token["code"][0], 99)
        return True, token["code"][:most]
    return False, next((token[name] for name in ("escaped", "a", "b", "other") if token[name] is not None), "")


def _date(fields: dict[str, str]) -> datetime:
    year, month = int(fields.get("y", "1")), fields.get("M", "1")
    # .NET's invariant culture: two digits up to 49 belong to this century, from 50 on to the last.
    year += (0 if len(fields.get("y", "")) > 2 else 2000 if year < 50 else 1900) if "y" in fields else 0
    return datetime(
        year,
        int(month) if month.isdigit() else _index(MONTHS, month),
        int(fields.get("d", "1")),
        _hour(fields),
        int(fields.get("m", "0")),
        int(fields.get("s", "0")),
        int((fields.get("f") or fields.get("F") or "0")[:6].ljust(6, "0")),
        tzinfo=UTC,
    ) - _offset(fields.get("z") or fields.get("K") or "")


def _index(names: tuple[str, ...], name: str) -> int:
    return next(at for at, one in enumerate(names, 1) if one[:3].lower() == name[:3].lower())


def _hour(fields: dict[str, str]) -> int:
    if "H" in fields or "h" not in fields:
        return int(fields.get("H", "0"))
    hour = int(fields["h"])
    if hour > 12:
        raise ValueError(hour)
    afternoon = fields.get("t", "A")[0].upper() == "P"
    return hour % 12 + 12 * afternoon


def _offset(written: str) -> timedelta:
    found = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d\d))?", written)
    if found is None:
        return timedelta()
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -away if found[1] == "-" else away


def _write(code: str, date: datetime) -> str:
    letter, width = code[0], len(code)
    if letter in "fF":
        digits = f"{date.microsecond:06}0"[:width]
        return digits if letter == "f" else digits.rstrip("0")
    if code in ("ddd", "dddd"):
        name = DAYS[date.weekday()]
        return name if width == 4 else name[:3]
    if code in ("MMM", "MMMM"):
        name = MONTHS[date.month - 1]
        return name if width == 4 else name[:3]
    return _written(letter, width, date)


def _written(letter: str, width: int, date: datetime) -> str:
    if letter == "t":
        return ("AM" if date.hour < 12 else "PM")[:width]
    if letter in "zK":
        return {1: "+0", 2: "+00", 3: "+00:00"}[width] if letter == "z" else "Z"
    numbers: dict[str, Any] = {
        "y": date.year % 100 if width < 3 else date.year,
        "M": date.month,
        "d": date.day,
        "H": date.hour,
        "h": date.hour % 12 or 12,
        "m": date.minute,
        "s": date.second,
    }
    return f"{numbers[letter]:0{width}}"
