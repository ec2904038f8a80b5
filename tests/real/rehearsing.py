"""Compares the prediction of `preview` with what `rehearse` does on real servers, and every difference with its
judgement.

A prediction assumes that the target accepts what Entra sends. Where a server refuses it, the outcome differs: each
difference must have one cause in `rehearsals.toml`, judged from the sources, and the rehearsal must name that cause
itself. `tests/rehearsal/outcome.py` compares, object by object, and imports nothing of the product.
"""

import json
import re
import secrets
import tomllib
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scim_conformance.entra.dialects import Dialect
from tests.real.playing import served
from tests.real.servers.catalog import SERVERS, Server

JUDGED = Path(__file__).with_name("rehearsals.toml")
MEASURED = Path(__file__).with_name("rehearsed.toml")
PEOPLE = 60


@dataclass(frozen=True)
class Cause:
    """Why a prediction and the outcome differ. `right`: the harness, the server or open; `found`: what the rehearsal
    says, as a pattern of check and text; `differences`: patterns of the differences that it explains."""

    title: str
    dialects: list[str]
    right: str
    why: str
    source: str
    found: str
    differences: list[str] = field(default_factory=list)


@dataclass
class Rehearsed:
    """A comparison: how much was compared, the number of differences by cause, and what nobody has judged."""

    compared: dict[str, int]
    causes: dict[str, int]
    unjudged: list[str]


def causes(server: str) -> list[Cause]:
    """Return the judged causes of a server."""
    return [Cause(**one) for one in tomllib.loads(JUDGED.read_text(encoding="utf-8")).get(server, [])]


def is_rehearsed(server: Server) -> bool:
    """Return whether a server's rehearsal has been judged."""
    return bool(causes(server.name))


def play(server: Server, dialect: Dialect, people: int = PEOPLE) -> Rehearsed:
    """Preview, rehearse and compare."""
    from tests.rehearsal.test_predicted import compared

    token = secrets.token_hex(24)
    with TemporaryDirectory(prefix="real-") as temporary:
        place = Path(temporary)
        (place / "server").mkdir()
        # What `preview` prints is for its reader, who is not here.
        with served(server, token, place / "server") as url, redirect_stdout(StringIO()):
            comparison, differences = compared(url, token, dialect, place / "rehearsed", people)
        findings = json.loads((place / "rehearsed" / "rehearsal" / "findings.json").read_bytes())
    mine = [one for one in causes(server.name) if dialect.value in one.dialects]
    return judged(mine, differences, [f"{one[0]} {one[2]}" for one in findings], dict(comparison.compared))


def judged(mine: list[Cause], differences: list[str], findings: list[str], compared: dict[str, int]) -> Rehearsed:
    """Compare differences and findings with the causes."""
    counts: Counter[str] = Counter({one.title: 0 for one in mine})
    unjudged = []
    for difference in differences:
        cause = next((one for one in mine if _any(one.differences, difference)), None)
        if cause is None:
            unjudged.append(f"+ nobody has judged: {difference}")
        else:
            counts[cause.title] += 1
    known = [one.found for one in mine]
    unjudged += [f"+ nobody has judged the finding: {one}" for one in findings if not _any(known, one)]
    unjudged += [f"- the rehearsal does not say: {one.title}" for one in mine if not _found(one, findings)]
    unjudged += [f"- no difference: {one.title}" for one in mine if one.differences and not counts[one.title]]
    return Rehearsed(compared, dict(counts), unjudged)


def _any(patterns: list[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def _found(cause: Cause, findings: list[str]) -> bool:
    return any(re.search(cause.found, one) for one in findings)


def keep(results: dict[tuple[str, str], Rehearsed]) -> None:
    """Write down what was measured, for docs/real-servers.md."""
    lines = ["# Written by `python tests/real/run.py --update`: do not edit."]
    for (server, dialect), one in results.items():
        lines += ["", "[[rehearsal]]", f'server = "{server}"', f'dialect = "{dialect}"', f"people = {PEOPLE}"]
        lines += [f"{name} = {one.compared.get(name, 0)}" for name in NUMBERS]
        lines += ["[rehearsal.causes]", *(f"{json.dumps(title)} = {count}" for title, count in one.causes.items())]
    MEASURED.write_text("\n".join(lines) + "\n", encoding="utf-8")


NUMBERS = ("requests", "users", "groups", "values", "memberships")


def measured() -> list[dict[str, Any]]:
    """Return what was measured."""
    found: list[dict[str, Any]] = tomllib.loads(MEASURED.read_text(encoding="utf-8"))["rehearsal"]
    return found


def rehearsed() -> list[Server]:
    """Return the servers whose rehearsal has been judged."""
    return [one for one in SERVERS if is_rehearsed(one)]
