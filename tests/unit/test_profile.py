"""Profiles: what is wrong is named by file and key; what is right flows as Entra lets it flow."""

import re
from pathlib import Path

import pytest

from scim_conformance.entra import needs
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import ProfileError, load, loads, shipped_names

FINE = """
name = "mine"
title = "Mine"
[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1
"""
ROW = FINE + '[[user.mapping]]\nsource = "x"\ntarget = '
GROUP = FINE + '[[group.mapping]]\nsource = "displayName"\ntarget = "displayName"\n'


def write(folder: Path, text: str) -> str:
    file = folder / "profile.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


WRONG = [
    (FINE.replace('name = "mine"\n', ""), "`name`"),
    (FINE.replace('title = "Mine"', "title = 7"), "title"),
    (FINE + 'colour = "red"\n', "colour"),
    ('unknown = "x"\n' + FINE, "unknown"),
    (FINE.replace("match = 1", 'match = "first"'), "user.mapping[0].match"),
    (FINE.replace("match = 1", ""), "no matching attribute for users"),
    (GROUP, "no matching attribute for groups"),
    (FINE.replace('source = "userPrincipalName"\n', ""), "user.mapping[0]: userName needs exactly one of source"),
    (FINE + 'constant = "x"\n', "user.mapping[0]: userName needs exactly one of source, expression, constant"),
    (ROW + "'emails[type=work]'", "user.mapping[1]: 'emails[type=work]' is not an attribute path"),
    (ROW + '"id"', "user.mapping[1]: the target assigns the id"),
    (
        GROUP + 'match = 1\n[[group.mapping]]\nexpression = "Join("\ntarget = "x"',
        "group.mapping[1]: the expression for x: no closing )",
    ),
    ("name = ", "is not TOML"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_a_wrong_profile_is_refused_by_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ProfileError) as caught:
        load(file)
    assert named in str(caught.value)
    assert file in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ProfileError, match="cannot be read"):
        load(str(tmp_path / "p.toml"))


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ProfileError, match=r"no profile nothing: neither a file nor one of .*entra-default"):
        load("nothing")


@pytest.mark.parametrize("name", shipped_names())
def test_each_shipped_profile_loads_under_its_name(name: str) -> None:
    found = load(name)
    assert (found.name, found.user.matching[0].match) == (name, 1)


def test_a_profile_says_what_it_has(tmp_path: Path) -> None:
    found = load(write(tmp_path, FINE))
    asked = ("groups", "username", "active", "userName")
    assert [needs.has(found, need) for need in asked] == [False, True, False, True]
    assert found.people.domain == "example.com"


def test_matching_attributes_stand_in_their_precedence(tmp_path: Path) -> None:
    text = FINE.replace("match = 1", "match = 2") + '[[user.mapping]]\nsource="a"\ntarget="externalId"\nmatch = 1\n'
    assert [row.target for row in load(write(tmp_path, text)).user.matching] == ["externalId", "userName"]


SWITCH = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'


@pytest.mark.parametrize(
    ("mapping", "value"),
    [
        (AttributeMapping(target="a", source="mail"), "a@b.c"),
        (AttributeMapping(target="a", source="missing"), None),
        (AttributeMapping(target="a", source="empty"), None),
        (AttributeMapping(target="a", source="number"), "7"),
        (AttributeMapping(target="a", constant="x"), "x"),
        (AttributeMapping(target="a", constant=""), None),
        (AttributeMapping(target="a", source="flag", type="Boolean"), False),
        (AttributeMapping(target="a", constant="TRUE", type="Boolean"), True),
        (AttributeMapping(target="active", expression=SWITCH, type="Boolean"), True),
        (AttributeMapping(target="a", expression='Join(" ", [mail], [missing], [number])'), "a@b.c 7"),
    ],
)
def test_what_flows_through_a_mapping(mapping: AttributeMapping, value: object) -> None:
    source = {"mail": "a@b.c", "empty": "", "number": 7, "flag": False, "IsSoftDeleted": False}
    assert mapping.value(source) == value


WRONG = [
    ('source = "mail"\ntarget = "UserName"', "user.mapping[1]: UserName is already mapped at mapping[0]"),
    ('constant = "yes"\ntarget = "active"', "active is Boolean: its constant 'yes' is not True or False"),
    ('source = "x"\ndefault = "abc"\ntarget = "seats"\ntype = "Integer"', "its default 'abc' is not a whole number"),
    ('source = "x"\nsample = ["soon"]\ntarget = "until"\ntype = "DateTime"', "its sample 'soon' is not a date"),
    ('source = "mail"\ntarget = "title"\nmatch = -1', "match is the precedence of a matching attribute, starting at 1"),
]


@pytest.mark.parametrize(("row", "said"), WRONG)
def test_what_the_portal_cannot_send_is_refused_in_one_sentence(row: str, said: str) -> None:
    with pytest.raises(ProfileError, match=re.escape(said)):
        loads(f"{FINE}[[user.mapping]]\n{row}\n", "f.toml")
