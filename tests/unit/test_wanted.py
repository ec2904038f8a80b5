"""Generated people have a legal value for whatever a profile maps: every source attribute, of the type it asks for."""

import base64
import re
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.entra import payload
from scim_conformance.entra.directory import attributes
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.profiles.profile import Profile, loads, shipped_names
from scim_conformance.entra.profiles.unfilled import unfilled
from scim_conformance.scenario import tags
from scim_conformance.scim import paths
from scim_conformance.scim.values import same_text

BADGE = "extension_0123456789abcdef0123456789abcdef_badge"
ACME = "urn:ietf:params:scim:schemas:extension:acme:2.0:User"
BEGIN = """
name = "wanted"
title = "wanted"
[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1
"""


def profile(*rows: tuple[str, str, str, str]) -> Profile:
    """Make a profile of rows: the key, what it says, the target and its type."""
    text = BEGIN
    for key, said, target, sort in rows:
        text += f"[[user.mapping]]\n{key} = '{said}'\ntarget = '{target}'\ntype = '{sort}'\n"
    return loads(text, "here")


def sent(found: Profile, target: str, seed: int = 0) -> Any:
    body = payload.user(found, directory_of(found, tags.EXAMPLE, "x", seed).person())
    return paths.read(body, paths.parse(target))


@given(st.integers(0, 2**32))
def test_every_source_attribute_has_a_value_for_everybody(seed: int) -> None:
    made = directory_of(loads(BEGIN, "here"), tags.EXAMPLE, "x", seed)
    for thing in (made.person().attributes, made.team().attributes):
        assert [name for name, value in thing.items() if value in (None, "", [])] == []
    assert len(attributes.EXTENSIONS) == 15


def test_dates_are_iso_and_several_values_are_a_list() -> None:
    person = directory_of(loads(BEGIN, "here"), tags.EXAMPLE, "x").person().attributes
    for name in ("employeeHireDate", "employeeLeaveDateTime", "createdDateTime"):
        assert datetime.fromisoformat(person[name]).tzinfo is not None
    assert all(isinstance(person[name], list) for name in ("otherMails", "proxyAddresses", "appRoleAssignments"))
    assert len(person["onPremisesSamAccountName"]) <= 20


LEGAL = {
    'addresses[type eq "work"].country': re.compile(r"[A-Z]{2}"),
    "preferredLanguage": re.compile(r"[a-z]{2}-[A-Z]{2}"),
    "locale": re.compile(r"[a-z]{2}-[A-Z]{2}"),
    "timezone": re.compile("|".join(map(re.escape, available_timezones()))),
    'emails[type eq "home"].value': re.compile(r"[\w.-]+@example\.com"),
    'phoneNumbers[type eq "home"].value': re.compile(r"\+1 \d{3} 555 01\d\d"),
    "profileUrl": re.compile(r"https://example\.com/[\w.-]+"),
}


@pytest.mark.parametrize("target", LEGAL)
@pytest.mark.parametrize("source", [BADGE, "extensionAttribute7"])
def test_a_value_that_may_be_anything_is_legal_where_it_goes(source: str, target: str) -> None:
    found = profile(("source", source, target, "String"))
    assert LEGAL[target].fullmatch(sent(found, target))


@pytest.mark.parametrize("name", shipped_names())
def test_the_values_of_every_shipped_profile_are_legal(name: str) -> None:
    from scim_conformance.entra.profiles.profile import load

    found = load(name)
    for target, legal in LEGAL.items():
        value = sent(found, target)
        assert value is None or legal.fullmatch(value), target


def test_a_value_that_may_be_anything_has_the_type_of_its_mapping() -> None:
    types = {"Integer": r"\d+", "DateTime": r"\d{4}-\d\d-\d\dT00:00:00Z"}
    for sort, pattern in types.items():
        value = sent(profile(("source", BADGE, f"{ACME}:badge", sort)), f"{ACME}:badge")
        assert re.fullmatch(pattern, str(value))
    assert sent(profile(("source", BADGE, f"{ACME}:badge", "Boolean")), f"{ACME}:badge") in (True, False)
    assert base64.b64decode(sent(profile(("source", BADGE, f"{ACME}:badge", "Binary")), f"{ACME}:badge"))


def test_a_directory_extension_carries_the_tag_and_differs_between_people() -> None:
    found = profile(("source", BADGE, f"{ACME}:badge", "String"))
    first, second = (sent(found, f"{ACME}:badge", seed) for seed in (0, 1))
    assert first != second
    assert all(tags.carries(tags.EXAMPLE, value) for value in (first, second))


def test_a_switch_without_a_default_finds_one_of_its_keys() -> None:
    found = profile(
        ("expression", 'Switch([department], , "Sales", "S", "IT", "I")', "title", "String"),
        ("expression", 'Switch([country], "", "United States", "US")', 'addresses[type eq "work"].country', "String"),
    )
    assert {sent(found, "title", seed) for seed in range(20)} == {"S", "I"}
    assert sent(found, 'addresses[type eq "work"].country') == "US"


def test_a_country_that_is_sent_as_it_is_stays_legal_whatever_a_switch_knows() -> None:
    target = 'addresses[type eq "work"].country'
    found = profile(
        ("source", "country", target, "String"),
        ("expression", 'Switch([country], , "Germany", "de-DE")', "locale", "String"),
    )
    assert (sent(found, target), sent(found, "locale")) == ("US", None)


def test_what_a_password_spells_out_shapes_nobody() -> None:
    found = profile(("expression", 'Switch([department], , "Sales", "S3cret-word")', "password", "String"))
    assert sent(found, "password") is None


def test_nobody_is_named_by_what_a_switch_knows() -> None:
    found = profile(("expression", 'Switch([displayName], , "Ada", "A")', "title", "String"))
    assert sent(found, "title") is None


def test_app_roles_are_objects_with_a_value() -> None:
    found = profile(("expression", "AppRoleAssignmentsComplex([appRoleAssignments])", "roles", "String"))
    (role,) = sent(found, "roles")
    assert (role["primary"], role["type"]) == (False, "WindowsAzureActiveDirectoryRole")
    assert role["value"] == role["displayName"]
    single = profile(
        ("expression", "SingleAppRoleAssignment([appRoleAssignments])", 'roles[primary eq "True"].value', "String")
    )
    assert sent(single, "roles")[0]["primary"] is True


def test_several_values_are_one_where_one_is_asked_for_and_objects_where_the_attribute_is_complex() -> None:
    found = profile(
        ("source", "proxyAddresses", 'emails[type eq "other"].value', "String"),
        ("source", "otherMails", "nickName", "String"),
        ("source", "imAddresses", "ims", "String"),
        ("source", "proxyAddresses", f"{ACME}:aliases", "String"),
    )
    assert isinstance(sent(found, 'emails[type eq "other"].value'), str)
    assert isinstance(sent(found, "nickName"), str)
    assert [*sent(found, "ims")[0]] == ["value"]
    assert len(sent(found, f"{ACME}:aliases")) == 2


def test_what_is_really_unknown_is_said() -> None:
    rows = [("extension_9f3c_badge", None), ("pager", None), (None, 'Join(" ", [companyName], [fax])')]
    assert unfilled("user", rows) == ["pager", "fax"]
    assert unfilled("group", [("description", None), ("companyName", None)]) == ["companyName"]


ROLE = {"value": "A", "type": "T", "displayName": "A", "primary": False}


@pytest.mark.parametrize(
    ("found", "same"),
    [
        ([ROLE, {"value": "B"}], True),
        ([{"value": "B"}, ROLE], True),
        ([{"value": "A", "type": "T"}, {"value": "B", "$ref": "x"}], True),
        ([ROLE], False),
        ([ROLE, {"value": "B"}, {"value": "C"}], False),
        ([ROLE, {"value": "C"}], False),
        ([{**ROLE, "type": "other"}, {"value": "B"}], False),
        ([{"type": "T"}, {"value": "B"}], False),
        (["A", "B"], False),
        (None, False),
        ({"value": "A"}, False),
    ],
)
def test_several_values_are_compared_without_their_order(found: Any, same: bool) -> None:
    assert same_text(found, [ROLE, {"value": "B"}], exact=False) is same
