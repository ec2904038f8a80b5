"""An application with many accounts, of which no user of Entra is one: it lists them by pages, and finds none."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@dataclass
class ListOnly:
    """Lists accounts. `fault`: `repeats` the first page each time, `overlaps` by one account, or its total `grows`."""

    number: int
    fault: str = ""
    methods: Counter[str] = field(default_factory=Counter)
    pages: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request (ASGI)."""
        del receive
        self.methods[scope["method"]] += 1
        query = parse_qs(scope["query_string"].decode())
        body = json.dumps(self._page(query) if "startIndex" in query else _list([], 0, 1)).encode()
        headers = [(b"content-type", b"application/scim+json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        start, count = int(query["startIndex"][0]), int(query["count"][0])
        self.pages += 1
        begin = 1 if self.fault == "repeats" else max(1, start - (self.fault == "overlaps"))
        found = [_account(at) for at in range(begin, min(self.number, begin + count - 1) + 1)]
        total = self.number + (self.pages - 1 if self.fault == "grows" else 0)
        return _list(found, total, start)


def _account(at: int) -> dict[str, Any]:
    return {"id": f"id-{at}", "userName": f"user{at}@elsewhere.example", "active": True}


def _list(found: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    body = {"schemas": [LIST], "totalResults": total, "startIndex": start, "itemsPerPage": len(found)}
    return {**body, "Resources": found}
