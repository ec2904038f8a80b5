"""Expressions of attribute mappings, as Microsoft's reference writes them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.entra.expressions.functions import RANDOM
from scim_conformance.entra.expressions.parser import (
    FUNCTIONS,
    Attribute,
    Call,
    Constant,
    ExpressionError,
    check,
    evaluate,
    parse,
)

SOURCE: dict[str, Any] = {"givenName": "Jane", "surname": "Doe", "empty": "", "flag": True, "a]b": "odd", "n": 7}


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("[mail]", Attribute("mail")),
        ('  "a\\"b\\\\c" ', Constant('a"b\\c')),
        (r"[a\]b]", Attribute("a]b")),
        ("", Constant(None)),
        ("word", Constant("word")),
        ("F()", Call("F", (Constant(None),))),
        ('F([a], , "x")', Call("F", (Attribute("a"), Constant(None), Constant("x")))),
        ("F(G(1),2)", Call("F", (Call("G", (Constant("1"),)), Constant("2")))),
        ('F( "a,b)" )', Call("F", (Constant("a,b)"),))),
        ('[a]<>"b"', Call("<>", (Attribute("a"), Constant("b")))),
        ("F([a] >= -5, x)", Call("F", (Call(">=", (Attribute("a"), Constant("-5"))), Constant("x")))),
    ],
)
def test_an_expression_is_parsed(text: str, parsed: object) -> None:
    assert parse(text) == parsed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[mail", "no closing ] for character 1 of [mail"),
        ('"abc\\', 'no closing " for character 1'),
        ("F(1", "no closing ) in F(1"),
        ("F(1))", "unexpected ')' at character 5 of F(1))"),
        ("[a][b]", "unexpected '[' at character 4"),
        (", x", "unexpected ',' at character 1"),
        ("F(" * 3000, "functions are nested more than 100 levels deep"),
    ],
)
def test_what_cannot_be_parsed_is_named_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert reason in str(caught.value)


@given(st.one_of(st.text(max_size=40), st.text('[]()",\\ Fa', max_size=40)))
def test_the_parser_raises_only_its_own_error(text: str) -> None:
    try:
        found = parse(text)
    except ExpressionError:
        return
    assert isinstance(found, Attribute | Constant | Call)


WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,5}", fullmatch=True)
TREES = st.recursive(
    st.builds(Attribute, st.text(min_size=1, max_size=6)) | st.builds(Constant, st.none() | st.text(max_size=6)),
    lambda inner: st.builds(Call, WORDS, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=8,
)


def written(tree: Attribute | Constant | Call) -> str:
    """Write an expression as Microsoft's reference does; the opposite of `parse`."""
    match tree:
        case Attribute(name):
            return "[" + name.replace("\\", "\\\\").replace("]", "\\]") + "]"
        case Constant(None):
            return " "
        case Constant(value):
            return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Call(name, arguments):
            return f"{name}( " + " , ".join(written(one) for one in arguments) + " )"


@given(TREES)
def test_what_is_written_is_parsed_back(tree: Attribute | Constant | Call) -> None:
    assert parse(written(tree)) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[givenName]", "Jane"),
        ("[missing]", None),
        (r"[a\]b]", "odd"),
        ('Join(" ", [givenName], [empty], [missing], [surname])', "Jane Doe"),
        ('Join("", [missing])', ""),
        ('Append([givenName], "!")', "Jane!"),
        ("Append([missing], [n])", "7"),
        ('Coalesce([missing], [empty], [surname], "x")', "Doe"),
        ("Coalesce([missing])", None),
        ('Switch([flag], "none", "True", "yes", "False", "no")', "yes"),
        ('Switch([givenName], , "x", "y")', None),
        ('Switch([missing], "d", "", "empty")', "empty"),
        ("ToLower([givenName])", "jane"),
        ('ToUpper(Append([givenName], "ß"), "de-DE")', "JANEß"),
    ],
)
def test_an_expression_is_evaluated(text: str, value: object) -> None:
    assert evaluate(parse(text), SOURCE) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Foo([n])", "this version does not know the function Foo; it knows those of Microsoft's reference"),
        ("tolower([n])", "unknown function tolower: did you mean ToLower? Names are case-sensitive"),
        ('Join(" ", iif([n] = 1, 2, 3))', "unknown function iif: did you mean IIF?"),
        ("SelectUniqueValue([a], [b])", "the function SelectUniqueValue cannot reach a SCIM application"),
        ("([n])", "a function has no name"),
        ("ToLower()", "the function ToLower takes 1 to 2 arguments, not 0"),
        ("Join([n])", "the function Join takes 2 or more arguments, not 1"),
        ("Now(1)", "the function Now takes 0 arguments, not 1"),
        ("RandomString(6, 3)", "the function RandomString takes 5 to 6 arguments, not 2"),
        ('Switch([n], , "a", "b", "c")', "one of them has no counterpart"),
        ('FormatDateTime([n], , "yyyy", "gg")', "the date format 'gg' is not supported: gg"),
        ('FormatDateTime([n], , "D", "yyyy")', "the date format 'D' is not supported; write it out"),
        ('FormatDateTime([n], "Sloppy", "yyyy", "MM")', "sloppy is not one of .NET's DateTimeStyles"),
        ('DateAdd("w", 1, [n])', "DateAdd accepts the intervals yyyy, m, d, ww, h, n, s, not 'w'"),
        ('DateAdd("d", "x", [n])', "DateAdd needs a whole number as value, not 'x'"),
        ('CDate("soon")', "CDate: 'soon' is not a readable date"),
        ('CDate([n], "de-DE")', "supports only en-US here, not de-DE"),
        ("Mid([n], 0, 2)", "Mid counts from 1"),
        ('InStr([n], "a", 1, fuzzy)', "not with fuzzy"),
        ("RandomString(3, 2, 2, 0, 0)", "RandomString: Length must be at least the sum of the minimums"),
        ('RandomString(3, 3, 0, 0, 0, "0123456789")', "leaves no character"),
        ('Replace([n], , , , "x", , )', "Replace needs oldValue or regexPattern"),
        ('Replace([n], , "(", , "x", , )', "Replace: the pattern ( is not supported"),
        ('Replace([n], , "\\\\p{L}", , "x", , )', "is not supported"),
        ('Replace([n], , "(a+)+", , "x", , )', "repeats a repetition"),
        ('Replace([n], , "(a+){30}", , "x", , )', "repeats a repetition"),
        ('Replace([n], , "(?<one>a)", "two", "x", , )', "has no group two"),
    ],
)
def test_what_cannot_be_evaluated_is_a_sentence_before_anything_is_sent(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text))
    assert said in str(caught.value)


def test_an_expression_has_an_end() -> None:
    with pytest.raises(ExpressionError, match="at most 10,000 characters"):
        parse("F(" * 5_001)
    with pytest.raises(ExpressionError, match="more than 100 levels deep"):
        parse("F(" * 101)


CALLS = st.builds(
    Call,
    st.sampled_from([*FUNCTIONS, *RANDOM]),
    st.lists(
        st.builds(Attribute, st.sampled_from([*sorted(SOURCE), "roles"]))
        | st.builds(Constant, st.none() | st.text(max_size=8) | st.sampled_from(["1", "-3", "d", "(a)", "yyyy-MM-dd"])),
        min_size=1,
        max_size=7,
    ).map(tuple),
)


@given(CALLS)
def test_evaluation_raises_only_its_own_error(call: Call) -> None:
    with suppress(ExpressionError):
        evaluate(call, {**SOURCE, "roles": ["Admin", "Editor"]})
    with suppress(ExpressionError):
        check(call)
