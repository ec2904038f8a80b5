"""`conformance`: the document is written in both forms, claims nothing that was not run, and keeps the vendor's
remarks."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scim_conformance.catalogue.columns import model
from scim_conformance.commands import chosen_run
from scim_conformance.reporting import conformance, remarks
from scim_conformance.reporting.pieces import State
from tests.support import reported
from tests.support.reported import Said, here

RAN = ("ENT-UPD-01", "RFC-PAT-20", "RFC-PUT-01", "--defect", "put-204")
VOID = {"meta", "br", "link"}


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a run of three scenarios, one of which fails, in a folder without remarks."""
    monkeypatch.chdir(tmp_path)
    return reported.copied(reported.recorded(*RAN), tmp_path / "run")


def written(report: Path, *flags: str) -> tuple[Said, str]:
    ended = here("conformance", report, *flags)
    assert ended.code == 0, ended.err
    return ended, (report / "CONFORMANCE.md").read_text(encoding="utf-8")


def row(text: str, name: str) -> list[str]:
    """Return the cells of a requirement."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_a_run_becomes_a_document(report: Path) -> None:
    ended, text = written(report)
    failed = row(text, "7644-3.5.1-i")
    assert failed[3:5] == ["MUST", "failed"]
    assert "`RFC-PUT-01#put.status` `PUT /Users/{user} → 204`" in failed
    assert "expected status 200; actual status 204" in failed
    assert row(text, "7644-3.5.2.1-b")[3:5] == ["MUST", "passed"]
    assert row(text, "INT-6.5.1.1-a")[6] == "failed"
    assert "selected scenarios only" in text
    assert "RFC 7643/7644          no verdict: " in ended.out


def test_nothing_is_claimed_that_was_not_run(report: Path) -> None:
    _, text = written(report)
    ran = {one["id"].partition("/")[0] for one in reported.result(report)["scenarios"]}
    passed = [line for line in text.splitlines() if "| passed |" in line and re.match(r"\| [\dA-Z]", line)]
    assert passed
    for line in passed:
        named = re.findall(r"`([A-Z]{3}-[A-Z]{3}-\d\d)[^`]*#[^`]*`", line)
        assert named, line
        assert set(named) <= ran, line
    assert row(text, "7644-3.6-a")[-2] == "`RFC-DEL-01`, `RFC-DEL-06` were not run"
    assert all("**yes**" not in line for line in text.splitlines())


def test_a_contradiction_is_named_once_and_beside_its_rows(report: Path) -> None:
    _, text = written(report)
    assert text.count('<a id="C1"></a>') == 1
    assert "contradiction [C1](#C1)" in row(text, "INT-6.5.1.1-a")[-1]
    alone = written(report, "--standard", "rfc")[1]
    assert "contradiction" not in alone


def test_standards_are_selected(report: Path) -> None:
    ended, text = written(report, "--standard", "entra,rfc")
    assert re.findall(r"^  ([A-Z].*?)  ", ended.out, re.MULTILINE) == [
        "Entra legacy", "Entra compliant", "Entra gallery", "RFC 7643/7644"
    ]  # fmt: skip
    assert "INT-" not in text
    unknown = here("conformance", report, "--standard", "entra,iso")
    assert unknown.code == 4
    assert "iso is not a standard: use entra, ipsie" in unknown.err


def test_remarks_are_kept_from_run_to_run(report: Path) -> None:
    ended, _ = written(report, "--write-remarks")
    file = Path("conformance.toml")
    assert str(file) in ended.out
    assert 'requirement = "7644-3.5.1-i"' in file.read_text(encoding="utf-8")
    own = file.read_text(encoding="utf-8").replace('product = ""', 'product = "Atlas | 1"')
    own = own.replace('"7644-3.5.1-i"\ntext = ""', '"7644-3.5.1-i"\ntext = "Fixed in 4.3 <b>"\n# ours')
    file.write_text(own, encoding="utf-8")
    _, text = written(report, "--write-remarks")
    assert file.read_text(encoding="utf-8") == own
    assert row(text, "7644-3.5.1-i")[-1].endswith("Fixed in 4.3 &lt;b&gt;")
    assert text.startswith("# Conformance of Atlas \\| 1\n")
    page = (report / "CONFORMANCE.html").read_text(encoding="utf-8")
    assert "Fixed in 4.3 &lt;b&gt;" in page


def test_a_remark_on_what_did_not_fail_is_named(report: Path) -> None:
    Path("mine.toml").write_text('[[remark]]\nrequirement = "7644-3.6-a"\ntext = "soft"\n', encoding="utf-8")
    ended, _ = written(report, "--remarks", "mine.toml")
    assert "remarks on requirements that did not fail: 7644-3.6-a" in ended.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "mine.toml cannot be read: No such file"),
        ('[[remark]]\nrequirement = "X1"\ntext = ""', "no requirement has the id 'X1'"),
        ('[[remark]]\nrequirement = "U1"\ntext = ""\n' * 2, "U1 has more than one remark"),
        ("[about]\nname = 1", "are invalid: Object contains unknown field `name`"),
    ],
)
def test_remarks_that_cannot_be_used(report: Path, content: str | None, said: str) -> None:
    if content is not None:
        Path("mine.toml").write_text(content, encoding="utf-8")
    ended = here("conformance", report, "--remarks", "mine.toml")
    assert ended.code == 4
    assert said in ended.err
    assert not (report / "CONFORMANCE.md").exists()


def test_the_run_of_another_version_is_refused(report: Path) -> None:
    found = reported.result(report)
    (report / "result.json").write_text(json.dumps(found | {"catalogue_sha256": "0" * 64}), encoding="utf-8")
    ended = here("conformance", report)
    assert ended.code == 4
    assert "use the version that ran, or run again" in ended.err


def test_the_document_goes_where_it_is_wanted(report: Path) -> None:
    Path("docs").mkdir()
    assert here("conformance", report, "--out", "docs").code == 0
    assert {path.name for path in Path("docs").iterdir()} == {"CONFORMANCE.md", "CONFORMANCE.html"}
    assert "does not exist" in here("conformance", report, "--out", "nowhere").err


class Page(HTMLParser):
    """Reads a page: what is open, what it loads, and which links lead nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.wrong += [f"{tag} {name}" for name in known if name == "src" or name.startswith("on")]
        self.wrong += [tag] if tag in {"script", "link", "img", "iframe"} else []
        self.ids += [known["id"] or ""] if "id" in known else []
        target = known.get("href") or ""
        self.links |= {target[1:]} if target.startswith("#") else set()
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def test_the_page_is_whole_and_loads_nothing(report: Path) -> None:
    written(report)
    page = Page()
    page.feed((report / "CONFORMANCE.html").read_text(encoding="utf-8"))
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))
    assert page.links <= set(page.ids)


def test_text_of_a_target_is_no_markup(report: Path) -> None:
    found = json.dumps(reported.result(report)).replace("status 204", "<img src=x> | @ada [a](http://b)")
    (report / "result.json").write_text(found, encoding="utf-8")
    _, text = written(report)
    assert "<img" not in text
    assert "`@ada` `[a](http://b`" in row(text, "7644-3.5.1-i")[-2]
    assert len(row(text, "7644-3.5.1-i")) == len(row(text, "7644-3.5.1-a"))
    assert "<img" not in (report / "CONFORMANCE.html").read_text(encoding="utf-8")


def test_an_empty_file_gets_its_head() -> None:
    assert remarks.added("", [], remarks.NONE) == remarks.HEAD
    assert "M1" in model.known_ids()


def test_what_all_suites_would_add_is_said(report: Path) -> None:
    ended, text = written(report)
    said = re.search(
        r"(\d+) requirements are not tested, because the run did not have all of the suites ([^;|]+)", text
    )
    assert said is not None
    assert f"  {said[0].strip()}; `scim-conformance run --suite all` plays everything\n" in ended.out
    assert {"entra", "rfc", "security", "service"} == set(re.split(", | and ", said[2].strip()))
    page = (report / "CONFORMANCE.html").read_text(encoding="utf-8")
    assert f"<dt>not run</dt><dd>{said[0].strip()}</dd>" in page


def test_a_standard_that_needs_no_other_scenario_misses_nothing(report: Path) -> None:
    found = chosen_run.read(report)
    document = conformance.conformance(found, model.chosen("entra-legacy"))
    unplayed = [row for row in document.unplayed if document.columns[0].cells[row].state is not State.NOT_TESTED]
    assert (unplayed, document.unplayed != []) == ([], True)
    judged = {line.row.id for group in document.groups for line in group.lines if line.evidence}
    assert judged.isdisjoint(document.unplayed)
