"""Whether the scoping filters of a profile hold for an object.

A clause is false for an attribute without a value, except IS NULL: the page says the first, and the exception is
inferred. Comparisons of text are case-sensitive. Whether REGEX MATCH searches a value or must match all of it is not
documented: it searches here (.NET's `Regex.IsMatch`), and a result for which it matters is marked.

Source: Microsoft, "Scoping users or groups to be provisioned using scoping filters".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra.expressions import patterns
from scim_conformance.entra.expressions.values import ExpressionError, empty, text
from scim_conformance.entra.profiles.scoping import ScopingClause, ScopingFilter


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """The result of a clause. `unanchored`: it depends on how a pattern is matched; `problem`: why it has none."""

    holds: bool
    unanchored: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FilterResult:
    """The result of all filters. `clauses`: by `{title}.{clause}`, as in a log's ScopeEvaluationResult."""

    passed: bool
    clauses: Mapping[str, bool]
    unanchored: bool = False
    problems: Sequence[str] = ()
    dropped: bool = False
    """Only an input filter is false: the object is not read, and not deprovisioned."""


Judge = Callable[[str, str], ClauseResult]
"""Takes the attribute's value and the clause's."""


def evaluate(filters: Sequence[ScopingFilter], attributes: Mapping[str, Any]) -> FilterResult:
    """Evaluate the filters of an object type for an object."""
    found = [(one, [holds(each, attributes) for each in one.clauses]) for one in filters]
    ordinary = [results for one, results in found if not one.input]
    read = [results for one, results in found if one.input]
    passed = _any(ordinary), _any(read)
    results = [result for _, given in found for result in given]
    return FilterResult(
        all(passed),
        {
            f"{one.title}.{each}": result.holds
            for one, given in found
            for each, result in zip(one.clauses, given, strict=True)
        },
        (_any(ordinary, anchored=True) and _any(read, anchored=True)) != all(passed),
        tuple(result.problem for result in results if result.problem is not None),
        dropped=passed == (True, False),
    )


def _any(filters: Sequence[Sequence[ClauseResult]], *, anchored: bool = False) -> bool:
    """Return whether any filter is true, or there is none. `anchored`: as if patterns had to match whole values."""
    return not filters or any(all(one.holds ^ (anchored and one.unanchored) for one in each) for each in filters)


def holds(clause: ScopingClause, attributes: Mapping[str, Any]) -> ClauseResult:
    """Evaluate one clause."""
    value = attributes.get(clause.attribute)
    name = clause.named.name
    if isinstance(value, list | dict):
        return ClauseResult(holds=False, problem=f"{clause.attribute} has several values, which a filter cannot use")
    if name in ("IS NULL", "IS NOT NULL"):
        return ClauseResult(empty(value) is (name == "IS NULL"))
    if empty(value):
        return ClauseResult(holds=False)
    try:
        return _JUDGES[name](text(value), clause.value or "")
    except ExpressionError as error:
        return ClauseResult(holds=False, problem=f"{clause}: {error}")


def _simple(judge: Callable[[str, str], bool]) -> Judge:
    return lambda value, given: ClauseResult(judge(value, given))


def _matches(value: str, pattern: str) -> ClauseResult:
    searched, whole = patterns.found(pattern, value)
    return ClauseResult(searched, searched != whole)


def _matches_not(value: str, pattern: str) -> ClauseResult:
    searched, whole = patterns.found(pattern, value)
    return ClauseResult(not searched, searched != whole)


_WHOLE = re.compile(r"\d{1,19}", re.ASCII)


def _numbers(judge: Callable[[int, int], bool]) -> Judge:
    def compare(value: str, given: str) -> ClauseResult:
        if not (_WHOLE.fullmatch(value.strip()) and _WHOLE.fullmatch(given.strip())):
            return ClauseResult(holds=False, problem="both sides of Greater_Than must be whole numbers")
        return ClauseResult(judge(int(value), int(given)))

    return compare


_JUDGES: dict[str, Judge] = {
    "EQUALS": _simple(lambda value, given: value == given),
    "NOT EQUALS": _simple(lambda value, given: value != given),
    "IS TRUE": _simple(lambda value, _: value.lower() == "true"),
    "IS FALSE": _simple(lambda value, _: value.lower() == "false"),
    "REGEX MATCH": _matches,
    "NOT REGEX MATCH": _matches_not,
    "Includes": _simple(lambda value, given: given in value),
    "ENDS_WITH": _simple(lambda value, given: value.endswith(given)),
    "Greater_Than": _numbers(lambda value, given: value > given),
    "Greater_Than_OR_EQUALS": _numbers(lambda value, given: value >= given),
    "&": _simple(lambda value, given: value in given),
    "!&": _simple(lambda value, given: value not in given),
}
