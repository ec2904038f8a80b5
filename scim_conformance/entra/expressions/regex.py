"""The function Replace, with .NET's regular expressions converted to Python's if both mean the same.

What Python does not support (`\\p{L}`, balancing groups, options in the middle) is refused with a sentence, and so is a
repetition inside a repetition, which may never end.
"""

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_conformance.entra.expressions.values import MOST, ExpressionError, empty, fitting, text

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1_000
"""Maximum characters of a pattern."""

# First the alternatives that must not be misread: an escape, a character class.
_TOKENS = re.compile(r"\\k(?:<\w+>|'\w+')|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<(?=[A-Za-z_])|\(\?'|.", re.DOTALL)
_GROUP_END = re.compile(r"\w+(?P<end>>|')")
_UNBOUNDED = re.compile(r"[*+]|\{\d+,\}")
_OFTEN = re.compile(r"[*+]|\{\d+,\}|\{(?:\d+,)?(?:[5-9]|\d\d+)\}")
_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<all>&)|(?P<digits>\d+)|\{(?P<name>\w+)\})")


def replace(  # noqa: PLR0917 - the arguments of the reference, in its order
    source: Any,
    old: Any = None,
    pattern: Any = None,
    group: Any = None,
    new: Any = None,
    attribute: Any = None,
    template: Any = None,
) -> Any:
    """Replace values in a text; the given arguments decide which of the ways is meant."""
    if not empty(pattern):
        return _by_pattern(source, compiled(text(pattern)), text(group), new, attribute)
    if empty(source) or empty(old):
        return source
    if template is not None:
        return _replaced(text(template), text(old), text(source))
    return _replaced(text(source), text(old), text(new))


def _replaced(source: str, old: str, new: str) -> str:
    fitting("Replace", len(source) + source.count(old) * (len(new) - len(old)))
    return source.replace(old, new)


def _by_pattern(source: Any, pattern: "re.Pattern[str]", group: str, new: Any, attribute: Any) -> Any:
    if group and group not in pattern.groupindex:
        raise ExpressionError(f"Replace: the pattern {pattern.pattern} has no group {group}")
    if group and new is None and empty(source):
        found = pattern.search(_short(attribute))
        return found[group] if found else None
    if empty(source) or (group and new is None):
        return source
    short = _short(source)
    return _group_replaced(short, pattern, group, text(new)) if group else pattern.sub(_filled(new), short)


def _group_replaced(source: str, pattern: "re.Pattern[str]", group: str, new: str) -> str:
    rest, at = [], 0
    for found in pattern.finditer(source):
        start, end = found.span(group)
        if start >= at:
            rest += [source[at:start], new]
            fitting("Replace", len(rest) // 2 * len(new))
            at = end
    return "".join([*rest, source[at:]])


def _filled(new: Any) -> "Callable[[re.Match[str]], str]":
    """Return what `re.sub` calls for each match: `${name}`, `$1`, `$&` and `$$` as .NET fills them in."""

    written = 0

    def fill(found: "re.Match[str]") -> str:
        nonlocal written
        filled = filled_in(found)
        written += len(filled)
        fitting("Replace", written)
        return filled

    def filled_in(found: "re.Match[str]") -> str:
        def one(reference: "re.Match[str]") -> str:
            if reference["dollar"]:
                return "$"
            key = "0" if reference["all"] else reference["digits"] or reference["name"]
            known = int(key) <= len(found.groups()) if key.isdigit() else key in found.re.groupindex
            return (found[int(key) if key.isdigit() else key] or "") if known else reference[0]

        return _REFERENCE.sub(one, text(new))

    return fill


def _short(value: Any) -> str:
    found = text(value)
    if len(found) > MOST:
        raise ExpressionError(f"Replace supports at most {MOST:,} characters, not {len(found):,}")
    return found


@lru_cache(maxsize=256)
def compiled(pattern: str) -> "re.Pattern[str]":
    """Compile a .NET pattern.

    Raises:
        ExpressionError: Python cannot read it, or it may never end.
    """
    if len(pattern) > LONGEST:
        raise ExpressionError(
            f"Replace: a pattern may have at most {LONGEST:,} characters, this one has {len(pattern):,}"
        )
    written = translated(pattern)
    if _nested(pattern):
        raise ExpressionError(f"Replace: the pattern {pattern} repeats a repetition, which may never end")
    try:
        with warnings.catch_warnings():
            # A later Python may read `[[` differently; today, it means the same as in .NET.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(written)
    except (re.error, OverflowError, RecursionError) as error:
        raise ExpressionError(f"Replace: the pattern {pattern} is not supported: {error}") from None


def translated(pattern: str) -> str:
    """Return a .NET pattern in Python's spelling: groups, references, and the ends of a text."""
    found, at = [], 0
    while token := _TOKENS.match(pattern, at):
        at = token.end()
        written = token[0]
        if written in ("(?<", "(?'"):
            name = _GROUP_END.match(pattern, at)
            end = name.end() if name else at
            found.append(f"(?P<{pattern[at:end].rstrip(chr(39) + '>')}>" if name else written)
            at = end
        elif written.startswith("\\k"):
            found.append(f"(?P={written[3:-1]})")
        else:
            found.append({"\\z": "\\Z", "\\Z": "(?=\\n?\\Z)"}.get(written, written))
    return "".join(found)


def _nested(pattern: str) -> bool:
    """Return whether a group that contains an unbounded repetition is itself repeated."""
    holds = [False]
    for token in _TOKENS.finditer(pattern):
        after = _UNBOUNDED.match(pattern, token.end()) is not None
        if token[0].startswith("("):
            holds.append(False)
        elif token[0] == ")" and len(holds) > 1:
            inner = holds.pop()
            if inner and _OFTEN.match(pattern, token.end()):
                return True
            holds[-1] = holds[-1] or inner or after
        else:
            holds[-1] = holds[-1] or after
    return False
