"""Twenty command lines as somebody types them, and the last lines of each screen: see `twenty_commands.toml`.

The last line is what people read first. More than half of the commands run against a target that has a defect, is down,
or while Ctrl-C is pressed, because there the last line has to say what to do. A run of the tests plays one width, and
the next one the other.
"""

import asyncio
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from scim_conformance.demo.shapes import changes, refusal
from scim_conformance.system.signals import TOGETHER
from tests.support.raw import closed_port
from tests.support.screens import Screen, normal, shown
from tests.support.turns import due
from tests.support.valid_profiles import ACTIVE, MATCH, toml

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("twenty_commands.toml")
WIDTHS = (80, 120)
CTRL_C = "\x03"
UNHAPPY = {"red", "dead", "interrupted"}
DEFECT = "op-case"


@dataclass
class Waiting:
    """A target that does not respond while Ctrl-C is pressed: to a change in the compliant dialect, which comes second,
    and, when Ctrl-C is pressed again, to a DELETE."""

    strikes: int
    has_ended: bool = False

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Respond only after the command has ended, and do nothing then."""
        waits = any(one["op"] == "replace" for one in changes(request))
        if not waits and not (request.method == "DELETE" and self.strikes > 1):
            return await go(request)
        while not self.has_ended:
            await asyncio.sleep(0.05)
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "nobody waits any more")


def commands() -> list[dict[str, Any]]:
    """Return the script."""
    found: list[dict[str, Any]] = tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["command"]
    return found


@contextmanager
def _behaving(served: Served, how: str, strikes: int) -> Iterator[None]:
    """Let the one target behave as a command asks for."""
    waiting = Waiting(strikes)
    arounds: dict[str, tuple[Around, ...]] = {"red": (DEFECTS[DEFECT].around,), "interrupted": (waiting,)}
    served.app.defects = arounds.get(how, ())
    yield
    waiting.has_ended = True


def _play(command: dict[str, Any], served: Served, dead: str, where: Path, columns: int) -> Screen:
    target, strikes = command.get("target", ""), command.get("ctrl_c", [])
    url = dead if target == "dead" else served.url
    arguments = command["line"].format(url=url).split()[1:]
    with _behaving(served, target, len(strikes)):
        environ = {"SCIM_CONFORMANCE_TOKEN": served.token} if target else {}
        typed = [(text, CTRL_C) for text in strikes]
        return shown(where, columns, *arguments, environ=environ, typed=typed, pause=2 * TOGETHER)


@pytest.mark.parametrize("columns", WIDTHS if "SCREENS" in os.environ else due(WIDTHS, 2))
def test_the_last_lines_of_twenty_commands(tmp_path: Path, columns: int) -> None:
    (tmp_path / "tiny.toml").write_text(toml("tiny", (MATCH, ACTIVE)), encoding="utf-8")
    script, dead = commands(), f"http://127.0.0.1:{closed_port()}/scim"
    with serve() as served:
        screens = [_play(one, served, dead, tmp_path, columns) for one in script]
    if os.environ.get("SCREENS") == "write":
        _write([_with_end(one, screen, columns) for one, screen in zip(script, screens, strict=True)])
    wanted = commands()
    found = [(screen.code, _end(screen, len(one[str(columns)]))) for one, screen in zip(wanted, screens, strict=True)]
    assert found == [(one["code"], one[str(columns)]) for one in wanted]


def _end(screen: Screen, many: int) -> list[str]:
    return normal(screen.text).splitlines()[-many:]


def _with_end(command: dict[str, Any], screen: Screen, columns: int) -> dict[str, Any]:
    """Return a command with the last paragraph of its screen, of which the last lines are kept."""
    paragraph = normal(screen.text).rstrip().lstrip("\n").rpartition("\n\n")[2].splitlines()
    return command | {"code": screen.code, str(columns): paragraph[-MOST:]}


MOST = 3
"""Lines of a screen that are pinned: a verdict at 80 columns may need as many."""


def _write(script: list[dict[str, Any]]) -> None:
    head = SCRIPT.read_text(encoding="utf-8").partition("[[command]]")[0]
    blocks = [
        "\n".join(["[[command]]", *(f"{key} = {_literal(value)}" for key, value in one.items())]) for one in script
    ]
    SCRIPT.write_text(head + "\n\n".join(blocks) + "\n", encoding="utf-8")


def _literal(value: object) -> str:
    if isinstance(value, list) and len(value) > 1:
        return "[\n" + "".join(f"    {json.dumps(one, ensure_ascii=False)},\n" for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def test_there_are_twenty_and_half_of_them_meet_trouble() -> None:
    script = commands()
    assert len(script) == 20
    assert sum(one.get("target") in UNHAPPY for one in script) >= 10
    assert {one.get("target") for one in script} >= UNHAPPY
    assert all(one[str(columns)] for one in script for columns in WIDTHS)
