"""No text gives a command to a reader of logs, however it is written; and what gives none is left alone."""

import io
import json
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.reporting import curl, neutral
from tests.support.logs import PAYLOADS, READERS, commands

WORDS = ("##", "vso", "[", "]", ":", "::", "-", "---", "+++", " ", "\n", "\r", "section_start:", "1", "teamcity", "x")
PIECES = st.lists(st.sampled_from([*WORDS, "^^^ ", "\t", "~~~", "\x1b[31m", "\u00ad", "\u200b", "\x85"]))
"""Parts of commands in any order."""


def through(pieces: list[str]) -> str:
    inner = io.StringIO()
    stream = neutral.Stream(inner)
    for piece in pieces:
        assert stream.write(piece) == len(piece)
    return inner.getvalue()


@pytest.mark.parametrize("payload", PAYLOADS[:16])
@pytest.mark.parametrize("before", ["", "a ", "  ", "x\n", "x\n   ", "\x1b[31m"])
def test_each_command_is_broken_up(payload: str, before: str) -> None:
    assert commands(neutral.text(before + payload)) == []


def test_the_rules_of_the_test_see_the_payloads() -> None:
    seen = {name for payload in PAYLOADS for name, _ in commands(payload)}
    assert seen == READERS.keys()


@given(PIECES)
def test_no_text_is_a_command(pieces: list[str]) -> None:
    assert commands(neutral.text("".join(pieces))) == []


@given(PIECES)
def test_no_stream_is_a_command_however_it_is_cut(pieces: list[str]) -> None:
    assert commands(through(pieces)) == []


@given(PIECES, st.integers(0, 60))
def test_a_long_line_before_it_changes_nothing(pieces: list[str], blanks: int) -> None:
    assert commands(through([" " * blanks, *pieces])) == []


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="#:-+~^")))
def test_ordinary_text_is_not_touched(text: str) -> None:
    assert neutral.text(text) == text


def test_what_ordinary_lines_hold_is_not_touched() -> None:
    for text in (
        "urn:ietf:params:scim",
        "a::b",
        "---",
        "----- Captured log -----",
        "# title",
        "--flag x",
        "C#[x]",
        "+1 x",
    ):
        assert neutral.text(text) == text


@given(PIECES)
def test_json_keeps_its_meaning(pieces: list[str]) -> None:
    value = {"a": "".join(pieces), "b": ["".join(pieces)]}
    for text in (json.dumps(value, indent=1, ensure_ascii=False), json.dumps(value, indent=1)):
        clean = neutral.in_json(text)
        assert json.loads(clean) == value
        assert commands(clean) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_shell_puts_it_together_again(payload: str) -> None:
    text = f"{payload}\n{payload} it's"
    quoted = curl.quoted(text)
    assert "##vso[" not in quoted
    said = subprocess.run(["/bin/sh", "-c", f"printf %s {quoted}"], capture_output=True, check=True).stdout.decode()
    assert said == text
    assert shlex.split(quoted) == [text]


def test_bytes_pass_a_guarded_stream_guarded_too() -> None:
    inner = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    neutral.Stream(inner).buffer.write("ä ##vso[x]\n::y::\u2026::z".encode())
    assert inner.buffer.getvalue().decode() == "ä ##vso [x]\n: :y::\u2026::z"


def test_our_own_commands_pass() -> None:
    inner = io.StringIO()
    above = neutral.stream(inner)
    assert neutral.stream(above) is above
    neutral.raw(above).write("::error::x")
    assert inner.getvalue() == "::error::x"
    assert neutral.stream(None) is None
