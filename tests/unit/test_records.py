"""Large files, record by record: the shapes of JSON and CSV that exports have, and files that are none of them."""

from pathlib import Path
from typing import Any

import pytest

from scim_conformance.system.inputs import CannotRead
from scim_conformance.system.records import CsvRows, JsonRecords


def read(path: Path, text: str, encoding: str = "utf-8", *, mapped: bool = False) -> tuple[list[Any], str | None]:
    file = path / "a.json"
    file.write_bytes(text.encode(encoding))
    records = JsonRecords(file, mapped=mapped)
    return [one.value for one in records], records.next_link


TWO = [{"id": "a", "n": {"x": [1, 2.5]}}, {"id": "b"}]


@pytest.mark.parametrize(
    "text",
    [
        '[{"id":"a","n":{"x":[1,2.5]}},{"id":"b"}]',
        '{"@odata.context":"c","value":[{"id":"a","n":{"x":[1,2.5]}},{"id":"b"}]}',
        '{"value":[{"id":"a","n":{"x":[1,2.5]}}],"@odata.nextLink":"more"}\n{"value":[{"id":"b"}]}',
        '{"id":"a","n":{"x":[1,2.5]}}\r\n{"id":"b"}\r\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_shapes_of_json(tmp_path: Path, text: str, encoding: str) -> None:
    assert read(tmp_path, text, encoding) == (TWO, None)


def test_a_link_to_a_page_that_is_not_there_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, '{"value":[],"@odata.nextLink":"more"}') == ([], "more")


def test_an_objects_own_arrays_are_records_where_that_is_asked_for(tmp_path: Path) -> None:
    found = [{"id": "g1", "members": ["a", "b"]}, {"id": "g2", "members": []}]
    assert read(tmp_path, '{"g1":["a","b"],"g2":[]}', mapped=True)[0] == found
    assert read(tmp_path, '[{"id":"g1","members":["a","b"]},{"id":"g2","members":[]}]', mapped=True)[0] == found
    lines = '{"id":"g1","members":["a","b"]}\n{"id":"g2","members":[]}'
    assert read(tmp_path, lines, mapped=True)[0] == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ('[{"id":', "is not JSON"),
        ("id,name\n1,2\n", "is not JSON"),
        ("[" * 5000, "nested too deeply"),
        ('[{"a":' + '{"a":' * 500, "nested too deeply"),
    ],
)
def test_what_is_not_json(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CannotRead, match=why):
        read(tmp_path, text)


def test_text_that_is_not_unicode(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="neither UTF-8 nor UTF-16"):
        read(tmp_path, '[{"id":"Zoë"}]', "latin-1")


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CannotRead, match="cannot be read"):
            list(JsonRecords(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_csv(tmp_path: Path, encoding: str, between: str) -> None:
    file = tmp_path / "a.csv"
    rows = [("id", "name"), ("1", f'"Zoë{between} ""A"""'), ("", ""), ("2", "x")]
    file.write_bytes("\r\n".join(between.join(row) for row in rows).encode(encoding))
    found = CsvRows(file)
    assert [one.value for one in found] == [{"id": "1", "name": f'Zoë{between} "A"'}, {"id": "2", "name": "x"}]
    assert found.columns == ("id", "name")


@pytest.mark.parametrize(("text", "why"), [("", "is empty"), ('id,name\n1,"x\n', "is not CSV")])
def test_what_is_not_csv(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CannotRead, match=why):
        list(CsvRows(file))
