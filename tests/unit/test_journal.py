"""The journal: what was made is known after a crash, and what is left is found again."""

import json
import stat
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scenario.exchange import Creation
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.journal_reading import JournalEntry, JournalError, read, unfinished
from scim_conformance.target.pace import Halted

TAG = "sct0123456789ab"
JANE, TEAM, URL = f"{TAG}-jane", f"{TAG}-team", "http://t"
USER, GROUP = Creation("User", JANE, "ext"), Creation("Group", TEAM)


def entries(path: Path) -> list[JournalEntry]:
    return read(path).entries


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report" / NAME


def names(path: Path) -> list[tuple[str, str | None]]:
    return [(entry.name, entry.id) for entry in unfinished(entries(path))]


def test_an_intent_stands_before_the_answer(path: Path) -> None:
    key = Journal(path, URL, TAG).intent(USER)
    (entry,) = entries(path)
    assert (entry.key, entry.tag, entry.type, entry.name) == (key, TAG, "User", JANE)
    assert (entry.external_id, entry.url, entry.answered) == ("ext", URL, False)
    assert names(path) == [(JANE, None)]


def test_what_a_thread_that_ends_did_not_send_is_not_waited_for(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    keys = [journal.intent(USER), journal.intent(USER)]
    with pytest.raises(Halted), journal.sending(*keys):
        raise Halted
    assert [one.answered for one in entries(path)] == [True, True]


def test_an_id_is_remembered_until_the_deletion(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    journal.created(journal.intent(USER), "1")
    assert names(path) == [(JANE, "1")]
    journal.deleted("User", "1")
    assert names(path) == []


@pytest.mark.parametrize("answered", ["refused", "unclear"])
def test_an_answer_without_an_id_is_looked_for_until_it_is_gone(path: Path, answered: str) -> None:
    journal = Journal(path, URL, TAG)
    key = journal.intent(USER)
    getattr(journal, answered)(key)
    assert names(path) == [(JANE, None)]
    assert entries(path)[0].answered
    journal.gone(key)
    assert names(path) == []


def test_the_same_id_of_another_type_is_another_resource(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    journal.created(journal.intent(USER), "1")
    journal.created(journal.intent(GROUP), "1")
    journal.deleted("Group", "1")
    assert names(path) == [(JANE, "1")]


def test_groups_go_before_the_users_that_they_hold(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    for number, creation in enumerate([USER, GROUP, USER]):
        journal.created(journal.intent(creation), str(number))
    assert [identifier for _, identifier in names(path)] == ["1", "0", "2"]


def test_a_line_that_was_cut_off_is_left_out(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    journal.created(journal.intent(USER), "1")
    with path.open("ab") as file:
        file.write(b'[1]\n{"x": 1}\n{"event": "created", "key": "unknown", "id": "9"}\n{"event": "del')
    assert names(path) == [(JANE, "1")]
    assert read(path).unreadable == 3, "the last line had not been written to its end"


def test_the_same_id_given_again_is_another_resource(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    journal.created(journal.intent(USER), "1")
    journal.deleted("User", "1")
    journal.created(journal.intent(USER), "1")
    assert names(path) == [(JANE, "1")]


def test_an_id_of_somebody_else_says_why(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    journal.created(journal.intent(USER), "1")
    journal.denied("User", "1", "it is Bob's")
    assert [entry.denied for entry in entries(path)] == ["it is Bob's"]


def test_two_runs_in_one_file_keep_their_lines(path: Path) -> None:
    other = "sctffffffffffff"
    first, second = Journal(path, URL, TAG), Journal(path, URL, other)
    first.created(first.intent(USER), "1")
    second.created(second.intent(Creation("User", f"{other}-bob")), "2")
    assert names(path) == [(JANE, "1"), (f"{other}-bob", "2")]


def test_a_search_works_where_it_did_in_every_process(path: Path) -> None:
    journal = Journal(path, URL, TAG)
    for works in (True, False, True):
        journal.search("User", works=works)
    journal.search("Group", works=True)
    assert read(path).searches == {"User": False, "Group": True}


LINE = {"event": "intent", "key": "k", "tag": TAG, "type": "User", "name": JANE, "url": URL, "at": 1.0}
WRONG = [
    LINE | {"type": "Robot"},
    LINE | {"name": "jane"},
    LINE | {"name": 7},
    LINE | {"tag": "sct"},
    LINE | {"url": "ftp://t"},
    LINE | {"url": "http://"},
    LINE | {"url": "http://[::1"},
    LINE | {"key": ""},
    LINE | {"key": ["k"]},
    LINE | {"at": "now"},
    {"event": "intent"},
    {"event": "created", "key": "k"},
    {"event": "created", "key": {}, "id": "1"},
    {"event": "deleted", "type": "User", "id": 5},
    {"event": "explode"},
    {"event": None},
    [],
    None,
    "text",
    7,
    {},
]


@pytest.mark.parametrize("line", WRONG, ids=str)
def test_a_line_that_says_nothing_usable_does_not_block_the_others(path: Path, line: object) -> None:
    journal = Journal(path, URL, TAG)
    key = journal.intent(USER)
    with path.open("ab") as file:
        file.write(json.dumps(line).encode() + b"\n")
    journal.created(key, "1")
    assert names(path) == [(JANE, "1")]
    assert read(path).unreadable == 1


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_whatever_a_journal_holds_it_is_read(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("journal") / NAME
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert read(path).entries == []


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="not a file"):
        read(tmp_path)


def test_no_journal_means_nothing_was_made(path: Path) -> None:
    assert entries(path) == []


def test_only_the_owner_reads_it(path: Path) -> None:
    Journal(path, URL, TAG).intent(USER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_writers_do_not_mix_their_lines_or_their_keys(path: Path) -> None:
    journals = [Journal(path, URL, TAG, f"gw{number}") for number in range(4)]
    threads = [Thread(target=lambda one=one: [one.intent(USER) for _ in range(50)]) for one in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [json.loads(line)["key"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert (len(keys), len(set(keys))) == (200, 200)
