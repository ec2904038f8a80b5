"""Query strings, filters and attribute paths: what is written can be read back by somebody else's reader."""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scim import filters, paths, urns
from scim_conformance.scim.paths import AttrPath, PathError
from scim_conformance.scim.urlencode import dotnet_quote, percent_quote, segment_quote

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
"""Any text that UTF-8 can carry."""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a b", "a+b"),
        ('"', "%22"),
        ("jane@example.com", "jane%40example.com"),
        ("a+b", "a%2bb"),
        ("[]", "%5b%5d"),
        ("-_.!*()", "-_.!*()"),
        ("'~/\\", "%27%7e%2f%5c"),
        ("é", "%c3%a9"),
        ("🙂", "%f0%9f%99%82"),
        ("100%", "100%25"),
    ],
)
def test_the_query_is_written_as_dotnet_does(text: str, written: str) -> None:
    assert dotnet_quote(text) == written


@given(TEXT)
def test_a_query_value_is_read_back_whole(text: str) -> None:
    assert parse_qsl("filter=" + dotnet_quote(text), keep_blank_values=True) == [("filter", text)]
    assert parse_qsl("filter=" + percent_quote(text), keep_blank_values=True) == [("filter", text)]


@given(TEXT)
def test_the_percent_form_has_no_plus(text: str) -> None:
    assert "+" not in percent_quote(text)
    assert unquote(percent_quote(text)) == text


@given(TEXT)
def test_a_segment_stays_one_segment(text: str) -> None:
    written = segment_quote(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9\-_.!*()~]|%[0-9A-F]{2})*", written)
    assert unquote(written) == text


def read_filter(text: str) -> tuple[str, str]:
    """Read `attribute eq "value"` as RFC 7644 section 3.4.2.2 has it: the value is a JSON string. Our own oracle."""
    attribute, operator, literal = text.split(" ", 2)
    assert operator == "eq"
    assert literal[0] == literal[-1] == '"'
    return attribute, re.sub(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])', _unescaped, literal[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code.startswith("u"):
        return chr(int(code[1:], 16))
    return {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(code, code)


@given(TEXT)
def test_a_filter_value_is_read_back_whole(text: str) -> None:
    assert read_filter(filters.eq("userName", text)) == ("userName", text)


@given(TEXT)
def test_a_filter_value_cannot_end_its_quotes(text: str) -> None:
    inner = filters.eq("userName", text).partition(" eq ")[2][1:-1]
    assert re.fullmatch(r'(?:[^"\\]|\\.)*', inner, re.DOTALL)


def test_filters_leave_other_scripts_as_they_are() -> None:
    assert filters.eq("displayName", 'The "A" 東京\\x') == 'displayName eq "The \\"A\\" 東京\\\\x"'
    assert filters.both("a eq 1", "b eq 2") == "a eq 1 and b eq 2"


ENTERPRISE = urns.ENTERPRISE_USER
CUSTOM = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("userName", (None, "userName", None, None, None)),
        ("name.givenName", (None, "name", None, None, "givenName")),
        ('emails[type eq "work"].value', (None, "emails", "type", "work", "value")),
        ('emails[type eq "work"]', (None, "emails", "type", "work", None)),
        ("roles[primary eq true].value", (None, "roles", "primary", True, "value")),
        ('roles[primary eq "True"].value', (None, "roles", "primary", "True", "value")),
        (f"{ENTERPRISE}:department", (ENTERPRISE, "department", None, None, None)),
        (f"{ENTERPRISE}:manager.value", (ENTERPRISE, "manager", None, None, "value")),
        (f"{CUSTOM}:tag", (CUSTOM, "tag", None, None, None)),
        (f'{CUSTOM}:contacts[type eq "a.b"].value', (CUSTOM, "contacts", "type", "a.b", "value")),
        (f"{urns.USER}:userName", (urns.USER, "userName", None, None, None)),
        ("members.$ref", (None, "members", None, None, "$ref")),
    ],
)
def test_a_path_is_parsed(text: str, parsed: tuple[Any, ...]) -> None:
    found = paths.parse(text)
    assert (found.urn, found.name, found.key, found.literal, found.sub) == parsed
    assert found.text == text


@pytest.mark.parametrize(
    "text", ["", " ", "1name", "emails[type eq work].value", "emails[", "a.b.c", "emails[type ne \"x\"]", "urn:", "a b"]
)  # fmt: skip
def test_what_is_no_path_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(PathError) as caught:
        paths.parse(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ('emails[type eq "work"].value', "emails.work.value"),
        (f"{ENTERPRISE}:department", "enterprise.department"),
        ('roles[primary eq "a/b c"].value', "roles.a-b-c.value"),
        ("userName", "userName"),
        ("UserName", "userName"),
        ('Addresses[type eq "other"].Formatted', "addresses.other.formatted"),
        ("urn:example:params:scim:schemas:extension:vendor:1.0:User:BadgeNo", "vendor.BadgeNo"),
    ],
)
def test_a_slug_fits_an_id(text: str, slug: str) -> None:
    assert paths.parse(text).slug == slug


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
LITERALS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=10)
PATHS = st.builds(
    lambda urn, name, filtered, sub: f"{urn}{name}{filtered}{sub}",
    st.sampled_from(["", f"{ENTERPRISE}:", f"{CUSTOM}:"]),
    NAMES,
    st.one_of(st.just(""), st.builds('[{} eq "{}"]'.format, st.sampled_from(["type", "display"]), LITERALS)),
    st.one_of(st.just(""), st.builds(".{}".format, NAMES)),
)


@given(PATHS, TEXT, st.booleans())
def test_what_is_written_at_a_path_is_read_there(text: str, value: str, shout: bool) -> None:
    path = paths.parse(text)
    where = path if path.sub or path.simple else paths.parse(text + ".value")
    resource: dict[str, Any] = {}
    paths.write(resource, where, value)
    again = paths.parse(text.upper() if shout and path.urn is None and path.simple else where.text)
    assert paths.read(resource, again) == value


@given(st.text(max_size=30))
def test_the_path_parser_raises_only_path_errors(text: str) -> None:
    try:
        found = paths.parse(text)
    except PathError:
        return
    assert isinstance(found, AttrPath)
    assert found.name


def test_elements_are_found_in_whatever_case() -> None:
    resource = {"Emails": [{"TYPE": "HOME", "value": "a"}, {"type": "Work", "VALUE": "b"}, "no object"]}
    assert paths.read(resource, paths.parse('emails[type eq "work"].value')) == "b"
    assert paths.read(resource, paths.parse('emails[type eq "fax"].value')) is None


def test_a_quoted_true_means_the_boolean_too() -> None:
    resource = {"roles": [{"primary": False, "value": "a"}, {"primary": True, "value": "b"}]}
    for literal in ('"True"', "true"):
        assert paths.read(resource, paths.parse(f"roles[primary eq {literal}].value")) == "b"


@pytest.mark.parametrize("resource", [None, [], "text", 3, {"emails": "text"}, {"emails": {"value": "x"}}])
def test_reading_never_raises(resource: Any) -> None:
    assert paths.read(resource, paths.parse('emails[type eq "work"].value')) is None
    assert paths.read(resource, paths.parse(f"{ENTERPRISE}:manager.value")) is None


def test_writing_meets_what_is_there_in_another_letter_case() -> None:
    resource: dict[str, Any] = {"UserName": "a", "Name": {"GivenName": "b"}, "Emails": [{"type": "work"}]}
    for text in ("userName", "name.givenName", 'emails[type eq "work"].value'):
        paths.write(resource, paths.parse(text), "c")
    assert resource == {"UserName": "c", "Name": {"GivenName": "c"}, "Emails": [{"type": "work", "value": "c"}]}


def test_writing_meets_what_is_there() -> None:
    resource: dict[str, Any] = {}
    for text in ('addresses[type eq "work"].locality', 'addresses[type eq "work"].region', "name.givenName"):
        paths.write(resource, paths.parse(text), text[-3:])
    assert resource == {
        "addresses": [{"type": "work", "locality": "ity", "region": "ion"}],
        "name": {"givenName": "ame"},
    }
