"""What a rehearsal costs: its CPU for each request beside that of a bare client, and its memory by the number of users.

Each size is played in a process of its own, against `memory_target` in another one: a target that costs little, and
finds names by an index. `python -m tests.bench.rehearsal` prints the figures, and `--write` puts them into the page; a
number of users measures that alone.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle
from scim_conformance.entra.engine.model import Rules
from scim_conformance.entra.profiles.profile import load
from scim_conformance.rehearsal.playing import PlayedCycle, Rehearsal, RehearsalPlan
from scim_conformance.scenario import tags
from scim_conformance.target.cleanup import clean
from scim_conformance.target.journal import NAME
from scim_conformance.target.wire import TargetWire
from tests.bench import page

TITLE = "## A rehearsal"
SIZES = (1_000, 10_000)
MOST_GROWTH = 1.3
"""How much more memory ten times the users may need."""

BARE = 2_000
"""Requests of the bare client."""


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal. `cpu` and `bare`: milliseconds for each request, of the harness and of a bare client; `memory`:
    the highest, in MB; `seconds`: from the beginning to the end of the clean-up."""

    people: int
    requests: int
    seconds: float
    cpu: float
    bare: float
    memory: float

    @property
    def own(self) -> float:
        """What the harness itself costs for each request, in milliseconds of CPU."""
        return self.cpu - self.bare


class _Silent:
    def progress(self, cycle: Cycle, count: int) -> None:
        """Show nothing."""

    def played(self, one: PlayedCycle) -> None:
        """Show nothing."""


@contextmanager
def target() -> Iterator[tuple[str, str]]:
    """Serve the target in a process of its own; hand out its URL and token."""
    line = [sys.executable, "-m", "tests.bench.memory_target"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        served = json.loads(process.stdout.readline())
        yield served["url"], served["token"]
        process.communicate(timeout=30)


def play(people: int) -> Rehearsed:
    """Play two cycles with so many users in this process, and clean up: what comes later needs no more memory."""
    profile = load("entra-default")
    with target() as (url, token), tempfile.TemporaryDirectory() as folder:
        begun, used, wire, tag = time.monotonic(), time.process_time(), TargetWire(url, token), tags.new()
        rules, plan = Rules(profile, Dialect.LEGACY), RehearsalPlan(people=people, cycles=2, restart=False)
        rehearsal = Rehearsal(wire, rules, tag, Path(folder), plan, _Silent())
        rehearsal.run()
        rehearsal.tidy()
        clean(wire, Path(folder) / NAME, tag)
        rehearsal.store.close()
        requests, cpu, seconds = sum(wire.counts.values()), time.process_time() - used, time.monotonic() - begun
        wire.close()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert not rehearsal.findings.found, [*rehearsal.findings.found]
        return Rehearsed(people, requests, seconds, 1000 * cpu / requests, bare(url, token), memory)


def bare(url: str, token: str) -> float:
    """Return the milliseconds of CPU that a bare client needs for a request."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(headers=headers, trust_env=False) as client:
        used = time.process_time()
        for _ in range(BARE):
            client.get(f"{url}/Users/none").read()
        return 1000 * (time.process_time() - used) / BARE


def measured(people: int) -> Rehearsed:
    """Play in a new process, so that its memory is that of this rehearsal alone."""
    line = [sys.executable, "-m", "tests.bench.rehearsal", str(people)]
    done = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True)
    return Rehearsed(**json.loads(done.stdout))


def section(found: list[Rehearsed]) -> list[str]:
    """Return the figures as a part of the page."""
    rows = [
        ("requests", [f"{one.requests:,}" for one in found]),
        ("seconds", [f"{one.seconds:.0f}" for one in found]),
        ("CPU for each request, ms", [f"{one.cpu:.2f}" for one in found]),
        ("of these, a bare httpx.Client needs, ms", [f"{one.bare:.2f}" for one in found]),
        ("our own cost for each request, ms", [f"{one.own:.2f}" for one in found]),
        ("highest memory, MB", [f"{one.memory:.0f}" for one in found]),
    ]
    growth = found[-1].memory / found[0].memory
    return [
        "",
        TITLE,
        "",
        "`rehearse` with generated users, six groups, two cycles without restarts, and its clean-up; the target",
        f"keeps everything in dictionaries. With {found[-1].people // found[0].people} times the users, the memory is "
        f"{growth:.2f} times as much (at most {MOST_GROWTH} is allowed).",
        "",
        f"| users | {' | '.join(f'{one.people:,}' for one in found)} |",
        f"| --- | {' | '.join('---' for _ in found)} |",
        *(f"| {name} | {' | '.join(values)} |" for name, values in rows),
        "",
    ]


def main() -> None:
    """Measure one size, or all; `--write` puts the figures into the page, and leaves the rest of it."""
    if sys.argv[1:] and sys.argv[1].isdecimal():
        print(json.dumps(asdict(play(int(sys.argv[1])))))  # noqa: T201
        return
    lines = section([measured(one) for one in SIZES])
    print("\n".join(lines))  # noqa: T201
    if "--write" in sys.argv:
        page.put(TITLE, lines)


if __name__ == "__main__":
    main()
