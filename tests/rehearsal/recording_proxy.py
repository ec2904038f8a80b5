"""A reverse proxy that records every request and its response, as JSON lines."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from scim_conformance.demo.server import listen

HOPS = {b"host", b"connection", b"transfer-encoding", b"content-length", b"content-encoding", b"keep-alive"}


@dataclass
class RecordingProxy:
    """Passes requests on to the tenant URL `url`. `cycle`: written beside each request; 0 records nothing."""

    url: str
    file: Path
    cycle: int = 1

    def __post_init__(self) -> None:
        """Make the client."""
        self.client = httpx.Client(timeout=60)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on (ASGI)."""
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        parts, query, path = urlsplit(self.url), scope["query_string"].decode(), scope["raw_path"].decode()
        target = f"{parts.scheme}://{parts.netloc}{path}{'?' + query if query else ''}"
        headers = [one for one in scope["headers"] if one[0] not in HOPS]
        method = scope["method"]
        answer = await asyncio.to_thread(self.client.request, method, target, headers=headers, content=body)
        self._record(method, path.removeprefix(parts.path), body, answer)
        kept = [one for one in answer.headers.raw if one[0].lower() not in HOPS]
        length = (b"content-length", str(len(answer.content)).encode())
        await send({"type": "http.response.start", "status": answer.status_code, "headers": [*kept, length]})
        await send({"type": "http.response.body", "body": answer.content})

    def _record(self, method: str, path: str, body: bytes, answer: httpx.Response) -> None:
        if not self.cycle:
            return
        line = {
            "cycle": self.cycle,
            "method": method,
            "path": path,
            "body": json.loads(body) if body else None,
            "status": answer.status_code,
            "answer": answer.json() if answer.content else None,
        }
        with self.file.open("a", encoding="utf-8") as text:
            text.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def recorded(url: str, file: Path) -> Iterator[tuple[str, RecordingProxy]]:
    """Serve a proxy to a tenant URL; hand out its own tenant URL."""
    proxy = RecordingProxy(url, file)
    with closing(proxy.client), listen(proxy) as served:
        place = urlsplit(served)
        yield f"{place.scheme}://{place.netloc}{urlsplit(url).path}", proxy
