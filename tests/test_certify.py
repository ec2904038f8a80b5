"""`certify`: a certificate is written only for a complete run that may have one."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from scim_conformance.reporting import certificate, container, files
from scim_conformance.reporting.public import is_public
from scim_conformance.verdict import counting
from tests.support import reported
from tests.support.certificate_files import content, drafted, edited
from tests.support.reported import here
from tests.support.small import small

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


def refused(directory: Path, *words: str) -> None:
    ended = here("certify", "--draft", directory, "--out", directory / "no.zip")
    assert (ended.code, ended.err) == (1, ""), ended.err
    assert ended.out.startswith("Not certified, because:\n")
    assert re.fullmatch(rf"No certificate of {directory}: see the \d+ reasons? above", ended.out.splitlines()[-1])
    assert [word for word in words if word not in ended.out] == []
    assert not (directory / "no.zip").exists()


def test_no_certificate_for_a_target_that_deviates(wrong: Path) -> None:
    refused(wrong, "the verdict is not yes: Works with Entra: no")


def test_no_certificate_for_a_part(tmp_path: Path) -> None:
    part = reported.demo(tmp_path / "part", "ENT-CON", "ENT-CRE-01")
    refused(part, "No verdict: it needs ", "not all required scenarios ran: ENT-MAT-01")


def test_no_certificate_for_what_pytest_left_out(tmp_path: Path) -> None:
    part = reported.demo(tmp_path / "part", *small(), "--", "-k", "not ENT-DIS")
    refused(part, "not all required scenarios ran: ENT-DIS-01/legacy")


def test_no_certificate_for_a_run_that_was_interrupted(green: Path, tmp_path: Path) -> None:
    refused(edited(green, tmp_path / "cut", interrupted=True), "the run was interrupted")


def test_a_certificate_for_one_dialect_says_so(tmp_path: Path) -> None:
    one = reported.copied(reported.recorded("--profile", "users-only", "--defect", "dotted-keys"), tmp_path / "one")
    ended = here("certify", "--draft", one)
    assert ended.code == 0, ended.out
    assert "only without the compliance flag" in ended.out
    assert "it covers only the legacy dialect" in ended.out
    assert here("verify", one / "certificate.zip").code == 0


def test_what_was_asked_in_a_dialect_that_fails_is_asked_again_for_the_other(tmp_path: Path) -> None:
    both = reported.recorded(*small(), "--defect", "op-case")
    refused(both, "not all required scenarios ran: ENT-MAT-10/compliant, ENT-UPD-05/compliant")
    refused(both, "run again with --dialect compliant")
    alone = reported.demo(tmp_path / "alone", *small(), "--defect", "op-case", "--dialect", "compliant")
    assert here("certify", "--draft", alone).code == 0


def test_waivers_are_shown(tmp_path: Path) -> None:
    checks = ["STD-MED-02#any.answer"]
    text = f'[[waiver]]\ncheck = "{checks[0]}"\nreason = "fixed in May"\nowner = "Jane"\nuntil = 2999-12-31\n'
    (tmp_path / "waivers.toml").write_text(text, encoding="utf-8")
    flags = (*small(), "--defect", "application-json", "--waivers", str(tmp_path / "waivers.toml"))
    run = reported.demo(tmp_path / "waived", *flags)
    ended = here("certify", "--draft", run)
    assert ended.code == 0, ended.out
    sentence = "Works with Entra: yes, without groups; 1 known deviation accepted until 2999-12-31"
    shown = ["fixed in May (Jane, until 2999-12-31)", "waived: 1 check\n", sentence]
    assert [one for one in shown if one not in ended.out] == []
    held = content(run / "certificate.zip")
    assert b"fixed in May (Jane, until 2999-12-31)" in held["certificate.html"]
    assert [one["check"] for one in json.loads(held["manifest.json"])["waivers"]] == checks
    assert here("verify", run / "certificate.zip").code == 0


def test_directories_that_cannot_be_used(tmp_path: Path, green: Path) -> None:
    assert here("certify", "--draft", tmp_path).code == 4
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "result.json").write_text("{}", encoding="utf-8")
    ended = here("certify", "--draft", tmp_path / "bad")
    assert (ended.code, "is not the result of a run" in ended.err) == (4, True)
    ended = here("certify", "--draft", green, "--out", tmp_path / "nowhere" / "file.zip")
    assert (ended.code, "cannot be written" in ended.err) == (4, True)


def test_a_file_that_is_there_is_not_replaced(green: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.zip"
    target.write_bytes(b"mine")
    assert here("certify", "--draft", green, "--out", target).code == 4
    assert target.read_bytes() == b"mine"
    assert here("certify", "--draft", green, "--out", target, "--force").code == 0
    assert zipfile.is_zipfile(io.BytesIO(target.read_bytes()))


def test_the_page_in_it_says_that_it_is_a_certificate(file: Path, green: Path, tmp_path: Path) -> None:
    page = content(file)["certificate.html"].decode()
    assert "certificate of a complete run" in page
    assert hashlib.sha256((green / "result.json").read_bytes()).hexdigest().encode() in content(file)["SHA256SUMS"]
    shutil.copy(green / "result.json", tmp_path / "result.json")
    assert here("report", tmp_path).code == 0
    assert "certificate of a complete run" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def elsewhere(green: Path, target: Path) -> Path:
    """The report of a run as it would be if its target had another URL."""
    target.mkdir()
    text = (green / "result.json").read_text(encoding="utf-8")
    base = json.loads(text)["target"].removesuffix("/v2")
    (target / "result.json").write_text(text.replace(base, "https://scim.example.com"), encoding="utf-8")
    return target


def test_a_target_on_this_machine_gets_a_draft_at_most(green: Path, tmp_path: Path) -> None:
    ended = here("certify", green, "--out", tmp_path / "no.zip")
    assert (ended.code, ended.err) == (1, "")
    assert "is on this machine or not https" in ended.out
    assert "--draft" in ended.out
    assert not (tmp_path / "no.zip").exists()


@pytest.mark.parametrize(
    ("target", "public"),
    [
        ("https://scim.example.com/v2", True),
        ("https://10.1.2.3/scim", True),
        ("http://scim.example.com/v2", False),
        ("https://localhost:8443/scim", False),
        ("https://scim.localhost/v2", False),
        ("https://127.8.0.1/v2", False),
        ("https://[::1]/v2", False),
        ("https://0.0.0.0/v2", False),
        ("scim.example.com", False),
    ],
)
def test_which_targets_can_be_certified(target: str, public: bool) -> None:
    assert is_public(target) is public


def test_a_draft_says_so_everywhere(file: Path) -> None:
    held = content(file)
    page = held["certificate.html"].decode()
    assert '<body class="draft">' in page
    assert "<strong>DRAFT.</strong>" in page
    # Fixed to the window, so that print repeats it on every page.
    assert re.search(r'\.draft::after \{ content: "DRAFT"; position: fixed;', page)
    assert json.loads(held["manifest.json"])["draft"] is True
    ended = here("verify", file)
    assert ended.code == 0
    assert ended.out.splitlines()[0].startswith("  DRAFT, certifies nothing: Works with Entra: yes")


def test_what_is_no_draft_does_not_say_so(green: Path, tmp_path: Path) -> None:
    run = elsewhere(green, tmp_path / "elsewhere")
    ended = here("certify", run, "--out", tmp_path / "whole.zip")
    assert ended.code == 0, ended.out
    held = content(tmp_path / "whole.zip")
    assert b"<body>" in held["certificate.html"]
    assert json.loads(held["manifest.json"])["draft"] is False
    ended = here("verify", tmp_path / "whole.zip")
    assert ended.code == 0
    assert "DRAFT" not in ended.out


def test_a_draft_cannot_be_called_a_certificate(green: Path, tmp_path: Path) -> None:
    """The same content, written anew without the mark and with every checksum right."""
    target = tmp_path / "forged.zip"
    target.write_bytes(container.pack(certificate.members(files.read(green))))
    ended = here("verify", target)
    assert (ended.code, "is on this machine or not https" in ended.out) == (1, True)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is missing")
    subprocess.run([program, "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    return tmp_path / "key"


def test_a_key_that_cannot_sign_is_noticed_before_the_file_is_written(green: Path, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is missing")
    (tmp_path / "junk").write_text("no key", encoding="utf-8")
    for name in ("nokey", "junk"):
        ended = here("certify", green, "--draft", "--out", tmp_path / "c.zip", "--sign", tmp_path / name)
        assert (ended.code, ended.out) == (4, "")
        assert ended.err.endswith("; no certificate was written\n"), ended.err
        assert [*tmp_path.glob("c.zip*")] == []


def test_a_signature_is_checked_against_a_list_of_signers(green: Path, tmp_path: Path, key: Path) -> None:
    file, public, allowed = tmp_path / "c.zip", key.with_name("key.pub"), tmp_path / "signers"
    assert here("certify", green, "--draft", "--out", file, "--sign", key).code == 0
    allowed.write_text(f"# ours\nada@example.com {public.read_text(encoding='utf-8')}", encoding="utf-8")
    ended = here("verify", file, "--allowed-signers", allowed)
    assert (ended.code, "signed by ada@example.com" in ended.out) == (0, True), ended
    plain = here("verify", file, "--allowed-signers", public)
    assert plain.code == 4
    assert "key.pub is not an allowed-signers file: a line has a name and a public key, such as: ada@" in plain.err


def test_the_signature_of_a_certificate_that_was_replaced_is_named(green: Path, tmp_path: Path, key: Path) -> None:
    file = tmp_path / "c.zip"
    assert here("certify", green, "--draft", "--out", file, "--sign", key).code == 0
    ended = here("certify", green, "--draft", "--out", file, "--force")
    assert f"  {file}.sig signed the file that was replaced: delete it, or sign again" in ended.out
    assert ended.out.splitlines()[-1].startswith(f"{file}: DRAFT, certifies nothing: Works with Entra: yes")


def test_the_cover_says_how_many_scenarios_the_verdict_needs(file: Path, green: Path) -> None:
    run, page = reported.result(green), content(file)["certificate.html"].decode()
    needs = f"the verdict needs {run['required']} scenarios of the entra suite, of which {run['ran']} ran"
    ended = counting.ended(counting.scenarios(files.read(green).scenarios))
    assert f"<dt>scenarios</dt><dd>{needs}; all scenarios of the run: {ended}</dd>" in page
