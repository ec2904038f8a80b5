"""The scenarios about TLS, against targets that speak it in several ways."""

import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.demo.secured import Speaking
from scim_conformance.demo.server import serve
from scim_conformance.target import port
from scim_conformance.verdict.results import Verdict
from tests.proof import standards
from tests.support.cli import assert_calm, cli


def played(where: Path, *defects: str, **served_as: Any) -> tuple[dict[str, Any], str]:
    """Play the scenarios about TLS against the embedded target; return them, and everything that was written."""
    with serve([DEFECTS[one].around for one in defects], **served_as) as served:
        trust = () if served.ca_file is None else ("--ca-file", served.ca_file)
        given = ("run", "--url", served.url, *trust, "--report-dir", "report", "SEC-TLS")
        ended = cli(where, *given, environ={"SCIM_CONFORMANCE_TOKEN": served.token})
    assert_calm(ended)
    result = json.loads((where / "report" / "result.json").read_text(encoding="utf-8"))
    files = (path for path in where.rglob("*") if path.is_file())
    written = ended.screen + "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
    assert served.token not in written
    return {one["id"]: one for one in result["scenarios"] if one["id"].startswith("SEC-")}, written


def red(found: dict[str, Any], level: str) -> set[str]:
    checks = (check for one in found.values() for check in one["checks"])
    return {one["id"] for one in checks if one["verdict"] == "deviation" and one["level"] == level}


def test_a_right_target_is_found_right(tmp_path: Path) -> None:
    found, written = played(tmp_path, speaking=Speaking())
    assert {one["verdict"] for one in found.values()} == {"conformant"}
    assert len(found) == 5
    assert "TLS-1.0" in written
    old = found["SEC-TLS-02/tls-1-0"]["exchanges"][-1]
    assert (old["method"], old["status"], old["request_headers"]) == ("TLS-1.0", None, [])


def test_a_handshake_is_exported_as_a_command_of_openssl(tmp_path: Path) -> None:
    found, _ = played(tmp_path, speaking=Speaking())
    place = found["SEC-TLS-03"]["exchanges"][0]["url"].removeprefix("https://").rstrip("/")
    script = cli(tmp_path, "export", "report", "--format", "curl", "SEC-TLS-02/tls-1-0").out
    assert f"openssl s_client -connect {place} -verify_return_error -verify_ip 127.0.0.1 < /dev/null" in script
    assert f"openssl s_client -connect {place} -tls1 -cipher DEFAULT@SECLEVEL=0 < /dev/null" in script
    assert "(refused in the run)" in script


def test_without_https_nothing_applies(tmp_path: Path) -> None:
    found, _ = played(tmp_path)
    assert {(one["verdict"], one["reason"]) for one in found.values()} == {
        ("not applicable", "the tenant URL is not https, so the target speaks no TLS there")
    }


def test_a_target_that_speaks_tls_1_3_alone_gets_advice(tmp_path: Path) -> None:
    found, _ = played(tmp_path, "tls-without-1-2")
    assert (red(found, "MUST"), red(found, "SHOULD")) == (set(), {"SEC-TLS-01#tls-1-2.agreed"})


def test_a_wrong_certificate_is_named_although_no_request_is_sent(tmp_path: Path) -> None:
    found, _ = played(tmp_path, "certificate-elsewhere")
    assert red(found, "MUST") == {"SEC-TLS-03#verified.trusted"}
    assert {one["verdict"] for name, one in found.items() if name != "SEC-TLS-03"} == {"conformant"}


def test_a_target_that_speaks_only_old_versions(tmp_path: Path) -> None:
    found, _ = played(tmp_path, "tls-too-old")
    assert red(found, "MUST") == {"SEC-TLS-01#current.agreed"}
    unjudged = {name for name, one in found.items() if one["verdict"] == "inconclusive"}
    assert unjudged == {"SEC-TLS-02/tls-1-0", "SEC-TLS-02/tls-1-1", "SEC-TLS-03"}


def test_a_dry_run_shows_the_handshakes(tmp_path: Path) -> None:
    ended = cli(tmp_path, "run", "--dry-run", "--url", "https://host.example/v2", "SEC-TLS")
    assert_calm(ended)
    assert "\nTLS-1.1 https://host.example/\n" in ended.out
    assert "\nGET http://host.example:443/v2/ServiceProviderConfig\n" in ended.out
    assert "Authorization" not in ended.out


def test_what_openssl_does_not_offer_is_inconclusive_and_never_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: ssl.SSLContext) -> None:
        raise ssl.SSLError(1, "no protocols available")

    monkeypatch.setattr(port, "_begin", refuses)
    [played_one] = standards.performed([VARIANTS["tls"].around], {"SEC-TLS-02/tls-1-0"})
    assert played_one.verdict is Verdict.INCONCLUSIVE
    assert "does not offer it" in (played_one.reason or "")
    assert [one.id for one in played_one.checks if one.id.endswith(".declined")] == []
