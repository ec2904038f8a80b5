"""The register of standards is complete, and says what its notation allows."""

import re

import pytest

from scim_conformance.catalogue.checks import check_templates
from scim_conformance.catalogue.scenarios import shipped_templates
from scim_conformance.catalogue.standards import rows
from scim_conformance.catalogue.standards.page import judging
from scim_conformance.catalogue.standards.rows import StandardRow
from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Template
from tests.proof import standards
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
    assert [where for where, text in texts if "EP " in text] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_must_of_the_register_comes_from_a_keyword(row: StandardRow) -> None:
    if row.level == "MUST":
        assert re.search(r"MUST|SHALL|REQUIRED|PROHIBITED", row.keyword)
    if row.level == rows.RECORD:
        assert "→" not in row.keyword


JUDGING = [one for one in shipped_templates() if one.suite in {"rfc", "security"}]


@pytest.mark.parametrize("template", JUDGING, ids=lambda one: one.id)
def test_a_scenario_covers_the_rows_that_its_checks_cite(template: Template) -> None:
    cited = {row for check in check_templates(template) for row in check.rows}
    assert set(template.covers) == cited
    assert cited <= rows.by_id().keys()


@pytest.mark.parametrize("template", JUDGING, ids=lambda one: one.id)
def test_a_check_is_not_harder_than_its_row(template: Template) -> None:
    for check in check_templates(template):
        for row in check.rows:
            assert check.ranked[0].rank >= HARDEST.get(row, rows.by_id()[row].hardest).rank, check.id


HARDEST = {"7644-3.4.2.2-w": Level.MUST, "7643-7-h": Level.MUST, "SEC-API8-e": Level.MUST}
"""Contested or advised, except for one part: the whole list as answer to a filter, and `public` on personal data."""


def test_every_row_of_the_first_wave_is_judged_or_says_why_not() -> None:
    first = [row for row in ROWS if row.first_wave]
    assert [row.id for row in first if (row.id in judging()) is bool(row.why)] == []


def test_every_row_of_the_first_wave_has_a_fault_that_shows_its_check_red() -> None:
    wanted = {row.id for row in ROWS if row.first_wave and not row.why}
    assert sorted(wanted - standards.proofs().keys()) == [], "add it to tests/proof/standards.toml"


@pytest.mark.parametrize("row", sorted(standards.proofs()))
def test_what_proves_a_row_is_there(row: str) -> None:
    proof = standards.proofs()[row]
    judged = {re.sub(r"/\{\w+\}", "", one.id) for one in judging()[row]}
    assert standards.checked(proof.check) in judged
    assert proof.defect in DEFECTS
    assert not proof.variant or proof.variant in VARIANTS
