"""A password is written down nowhere, and a request that holds one can still be repeated."""

import json
import shlex
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.reporting import curl
from scim_conformance.scenario import passwords
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.obligations.values import answered_with, stored
from scim_conformance.scim import paths, urns
from scim_conformance.verdict.results import Recorded

SECRET = 'Pa55-"word"\\ü-of-a-person'
OP = {"op": "replace", "path": "password", "value": SECRET}
BODIES: dict[str, Any] = {
    "create": {"userName": "ada", "password": SECRET, "active": True},
    "other letter case": {"Password": SECRET},
    "with its schema": {f"{urns.USER}:password": SECRET},
    "compliant": {"schemas": [], "Operations": [OP]},
    "legacy": {"schemas": [], "Operations": [OP | {"op": "Replace"}]},
    "legacy list": {"Operations": [OP | {"op": "Add", "value": [{"$ref": None, "value": SECRET}]}]},
    "path with its schema": {"Operations": [OP | {"path": f"{urns.USER}:password"}]},
    "without a path": {"Operations": [{"op": "add", "value": {"nickName": "x", "password": SECRET}}]},
    "bulk": {"Operations": [{"method": "POST", "data": {"password": SECRET}}]},
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def encoded(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("name", BODIES)
def test_a_request_is_recorded_with_a_variable_in_its_place(name: str) -> None:
    text = encoded(BODIES[name])
    clean, held = passwords.masked_request(text)
    assert held == [SECRET]
    assert "Pa55" not in clean
    assert clean == text.replace(json.dumps(SECRET, ensure_ascii=False), f'"{passwords.STANDS_FOR_IT}"')


@pytest.mark.parametrize(
    "text", [encoded(BODIES["create"])[:-9], '{"password": "Pa55-word', '[{"password":"Pa55-word"']
)
def test_what_is_no_json_is_masked_too(text: str) -> None:
    assert "Pa55" not in passwords.masked_request(text)[0]


@given(st.dictionaries(st.text(max_size=5), VALUES))
def test_a_body_without_a_password_stays_byte_for_byte(body: dict[str, Any]) -> None:
    assert passwords.masked_request(encoded(body)) == (encoded(body), [])
    raw = encoded(body).encode("utf-8", "surrogatepass")
    assert passwords.masked_answer(raw) == raw


@pytest.mark.parametrize(
    ("answer", "clean"),
    [
        (b'{"password": "x\\"y", "id": "1"}', b'{"password": "***", "id": "1"}'),
        (b'{"PASSWORD":"x"}', b'{"PASSWORD":"***"}'),
        (b'{"urn:x:User:password":"x"}', b'{"urn:x:User:password":"***"}'),
        (b'[{"password":"x"},{"password":"y"}]', b'[{"password":"***"},{"password":"***"}]'),
        (b'{"password":null,"changePassword":{}}', b'{"password":null,"changePassword":{}}'),
        (b'{"name":"password","type":"string"}', b'{"name":"password","type":"string"}'),
        (b'{"password":"cut of', b'{"password":"***'),
    ],
)  # fmt: skip
def test_an_answer_shows_none(answer: bytes, clean: bytes) -> None:
    assert passwords.masked_answer(answer) == clean


def test_a_command_takes_it_from_the_environment() -> None:
    body, _ = passwords.masked_request(encoded(BODIES["create"] | {"nickName": "it's $HOME"}))
    recorded = Recorded(
        step="x", why="x", by="entra", given=False, method="POST", url="https://host/Users", request_headers=[],
        request_body=body, status=201, response_headers=[], response_body=None, seconds=0.0, started=0.0,
    )  # fmt: skip
    command = curl.command(recorded)
    found = f'set -- {command.removeprefix("curl ")}; for last; do :; done; printf %s "$last"'
    script = f"{passwords.VARIABLE}=Xy9-typed; {found}"
    said = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, text=True).stdout
    assert json.loads(said) == BODIES["create"] | {"nickName": "it's $HOME", "password": "Xy9-typed"}
    assert shlex.split(command)


def test_a_check_names_no_password_and_judges_what_is_left_of_it() -> None:
    path = paths.parse("password")
    for check in (stored(path, SECRET), answered_with(path, SECRET)):
        assert "Pa55" not in check.expected
        masked = Answer(200, (), passwords.masked_answer(encoded({"password": SECRET}).encode()), 0.0)
        assert check.judge(View(masked, {})) is None
    missing = stored(path, SECRET).judge(View(Answer(200, (), b"{}", 0.0), {}))
    assert missing == "it is missing"


def test_a_mapping_shows_no_constant() -> None:
    rows = [
        {"target": "password", "constant": "Pa55-word", "default": "Pa55"},
        {"target": "password", "expression": 'Append("Pa55", RandomString(16,4,4,4,4,""))'},
        {"target": "title", "constant": "Pa55"},
    ]
    assert passwords.without_constants(rows) == [
        {"target": "password", "constant": "***", "default": "***"},
        {"target": "password", "expression": 'Append("***", RandomString(16,4,4,4,4,""))'},
        {"target": "title", "constant": "Pa55"},
    ]


def test_an_ordinary_word_is_not_taken_out_of_answers() -> None:
    assert [passwords.worth_looking_for(one) for one in ("Contoso", "changeme", "Welcome1", "a1")] == [
        False, False, True, False,
    ]  # fmt: skip
