"""The functions of Microsoft's "Reference for writing expressions for attribute mappings", by their names.

A function's signature shows how many arguments it takes. Null is passed on: if the source has no value, nothing is
sent. Details that the reference does not specify are decided next to the function.
"""

import base64
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from scim_conformance.entra.expressions import dates
from scim_conformance.entra.expressions.regex import replace
from scim_conformance.entra.expressions.text import lower, proper_case, upper, without_diacritics
from scim_conformance.entra.expressions.values import (
    ExpressionError,
    NoValueError,
    empty,
    fitting,
    number,
    several,
    text,
    truth,
    whole,
)

NOT_EVALUATED = {
    "SelectUniqueValue": "it asks the target whether a value is in use, and applies only to inbound provisioning",
}
"""Functions in the reference that never reach a SCIM application, and why."""

ROLE = "WindowsAzureActiveDirectoryRole"


def append(source: Any, suffix: Any) -> str:
    """Put a suffix behind a text."""
    return text(source) + text(suffix)


def coalesce(source: Any, *others: Any) -> Any:
    """Return the first value; an empty text counts as none."""
    return next((value for value in (source, *others) if not empty(value)), None)


def iif(condition: Any, yes: Any, no: Any) -> Any:
    """Choose by a condition; a comparison with null fails, and then nothing flows."""
    return None if condition is None else yes if truth(condition) else no


def switch(source: Any, default: Any, key: Any, value: Any, *pairs: Any) -> Any:
    """Look a value up, with regard to letter case; a missing source matches the empty key."""
    given = (key, value, *pairs)
    if len(given) % 2:
        raise ExpressionError("Switch needs its keys and values in pairs: one of them has no counterpart")
    found = zip(given[::2], given[1::2], strict=True)
    return next((value for key, value in found if text(source) == text(key)), default)


def join(separator: Any, source: Any, *others: Any) -> str:
    """Join what has a value; each value of a multi-valued attribute counts."""
    values = [text(one) for value in (source, *others) for one in several(value) if not empty(one)]
    fitting("Join", sum(map(len, values)) + len(values) * len(text(separator)))
    return text(separator).join(values)


def in_str(source: Any, part: Any, start: Any = None, compare: Any = None) -> int:
    """Find a text in another: its position from 1, or 0. Without a comparison type, case-sensitive, as in VBA."""
    first = 1 if empty(start) else whole("InStr", "start", start)
    if first < 1:
        raise ExpressionError("InStr counts from 1: start cannot be less")
    if not empty(compare) and text(compare) not in ("vbTextCompare", "vbBinaryCompare"):
        raise ExpressionError(f"InStr compares with vbTextCompare or vbBinaryCompare, not with {text(compare)}")
    fold = lower if text(compare) == "vbTextCompare" else text
    return fold(source).find(fold(part), first - 1) + 1


def item(attribute: Any, index: Any) -> Any:
    """Return one value of a multi-valued attribute, counted from 1."""
    values, at = several(attribute), whole("Item", "index", index)
    return values[at - 1] if 1 <= at <= len(values) else None


def left(source: Any, characters: Any) -> str:
    """Return the start of a text; all of it if the number is negative."""
    most = whole("Left", "NumChars", characters)
    return text(source) if most < 0 else text(source)[:most]


def length(source: Any) -> int:
    """Count the characters of a text or of a number in text form; null and an empty text have none."""
    return len(text(source))


def mid(source: Any, start: Any, length: Any) -> str:
    """Return a part of a text; positions count from 1."""
    first, most = whole("Mid", "start", start), whole("Mid", "length", length)
    if first < 1 or most < 0:
        raise ExpressionError("Mid counts from 1, and does not accept a negative length")
    return text(source)[first - 1 : first - 1 + most]


def word(source: Any, position: Any, delimiters: Any) -> str:
    """Return one of a text's words, counted from 1; several delimiters in a row separate two words once."""
    given, between = text(source), set(text(delimiters))
    words = "".join("\0" if one in between else one for one in given).split("\0") if between else [given]
    found, at = [one for one in words if one], whole("Word", "WordNumber", position)
    return found[at - 1] if 1 <= at <= len(found) and found != [given] else ""


def split(source: Any, delimiter: Any) -> list[str] | None:
    """Split a text into values; spaces around them are removed, as in the reference's example, and so are empty
    values."""
    if empty(delimiter):
        raise NoValueError("Split needs a delimiter")
    parts = [part.strip(" ") for part in text(source).split(text(delimiter))]
    return [part for part in parts if part] or None


def bit_and(first: Any, second: Any) -> int | None:
    """Return the bits that both numbers have set."""
    if empty(first) or empty(second):
        return None
    return whole("BitAnd", "value1", first) & whole("BitAnd", "value2", second)


def remove_duplicates(attribute: Any) -> Any:
    """Return each value once, in order."""
    return list(dict.fromkeys(attribute)) if isinstance(attribute, list) else attribute


def single_role(roles: Any) -> str | None:
    """Return one role; the reference requires users with only one role."""
    return next((text(role) for role in several(roles)), None)


def _roles(key: str) -> Callable[[Any], list[dict[str, Any]] | None]:
    def found(roles: Any) -> list[dict[str, Any]] | None:
        names = [text(role) for role in several(roles)]
        return [{"primary": False, "type": ROLE, key: name, "value": name} for name in names] or None

    return found


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Append": append,
    "AppRoleAssignmentsComplex": _roles("displayName"),
    "AssertiveAppRoleAssignmentsComplex": _roles("display"),
    "BitAnd": bit_and,
    "CBool": lambda expression: truth(expression),  # noqa: PLW0108 - the name of the argument is the reference's
    "CDate": dates.cdate,
    "Coalesce": coalesce,
    "ConvertToBase64": lambda source: base64.b64encode(text(source).encode("utf-16-le", "surrogatepass")).decode(),
    "ConvertToUTF8Hex": lambda source: text(source).encode("utf-8", "replace").hex().upper(),
    "Count": lambda attribute: len(several(attribute)),
    "CStr": lambda value: None if value is None else text(value),
    "DateAdd": dates.date_add,
    "DateDiff": dates.date_diff,
    "DateFromNum": dates.from_number,
    "FormatDateTime": dates.format_date_time,
    "IgnoreFlowIfNullOrEmpty": lambda expression: None if empty(expression) else expression,
    "IIF": iif,
    "InStr": in_str,
    "IsNull": lambda expression: expression is None,
    "IsNullOrEmpty": lambda expression: empty(expression),  # noqa: PLW0108
    "IsPresent": lambda expression: not empty(expression),
    "IsString": lambda expression: isinstance(expression, str),
    "Item": item,
    "Join": join,
    "Left": left,
    "Len": length,
    "Mid": mid,
    "NormalizeDiacritics": lambda source: without_diacritics(text(source)),
    "Not": lambda source: not truth(source),
    "Now": dates.now,
    "NumFromDate": dates.to_number,
    "PCase": lambda source, separators=None: proper_case(text(source), text(separators)),
    "Redact": lambda value: value,  # the logs show [Redact]; the value is sent unchanged
    "RemoveDuplicates": remove_duplicates,
    "Replace": replace,
    "SingleAppRoleAssignment": single_role,
    "Split": split,
    "StripSpaces": lambda source: text(source).replace(" ", ""),
    "Switch": switch,
    "ToLower": lambda source, culture=None: lower(source, text(culture)),
    "ToUpper": lambda source, culture=None: upper(source, text(culture)),
    "Word": word,
}


def default_domain(source: Mapping[str, Any]) -> str:
    """Return the tenant's default verified domain: that of all the users' addresses."""
    address = text(source.get("userPrincipalName") or source.get("mail"))
    if "@" not in address:
        raise NoValueError("DefaultDomain needs a tenant with a verified domain")
    return address.rpartition("@")[2]


TENANT: dict[str, Callable[..., Any]] = {"DefaultDomain": default_domain}
"""Functions that depend on the tenant: they get the whole object as the first argument."""


def guid(chance: random.Random) -> str:
    """Create a random GUID."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


DIGITS, SPECIAL = "0123456789", "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"
CAPITALS, SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


def random_string(  # noqa: PLR0917 - the arguments of the reference, in its order
    chance: random.Random, length: Any, numbers: Any, special: Any, capitals: Any, small: Any, avoid: Any = None
) -> str:
    """Create a random text; characters beyond the required minimums are letters and digits."""
    total = whole("RandomString", "Length", length)
    least = [whole("RandomString", "a minimum", one) for one in (numbers, special, capitals, small)]
    if min(least) < 0 or not sum(least) <= total <= 256:
        raise ExpressionError("RandomString: Length must be at least the sum of the minimums, and at most 256")
    pools = [_without(pool, text(avoid)) for pool in (DIGITS, SPECIAL, CAPITALS, SMALL)]
    pools.append(_without(DIGITS + CAPITALS + SMALL, text(avoid)))
    chosen = [pool for pool, count in zip(pools, [*least, total - sum(least)], strict=True) for _ in range(count)]
    if not all(chosen):
        raise ExpressionError("RandomString: CharactersToAvoid leaves no character of a required kind")
    found = [chance.choice(pool) for pool in chosen]
    chance.shuffle(found)
    return "".join(found)


def _without(pool: str, avoid: str) -> str:
    return "".join(character for character in pool if character not in avoid)


RANDOM: dict[str, Callable[..., Any]] = {"Guid": guid, "RandomString": random_string}
"""Functions with a different result each time in Entra; here, it is the same for the same object, so that it can be
checked."""


def compare(operator: str, first: Any, second: Any) -> bool | None:
    """Compare as a condition does: numbers and dates by value, the rest as text. With a null, there is no result."""
    if empty(first) or empty(second):
        return None
    # "007" and "7" are two employees: texts are compared as texts.
    pair = number(first), number(second)
    counted = operator not in ("=", "<>") or isinstance(first, int) or isinstance(second, int)
    one, other = pair if counted and None not in pair else (text(first), text(second))
    if dates.looks_like_date(first) and dates.looks_like_date(second):
        one, other = (dates.read("IIF", value).isoformat() for value in (first, second))
    less = _less(one, other)
    return {
        "=": one == other, "<>": one != other, "<": less, ">": _less(other, one),
        ">=": not less, "<=": not _less(other, one),
    }[operator]  # fmt: skip


def _less(one: Any, other: Any) -> bool:
    return bool(one < other)


OPERATORS = ("<>", "<=", ">=", "=", "<", ">")
