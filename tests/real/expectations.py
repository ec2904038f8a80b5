"""What each server is expected to do, and who is right where it deviates: `expectations/<server>.toml`.

The ids may be refreshed by a run; the judgement is written by hand, and an entry without one fails.
"""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).with_name("expectations")
LEVELS = ("MUST", "ENTRA", "SHOULD")
RIGHT = ("harness", "server", "open")


@dataclass(frozen=True)
class Entry:
    """Deviations of one cause: who is right (`harness`, `server` or `open`), why, by which source, what was seen.

    `request` and `answer` are raw, of the first of the checks: method, path and body; status and body.
    `sometimes`: a race decides, so a run may see each of the checks or not.
    """

    title: str
    right: str = ""
    why: str = ""
    source: str = ""
    saw: str = ""
    checks: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the checks under their level."""
    request: str = ""
    answer: str = ""
    sometimes: bool = False


UNJUDGED = "Not judged yet"


@dataclass(frozen=True)
class Expectation:
    """All that is expected of one server."""

    verdict: str
    by_dialect: dict[str, str]
    blocked: dict[str, list[str]]
    entries: list[Entry]

    def levels(self) -> dict[str, str]:
        """Return the level of every listed check id."""
        return {id_: level for entry in self.entries for level, ids in entry.checks.items() for id_ in ids}

    def uncertain(self) -> set[str]:
        """Return the ids of the checks that only some runs show."""
        return {id_ for entry in self.entries if entry.sometimes for ids in entry.checks.values() for id_ in ids}


def load(name: str, directory: Path = DIRECTORY) -> Expectation:
    """Read the expectation of a server; an empty one where there is no file yet."""
    file = directory / f"{name}.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Expectation(
        verdict=content.get("verdict", ""),
        by_dialect=content.get("verdict_by_dialect", {}),
        blocked=content.get("inconclusive", {}),
        entries=[Entry(**entry) for entry in content.get("deviation", [])],
    )


def write(name: str, expectation: Expectation, directory: Path = DIRECTORY) -> None:
    """Write the expectation of a server."""
    (directory / f"{name}.toml").write_text(text(name, expectation), encoding="utf-8")


def text(name: str, expectation: Expectation) -> str:
    """Return an expectation as TOML, in one fixed layout."""
    lines = [
        f"# What {name} does with Entra's requests. Ids are refreshed by `python tests/real/run.py --update`;",
        "# right, why, source and saw are judgements, written by hand; request and answer are raw, from the run that",
        "# first showed it.",
        f"verdict = {_value(expectation.verdict)}",
        *_table("verdict_by_dialect", expectation.by_dialect),
        *_table("inconclusive", expectation.blocked),
    ]
    for entry in expectation.entries:
        lines += ["", "[[deviation]]", *_keys(entry), *_table("deviation.checks", entry.checks, gap=False)]
    return "\n".join(lines) + "\n"


def _keys(entry: Entry) -> list[str]:
    texts = ("title", "right", "why", "source", "saw", "request", "answer")
    rows = [f"{key} = {_value(getattr(entry, key))}" for key in texts]
    return [*rows, "sometimes = true"] if entry.sometimes else rows


def _table(name: str, content: dict[str, Any], *, gap: bool = True) -> list[str]:
    rows = [f"{json.dumps(key) if '/' in key else key} = {_value(value)}" for key, value in content.items()]
    return [*([""] if gap else []), f"[{name}]", *rows]


def _value(value: Any) -> str:
    """Return a string or a list of strings as TOML; long lists take a line for each element."""
    if isinstance(value, list):
        rows = "".join(f"    {_value(one)},\n" for one in value)
        return f"[\n{rows}]"
    # A TOML basic string has JSON's escapes, and wants one more character escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
