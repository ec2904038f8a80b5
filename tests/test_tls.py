"""Certificates and protocol versions that Entra would not accept either: one sentence that says what to do."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from scim_conformance.target import wire
from scim_conformance.target.auth import Grant, Secret
from scim_conformance.target.transport import tls_context
from tests.support.cli import Ended, Run, assert_calm
from tests.support.raw import Accounts, error, listening

pytestmark = pytest.mark.slow

SECRET = "a-secret-of-the-test"
HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority of the test's own."""
    return trustme.CA()


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _played(where: Path, context: ssl.SSLContext, *arguments: str) -> tuple[Run, Ended]:
    with listening(Accounts(), context) as target:
        run = Run(where, target.url, SECRET)
        ended = run.run("--timeout", "2", *arguments)
        if ended.code:
            assert target.received == [], "nothing is sent over a connection that is not trusted"
    return run, ended


def _assert_refused(run: Run, ended: Ended, *wanted: str) -> None:
    assert_calm(ended)
    assert ended.code == 6, ended.screen
    assert run.result["verdict"] == "inconclusive"
    for text in wanted:
        assert text in ended.out


def _trusting(where: Path, authority: trustme.CA) -> tuple[str, str]:
    file = where / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return "--ca-file", str(file)


def test_a_certificate_that_nobody_knows(tmp_path: Path, authority: trustme.CA) -> None:
    run, ended = _played(tmp_path, _context(authority.issue_cert(HERE)))
    _assert_refused(run, ended, "add --ca-file")


def test_a_certificate_of_ones_own(tmp_path: Path, authority: trustme.CA) -> None:
    context = _context(authority.issue_cert(HERE))
    _, ended = _played(tmp_path, context, *_trusting(tmp_path, authority), "ENT-CON-01")
    assert ended.code == 0, ended.screen


def test_a_certificate_that_has_expired(tmp_path: Path, authority: trustme.CA) -> None:
    now = datetime.now(UTC)
    old = authority.issue_cert(HERE, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1))
    run, ended = _played(tmp_path, _context(old), *_trusting(tmp_path, authority))
    _assert_refused(run, ended, "certificate has expired", "renew the certificate")


def test_a_certificate_for_another_host(tmp_path: Path, authority: trustme.CA) -> None:
    context = _context(authority.issue_cert("scim.example.com", "127.0.0.9"))
    run, ended = _played(tmp_path, context, *_trusting(tmp_path, authority))
    _assert_refused(run, ended, "use a host name from the certificate")


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_a_protocol_that_is_too_old(tmp_path: Path, authority: trustme.CA, newest: ssl.TLSVersion) -> None:
    context = _context(authority.issue_cert(HERE))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    context.set_ciphers("ALL:@SECLEVEL=0")
    run, ended = _played(tmp_path, context, *_trusting(tmp_path, authority))
    _assert_refused(run, ended, "TLS 1.2")


def test_http_at_a_tls_port(tmp_path: Path) -> None:
    with listening(lambda _: error(400)) as target:
        run = Run(tmp_path, target.url.replace("http:", "https:"), SECRET)
        ended = run.run("--timeout", "2")
    _assert_refused(run, ended)


GRANT = Grant("https://login.example.com/token", "client-7", Secret("SCIM_CONFORMANCE_CLIENT_SECRET", SECRET))
SECURE: dict[str, tuple[bool, dict[str, Any]]] = {
    "http": (False, {"base": "http://127.0.0.1:9/scim"}),
    "https": (True, {"base": "HTTPS://127.0.0.1:9/scim"}),
    "a proxy": (True, {"base": "http://127.0.0.1:9/scim", "proxy": "https://127.0.0.1:8"}),
    "a token endpoint": (True, {"base": "http://127.0.0.1:9/scim", "grant": GRANT}),
}


@pytest.mark.parametrize("name", SECURE)
def test_what_the_system_trusts_is_read_where_something_is_secure(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secure, given = SECURE[name]
    read: list[bool] = []

    def spied(ca_file: str | None, *, used: bool = True) -> ssl.SSLContext:
        read.append(used)
        return tls_context(ca_file, used=used)

    monkeypatch.setattr(wire, "tls_context", spied)
    wire.TargetWire(**given).close()
    assert read == [secure]


def test_where_nothing_is_secure_nobody_is_trusted() -> None:
    context = tls_context(None, used=False)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.get_ca_certs() == []
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
