"""Writes docs/real-servers.md from the expectations and the last run: no number in it is typed by hand."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.real.expectations import LEVELS, RIGHT, Entry, load
from tests.real.playing import Result
from tests.real.rehearsing import NUMBERS, Cause, causes, measured, rehearsed
from tests.real.servers.catalog import SERVERS, Server

PATH = Path(__file__).resolve().parents[2] / "docs" / "real-servers.md"
FIRST = Path(__file__).with_name("first_runs.toml")

DIALECTS, VERDICTS = ("legacy", "compliant"), ("conformant", "deviation", "inconclusive")

_HEAD = """\
# Real servers

Written by `make real` from `tests/real/expectations/` and its last run: do not edit.

`make real` installs six independent SCIM servers, starts each on loopback, and runs the entra suite against it with the
default profile and both dialects. It fails if a deviation appears or disappears. Every deviation was judged by hand
against RFC 7643, RFC 7644 and what is known of Entra. *Right* says who is right: the harness, the server, or open.
The verdict says whether a server works with Entra's default mapping. It does not judge the server as SCIM software, and
a vendor who builds on one of them can change most of it. A race decides a few checks, and each says so: because of
them, a number may differ by one from run to run.
"""


def write(results: Mapping[str, Result]) -> bool:
    """Write the page; tell whether it changed."""
    page = text(results)
    if PATH.exists() and PATH.read_text(encoding="utf-8") == page:
        return False
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(page, encoding="utf-8")
    return True


def text(results: Mapping[str, Result]) -> str:
    """Return the page for the results of all servers."""
    sections = [line for server in SERVERS for line in _server(server, results[server.name])]
    return "\n".join([_HEAD, *_overview(results), *_first_runs(), *_rehearsals(), *sections]) + "\n"


def _overview(results: Mapping[str, Result]) -> Iterator[str]:
    yield "The number of scenarios by verdict, and the number of causes of deviations by who is right."
    yield ""
    yield _row("server", "works with Entra", *DIALECTS, *VERDICTS, *(f"right: {one}" for one in RIGHT))
    yield _row(*["---"] * (2 + len(DIALECTS)), *["---:"] * (len(VERDICTS) + len(RIGHT)))
    for server in SERVERS:
        one, entries = results[server.name], load(server.name).entries
        verdicts = [one.verdict, *(one.by_dialect.get(dialect, "") for dialect in DIALECTS)]
        causes = [sum(entry.right == right for entry in entries) for right in RIGHT]
        numbers = [str(number) for number in [*(one.counts[key] for key in VERDICTS), *causes]]
        yield _row(f"[{server.name} {server.version}](#{server.name})", *verdicts, *numbers)


def _first_runs() -> Iterator[str]:
    """The results of the first runs against servers, before anything was changed for them."""
    yield from ["", "## First runs", ""]
    yield "The results of the first runs, before anything was changed for a server. The table above differs"
    yield "where the harness, or the way it asked, was wrong and was changed."
    yield from ["", _row("server", "day", "suites", "works with Entra", *VERDICTS, *LEVELS, "no at")]
    yield _row(*["---"] * 4, *["---:"] * (len(VERDICTS) + len(LEVELS)), "---")
    for one in tomllib.loads(FIRST.read_text(encoding="utf-8"))["run"]:
        numbers = [str(one[key]) for key in (*VERDICTS, *LEVELS)]
        yield _row(
            one["server"], str(one["day"]), one["suites"], one["verdict"], *numbers, ", ".join(one["moments_no"])
        )


REHEARSED = "## Prediction and outcome"


def refresh_rehearsals() -> None:
    """Write what was rehearsed into the page, and leave the rest of it."""
    page = PATH.read_text(encoding="utf-8")
    head, _, rest = page.partition(f"\n## {SERVERS[0].name}\n")
    head = head.partition(f"\n{REHEARSED}\n")[0].rstrip("\n")
    section = "\n".join(_rehearsals()).rstrip("\n")
    PATH.write_text(f"{head}\n{section}\n\n## {SERVERS[0].name}\n{rest}", encoding="utf-8")


def _rehearsals() -> Iterator[str]:
    """What a preview predicted, and what happened, on the servers that were rehearsed."""
    yield from ["", REHEARSED, ""]
    yield "`preview` predicts three cycles with generated users, `rehearse` plays them, and a script that imports"
    yield "neither compares the prediction with the target's own store and with every request. A prediction assumes"
    yield "that the target accepts what Entra sends: where a server refuses it, the outcome differs. Every difference"
    yield "has one of the causes below, and the rehearsal names each of them."
    yield ""
    yield _row("server", "dialect", "users", *(f"{one} compared" for one in NUMBERS), "differences", "causes")
    yield _row("---", "---", *["---:"] * (len(NUMBERS) + 3))
    for one in measured():
        found = [count for count in one["causes"].values() if count]
        numbers = [one["people"], *(one[name] for name in NUMBERS), sum(found), len(found)]
        yield _row(one["server"], one["dialect"], *map(str, numbers))
    for server in rehearsed():
        for cause in causes(server.name):
            yield from _cause(server, cause)


def _cause(server: Server, cause: Cause) -> Iterator[str]:
    mine = [one for one in measured() if one["server"] == server.name and cause.title in one["causes"]]
    counts = ", ".join(f"{one['causes'][cause.title]} ({one['dialect']})" for one in mine)
    yield from ["", f"### {server.name}: {cause.title}", ""]
    yield f"Right: **{cause.right}**. Differences: {counts}. {cause.why}"
    yield from ["", f"Source: {cause.source}"]


def _server(server: Server, result: Result) -> Iterator[str]:
    entries = load(server.name).entries
    yield from ["", f"## {server.name}", "", server.about, ""]
    yield _row("moment", "works with Entra")
    yield "| --- | --- |"
    yield from (_row(moment, verdict) for moment, verdict in result.by_moment.items())
    yield from ["", *_blocked(result)]
    for entry in entries:
        yield from _entry(entry)


def _blocked(result: Result) -> Iterator[str]:
    for by, ids in result.blocked.items():
        what = "their own setup" if by == "preparation" else f"`{by}`"
        yield f"Inconclusive because of {what}: " + ", ".join(f"`{id_}`" for id_ in ids) + "."
        yield ""


def _entry(entry: Entry) -> Iterator[str]:
    levels = ", ".join(f"{len(entry.checks[level])} {level}" for level in LEVELS if level in entry.checks)
    ids = [id_ for level in LEVELS for id_ in entry.checks.get(level, [])]
    yield from [f"### {entry.title}", ""]
    often = " A race decides: not every run shows them." if entry.sometimes else ""
    yield from [f"Right: **{entry.right}**. Checks: {levels}.{often} {entry.why}", ""]
    yield from [f"Seen: {entry.saw}", "", f"Source: {entry.source}", ""]
    raw = f"{entry.request}\n\n{entry.answer}".replace("```", "` ` `")
    yield from ["<details><summary>Request and response</summary>", "", "```http", *raw.split("\n"), "```", ""]
    yield from ["</details>", ""]
    yield from ["<details><summary>Checks</summary>", "", *(f"- `{id_}`" for id_ in ids), "", "</details>", ""]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
