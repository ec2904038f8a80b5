"""Microsoft's validator sends what /Schemas describes, and nothing else: whatever a target says there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.demo.schemas import described
from scim_conformance.entra.described import SCHEMAS, only_described, only_known, read_schemas_for
from scim_conformance.scenario.bodies import resolve
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.notes import kept_as
from scim_conformance.scim import urns
from scim_conformance.scim.paths import parse

EXTENSION = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User"
BODY: dict[str, Any] = {
    "userName": "a",
    "title": "Clerk",
    "name": {"givenName": "A", "middleName": "B"},
    "emails": [{"primary": "true", "value": "a@example.com", "display": "A"}],
    EXTENSION: {"userType": "x", "mailNickname": "y"},
    "schemas": [urns.USER, EXTENSION],
}
CHANGE: dict[str, Any] = {
    "Operations": [
        {"op": "replace", "path": "emails[primary eq true].value", "value": "b"},
        {"op": "replace", "value": {"title": "Boss", f"{EXTENSION}:userType": "z"}},
        {"op": "replace", "value": {f"{EXTENSION}:mailNickname": "z"}},
    ],
}


def attribute(name: str, *subs: str, **more: Any) -> dict[str, Any]:
    return {"name": name, **({"subAttributes": [attribute(one) for one in subs]} if subs else {}), **more}


def schema(urn: str, *attributes: dict[str, Any]) -> dict[str, Any]:
    return {"id": urn, "attributes": list(attributes)}


def after(*schemas: Any) -> dict[str, str]:
    """Return what a scenario has stored after it read these schemas."""
    return {kept_as(SCHEMAS): json.dumps({"Resources": list(schemas)})}


def created(bindings: dict[str, str]) -> Any:
    return resolve(only_described(BODY), bindings)


def test_the_embedded_target_is_sent_everything() -> None:
    schemas, _ = described(None)
    bindings = after(*(one.model_dump() for one in schemas))
    assert created(bindings) == BODY
    assert resolve(only_known(CHANGE), bindings) == CHANGE


def test_without_schemas_everything_of_the_rfc_is_sent() -> None:
    sent = created({})
    assert sent == {name: one for name, one in BODY.items() if name not in {EXTENSION, "schemas"}} | {
        "schemas": [urns.USER]
    }
    operations = resolve(only_known(CHANGE), {})["Operations"]
    assert [one.get("value") for one in operations] == ["b", {"title": "Boss"}]


def test_what_is_not_described_is_not_sent() -> None:
    core = schema(urns.USER, attribute("NAME", "givenName"), attribute("emails", "value"))
    own = schema(EXTENSION, attribute("userType"), attribute("mailNickname", mutability="readOnly"))
    assert created(after(core, own)) == {
        "userName": "a",
        "name": {"givenName": "A"},
        "emails": [{"primary": "true", "value": "a@example.com"}],
        EXTENSION: {"userType": "x"},
        "schemas": [urns.USER, EXTENSION],
    }
    assert "title" not in json.dumps(resolve(only_known(CHANGE), after(core, own)))


def test_an_attribute_without_sub_attributes_is_sent_whole() -> None:
    assert created(after(schema(urns.USER, attribute("name"))))["name"] == BODY["name"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(urns.USER),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Resources", "id", "attributes", "name", "subAttributes", "mutability"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_schemas_contains_a_user_with_a_name_is_sent(said: Any) -> None:
    bindings = {kept_as(SCHEMAS): json.dumps(said)}
    sent = created(bindings)
    assert sent["userName"] == "a"
    assert urns.USER in sent["schemas"]
    assert set(sent) <= set(BODY)
    assert isinstance(resolve(only_known(CHANGE), bindings)["Operations"], list)


OWN = parse(f"{EXTENSION}:userType")


@pytest.mark.parametrize(
    ("schemas", "passes"),
    [((), True), ((schema(urns.USER, attribute("x")),), False), ((schema(EXTENSION, attribute("USERTYPE")),), True)],
)
def test_a_scenario_for_what_is_not_described_does_not_apply(schemas: tuple[Any, ...], passes: bool) -> None:
    step = read_schemas_for(OWN)
    (check,) = step.checks
    assert step.play.optional
    answer = Answer(200, (), json.dumps({"Resources": schemas}).encode(), 0.0)
    assert (check.obligation.judge(View(answer, {}, "/Schemas")) is None) == passes


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "5"])
def test_what_is_no_list_counts_as_nothing(text: str) -> None:
    assert created({kept_as(SCHEMAS): text}) == created({})
