"""Profiles as files: their JSON Schema, what a mistake is answered with, and the page that describes them."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.entra.profiles import schema
from scim_conformance.entra.profiles.hints import hint
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import ProfileError, load
from scim_conformance.scim.jsonschemas import problems
from scim_conformance.scim.locations import PROFILES, SCHEMAS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"
FINE = 'name = "mine"\ntitle = "Mine"\n[[user.mapping]]\nsource = "userPrincipalName"\ntarget = "userName"\nmatch = 1\n'


def wrong(tmp_path: Path, text: str) -> str:
    file = tmp_path / "profile.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load(str(file))
    return str(caught.value).replace(str(file), "FILE")


def test_the_schema_is_that_of_the_types() -> None:
    assert (SCHEMAS / "profile.json").read_text(encoding="utf-8") == schema.text(), schema.__doc__


@pytest.mark.parametrize("file", sorted(PROFILES.glob("*.toml")), ids=lambda file: str(file.stem))
def test_each_shipped_profile_is_of_the_schema(file: Path) -> None:
    assert problems("profile", tomllib.loads(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (
            'type = "string"',
            "`user.mapping[0].type`: use one of Binary, Boolean, DateTime, Integer, Reference, String",
        ),
        ('apply = "never"', "`user.mapping[0].apply`: use one of always, create"),
        ('sauce = "x"', "`user.mapping[0]`: known fields are target, source, expression,"),
        ('[user]\nunassign = "x"', "`user.unassign`: use one of delete, disable, nothing"),
        ('[people]\ndomane = "x"', "`people`: known fields are domain, most"),
        ('[people]\nmost = "many"', "Expected `int | null`, got `str` - at `people.most`"),
        ('[credentials]\nkind = "basic"', "`credentials.kind`: use one of bearer, client-credentials, federated"),
    ],
)
def test_a_mistake_is_answered_with_what_would_be_right(tmp_path: Path, added: str, said: str) -> None:
    head, _, rows = FINE.partition("[[")
    text = f"{head}{added}\n[[{rows}" if added.startswith("[user]") else f"{FINE}{added}\n"
    assert said in wrong(tmp_path, text)


def test_keys_at_the_top_are_listed_too(tmp_path: Path) -> None:
    assert "unknown field `dialekt`: known fields are name, title, user, group" in wrong(
        tmp_path, 'dialekt = "x"\n' + FINE
    )
    assert "`dialect`: use one of both, compliant, legacy" in wrong(tmp_path, 'dialect = "x"\n' + FINE)
    assert "`requires[0]`: use one of" in wrong(tmp_path, 'requires = ["x"]\n' + FINE)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("tolower([mail])", "unknown function tolower: did you mean ToLower?"),
        ("SelectUniqueValue([a], [b])", "the function SelectUniqueValue cannot reach a SCIM application"),
        ("Mid([a])", "the function Mid takes 3 arguments, not 1"),
    ],
)
def test_an_expression_that_cannot_be_evaluated_names_the_mapping(tmp_path: Path, expression: str, said: str) -> None:
    text = FINE + f"[[user.mapping]]\nexpression = '{expression}'\ntarget = \"nickName\"\n"
    assert f"user.mapping[1]: the expression for nickName: {said}" in wrong(tmp_path, text)


def test_a_message_about_no_place_in_particular_stays() -> None:
    assert hint("Expected `object`, got `array`", schema.document()) == "Expected `object`, got `array`"


def test_several_values_flow_as_a_list() -> None:
    row = AttributeMapping(target="tags", expression='Split([tags], ",")')
    assert row.value({"tags": "a, b"}) == ["a", "b"]
    assert row.value({}) is None


def test_a_value_that_cannot_be_read_is_named_with_its_mapping() -> None:
    row = AttributeMapping(target="hired", expression="CDate([day])")
    with pytest.raises(ValueError, match="the expression for hired: CDate: 'soon' is not a readable date"):
        row.value({"day": "soon"})


def blocks() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", blocks())
def test_each_example_of_the_page_loads(tmp_path: Path, block: str) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(block, encoding="utf-8")
    load(str(file))


def test_the_page_names_every_key() -> None:
    page = DOCS.read_text(encoding="utf-8")
    kinds: dict[str, Any] = schema.document()["$defs"]
    keys = {key for kind in kinds.values() for key in kind["properties"]}
    assert sorted(key for key in keys if f"`{key}`" not in page and f".{key}`" not in page) == []
