"""Plays failing servers and prints what came first for each: `python -m tests.failing [--json FILE] [NAMES]`.

`honest` is the server that is right. The exit code is 1 if one of them was not as it was expected.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.failing.everything import KINDS
from tests.failing.playing import Outcome, faults, play, tables


def _row(name: str, outcome: Outcome) -> dict[str, Any]:
    """Return what is worth keeping of a run."""
    broken = faults(tables("expected.toml")[name], outcome) if name in KINDS else _honest(outcome)
    return {
        "name": name,
        "met": not broken,
        "faults": broken,
        "verdict": outcome.result.get("sentence", "none"),
        "entries": outcome.entries,
        "inconclusive": round(outcome.inconclusive, 1),
        "counts": outcome.result.get("counts"),
        "requests": outcome.result.get("requests"),
        "seconds": round(outcome.ended.seconds, 1),
        "code": outcome.ended.code,
    }


def _honest(outcome: Outcome) -> list[str]:
    return [] if outcome.result.get("verdict") == "yes" else [*outcome.entries, outcome.ended.screen[-1000:]]


def _line(row: dict[str, Any]) -> str:
    head = f"{'met    ' if row['met'] else 'NOT MET'} {row['name']}: {row['verdict']}; {len(row['entries'])} entries, "
    lines = [f"{head}{row['inconclusive']} % inconclusive ({row['seconds']} s)", *row["entries"][:1], *row["faults"]]
    return "\n        ".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Play, print, and return how many were not as they were expected."""
    parser = argparse.ArgumentParser(prog="python -m tests.failing")
    parser.add_argument("--json", type=Path)
    parser.add_argument("names", nargs="*", choices=[[], "honest", *KINDS])
    given = parser.parse_args(arguments)
    where = Path(tempfile.mkdtemp(prefix="failing-"))
    rows = []
    for name in given.names or KINDS:
        rows.append(_row(name, play(KINDS.get(name), where / name)))
        sys.stdout.write(_line(rows[-1]))
        sys.stdout.flush()
        if given.json:
            given.json.write_text(json.dumps(rows, indent=1))
    met = sum(bool(row["met"]) for row in rows)
    sys.stdout.write(f"{met} of {len(rows)} met; reports in {where}\n")
    return len(rows) - met


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
