"""Files that others wrote: whatever is in them, one sentence, in bounded time and memory."""

import itertools
import os
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.reporting import files, history, reading
from scim_conformance.scim import strictjson
from scim_conformance.system import inputs

UNREADABLE = {
    "missing": (lambda path: None, "No such file"),
    "folder": (lambda path: path.mkdir(), "Is a directory"),
    "pipe": (os.mkfifo, "did not end within"),
    "endless": (lambda path: path.symlink_to("/dev/zero"), "has more than 2 MB"),
    "loop": (lambda path: path.symlink_to(path), "symbolic links"),
    "huge": (lambda path: path.write_bytes(b"#" * 2_000_001), "has more than 2 MB"),
    "utf-16": (lambda path: path.write_text("a = 1", encoding="utf-16"), "not UTF-8 text (UTF-16)"),
    "binary": (lambda path: path.write_bytes(b"a = 1\n\xff"), "not UTF-8 text (byte 6 is invalid)"),
    "no-toml": (lambda path: path.write_bytes(b"\x30\x82\x01\x0a"), "not UTF-8 text"),
    "null": (lambda path: path.write_bytes(b"a = '\0'"), "is not TOML"),
    "dots": (lambda path: path.write_text("a" + ".a" * 50_000 + " = 1"), "nested more than 100 levels"),
    "quoted-dots": (lambda path: path.write_text('"a"' + ' . "a"' * 50_000 + " = 1"), "nested more than 100 levels"),
    "arrays": (lambda path: path.write_text("a = " + "[" * 50_000), "nested more than 100 levels"),
    "tables": (lambda path: path.write_text("a = " + "{a = " * 50_000), "nested more than 100 levels"),
    "headers": (lambda path: path.write_text("[" + "a." * 50_000 + "a]"), "nested more than 100 levels"),
    "digits": (lambda path: path.write_text("a = " + "9" * 5_000), "more than 1,000 characters"),
    "hexadecimal": (lambda path: path.write_text("a = 0x" + "f" * 1_900_000), "more than 1,000 characters"),
}


@pytest.mark.parametrize(("make", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], said: str
) -> None:
    monkeypatch.setattr(inputs, "PATIENCE", 0.2)
    file = tmp_path / "f"
    make(file)
    tracemalloc.start()
    with pytest.raises(inputs.CannotRead) as caught:
        inputs.toml(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert peak < 50_000_000


def test_a_name_with_a_null_character_is_one_sentence() -> None:
    with pytest.raises(inputs.CannotRead, match="null character"):
        inputs.content("a\0b")


def test_what_people_write_is_read(tmp_path: Path) -> None:
    file = tmp_path / "f"
    lines = [b"# a.b [[", b"[a.b]", b"c = 'x.y [['", b'd = """', b'[[ \\" "" .."""', b"e = [1.5, {f.g = 1}]"]
    file.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    assert inputs.toml(file) == {"a": {"b": {"c": "x.y [[", "d": '[[ " "" ..', "e": [1.5, {"f": {"g": 1}}]}}}


def test_a_pipe_that_somebody_writes_into_is_read() -> None:
    out, into = os.pipe()
    os.write(into, b"a-secret\n")
    os.close(into)
    assert inputs.secret(f"/dev/fd/{out}") == "a-secret"
    os.close(out)


def test_dev_null_is_an_empty_file() -> None:
    assert inputs.toml("/dev/null") == {}


def test_dots_and_brackets_in_texts_are_not_levels() -> None:
    assert inputs.parsed_toml("a = '" + "[." * 500 + "'\nb = \"" + "{." * 500 + '"\n# ' + "[." * 500)
    assert len(inputs.parsed_toml("".join(f"a{number} = 1.5\n" for number in range(500)))) == 500


PIECES = "\"'\n\\.[={#"


@pytest.mark.parametrize("before", ["", 'a="', 'a="""', "a='''", "a=[", "'''"])
def test_no_text_takes_time_by_its_square(before: str) -> None:
    # In the thousands the square shows: linear work takes milliseconds for each of these.
    for length in (1, 2):
        for piece in itertools.product(PIECES, repeat=length):
            text = before + "".join(piece) * 20_000
            begun = time.process_time()
            with suppress(inputs.CannotRead):
                inputs.parsed_toml(text)
            assert time.process_time() - begun < 3.0, (before, piece)


DOCUMENTS = {
    "objects": b"[{}" + b",{}" * 60_000 + b"]",
    "lists": b"[[]" + b",[]" * 60_000 + b"]",
    "keys": b"{" + b",".join(b'"%d":1' % number for number in range(60_000)) + b"}",
    "numbers": b"[1" + b",1" * 60_000 + b"]",
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_too_many_values_are_refused_before_they_are_parsed(monkeypatch: pytest.MonkeyPatch, document: bytes) -> None:
    monkeypatch.setattr(strictjson, "MOST_VALUES", 50_000)
    readers: list[tuple[Callable[[bytes], Any], type[Exception]]]
    readers = [(strictjson.loads, strictjson.NotJson), (inputs.parsed_json, inputs.CannotRead)]
    for read, refused in readers:
        tracemalloc.start()
        with pytest.raises(refused, match="more than 50,000 values"):
            read(document)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 6_000_000


def test_commas_in_a_text_are_not_values() -> None:
    assert strictjson.loads(b'["' + b',\\"{[' * 1_000_000 + b'"]') == [',"{[' * 1_000_000]


def test_the_newest_report_is_found_among_links_to_nowhere(tmp_path: Path) -> None:
    for number, name in enumerate(("older", "newer")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "result.json").write_text("{}")
        os.utime(tmp_path / name / "result.json", (number + 1, number + 1))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "self").symlink_to(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "result.json").symlink_to("nowhere")
    assert [path.name for path in history.newest(tmp_path)] == ["newer", "older"]


NO_RESULTS = {
    "deep": b"[" * 100_000,
    "no-json": b"\xff\xfe",
    "another": b'{"a": 1}',
    "deep-inside": b'{"settings": ' + b'{"a":' * 100_000,
    "huge-number": b'{"seconds": ' + b"9" * 100_000 + b"}",
    "nan": b'{"seconds": NaN}',
}


@pytest.mark.parametrize("held", NO_RESULTS.values(), ids=NO_RESULTS)
def test_what_is_no_result_is_one_sentence(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "result.json").write_bytes(held)
    with pytest.raises(
        reading.NoResult, match=r"^is not (the result of a run: .{3,300}|complete JSON .{3,300}: run again)$"
    ):
        files.read(tmp_path)
