"""A document is judged by its shape: what stands for a text must be judged as the text is."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scim_conformance.scim import formats, jsonschemas
from scim_conformance.scim.formats import document
from scim_conformance.scim.jsonschemas import OF_RESOURCES, problems

KNOWN = {"$ref", "const", "contains", "format", "minItems", "minLength", "required", "type", "properties", "items"}
ABOUT = {"$schema", "$id", "$defs", "title", "description", "$comment"}
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "2026-11-30T01:02:03Z", "2026-11-31T01:02:03Z", "https://h/v2/Users/1", "a b", "urn:x", "\\"]),
    st.sampled_from([urn for name in OF_RESOURCES for urn in [document(name)["$id"]]]),
)
NAMES = sorted({name for one in OF_RESOURCES for name in document(one)["properties"]})
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["value", "type", "primary", "$ref", "x"]), inner, max_size=4),
    ),
    max_leaves=8,
)


def _in_full(name: str, body: Any) -> list[str]:
    return [*jsonschemas._problems.__wrapped__(name, json.dumps(body))]


@settings(max_examples=400)
@given(st.sampled_from(sorted(OF_RESOURCES)), st.dictionaries(st.sampled_from([*NAMES, "meta", "id"]), VALUES))
def test_the_shape_is_judged_as_the_document_is(name: str, body: dict[str, Any]) -> None:
    body = {"schemas": [f"urn:ietf:params:scim:schemas:core:2.0:{name.title()}"], "id": "1", **body}
    assert problems(name, body) == _in_full(name, body)


@given(TEXTS)
def test_every_text_has_a_shape(text: str) -> None:
    found = jsonschemas._shape(text)
    assert (found == "") == (text == "")
    for told in (formats.is_date_time, formats.is_uri_reference):
        assert told(found) == told(text)


def _keywords(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {name for one in schema for name in _keywords(one)}
    if not isinstance(schema, dict):
        return set()
    inner = [one for key, one in schema.items() if key not in {"properties", "$defs"}]
    named = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    return {*schema} | {name for one in (*inner, *named) for name in _keywords(one)}


@pytest.mark.parametrize("name", sorted(OF_RESOURCES))
def test_the_schemas_ask_nothing_else_of_a_text(name: str) -> None:
    assert _keywords(document(name)) - ABOUT <= KNOWN
    assert _keywords(document("enterprise-user")) - ABOUT <= KNOWN
