"""People and groups: recognisable, harmless, and the same for the same seed; and the bodies made of them."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.catalogue import scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.entra import payload
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.attributes import EXTENSIONS
from scim_conformance.entra.directory.people import CHARACTERS, TEAM_NAMES, PeopleMaker, Person
from scim_conformance.entra.expectations import differences, to_send
from scim_conformance.entra.profiles.profile import load, loads, shipped_names
from scim_conformance.entra.world import World, untagged
from scim_conformance.scenario import tags
from scim_conformance.scenario.bodies import resolve
from scim_conformance.scim import paths, urns

PROFILE = load("entra-default")
RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|test|invalid|example)$")
"""Domains at which nobody receives mail (RFC 2606)."""


def directory(seed: int = 0, scope: str = "ENT-CRE-01", tag: str = "sctabc123abc123") -> PeopleMaker:
    return PeopleMaker(tag, PROFILE.people.domain, scope, seed)


def addresses(person: Person) -> list[str]:
    return [str(person.attributes[name]) for name in ("userPrincipalName", "mail")]


@given(st.integers(0, 2**32), st.text(max_size=10))
def test_the_same_seed_makes_the_same_people(seed: int, scope: str) -> None:
    one, other = directory(seed, scope), directory(seed, scope)
    assert [one.person(), one.team(), one.guid()] == [other.person(), other.team(), other.guid()]


def test_another_seed_scope_or_turn_makes_other_people() -> None:
    same = directory()
    made = [same.person(), same.person(), directory(1).person(), directory(scope="ENT-CRE-02").person()]
    assert len({person.user_name for person in made}) == len({person.external_id for person in made}) == 4


@pytest.mark.parametrize("change", [None, *CHARACTERS])
def test_everybody_carries_the_tag_and_a_reserved_address(change: str | None) -> None:
    person = directory().person()
    person = person if change is None else CHARACTERS[change](person)
    names = (person.user_name, person.external_id, str(person.attributes["displayName"]))
    assert all(tags.carries("sctabc123abc123", name) for name in names)
    assert all(name.startswith(tags.forms("sctabc123abc123")) for name in names)
    assert all(RESERVED.search(address.rpartition("@")[2]) for address in addresses(person))


@pytest.mark.parametrize("change", TEAM_NAMES)
def test_every_group_carries_the_tag(change: str) -> None:
    name = TEAM_NAMES[change](directory().team().display_name)
    assert name.startswith(tags.forms("sctabc123abc123"))
    assert len(name) <= 256


def test_telephone_numbers_are_those_set_aside_for_fiction() -> None:
    people = [directory(seed).person() for seed in range(20)]
    numbers = [str(one.attributes[name]) for one in people for name in ("telephoneNumber", "mobile")]
    assert all(re.search(r" 555 01\d\d$", number) for number in numbers)


def test_every_mapped_attribute_is_set() -> None:
    person = directory().person()
    wanted = [row.target for row in PROFILE.user.mapping if not row.is_reference]
    assert [row.target for row, _ in payload.flowing(PROFILE, person)] == wanted


def test_an_attribute_that_is_not_set_does_not_flow() -> None:
    person = directory().person().with_(jobTitle=None, department=None, employeeId=None)
    body = payload.user(PROFILE, person)
    assert "title" not in body
    assert urns.ENTERPRISE_USER not in body


def test_the_body_of_a_user_holds_every_value_at_its_path() -> None:
    person = directory().person()
    body = payload.user(PROFILE, person)
    assert all(paths.read(body, row.path) == value for row, value in payload.flowing(PROFILE, person))
    assert body["schemas"] == [urns.USER, urns.ENTERPRISE_USER]
    assert body["emails"] == [{"type": "work", "value": person.attributes["mail"], "primary": True}]
    assert (body["active"], body["meta"]) == (True, {"resourceType": "User"})
    assert "manager" not in body[urns.ENTERPRISE_USER]


def test_the_body_of_a_group_has_no_members() -> None:
    team = directory().team()
    assert payload.group(PROFILE, team) == {
        "schemas": [urns.GROUP, payload.MICROSOFT_GROUP],
        "displayName": team.display_name,
        "externalId": team.attributes["objectId"],
        "meta": {"resourceType": "Group"},
    }


def test_letter_case_counts_in_external_ids_alone() -> None:
    exact = [row.target for row in PROFILE.user.mapping if payload.case_exact(row.path)]
    assert exact == ["externalId"]


def test_only_what_differs_is_sent() -> None:
    before = directory().person()
    after = before.with_(jobTitle="Boss", IsSoftDeleted=True, mail="new@example.com")
    changes = [
        Change("active", False),
        Change("title", "Boss"),
        Change('emails[type eq "work"].value', "new@example.com"),
    ]
    assert sorted(differences(PROFILE, before, after), key=lambda one: one.path) == sorted(
        changes, key=lambda one: one.path
    )
    assert differences(PROFILE, before, before) == []
    assert len(to_send(PROFILE, before, before)) == 1, "a PATCH without operations is none"


def operations(dialect: Dialect, *changes: Change) -> Any:
    body = dialect.body(changes)
    assert body["schemas"] == [urns.PATCH_OP]
    return body["Operations"]


EMAIL = 'emails[type eq "work"].value'


def test_the_legacy_dialect_has_an_operation_for_each_attribute() -> None:
    changes = (Change("active", False), Change("title", "x", Verb.ADD), Change(EMAIL, None, Verb.REMOVE))
    assert operations(Dialect.LEGACY, *changes) == [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Add", "path": "title", "value": "x"},
        {"op": "Remove", "path": EMAIL},
    ]


def test_the_compliant_dialect_puts_simple_replacements_into_one_object() -> None:
    changes = (Change("title", "x"), Change(EMAIL, "e"), Change("name.givenName", "g"), Change("active", True))
    assert operations(Dialect.COMPLIANT, *changes, Change("nickName", "n", Verb.ADD)) == [
        {"op": "replace", "path": EMAIL, "value": "e"},
        {"op": "replace", "path": "active", "value": True},
        {"op": "add", "path": "nickName", "value": "n"},
        {"op": "replace", "value": {"title": "x", "name.givenName": "g"}},
    ]


def test_members_are_removed_by_list_or_by_filter() -> None:
    known = {"a": "1", "b": "2"}
    legacy = resolve(Dialect.LEGACY.remove_members("a", "b"), known)["Operations"]
    compliant = resolve(Dialect.COMPLIANT.remove_members("a", "b"), known)["Operations"]
    assert legacy == [{"op": "Remove", "path": "members", "value": [{"value": "1"}, {"value": "2"}]}]
    assert [one["path"] for one in compliant] == ['members[value eq "1"]', 'members[value eq "2"]']


def test_a_world_matches_by_the_first_matching_attribute() -> None:
    world = World(PROFILE, directory())
    person, team = world.person(), world.team()
    assert (world.match_value(person), world.group_rule(team).target) == (person.user_name, "displayName")


NAMING = (
    "userPrincipalName", "mail", "mailNickname", "displayName", "objectId", "surname", "employeeId", "otherMails",
    "proxyAddresses", "onPremisesSamAccountName", "onPremisesUserPrincipalName", "originalUserPrincipalName",
    "appRoleAssignments", *EXTENSIONS,
)  # fmt: skip
NAMING_OF_GROUPS = ("displayName", "objectId", "mail", "mailNickname", "description", "onPremisesSamAccountName")


@given(st.from_regex(r"sct[0-9a-f]{12}", fullmatch=True), st.integers(0, 9), st.sampled_from(["ENT-CRE-01", "x/y"]))
def test_whatever_may_become_a_name_a_login_or_a_match_carries_the_tag(tag: str, seed: int, scope: str) -> None:
    made = directory(seed, scope, tag)
    person, team = made.person(), made.team()
    assert all(tags.carries(tag, str(person.attributes[name])) for name in NAMING)
    assert all(tags.carries(tag, str(team.attributes[name])) for name in NAMING_OF_GROUPS)
    assert all(
        name.startswith(tag) for name in (person.user_name, team.display_name, made.renamed("New", person.user_name))
    )
    assert tags.carries(tag, made.guid())


def test_nothing_that_names_somebody_is_too_long_for_entra() -> None:
    people = [directory(seed).person() for seed in range(200)]
    assert all(len(one.user_name.partition("@")[0]) <= 64 - len("sct0123456789abx") for one in people)
    assert {len(one.attributes["employeeId"]) for one in people} == {16}


def test_no_two_people_of_a_run_have_one_employee_number() -> None:
    scopes = [case.id for case in scenarios.cases_of(scenarios.shipped_templates(), PROFILE, Settings(url="http://t"))]
    scopes += [f"{scope} again" for scope in scopes] + [f"neighbours-{name}" for name in ("main", "gw0", "gw1", "gw2")]
    made = [(scope, directory(scope=scope)) for scope in scopes]
    numbers = [one.person().attributes["employeeId"] for _, one in made for _ in range(4)]
    assert len(set(numbers)) == len(numbers)
    many = directory(scope="ENT-GRP-12/legacy")
    assert len({many.person().attributes["employeeId"] for _ in range(200)}) == 200


def test_hardly_two_people_of_a_run_have_one_telephone_number() -> None:
    scopes = [case.id for case in scenarios.cases_of(scenarios.shipped_templates(), PROFILE, Settings(url="http://t"))]
    people = [one.person() for one in (directory(scope=scope) for scope in scopes) for _ in range(2)]
    for name in ("telephoneNumber", "mobile", "facsimileTelephoneNumber"):
        numbers = [person.attributes[name] for person in people]
        assert len(set(numbers)) >= 0.98 * len(numbers), name
    many = directory(scope="ENT-GRP-13")
    assert len({many.person().attributes["mobile"] for _ in range(200)}) == 200


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_profile_makes_names_that_carry_the_tag(name: str) -> None:
    assert untagged(load(name)) is None


def test_a_profile_whose_names_do_not_show_the_tag_is_refused() -> None:
    row = 'expression = "Left([givenName], 3)"\ntarget = "userName"\nmatch = 1\n'
    profile = loads(f'name = "p"\ntitle = "P"\n[[user.mapping]]\n{row}', "p")
    assert "map userName from an attribute that is sent unchanged" in str(untagged(profile))
