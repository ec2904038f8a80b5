"""The register of standards is complete, and says what its notation allows."""

import re

import pytest

from scim_conformance.catalogue.standards import rows
from scim_conformance.catalogue.standards.rows import StandardRow
from tests.unit.test_plain_english import odd

ROWS = list(rows.by_id().values())
DOCUMENTS = {
    "7643": "RFC 7643", "7644": "RFC 7644", "9865": "RFC 9865", "9967": "RFC 9967", "9110": "RFC 9110",
    "6750": "RFC 6750", "6749": "RFC 6749", "7523": "RFC 7523", "8414": "RFC 8414", "8259": "RFC 8259",
    "6585": "RFC 6585", "SEC": "OWASP", "IPS": "IPSIE AL SCIM profile draft 00",
    "INT": "SCIM interop profile draft 01",
}  # fmt: skip
RENUMBERED = {"9865-2.3-a", "9865-2.4-a", "9865-5-a"}
"""Their ids have the sections of the draft; the rows have those of the published RFC."""


def test_every_file_is_a_topic_of_the_register() -> None:
    assert {path.stem for path in rows.FOLDER.glob("*.toml")} == set(rows.TOPICS)


def test_no_id_is_used_twice() -> None:
    found = [row.id for topic in rows.by_topic().values() for row in topic]
    assert len(found) == len(set(found))
    assert len(found) >= 569


def test_the_first_wave_has_106_rows() -> None:
    assert len([row for row in ROWS if row.first_wave]) == 106


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_well_formed(row: StandardRow) -> None:
    document, _, rest = row.id.partition("-")
    assert DOCUMENTS[document] == row.document
    assert re.fullmatch(r"[A-Z0-9.]+-[a-z]{1,2}", rest)
    assert row.id in RENUMBERED or row.section == rest.rpartition("-")[0]
    assert all(text.strip() for text in (row.keyword, row.says, row.test, row.condition))
    assert not (row.first_wave and row.level == rows.RECORD and not row.contested)
    assert not set(row.wanted_by) & set(row.opposed_by) or row.contested or row.condition != "always"


@pytest.mark.parametrize("topic", rows.TOPICS)
def test_a_row_says_nothing_in_odd_words(topic: str) -> None:
    texts = [(row.id, text) for row in rows.by_topic()[topic] for text in (row.says, row.test, row.allowed)]
    assert odd(iter(texts)) == []
    assert [where for where, text in texts if "EP " in text or "/work/" in text] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_must_of_the_register_comes_from_a_keyword(row: StandardRow) -> None:
    if row.level == "MUST":
        assert re.search(r"MUST|SHALL|REQUIRED|PROHIBITED", row.keyword)
    if row.level == rows.RECORD:
        assert "→" not in row.keyword
