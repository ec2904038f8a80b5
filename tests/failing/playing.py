"""Plays a failing server: a whole `scim-conformance run` over a real socket, and what its result says first."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.failing.kinds import Kind
from tests.failing.listening import listening
from tests.failing.server import App
from tests.support.cli import Ended, Run

HERE = Path(__file__).parent
TOKEN = "the-token-of-a-server-that-fails"
LONGEST = 1200.0
"""Seconds that a run may take: one that waits for a late replica is slow."""


@cache
def tables(name: str) -> dict[str, Any]:
    """Return the tables of a data file beside this one."""
    found: dict[str, Any] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Outcome:
    """What a run said of a server."""

    ended: Ended
    result: dict[str, Any]

    @property
    def entries(self) -> list[str]:
        """Each entry under "Fix first" in one line: its check, title, what came, and the fix."""
        return [f"{one['check']}: {one['title']} | {one['actual']} | {one['fix']}" for one in self.fixes]

    @property
    def fixes(self) -> list[dict[str, Any]]:
        """What to fix, first things first."""
        found: list[dict[str, Any]] = self.result.get("fix_first", [])
        return found

    @property
    def inconclusive(self) -> float:
        """How many percent of the scenarios that apply could not be judged."""
        verdicts = [one["verdict"] for one in self.result.get("scenarios", [])]
        judged = [one for one in verdicts if one != "not applicable"]
        return 100 * judged.count("inconclusive") / len(judged) if judged else 100.0


def play(kind: Kind | None, where: Path) -> Outcome:
    """Run the whole suite against a server; None is the one that is right."""
    twist, options = (kind.twist, kind.options) if kind else (None, ())
    with listening(App(TOKEN, twist)) as listener:
        run = Run(where, listener.url, TOKEN)
        ended = run.run(*options, within=LONGEST)
    file = run.reports / "result.json"
    return Outcome(ended, json.loads(file.read_bytes()) if file.exists() else {})


def faults(expected: dict[str, Any], outcome: Outcome) -> list[str]:
    """Return what is not as it was expected: nothing, if the cause is first and what can be judged is judged."""
    if not outcome.fixes:
        return [f"there is nothing under fix first: {outcome.result.get('sentence') or outcome.ended.screen[-500:]}"]
    first = outcome.fixes[0]
    said = f"{first['title']}\n{first['actual']}\n{first['fix']}"
    found = [
        f"the first entry does not say {one}" for one in expected["must"] if not re.search(one, said, re.IGNORECASE)
    ]
    most = expected["most_inconclusive"]
    if outcome.inconclusive > most:
        found.append(f"{outcome.inconclusive:.0f} % inconclusive, at most {most} %")
    return found
