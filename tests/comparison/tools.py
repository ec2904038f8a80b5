"""The testers that are compared: how each is started, and which faults it says that it found."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.real.servers import install

HERE = Path(__file__).parent
OTHERS = ["scim2-cli==0.6.0", "scim2-tester==0.5.2", "scim-sanity==0.7.4"]


@dataclass(frozen=True)
class Started:
    """A command line with its environment."""

    line: list[str]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Tool:
    """A tester. `found` reads from its output and its directory the faults that it names, each once."""

    name: str
    version: str
    start: Callable[[str, str, Path, Sequence[str]], Started]
    """From a URL, a token, a directory and the scenarios to play, which are for ours alone: none stands for all."""
    found: Callable[[str, Path], set[str]]
    dressing: tuple[str, ...] = ()
    """Legal variants of the embedded target under which it has fewest false alarms, so that it can see the rest."""
    allowed: frozenset[int] = frozenset({0, 1})
    """Exit codes of a run that came to its end."""


def programs() -> Path:
    """Install the other testers, and return where their programs are."""
    return install.python("comparison", ["--constraint", str(HERE / "constraints.txt"), *OTHERS])


def _environ(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SCIM_", "PYTEST_"))}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "200", **more}


def _start_ours(url: str, token: str, directory: Path, ids: Sequence[str]) -> Started:
    line = [
        sys.executable,
        "-m",
        "scim_conformance.commands.main",
        "run",
        "--url",
        url,
        "--report-dir",
        str(directory / "report"),
        "--suite",
        "all",
        *ids,
    ]
    return Started(line, _environ(SCIM_CONFORMANCE_TOKEN=token))


def _found_ours(output: str, directory: Path) -> set[str]:
    result = json.loads((directory / "report" / "result.json").read_text(encoding="utf-8"))
    checks = [check for one in result["scenarios"] for check in one["checks"]]
    return {one["id"] for one in checks if one["verdict"] == "deviation" and one["level"] != "SHOULD"}


def _start_tester(url: str, token: str, directory: Path, ids: Sequence[str]) -> Started:
    line = [str(programs() / "scim2"), "--url", url, "test"]
    return Started(line, _environ(SCIM_CLI_HEADERS=f"Authorization: Bearer {token}"))


_STRANGE = re.compile(r"[0-9a-f]{8}-?[0-9a-f-]{4,}|https?://\S+|\d+|(?<=value )\S+")


def _found_tester(output: str, directory: Path) -> set[str]:
    """Return each check that failed with its first sentence, without the values that differ from run to run."""
    named = re.findall(r"^(?:ERROR|CRITICAL|FAILURE) (\S+)\n +(.*)$", output, re.MULTILINE)
    crashed = {"it ends with a traceback"} if "Traceback" in output else set()
    return {f"{check}: {_STRANGE.sub('…', said)[:100]}" for check, said in named} | crashed


def _start_sanity(url: str, token: str, directory: Path, ids: Sequence[str]) -> Started:
    line = [str(programs() / "scim-sanity"), "probe", url, "--token", token]
    return Started([*line, "--i-accept-side-effects", "--json-output", "--profile", "entra"], _environ())


def _found_sanity(output: str, directory: Path) -> set[str]:
    try:
        results = json.loads(output[output.index("{") : output.rindex("}") + 1])["results"]
    except ValueError:
        return {"it ends without a result"}
    failed = [one for one in results if one["status"] not in {"pass", "skip", "warning", "warn"}]
    return {f"{one['name']}: {_STRANGE.sub('…', one['message'])[:100]}" for one in failed}


OURS = Tool("scim-conformance", "this one", _start_ours, _found_ours, allowed=frozenset({0, 1, 6}))
TOOLS = (
    OURS,
    Tool("scim2-tester", "0.5.2, by scim2-cli 0.6.0", _start_tester, _found_tester),
    Tool("scim-sanity", "0.7.4", _start_sanity, _found_sanity, dressing=("patch-200", "unknown-member-kept")),
)
