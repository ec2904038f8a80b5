"""The function Replace, with .NET's regular expressions put into Python's where the two mean the same.

What Python does not have (`\\p{L}`, balancing groups, options in the middle) is refused with a sentence, and so is a
repetition inside a repetition, which can take for ever.
"""

import re
from functools import lru_cache
from typing import Any

from scim_conformance.entra.expression_values import ExpressionError, empty, text

MOST = 10_000
"""Characters to which a pattern is applied at most: what an expression itself may have."""

# The alternatives first that must not be mistaken: an escape, a character class.
_TOKENS = re.compile(r"\\k(?:<\w+>|'\w+')|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<(?=[A-Za-z_])|\(\?'|.", re.DOTALL)
_GROUP_END = re.compile(r"\w+(?P<end>>|')")
_UNBOUNDED = re.compile(r"[*+]|\{\d+,\}")
_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<all>&)|(?P<digits>\d+)|\{(?P<name>\w+)\})")


def replace(  # noqa: PLR0911 - the reference lists these ways, in this order
    source: Any,
    old: Any = None,
    pattern: Any = None,
    group: Any = None,
    new: Any = None,
    attribute: Any = None,
    template: Any = None,
) -> Any:
    """Replace values within a text; which of the ways is meant follows from the arguments that are given."""
    if not empty(pattern):
        if empty(group):
            return source if empty(source) else compiled(text(pattern)).sub(_filled(new), _short(source))
        if new is None:
            return _taken(source, text(pattern), text(group), attribute)
        return source if empty(source) else _group_replaced(_short(source), text(pattern), text(group), text(new))
    if empty(source):
        return source
    if empty(old):
        raise ExpressionError("Replace needs oldValue or regexPattern")
    if template is not None:
        return text(template).replace(text(old), text(source))
    return text(source).replace(text(old), text(new))


def _taken(source: Any, pattern: str, group: str, attribute: Any) -> Any:
    if not empty(source):
        return source
    found = compiled(pattern).search(_short(attribute))
    return _named(found, group) if found else None


def _named(found: "re.Match[str]", group: str) -> str:
    try:
        return found[group] or ""
    except IndexError:
        raise ExpressionError(f"Replace: the pattern {found.re.pattern} has no group {group}") from None


def _group_replaced(source: str, pattern: str, group: str, new: str) -> str:
    rest, at = [], 0
    for found in compiled(pattern).finditer(source):
        _named(found, group)
        start, end = found.span(group)
        if start >= at:
            rest += [source[at:start], new]
            at = end
    return "".join([*rest, source[at:]])


def _filled(new: Any) -> "Any":
    """Return what `re.sub` calls for each match: `${name}`, `$1`, `$&` and `$$` as .NET fills them in."""

    def fill(found: "re.Match[str]") -> str:
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
        raise ExpressionError(f"Replace is applied to {MOST:,} characters at most, not to {len(found):,}")
    return found


@lru_cache(maxsize=256)
def compiled(pattern: str) -> "re.Pattern[str]":
    """Compile a .NET pattern.

    Raises:
        ExpressionError: Python cannot read it, or it could take for ever.
    """
    written = _translated(pattern)
    if _nested(pattern):
        raise ExpressionError(f"Replace: the pattern {pattern} repeats a repetition, which can take for ever")
    try:
        return re.compile(written)
    except (re.error, OverflowError, RecursionError) as error:
        raise ExpressionError(f"Replace: the pattern {pattern} is not evaluated here: {error}") from None


def _translated(pattern: str) -> str:
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
    """Tell whether a group that holds an unbounded repetition is itself repeated without bound."""
    tokens = [token for token in _TOKENS.finditer(pattern)]
    holds = [False]
    for token in tokens:
        after = _UNBOUNDED.match(pattern, token.end()) is not None
        if token[0].startswith("(") and token[0] != ")":
            holds.append(False)
        elif token[0] == ")" and len(holds) > 1:
            inner = holds.pop()
            if inner and after:
                return True
            holds[-1] = holds[-1] or inner or after
        else:
            holds[-1] = holds[-1] or after
    return False
