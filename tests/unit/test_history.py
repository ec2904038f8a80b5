"""Which run is "the run": the newest complete one; and which failures are left after several runs."""

import os
from pathlib import Path

import msgspec

from scim_conformance.reporting import history
from scim_conformance.reporting.reading import read
from scim_conformance.scenario.checks import Level
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

RESULT = Path(__file__).parents[1] / "fuzz" / "result.json"


def ended(identifier: str, verdict: Verdict = Verdict.CONFORMANT) -> ScenarioResult:
    level = Level.ENTRA if verdict is Verdict.DEVIATION else None
    return ScenarioResult(
        id=identifier, template=identifier, suite="entra", title=identifier, moment="update", dialect=None,
        validator=False, verdict=verdict, level=level,
    )  # fmt: skip


def result(*scenarios: ScenarioResult, selectors: tuple[str, ...] = (), target: str = "http://a/v2") -> RunResult:
    whole = msgspec.structs.replace(
        read(RESULT), scenarios=list(scenarios), fix_first=[], target=target, selectors=list(selectors)
    )
    verdict = "partial" if selectors else "no"
    return msgspec.structs.replace(whole, verdict=verdict, interrupted=False, ended_early="")


def run(name: str, found: RunResult) -> history.Earlier:
    return history.Earlier(Path(name), found)


WRONG, RIGHT = Verdict.DEVIATION, Verdict.CONFORMANT
WHOLE = run("whole", result(ended("A", WRONG), ended("B", WRONG), ended("C")))


def test_a_scenario_counts_as_it_ended_when_it_last_ran() -> None:
    fixed = run("fixed", result(ended("A"), selectors=("A",)))
    found = history.merged([fixed, WHOLE])
    assert found is not None
    assert found.directory == Path("whole")
    assert history.failed(found.result) == ["B"]


def test_what_ran_before_the_complete_run_does_not_count() -> None:
    older = run("older", result(ended("C", WRONG), ended("D", WRONG), selectors=("C", "D")))
    found = history.merged([WHOLE, older])
    assert found is not None
    assert sorted(history.failed(found.result)) == ["A", "B"]


def test_another_target_does_not_count() -> None:
    other = run("other", result(ended("A"), ended("B"), target="http://b/v2"))
    found = history.merged([run("one", result(ended("C", WRONG), selectors=("C",))), other, WHOLE])
    assert found is not None
    assert sorted(history.failed(found.result)) == ["A", "B", "C"]


def test_a_run_that_judged_nothing_is_none() -> None:
    nothing = result(ended("A", Verdict.INCONCLUSIVE), ended("B", Verdict.NOT_APPLICABLE))
    assert not history.judged_something(nothing)
    assert not history.is_complete(nothing)
    assert history.is_complete(WHOLE.result)
    assert not history.is_complete(result(ended("A"), selectors=("A",)))
    assert history.merged([]) is None


def test_latest_points_to_a_run_and_is_not_one(tmp_path: Path) -> None:
    for number, name in enumerate(("first", "second")):
        directory = tmp_path / name
        directory.mkdir()
        (directory / "result.json").write_bytes(RESULT.read_bytes())
        os.utime(directory / "result.json", (1000 + number, 1000 + number))
        history.point_to(directory)
        assert (tmp_path / "latest").resolve() == directory.resolve()
    assert [path.name for path in history.newest(tmp_path)] == ["second", "first"]


def test_a_folder_called_latest_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "run").mkdir()
    history.point_to(tmp_path / "run")
    assert not (tmp_path / "latest").is_symlink()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".latest")] == []
