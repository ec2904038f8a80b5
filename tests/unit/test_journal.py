"""The journal: what was made is known after a crash, and what is left is found again."""

import json
import stat
from pathlib import Path
from threading import Thread

import pytest

from scim_conformance.scenario.exchange import Creation
from scim_conformance.target.journal import NAME, Entry, Journal, entries, unfinished

USER, GROUP = Creation("User", "sct-jane", "ext"), Creation("Group", "sct-team")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report" / NAME


def names(path: Path) -> list[tuple[str, str | None]]:
    return [(entry.name, entry.id) for entry in unfinished(entries(path))]


def test_an_intent_stands_before_the_answer(path: Path) -> None:
    key = Journal(path, "http://t").intent(USER)
    assert entries(path) == [Entry(key, "User", "sct-jane", "ext", "http://t")]
    assert names(path) == [("sct-jane", None)]


def test_an_id_is_remembered_until_the_deletion(path: Path) -> None:
    journal = Journal(path, "http://t")
    journal.created(journal.intent(USER), "1")
    assert names(path) == [("sct-jane", "1")]
    journal.deleted("User", "1")
    assert names(path) == []


@pytest.mark.parametrize("answered", ["refused", "unclear"])
def test_an_answer_without_an_id_is_looked_for_until_it_is_gone(path: Path, answered: str) -> None:
    journal = Journal(path, "http://t")
    key = journal.intent(USER)
    getattr(journal, answered)(key)
    assert names(path) == [("sct-jane", None)]
    assert entries(path)[0].answered
    journal.gone(key)
    assert names(path) == []


def test_the_same_id_of_another_type_is_another_resource(path: Path) -> None:
    journal = Journal(path, "http://t")
    journal.created(journal.intent(USER), "1")
    journal.created(journal.intent(GROUP), "1")
    journal.deleted("Group", "1")
    assert names(path) == [("sct-jane", "1")]


def test_groups_go_before_the_users_that_they_hold(path: Path) -> None:
    journal = Journal(path, "http://t")
    for number, creation in enumerate([USER, GROUP, USER]):
        journal.created(journal.intent(creation), str(number))
    assert [identifier for _, identifier in names(path)] == ["1", "0", "2"]


def test_a_line_that_was_cut_off_is_left_out(path: Path) -> None:
    journal = Journal(path, "http://t")
    journal.created(journal.intent(USER), "1")
    with path.open("ab") as file:
        file.write(b'[1]\n{"x": 1}\n{"event": "created", "key": "unknown", "id": "9"}\n{"event": "del')
    assert names(path) == [("sct-jane", "1")]


def test_no_journal_means_nothing_was_made(path: Path) -> None:
    assert entries(path) == []


def test_only_the_owner_reads_it(path: Path) -> None:
    Journal(path, "http://t").intent(USER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_writers_do_not_mix_their_lines_or_their_keys(path: Path) -> None:
    journals = [Journal(path, "http://t", f"gw{number}") for number in range(4)]
    threads = [Thread(target=lambda one=one: [one.intent(USER) for _ in range(50)]) for one in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [json.loads(line)["key"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert (len(keys), len(set(keys))) == (200, 200)
