"""The flags that several commands share, and the settings that come out of them."""

import itertools
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from scim_conformance.settings import DEFAULT_FILE, PREFIX, SUITES, Settings, found_file, resolve

Command = TypeVar("Command", bound=Callable[..., Any])

EXIT_CODES = """\b
Exit codes: 0 conformant, 1 deviations, 2 interrupted, 3 internal error,
4 usage or configuration, 5 nothing selected, 6 inconclusive."""


def examples(*lines: str, codes: bool = True) -> str:
    """Return a help text's end: commands as they are typed, one a line, and what the exit codes mean."""
    shown = "\n".join(f"  {line}" for line in lines)
    return f"\b\nExamples:\n{shown}" + (f"\n\n{EXIT_CODES}" if codes else "")


def _added(command: Command, flags: list[Callable[[Command], Command]]) -> Command:
    for flag in reversed(flags):
        command = flag(command)
    return command


def target_options(command: Command) -> Command:
    """Add the flags that say where the target is, and how it is spoken to. A secret is better not an argument."""
    return _added(
        command,
        [
            click.option("--url", metavar="URL", help="Tenant URL, as an administrator pastes it into Entra."),
            click.option("--token", "secret", metavar="TOKEN", help=f"Secret token; better: {PREFIX}TOKEN."),
            click.option("--token-file", metavar="FILE", help="File that holds the secret token."),
            oauth_options,
            connection_options,
        ],
    )


def connection_options(command: Command) -> Command:
    """Add the flags for the way to the target."""
    return _added(
        command,
        [
            click.option("--ca-file", metavar="FILE", help="Certificate authorities to trust, as PEM."),
            click.option("--proxy", metavar="URL", help="Proxy; none is taken from the environment."),
            config_option,
        ],
    )


def timeout_option(command: Command) -> Command:
    """Add the flag for a request's deadline."""
    help_text = "Seconds for a whole request (default: 30)."
    return click.option("--timeout", type=float, metavar="S", help=help_text)(command)


def config_option(command: Command) -> Command:
    """Add the flag that names the file with settings."""
    help_text = f"TOML file with settings (default: {DEFAULT_FILE}, if it is here); flags and environment go first."
    return click.option("--config", metavar="FILE", help=help_text)(command)


def oauth_options(command: Command) -> Command:
    """Add the flags for client credentials. The secret itself is never one: everybody on a machine sees arguments."""
    return _added(
        command,
        [
            click.option(
                "--client-id", metavar="ID", help=f"OAuth client; its secret goes into {PREFIX}CLIENT_SECRET."
            ),
            click.option("--token-url", metavar="URL", help="OAuth token endpoint."),
            click.option("--scope", metavar="SCOPE", help="OAuth scope, where the token endpoint wants one."),
            click.option("--client-secret-file", metavar="FILE", help="File that holds the client secret."),
            click.option("--client-assertion-file", metavar="FILE", help="File that holds a JWT which Entra issued."),
        ],
    )


def run_options(command: Command) -> Command:
    """Add the flags that say what is played, and how."""
    return _added(
        command,
        [
            click.option(
                "--profile", metavar="NAME|FILE", help="Attribute mappings to test with (default: entra-default)."
            ),
            click.option("--dialect", type=click.Choice(["legacy", "compliant", "both"]), help="How PATCH is written."),
            click.option("--suite", multiple=True, type=click.Choice(SUITES), help="Default: entra."),
            click.option("--report-dir", metavar="DIR", help="Where the results go (default: reports/<time>)."),
            click.option("--waivers", metavar="FILE", help="TOML file with deviations that somebody answers for."),
            click.option("--fail-on", type=click.Choice(["must", "should"]), help="What makes exit 1 (default: must)."),
            timeout_option,
            click.option(
                "--settle", type=float, metavar="S", help="Seconds for which a read after a write is repeated."
            ),
            click.option("--rate", type=float, metavar="N", help="Most requests in a second."),
            click.option("--seed", type=int, metavar="N", help="Seed of the generated people (default: 0)."),
            click.option("-n", "workers", type=click.IntRange(1, 64), metavar="N", help="Play in N processes."),
        ],
    )


def baseline_options(command: Command) -> Command:
    """Add the flags that write today's deviations down as waivers."""
    return _added(
        command,
        [
            click.option(
                "--write-baseline", metavar="FILE", help="Write waivers for what fails today (see docs/waivers.md)."
            ),
            click.option("--owner", metavar="NAME", help="Who answers for these waivers."),
            click.option("--reason", metavar="TEXT", help="Why they are accepted."),
            click.option("--until", metavar="YYYY-MM-DD", help="Their last day (default: 90 days from now)."),
        ],
    )


def settings_of(flags: Mapping[str, Any], secret: str | None, config: str | None) -> tuple[Settings, str | None]:
    """Return settings, and the file that they come from; the file in this folder is named, since nobody named it.

    `secret`: the token of the command line; it goes into the environment, where the run looks for it.

    Raises:
        SettingsError: a setting cannot be used.
    """
    if secret:
        os.environ[PREFIX + "TOKEN"] = secret
    file = config or found_file(os.environ)
    settings = resolve(flags, os.environ, file)
    _mask(settings)
    if file == DEFAULT_FILE and config is None:
        click.echo(f"Settings from {DEFAULT_FILE}", err=True)
    return settings, file


def _mask(settings: Settings) -> None:
    """Have GitHub's log hide what stands in files; what stands in the environment was masked at the start."""
    from scim_conformance.reporting import annotations

    if not annotations.is_on():
        return
    files = [settings.token_file, settings.client_secret_file, settings.client_assertion_file]
    annotations.mask(text for text in map(_content, files) if text)


def _content(file: str | None) -> str | None:
    try:
        with open(file or os.devnull, encoding="utf-8") as opened:  # noqa: PTH123 - /dev/null for none
            return opened.read().strip()
    except (OSError, UnicodeDecodeError):
        return None  # it is said where the secret is needed


def mask_environment(arguments: list[str]) -> None:
    """Have GitHub's log hide the secrets that this process was given, before anything is printed."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from scim_conformance.reporting import annotations

    given = [os.environ.get(PREFIX + name) for name in ("TOKEN", "CLIENT_SECRET", "CLIENT_ASSERTION")]
    given += [after for before, after in itertools.pairwise(arguments) if before == "--token"]
    given += [one.partition("=")[2] for one in arguments if one.startswith("--token=")]
    annotations.mask(given)
