"""What is valid in a profile and worth a warning: said once, in plain words, and nowhere in a shipped profile."""

import pytest

from scim_conformance.entra.profiles import cautions
from scim_conformance.entra.profiles.profile import load, loads, shipped_names
from tests.support.valid_profiles import ACTIVE, CUSTOM, MATCH, NAME, TITLE, Row, toml

ROLE = {"expression": "SingleAppRoleAssignment([appRoleAssignments])", "target": 'roles[primary eq "True"].value'}
SECOND = {"match": 2}


def said(*rows: Row, groups: tuple[Row, ...] = ()) -> list[str]:
    return [str(one) for one in cautions.of(loads(toml("x", rows, groups), "here"))]


@pytest.mark.parametrize("name", shipped_names())
def test_no_shipped_profile_needs_one(name: str) -> None:
    assert cautions.of(load(name)) == []


@pytest.mark.parametrize(
    "row",
    [
        {**TITLE, **SECOND},
        {**ROLE, **SECOND},
        {"source": "department", "target": "nickName", **SECOND},
        {"constant": "Member", "target": "userType", **SECOND},
        {"source": "employeeHireDate", "target": f"{CUSTOM}:hired", "type": "DateTime", **SECOND},
    ],
    ids=lambda row: str(row["target"]),
)
def test_a_matching_attribute_that_many_share_is_named(row: Row) -> None:
    (one,) = said(MATCH, ACTIVE, row)
    assert f"matched on {row['target']}, a value that several users may share" in one
    assert "match on a value that is unique to each user, such as userName" in one


def test_active_as_a_matching_attribute_is_named() -> None:
    assert "matched on active, a value that several users may share" in said(MATCH, {**ACTIVE, **SECOND})[0]


@pytest.mark.parametrize(
    "row",
    [
        {"source": "mailNickname", "target": "externalId", **SECOND},
        {"source": "mail", "target": 'emails[type eq "work"].value', **SECOND},
        {"source": "extensionAttribute1", "target": f"{CUSTOM}:number", "type": "Integer", **SECOND},
    ],
    ids=lambda row: str(row["target"]),
)
def test_what_one_person_alone_has_is_not(row: Row) -> None:
    assert said(MATCH, ACTIVE, row) == []


def test_a_rule_without_a_value_is_said_to_be_skipped() -> None:
    (one,) = said(MATCH, ACTIVE, {"expression": 'IgnoreFlowIfNullOrEmpty("")', "target": "nickName", **SECOND})
    assert "no generated user has a value for it; Entra skips such a rule" in one


def test_groups_that_are_matched_on_what_many_share_are_named() -> None:
    kind: Row = {"constant": "Team", "target": f"{CUSTOM}:kind", "match": 2}
    (one,) = said(MATCH, ACTIVE, groups=({**NAME, "match": 1}, kind))
    assert one.startswith(f"groups are matched on {CUSTOM}:kind")


def test_a_type_that_the_standard_does_not_have_is_named() -> None:
    (one,) = said(MATCH, ACTIVE, {**TITLE, "type": "Integer"})
    assert "title has the type Integer, but RFC 7643 defines it as a string" in one


@pytest.mark.parametrize("row", [{**ACTIVE, "apply": "create"}, {"constant": "True", "target": "active"}])
def test_active_that_never_changes_is_named(row: Row) -> None:
    (one,) = said(MATCH, row)
    assert "no update ever sends it as false" in one
