"""The regular expressions of scoping filters: .NET's, played by the `regex` package under a time limit.

The package has what .NET has and `re` lacks, such as `\\p{L}` and atomic groups, and it can be stopped. What differs in
spelling is translated; what has another meaning there is refused with a sentence.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scim_conformance.entra.expressions.regex import LONGEST, translated
from scim_conformance.entra.expressions.values import ExpressionError

if TYPE_CHECKING:
    import regex

SECONDS = 0.2
"""Seconds after which a search is given up."""

# Outside of escapes: a class with another one subtracted, and a group that pops another one.
_SUBTRACTION = re.compile(r"(?<!\\)(?:\\\\)*\[(?:[^\]\\]|\\.)*-\[")
_BALANCING = re.compile(r"\(\?[<'][A-Za-z_]\w*-\w*[>']|\(\?[<']-\w+[>']")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> "regex.Pattern[str]":
    """Compile a .NET pattern.

    Raises:
        ExpressionError: it is too long, or means something else here, or is not valid.
    """
    import regex  # noqa: PLC0415 - few profiles have such a filter

    if len(pattern) > LONGEST:
        raise ExpressionError(f"a pattern may have at most {LONGEST:,} characters, this one has {len(pattern):,}")
    if _SUBTRACTION.search(pattern):
        raise ExpressionError(f"the pattern {pattern} subtracts a class from a class, which is not supported")
    if _BALANCING.search(pattern):
        raise ExpressionError(f"the pattern {pattern} has a balancing group, which is not supported")
    try:
        return regex.compile(translated(pattern))
    except (regex.error, OverflowError, RecursionError) as error:
        raise ExpressionError(f"the pattern {pattern} is not supported: {error}") from None


def found(pattern: str, value: str) -> tuple[bool, bool]:
    """Return whether a pattern is found in a value, and whether it matches the whole value.

    Raises:
        ExpressionError: as `compiled`, or the search takes too long.
    """
    one = compiled(pattern)
    try:
        is_found = one.search(value, timeout=SECONDS) is not None
        return is_found, is_found and one.fullmatch(value, timeout=SECONDS) is not None
    except TimeoutError:
        raise ExpressionError(f"the pattern {pattern} takes longer than {SECONDS:g} s") from None
