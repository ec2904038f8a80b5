"""Serves the embedded target on loopback, in a thread of this process."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import uvicorn

from scim_conformance.demo.app import Around, Target
from scim_conformance.demo.keys import Keys
from scim_conformance.demo.secured import Certified, Speaking, certified, secured_by, shared
from scim_conformance.demo.tokens import PATH, TokenEndpoint
from scim_conformance.entra.profiles.profile import Profile

UNDER_WAY = 5.0
"""Seconds that requests under way have to end when a server stops."""


@dataclass(frozen=True)
class Served:
    """A running target: its tenant URL, its token, and the application itself."""

    url: str
    token: str = field(repr=False)
    app: Target
    ca_file: str | None = None
    """The file with the authority of its certificate, if it speaks TLS."""

    @property
    def token_url(self) -> str:
        """The token endpoint; the clients it knows are in `app.tokens`."""
        return self.url.removesuffix("/v2") + PATH


class _Prompt(uvicorn.Server):
    """A server that stops at once: uvicorn sleeps a tenth of a second up to three times on the way, and tests start
    two thousand of them."""

    def stop(self) -> None:
        """Ask the server to stop, from another thread."""
        self.should_exit = True
        if self.started:
            with suppress(RuntimeError):  # its loop has ended
                self._loop.call_soon_threadsafe(self._asked.set)

    async def main_loop(self) -> None:
        """Update the Date header each second until it is asked to stop."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), 1.0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._loop, self._asked = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle, and give requests under way some time to end."""
        for one in (*self.servers, *(sockets or ())):
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        until = time.monotonic() + UNDER_WAY
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < until:
            await asyncio.sleep(0.005)


@contextmanager
def serve(
    defects: Sequence[Around] = (),
    port: int = 0,
    tokens: TokenEndpoint | None = None,
    profile: Profile | None = None,
    speaking: Speaking | None = None,
) -> Iterator[Served]:
    """Serve a target until the block ends; port 0 takes a free one. `profile`: whose attributes it knows; `speaking`:
    how it speaks TLS, if no defect and no variant says so."""
    keys = Keys()
    app = Target(keys.token, defects, tokens, profile, keys)
    speaking = secured_by(defects) or speaking
    if speaking is None:
        with listen(app, port, dated=False) as url:
            yield Served(url, keys.token, app)
        return
    with certified(speaking) as made, _securely(app, port, made) as url:
        yield Served(url, keys.token, app, made.ca_file)


@contextmanager
def _securely(app: Target, port: int, made: Certified) -> Iterator[str]:
    """Serve a target over TLS; where it is asked for, also without TLS, at the same port."""
    with ExitStack() as stack:
        url = stack.enter_context(listen(app, 0 if made.also_plain else port, dated=False, context=made.context))
        if made.also_plain:
            plain = stack.enter_context(listen(app, dated=False))
            url = stack.enter_context(shared(port, url, plain))
        yield url


@contextmanager
def listen(
    app: Callable[..., Awaitable[None]], port: int = 0, *, dated: bool = True, context: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Serve an ASGI application until the block ends, and hand out the tenant URL. `dated`: the server adds Date;
    `context`: it speaks TLS."""
    # IPPROTO_TCP makes asyncio set TCP_NODELAY on a socket that it did not open itself: 2.5 ms an answer, not 31.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", date_header=dated)
    config.load()
    config.ssl = context
    server = _Prompt(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait(server, thread)
        scheme = "http" if context is None else "https"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/v2"
    finally:
        server.stop()
        thread.join(timeout=UNDER_WAY + 1)
        listener.close()


def _wait(server: _Prompt, thread: threading.Thread) -> None:
    for _ in range(2500):
        if server.started:
            return
        if not thread.is_alive():
            break
        time.sleep(0.002)
    raise RuntimeError("the embedded target did not start")
