"""`verify` says in one sentence what was changed, or what does not follow, and what to do; `-v` lists the rest."""

from pathlib import Path

import msgspec
import pytest

from scim_conformance.reporting import certificate, container, files
from tests.support import reported
from tests.support.certificate_files import MEMBERS, content, drafted
from tests.support.reported import here
from tests.support.small import small


@pytest.fixture(scope="module")
def green() -> Path:
    return reported.recorded(*small())


@pytest.fixture(scope="module")
def file(green: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drafted(green, tmp_path_factory.mktemp("certificate") / "certificate.zip")


NOT, MORE = "): do not rely on it", "; -v lists every difference"
CHANGED, INVALID = "ask its sender for the original", "ask its sender to run and certify again"


def test_what_was_changed_is_one_sentence_with_what_to_do(file: Path, tmp_path: Path) -> None:
    held = content(file)
    for name in MEMBERS:
        changed = held | {name: held[name].replace(b"1", b"2")}
        target = tmp_path / "changed.zip"
        target.write_bytes(container.pack(changed))
        ended = here("verify", target)
        assert (ended.code, ended.err) == (1, "")
        begins, ends = f"{target} was changed since it was written ({name}: ", f"{NOT}, and {CHANGED}{MORE}\n"
        assert (ended.out.startswith(begins), ended.out.endswith(ends)) == (True, True), ended.out
        assert ended.out.count("\n") == 1


def test_what_does_not_follow_is_one_sentence_without_our_internals(green: Path, tmp_path: Path) -> None:
    text = (green / "result.json").read_text(encoding="utf-8")
    said = text.replace('"status": 201', '"status": 200')
    (tmp_path / "result.json").write_text(said, encoding="utf-8")
    target = tmp_path / "forged.zip"
    target.write_bytes(container.pack(certificate.members(files.read(tmp_path), draft=True)))
    ended = here("verify", target)
    assert (ended.code, ended.out.count("\n")) == (1, 1)
    assert ended.out.startswith(f"{target} is not valid (what it says of ENT-")
    assert ended.out.endswith(f" does not follow from the recorded responses{NOT}, and {INVALID}{MORE}\n")
    assert [word for word in ("None", "Situation(", "{", "explained_by") if word in ended.out] == []


def test_another_catalogue_is_another_version(green: Path, tmp_path: Path) -> None:
    other, target = msgspec.structs.replace(files.read(green), catalogue_sha256="0" * 64), tmp_path / "other.zip"
    target.write_bytes(container.pack(certificate.members(other, draft=True)))
    ended = here("verify", target)
    assert (ended.code, "with the catalogue 000000000000; verify it with that version" in ended.out) == (6, True)
