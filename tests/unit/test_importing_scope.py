"""Scoping filters from an exported schema, and the scope from a job's secrets."""

import pytest

from scim_conformance.entra.profiles import importing_scope, profile, toml_writing
from scim_conformance.entra.profiles.importing import convert
from tests.unit.test_importing import MATCH, Table, objects, schema


def clause(attribute: str, operator: str, *values: str) -> Table:
    return {"sourceOperandName": attribute, "operatorName": operator, "targetOperand": {"values": [*values]}}


def test_scoping_filters_are_imported_with_their_clauses() -> None:
    sales = {"name": "Sales", "clauses": [clause("department", "equals", "Sales"), clause("mail", "IS NOT NULL")]}
    quotes = {"name": 'The "B"', "clauses": [clause("city", "REGEX MATCH", r"^\w+'s$")]}
    scope = {"groups": [sales], "inputFilterGroups": [quotes], "categoryFilterGroups": []}
    found = convert(schema(objects("User", MATCH, scope=scope)), "mine")
    assert found.notes == []
    loaded = profile.loads(toml_writing.profile(found.table, found.notes), "it").user.scope
    assert [(one.title, one.input) for one in loaded] == [("Sales", False), ('The "B"', True)]
    assert [str(one) for one in loaded[0].clauses] == ["department EQUALS 'Sales'", "mail IS NOT NULL"]
    assert loaded[1].clauses[0].value == r"^\w+'s$"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (clause("manager", "EQUALS", "x"), "manager cannot be used in a scoping filter: it is a reference"),
        (clause("employeeHireDate", "EQUALS", "x"), "it is a date"),
        (clause("city", "EQUALS"), "city EQUALS needs a value"),
        (clause("city", "EQUALS", "a", "b"), "a clause compares with 2 values"),
        (clause("city", "REGEX MATCH", "[a-z-[aeiou]]"), "subtracts a class from a class"),
    ],
)
def test_a_filter_that_cannot_be_converted_is_noted(given: Table, why: str) -> None:
    scope = {"groups": [{"name": "x", "clauses": [given]}]}
    found = convert(schema(objects("User", MATCH, scope=scope)), "mine")
    assert "scope" not in found.table["user"]
    assert [one for one in found.notes if why in one], found.notes


def test_the_scope_is_the_only_thing_that_is_read_from_a_jobs_secrets() -> None:
    secrets = [{"key": "SyncAll", "value": "True"}, {"key": "SecretToken", "value": "s3cr3t"}]
    assert importing_scope.settings({"value": secrets}) == {"scope": "all"}
    skips = [{"key": "SyncAll", "value": "false"}, {"key": "SkipOutOfScopeDeletions", "value": "True"}]
    assert importing_scope.settings({"value": skips}) == {"scope": "assigned", "unassign": "nothing"}
    with pytest.raises(ValueError, match=r"not a response of synchronization/secrets"):
        importing_scope.settings({"error": "x"})
