"""Serves the embedded target on loopback, in a thread of this process."""

import secrets
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn

from scim_conformance.demo.app import Around, Target
from scim_conformance.demo.tokens import PATH, TokenEndpoint
from scim_conformance.entra.profiles.profile import Profile


@dataclass(frozen=True)
class Served:
    """A running target: its tenant URL, its token, and the application itself."""

    url: str
    token: str = field(repr=False)
    app: Target

    @property
    def token_url(self) -> str:
        """The token endpoint; the clients it knows are in `app.tokens`."""
        return self.url.removesuffix("/v2") + PATH


@contextmanager
def serve(
    defects: Sequence[Around] = (),
    port: int = 0,
    tokens: TokenEndpoint | None = None,
    profile: Profile | None = None,
) -> Iterator[Served]:
    """Serve a target until the block ends; port 0 takes a free one. `profile`: whose attributes it knows."""
    token = secrets.token_urlsafe(24)
    app = Target(token, defects, tokens, profile)
    with listen(app, port) as url:
        yield Served(url, token, app)


@contextmanager
def listen(app: Callable[..., Awaitable[None]], port: int = 0) -> Iterator[str]:
    """Serve an ASGI application until the block ends, and hand out the tenant URL."""
    # IPPROTO_TCP makes asyncio set TCP_NODELAY on a socket that it did not open itself: 2.5 ms an answer, not 31.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait(server, thread)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v2"
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    for _ in range(500):
        if server.started:
            return
        if not thread.is_alive():
            break
        time.sleep(0.01)
    raise RuntimeError("the embedded target did not start")
