"""A proof that is interrupted goes on where it was, and never takes an outcome of other sources."""

from pathlib import Path

import pytest

from tests.proof import kept, playing
from tests.proof.playing import Job, Outcome

JOB = Job("defect", "op-case", None, ("--suite", "entra"))
OTHER = Job("defect", "op-case", "users-only")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "place", lambda: tmp_path / "now")


def test_what_was_kept_is_found_for_the_same_job_alone() -> None:
    assert kept.found(JOB) is None
    kept.keep(JOB, Outcome(1, "no", causes=("ENT-UPD-01/legacy#patch.status",)))
    assert kept.found(JOB) == Outcome(1, "no", causes=("ENT-UPD-01/legacy#patch.status",))
    assert kept.found(OTHER) is None


def test_other_sources_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(JOB, Outcome(0, "yes"))
    monkeypatch.setattr(kept, "place", lambda: tmp_path / "later")
    assert kept.found(JOB) is None


def test_the_folder_is_that_of_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    for name in ("suites/a.py", "scim_conformance/b.py", "docs/proof.md"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("one", encoding="utf-8")
    place = kept.place.__wrapped__
    before = place()
    (tmp_path / "docs" / "proof.md").write_text("two", encoding="utf-8")
    assert place() == before
    (tmp_path / "suites" / "a.py").write_text("two", encoding="utf-8")
    assert place() != before


def test_only_what_is_not_kept_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(JOB, Outcome(0, "yes"))
    due: list[Job] = []

    def played(jobs: list[Job], processes: int) -> list[tuple[Job, Outcome]]:
        due.extend(jobs)
        return [(job, Outcome(processes, "no")) for job in jobs]

    monkeypatch.setattr(playing, "_played", played)
    found = playing.play_all([OTHER, JOB, OTHER])
    assert due == [OTHER]
    assert [one.verdict for one in found] == ["no", "yes", "no"]
    assert [one.verdict for one in playing.play_all([OTHER, JOB])] == ["no", "yes"]
    assert due == [OTHER]
