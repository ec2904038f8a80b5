"""Handshakes with chosen versions, and requests without TLS, over real sockets."""

import socket
import ssl
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.scenario.exchange import (
    NO_HTTP,
    Credential,
    Endpoint,
    Exchange,
    Outgoing,
    RefusedByHarness,
    Sender,
    TransportFailure,
)
from scim_conformance.target import failures, port
from scim_conformance.target.wire import TargetWire
from tests.support.certificates import Made, signed
from tests.support.doctor import good
from tests.support.raw import closed_port, dripping, error, listening

SECRET = "a-secret-of-the-test"
SEVERAL = {"TLS-1.0": "TLSv1", "TLS-1.1": "TLSv1_1", "TLS-1.2": "TLSv1_2", "TLS-1.3": "TLSv1_3"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return signed(tmp_path_factory.mktemp("certificate"))


def sent(url: str, method: str, path: str = "/", **wired: Any) -> Exchange:
    wire = TargetWire(url, SECRET, **{"timeout": 2.0, **wired})
    asked = Outgoing(method, path, by=Sender.HARNESS, credential=Credential.NONE, endpoint=Endpoint.PORT)
    try:
        return wire.send(asked)
    finally:
        wire.close()


def shown(url: str, method: str, **wired: Any) -> dict[str, Any]:
    answer = sent(url, method, **wired).answer
    assert answer is not None
    assert (answer.status, answer.headers) == (NO_HTTP, ())
    found: dict[str, Any] = answer.json
    return found


def speaking(made: Made, least: str, most: str) -> ssl.SSLContext:
    context = made.context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion[least], ssl.TLSVersion[most]
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("spoken", SEVERAL)
@pytest.mark.parametrize("offered", SEVERAL)
def test_a_version_is_agreed_to_if_it_is_spoken(certificate: Made, offered: str, spoken: str) -> None:
    context = speaking(certificate, SEVERAL[spoken], SEVERAL[spoken])
    with listening(good, context) as target:
        found = shown(target.url, offered)
    assert found == {"agreed": offered.replace("-", " ")} if offered == spoken else list(found) == ["refused"]
    assert target.received == [], "nothing is sent over a handshake"


def test_the_certificate_is_verified_as_for_the_requests_of_the_run(certificate: Made) -> None:
    with listening(good, certificate.context()) as target:
        found = shown(target.url, "TLS", ca_file=str(certificate.authority))
        unknown = shown(target.url, "TLS")
        assert target.received == []
    assert found["agreed"] == "TLS 1.3"
    assert found["issuer"] == "Test CA"
    assert found["days"] > 300
    assert "unable to get local issuer" in unknown["untrusted"]
    assert unknown["remedy"].startswith("add --ca-file")


def test_a_certificate_that_is_not_valid(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    for made, said in (
        (signed(tmp_path / "other", "other.example"), "mismatch"),
        (signed(tmp_path / "old", begins=now - timedelta(days=9), ends=now - timedelta(days=1)), "has expired"),
    ):
        with listening(good, made.context()) as target:
            assert said in shown(target.url, "TLS", ca_file=str(made.authority))["untrusted"]


@contextmanager
def answering(reply: bytes | None) -> Iterator[str]:
    """Serve what is no TLS: some bytes, a closed connection (none), or silence (None)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def serve_all() -> None:
            with suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])
                    if reply is not None:
                        kept[-1].recv(4096)
                        kept[-1].sendall(reply)
                        kept[-1].close()

        threading.Thread(target=serve_all, daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/scim"
        listener.shutdown(socket.SHUT_RDWR)
        for one in kept:
            one.close()


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x46"])
def test_a_closed_connection_an_alert_and_another_protocol_decline(reply: bytes) -> None:
    with answering(reply) as url:
        assert list(shown(url, "TLS-1.1")) == ["refused"]


def test_silence_says_nothing() -> None:
    begun = time.monotonic()
    with answering(None) as url, pytest.raises(TransportFailure) as caught:
        sent(url, "TLS-1.1", timeout=0.5)
    assert caught.value.kind == failures.TIMEOUT
    assert time.monotonic() - begun < 5


def test_a_target_that_is_not_there_says_nothing() -> None:
    with pytest.raises(TransportFailure) as caught:
        sent(f"https://127.0.0.1:{closed_port()}/scim", "TLS-1.1")
    assert caught.value.kind == failures.REFUSED


NONSENSE = b"\x16\x03\x02\x00\x06\x02\x00\x00\x02\x03\x02"


def test_what_this_side_ends_says_nothing() -> None:
    with answering(NONSENSE) as url, pytest.raises(RefusedByHarness, match="the OpenSSL of this machine ends"):
        sent(url, "TLS-1.1")


def test_what_openssl_does_not_offer_is_not_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: ssl.SSLContext) -> None:
        raise ssl.SSLError(1, "no protocols available")

    monkeypatch.setattr(port, "_begin", refuses)
    with answering(b"") as url, pytest.raises(RefusedByHarness, match=r"TLS 1\.0 cannot be tested: .*not offer it"):
        sent(url, "TLS-1.0")


def test_a_tenant_url_without_tls_gets_no_handshake() -> None:
    with listening(good) as target, pytest.raises(RefusedByHarness, match="not https"):
        sent(target.url, "TLS")


def test_a_request_without_tls_has_no_token_and_goes_to_the_same_port() -> None:
    with listening(lambda _: error(400, SECRET)) as target:
        url = target.url.replace("http:", "https:")
        exchange = sent(url, "GET", "/ServiceProviderConfig")
        plain = target.url
    assert [(one.method, one.path) for one in target.received] == [("GET", "/scim/ServiceProviderConfig")]
    assert target.received[0].header("Authorization") is None
    assert SECRET not in str(target.received)
    assert exchange.request.url == f"{plain}/ServiceProviderConfig"
    assert exchange.answer is not None
    assert (exchange.answer.status, exchange.answer.leaks) == (400, ("the token",))
    assert SECRET not in str(exchange)


@pytest.mark.parametrize("url", ["https://host.example/v2", "https://host.example:80/v2"])
def test_the_port_is_that_of_the_tenant_url(url: str) -> None:
    plain = port.url_of(url, Outgoing("GET", "/ServiceProviderConfig"))
    assert (plain.scheme, plain.port or 80) == ("http", 443 if url.endswith("example/v2") else 80)
    assert str(port.url_of(url, Outgoing("TLS-1.2", "/"))) == url.removesuffix("v2")


def test_tls_without_http_refuses_a_request_without_tls(certificate: Made) -> None:
    with listening(good, certificate.context()) as target:
        assert list(shown_plain(target.url)) == ["refused"]
    assert target.received == []


def shown_plain(url: str) -> dict[str, Any]:
    answer = sent(url, "GET", "/ServiceProviderConfig").answer
    assert answer is not None
    found: dict[str, Any] = answer.json
    return found


def test_a_response_without_end_does_not_hold_the_run() -> None:
    begun = time.monotonic()
    with listening(lambda _: dripping(error(400), 0.3)) as target, pytest.raises(TransportFailure):
        sent(target.url.replace("http:", "https:"), "GET", "/ServiceProviderConfig", timeout=1.0)
    assert time.monotonic() - begun < 5


@contextmanager
def proxy(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """Serve a proxy that tunnels, or refuses to; hand out its URL, and the first line of what it was asked."""
    asked: list[str] = []

    def join(client: socket.socket) -> None:
        with suppress(OSError), client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(1)
            asked.append(head.decode().partition("\r\n")[0])
            assert SECRET not in head.decode()
            client.sendall(f"HTTP/1.1 {status} Whatever\r\n\r\n".encode())
            host, _, number = asked[-1].split()[1].partition(":")
            if status == 200:
                with socket.create_connection((host, int(number))) as server:
                    threading.Thread(target=pump, args=(server, client), daemon=True).start()
                    pump(client, server)

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=join, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        listener.shutdown(socket.SHUT_RDWR)


def test_the_proxy_of_the_run_is_used_for_handshakes_and_without_tls(certificate: Made) -> None:
    with listening(good, certificate.context()) as target, proxy() as (there, asked):
        place = target.url.removeprefix("https://").partition("/")[0]
        assert shown(target.url, "TLS-1.2", proxy=there) == {"agreed": "TLS 1.2"}
        assert shown(target.url, "TLS", proxy=there, ca_file=str(certificate.authority))["agreed"] == "TLS 1.3"
        assert list(shown(target.url, "TLS-1.1", proxy=there)) == ["refused"]
        answer = sent(target.url, "GET", "/ServiceProviderConfig", proxy=there).answer
    assert answer is not None
    assert list(answer.json) == ["refused"]
    assert asked == [f"CONNECT {place} HTTP/1.1"] * 4


def refused(url: str, there: str) -> str:
    with pytest.raises(TransportFailure) as caught:
        sent(url, "TLS-1.1", proxy=there)
    return caught.value.sentence


def test_a_proxy_that_does_not_tunnel_says_nothing_about_the_target(certificate: Made) -> None:
    said = "the proxy refuses CONNECT with status 403"
    with listening(good, certificate.context()) as target, proxy(403) as (there, _):
        failure = refused(target.url, there)
    assert said in failure


def test_proxies_of_the_environment_are_ignored_as_for_all_requests(
    certificate: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with listening(good, certificate.context()) as target:
        assert shown(target.url, "TLS-1.2") == {"agreed": "TLS 1.2"}
