"""The command line. Thin: it collects flags, hands secrets over by the environment, and has pytest run the suites."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scim_conformance import FACTS_AS_OF, __version__
from scim_conformance.profile_cli import profile
from scim_conformance.settings import PREFIX, Settings, SettingsError, resolve

if TYPE_CHECKING:
    from scim_conformance.demo.server import Served

USAGE, INTERNAL, INTERRUPTED = 4, 3, 2

Command = TypeVar("Command", bound=Callable[..., Any])

EXIT_CODES = """\b
Exit codes: 0 conformant, 1 deviations, 2 interrupted, 3 internal error,
4 usage or configuration, 5 nothing selected, 6 inconclusive."""


def run_options(command: Command) -> Command:
    """Add the flags that `run` and `demo` share."""
    flags: list[Callable[[Command], Command]] = [
        click.option("--config", metavar="FILE", help="TOML file with settings; flags and environment go first."),
        click.option(
            "--profile", metavar="NAME|FILE", help="Attribute mappings to test with (default: entra-default)."
        ),
        click.option("--dialect", type=click.Choice(["legacy", "compliant", "both"]), help="How PATCH is written."),
        click.option("--suite", multiple=True, type=click.Choice(["entra", "all"]), help="Default: entra."),
        click.option("--report-dir", metavar="DIR", help="Where the results go (default: reports/<time>)."),
        click.option("--waivers", metavar="FILE", help="TOML file with deviations that somebody answers for."),
        click.option("--fail-on", type=click.Choice(["must", "should"]), help="What makes exit 1 (default: must)."),
        click.option("--timeout", type=float, metavar="S", help="Seconds for a whole request (default: 30)."),
        click.option("--settle", type=float, metavar="S", help="Seconds for which a read after a write is repeated."),
        click.option("--rate", type=float, metavar="N", help="Most requests in a second."),
        click.option("--seed", type=int, metavar="N", help="Seed of the generated people (default: 0)."),
        click.option("-n", "workers", type=click.IntRange(1, 64), metavar="N", help="Play in N processes."),
    ]
    for flag in reversed(flags):
        command = flag(command)
    return command


def oauth_options(command: Command) -> Command:
    """Add the flags for client credentials. The secret itself is never one: everybody on a machine sees arguments."""
    flags: list[Callable[[Command], Command]] = [
        click.option("--client-id", metavar="ID", help=f"OAuth client; its secret goes into {PREFIX}CLIENT_SECRET."),
        click.option("--token-url", metavar="URL", help="OAuth token endpoint."),
        click.option("--scope", metavar="SCOPE", help="OAuth scope, where the token endpoint wants one."),
        click.option("--client-secret-file", metavar="FILE", help="File that holds the client secret."),
        click.option("--client-assertion-file", metavar="FILE", help="File that holds a JWT which Entra issued."),
    ]
    for flag in reversed(flags):
        command = flag(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(__version__, message=f"scim-conformance {__version__}, facts as of {FACTS_AS_OF}")
def cli() -> None:
    """Replay what Microsoft Entra ID's provisioning service sends against a SCIM target, and judge the answers.

    Not issued or endorsed by Microsoft.
    """


@cli.command(epilog="Example: scim-conformance run --url https://host/scim/v2 --yes ENT-DIS\n\n" + EXIT_CODES)
@click.option("--url", metavar="URL", help="Tenant URL, as an administrator pastes it into Entra.")
@click.option("--token", "secret", metavar="TOKEN", help=f"Secret token; better: {PREFIX}TOKEN.")
@click.option("--token-file", metavar="FILE", help="File that holds the secret token.")
@oauth_options
@click.option("--ca-file", metavar="FILE", help="Certificate authorities to trust, as PEM.")
@click.option("--proxy", metavar="URL", help="Proxy; none is taken from the environment.")
@click.option("--yes", is_flag=True, default=None, help="Write to a target that is not on this machine.")
@click.option("--dry-run", is_flag=True, help="Print the requests instead of sending them.")
@run_options
@click.argument("ids", nargs=-1)
def run(ids: tuple[str, ...], *, secret: str | None, workers: int | None, dry_run: bool, **flags: Any) -> int:
    """Play the suites against a target.

    IDS are scenarios or the beginnings of their ids; what stands after -- goes to pytest.
    """
    wanted, extra = _split(ids)
    config = flags.pop("config")
    if secret:
        os.environ[PREFIX + "TOKEN"] = secret
    settings = resolve(flags, os.environ, config)
    if dry_run:
        from scim_conformance import dryrun

        return dryrun.show(settings, wanted)
    if settings.url is None:
        raise SettingsError(
            "no target: give --url, the tenant URL\n"
            "  scim-conformance run --url https://host/scim/v2\n"
            f"  the secret token goes into {PREFIX}TOKEN; without a target of your own: scim-conformance demo"
        )
    _check_access(settings)
    if not settings.is_loopback and not settings.yes:
        flags["yes"] = _agreed(settings)
    return _play(flags | {"config": config}, wanted, workers, extra)


def _split(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part ids from what is meant for pytest; click has already taken the `--` away, so main() marked the place."""
    marked = list(ids)
    if SEPARATOR not in marked:
        return marked, []
    at = marked.index(SEPARATOR)
    return marked[:at], marked[at + 1 :]


def _check_access(settings: Settings) -> None:
    from scim_conformance import credentials

    credentials.access(settings, credentials.profile_of(settings))


SEPARATOR = "\0--"


def _agreed(settings: Settings) -> bool:
    """Ask before writing to a target that is not on this machine.

    Raises:
        SettingsError: nobody is there to be asked, or the answer is no.
    """
    if not sys.stdin.isatty():
        raise SettingsError(f"{settings.base} is not on this machine, and the run writes to it: say so with --yes")
    question = f"{settings.base} is not on this machine. Users and groups of ours are created there and deleted. Go on?"
    if not click.confirm(question):
        raise SettingsError("not started")
    return True


def _play(flags: Mapping[str, Any], ids: Sequence[str], workers: int | None, extra: Sequence[str]) -> int:
    """Run pytest on the suites in this process, with our own configuration and plugins alone."""
    import pytest

    from scim_conformance.places import PYTEST_INI, ROOT, SUITES

    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-c", str(PYTEST_INI), f"--rootdir={ROOT}", "-p", "no:cacheprovider", "-p", "allure_pytest.plugin"]
    arguments += ["-p", "scim_conformance.plugin", "-p", "xdist.plugin", "-qq", "--no-header", "--no-summary"]
    arguments += ["--scim-quiet", *_as_options(flags), *(f"--scim-id={one}" for one in ids)]
    arguments += ["-n", str(workers)] if workers and workers > 1 else []
    return int(pytest.main([*arguments, *extra, str(SUITES)]))


def _as_options(flags: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in flags.items():
        option = "--scim-" + name.replace("_", "-")
        if value is True:
            found.append(option)
        elif isinstance(value, tuple | list):
            found += [f"{option}={one}" for one in value]
        elif value not in (None, False):
            found.append(f"{option}={value}")
    return found


@cli.command(epilog=EXIT_CODES)
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="Make the target faulty (see --list-defects).")
@click.option("--list-defects", is_flag=True, help="Name the defects, and stop.")
@run_options
@click.argument("ids", nargs=-1)
def demo(
    ids: tuple[str, ...], *, defects: tuple[str, ...], list_defects: bool, workers: int | None, **flags: Any
) -> int:
    """Start the embedded target on loopback, and play the suites against it."""
    wanted, extra = _split(ids)
    try:
        from scim_conformance.demo.defects import DEFECTS
        from scim_conformance.demo.server import serve
    except ModuleNotFoundError as missing:
        raise SettingsError(f"the demo needs {missing.name}: pip install 'scim-conformance[demo]'") from None
    if list_defects:
        for one in DEFECTS.values():
            click.echo(f"{one.name:20} {one.symptom} ({one.source})")
        return 0
    for name in defects:
        if name not in DEFECTS:
            raise SettingsError(f"--defect {name}: there is no such defect; there are {', '.join(DEFECTS)}")
    showing = [one for one in (DEFECTS[name].profile for name in defects) if one is not None]
    flags["profile"] = flags["profile"] or next(iter(showing), None)
    with serve([DEFECTS[name].around for name in defects]) as served:
        click.echo(f"The embedded target listens at {served.url}")
        return _play({**flags, "url": served.url, **_demo_access(flags, served)}, wanted, workers, extra)


def _demo_access(flags: dict[str, Any], served: "Served") -> dict[str, str]:
    """Hand over what the embedded target accepts, as the profile wants it: a token, or client credentials."""
    from scim_conformance.credentials import ASSERTION, SECRET, in_use, profile_of

    for name in (PREFIX + "TOKEN", SECRET, ASSERTION):
        os.environ.pop(name, None)
    settings = resolve({name: value for name, value in flags.items() if name != "config"}, os.environ, flags["config"])
    if in_use(settings, profile_of(settings)).kind == "bearer":
        os.environ[PREFIX + "TOKEN"] = served.token
        return {}
    os.environ[SECRET] = served.app.tokens.client_secret
    return {"token_url": served.token_url, "client_id": served.app.tokens.client_id}


@cli.command("list")
@click.option("--profile", metavar="NAME|FILE", default="entra-default", help="Attribute mappings to list for.")
@click.option("--checks/--no-checks", default=True, help="Name the checks too.")
@click.option("--coverage", is_flag=True, help="Print the requirements, each with what covers it; IDS are rows.")
@click.argument("ids", nargs=-1)
def list_scenarios(ids: tuple[str, ...], *, profile: str, checks: bool, coverage: bool) -> int:
    """Name every scenario and every check."""
    from scim_conformance import listing

    if coverage:
        return listing.coverage(ids)
    return listing.show(profile, ids, checks=checks)


@cli.command()
@click.argument("id")
@click.option("--profile", metavar="NAME|FILE", default="entra-default", help="Attribute mappings to explain for.")
def explain(id: str, *, profile: str) -> int:  # noqa: A002
    """Say what a scenario or check is about: what Entra does, what breaks, what to do, and how sure that is."""
    from scim_conformance import listing

    return listing.explain(profile, id)


@cli.command()
@click.option("--url", metavar="URL", help="Tenant URL, where it is not that of the run.")
@click.option("--token-file", metavar="FILE", help="File that holds the secret token.")
@oauth_options
@click.option("--profile", metavar="NAME|FILE", help="Profile whose credentials are used.")
@click.option("--ca-file", metavar="FILE", help="Certificate authorities to trust, as PEM.")
@click.option("--proxy", metavar="URL", help="Proxy; none is taken from the environment.")
@click.option("--timeout", type=float, metavar="S", help="Seconds for a whole request (default: 30).")
@click.argument("directories", nargs=-1, required=True, metavar="DIR...")
def clean(directories: tuple[str, ...], **flags: Any) -> int:
    """Remove from the target what interrupted runs left there, from the journals in their report directories."""
    from scim_conformance import cleaning

    return cleaning.finish([Path(one) for one in directories], flags)


cli.add_command(profile)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error is one sentence, and the exit code says what kind it is."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--" in given:
        at = given.index("--")
        given = [*given[:at], "--", SEPARATOR, *given[at + 1 :]]
    sys.exit(_code(given))


def _code(given: list[str]) -> int:
    try:
        found = cli.main(given, standalone_mode=False, prog_name="scim-conformance")
    except Exception as error:  # noqa: BLE001 - the border: whatever else goes wrong is our fault
        return _failed(error)
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    return found if isinstance(found, int) else 0


def _failed(error: Exception) -> int:
    """Say what is wrong in one sentence, and return the exit code for it."""
    if isinstance(error, SettingsError):
        return _say(str(error), USAGE)
    if isinstance(error, click.Abort):
        return _say("interrupted", INTERRUPTED)
    if isinstance(error, click.ClickException):
        return _say(error.format_message(), USAGE)
    if isinstance(error, BrokenPipeError):
        return INTERNAL
    if os.environ.get(PREFIX + "TRACEBACK"):
        raise error
    text = f"{type(error).__name__}: {error}"
    return _say(f"internal error ({text}); please report it, with {PREFIX}TRACEBACK=1 set", INTERNAL)


def _say(text: str, code: int) -> int:
    click.echo(f"scim-conformance: {text}", err=True)
    return code


if __name__ == "__main__":
    main()
