"""`make comparison`: plays every tester against the same targets, and writes docs/comparison.md."""

import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from scim_conformance.demo.choices import VARIANTS
from tests.comparison import document
from tests.comparison.playing import Seen, play, play_all, run, terminated
from tests.comparison.tools import TOOLS, Tool, programs
from tests.proof.matrix import catchable, made_for
from tests.proof.playing import Job
from tests.real.playing import served
from tests.real.servers.catalog import SERVERS, Server

HONEST = Job("honest", "honest")
PARTS = (0.25, 0.5, 0.75)
NAMES = [one.name for one in TOOLS]


@click.command()
@click.option("--part", default=1, help="Play every Nth defect and variant of each class.", metavar="N")
def main(part: int) -> None:
    """Play every tester against the same targets, and write docs/comparison.md."""
    begun = time.monotonic()
    programs()
    # Defects that show with another profile alone are nothing that the other testers could be asked for.
    defects = [Job("defect", one.name, ids=made_for(one)) for one in catchable() if one.profile is None]
    variants = [Job("variant", one.name) for one in VARIANTS.values() if one.profile is None]
    defects, variants = defects[::part], variants[::part]
    plain = {one.name: play(replace(one, dressing=())) for one in TOOLS}
    click.echo("every tester has met the honest target")
    compared = document.Compared(
        honest={name: play_all([(name, HONEST)] * 3) for name in NAMES},
        plain=plain,
        defects={name: _played(name, defects) for name in NAMES},
        variants={name: _played(name, variants) for name in NAMES},
        ended={one.name: _ended(one, plain[one.name]) for one in TOOLS},
        part=part,
        real={server.name: _real(server) for server in SERVERS},
    )
    document.write(compared)
    click.echo(f"docs/comparison.md is written; {time.monotonic() - begun:.0f} s")


def _played(tool: str, jobs: Sequence[Job]) -> Mapping[str, Seen]:
    seen = play_all([(tool, job) for job in jobs])
    click.echo(f"{tool} has met {len(jobs)} targets of the matrix")
    return {job.name: one for job, one in zip(jobs, seen, strict=True)}


def _ended(tool: Tool, whole: Seen) -> list[tuple[int, int]]:
    return [terminated(tool, max(1, int(whole.requests * part))) for part in PARTS]


def _real(server: Server) -> dict[str, tuple[int, frozenset[str], float]]:
    """Let each tester meet a server of its own, started anew."""
    found = {}
    for tool in TOOLS:
        token = secrets.token_hex(24)
        with tempfile.TemporaryDirectory(prefix="real-") as temporary:
            directory = Path(temporary)
            with served(server, token, directory) as url:
                code, output, seconds = run(tool, url, token, directory)
            named = tool.found(output, directory) if code in tool.allowed else {f"it ends with {code}"}
            found[tool.name] = (code, frozenset(named), seconds)
    return found


if __name__ == "__main__":
    main()
