"""One table of settings: each row is a flag, a variable, a key and a line of the documentation, and nothing else is."""

import re
from pathlib import Path
from typing import Annotated, Any

import click
import msgspec
import pytest

from scim_conformance.commands.main import cli
from scim_conformance.commands.options import settings_options
from scim_conformance.config import settings as declared
from scim_conformance.config.options import PLAYING, PYTEST, Option, Row, rows
from scim_conformance.config.page import page
from scim_conformance.config.resolving import resolve
from scim_conformance.config.settings import CONFIG, TABLE, Secrets, Settings, SettingsError, table
from scim_conformance.run import plugin

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("run", "replay", "demo", "clean", "doctor", "preview", "rehearse", "init")
SAMPLES: dict[type, Any] = {str: "https://host/scim", float: 2.5, int: 7, bool: True}


def options(command: str) -> dict[str, str]:
    """Return a command's options and what its help says of each."""
    return {flag: one.help or "" for one in cli.commands[command].params for flag in one.opts if flag.startswith("--")}


def pytest_options() -> dict[str, str]:
    """Return the options that the plugin declares to pytest, with their help."""
    parser = pytest.Parser(_ispytest=True)
    plugin.pytest_addoption(parser)
    return {one.names()[0]: str(one.attrs()["help"]) for one in parser.getgroup("scim-conformance").options}


def sample(row: Row) -> Any:
    """Return a value that a setting can have, and that is not its default."""
    value = next((one for one in row.choices if one != row.usual), SAMPLES[row.kind])
    return [value] if row.many else value


def settable() -> list[Row]:
    return [row for row in rows(Settings) if row.name != "ca_file"]  # which names a file that has to be there


def test_each_field_has_one_row() -> None:
    fields = [*Settings.__struct_fields__, *Secrets.__struct_fields__, CONFIG.name]
    assert sorted(row.name for row in TABLE) == sorted(fields)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_row_is_a_flag_of_its_commands(command: str) -> None:
    found = options(command)
    for row in TABLE:
        assert (row.flag in found) == (command in row.option.on), row.name
    assert all(found[row.flag] == row.help(command) for row in table(command))


def test_each_row_is_an_option_of_pytest() -> None:
    wanted = {row.pytest_flag: row.help(PYTEST) for row in TABLE if PYTEST in row.option.on}
    found = pytest_options()
    assert found.pop("--scim-id")
    assert found == wanted


def test_a_setting_is_for_a_command_that_exists() -> None:
    assert {command for row in TABLE for command in row.option.on} == {*COMMANDS, PYTEST}


def test_the_page_is_made_from_the_table() -> None:
    said = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert said == page(), "docs/settings.md is out of date: make contract"
    assert [row.variable for row in TABLE if f"`{row.variable}`" not in said] == []


@pytest.mark.parametrize("row", settable(), ids=lambda row: row.name)
def test_flag_variable_and_key_say_the_same(row: Row, tmp_path: Path) -> None:
    value = sample(row)
    text = ",".join(value) if row.many else str(value).lower()
    file = tmp_path / "settings.toml"
    file.write_text(f"{row.key} = {msgspec.json.encode(value).decode()}\n", encoding="utf-8")
    given = [resolve({row.name: value}, {}), resolve({}, {row.variable: text}), resolve({}, {}, str(file))]
    assert [getattr(one, row.name) for one in given] == [value] * 3
    assert value != row.default


def test_the_flag_goes_before_the_variable_before_the_key(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("seed = 1\nrate = 1\ntimeout = 1\n", encoding="utf-8")
    environ = {"SCIM_CONFORMANCE_SEED": "2", "SCIM_CONFORMANCE_RATE": "2", "SCIM_CONFORMANCE_CONFIG": str(file)}
    found = resolve({"seed": 3}, environ)
    assert (found.seed, found.rate, found.timeout) == (3, 2.0, 1.0)


@pytest.mark.parametrize("row", rows(Secrets), ids=lambda row: row.name)
def test_no_secret_is_taken_from_a_file(row: Row, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'{row.key} = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=row.variable):
        resolve({}, {}, str(file))


def test_the_action_hands_over_what_there_is() -> None:
    named = set(re.findall(r"SCIM_CONFORMANCE_\w+", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert named - {row.variable for row in TABLE} == set()
    assert len(named) > 10


class More(Settings, frozen=True):
    """Settings with one more."""

    colour: Annotated[str | None, Option("The colour of the report", PLAYING, choices=("red", "blue"))] = None


def test_one_more_field_is_all_that_a_new_setting_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "TABLE", (*TABLE, next(row for row in rows(More) if row.name == "colour")))
    command = settings_options("run")(click.command()(lambda **given: click.echo(given["colour"])))
    help_text = command.get_help(click.Context(command))
    assert "--colour [red|blue]" in help_text
    assert "The colour of the report." in help_text
    assert pytest_options()["--scim-colour"] == "The colour of the report."


def test_a_field_that_says_nothing_of_itself_is_refused() -> None:
    class Bare(Settings, frozen=True):
        colour: str | None = None

    with pytest.raises(TypeError, match="colour"):
        rows(Bare)
