"""In a pipeline: annotations, summary, outputs, masks; the action's own steps; the recipes; baselines."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import yaml

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from scim_conformance.reporting import annotations, files, markdown
from scim_conformance.verdict.run_result import RunResult
from tests.support.cli import ROOT, Ended, assert_calm, cli
from tests.support.github import outputs, runner, understood
from tests.support.raw import closed_port
from tests.support.turns import due

pytestmark = pytest.mark.slow

SOME = ["ENT-CON-01", "ENT-DIS", "ENT-UPD-02"]
STAGING = "$(Build.ArtifactStagingDirectory)"
FENCE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def faulty() -> Iterator[Served]:
    with serve([DEFECTS[name].around for name in ("op-case", "urn-keys-ignored")]) as served:
        yield served


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


def run_at(served: Served, where: Path, *arguments: str, environ: dict[str, str] | None = None) -> Ended:
    known = {"SCIM_CONFORMANCE_TOKEN": served.token, "SCIM_CONFORMANCE_URL": served.url}
    return cli(where, "run", *arguments, environ=known | (environ or {}))


@pytest.fixture(scope="module")
def red(faulty: Served, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    where = tmp_path_factory.mktemp("red")
    return run_at(faulty, where, "--report-dir", "report", *SOME, environ=runner(where)), where


def test_annotations_name_causes_and_not_symptoms(red: tuple[Ended, Path]) -> None:
    ended, where = red
    assert_calm(ended)
    result = files.read(where / "report")
    said = understood(ended.out).annotations
    assert ended.code == 1
    assert len(said) == len(result.fix_first) >= 2
    symptoms = {name for fix in result.fix_first for name in fix.also}
    assert symptoms
    assert not any(f" {name} " in f" {title} " for _, title, _ in said for name in symptoms)
    for (kind, title, text), fix in zip(said, result.fix_first, strict=True):
        assert kind == ("warning" if fix.level == "SHOULD" else "error")
        assert title == f"{fix.level} {fix.check} {fix.title}"
        assert text.splitlines()[1] == f"actual: {fix.actual}"


def test_the_outputs_are_those_of_the_run(red: tuple[Ended, Path]) -> None:
    _, where = red
    assert outputs(where / "output") == {"verdict": "partial", "exit-code": "1", "report-dir": str(where / "report")}


def test_the_job_summary_begins_with_the_verdict(red: tuple[Ended, Path]) -> None:
    _, where = red
    text = (where / "summary.md").read_text(encoding="utf-8")
    assert re.match(r"# No verdict: it needs \d+ scenarios of the entra suite, of which \d+ ran\n", text)
    assert "## Fix first" in text


def test_the_token_is_masked_before_anything_is_printed(faulty: Served, red: tuple[Ended, Path]) -> None:
    ended, where = red
    assert ended.err.splitlines()[0] == f"::add-mask::{faulty.token}"
    assert faulty.token not in ended.out
    assert not any(faulty.token in path.read_text(encoding="utf-8") for path in where.glob("report/*.*"))


@pytest.mark.parametrize("way", ["flag", "flag-and-value", "file", "file-in-config"])
def test_the_token_is_masked_wherever_it_comes_from(tmp_path: Path, way: str) -> None:
    token = "50%-of\u002ca-token"
    (tmp_path / "token").write_text(token + "\n", encoding="utf-8")
    (tmp_path / "c.toml").write_text('token-file = "token"\n', encoding="utf-8")
    flags = {
        "flag": [f"--token={token}"],
        "flag-and-value": ["--token", token],
        "file": ["--token-file", "token"],
        "file-in-config": ["--config", "c.toml"],
    }
    url = f"http://127.0.0.1:{closed_port()}/scim"
    ended = cli(tmp_path, "run", "--url", url, *flags[way], "ENT-CON-01", environ=runner(tmp_path))
    assert understood(ended.err).masks == [token]
    assert "%" in ended.err
    assert token not in ended.out


def test_a_secret_of_several_lines_is_masked_by_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    annotations.mask(["first\nsecond", None, ""])
    assert understood(capsys.readouterr().err).masks == ["first\nsecond", "first", "second"]


def test_outside_of_github_nothing_of_it_is_printed(honest: Served, tmp_path: Path) -> None:
    ended = run_at(honest, tmp_path, "ENT-CON-01")
    assert ended.code == 0
    assert "::" not in ended.screen


def test_a_usage_error_is_annotated(tmp_path: Path) -> None:
    ended = cli(tmp_path, "run", "--url", "no-url", environ=runner(tmp_path))
    assert ended.code == 4
    kind, title, text = understood(ended.screen).annotations[0]
    assert (kind, title) == ("error", "scim-conformance")
    assert "is not a tenant URL" in text


def test_a_target_that_is_not_there_is_annotated_once(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{closed_port()}/scim"
    ended = cli(tmp_path, "run", "--url", url, environ=runner(tmp_path))
    assert ended.code == 6
    (found,) = understood(ended.out).annotations
    assert found[0] == "error"
    assert "refuses connections" in found[2]
    assert outputs(tmp_path / "output")["verdict"] == "inconclusive"


@pytest.mark.parametrize("text", ["a%b", "a%0Ab", "a\nb\r\nc", "a:b,c::d", "%25"])
def test_escaping_can_be_undone(text: str) -> None:
    line = annotations.error(text, text)
    assert "\n" not in line
    assert understood(line).annotations == [("error", text, text)]


def test_an_output_cannot_be_broken_out_of(red: tuple[Ended, Path], tmp_path: Path) -> None:
    result = msgspec.structs.replace(files.read(red[1] / "report"), verdict="no\nend-0\nexit-code=0")
    annotations.publish(result, tmp_path / "a\nb", [], 1, runner(tmp_path))
    assert outputs(tmp_path / "output") == {
        "verdict": "no\nend-0\nexit-code=0",
        "exit-code": "1",
        "report-dir": str(tmp_path / "a\nb"),
    }


def big(result: RunResult, causes: int) -> RunResult:
    """The same run with many causes, each with as much text as a target can write."""
    fix = result.fix_first[0]
    long = msgspec.structs.replace(fix, actual="\U0001f642" * 40_000, so="|" * 50_000)
    return msgspec.structs.replace(result, fix_first=[long] * causes)


@pytest.mark.parametrize("taken", due([0, 500_000, 1_048_000, 2_000_000], 2))
def test_the_job_summary_stays_below_the_limit(red: tuple[Ended, Path], tmp_path: Path, taken: int) -> None:
    environ = runner(tmp_path)
    (tmp_path / "summary.md").write_bytes(b"x" * taken)
    annotations.publish(big(files.read(red[1] / "report"), 20), tmp_path, [], 1, environ)
    written = (tmp_path / "summary.md").read_bytes()[taken:]
    assert len(written) + taken <= max(1_048_576, taken + 100)
    assert len(written) > (100_000 if taken < 600_000 else 0)
    written.decode()


def test_a_summary_without_limit_is_whole(red: tuple[Ended, Path]) -> None:
    text = markdown.summary(big(files.read(red[1] / "report"), 20))
    assert len(text.encode()) > 3_000_000
    assert text.count("- impact: ") == 20


def test_ten_annotations_at_most(red: tuple[Ended, Path]) -> None:
    result = files.read(red[1] / "report")
    lines = annotations.lines(msgspec.structs.replace(result, fix_first=result.fix_first[:1] * 25), [])
    assert len(lines) == annotations.MOST
    assert understood(lines[-1]).annotations == [("warning", "scim-conformance", "16 more causes: see the job summary")]


def test_files_that_cannot_be_written_are_said(
    red: tuple[Ended, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = runner(tmp_path) | {"GITHUB_OUTPUT": str(tmp_path), "GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "file")}
    annotations.publish(files.read(red[1] / "report"), tmp_path, [], 1, environ)
    texts = [text for _, _, text in understood(capsys.readouterr().out).annotations]
    assert [text.partition(":")[0] for text in texts[-2:]] == [
        "the job summary could not be written",
        "the outputs could not be written",
    ]


def recipes() -> list[str]:
    return FENCE.findall((ROOT / "docs" / "ci.md").read_text(encoding="utf-8"))


def test_the_recipes_are_yaml_and_use_what_there_is() -> None:
    document = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    workflow, _, _, azure, _ = (yaml.safe_load(text) for text in recipes())
    (step,) = [one for one in workflow["jobs"]["conformance"]["steps"] if one.get("id") == "scim"]
    assert step["with"].keys() <= document["inputs"].keys()
    assert [one["task"] for one in azure["steps"] if "task" in one] == ["UsePythonVersion@0", "PublishTestResults@2"]


@pytest.mark.parametrize("which", ["gitlab", "azure"])
def test_a_recipes_own_command(honest: Served, tmp_path: Path, which: str) -> None:
    _, _, gitlab, azure, _ = (yaml.safe_load(text) for text in recipes())
    if which == "gitlab":
        job = gitlab["scim-conformance"]
        command, environ, junit = job["script"][-1], dict(job["variables"]), job["artifacts"]["reports"]["junit"]
    else:
        step = next(one for one in azure["steps"] if "run --yes" in one.get("bash", ""))
        published = next(one["inputs"] for one in azure["steps"] if one.get("task") == "PublishTestResults@2")
        command, junit = step["bash"], published["testResultsFiles"].replace(STAGING, ".")
        environ = {name: text.replace(STAGING, ".") for name, text in step["env"].items()}
    environ |= {"SCIM_CONFORMANCE_URL": honest.url, "SCIM_CONFORMANCE_TOKEN": honest.token}
    program, *arguments = command.split()
    ended = cli(tmp_path, *arguments, "ENT-CON-01", environ=environ)
    assert program == "scim-conformance"
    assert ended.code == 0, ended.screen
    assert (tmp_path / junit).is_file()


def test_result_json_tells_how_to_repeat_a_run(red: tuple[Ended, Path]) -> None:
    found = json.loads((red[1] / "report" / "result.json").read_text(encoding="utf-8"))["settings"]
    repeated = {"profile": "entra-default", "suite": ["entra"], "seed": 0, "timeout": 30.0, "dialect": "both"}
    assert found == repeated | {"max_time": 1800.0}
