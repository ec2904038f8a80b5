"""Expressions of attribute mappings, by the kind of value that they make: nested, as people write them."""

from functools import cache

from hypothesis import strategies as st

from scim_conformance.entra.expressions.parser import FUNCTIONS

Text = st.SearchStrategy[str]

DEEPEST = 2

CLASSES = ("department", "jobTitle", "country", "extensionAttribute1", "description")
"""What people are told apart by, so that a Switch knows the value."""

WORDS = ("Sales", "emea", "R&D", "O'Neil", "Zürich", "a-b", "Ω", 'say "x"', "1", "07")


def quoted(text: str) -> str:
    """Return a constant as an expression has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _call(name: str, *arguments: Text) -> Text:
    return st.tuples(*arguments).map(lambda found: f"{name}({', '.join(found)})")


def _just(*texts: str) -> Text:
    return st.sampled_from(texts)


@cache
def _named(names: tuple[str, ...]) -> Text:
    return st.sampled_from(names).map(lambda name: f"[{name}]")


_CONSTANT = st.sampled_from(WORDS).map(quoted)
_SMALL = st.integers(1, 9).map(lambda number: f'"{number}"')


@cache
def unique(names: tuple[str, ...]) -> Text:
    """Expressions whose values nobody shares, and which begin with what the attribute begins with."""
    name = _named(names)
    return st.one_of(
        name,
        _call("ToLower", name, _just("", '"en-US"')),
        _call("Append", name, _just('"x"', '"-1"')),
        _call("Join", _just('"."', '""'), name, _just('"ext"')),
        _call("Replace", name, _just('" "'), _just(""), _just(""), _just('"_"'), _just(""), _just("")),
        _call("StripSpaces", name),
        _call("Coalesce", name, _just('"nobody"')),
        _call("Left", name, _just('"60"')),
        _call("NormalizeDiacritics", name),
        _call("IgnoreFlowIfNullOrEmpty", name),
        _call("Switch", name, name, _just('"nobody"'), _just('"somebody"')),
    )


@cache
def text(names: tuple[str, ...], depth: int = DEEPEST) -> Text:
    """Expressions that make a text."""
    plain = st.one_of(_named(names), _named(names), _CONSTANT)
    if depth == 0:
        return plain
    inner = text(names, depth - 1)
    return st.one_of(plain, *_of_text(inner), *_choosing(names, inner, depth), *_odd(names, inner, depth))


def _of_text(inner: Text) -> list[Text]:
    gap = _just("")
    return [
        _call("Append", inner, _CONSTANT),
        _call("Join", _just('" "', '"-"', '", "'), inner, inner),
        _call("ToLower", inner),
        _call("ToUpper", inner, _just('""', '"tr-TR"')),
        _call("Left", inner, _SMALL),
        _call("Mid", inner, _just('"1"', '"2"'), _SMALL),
        # Word finds nothing in a text without a delimiter.
        _call("Word", _call("Join", _just('" "'), inner, inner), _just('"1"', '"2"'), _just('" "')),
        _call("PCase", inner, _just('" "', '"-"')),
        _call("NormalizeDiacritics", inner),
        _call("StripSpaces", inner),
        _call("Redact", inner),
        _call("IgnoreFlowIfNullOrEmpty", inner),
        _call("ConvertToBase64", inner),
        _call("ConvertToUTF8Hex", inner),
        _call("Replace", inner, _just('"a"', '" "'), gap, gap, _just('"b"', '"_"'), gap, gap),
        _call("Replace", inner, gap, _just(r'"(?<first>\\w+)"'), _just('"first"'), _just('"x"'), gap, gap),
        _call("Item", _call("Split", inner, _just('" "', '"-"')), _just('"1"')),
        _call("Join", _just('"/"'), _call("RemoveDuplicates", _call("Split", inner, _just('" "')))),
    ]


def _choosing(names: tuple[str, ...], inner: Text, depth: int) -> list[Text]:
    compared = st.tuples(_named(names), _just(" = ", " <> "), _CONSTANT).map("".join)
    return [
        _call("Coalesce", inner, inner),
        _call("IIF", compared, inner, inner),
        _call("Switch", _named(names), inner, _CONSTANT, inner, _CONSTANT, inner),
        _call("Switch", _named(_classes(names)), _just(""), _CONSTANT, inner),
    ]


def _classes(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in CLASSES if name in names)


def _odd(names: tuple[str, ...], inner: Text, depth: int) -> list[Text]:
    """What is seldom: numbers and dates as text, random values, roles."""
    return [
        _call("CStr", integer(names, depth - 1)),
        _call("NumFromDate", date(depth - 1)),
        _just("Guid()", 'RandomString(16,4,4,4,4,"")', 'RandomString("12","2","0","4","4","l1O0")'),
        *([_just("DefaultDomain()")] if "DefaultDomain" in FUNCTIONS else []),
    ]


@cache
def flag(names: tuple[str, ...], depth: int = DEEPEST) -> Text:
    """Expressions that make True or False."""
    plain = st.one_of(_call("IsPresent", _named(names)), _call("CBool", _just('"1"', '"0"', '"True"')), _switched())
    if depth == 0:
        return plain
    inner = text(names, depth - 1)
    return st.one_of(
        plain,
        _call("IsNull", _named(names)),
        _call("IsNullOrEmpty", inner),
        _call("IsPresent", inner),
        _call("IsString", inner),
        _call("Not", flag(names, depth - 1)),
        _call("IIF", st.tuples(_named(names), _just(" = "), _CONSTANT).map("".join), _just('"True"'), _just('"False"')),
        _call("Switch", _named(names), _just('"False"'), _CONSTANT, _just('"True"')),
    )


def _switched() -> Text:
    return _just('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "Not([IsSoftDeleted])")


@cache
def integer(names: tuple[str, ...], depth: int = DEEPEST) -> Text:
    """Expressions that make a whole number."""
    inner = text(names, max(depth - 1, 0))
    return st.one_of(
        _call("InStr", inner, _just('"a"', '"z"'), _just('"1"'), _just('"vbTextCompare"', '"vbBinaryCompare"')),
        _call("Count", _call("Split", inner, _just('" "', '"-"'))),
        _call("BitAnd", _SMALL, _just('"7"', '"15"')),
        _call("DateDiff", _just('"d"', '"m"', '"yyyy"', '"ww"'), date(0), date(0)),
        _call("Switch", _named(names), _just('"42"'), _CONSTANT, _just('"7"')),
        *([_call("Len", inner)] if "Len" in FUNCTIONS else []),
    )


@cache
def date(depth: int = DEEPEST) -> Text:
    """Expressions that make a date."""
    plain = st.one_of(
        _just('CDate("2024-02-29")', 'CDate("3/1/2023 4:05:06 PM")', "Now()"),
        _just('DateFromNum("133500000000000000")', 'DateFromNum("132000000000000000")'),
    )
    if depth == 0:
        return plain
    return st.one_of(plain, _call("DateAdd", _just('"d"', '"m"', '"yyyy"', '"h"'), _SMALL, date(depth - 1)), iso())


@cache
def iso() -> Text:
    """Expressions that make a date as RFC 7643 section 2.3.5 writes it."""
    given = _just('"2024-02-29"', '"2023-12-31"')
    return _call("FormatDateTime", given, _just(""), _just('"yyyy-MM-dd"'), _just('"yyyy-MM-ddTHH:mm:ssZ"'))


@cache
def binary(names: tuple[str, ...]) -> Text:
    """Expressions that make binary data, in Base64."""
    return _call("ConvertToBase64", text(names, 1))


@cache
def role() -> Text:
    """Expressions that make the name of one app role."""
    one = _just("SingleAppRoleAssignment([appRoleAssignments])")
    return st.one_of(one, one, _call("ToLower", one), _call("Coalesce", one, _just('"User"')))


@cache
def roles() -> Text:
    """Expressions that make the list of all app roles."""
    return _just(
        "AppRoleAssignmentsComplex([appRoleAssignments])", "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"
    )
