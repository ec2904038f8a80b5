"""Expressions of others: whatever stands in them, they end soon, small, and with a sentence."""

import json
import threading
import time
import tracemalloc
from typing import Any

import pytest

from scim_conformance.entra.expressions import parser
from scim_conformance.entra.expressions.clock import limited
from scim_conformance.entra.profiles import importing
from scim_conformance.scim import paths

LONG = "a" * 9_000
TEN = "a" * 30
SLOW = {
    "overlapping": f'Replace("{LONG}", , ".*.*.*.*=x", , "y", , )',
    "alternatives": f'Replace("{TEN * 2}", , "(a|aa)*b", , "y", , )',
    "same-alternatives": f'Replace("{TEN * 2}", , "(a|a)*b", , "y", , )',
    "group": f'Replace("{LONG}", , "(?<g>.*.*.*)=x", "g", "y", , )',
    "search": f'Replace([none], , "(?<g>a*a*a*a*)b", "g", , "{LONG}", )',
    "date": f'FormatDateTime("{"1" * 60}x", , "{"H%m%s%d%" * 20}", "yyyy")',
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_a_pattern_that_takes_for_ever_is_stopped(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(parser.ExpressionError):
        parser.evaluate(parser.parse(text), {})
    assert time.process_time() - begun < 5


def test_a_slow_pattern_is_found_when_the_profile_is_read() -> None:
    with pytest.raises(parser.ExpressionError, match="it takes more than 1 s"):
        parser.check(parser.parse(SLOW["overlapping"]))


def _nested(inner: str, outer: str, times: int) -> str:
    for _ in range(times):
        inner = outer.replace("$", inner)
    return inner


GROWING = {
    "replace": _nested('"aaaaaaaaaa"', 'Replace($, "a", , , "aaaaaaaaaa", , )', 40),
    "pattern": _nested('"aaaaaaaaaa"', 'Replace($, , "a", , "$&$&$&$&", , )'.replace("$&", "aa"), 40),
    "template": _nested('"aaaaaaaaaa"', 'Replace($, "a", , , , , "aaaaaaaaaa")', 40),
    "join": _nested('"a"', f'Join("{"a" * 5000}", $, "a", "a", "a")', 1),
    "append": _nested('Replace("aaaaaaaaaa", "a", , , "' + "b" * 990 + '", , )', 'Append($, "' + "c" * 150 + '")', 5),
    "hexadecimal": f'ConvertToUTF8Hex("{"a" * 6000}")',
}


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_what_grows_without_end_is_stopped(text: str) -> None:
    assert len(text) <= parser.MOST_CHARACTERS
    tracemalloc.start()
    with pytest.raises(parser.ExpressionError, match="at most 10,000 characters or values"):
        parser.evaluate(parser.parse(text), {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


OVERFLOWING = [
    'DateAdd("yyyy", "999999999999", "2024-01-01")',
    f'DateAdd("d", "{"9" * 5000}", "2024-01-01")',
    'DateAdd("d", "&HFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "2024-01-01")',
    'DateAdd("m", "-30000", "2024-01-01")',
    'DateDiff("ww", "0001-01-01", "2024-01-01")',
    'DateFromNum("9223372036854775807")',
    'DateFromNum("-9223372036854775807")',
    f'CStr(BitAnd("&H{"F" * 5000}", "&H{"F" * 5000}"))',
    f'Replace("a", , "{"a?" * 600}", , "y", , )',
]


@pytest.mark.parametrize("text", OVERFLOWING)
def test_what_overflows_is_one_sentence(text: str) -> None:
    with pytest.raises(parser.ExpressionError) as caught:
        parser.evaluate(parser.parse(text), {})
    assert "\n" not in str(caught.value)


def test_the_words_of_a_long_text_take_time_by_its_length() -> None:
    begun = time.process_time()
    found = parser.evaluate(parser.parse(f'Word("{"a b" * 3000}", "3", " ")'), {})
    assert found == "ba"
    assert time.process_time() - begun < 1


def test_a_limit_within_a_limit_is_the_outer_one_and_other_threads_have_none() -> None:
    assert limited(lambda: limited(lambda: 5, "inner", 0.001), "outer") == 5
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(limited(lambda: 7, "")))
    thread.start()
    thread.join()
    assert found == [7]
    with pytest.raises(parser.ExpressionError, match="outer"):
        limited(lambda: [None for _ in iter(int, 1)], "outer", 0.05)


def test_a_path_of_thousands_of_parts_is_refused_at_once() -> None:
    for text in (".a" * 50_000, "a" + ".a" * 50_000, "urn:" * 50_000 + "a", 'a[b eq "' + "x" * 100_000 + '"]'):
        with pytest.raises(paths.PathError) as caught:
            paths.parse(text)
        assert len(str(caught.value)) < 200


def _schema(mappings: list[Any]) -> dict[str, Any]:
    thing = {"sourceObjectName": "User", "targetObjectName": "User", "attributeMappings": mappings}
    return {"synchronizationRules": [{"name": "r", "objectMappings": [thing]}]}


def test_many_slow_patterns_do_not_make_a_slow_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_SECONDS", 0.5)
    source = {"type": "Function", "expression": SLOW["overlapping"]}
    with pytest.raises(importing.NotASchemaError, match="take more than"):
        importing.convert(_schema([{"source": source, "targetAttributeName": f"a{n}"} for n in range(100)]), "x")


def test_notes_do_not_repeat_a_long_text_for_each_field() -> None:
    source = {"type": "Function", "expression": "x" * 1_000_000}
    row = {"source": source, "targetAttributeName": "a", **{f"unknown{n}": 1 for n in range(200)}}
    with pytest.raises(importing.NotASchemaError) as caught:
        importing.convert(_schema([{**row, "targetAttributeName": ""}]) | {"synchronizationRules": []}, "x")
    assert len(str(caught.value)) < 1000
    found = importing.convert(_schema([{"source": {"name": "u"}, "targetAttributeName": "userName"}, row]), "x")
    assert len(json.dumps(found.notes)) < 500_000


def test_many_rules_and_many_attributes_take_time_by_their_sum() -> None:
    attributes = [{"name": f"a{n}"} for n in range(10_000)]
    document = {
        "directories": [{"name": "d", "objects": [{"name": "User", "attributes": attributes}]}],
        "synchronizationRules": [{"targetDirectoryName": "d", "objectMappings": [{}]} for _ in range(10_000)],
    }
    begun = time.process_time()
    with pytest.raises(importing.NotASchemaError):
        importing.convert(document, "x")
    assert time.process_time() - begun < 5
