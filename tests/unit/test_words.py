"""What a refusal says is told in one line; what it echoes is not."""

import json
from typing import Any

import pytest

from scim_conformance.scenario import standing
from scim_conformance.scenario.blocking import blocker
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, Request
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.words import detail

ECHOED = {"userName": "ada@example.com", "phoneNumbers": [{"value": "+1 555 0100"}], "nickName": "echoed-all-the-same"}
FASTAPI = {
    "detail": [
        {"type": "missing", "loc": ["body", "name", "givenName"], "msg": "Field required", "input": ECHOED},
        {"type": "string_type", "loc": ["body", "emails", 0], "msg": "Input should be a string", "input": ECHOED},
    ]
}  # fmt: skip


def answer(body: Any, code: int = 422) -> Answer:
    return Answer(code, (("Content-Type", "application/json"),), json.dumps(body).encode(), 0.0)


def test_place_and_message_of_fastapi_are_told() -> None:
    found = status(200).judge(View(answer(FASTAPI), {}))
    said = "body.name.givenName: Field required; body.emails.0: Input should be a string"
    assert found == f'status 422: "{said}"'


def test_what_fastapi_echoes_is_in_no_sentence() -> None:
    outgoing = Outgoing("POST", "/Users")
    said = [one.actual for one in standing.judge(outgoing, answer(FASTAPI)) if one.actual]
    assert said == ["the 422 is not a SCIM error: detail is not a JSON string"]


@pytest.mark.parametrize(
    "body",
    [
        None, [], "x", {}, {"detail": None}, {"detail": []}, {"detail": {"input": ECHOED}}, {"detail": [ECHOED]},
        {"detail": [{"loc": ECHOED, "msg": ECHOED, "input": ECHOED}]}, {"detail": ["x", 1, None]},
    ],
)  # fmt: skip
def test_other_shapes_say_nothing(body: Any) -> None:
    assert detail(body) is None


def test_a_detail_in_words_is_told_and_cut() -> None:
    assert detail({"detail": "no such user"}) == '"no such user"'
    assert len(detail({"detail": "x" * 10_000}) or "") == 200
    many = {"detail": [{"loc": ["body"], "msg": f"wrong {number}"} for number in range(100)]}
    assert detail(many) == '"body: wrong 0; body: wrong 1; body: wrong 2"'
    assert detail({"detail": [{"msg": "no place", "input": ECHOED}]}) == '"no place"'


def test_what_blocks_a_scenario_echoes_nothing_either() -> None:
    request = Request("POST", "https://host/scim/Users", (), None)
    for body in (FASTAPI, {"detail": {"input": ECHOED}}, {"detail": [ECHOED]}):
        words = blocker(Exchange(request, answer(body))).words
        assert "echoed-all-the-same" not in words
        assert "ada@example.com" not in words
    assert blocker(Exchange(request, answer(FASTAPI))).words.startswith("body.name.givenName: Field required; ")
