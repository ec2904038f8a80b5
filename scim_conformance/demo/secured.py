"""The embedded target over TLS: with a certificate of its own, in the versions of a fault or of a variant.

The authority is made anew each time, and trusted only by what is given its file.
"""

import socket
import ssl
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from scim_conformance.demo.app import Around

HERE = "127.0.0.1"
FIRST_OF_TLS = b"\x16"
"""The first byte of a handshake (RFC 8446 section 5.1); a request without TLS begins with a letter."""


@dataclass(frozen=True)
class Speaking:
    """How a target speaks TLS. `days`: how long its certificate is still valid."""

    least: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    host: str = HERE
    days: int = 90
    also_plain: bool = False
    """Whether it serves requests without TLS at the same port, too."""


@dataclass(frozen=True)
class Certified:
    """What a server needs to speak TLS, and the file with the authority to trust."""

    context: ssl.SSLContext
    ca_file: str
    also_plain: bool


_SPEAKING: dict[Around, Speaking] = {}


def over_tls(speaking: Speaking | None = None) -> Callable[[Around], Around]:
    """Have a target with this fault, or variant, served over TLS."""

    def register(around: Around) -> Around:
        _SPEAKING[around] = speaking or Speaking()
        return around

    return register


def secured_by(arounds: Iterable[Around]) -> Speaking | None:
    """Return how a target with these faults and variants speaks TLS; None: it does not."""
    # By identity: what a user or a test puts around the target need not be hashable.
    return next((how for one in arounds for known, how in _SPEAKING.items() if known is one), None)


@contextmanager
def certified(speaking: Speaking) -> Iterator[Certified]:
    """Make a certificate and its authority."""
    import trustme  # noqa: PLC0415 - only what is served over TLS needs it

    authority = trustme.CA(organization_name="scim-conformance demo")
    begins, ends = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=speaking.days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(speaking.host, not_before=begins, not_after=ends).configure_cert(context)
    _speak(context, speaking)
    with tempfile.TemporaryDirectory(prefix="scim-demo-") as place:
        file = Path(place) / "ca.pem"
        authority.cert_pem.write_to_path(file)
        yield Certified(context, str(file), speaking.also_plain)


def _speak(context: ssl.SSLContext, speaking: Speaking) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fault may be to speak an old version
        context.minimum_version, context.maximum_version = speaking.least, speaking.most
    if speaking.least < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")


@contextmanager
def shared(port: int, secured: str, plain: str) -> Iterator[str]:
    """Listen at one port for two servers, with TLS and without; hand out the URL with TLS."""
    with socket.create_server((HERE, port)) as listener:
        threading.Thread(target=_accept, args=(listener, secured, plain), daemon=True).start()
        yield f"https://{HERE}:{listener.getsockname()[1]}{urlsplit(secured).path}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, secured: str, plain: str) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_join, args=(client, secured, plain), daemon=True).start()


def _join(client: socket.socket, secured: str, plain: str) -> None:
    """Connect a client to the server that its first byte is for."""
    with suppress(OSError), client:
        is_tls = client.recv(1, socket.MSG_PEEK) == FIRST_OF_TLS
        port = urlsplit(secured if is_tls else plain).port or 0
        with socket.create_connection((HERE, port)) as server:
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
