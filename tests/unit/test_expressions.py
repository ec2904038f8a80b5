"""Expressions of attribute mappings, as Microsoft's reference writes them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.entra.expressions import Attribute, Call, Constant, ExpressionError, evaluate, parse

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
        ('ToUpper(Append([givenName], "ß"), "de-DE")', "JANESS"),
    ],
)
def test_an_expression_is_evaluated(text: str, value: object) -> None:
    assert evaluate(parse(text), SOURCE) == value


@pytest.mark.parametrize("name", ["Mid", "tolower", "", "Join "])
def test_a_function_that_is_not_known_is_named(name: str) -> None:
    with pytest.raises(ExpressionError, match="is not evaluated here; known are"):
        evaluate(Call(name, ()), SOURCE)
