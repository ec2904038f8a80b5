"""Plays attacks and prints which promises were kept: `python -m tests.hostile [--whole] [--two] [NAMES]`.

`--whole` plays every suite against each of them, `--two` lets two processes play.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.hostile.everything import ATTACKS
from tests.hostile.judging import faults
from tests.hostile.playing import Job, Outcome, each


def _line(name: str, outcome: Outcome, broken: list[str]) -> str:
    ended = f"run {outcome.run.code}, clean {outcome.cleans[-1].code}, {outcome.mutations} writes"
    said = "".join(f"         {fault}\n" for fault in broken)
    return f"{'BROKEN' if broken else 'kept  '} {name} ({ended}, {outcome.seconds:.1f} s)\n{said}"


def main(arguments: list[str]) -> int:
    """Play, print a line for each, and return how many broke a promise."""
    names = [one for one in arguments if not one.startswith("--")]
    wanted = [one for one in ATTACKS.values() if not names or one.name in names]
    where = Path(tempfile.mkdtemp(prefix="hostile-"))
    more = ("-n", "2") if "--two" in arguments else ()
    whole = ("--suite", "all") if "--whole" in arguments else None
    jobs = [Job(one.name, where / one.name, (*(whole or one.ids), *more)) for one in wanted]
    broken: dict[str, list[str]] = {}
    for name, outcome in each(jobs):
        broken[name] = faults(ATTACKS[name], outcome)
        sys.stdout.write(_line(name, outcome, broken[name]))
        sys.stdout.flush()
    bad = sum(map(bool, broken.values()))
    (where / "broken.json").write_text(json.dumps(broken, indent=1))
    sys.stdout.write(f"{len(wanted) - bad} of {len(wanted)} kept; {where}\n")
    return bad


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
