"""What GitHub's runner does with an action's own steps and with what they print, as far as it is documented."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.cli import Ended, Process

COMMAND = re.compile(r"^::(?P<name>[a-z-]+)(?: (?P<attributes>[^:]*))?::(?P<data>.*)$")
EXPRESSION = re.compile(r"\$\{\{\s*(inputs|github)\.([a-z_-]+)\s*\}\}")


@dataclass
class Said:
    """The commands in what a step printed, in order, and the lines that were none."""

    masks: list[str] = field(default_factory=list)
    annotations: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind, title and message, unescaped."""
    plain: list[str] = field(default_factory=list)


def understood(screen: str) -> Said:
    """Read what was printed as the runner does: a command begins a line, behind blanks."""
    said = Said()
    for line in screen.splitlines():
        found = COMMAND.match(line.lstrip())
        if found is None:
            said.plain.append(line)
        elif found["name"] == "add-mask":
            said.masks.append(_plain(found["data"]))
        else:
            title = (found["attributes"] or "").removeprefix("title=")
            said.annotations.append((found["name"], _plain(title), _plain(found["data"])))
    return said


def _plain(text: str) -> str:
    for escaped, letter in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, letter)
    return text


def outputs(file: Path) -> dict[str, str]:
    """Read a step's outputs in the form with a delimiter."""
    found, lines = {}, iter(file.read_text(encoding="utf-8").splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        value = []
        for inner in lines:
            if inner == end:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


@dataclass
class Action:
    """A composite action, and a place where its steps are run."""

    file: Path
    where: Path
    given: dict[str, str]

    @property
    def document(self) -> dict[str, Any]:
        """The action's file."""
        found: dict[str, Any] = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        return found

    def step(self, number: int, environ: dict[str, str]) -> Ended:
        """Run a step in bash, as `shell: bash` does, with its `env` filled in."""
        step = self.document["runs"]["steps"][number]
        assert step["shell"] == "bash"
        filled = {name: EXPRESSION.sub(self._value, text) for name, text in step["env"].items()}
        script = self.where / f"step-{number}.sh"
        self.where.mkdir(parents=True, exist_ok=True)
        script.write_text(step["run"], encoding="utf-8")
        command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", str(script))
        return Process(command, self.where, environ | filled).ended(120)

    def _value(self, found: re.Match[str]) -> str:
        if found[1] == "github":
            return {"action_path": str(self.file.parent)}[found[2]]
        return str(self.given.get(found[2], self.document["inputs"][found[2]]["default"]))


def runner(where: Path) -> dict[str, str]:
    """The variables of a runner's step, as far as they matter."""
    where.mkdir(parents=True, exist_ok=True)
    for name in ("output", "summary.md"):
        (where / name).touch()
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(where / "output"),
        "GITHUB_STEP_SUMMARY": str(where / "summary.md"),
        "RUNNER_TEMP": str(where / "temp"),
        "COLUMNS": "80",
    }
