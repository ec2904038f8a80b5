"""Scoping filters: each operator, what is null, patterns, and what a profile may not have."""

import pytest

from scim_conformance.entra.profiles.scoping import OPERATORS, ScopingClause, ScopingFilter, check, operator
from scim_conformance.entra.scope import filters

HOLDS = [
    ("EQUALS", "Sales", "Sales", True),
    ("EQUALS", "Sales", "sales", False),
    ("EQUALS", 7, "7", True),
    ("NOT EQUALS", "Sales", "HR", True),
    ("NOT EQUALS", "Sales", "Sales", False),
    ("IS NULL", None, None, True),
    ("IS NULL", "", None, True),
    ("IS NULL", "x", None, False),
    ("IS NOT NULL", "x", None, True),
    ("IS NOT NULL", None, None, False),
    ("IS TRUE", True, None, True),
    ("IS TRUE", "False", None, False),
    ("IS FALSE", False, None, True),
    ("REGEX MATCH", "1234567", "(1[0-9][0-9][0-9][0-9][0-9][0-9])", True),
    ("REGEX MATCH", "ann@domain.com", r".*\@domain.com", True),
    ("REGEX MATCH", "Å", r"^\p{L}$", True),
    ("REGEX MATCH", "5", "([1-9][0-9])", False),
    ("NOT REGEX MATCH", "HR", "^Sales$", True),
    ("NOT REGEX MATCH", "Sales", "^Sales$", False),
    ("Includes", "Sales Nordic", "Nordic", True),
    ("Includes", "Sales Nordic", "nordic", False),
    ("ENDS_WITH", "a@x.no", ".no", True),
    ("ENDS_WITH", "a@x.no", ".NO", False),
    ("Greater_Than", "10", "9", True),
    ("Greater_Than", "9", "9", False),
    ("Greater_Than_OR_EQUALS", 9, "9", True),
    ("&", "NO", "NO,SE", True),
    ("&", "DE", "NO,SE", False),
    ("!&", "DE", "NO,SE", True),
]


@pytest.mark.parametrize(("name", "held", "value", "result"), HOLDS)
def test_an_operator(name: str, held: object, value: str | None, result: bool) -> None:
    clause = ScopingClause(attribute="a", operator=name, value=value)
    assert filters.holds(clause, {"a": held}).holds is result


@pytest.mark.parametrize("name", [one.name for one in OPERATORS if one.name != "IS NULL"])
@pytest.mark.parametrize("held", [None, ""])
def test_a_clause_is_false_without_a_value(name: str, held: str | None) -> None:
    clause = ScopingClause(attribute="a", operator=name, value="1" if operator(name).binary else None)
    assert not filters.holds(clause, {"a": held}).holds


def test_every_operator_has_an_example_that_is_true_and_one_that_is_false() -> None:
    for one in OPERATORS:
        results = {result for name, _, _, result in HOLDS if name == one.name}
        assert True in results, one.name
    assert {name for name, *_ in HOLDS} == {one.name for one in OPERATORS}


def test_numbers_must_be_whole() -> None:
    found = filters.holds(ScopingClause(attribute="a", operator="Greater_Than", value="9"), {"a": "9.5"})
    assert (found.holds, found.problem) == (False, "both sides of Greater_Than must be whole numbers")


def test_several_values_are_a_problem_and_not_in_scope() -> None:
    found = filters.holds(ScopingClause(attribute="a", operator="EQUALS", value="x"), {"a": ["x"]})
    assert not found.holds
    assert found.problem is not None


def scoped(title: str, *clauses: tuple[str, str, str], read: bool = False) -> ScopingFilter:
    made = [ScopingClause(attribute=name, operator=verb, value=value) for name, verb, value in clauses]
    return ScopingFilter(title=title, clauses=made, input=read)


def test_all_clauses_of_any_filter() -> None:
    both = scoped("Sales", ("department", "EQUALS", "Sales"), ("country", "EQUALS", "NO"))
    given = [both, scoped("Boss", ("title", "EQUALS", "Boss"))]
    assert filters.evaluate(given, {"department": "Sales", "country": "NO"}).passed
    assert filters.evaluate(given, {"title": "Boss"}).passed
    found = filters.evaluate(given, {"department": "Sales", "country": "SE"})
    assert not found.passed
    assert found.clauses == {
        "Sales.department EQUALS 'Sales'": True,
        "Sales.country EQUALS 'NO'": False,
        "Boss.title EQUALS 'Boss'": False,
    }
    assert filters.evaluate([], {}).passed


def test_an_input_filter_is_asked_in_addition() -> None:
    given = [scoped("A", ("a", "EQUALS", "1")), scoped("B", ("b", "EQUALS", "1"), read=True)]
    assert filters.evaluate(given, {"a": "1", "b": "1"}).passed
    found = filters.evaluate(given, {"a": "1", "b": "2"})
    assert (found.passed, found.dropped) == (False, True)
    assert not filters.evaluate(given, {"a": "2", "b": "1"}).passed


@pytest.mark.parametrize(
    ("value", "passed", "matters"), [("5", False, False), ("55", True, False), ("555", True, True)]
)
def test_a_result_that_depends_on_how_a_pattern_matches_is_marked(value: str, passed: bool, matters: bool) -> None:
    found = filters.evaluate([scoped("N", ("a", "REGEX MATCH", "([1-9][0-9])"))], {"a": value})
    assert (found.passed, found.unanchored) == (passed, matters)


def test_a_pattern_that_never_ends_is_a_problem_of_that_object() -> None:
    found = filters.evaluate([scoped("N", ("a", "REGEX MATCH", "^(a|aa)+$"))], {"a": "a" * 60 + "b"})
    assert not found.passed
    assert found.problems == () or "takes longer" in found.problems[0]


@pytest.mark.parametrize("name", ["is not null", "IsNotNull", "greater_than_or_equals", "INCLUDES", "EndsWith", "!&"])
def test_names_of_operators_are_read_in_any_spelling(name: str) -> None:
    assert operator(name) in OPERATORS


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (scoped("x"), "needs 1 to"),
        (scoped("x", ("a", "LIKE", "b")), "there is no operator 'LIKE'"),
        (scoped("x", ("userType", "EQUALS", "b")), "userType cannot be used"),
        (scoped("x", ("a", "IS NULL", "b")), "takes no value"),
        (scoped("x", ("a", "REGEX MATCH", "(")), "is not supported"),
        (scoped("x", ("a", "REGEX MATCH", "(?<a-b>x)")), "balancing group"),
    ],
)
def test_what_a_profile_may_not_have(given: ScopingFilter, why: str) -> None:
    with pytest.raises(ValueError, match="the scoping filter 'x'") as caught:
        check([given])
    assert why in str(caught.value)
