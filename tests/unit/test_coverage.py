"""Every requirement is covered or says why not, and what is checked in about it is what the suites declare."""

from pathlib import Path

import pytest

from scim_conformance.catalogue import documents, scenarios
from scim_conformance.catalogue.requirements import RegisterRow, coverage, link, register
from scim_conformance.catalogue.standards.page import page as standards_page
from scim_conformance.catalogue.standards.rows import by_id
from scim_conformance.commands import listing
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.scim.locations import CATALOGUE_SHA256

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
ROWS = list(register())
COVERED = coverage(scenarios.covering())
STALE = "run `make contract`, and look at the difference"
REGISTER = "scim_conformance/entra/requirements.toml"


def names(prefix: str, first: int, last: int, digits: int = 1) -> set[str]:
    return {f"{prefix}{number:0{digits}}" for number in range(first, last + 1)}


def test_the_register_holds_every_row() -> None:
    wanted = names("U", 1, 13) | {"U6v"} | names("G", 1, 12) | names("P", 1, 7) | names("L", 1, 25) | names("M", 1, 39)
    wanted |= names("B", 1, 114, 2) | {"B37b", "B51b", "B72b", "B86b"}
    wanted |= {"B116", "B119", "B120", "B121", "B123"} | names("B", 125, 127) | names("B", 133, 137) | {"B140"}
    assert {row.id for row in ROWS} == wanted
    assert len(ROWS) == len(wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_covered_or_says_why_not(row: RegisterRow) -> None:
    if COVERED[row.id]:
        assert not row.why, f"{row.id} is covered by {COVERED[row.id]}: take its `why` out of {REGISTER}"
    else:
        assert row.why, (
            f'nothing covers {row.id}: name it in @covers("…") of a scenario, or give it a why = "…" in {REGISTER}'
        )
    assert row.says.strip()
    assert row.sources or not row.id.startswith("B")


def test_no_scenario_names_a_row_that_is_not_there_or_one_twice() -> None:
    unknown = sorted(set(COVERED) - {row.id for row in ROWS} - set(by_id()))
    assert unknown == [], f"correct `@covers` of a scenario, or add a row of this id to {REGISTER}"
    assert [name for name, one in scenarios.covering() if len(set(one.covers)) < len(one.covers)] == []


def test_a_source_is_named_once_in_a_row() -> None:
    assert [row.id for row in ROWS if len(set(row.sources)) < len(row.sources)] == []


def _reported(source: str) -> list[str]:
    return [row.id for row in ROWS if source in row.sources]


KNOWN_FAULTS = sorted(one.name for one in DEFECTS.values() if one.named and _reported(one.source))


def test_most_defects_of_the_embedded_target_stand_in_the_register() -> None:
    assert len(KNOWN_FAULTS) >= 12


@pytest.mark.parametrize("name", KNOWN_FAULTS)
def test_what_names_a_defect_first_covers_its_row(name: str) -> None:
    """That a defect of the embedded target is found is proven by playing; so a row of the same source is covered."""
    template = DEFECTS[name].scenario
    reported = _reported(DEFECTS[name].source)
    covers = [row for row in reported if template in COVERED[row]]
    assert covers, f'add {" or ".join(reported)} to @covers("…") of {template}, which finds a fault of the same source'


def test_the_catalogue_is_the_one_that_is_checked_in() -> None:
    text = documents.catalogue_text()
    assert (DOCS / "catalogue.json").read_text(encoding="utf-8") == text, STALE
    assert CATALOGUE_SHA256.read_text(encoding="ascii").strip() == documents.sha256(text), STALE


def test_the_table_of_coverage_is_the_one_that_is_checked_in() -> None:
    assert (DOCS / "coverage.md").read_text(encoding="utf-8") == documents.coverage_text(), STALE


def test_the_table_of_standards_is_the_one_that_is_checked_in() -> None:
    assert (DOCS / "standards.md").read_text(encoding="utf-8") == standards_page(), STALE


def test_the_catalogue_knows_every_scenario_and_nothing_of_a_profile() -> None:
    found = documents.the_catalogue()
    assert [one["id"].partition("/")[0] for one in found["scenarios"]] == [
        template.id for template in scenarios.shipped_templates()
    ]
    assert [one["id"] for one in found["scenarios"] if not one["checks"]] == []
    ids = [check["id"] for one in found["scenarios"] for check in one["checks"]]
    assert len(set(ids)) == len(ids)
    mapped = [one for one in ids if one.startswith("ENT-")]
    assert [one for one in mapped if "emails" in one or "phoneNumbers" in one or "/legacy" in one] == []


def test_a_source_that_is_an_issue_is_a_link() -> None:
    assert link("zulip/zulip#21758") == "[zulip/zulip#21758](https://github.com/zulip/zulip/issues/21758)"
    assert link("Microsoft Q&A 1185756").endswith("(https://learn.microsoft.com/answers/questions/1185756)")
    assert link("pranems/SCIMServer: X.md") == "pranems/SCIMServer: X.md"


def test_one_row_is_printed_with_what_covers_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing.coverage(["b27"]) == 0
    printed = capsys.readouterr().out
    assert "ENT-DIS-01" in printed
    assert "ssoready/ssoready#155" in printed
    assert "B28" not in printed


def test_all_rows_are_printed_and_an_unknown_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing.coverage([]) == 0
    printed = capsys.readouterr().out
    assert [row.id for row in ROWS if f"{row.id} " not in printed] == []
    assert "none: needs more than a thousand users" in printed
    assert listing.coverage(["B999"]) == 5
