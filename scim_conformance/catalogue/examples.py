"""A correct and a wrong response for each scenario and each standing check, as they were recorded.

`make examples` writes them: the correct one from a run against the embedded target, the wrong one from a run against
one of its defects. Ids, names and times are from that run.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("examples.json")


class Example(msgspec.Struct, frozen=True):
    """A request and its response: request line below the tenant URL, body sent, status, media type and body of the
    response. After a handshake the status is 0."""

    request: str
    sent: str | None
    status: int
    media: str | None
    body: str | None
    headers: dict[str, str] = {}
    """Other response headers, where only these differ between the two responses."""


class Pair(msgspec.Struct, frozen=True):
    """A correct and a wrong response to the same request. `check` deviates for the wrong one, because it `found`
    something else."""

    good: Example
    bad: Example
    check: str
    found: str
    symptom: str
    source: str


LONGEST = 700
"""Maximum characters of a body that are shown."""


def shown(body: str | None) -> str:
    """Return a body with spaces between its parts, so that lines can break there, truncated to a readable length."""
    try:
        text = json.dumps(json.loads(body or ""), ensure_ascii=False)
    except ValueError:
        text = body or ""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"


def differing(pair: Pair) -> tuple[str, str]:
    """Return both bodies for a reader: for two objects, the attributes in which they differ, otherwise everything."""
    good, bad = (_parsed(one.body) for one in (pair.good, pair.bad))
    if not isinstance(good, dict) or not isinstance(bad, dict):
        return shown(pair.good.body), shown(pair.bad.body)
    alike = [name for name in good if name in bad and good[name] == bad[name]]
    if len(alike) in (0, len(good)):
        return shown(pair.good.body), shown(pair.bad.body)
    return _without(good, alike), _without(bad, alike)


def headers(example: Example) -> str:
    """Return its headers for a reader, or nothing if there are none."""
    return ", ".join(f"{name}: {value}" for name, value in example.headers.items())


def _without(body: dict[str, Any], alike: list[str]) -> str:
    kept = {name: value for name, value in body.items() if name not in alike}
    return f"{shown(json.dumps(kept, ensure_ascii=False))}, the rest is the same"


def _parsed(body: str | None) -> Any:
    try:
        return json.loads(body or "")
    except ValueError:
        return None


@cache
def load() -> dict[str, Pair]:
    """Return the examples by id of a scenario's template or of a standing check.

    Raises:
        msgspec.DecodeError: the file is not what `make examples` writes.
    """
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Pair]) if FILE.is_file() else {}
