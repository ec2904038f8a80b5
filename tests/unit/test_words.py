"""What a refusal says is shown in one line, in the target's own words and whatever their shape; not what it echoes."""

import json
from typing import Any

import pytest

from scim_conformance.scenario import standing
from scim_conformance.scenario.blocking import blocker
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, Request
from scim_conformance.scenario.obligations.answers import refused, status
from scim_conformance.scenario.words import quoted, said

ECHOED = {"userName": "ada@example.com", "phoneNumbers": [{"value": "+1 555 0100"}], "nickName": "echoed-all-the-same"}
FASTAPI = {
    "detail": [
        {"type": "missing", "loc": ["body", "name", "givenName"], "msg": "Field required", "input": ECHOED},
        {"type": "string_type", "loc": ["body", "emails", 0], "msg": "Input should be a string", "input": ECHOED},
    ]
}  # fmt: skip
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LONG = "x" * 10_000


def answer(body: Any, code: int = 422, media: str = "application/json") -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(code, (("Content-Type", media),), raw, 0.0)


SHAPES: list[tuple[Any, str]] = [
    ({"schemas": [ERROR], "detail": "no such user", "status": "404"}, "no such user"),
    ({"detail": {"message": "the name is taken"}}, "the name is taken"),
    ({"detail": {"code": 17}}, '{"detail": {"code": 17}}'),
    ({"detail": ["x", 1, None]}, "x"),
    ({"detail": [{"msg": "no place", "input": ECHOED}]}, "no place"),
    ({"detail": ["one", "two", "one", "three", "four"]}, "one; two; three"),
    ({"error": {"code": "Request_BadRequest", "message": "Invalid filter"}}, "Invalid filter"),
    ({"message": "Unknown field 'title'"}, "Unknown field 'title'"),
    ({"Message": "An error has occurred."}, "An error has occurred."),
    ({"error": "invalid_token", "error_description": "The token expired"}, "invalid_token: The token expired"),
    ({"error": "boom"}, "boom"),
    ({"timestamp": 1, "status": 400, "error": "Bad Request", "message": "no email", "path": "/Users"},
     "Bad Request: no email"),
    ({"type": "about:blank", "title": "Name is taken", "status": 409, "instance": "/x"}, "Name is taken"),
    ({"type": "about:blank", "title": "Conflict", "detail": "The name Ada is taken"}, "The name Ada is taken"),
    ({"title": "One or more validation errors occurred.", "errors": {"userName": ["The field is required."]}},
     "One or more validation errors occurred: userName: The field is required."),
    ({"userName": ["A user with that username already exists."]},
     "userName: A user with that username already exists."),
    ({"title": ["Unknown field."], "userName": ["Required."]}, "title: Unknown field.; userName: Required."),
    ({"errors": {"title": ["Unknown field."]}}, "title: Unknown field."),
    ({"errors": ["first", "second"]}, "first; second"),
    ({"errors": [{"field": "email", "message": "is required"}, {"message": "try again"}]},
     "email: is required; try again"),
    ({"message": "Validation Failed", "errors": [{"field": "login", "description": "is too long"}]},
     "Validation Failed: login: is too long"),
    ({"Errors": [{"description": "Invalid userName", "code": "400"}]}, "Invalid userName"),
    ({"errorCode": "E0000001", "errorSummary": "Api validation failed", "errorCauses": [{"errorSummary": "login"}]},
     "Api validation failed: login"),
    ({"schemas": [ERROR], "scimType": "uniqueness", "status": "409"}, "scimType uniqueness"),
    ("just a string", "just a string"),
    ({"code": 1234, "hint": "ask us"}, '{"code": 1234, "hint": "ask us"}'),
    ({"detail": "", "message": "said elsewhere"}, "said elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "words"), SHAPES, ids=[words for _, words in SHAPES])
def test_words_are_shown_whatever_their_shape(body: Any, words: str) -> None:
    assert said(answer(body)) == words
    assert status(200).judge(View(answer(body, 400), {})) == f"status 400: {json.dumps(words)}"
    assert blocker(Exchange(Request("POST", "https://host/scim/Users", (), None), answer(body))).words == words


PAGES: list[tuple[bytes, str, str]] = [
    (b"<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title><style>p{}</style></head><body>x</body></html>",
     "text/html", "502 Bad Gateway"),
    (b"<html><body><script>var a = 1;</script><h1>Sorry</h1><p>The&nbsp;site is <b>down</b></p></body></html>",
     "text/html", "Sorry The site is down"),
    (b"<?xml version='1.0'?><Error><Code>Busy</Code><Message>Try later</Message></Error>", "application/xml",
     "Busy Try later"),
    (b"<pre>Cannot PATCH /scim/Users/7</pre>", "", "Cannot PATCH /scim/Users/7"),
    (b"Internal  Server\r\nError", "text/plain", "Internal Server Error"),
    (b"{not json", "application/json", "{not json"),
    (b"\xff\xfe bytes", "application/octet-stream", "\ufffd\ufffd bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "media", "words"), PAGES, ids=[words for *_, words in PAGES])
def test_a_page_or_a_text_says_what_its_reader_sees(body: bytes, media: str, words: str) -> None:
    assert said(answer(body, 500, media)) == words


def test_place_and_message_of_fastapi_are_shown() -> None:
    found = status(200).judge(View(answer(FASTAPI), {}))
    words = "body.name.givenName: Field required; body.emails.0: Input should be a string"
    assert found == f'status 422: "{words}"'


def test_what_fastapi_echoes_is_in_no_sentence() -> None:
    outgoing = Outgoing("POST", "/Users")
    found = [one.actual for one in standing.judge(outgoing, answer(FASTAPI)) if one.actual]
    assert found == ["the 422 is not a SCIM error: detail is not a JSON string"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b" \n", b"<html></html>", None, [], {}, {"detail": None}, {"detail": []}, {"detail": {"input": ECHOED}},
        {"detail": [ECHOED]}, ECHOED, [ECHOED], {"detail": [{"loc": ECHOED, "msg": ECHOED, "input": ECHOED}]},
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "title": "Clerk"}, {"request": {"a": 1}},
    ],
)  # fmt: skip
def test_an_echo_and_nothing_are_no_words(body: Any) -> None:
    assert said(answer(body)) is None
    assert status(200).judge(View(answer(body), {})) == "status 422"


def test_a_resource_is_no_error() -> None:
    assert said(answer({"title": "Clerk", "id": "7", "detail": "x"}, 200)) is None
    assert said(answer({"title": "Clerk"}, 201)) is None
    assert said(answer([], 200)) is None


def test_words_are_cut() -> None:
    assert quoted(answer({"detail": "no such user"})) == '"no such user"'
    assert len(quoted(answer({"detail": LONG})) or "") == 200
    assert len(said(answer({"hint": LONG})) or "") == 100
    assert len(said(answer(LONG.encode(), media="text/html")) or "") == 100
    many = {"detail": [{"loc": ["body"], "msg": f"wrong {number}"} for number in range(100)]}
    assert quoted(answer(many)) == '"body: wrong 0; body: wrong 1; body: wrong 2"'


def test_deep_and_wide_documents_take_no_time() -> None:
    deep: Any = "words"
    for _ in range(60):
        deep = {"error": deep}
    assert said(answer(deep)) is None
    assert said(answer({f"k{number}": number for number in range(50_000)}))
    assert said(answer(b"<" * 100_000, media="text/html"))


def test_what_blocks_a_scenario_echoes_nothing_either() -> None:
    request = Request("POST", "https://host/scim/Users", (), None)
    for body in (FASTAPI, {"detail": {"input": ECHOED}}, {"detail": [ECHOED]}):
        words = blocker(Exchange(request, answer(body))).words
        assert "echoed-all-the-same" not in words
        assert "ada@example.com" not in words
    assert blocker(Exchange(request, answer(FASTAPI))).words.startswith("body.name.givenName: Field required; ")


@pytest.mark.parametrize(
    ("allowed", "code", "body", "actual"),
    [
        ((409,), 201, {"id": "7"}, "status 201: the request was accepted"),
        ((400, 401), 200, {}, "status 200: the request was accepted"),
        ((404,), 200, {"id": "7"}, "status 200: the resource was found"),
        ((404,), 204, b"", "status 204: the request was accepted"),
        ((409,), 400, {"message": "no"}, 'status 400: "no"'),
        ((404,), 200, {"schemas": [ERROR], "detail": "no such user"}, 'status 200: "no such user"'),
        ((409,), 200, {"error": "taken"}, 'status 200: "taken"'),
        ((404,), 200, b"<title>Sign in</title>", 'status 200: "Sign in"'),
        ((201,), 200, {"id": "7"}, "status 200"),
        ((200, 204, 400), 201, {"id": "7"}, "status 201"),
    ],
)
def test_a_status_says_what_is_wrong_with_it(allowed: tuple[int, ...], code: int, body: Any, actual: str) -> None:
    assert status(*allowed).judge(View(answer(body, code), {})) == actual


def test_what_should_be_refused_was_accepted() -> None:
    assert refused().judge(View(answer({}, 200), {})) == "status 200: the request was accepted"
