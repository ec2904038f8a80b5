"""A transport with one deadline for the whole request.

httpx applies its timeout to each read, so a server that sends a byte now and then could keep a request open
indefinitely. Here, every socket operation gets what remains of the request's total.
"""

import logging
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import httpcore
import httpx


class _Discreet(logging.Filter):
    """Drops httpcore's log records about our requests, including headers and cookies, at any log level.

    Only in the thread of a request: what other code sends through httpcore is logged as configured.
    """

    here = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass unless it is about one of our requests."""
        del record
        return not getattr(self.here, "sends", False)


LOGGERS = tuple(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks"))
_DISCREET = _Discreet()
for _name in LOGGERS:
    logging.getLogger(_name).addFilter(_DISCREET)


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep httpcore's log records of this thread away."""
    _DISCREET.here.sends = True
    try:
        yield
    finally:
        _DISCREET.here.sends = False


class Deadline(threading.local):
    """The time at which the running request of this thread must have ended."""

    def __init__(self) -> None:
        self._at = float("inf")

    def start(self, seconds: float) -> None:
        """Begin a request that may take this long."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that remain.

        Raises:
            httpcore.ReadTimeout: none do.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline of the request has passed")
        return left


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Opens connections whose operations obey the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._inner, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        del timeout
        stream = self._inner.connect_tcp(host, port, self._deadline.left(), local_address, socket_options)
        return _Stream(stream, self._deadline)


class BodyStream(httpx.SyncByteStream):
    """The body of a response, as it comes."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        rest = iter(self._stream)
        while True:
            with unlogged():
                chunk = next(rest, None)
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        """Give the connection back."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            with unlogged():
                close()


class Transport(httpx.BaseTransport):
    """httpx's connection to the network, through one httpcore pool whose sockets obey the deadline."""

    def __init__(self, deadline: Deadline, context: ssl.SSLContext, proxy: str | None = None) -> None:
        backend = Backend(deadline)
        if proxy is None:
            self._pool = httpcore.ConnectionPool(context, max_connections=None, network_backend=backend)
        else:
            self._pool = httpcore.HTTPProxy(proxy, ssl_context=context, max_connections=None, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Errors are httpcore's own; the wire distinguishes them."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with unlogged():
            answer = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=request.read())
            )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=BodyStream(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        with unlogged():
            self._pool.close()

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        self.close()


def tls_context(ca_file: str | None, *, used: bool = True) -> ssl.SSLContext:
    """TLS 1.2 or later, as Entra requires (Microsoft's tutorial, "TLS protocol versions").

    Where it is not `used` it trusts nobody: to read what the system trusts takes as long as ten requests.
    """
    read = used or ca_file is not None  # a file that is no certificate is an error in any case
    context = ssl.create_default_context(cafile=ca_file) if read else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def as_sent(url: str) -> str:
    """Return a URL as it is sent and shown: the host in lower case, without the default port of its scheme."""
    try:
        return str(httpx.URL(url))
    except httpx.InvalidURL:
        return url
