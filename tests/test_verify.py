"""`verify`: every change of a certificate is named, and what is none is refused in a sentence."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scim_conformance.reporting import certificate, container, files
from scim_conformance.verdict import recheck
from scim_conformance.verdict.run_result import RunResult
from tests.support import reported
from tests.support.certificate_files import MEMBERS, content, drafted, named, repacked
from tests.support.reported import here, say
from tests.support.small import small
from tests.support.turns import due

pytestmark = pytest.mark.slow

DEFECT = "create-200"


@pytest.fixture(scope="module")
def green() -> Path:
    return reported.recorded(*small())


@pytest.fixture(scope="module")
def wrong() -> Path:
    return reported.recorded(*small(), "--defect", DEFECT)


@pytest.fixture(scope="module")
def file(green: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drafted(green, tmp_path_factory.mktemp("certificate") / "certificate.zip")


def test_a_certificate_is_consistent(file: Path) -> None:
    ended = say("verify", file)
    assert ended.code == 0, ended.out
    assert ended.out.splitlines()[-1] == f"{file}: consistent, not signed"
    assert "Works with Entra: yes" in ended.out
    assert "no waivers" in ended.out


def test_it_has_what_it_is_bound_to(file: Path, green: Path) -> None:
    held, run = content(file), reported.result(green)
    assert tuple(held) == MEMBERS
    manifest = json.loads(held["manifest.json"])
    same = ("target", "profile", "run_id", "catalogue_sha256", "verdict", "facts_as_of", "started", "disclaimer")
    assert {name: manifest[name] for name in same} == {name: run[name] for name in same}
    assert manifest["versions"]["scim-conformance"] == run["suite_version"]
    assert manifest["certified_dialects"] == ["legacy", "compliant"]
    assert json.loads(held["result.json"]) == run
    assert run["run_id"].encode() in held["certificate.html"]
    sent = sum(len(one["exchanges"]) for one in run["scenarios"] if one["moment"] != "every answer")
    assert len(json.loads(held["exchanges.har"])["log"]["entries"]) == sent > 150


def test_the_checksums_are_those_that_sha256sum_reads(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.decode().count(": OK") == len(MEMBERS) - 1


def test_the_same_run_gives_the_same_bytes(file: Path, green: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    assert here("certify", "--draft", green, "--out", again).code == 0
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(("name", "where"), due([(name, where) for name in MEMBERS for where in (0.0, 0.37, 1.0)], 3))
def test_one_byte_changed_in_a_member(file: Path, tmp_path: Path, name: str, where: float) -> None:
    held = content(file)
    at = round((len(held[name]) - 1) * where)
    # Another letter or digit, so that the member often stays what it was in form.
    new = bytes([held[name][at] ^ 1])
    held[name] = held[name][:at] + new + held[name][at + 1 :]
    ended = here("verify", "-v", repacked(held, tmp_path / "changed.zip"))
    assert ended.code == 1
    assert set(named(ended.out)) == {name}, ended.out


@pytest.mark.parametrize("name", MEMBERS)
def test_one_byte_changed_in_the_zip_file(file: Path, tmp_path: Path, name: str) -> None:
    raw = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        entry = archive.getinfo(name)
    at = entry.header_offset + 30 + len(name) + entry.compress_size // 2
    raw[at] ^= 0x20
    (tmp_path / "changed.zip").write_bytes(raw)
    ended = here("verify", "-v", tmp_path / "changed.zip")
    assert ended.code == 1
    assert set(named(ended.out)) == {name}, ended.out
    assert ended.err == ""


def test_a_member_added_and_one_removed(file: Path, tmp_path: Path) -> None:
    held = content(file)
    more = here("verify", "-v", repacked(held | {"notes.txt": b"approved"}, tmp_path / "more.zip"))
    assert (more.code, "notes.txt: added" in more.out) == (1, True)
    for name in MEMBERS:
        less = {key: one for key, one in held.items() if key != name}
        ended = here("verify", "-v", repacked(less, tmp_path / "less.zip"))
        assert (ended.code, f"  {name}: missing" in ended.out) == (1, True), ended.out


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_there_twice(file: Path, tmp_path: Path) -> None:
    target = repacked(content(file), tmp_path / "twice.zip")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("result.json", content(file)["result.json"])
    ended = here("verify", "-v", target)
    assert (ended.code, "result.json: appears 2 times in the file" in ended.out) == (1, True)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_file_that_was_cut_off(file: Path, tmp_path: Path, share: float) -> None:
    raw = file.read_bytes()
    (tmp_path / "cut.zip").write_bytes(raw[: int(len(raw) * share)])
    unreadable(tmp_path / "cut.zip", "not a complete zip file")


def unreadable(file: Path, *words: str) -> None:
    ended = here("verify", "-v", file)
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.count("\n") == 1
    assert [word for word in words if word not in ended.err] == []


def test_a_member_of_the_size_of_a_bomb_is_not_unpacked(file: Path, tmp_path: Path) -> None:
    held, target = content(file), tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, one in held.items():
            if name != "exchanges.har":
                archive.writestr(name, one)
        with archive.open("exchanges.har", "w") as stream:
            for _ in range(60):
                stream.write(bytes(2**20))
    unreadable(target, "'exchanges.har' has 62,914,560 bytes, more than a certificate may have")


@pytest.mark.parametrize("name", ["../result.json", "/etc/passwd", "a\\..\\b", "C:result.json"])
def test_a_name_that_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    unreadable(repacked({name: b"x"}, tmp_path / "out.zip"), "has a path outside the folder")


def test_more_members_than_a_certificate_has(tmp_path: Path) -> None:
    many = repacked({str(number): b"" for number in range(1000)}, tmp_path / "many.zip")
    unreadable(many, "it has 1,000 members or more")


def test_members_that_overlap_are_not_unpacked(tmp_path: Path) -> None:
    raw = bytearray(container.pack({"a": b"x" * 50, "b": b"y" * 50}))
    second = raw.rindex(b"PK\x01\x02")
    raw[second + 42 : second + 46] = bytes(4)
    (tmp_path / "overlap.zip").write_bytes(raw)
    unreadable(tmp_path / "overlap.zip", "overlap")


def test_what_is_encrypted(tmp_path: Path, file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "secret.zip").write_bytes(raw)
    unreadable(tmp_path / "secret.zip", "is encrypted")


def shifted(raw: bytes, at: int, junk: bytes) -> bytes:
    """Put bytes into a zip file, and correct every place in it that they move."""
    end = raw.rindex(b"PK\x05\x06")
    directory = int.from_bytes(raw[end + 16 : end + 20], "little")
    found = bytearray(raw)
    place = directory
    while found[place : place + 4] == b"PK\x01\x02":
        local = int.from_bytes(found[place + 42 : place + 46], "little")
        found[place + 42 : place + 46] = (local + len(junk) * (local >= at)).to_bytes(4, "little")
        place += 46 + sum(int.from_bytes(found[place + one : place + one + 2], "little") for one in (28, 30, 32))
    found[end + 16 : end + 20] = (directory + len(junk) * (directory >= at)).to_bytes(4, "little")
    return bytes(found[:at] + junk + found[at:])


def places(raw: bytes) -> dict[str, int]:
    """Where bytes can be put that belong to no member."""
    end = raw.rindex(b"PK\x05\x06")
    directory = int.from_bytes(raw[end + 16 : end + 20], "little")
    return {"before": 0, "between": raw.index(b"PK\x03\x04", 4), "directory": directory, "after": len(raw)}


@pytest.mark.parametrize("where", ["before", "between", "directory", "after"])
@pytest.mark.parametrize("corrected", [True, False])
def test_bytes_that_belong_to_no_member(file: Path, tmp_path: Path, where: str, corrected: bool) -> None:
    raw, junk = file.read_bytes(), b"#!/bin/sh\n"
    at = places(raw)[where]
    (tmp_path / "more.zip").write_bytes(shifted(raw, at, junk) if corrected else raw[:at] + junk + raw[at:])
    ended = here("verify", "-v", tmp_path / "more.zip")
    if where in {"before", "after"} or corrected:
        assert ended.code == 1, ended.err
        assert "  the zip file: 10 bytes " in ended.out
    else:
        assert ended.code == 4, ended.out


def test_a_comment_and_headers_of_another_program(file: Path, tmp_path: Path) -> None:
    shutil.copy(file, tmp_path / "said.zip")
    with zipfile.ZipFile(tmp_path / "said.zip", "a") as archive:
        archive.comment = b"approved"
    ended = here("verify", "-v", tmp_path / "said.zip")
    assert (ended.code, "a comment of 8 bytes added" in ended.out) == (1, True)
    ended = here("verify", "-v", repacked(content(file), tmp_path / "again.zip"))
    assert (ended.code, "written by another program" in ended.out) == (1, True)


@pytest.mark.parametrize("junk", [b"", b"hello", b"PK\x03\x04", b"\x00" * 5000])
def test_what_is_no_certificate(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "junk.zip").write_bytes(junk)
    unreadable(tmp_path / "junk.zip", "not a complete zip file")
    assert here("verify", "-v", tmp_path / "nowhere.zip").code == 4
    assert here("verify", "-v", tmp_path).code == 4


def forged(green: Path, change: Callable[[RunResult], RunResult], target: Path) -> str:
    """What `verify` says of a certificate that was written anew, with every checksum right, after a change."""
    changed = change(files.read(green))
    target.write_bytes(container.pack(certificate.members(changed, draft=True)))
    ended = here("verify", "-v", target)
    assert ended.code == 1, ended.out
    return ended.out


def test_a_verdict_that_does_not_follow(wrong: Path, tmp_path: Path) -> None:
    def painted(run: RunResult) -> RunResult:
        return msgspec.structs.replace(run, verdict="yes", sentence="Works with Entra: yes", exit_code=0)

    out = forged(wrong, painted, tmp_path / "forged.zip")
    assert "verdict: it has yes, but its scenarios imply no" in out


def test_a_check_that_is_called_what_it_is_not(wrong: Path, tmp_path: Path) -> None:
    text = (wrong / "result.json").read_text(encoding="utf-8")
    said = text.replace('"verdict": "deviation"', '"verdict": "conformant"')
    (tmp_path / "result.json").write_text(said, encoding="utf-8")
    out = forged(tmp_path, lambda run: run, tmp_path / "forged.zip")
    assert "its verdict is conformant, but the finding implies deviation" in out


def test_a_scenario_that_is_left_out(green: Path, tmp_path: Path) -> None:
    def without(run: RunResult) -> RunResult:
        kept = [one for one in run.scenarios if one.id != "ENT-DIS-01/legacy"]
        return msgspec.structs.replace(run, scenarios=kept)

    out = forged(green, without, tmp_path / "forged.zip")
    assert "not all required scenarios ran: ENT-DIS-01/legacy" in out


def test_real_results_hang_together(green: Path, wrong: Path) -> None:
    assert [recheck.problems(files.read(one)) for one in (green, wrong)] == [[], []]


def test_another_version_wrote_it(green: Path, tmp_path: Path) -> None:
    old = msgspec.structs.replace(files.read(green), suite_version="0.0.1")
    target = tmp_path / "old.zip"
    target.write_bytes(container.pack(certificate.members(old, draft=True)))
    ended = here("verify", "-v", target)
    said = "not verified: written by scim-conformance 0.0.1; verify it with that version"
    assert (ended.code, ended.out) == (6, f"{target}: {said}\n")


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bytes_changed_anywhere_in_the_zip_file(file: Path, tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    (tmp_path / "changed.zip").write_bytes(raw)
    ended = here("verify", "-v", tmp_path / "changed.zip")
    assert ended.code in {1, 4}, ended.out
    assert "Traceback" not in ended.err


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_junk_in_a_zip_file_is_one_sentence(tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(container.pack(dict.fromkeys(MEMBERS, b"{}")))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "junk.zip").write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    ended = here("verify", "-v", tmp_path / "junk.zip")
    assert ended.code in {1, 4}, ended.out
    assert ended.err.count("\n") == (ended.code == 4)
