"""Plays the suites against targets of the matrix, each run in a process of its own, two at a time."""

import io
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scim_conformance.demo.app import Around
from scim_conformance.demo.server import Served, serve
from scim_conformance.entra.profiles.profile import Profile, load
from tests.proof import kept
from tests.support.defects import IMPORTED

Kind = Literal["honest", "defect", "variant", "fresh", "made", "couple"]
GALLERY = "gallery-2026"
"""The profile that asks for client credentials."""


STACKED = " + "
"""Between the names of variants that are on at the same time, the outermost first."""

TOLD = 50
"""Runs after which a word is said: the whole takes minutes."""


@dataclass(frozen=True)
class Job:
    """A run: against what, with which profile and flags, and with which scenarios (none: all)."""

    kind: Kind
    name: str
    profile: str | None = None
    flags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    emptied: str | None = None
    """The check id, as the catalogue has it, that always passes in this run."""


@dataclass(frozen=True)
class Deviation:
    """A check that deviates: its id, its id in the catalogue and its level."""

    id: str
    check: str
    level: str

    @property
    def is_hard(self) -> bool:
        """Tell whether it is more than advice."""
        return self.level != "SHOULD"


@dataclass(frozen=True)
class Outcome:
    """What came of a run, as far as the matrix looks at it."""

    code: int
    verdict: str
    deviations: tuple[Deviation, ...] = ()
    green: frozenset[str] = frozenset()
    """Checks of the catalogue that were met."""
    played: frozenset[str] = frozenset()
    """Scenarios, by template, that ended conformant or with a deviation."""
    inconclusive: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    """The checks under “fix first”, in order."""
    sentence: str = ""
    """What is expected and was found there."""
    requests: int = 0
    left: int = 0
    """What the run said that it could not remove."""
    said: str = field(default="", repr=False)

    @property
    def first(self) -> str | None:
        """The check that is named first under “fix first”."""
        return next(iter(self.causes), None)

    @property
    def alarms(self) -> list[Deviation]:
        """The deviations above SHOULD."""
        return [one for one in self.deviations if one.is_hard]

    @property
    def red_scenarios(self) -> set[str]:
        """The scenarios that deviate, by template."""
        return {one.check.partition("#")[0] for one in self.deviations}


def around(job: Job) -> Sequence[Around]:
    """Return what makes the target of a job other than the honest one."""
    if job.kind == "honest":
        return ()
    if job.kind == "variant":
        from tests.proof.batches.loading import legal, standard

        return [(legal() | standard())[name].around for name in job.name.split(STACKED)]
    if job.kind == "fresh":
        from tests.proof.batches.loading import unseen

        return (unseen()[job.name].around,)
    if job.kind == "made":
        from tests.proof.made.loading import MADE

        return (MADE[job.name],)
    from scim_conformance.demo.choices import DEFECTS

    return tuple(DEFECTS[name].around for name in job.name.split(STACKED))


def play_all(jobs: Iterable[Job], processes: int = 2) -> list[Outcome]:
    """Return how each run ended, in the order of the jobs; say on standard error how far it is.

    What was played before with the same sources is not played again (see `kept`).
    """
    asked = list(jobs)
    known = {job: kept.found(job) for job in dict.fromkeys(asked)}
    due = [job for job, outcome in known.items() if outcome is None]
    for number, (job, outcome) in enumerate(_played(due, processes), 1):
        known[job] = outcome
        kept.keep(job, outcome)
        if number % TOLD == 0:
            print(f"proof: {number} of {len(due)} runs", file=sys.stderr, flush=True)  # noqa: T201
    return [known[job] for job in asked]


def _played(due: Sequence[Job], processes: int) -> Iterator[tuple[Job, Outcome]]:
    context = multiprocessing.get_context("forkserver")
    preloaded = ["scim_conformance.run.invoke", "scim_conformance.commands.start"]
    context.set_forkserver_preload([*IMPORTED, *preloaded, "tests.proof.playing", "tests.proof.batches.loading"])
    pool = context.Pool(processes, maxtasksperchild=1)
    try:
        yield from zip(due, pool.imap(play, due, chunksize=1), strict=True)
    finally:
        # Not terminated: a run takes a signal for an interruption, and says so.
        pool.close()
        pool.join()


def play(job: Job) -> Outcome:
    """Run the command line in this process, which does nothing else, and read its result."""
    for key in [key for key in os.environ if key.startswith("SCIM_CONFORMANCE_")]:
        del os.environ[key]
    if job.emptied is not None:
        from tests.proof.mutating import empty

        empty(job.emptied)
    directory = Path(tempfile.mkdtemp(prefix="proof-"))
    os.chdir(directory)
    try:
        with serve(around(job), profile=_set_up_for(job)) as served:
            code, said = _run(job, served)
        file = directory / "report" / "result.json"
        if not file.is_file():
            return Outcome(code, "no result", said=said)
        return outcome(code, json.loads(file.read_text(encoding="utf-8")), said)
    finally:
        os.chdir("/")
        shutil.rmtree(directory)


def _set_up_for(job: Job) -> Profile | None:
    """Return the profile whose attributes the target must know, as with the demo command."""
    return load(job.profile) if job.profile else None


def _run(job: Job, served: Served) -> tuple[int, str]:
    from scim_conformance.commands.main import main

    profile = ["--profile", job.profile] if job.profile else []
    given = [
        "run",
        "--url",
        served.url,
        "--report-dir",
        "report",
        *profile,
        *_access(job, served),
        *(() if served.ca_file is None else ("--ca-file", served.ca_file)),
        *job.flags,
        *job.ids,
    ]
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main(given)
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue()
    raise AssertionError("the command line always says how it ended")


def _access(job: Job, served: Served) -> list[str]:
    keys = served.app.keys
    given = {"OTHER_TENANT": keys.other_tenant, "READ_ONLY": keys.read_only, "EXPIRED": keys.expired}
    os.environ.update({f"SCIM_CONFORMANCE_{name}_TOKEN": token for name, token in given.items()})
    if job.profile != GALLERY:
        os.environ["SCIM_CONFORMANCE_TOKEN"] = served.token
        return []
    os.environ["SCIM_CONFORMANCE_CLIENT_SECRET"] = served.app.tokens.client_secret
    return ["--client-id", served.app.tokens.client_id, "--token-url", served.token_url]


def outcome(code: int, result: dict[str, Any], said: str = "") -> Outcome:
    """Take from result.json what the matrix looks at."""
    scenarios = result["scenarios"]
    judged = [(one, check) for one in scenarios for check in one["checks"]]
    first = next(iter(result["fix_first"]), None)
    return Outcome(
        code=code,
        verdict=result["verdict"],
        deviations=tuple(
            Deviation(check["id"], catalogued(one["template"], check["id"]), check["level"])
            for one, check in judged
            if check["verdict"] == "deviation"
        ),
        green=frozenset(
            catalogued(one["template"], check["id"]) for one, check in judged if check["verdict"] == "conformant"
        ),
        played=frozenset(one["template"] for one in scenarios if one["verdict"] in {"conformant", "deviation"}),
        inconclusive=tuple(one["id"] for one in scenarios if one["verdict"] == "inconclusive"),
        causes=tuple(one["check"] for one in result["fix_first"]),
        sentence="" if first is None else f"{first['title']}: {first['expected']}; {first['actual']}",
        requests=sum(result.get("requests", {}).values()),
        left=len(result["leftovers"]),
        said=said[-2000:],
    )


def catalogued(template: str, check: str) -> str:
    """Return a check's id as the catalogue has it, without dialect and row: attributes are left open."""
    key = re.sub(r"^alone-.+\.", "alone-{attribute}.", check.partition("#")[2])
    key = re.sub(r"^load-\d+\.", "load-{number}.", key)
    return template + "#" + OPEN.sub(r".\1.{attribute}", key)


OPEN = re.compile(r"\.(stored|absent|made|kept)\..+$")
