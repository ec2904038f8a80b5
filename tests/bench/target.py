"""The embedded target in a process of its own, with ids that a replay meets again; it writes down what it receives.

Prints its URL and token, serves until its standard input ends, then writes the requests to the file in its argument.
"""

import itertools
import json
import sys
import time
from pathlib import Path
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.server import serve

RECEIVED: list[dict[str, Any]] = []


async def note(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Write down a request as it came."""
    RECEIVED.append(
        {
            "at": time.time(),
            "method": request.method,
            "path": request.path,
            "query": request.header(":query") or "",
            "headers": [pair for pair in request.headers if pair[0] not in {"host", "content-length", ":query"}],
            "body": request.body.decode(),
        }
    )
    return await go(request)


def main() -> None:
    """Serve until standard input ends."""
    numbers = itertools.count(1)
    with serve([note]) as served:
        served.app.memory.generate_id = lambda *_: f"id-{next(numbers)}"  # type: ignore[method-assign]
        print(json.dumps({"url": served.url, "token": served.token}), flush=True)  # noqa: T201
        sys.stdin.read()
    Path(sys.argv[1]).write_text(json.dumps(RECEIVED), encoding="utf-8")


if __name__ == "__main__":
    main()
