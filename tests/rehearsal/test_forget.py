"""`forget`: the personal data of a report directory is deleted, once nothing needs it any more."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.config.settings import SettingsError

TAG = "sct00000000dead"
INTENT = {
    "event": "intent",
    "key": "1",
    "tag": TAG,
    "type": "User",
    "name": f"{TAG}-a",
    "url": "https://scim.example/v2",
    "at": 1.0,
}
CREATED = {"event": "created", "key": "1", "id": "7"}
DELETED = {"event": "deleted", "type": "User", "id": "7"}
DENIED = {"event": "denied", "type": "User", "id": "7", "why": "it is another account"}


def report(folder: Path, *lines: Mapping[str, object]) -> Path:
    (folder / "private").mkdir()
    (folder / "private" / "people.csv").write_text("id\n", encoding="utf-8")
    (folder / "result.json").write_text("{}", encoding="utf-8")
    if lines:
        (folder / "journal.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return folder


def forget(folder: Path) -> None:
    assert cli.main(["forget", str(folder)], standalone_mode=False) == 0


def test_only_the_private_folder_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forget(report(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["result.json"]
    assert capsys.readouterr().out == f"deleted {tmp_path / 'private'}\n"
    with pytest.raises(SettingsError, match="has no folder private"):
        forget(tmp_path)


@pytest.mark.parametrize("lines", [(INTENT,), (INTENT, CREATED)], ids=["no response", "created"])
def test_it_refuses_while_something_was_not_removed(tmp_path: Path, lines: tuple[Mapping[str, object], ...]) -> None:
    with pytest.raises(SettingsError, match=r"1 resource .* may still be there.*run scim-conformance clean"):
        forget(report(tmp_path, *lines))
    assert (tmp_path / "private" / "people.csv").is_file()


@pytest.mark.parametrize("last", [DELETED, DENIED], ids=["deleted", "a foreign account"])
def test_it_deletes_after_the_removal(tmp_path: Path, last: Mapping[str, object]) -> None:
    forget(report(tmp_path, INTENT, CREATED, last))
    assert not (tmp_path / "private").exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "private").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="has no folder private"):
        forget(tmp_path)
    assert (tmp_path / "elsewhere").is_dir()
