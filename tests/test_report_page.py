"""The page without Node: drawn from result.json alone, everything on it, nothing secret, nothing that runs; bounded."""

import re
import time
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from scim_conformance.catalogue import requirements
from scim_conformance.reporting import bodies, drawing, files, page, page_data
from scim_conformance.reporting.allure import facts as allure_facts
from scim_conformance.verdict import counting
from scim_conformance.verdict.results import CUT, Verdict
from scim_conformance.verdict.run_result import RunResult
from tests.browser import pages
from tests.support import reported
from tests.support.reported import here, say

WAIVER = '[[waiver]]\ncheck = "ENT-UPD-02/legacy"\nreason = "being fixed"\nowner = "Jane"\nuntil = 2999-12-31\n'
SOME = ["ENT-CON", "ENT-CRE", "ENT-UPD-01", "ENT-UPD-02", "ENT-DIS", "ENT-GRP-08"]
"""Those of the requirements U4 and U9 among them."""
MOST_SECONDS = 30.0
MOST_BYTES = 30_000_000


class Outline(HTMLParser):
    """What a page is made of: tags in order, attributes that lead elsewhere, text, and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value:
                self.links.append(value)
            if name in {"src", "srcset", "data", "action", "style", "background"} or name.startswith("on"):
                self.loaded.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("page")
    (where / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    return reported.demo(where / "run", "--defect", "op-case", "--waivers", str(where / "waivers.toml"), *SOME)


@pytest.fixture(scope="module")
def result(run: Path) -> RunResult:
    return files.read(run)


@pytest.fixture(scope="module")
def drawn(result: RunResult) -> Outline:
    return Outline(page.document(result))


def test_each_run_writes_the_page(run: Path, result: RunResult) -> None:
    assert (run / "report.html").read_text(encoding="utf-8") == page.document(result, str(run))


def test_report_draws_it_again_and_says_where(run: Path) -> None:
    written = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    ended = say("report", run)
    assert (ended.code, ended.out, ended.err) == (0, f"{run / 'report.html'}\n", "")
    assert (run / "report.html").read_bytes() == written


def test_the_newest_run_is_taken(run: Path, tmp_path: Path) -> None:
    assert say("report", where=tmp_path).code == 4
    for name in ("old", "new"):
        (tmp_path / "reports" / name).mkdir(parents=True)
        (tmp_path / "reports" / name / "result.json").write_bytes((run / "result.json").read_bytes())
        time.sleep(0.02)
    assert say("report", where=tmp_path).out == "reports/new/report.html\n"


def test_it_loads_nothing_and_runs_nothing(drawn: Outline) -> None:
    assert {"script", "img", "link", "iframe", "object", "embed", "form", "base"} & set(drawn.tags) == set()
    assert drawn.loaded == []
    assert [one for one in drawn.links if not one.startswith(("#", "https://"))] == []


def test_it_is_accessible_in_form(drawn: Outline, result: RunResult) -> None:
    levels = [int(tag[1]) for tag in drawn.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert 'lang="en"' in page.document(result)[:200]
    assert f"<title>{result.sentence}" in page.document(result)
    assert len(drawn.ids) == len(set(drawn.ids))


def test_every_link_within_leads_somewhere(drawn: Outline) -> None:
    missing = {one for one in drawn.links if one.startswith("#") and one[1:] not in drawn.ids}
    assert missing == set()


def test_everything_is_on_it(drawn: Outline, result: RunResult) -> None:
    text = " ".join(drawn.text.split())
    wanted = [result.sentence, result.run_id, result.catalogue_sha256, result.disclaimer, result.target, "exit code 1"]
    wanted += [fix.check for fix in result.fix_first] + [fix.so for fix in result.fix_first]
    wanted += [one.id for one in result.scenarios]
    wanted += [check.id for one in result.scenarios for check in one.checks if check.verdict is not Verdict.CONFORMANT]
    wanted += ["being fixed (Jane, until 2999-12-31)"]
    wanted += [row.says for row in requirements.register() if "`" not in row.says]
    assert [one for one in wanted if " ".join(one.split()) not in text] == []


def test_the_verdict_stands_before_everything(drawn: Outline, result: RunResult) -> None:
    order = [drawn.text.rindex(one) for one in ("Verdict by moment", "Fix first\n", "Waivers\n", "Requirements\n")]
    assert drawn.text.index(result.sentence, drawn.text.index("Skip to")) < min(order)
    assert order == sorted(order)


def test_each_requirement_ended_as_its_scenarios_did(result: RunResult) -> None:
    ended = {row.row.id: row for table in page_data.tables(result) for row in table.rows}
    covering = {row: {counting.outcome(one) for one in result.scenarios if row in one.covers} for row in ended}
    assert {ended[row].mark in (marks or {"not run", "not covered"}) for row, marks in covering.items()} == {True}
    assert {ended[row.id].mark for row in requirements.register() if row.why} == {"not covered"}
    assert ended["U9"].mark == "failed"
    assert ended["U4"].mark == "passed"


VERDICTS = {"yes", "no", "waived", "compliant-only", "legacy-only"}


def test_a_result_has_the_same_word_everywhere(run: Path, result: RunResult) -> None:
    text = (run / "report.html").read_text(encoding="utf-8")
    assert set(re.findall(r'class="mark [a-z]+">([^<]+)<', text)) - VERDICTS <= set(page_data.MARKS)
    said = counting.ended(counting.scenarios(result.scenarios))
    assert "failed" in said
    assert "passed" in said
    for name in ("report.html", "summary.md", "junit.xml"):
        assert said in (run / name).read_text(encoding="utf-8"), name


def test_a_waiver_that_expired_is_a_warning(run: Path, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(WAIVER.replace("2999", "2001"), encoding="utf-8")
    other = reported.demo(tmp_path / "run", "--waivers", str(tmp_path / "old.toml"), "ENT-CON-01")
    text = Outline((other / "report.html").read_text(encoding="utf-8")).text
    assert "the waiver for ENT-UPD-02/legacy expired on 2001-12-31" in text
    assert "Waivers None." in " ".join(text.split())


def test_what_a_target_wrote_stays_text(result: RunResult) -> None:
    text = page.document(pages.hostile(result))
    found = Outline(text)
    assert {"script", "img", "svg"} & set(found.tags) == set()
    assert found.loaded == []
    assert pages.EVIL in found.text
    assert "49" not in re.findall(r"\{\{.{0,9}", found.text)
    assert len(found.tags) > 1000


def test_control_characters_are_spelled_out(result: RunResult) -> None:
    evil = "a\x1b[2J\x9b\u202eb\x00"
    text = page.document(msgspec.structs.replace(result, target=evil, warnings=[evil]))
    assert [char for char in text if char in "\x1b\x9b\u202e\x00"] == []
    assert "\\u202e" in text


def test_a_long_run_stays_usable(result: RunResult) -> None:
    """A thousand scenarios, a megabyte in every answer."""
    long = pages.long(result)
    begun = time.perf_counter()
    text = page.document(long)
    seconds = time.perf_counter() - begun
    assert (len(text.encode()) < MOST_BYTES, seconds < MOST_SECONDS) == (True, True), (len(text), seconds)
    assert "of 1,048,576 characters" in text
    assert "bodies are omitted" in text
    assert text.count('id="ENT-') >= 1000


def test_long_bodies_are_cut_and_said_so() -> None:
    budget = bodies.Budget(left=100_000)
    shown = budget.body("x" * 20_000 + CUT + "999999 characters in all", evidence=True)
    assert shown is not None
    assert (len(shown.text), shown.note) == (16_000, "truncated: 16,000 of 999,999 characters")
    rest = budget.body("y" * 5000, evidence=False)
    assert rest is not None
    assert rest.note == "truncated: 3,000 of 5,000 characters"


def test_a_budget_that_is_spent_leaves_bodies_out() -> None:
    budget = bodies.Budget(left=10)
    assert budget.body("x" * 50, evidence=True) is not None
    assert budget.body("y", evidence=True) == bodies.Body("", "omitted: the page is full; 1 characters")
    assert budget.omitted == 1


def test_json_is_indented_token_by_token() -> None:
    given = '{"a":1.0,"a":[ ],"b":{"c":"x\\"{,"},"d":[1,{}]}'
    shown = bodies.indented(given)
    assert shown is not None
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", given)
    assert shown.splitlines()[:3] == ["{", '  "a": 1.0,', '  "a": [],']
    assert bodies.indented("<html>") is None
    assert bodies.indented("[" * 5000 + "]" * 5000) is None


TAG = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-X"></script>'
CALL = "<script>\nwindow.dataLayer = window.dataLayer || [];\nfunction gtag(){dataLayer.push(arguments);}\n</script>"
KEPT = '<script src="data:text/javascript;base64,Z3RhZygpZGF0YUxheWVy"></script><script>window.allure={}</script>'


def test_allures_page_is_sealed() -> None:
    found = drawing.sealed(f"<html><head></head><body>{KEPT}{TAG}{CALL}{KEPT}</body>")
    assert (TAG in found, CALL in found, found.count(KEPT)) == (False, False, 2)
    assert "default-src 'unsafe-inline' 'unsafe-eval' data: blob:" in found


@pytest.mark.parametrize(
    "more", ['<script src="https://cdn.invalid/x.js"></script>', "<script src=//cdn.invalid/x></script>"]
)
def test_a_page_of_allures_that_is_not_known_is_refused(more: str) -> None:
    with pytest.raises(drawing.CannotDraw, match="in an unknown way"):
        drawing.sealed(f"<head></head>{KEPT}{more}")


def test_without_node_it_is_said_what_to_install(run: Path, tmp_path: Path) -> None:
    ended = say("report", run, "--format", "allure", environ={"PATH": str(tmp_path)})
    assert (ended.code, ended.out) == (4, "")
    assert "npm install --global allure@3" in ended.err
    assert ended.err.count("\n") == 1


def test_allure_is_called_as_it_must_be(run: Path, tmp_path: Path) -> None:
    """With a stand-in for the npm package: what it is given, what is made of its page, and one entry for each run."""
    fake = tmp_path / "allure"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo 3.18.0 && exit\necho "$@" > {tmp_path}/said\n'
        'while [ $# -gt 0 ]; do case "$1" in --output) out=$2;; --history-path) past=$2;; --report-name) name=$2;;'
        f" esac; shift; done\nmkdir -p $out\necho '<head></head>{KEPT}{TAG}' > $out/index.html\n"
        'echo "{\\"name\\": \\"$name\\"}" >> $past\n'
    )
    fake.chmod(0o755)
    for _ in range(2):
        ended = say("report", run, "--format", "allure", environ={"PATH": f"{tmp_path}:/usr/bin:/bin"})
        assert (ended.code, ended.out) == (0, f"{run / 'allure.html'}\n"), ended.err
    assert "awesome" in (tmp_path / "said").read_text()
    assert "--single-file" in (tmp_path / "said").read_text()
    assert TAG not in (run / "allure.html").read_text(encoding="utf-8")
    assert (run / "allure-history.jsonl").read_text(encoding="utf-8").count("\n") == 1


GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r"}
GITHUB |= {"GITHUB_RUN_ID": "77", "GITHUB_RUN_NUMBER": "5", "GITHUB_WORKFLOW": "scim"}
GITLAB = {"GITLAB_CI": "true", "CI_JOB_NAME": "scim", "CI_PIPELINE_IID": "5", "CI_JOB_URL": "https://gitlab.com/j/1"}
AZURE = {"TF_BUILD": "True", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/o/", "SYSTEM_TEAMPROJECT": "p"}
AZURE |= {"BUILD_BUILDID": "5", "BUILD_BUILDNUMBER": "20261125.1", "BUILD_DEFINITIONNAME": "scim"}


@pytest.mark.parametrize(
    ("environ", "name", "url"),
    [
        (GITHUB, "GitHub Actions", "https://github.com/o/r/actions/runs/77"),
        (GITLAB, "GitLab CI", "https://gitlab.com/j/1"),
        (AZURE, "Azure Pipelines", "https://dev.azure.com/o/p/_build/results?buildId=5"),
    ],
)
def test_who_executed_it(environ: dict[str, str], name: str, url: str) -> None:
    found = allure_facts.executor(environ)
    assert found is not None
    assert (found["name"], found["buildUrl"], found["buildOrder"]) == (name, url, 5)
    assert allure_facts.executor({}) is None


def test_categories_say_what_to_do(result: RunResult) -> None:
    groups = {one.id: allure_facts.category(one) for one in result.scenarios}
    assert groups["ENT-DIS-01/legacy"] == "Entra dialect"
    assert groups["ENT-UPD-02/legacy"] == "waived"
    assert groups["ENT-DIS-01/compliant"] is None
    assert {group for one, group in groups.items() if one.startswith("ENT-CON")} <= {None, "not applicable"}
    first = next(one for one in result.scenarios if one.id == "ENT-CRE-01")
    broken = msgspec.structs.replace(first, verdict=Verdict.DEVIATION, level="ENTRA")
    assert allure_facts.category(broken) == "blocks provisioning"
    assert set(filter(None, groups.values())) <= set(allure_facts.TITLES)


def test_a_run_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text("[]", encoding="utf-8")
    ended = here("report", tmp_path)
    assert (ended.code, ended.err.count("\n")) == (4, 1)
    assert here("report", tmp_path / "nowhere").code == 4
