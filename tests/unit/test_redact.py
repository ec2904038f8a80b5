"""No secret survives, in whatever spelling it comes back; what holds none is left alone, byte for byte."""

import base64
import html
import json
import re
from urllib.parse import quote
from xml.sax import saxutils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.target.redact import MASK, SHORT, Redactor

TOKEN = 's3cret/To+ken==with"quote'
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=SHORT, max_size=40)
"""What can stand in a header as a token."""
AROUND = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def redactor(*secrets: str) -> Redactor:
    found = Redactor()
    for number, secret in enumerate(secrets):
        found.add(f"secret {number}", secret)
    return found


def written(secret: str) -> dict[str, str]:
    """The spellings in which a secret comes back, each made by the library that would make it."""
    return {
        "plain": secret,
        "url": quote(secret, safe=""),
        "json": json.dumps(secret)[1:-1],
        "base64": base64.b64encode(secret.encode()).decode(),
        "base64-url": base64.urlsafe_b64encode(secret.encode()).decode(),
        "base64-in-base64": base64.b64encode(f"Bearer {secret}".encode()).decode(),
        "lower-case-url": re.sub("%..", lambda found: found[0].lower(), quote(secret, safe="")),
        "html": html.escape(secret),
        "xml": saxutils.escape(secret),
        "slash-escaped": json.dumps(secret)[1:-1].replace("/", "\\/"),
        "utf-16": secret.encode("utf-16-le").decode()[:-1],
    }


@pytest.mark.parametrize("spelling", sorted(written(TOKEN)))
def test_a_token_is_replaced_in_each_spelling(spelling: str) -> None:
    form = written(TOKEN)[spelling]
    body, held = redactor(TOKEN).body(f'{{"token": "{form}", "x": 1}}'.encode())
    assert form.encode() not in body
    assert MASK.encode() in body
    assert body.startswith(b'{"token": "')
    assert body.endswith(b'", "x": 1}')
    assert held == ("secret 0",)


@given(SECRETS, AROUND, AROUND)
def test_a_secret_never_survives(secret: str, before: str, after: str) -> None:
    for form in written(secret).values():
        text = redactor(secret).text(before + form + after)
        assert form not in text or form in MASK


@given(SECRETS, st.binary(max_size=30), st.binary(max_size=30))
def test_a_secret_never_survives_among_bytes(secret: str, before: bytes, after: bytes) -> None:
    body, held = redactor(secret).body(before + secret.encode() + after)
    assert secret.encode() not in body
    assert held == ("secret 0",)


@given(st.binary(max_size=80))
def test_a_body_without_a_secret_is_not_touched(body: bytes) -> None:
    assert redactor("a-secret-that-is-long-enough").body(body) == (body, ())


@given(AROUND)
def test_text_without_a_secret_is_not_touched(text: str) -> None:
    assert redactor("a-secret-that-is-long-enough").text(text) == text


def test_a_short_secret_is_replaced_only_where_it_stands_alone() -> None:
    found = redactor("abc")
    assert found.text('"abc", abcd xabc abc') == f'"{MASK}", abcd xabc {MASK}'


def test_of_two_secrets_the_longer_goes_first() -> None:
    found = redactor("common-beginning", "common-beginning-and-more")
    assert found.text("x common-beginning-and-more y") == f"x {MASK} y"
    assert found.body(b"common-beginning common-beginning-and-more")[1] == ("secret 0", "secret 1")


def test_a_secret_learned_later_is_replaced_from_then_on() -> None:
    found = redactor("the-first-secret")
    assert found.text("the-second-secret") == "the-second-secret"
    found.add("a cookie", "the-second-secret")
    assert found.text("the-second-secret the-first-secret") == f"{MASK} {MASK}"


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_secret_is_none(empty: str | None) -> None:
    found = Redactor()
    found.add("the token", empty)
    assert (found.text("abc"), found.body(b"abc")) == ("abc", (b"abc", ()))
