"""Answers of ten megabytes, of every shape: judged in seconds, in little memory, with a few findings."""

import json
import time
from collections.abc import Iterator

import pytest

from scim_conformance.scenario import standing
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Answer, Outgoing
from scim_conformance.scenario.obligations.lists import at_most, found_only, none_found
from scim_conformance.scenario.obligations.members import has_member, members_are, members_once, no_members
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.obligations.values import absent, stored
from scim_conformance.scenario.performance import judge
from scim_conformance.scim import jsonschemas
from scim_conformance.scim.paths import parse
from scim_conformance.scim.samples import sample, short
from scim_conformance.target.redact import Redactor

pytestmark = pytest.mark.slow

LIST = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":%s,"Resources":%s}'


def _many(entry: str, count: int) -> str:
    return "[" + ",".join([entry] * count) + "]"


SHAPES = {
    "a-million-entries": LIST % (1, _many("{}", 1_000_000)),
    "many-entries": LIST % (1, _many("{}", 100_000)),
    "many-users": LIST % (1, _many('{"id":1,"userName":2}', 50_000)),
    "many-members": '{"id":"7","schemas":[],"members":' + _many('{"value":1}', 100_000) + "}",
    "many-keys": '{"id":"7",' + ",".join(f'"k{number}":1' for number in range(200_000)) + "}",
    "one-string": '{"id":"' + "a" * 5_000_000 + '"}',
    "quotes": '{"id":"' + '\\"' * 2_400_000 + '"}',
    "escapes": '{"id":"' + "\\u00e9" * 200_000 + '"}',
    "digits": '{"id":' + "9" * 5_000_000 + "}",
    "fraction": '{"id":0.' + "9" * 5_000_000 + "}",
    "exponent": '{"id":1e999,"totalResults":-1e999}',
    "deep": '{"id":' + "[" * 400_000 + "}",
    "many-schemas": '{"schemas":' + _many("5", 200_000) + ',"totalResults":"x"}',
    "many-errors": '{"schemas":5,"status":5,"detail":' + _many('{"loc":["a"],"msg":"m"}', 50_000) + "}",
    "total-of-text": LIST % ('"many"', "[]"),
    "total-too-large": LIST % (10**12, "[]"),
    "twice": "{" + ",".join(['"a":1'] * 200_000) + "}",
    "half-a-pair": '{"id":"' + "\\ud800" * 200_000 + '"}',
}

REQUESTS = (
    (Outgoing("GET", "/Users?filter=x"), 200),
    (Outgoing("GET", "/Groups/a", resource=("Group", "a")), 200),
    (Outgoing("POST", "/Users"), 400),
)

OBLIGATIONS = (
    found_only("a"), none_found(), at_most("a"), has_id(), members_are("a", "b"), has_member("a"), members_once(),
    no_members(), stored(parse('emails[type eq "work"].value'), "x"), absent(parse("title")),
)  # fmt: skip
CHECKS = [one.must(rfc7644("3"), so="it breaks") for one in OBLIGATIONS]


def _findings(body: bytes) -> Iterator[str | None]:
    for outgoing, status in REQUESTS:
        answer = Answer(status, (("Content-Type", "application/scim+json"),), body, 0.1)
        yield from (one.actual for one in standing.judge(outgoing, answer))
        view = View(answer, {"a": "1", "b": "2"})
        yield from (judged.actual for check in CHECKS for judged in judge([check], view))


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_an_answer_of_any_shape_is_judged_soon_and_with_few_findings(text: str) -> None:
    redactor = Redactor()
    redactor.add("the token", "a-secret-of-the-test-0123456789")
    begun = time.process_time()
    body, leaks = redactor.body(text.encode())
    found = [*_findings(body)]
    assert time.process_time() - begun < 20
    assert not leaks
    said = [one for one in found if one is not None]
    assert said
    assert len(found) < 1_500
    assert max(map(len, said)) < 1_000


@pytest.mark.parametrize("name", ["user", "group", "error", "list-response"])
def test_what_a_schema_says_of_a_huge_document_is_short(name: str) -> None:
    huge = dict.fromkeys(("schemas", "emails", "members", "status", "Resources", "active"), "x" * 3000000)
    lists = {key: [["y" * 1000] * 50] * 5_000 for key in huge}
    for body in (huge, lists, {"schemas": [huge] * 50}, [huge]):
        found = jsonschemas.problems(name, body)
        assert 0 < len(found) <= jsonschemas.MOST_PROBLEMS
        assert max(map(len, found)) < 1_000


def test_what_is_of_usual_size_is_all_in_a_sample() -> None:
    usual = {
        "a": [1, None, True, 1.5, {"b": ["x" * 2_000] * 20}],
        "c": {str(number): number for number in range(1_000)},
    }
    assert sample(usual) == usual
    assert sample([0] * 21) == [0] * 20
    assert sample("x" * 2_001) == "x" * 2_000


def test_a_sentence_quotes_the_beginning_of_a_value_whatever_its_size() -> None:
    for value in (
        "é" * 5_000_000,
        [1] * 5_000_000,
        {str(number): 1 for number in range(100_000)},
        [["x" * 10_000] * 9],
    ):
        begun = time.process_time()
        said = short(value)
        assert time.process_time() - begun < 0.5
        assert len(said) == 120
        assert said.endswith("…")
    small = ["é" * 118, "é" * 119, [1] * 39, {"a": None}, 5, "x"]
    for one in small:
        whole = json.dumps(one, ensure_ascii=False)
        assert short(one) == (whole if len(whole) <= 120 else whole[:119] + "…")
