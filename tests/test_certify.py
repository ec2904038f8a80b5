"""The certificate: written only for a complete run, the same bytes each time, and every change of it is named."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.reporting import certificate, files, refolding
from scim_conformance.reporting.run import RunResult
from tests.support import reported
from tests.support.reported import here, say

MEMBERS = ("certificate.html", "result.json", "exchanges.har", "manifest.json", "SHA256SUMS")
DEFECT = "create-200"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certify")


@pytest.fixture(scope="module")
def green(folder: Path) -> Path:
    return reported.demo(folder / "green")


@pytest.fixture(scope="module")
def wrong(folder: Path) -> Path:
    return reported.demo(folder / "wrong", "--defect", DEFECT)


@pytest.fixture(scope="module")
def file(green: Path, folder: Path) -> Path:
    target = folder / "certificate.zip"
    ended = say("certify", green, "--out", target)
    assert (ended.code, ended.err) == (0, ""), ended.out
    return target


def content(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def repacked(held: dict[str, bytes], target: Path) -> Path:
    """Zip these members as they are, whatever they are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in held.items():
            archive.writestr(name, one)
    return target


def named(out: str) -> list[str]:
    """The members that `verify` names."""
    return [line.strip().partition(":")[0] for line in out.splitlines()[1:] if line.strip().startswith(MEMBERS)]


def test_a_certificate_holds(file: Path) -> None:
    ended = say("verify", file)
    assert ended.code == 0, ended.out
    assert ended.out.splitlines()[0] == f"{file}: holds"
    assert "Works with Entra: yes" in ended.out
    assert "nothing is waived" in ended.out


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
    assert len(json.loads(held["exchanges.har"])["log"]["entries"]) == sent > 300


def test_the_checksums_are_those_that_sha256sum_reads(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.decode().count(": OK") == len(MEMBERS) - 1


def test_the_same_run_gives_the_same_bytes(file: Path, green: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    assert here("certify", green, "--out", again).code == 0
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("where", [0.0, 0.37, 1.0])
def test_one_byte_changed_in_a_member(file: Path, tmp_path: Path, name: str, where: float) -> None:
    held = content(file)
    at = round((len(held[name]) - 1) * where)
    # Another letter or digit, so that the member often stays what it was in form.
    new = bytes([held[name][at] ^ 1])
    held[name] = held[name][:at] + new + held[name][at + 1 :]
    ended = here("verify", repacked(held, tmp_path / "changed.zip"))
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
    ended = here("verify", tmp_path / "changed.zip")
    assert ended.code == 1
    assert set(named(ended.out)) == {name}, ended.out
    assert ended.err == ""


def test_a_member_added_and_one_removed(file: Path, tmp_path: Path) -> None:
    held = content(file)
    more = here("verify", repacked(held | {"notes.txt": b"approved"}, tmp_path / "more.zip"))
    assert (more.code, "notes.txt: added" in more.out) == (1, True)
    for name in MEMBERS:
        less = {key: one for key, one in held.items() if key != name}
        ended = here("verify", repacked(less, tmp_path / "less.zip"))
        assert (ended.code, f"  {name}: missing" in ended.out) == (1, True), ended.out


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_there_twice(file: Path, tmp_path: Path) -> None:
    target = repacked(content(file), tmp_path / "twice.zip")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("result.json", content(file)["result.json"])
    ended = here("verify", target)
    assert (ended.code, "result.json: stands there twice" in ended.out) == (1, True)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_file_that_was_cut_off(file: Path, tmp_path: Path, share: float) -> None:
    raw = file.read_bytes()
    (tmp_path / "cut.zip").write_bytes(raw[: int(len(raw) * share)])
    ended = here("verify", tmp_path / "cut.zip")
    assert (ended.code, ended.err) == (1, "")
    assert "no whole zip file" in ended.out


def test_a_member_of_the_size_of_a_bomb_is_not_unpacked(file: Path, tmp_path: Path) -> None:
    held, target = content(file), tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, one in held.items():
            if name != "exchanges.har":
                archive.writestr(name, one)
        with archive.open("exchanges.har", "w") as stream:
            for _ in range(certificate.MOST_BYTES // 2**20 + 1):
                stream.write(bytes(2**20))
    ended = here("verify", target)
    assert ended.code == 1
    assert f"exchanges.har: changed: {certificate.MOST_BYTES + 2**20:,} bytes" in ended.out


@pytest.mark.parametrize("junk", [b"", b"hello", b"PK\x03\x04", b"\x00" * 5000])
def test_what_is_no_certificate(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "junk.zip").write_bytes(junk)
    ended = here("verify", tmp_path / "junk.zip")
    assert (ended.code, ended.err) == (1, "")
    assert here("verify", tmp_path / "nowhere.zip").code == 4
    assert here("verify", tmp_path).code == 4


def forged(green: Path, change: Callable[[RunResult], RunResult], target: Path) -> str:
    """What `verify` says of a certificate that was written anew, with every checksum right, after a change."""
    changed = change(files.read(green))
    target.write_bytes(certificate.packed(certificate.members(changed)))
    ended = here("verify", target)
    assert ended.code == 1, ended.out
    return ended.out


def test_a_verdict_that_does_not_follow(wrong: Path, tmp_path: Path) -> None:
    def painted(run: RunResult) -> RunResult:
        return msgspec.structs.replace(run, verdict="yes", sentence="Works with Entra: yes", exit_code=0)

    out = forged(wrong, painted, tmp_path / "forged.zip")
    assert "verdict: it says yes, and its scenarios say no" in out


def test_a_check_that_is_called_what_it_is_not(wrong: Path, tmp_path: Path) -> None:
    text = (
        (wrong / "result.json").read_text(encoding="utf-8").replace('"verdict": "deviation"', '"verdict": "conformant"')
    )
    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    out = forged(tmp_path, lambda run: run, tmp_path / "forged.zip")
    assert "it is called conformant, and what was found says deviation" in out


def test_a_scenario_that_is_left_out(green: Path, tmp_path: Path) -> None:
    def without(run: RunResult) -> RunResult:
        kept = [one for one in run.scenarios if one.id != "ENT-DIS-01/legacy"]
        return msgspec.structs.replace(run, scenarios=kept)

    out = forged(green, without, tmp_path / "forged.zip")
    assert "not every required scenario ran: ENT-DIS-01/legacy" in out


def test_another_catalogue(green: Path, tmp_path: Path) -> None:
    out = forged(green, lambda run: msgspec.structs.replace(run, catalogue_sha256="0" * 64), tmp_path / "forged.zip")
    assert "catalogue 000000000000" in out


def test_real_results_hang_together(green: Path, wrong: Path) -> None:
    assert [refolding.problems(files.read(one)) for one in (green, wrong)] == [[], []]


def edited(green: Path, target: Path, **changes: Any) -> Path:
    target.mkdir()
    files.write(msgspec.structs.replace(files.read(green), **changes), target)
    return target


def refused(directory: Path, *words: str) -> None:
    ended = here("certify", directory, "--out", directory / "no.zip")
    assert (ended.code, ended.err) == (1, ""), ended.err
    assert ended.out.startswith("no certificate:\n")
    assert [word for word in words if word not in ended.out] == []
    assert not (directory / "no.zip").exists()


def test_no_certificate_for_a_target_that_deviates(wrong: Path) -> None:
    refused(wrong, "the verdict is not yes: Works with Entra: no")


def test_no_certificate_for_a_part(tmp_path: Path) -> None:
    part = reported.demo(tmp_path / "part", "ENT-CON", "ENT-CRE-01")
    refused(part, "only some scenarios were asked for (ENT-CON, ENT-CRE-01)")


def test_no_certificate_for_what_pytest_left_out(tmp_path: Path) -> None:
    part = reported.demo(tmp_path / "part", "--", "-k", "not ENT-DIS")
    refused(part, "not every required scenario ran: ENT-DIS-01/legacy")


def test_no_certificate_for_a_run_that_was_interrupted(green: Path, tmp_path: Path) -> None:
    refused(edited(green, tmp_path / "cut", interrupted=True), "the run was interrupted")


def test_a_certificate_for_one_dialect_says_so(tmp_path: Path) -> None:
    one = reported.demo(tmp_path / "one", "--defect", "dotted-keys")
    ended = here("certify", one)
    assert ended.code == 0, ended.out
    assert "without the compliance flag only" in ended.out
    assert "it speaks for the legacy dialect alone" in ended.out
    assert here("verify", one / "certificate.zip").code == 0


def test_what_was_asked_in_a_dialect_that_fails_is_asked_again_for_the_other(tmp_path: Path) -> None:
    both = reported.demo(tmp_path / "both", "--defect", "op-case")
    refused(both, "not every required scenario ran: ENT-UPD-05/compliant")
    refused(both, "run again with --dialect compliant")
    alone = reported.demo(tmp_path / "alone", "--defect", "op-case", "--dialect", "compliant")
    assert here("certify", alone).code == 0


def test_waivers_are_shown(wrong: Path, tmp_path: Path) -> None:
    checks = [check["id"] for one in reported.result(wrong)["scenarios"] for check in one["checks"]
              if check["verdict"] == "deviation"]  # fmt: skip
    text = "".join(
        f'[[waiver]]\ncheck = "{check}"\nreason = "fixed in May"\nowner = "Jane"\nuntil = 2999-12-31\n'
        for check in checks
    )
    (tmp_path / "waivers.toml").write_text(text, encoding="utf-8")
    run = reported.demo(tmp_path / "waived", "--defect", DEFECT, "--waivers", str(tmp_path / "waivers.toml"))
    ended = here("certify", run)
    assert ended.code == 0, ended.out
    shown = ["fixed in May (Jane, until 2999-12-31)", f"waived: {len(checks)} checks", "that are waived"]
    assert [one for one in shown if one not in ended.out] == []
    held = content(run / "certificate.zip")
    assert b"fixed in May (Jane, until 2999-12-31)" in held["certificate.html"]
    assert [one["check"] for one in json.loads(held["manifest.json"])["waivers"]] == checks
    assert here("verify", run / "certificate.zip").code == 0


def test_directories_that_cannot_be_used(tmp_path: Path, green: Path) -> None:
    assert here("certify", tmp_path).code == 4
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "result.json").write_text("{}", encoding="utf-8")
    ended = here("certify", tmp_path / "bad")
    assert (ended.code, "is no result of a run" in ended.err) == (4, True)
    ended = here("certify", green, "--out", tmp_path / "nowhere" / "file.zip")
    assert (ended.code, "cannot be written" in ended.err) == (4, True)


def test_a_file_that_is_there_is_not_replaced(green: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.zip"
    target.write_bytes(b"mine")
    assert here("certify", green, "--out", target).code == 4
    assert target.read_bytes() == b"mine"
    assert here("certify", green, "--out", target, "--force").code == 0
    assert zipfile.is_zipfile(io.BytesIO(target.read_bytes()))


def test_the_page_in_it_says_that_it_is_a_certificate(file: Path, green: Path, tmp_path: Path) -> None:
    page = content(file)["certificate.html"].decode()
    assert "certificate of a complete run" in page
    assert hashlib.sha256((green / "result.json").read_bytes()).hexdigest().encode() in content(file)["SHA256SUMS"]
    shutil.copy(green / "result.json", tmp_path / "result.json")
    assert here("report", tmp_path).code == 0
    assert "certificate of a complete run" not in (tmp_path / "report.html").read_text(encoding="utf-8")
