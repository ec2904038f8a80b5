"""Markdown of what others wrote holds no link, no image, no HTML, and nothing that pings or refers."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scim_conformance.reporting import marked

PINGS = re.compile(
    r"(?<![\w`])@[\w]|(?<!\w)(?:#|GH-|!|AB#)\d|://|www\.|(?<!\w)[0-9a-f]{7,40}(?!\w)|mailto:|(?<!\w)[~%]\w",
    re.IGNORECASE,
)
"""What GitHub, GitLab and Azure DevOps look for in text that is no code."""

ATTACKS = (
    "@everyone", "@here", "@org/team", "status 400: @admin", "#123", "GH-12", "org/repo#7", "org/repo@0a1b2c3d4",
    "0a1b2c3d4e5f", "![x](http://evil.example/x.png)", "[x](javascript:alert(1))", "<img src=http://evil.example/x>",
    "<script>x</script>", "<!-- x", "http://evil.example", "www.evil.example", "mailto:a@b.example", "a|b|c",
    "`x` @a", "``` @a", "`@a", "@a`", "\\@a", "\\\\`@a`", "&commat;here", "&#64;here", "*b* _i_ ~~s~~", "$x$", ":boom:",
    "!12", "~label", "%milestone", "a\n# heading", "a\n\n- list", "a\r\n> quote", "\u202e@here", "[^1]: x", "| --- |",
    "[[Home]]",
)  # fmt: skip


def parsed(text: str) -> list[Any]:
    return MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)


def flat(tokens: list[Any]) -> list[Any]:
    return [one for token in tokens for one in (token, *flat(token.children or []))]


def check(text: str) -> None:
    """Assert that a text is prose and code and nothing else, and pings nobody."""
    tokens = flat(parsed(f"- actual: {text}\n"))
    kinds = {token.type for token in tokens}
    assert kinds <= {
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open",
        "paragraph_close", "inline", "text", "text_special", "code_inline",
    }  # fmt: skip
    prose = "".join(one.content if one.type != "code_inline" else "\0" for one in tokens if one.type != "inline")
    assert PINGS.search(prose) is None, prose


def shown(text: str) -> str:
    """What a person reads."""
    return "".join(one.content for one in flat(parsed(text)) if one.type in {"text", "text_special", "code_inline"})


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("how", [marked.inline, marked.code])
def test_an_attack_is_text(attack: str, how: Any) -> None:
    check(how(attack))
    check(how(f"it is {attack} and so on"))


@given(st.lists(st.sampled_from([*ATTACKS, " ", "`", "\\", "x", '"', "(", ")", "]", "\n"])))
def test_no_mixture_of_attacks_is_more(pieces: list[str]) -> None:
    check(marked.inline("".join(pieces)))
    check(marked.code("".join(pieces)))


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.isprintable()])
def test_a_person_can_still_read_it(attack: str) -> None:
    assert shown(marked.inline(attack)) == attack
    assert shown(marked.code(attack)) == attack


@given(st.lists(st.sampled_from([*ATTACKS, "|", "\\|", "`|`", "\\"])))
def test_a_row_keeps_its_cells(pieces: list[str]) -> None:
    text = "".join(pieces)
    rows = [f"| {marked.inline(text, cell=True)} | {marked.code(text, cell=True)} |"]
    tokens = parsed("\n".join(["| a | b |", "| --- | --- |", *rows]))
    assert [one.type for one in tokens].count("td_open") == 2


def test_prose_stays_prose() -> None:
    assert marked.inline("status 200 or 204, as RFC 7644 has it") == "status 200 or 204, as RFC 7644 has it"
    assert marked.inline("userName is sct1@example.com, and so on") == "userName is `sct1@example.com`, and so on"


def test_a_link_goes_to_the_web_or_nowhere() -> None:
    assert marked.link("RFC 7644", "https://www.rfc-editor.org/rfc/rfc7644#section-3.4") == (
        "[RFC 7644](https://www.rfc-editor.org/rfc/rfc7644#section-3.4)"
    )
    for url in ("javascript:alert(1)", "https://a b", "https://x)![y](https://z", "", "data:text/html,x"):
        check(marked.link("RFC 7644", url))


@given(st.text(st.sampled_from(["`", "a", "\n", "~"]), max_size=30))
def test_a_block_ends_where_it_ends(text: str) -> None:
    tokens = parsed("\n".join(["- x", "", *marked.block(text, "  "), "", "- y"]))
    assert [one.type for one in tokens].count("fence") == 1
    assert [one.type for one in tokens].count("list_item_open") == 2
