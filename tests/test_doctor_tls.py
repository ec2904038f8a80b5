"""`doctor` and TLS: what it says of a certificate, of the versions, and of https where only http is spoken."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scim_conformance.demo.server import serve
from tests.support.certificates import Made, signed
from tests.support.doctor import doctor, good, lines
from tests.support.raw import listening


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return signed(tmp_path_factory.mktemp("certificate"))


def test_a_certificate_is_described(tmp_path: Path, certificate: Made) -> None:
    with listening(good, certificate.context()) as target:
        ended = doctor(tmp_path, target.url, "--ca-file", str(certificate.authority))
    assert ended.code == 0, ended.screen
    assert lines(ended)["TLS"].startswith("ok: TLSv1.3, issued by Test CA, ")
    assert lines(ended)["TLS"].endswith(" days; trusted because of --ca-file, but Entra trusts only public CAs")


def test_a_certificate_that_is_over(tmp_path: Path) -> None:
    over = signed(tmp_path / "made", begins=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2021, 1, 1, tzinfo=UTC))
    said = tls(tmp_path, over)
    assert said.startswith("ERROR: certificate has expired: renew the certificate")


def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    said = tls(tmp_path, signed(tmp_path / "made", "other.example"))
    assert re.match("ERROR: IP address mismatch.*: use a host name from the certificate", said)


def tls(tmp_path: Path, made: Made) -> str:
    with listening(good, made.context()) as target:
        ended = doctor(tmp_path, target.url, "--ca-file", str(made.authority))
    assert ended.code == 6
    return lines(ended)["TLS"]


def test_a_certificate_that_nobody_signed(tmp_path: Path, certificate: Made) -> None:
    with listening(good, certificate.context()) as target:
        ended = doctor(tmp_path, target.url)
    assert ended.code == 6
    assert ": add --ca-file if you use your own CA" in lines(ended)["TLS"]


def test_a_certificate_that_ends_soon(tmp_path: Path) -> None:
    made = signed(tmp_path / "made", ends=datetime.now(UTC) + timedelta(days=10))
    with listening(good, made.context()) as target:
        ended = doctor(tmp_path, target.url, "--ca-file", str(made.authority))
    assert ended.code == 0
    assert lines(ended)["TLS"].startswith("warning: ")
    assert "expires in 9 days" in lines(ended)["TLS"]
    assert "renew the certificate" in lines(ended)["TLS"]


def test_tls_1_2_must_be_there(tmp_path: Path, certificate: Made) -> None:
    context = certificate.context(least=ssl.TLSVersion.TLSv1_3)
    with listening(good, context) as target:
        ended = doctor(tmp_path, target.url, "--ca-file", str(certificate.authority))
    assert ended.code == 1
    assert lines(ended)["TLS 1.2"].startswith("ERROR: TLSv1.3 works, but TLS 1.2 does not: allow TLS 1.2")


def test_https_where_http_is_spoken(tmp_path: Path) -> None:
    with serve() as served:
        ended = doctor(tmp_path, served.url.replace("http:", "https:"))
    assert ended.code == 6
    assert "enable TLS 1.2" in lines(ended)["TLS"]
