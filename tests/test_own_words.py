"""A target that refuses says why in its own words: under fix first, in what blocks scenarios, in every report, and in
`doctor`; redacted, and unable to control a terminal."""

import json
from pathlib import Path

import pytest

from tests.support.cli import Run, assert_calm
from tests.support.doctor import TOKEN, doctor, lines
from tests.support.raw import Accounts, Received, error, http, listening

pytestmark = pytest.mark.slow

PROBLEM = {"type": "about:blank", "title": "One or more validation errors", "errors": {"title": ["Unknown field"]}}
FASTAPI = {"detail": [{"loc": ["body", "title"], "msg": "Extra inputs are not permitted", "input": "Clerk"}]}
PAGE = f"<html><head><title>500 TypeError\x1b[2J at /Users</title></head><body>{TOKEN}</body></html>"

SHAPES: dict[str, tuple[int, bytes, str, str]] = {
    "scim": (400, json.dumps({"detail": "Unknown field 'title'", "status": "400"}).encode(), "application/scim+json",
             "Unknown field 'title'"),
    "oauth": (403, b'{"error":"insufficient_scope","error_description":"write access needed"}', "application/json",
              "insufficient_scope: write access needed"),
    "problem": (400, json.dumps(PROBLEM).encode(), "application/problem+json",
                "One or more validation errors: title: Unknown field"),
    "fastapi": (422, json.dumps(FASTAPI).encode(), "application/json", "body.title: Extra inputs are not permitted"),
    "nested": (400, b'{"error":{"code":17,"message":"title is not allowed"}}', "application/json",
               "title is not allowed"),
    "page": (500, PAGE.encode(), "text/html", "500 TypeError"),
    "text": (400, f"no title, {TOKEN}".encode(), "text/plain", "no title, ***"),
}  # fmt: skip


class Refusing(Accounts):
    """Refuse every creation of a user in one shape."""

    def __init__(self, shape: str) -> None:
        super().__init__()
        self.status, self.body, self.media, _ = SHAPES[shape]

    def __call__(self, request: Received) -> bytes:
        if request.header("Authorization") is None:
            return error(401)
        if request.method == "POST" and request.path.endswith("/Users"):
            return http(self.status, self.body, media=self.media)
        return super().__call__(request)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_words_of_a_refusal_are_everywhere(tmp_path: Path, shape: str) -> None:
    status, _, _, words = SHAPES[shape]
    with listening(Refusing(shape)) as target:
        run, url = Run(tmp_path, target.url, TOKEN), target.url
        ended = run.run("ENT-CRE-01", "ENT-UPD-01")
    assert_calm(ended)
    result = run.result
    first = next(one for one in result["fix_first"] if one["check"] == "ENT-CRE-01#create.status")
    assert first["actual"].startswith(f'status {status}: "{words}')
    blocked = [one for one in result["scenarios"] if one["verdict"] == "inconclusive"]
    assert {one["blocked_by"]["request"] for one in blocked} == {f"POST {url}/Users"}
    assert {one["blocked_by"]["status"] for one in blocked} == {status}
    assert all(one["blocked_by"]["words"].startswith(words) for one in blocked)
    assert words in " ".join(ended.out.split())
    texts = [(run.reports / name).read_text(encoding="utf-8") for name in ("result.json", "report.html", "summary.md")]
    assert [text for text in texts if TOKEN in text or "\x1b" in text] == []
    assert words.partition("'")[0] in texts[1]


@pytest.mark.parametrize("shape", SHAPES)
def test_doctor_repeats_the_words(tmp_path: Path, shape: str) -> None:
    status, _, _, words = SHAPES[shape]
    with listening(Refusing(shape)) as target:
        ended = doctor(tmp_path, target.url, "--write")
    assert_calm(ended)
    assert ended.code == 1
    found = " ".join(ended.out.partition(" writing ")[2].split())
    assert found.startswith(f'POST /Users: status {status}: "{words}')
    assert TOKEN not in ended.screen


@pytest.mark.parametrize(("shape", "code"), [("page", 6), ("oauth", 6), ("fastapi", 6)])
def test_doctor_repeats_the_words_of_a_target_that_fails_on_every_request(
    tmp_path: Path, shape: str, code: int
) -> None:
    status, body, media, words = SHAPES[shape]
    with listening(lambda _: http(status, body, media=media)) as target:
        ended = doctor(tmp_path, target.url, "--write")
    assert ended.code == code, ended.screen
    assert "writing" not in lines(ended)
    assert " ".join(ended.out.split()).count(words) == 2  # without a token, and with it
