"""The flags that several commands share, made from the table of settings, and the resulting configuration."""

import itertools
import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click
import msgspec

from scim_conformance.config.configuration import Configuration, TargetFlags
from scim_conformance.config.credentials import TOKEN
from scim_conformance.config.options import Row, rows
from scim_conformance.config.resolving import contents, found_file, resolve
from scim_conformance.config.settings import DEFAULT_FILE, Secrets, Settings, table
from scim_conformance.system import inputs
from scim_conformance.system.hidden import Hidden

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.

Command = TypeVar("Command", bound=Callable[..., Any])

EXIT_CODES = """\b
Exit codes: 0 passed, 1 failed, 2 interrupted, 3 internal error,
4 usage or configuration, 5 nothing selected, 6 inconclusive."""


def examples(*lines: str, codes: bool = True) -> str:
    """Return the end of a help text: example commands, one per line, and the meaning of the exit codes."""
    shown = "\n".join(f"  {line}" for line in lines)
    return f"\b\nExamples:\n{shown}" + (f"\n\n{EXIT_CODES}" if codes else "")


def _added(command: Command, flags: list[Callable[[Command], Command]]) -> Command:
    for flag in reversed(flags):
        command = flag(command)
    return command


def settings_options(command: str) -> Callable[[Command], Command]:
    """Return a decorator that adds a flag for each setting of a command."""
    return lambda decorated: _added(decorated, [_flag(row, command) for row in table(command)])


def _flag(row: Row, command: str) -> Callable[[Command], Command]:
    if row.kind is bool:
        return click.option(row.flag, is_flag=True, default=None, help=row.help(command))
    kind = click.Choice(row.choices) if row.choices else row.kind
    metavar = row.option.shown.get(command) or row.option.metavar or None
    names = ("-n", row.flag) if row.name == "jobs" else (row.flag,)
    return click.option(*names, type=kind, multiple=row.many, metavar=metavar, help=row.help(command))


def ids_completed(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of shipped scenarios that begin like this, for the completion of a shell."""
    del context, parameter
    from scim_conformance.catalogue import scenarios
    from scim_conformance.entra.profiles.profile import load

    found = scenarios.cases_of(scenarios.shipped_templates(), load(Settings().profile), Settings())
    return [case.id for case in found if case.id.startswith(incomplete.upper()) or case.id.startswith(incomplete)]


def playing_options(command: Command) -> Command:
    """Add the flags that pytest has under the same names, and how much is printed."""
    return _added(
        command,
        [
            click.option("-x", "stops", is_flag=True, help="Stop at the first failure."),
            click.option(
                "-k",
                "matching",
                metavar="EXPRESSION",
                help="Run only what matches, by id or title, as in pytest.",
            ),
            click.option("-v", "verbose", is_flag=True, help="Print a line for each scenario."),
            click.option("-q", "brief", is_flag=True, help="Print only the last line."),
        ],
    )


def for_pytest(flags: dict[str, Any]) -> tuple[list[str], int]:
    """Take these flags out of the others; return pytest's arguments, and how much more than usual is printed."""
    stops, matching, verbose, brief = (flags.pop(name) for name in ("stops", "matching", "verbose", "brief"))
    return [*(["-x"] if stops else []), *(["-k", matching] if matching else [])], verbose - brief


def baseline_options(command: Command) -> Command:
    """Add the flags that write the current deviations as waivers."""
    return _added(
        command,
        [
            click.option(
                "--write-baseline", metavar="FILE", help="Write waivers for what fails today (see docs/waivers.md)."
            ),
            click.option("--owner", metavar="NAME", help="Owner of these waivers."),
            click.option("--reason", metavar="TEXT", help="Reason for accepting the deviations."),
            click.option("--until", metavar="YYYY-MM-DD", help="Last day of the waivers (default: 90 days from now)."),
        ],
    )


def configured(flags: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a command, from its flags, the environment, and the file from either or from the
    current folder.

    Raises:
        SettingsError: a setting is invalid.
    """
    file = flags["config"] or found_file(os.environ)
    names = [row.name for row in rows(Settings)]
    keys = contents(file)
    settings = resolve({name: value for name, value in flags.items() if name in names}, os.environ, keys)
    _mask(settings)
    if file == DEFAULT_FILE and flags["config"] is None:
        click.echo(f"Settings from {DEFAULT_FILE}", err=True)
    origin = replace(_origin(flags, keys), **_export(flags, settings))
    return Configuration(settings, _secrets(flags.get("token")), file, origin=origin)


def _export(flags: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return how to set the variable with the token, if it is not set: commands that are printed read it there."""
    if os.environ.get(TOKEN):
        return {}
    if flags.get("token"):
        return {"export": f"export {TOKEN}=…"}
    if settings.token_file is not None:
        return {"export": f'export {TOKEN}="$(cat {shlex.quote(settings.token_file)})"', "only_curl": True}
    return {}


def _origin(flags: Mapping[str, Any], keys: Mapping[str, Any]) -> TargetFlags:
    """Return the flags that `doctor` and `run` need to find the same target; never a secret.

    `replay` repeats every setting of the earlier run: one that applies without a flag is left out.
    """
    known = [row for row in table("doctor") if row.kind is not bool and not row.option.secret]
    given = {row.name: flags.get(row.name) for row in known}
    unsaid = msgspec.to_builtins(resolve({}, os.environ, keys))
    needed = {name: value for name, value in given.items() if name == "url" or value != unsaid.get(name)}
    said = {name: str(value) for name, value in needed.items() if value not in (None, ())}
    return TargetFlags(said, waivers=flags.get("waivers") or "")


def _secrets(token: str | None) -> Secrets:
    """Return the secrets of the environment; a token on the command line takes precedence."""
    found = Secrets.found(os.environ)
    return msgspec.structs.replace(found, token=Hidden(token)) if token else found


def _mask(settings: Settings) -> None:
    """Mask the secrets from files in GitHub's log; those from the environment were masked at the start."""
    from scim_conformance.reporting import annotations

    if not annotations.is_on():
        return
    files = [settings.token_file, settings.client_secret_file, settings.client_assertion_file]
    annotations.mask(text for text in map(_content, files) if text)


def _content(file: str | None) -> str | None:
    try:
        return inputs.secret(file) if file else None
    except inputs.CannotRead:
        return None  # reported where the secret is needed


def mask_environment(arguments: list[str]) -> None:
    """Mask the secrets of this process in GitHub's log, before anything is printed."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from scim_conformance.reporting import annotations

    given = [os.environ.get(row.variable) for row in rows(Secrets)]
    given += [after for before, after in itertools.pairwise(arguments) if before == "--token"]
    given += [one.partition("=")[2] for one in arguments if one.startswith("--token=")]
    annotations.mask(given)
