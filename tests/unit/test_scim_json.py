"""Bodies: read strictly, and held against our schemas."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scim import formats, jsonschemas, strictjson, urns, validators
from scim_conformance.scim.locations import SCHEMAS
from scim_conformance.scim.strictjson import MAX_DEPTH, NotJson


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice in one object"),
        (b'[{"x": {"id": 1, "id": 1}}]', "the key 'id' stands twice in one object"),
        (b'{"a": "\xff"}', "not UTF-8 (byte 7)"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8 (byte 0)"),
        (b" <!DOCTYPE html><p>Sign in", "an HTML page, not JSON"),
        (b"<HTML>", "an HTML page, not JSON"),
        (b"{", "not JSON (Expecting property name enclosed in double quotes at character 1)"),
        (rb'{"id": "\ud800"}', r"half a surrogate pair, \ud800, which is no character"),
        (rb'{"\uDC00": 1}', r"half a surrogate pair, \udc00, which is no character"),
        (b"{} {}", "not JSON (Extra data at character 3)"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), f"nested more than {MAX_DEPTH} levels deep"),
    ],
)
def test_what_is_no_json_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotJson) as caught:
        strictjson.loads(body)
    assert str(caught.value) == reason


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a_body_nested_beyond_the_parser_is_refused(opening: bytes) -> None:
    with pytest.raises(NotJson):
        strictjson.loads(opening * 200_000)


def test_a_byte_order_mark_is_read_over() -> None:
    assert strictjson.loads(b"\xef\xbb\xbf" + '{"a": "é"}'.encode()) == {"a": "é"}


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert strictjson.loads(rb'{"a": "\ud83d\ude42"}') == {"a": "🙂"}
    assert strictjson.loads(rb'{"a": "\\ud800"}') == {"a": r"\ud800"}


def test_the_deepest_body_that_is_allowed() -> None:
    assert strictjson.loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) != []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_json_is_read_as_it_was_written(value: Any) -> None:
    assert strictjson.loads(json.dumps(value, ensure_ascii=True).encode()) == value


@given(st.binary(max_size=60))
def test_bytes_are_json_or_refused_in_one_line(body: bytes) -> None:
    try:
        value, reason = strictjson.loads(body), ""
    except NotJson as error:
        value, reason = None, str(error)
    assert "\n" not in reason
    assert reason or value == json.loads(body.decode("utf-8-sig"))


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("2011-05-13T04:42:34Z", True),
        ("2011-05-13T04:42:34.123456789+02:00", True),
        ("2011-05-13T04:42:34", True),
        ("yesterday", False),
        ("2011-05-13", False),
        ("2011-05-13 04:42:34Z", False),
        ("2011-02-30T04:42:34Z", False),
        ("2011-05-13T25:00:00Z", False),
        (7, True),
    ],
)
def test_the_format_of_dates(value: object, fits: bool) -> None:
    assert formats.is_date_time(value) is fits
    if isinstance(value, str):
        assert (jsonschemas.problems("user", USER | {"meta": {"created": value}}) == []) is fits


@pytest.mark.parametrize(
    ("value", "fits"),
    [("../Users/1", True), ("https://h/Users/1", True), ("", True), ("a b", False), ("<x>", False), ("a\nb", False)],
)
def test_the_format_of_references(value: str, fits: bool) -> None:
    assert formats.is_uri_reference(value) is fits
    assert (jsonschemas.problems("group", GROUP | {"members": [{"value": "1", "$ref": value}]}) == []) is fits


def _formats(node: Any) -> set[str]:
    if isinstance(node, list):
        return {found for entry in node for found in _formats(entry)}
    if not isinstance(node, dict):
        return set()
    own = {node["format"]} if isinstance(node.get("format"), str) else set()
    return own.union(*(_formats(entry) for entry in node.values()))


SCIM = ["user", "group", "enterprise-user", "error", "list-response", "patch-op"]


@pytest.mark.parametrize("name", SCIM)
def test_every_format_in_use_is_one_that_is_checked(name: str) -> None:
    assert _formats(formats.document(name)) <= set(validators.FORMATS.checkers)


USER: dict[str, Any] = {"schemas": [urns.USER], "id": "1", "userName": "jane"}
GROUP: dict[str, Any] = {"schemas": [urns.GROUP], "id": "1", "displayName": "Team"}
ERROR: dict[str, Any] = {"schemas": [urns.ERROR], "status": "404", "detail": "No such user"}
LIST: dict[str, Any] = {"schemas": [urns.LIST_RESPONSE], "totalResults": 0}
PATCH: dict[str, Any] = {"schemas": [urns.PATCH_OP], "Operations": [{"op": "Replace", "path": "a", "value": None}]}

GOOD = [
    ("user", USER),
    ("user", USER | {"active": True, "emails": [{"value": "a@b.c", "type": "work", "primary": True}], "title": None}),
    ("user", USER | {urns.ENTERPRISE_USER: {"manager": {"value": "2"}, "department": "Sales"}, "unknown": 1}),
    ("group", GROUP | {"members": [{"value": "2", "display": "Jane"}]}),
    ("enterprise-user", {"employeeNumber": "7"}),
    ("enterprise-user", None),
    ("error", ERROR),
    ("list-response", LIST),
    ("list-response", LIST | {"Resources": [USER], "totalResults": 1, "startIndex": 1, "itemsPerPage": 1}),
    ("patch-op", PATCH),
]

BAD = [
    ("user", USER | {"id": 7}, "id: 7 is not a JSON string"),
    ("user", USER | {"active": "True"}, 'active: "True" is not a JSON boolean'),
    ("user", USER | {"emails": {"value": "a"}}, 'emails: {"value": "a"} is not a JSON array'),
    ("user", USER | {"schemas": ["x"]}, f'schemas: ["x"] does not name {urns.USER}'),
    ("user", {"schemas": [urns.USER], "id": "1"}, "the body: 'userName' is missing"),
    ("user", USER | {"meta": {"created": "now"}}, 'meta.created: "now" is not a date and time (xsd:dateTime)'),
    ("group", GROUP | {"members": [{"value": 2}]}, "members[0].value: 2 is not a JSON string"),
    ("group", GROUP | {"displayName": None}, "displayName: null is not a JSON string"),
    ("enterprise-user", {"manager": "2"}, 'manager: "2" is not a JSON object'),
    ("error", ERROR | {"status": 404}, "status: 404 is not a JSON string"),
    ("error", {"detail": "x"}, "the body: 'schemas' is missing"),
    ("list-response", LIST | {"totalResults": "0"}, 'totalResults: "0" is not a JSON integer'),
    ("list-response", {"schemas": [urns.LIST_RESPONSE], "TotalResults": 0}, "the body: 'totalResults' is missing"),
    ("patch-op", PATCH | {"Operations": []}, "Operations: [] should be non-empty"),
    ("patch-op", PATCH | {"operations": []}, "the body: Additional properties are not allowed"),
]


@pytest.mark.parametrize(("name", "body"), GOOD)
def test_a_good_document_has_no_problems(name: str, body: Any) -> None:
    assert jsonschemas.problems(name, body) == []


@pytest.mark.parametrize(("name", "body", "sentence"), BAD)
def test_a_bad_document_is_described(name: str, body: Any, sentence: str) -> None:
    assert any(found.startswith(sentence) for found in jsonschemas.problems(name, body)), jsonschemas.problems(
        name, body
    )


def test_every_schema_of_scim_is_tried() -> None:
    ours = {path.stem for path in SCHEMAS.glob("*.json") if "(RFC" in path.read_text(encoding="utf-8")}
    assert ours == set(SCIM) == {name for name, _ in GOOD} == {name for name, *_ in BAD}


def test_names_are_brought_into_the_schemas_spelling() -> None:
    body = {"USERNAME": "jane", "Emails": [{"VALUE": "a", "Type": "work"}], "Name": {"givenname": "J"}, "x": {"Y": 1}}
    found = jsonschemas.canonical(body, formats.document("user"))
    wanted = {"userName": "jane", "emails": [{"value": "a", "type": "work"}], "name": {"givenName": "J"}, "x": {"Y": 1}}
    assert found == wanted


def test_names_within_an_extension_too() -> None:
    body = {urns.ENTERPRISE_USER.upper(): {"MANAGER": {"Value": "2"}}}
    found = jsonschemas.canonical(body, formats.document("user"))
    assert found == {urns.ENTERPRISE_USER: {"manager": {"value": "2"}}}
