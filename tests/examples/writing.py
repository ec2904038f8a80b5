"""Plays each scenario against the honest target and against a defect, and keeps one answer of each."""

import io
import json
import multiprocessing
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from scim_conformance.catalogue.examples import FILE, Example, Pair, load
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.scenario.exchange import NO_HTTP
from tests.contract import stale
from tests.support.defects import IMPORTED
from tests.support.red import SHOWN_RED

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")

Found = tuple[str, str, str, str]
"""Scenario, step, check and what was found."""


def main(names: Sequence[str] = ()) -> int:
    """Write the file, or only these entries of it anew; 1 when a scenario did not deviate as the table says."""
    missing = write(names)
    print(f"{FILE.stat().st_size // 1024} KiB of examples; none for {missing or 'nothing'}")  # noqa: T201
    return int(bool(missing))


def write(names: Sequence[str] = ()) -> list[str]:
    """Write the file, or only these entries of it anew; return the scenarios that did not deviate as they should."""
    pairs = {name: pair for name, pair in load().items() if names and name in SHOWN_RED}
    with tempfile.TemporaryDirectory() as directory:
        made = {name: pair for name, pair in _pairs(Path(directory), names) if pair is not None}
    pairs |= made
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(dict(sorted(pairs.items()))), indent=1) + b"\n")
    load.cache_clear()  # the next part is added to this one
    stale.remember("examples", made)
    return sorted(set(names or SHOWN_RED) - set(made) - stale.UNPAIRED)


def _pairs(directory: Path, names: Sequence[str]) -> Iterator[tuple[str, Pair | None]]:
    wanted = [name for name in names or SHOWN_RED if name not in stale.UNPAIRED]
    jobs = [(directory / side / name, _flags(name, side)) for name in wanted for side in ("good", "bad")]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    with context.Pool(2, maxtasksperchild=1) as pool:
        results = dict(pool.map(_play, jobs, chunksize=1))
    for name in wanted:
        yield name, _pair(name, results[directory / "good" / name], results[directory / "bad" / name])


def _flags(name: str, side: str) -> list[str]:
    defect = DEFECTS[SHOWN_RED[name]]
    ids = [] if name.startswith("STD") else [name]
    profile = ["--profile", defect.profile] if defect.profile else []
    return [*profile, *([] if side == "good" else ["--defect", defect.name, *defect.flags]), *ids]


def _play(job: tuple[Path, list[str]]) -> tuple[Path, dict[str, Any]]:
    from scim_conformance.commands.main import main as command

    directory, flags = job
    for key in [key for key in os.environ if key.startswith("SCIM_CONFORMANCE_")]:
        del os.environ[key]
    said = io.StringIO()
    with suppress(SystemExit), redirect_stdout(said), redirect_stderr(said):
        command(["demo", "--report-dir", str(directory), *flags])
    return directory, json.loads((directory / "result.json").read_text(encoding="utf-8"))


def _pair(name: str, honest: dict[str, Any], faulty: dict[str, Any]) -> Pair | None:
    for scenario, step, check, found in _deviations(name, faulty):
        good, bad = _exchange(honest, scenario, step), _exchange(faulty, scenario, step)
        if good is not None and bad is not None:
            defect = DEFECTS[SHOWN_RED[name]]
            pair = _told_apart(_example(good), _example(bad), good, bad)
            return _numbered(Pair(*pair, check, _plain(found), defect.symptom, defect.source))
    return None


def _told_apart(good: Example, bad: Example, *exchanges: dict[str, Any]) -> tuple[Example, Example]:
    """Return the two with the headers in which they differ, if they differ in nothing else."""
    if (good.status, good.body, good.media) != (bad.status, bad.body, bad.media):
        return good, bad
    one, other = ({name: _plain(value) for name, value in found["response_headers"]} for found in exchanges)
    names = [name for name in {**one, **other} if name.lower() not in VARYING and one.get(name) != other.get(name)]
    kept = [{name: found[name] for name in names if name in found} for found in (one, other)]
    return msgspec.structs.replace(good, headers=kept[0]), msgspec.structs.replace(bad, headers=kept[1])


VARYING = frozenset({"date", "etag", "content-length"})
"""Headers that differ from response to response."""


def _deviations(name: str, result: dict[str, Any]) -> Iterator[Found]:
    for scenario in result["scenarios"]:
        for check in scenario["checks"]:
            if scenario["template"] == name and check["verdict"] == "deviation" and check["exchange"] is not None:
                step = check["id"].partition("#")[2].partition(".")[0]
                yield scenario["id"], step, check["id"], check["actual"]
        for one in scenario["standing"]:
            if one["key"] == name:
                yield scenario["id"], one["where"].partition("#")[2], name, one["actual"]


def _exchange(result: dict[str, Any], scenario: str, step: str) -> dict[str, Any] | None:
    found = next((one for one in result["scenarios"] if one["id"] == scenario), None)
    # What is judged before what only prepares, which may have the same key.
    exchanges = [] if found is None else sorted(found["exchanges"], key=lambda one: bool(one["given"]))
    return next((one for one in exchanges if one["step"] == step and not one["failure"]), None)


def _numbered(pair: Pair) -> Pair:
    """Give ids numbers in the order in which they appear, in each answer for itself: what is alike then looks alike."""
    good, bad = ({}, {})  # type: dict[str, str], dict[str, str]
    found = Pair(_renumbered(pair.good, good), _renumbered(pair.bad, bad), pair.check, pair.found, "", "")
    told = _ID.sub(lambda match: bad.get(match[0], match[0]), pair.found)
    return msgspec.structs.replace(found, found=told, symptom=pair.symptom, source=pair.source)


def _renumbered(example: Example, known: dict[str, str]) -> Example:
    def number(match: re.Match[str]) -> str:
        return known.setdefault(match[0], f"{len(known) + 1:032x}"[-len(match[0]) :])

    texts = {name: getattr(example, name) for name in ("request", "sent", "body")}
    return msgspec.structs.replace(example, **{k: v if v is None else _ID.sub(number, v) for k, v in texts.items()})


def _example(exchange: dict[str, Any]) -> Example:
    target = re.sub(r"^https?://[^/]+/(v2|oauth2?)?", "", unquote_plus(exchange["url"]))
    media = next((value for name, value in exchange["response_headers"] if name.lower() == "content-type"), None)
    sent, body = _plain(exchange["request_body"]), _plain(exchange["response_body"])
    request = _plain(f"{exchange['method']} {target}").rstrip()
    return Example(request, sent, exchange["status"] or NO_HTTP, media, body)


def _plain(text: Any) -> Any:
    """Take out what differs from run to run: ids, the run's tag, ports, times."""
    if text is None:
        return None
    text = re.sub(r"sct[0-9a-f]{12}", "sct000000000000", str(text))
    text = re.sub(r"(sct000000000000[^\"@]*)-[0-9a-f]{6}\b", r"\1-000000", text)
    text = re.sub(r"127\.0\.0\.1(:\d+)?", "scim.example.com", text).replace("http://scim", "https://scim")
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", "2026-11-01T09:00:00", text)
