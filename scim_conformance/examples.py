"""A good and a bad answer for each scenario and each check of every answer, as they were once on the wire.

`make examples` writes them: the good one from a run against the honest embedded target, the bad one from a run against
one of its defects. Ids, names and times are those of that run.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("examples.json")


class Example(msgspec.Struct, frozen=True):
    """An exchange: request line below the tenant URL, body sent, status, media type and body of the answer."""

    request: str
    sent: str | None
    status: int
    media: str | None
    body: str | None


class Pair(msgspec.Struct, frozen=True):
    """Good and bad answers to the same request. `check` deviates on the bad one, since it `found` something else."""

    good: Example
    bad: Example
    check: str
    found: str
    symptom: str
    source: str


LONGEST = 700
"""Characters of a body that are shown."""


def shown(body: str | None) -> str:
    """Return a body with blanks between its parts, so that lines can break there, cut to a readable length."""
    try:
        text = json.dumps(json.loads(body or ""), ensure_ascii=False)
    except ValueError:
        text = body or ""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"


def differing(pair: Pair) -> tuple[str, str]:
    """Return both bodies for a reader: of two objects the attributes in which they differ, else the whole."""
    good, bad = (_parsed(one.body) for one in (pair.good, pair.bad))
    if not isinstance(good, dict) or not isinstance(bad, dict):
        return shown(pair.good.body), shown(pair.bad.body)
    alike = [name for name in good if name in bad and good[name] == bad[name]]
    if len(alike) in (0, len(good)):
        return shown(pair.good.body), shown(pair.bad.body)
    return _without(good, alike), _without(bad, alike)


def _without(body: dict[str, Any], alike: list[str]) -> str:
    kept = {name: value for name, value in body.items() if name not in alike}
    return f"{shown(json.dumps(kept, ensure_ascii=False))}, the rest alike"


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
