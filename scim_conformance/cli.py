"""The command line. Thin: it collects flags, hands secrets over by the environment, and has pytest run the suites."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scim_conformance import FACTS_AS_OF, __version__, fitting
from scim_conformance.cli_help import IN_SHORT, InOrder
from scim_conformance.cli_options import (
    baseline_options,
    connection_options,
    examples,
    mask_environment,
    oauth_options,
    run_options,
    settings_of,
    target_options,
    timeout_option,
)
from scim_conformance.contact_cli import doctor, init
from scim_conformance.profile_cli import profile
from scim_conformance.report_cli import COMMANDS as REPORTS
from scim_conformance.settings import PREFIX, NothingSelected, SettingsError, resolve

if TYPE_CHECKING:
    from scim_conformance.demo.server import Served

USAGE, INTERNAL, INTERRUPTED, NOTHING = 4, 3, 2, 5


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "scim-conformance demo", "scim-conformance init", "scim-conformance doctor", "scim-conformance run"
    ),
)
@click.version_option(__version__, message=f"scim-conformance {__version__}, facts as of {FACTS_AS_OF}")
def cli() -> None:
    """Replay what Microsoft Entra ID's provisioning service sends against a SCIM target, and judge the answers.

    Not issued or endorsed by Microsoft.
    """


@cli.command(
    epilog=examples(
        "scim-conformance run --url https://host/scim/v2",
        "scim-conformance run --yes ENT-DIS ENT-GRP-06/legacy",
        "scim-conformance run --dry-run ENT-CRE-01",
        "scim-conformance run --last-failed",
        "scim-conformance run --write-baseline waivers.toml --owner ada@example.com",
    )
)
@target_options
@click.option("--yes", is_flag=True, default=None, help="Write to a target that is not on this machine.")
@click.option("--dry-run", is_flag=True, help="Print the requests instead of sending them.")
@click.option("--last-failed", is_flag=True, help="Play what failed in the last run (see `replay`).")
@run_options
@baseline_options
@click.argument("ids", nargs=-1)
def run(
    ids: tuple[str, ...],
    *,
    secret: str | None,
    config: str | None,
    workers: int | None,
    dry_run: bool,
    last_failed: bool,
    **flags: Any,
) -> int:
    """Play the suites against a target.

    IDS are scenarios or the beginnings of their ids; what stands after -- goes to pytest.
    """
    from scim_conformance import starting

    wanted, extra = _split(ids)
    if last_failed:
        from scim_conformance import replaying

        wanted = replaying.failed_before(flags, wanted)
    baseline = {name: flags.pop(name) for name in ("write_baseline", "owner", "reason", "until")}
    settings, file = settings_of(flags, secret, config)
    if dry_run:
        from scim_conformance import dryrun

        return dryrun.show(settings, wanted)
    return starting.run(starting.Asked(flags, wanted, extra, workers, file, baseline), settings)


@cli.command(
    epilog=examples(
        "scim-conformance replay last", "scim-conformance replay ENT-DIS-01/legacy", "scim-conformance replay ENT-GRP"
    )
)
@target_options
@click.option("--yes", is_flag=True, default=None, help="Write to a target that is not on this machine.")
@click.option("--profile", metavar="NAME|FILE", help="Attribute mappings (default: those of the earlier run).")
@click.option("--report-dir", metavar="DIR", help="The earlier run (default: the newest below reports/).")
@timeout_option
@click.argument("what", metavar="ID|last")
def replay(what: str, *, secret: str | None, config: str | None, report_dir: str | None, **flags: Any) -> int:
    """Play scenarios of an earlier run again, as it was played, and say what has become of them.

    ID is a scenario, the beginning of its id, or a check; last is everything that failed in the last run.
    """
    from scim_conformance import replaying, starting

    before, wanted = replaying.find(what, report_dir)
    flags = dict.fromkeys(("dialect", "suite", "seed", "settle", "rate", "report_dir"), None) | flags
    flags = replaying.repeated(flags, before) | {"report_dir": str(replaying.beside(before))}
    settings, file = settings_of(flags, secret, config)
    return starting.run(starting.Asked(flags, wanted, config=file, before=before), settings)


def _split(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part ids from what is meant for pytest; click has already taken the `--` away, so main() marked the place."""
    marked = list(ids)
    if SEPARATOR not in marked:
        return marked, []
    at = marked.index(SEPARATOR)
    return marked[:at], marked[at + 1 :]


SEPARATOR = "\0--"


@cli.command(
    epilog=examples(
        "scim-conformance demo", "scim-conformance demo --defect op-case", "scim-conformance demo --list-defects"
    )
)
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="Make the target faulty (see --list-defects).")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="Let it behave otherwise, and legally.")
@click.option("--list-defects", is_flag=True, help="Name the defects, and stop.")
@click.option("--config", metavar="FILE", help="TOML file with settings; flags and environment go first.")
@run_options
@click.argument("ids", nargs=-1)
def demo(
    ids: tuple[str, ...],
    *,
    defects: tuple[str, ...],
    variants: tuple[str, ...],
    list_defects: bool,
    workers: int | None,
    **flags: Any,
) -> int:
    """Start the embedded target on loopback, and play the suites against it."""
    wanted, extra = _split(ids)
    try:
        from scim_conformance.demo.defects import listing
        from scim_conformance.demo.server import serve
        from scim_conformance.demo.variants import chosen
    except ModuleNotFoundError as missing:
        raise SettingsError(f"the demo needs {missing.name}: pip install 'scim-conformance[demo]'") from None
    if list_defects:
        click.echo("\n".join(listing()))
        return 0
    found = chosen(defects, variants)
    flags["profile"] = flags["profile"] or next((one.profile for one in found if one.profile is not None), None)
    with serve([one.around for one in found]) as served:
        click.echo(f"The embedded target listens at {served.url}")
        from scim_conformance.playing import play

        return play({**flags, "url": served.url, **_demo_access(flags, served)}, wanted, workers, extra).code


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


@cli.command(
    "list",
    epilog=examples(
        "scim-conformance list --no-checks",
        "scim-conformance list ENT-DIS",
        "scim-conformance list --coverage",
        codes=False,
    ),
)
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


@cli.command(
    epilog=examples(
        "scim-conformance explain ENT-DIS-01/legacy",
        "scim-conformance explain ENT-DIS-01/legacy#read-back.active",
        codes=False,
    )
)
@click.argument("id")
@click.option("--profile", metavar="NAME|FILE", default="entra-default", help="Attribute mappings to explain for.")
def explain(id: str, *, profile: str) -> int:  # noqa: A002
    """Say what a scenario or check is about: what Entra does, what breaks, what to do, and how sure that is."""
    from scim_conformance import listing

    return listing.explain(profile, id)


@cli.command(epilog=examples("scim-conformance clean reports/20261123-101500-a1b2c3", codes=False))
@click.option("--url", metavar="URL", help="Tenant URL, where it is not that of the run.")
@click.option("--token-file", metavar="FILE", help="File that holds the secret token.")
@oauth_options
@click.option("--profile", metavar="NAME|FILE", help="Profile whose credentials are used.")
@connection_options
@timeout_option
@click.argument("directories", nargs=-1, required=True, metavar="DIR...")
def clean(directories: tuple[str, ...], *, config: str | None, **flags: Any) -> int:
    """Remove from the target what interrupted runs left there, from the journals in their report directories."""
    from scim_conformance import cleaning

    settings, _ = settings_of(flags, None, config)
    return cleaning.finish([Path(one) for one in directories], settings, moved_to=flags["url"])


cli.add_command(profile)
cli.add_command(init)
cli.add_command(doctor)
for command in REPORTS:
    cli.add_command(command)

cli.ordered_by(IN_SHORT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error is one sentence, and the exit code says what kind it is."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--" in given:
        at = given.index("--")
        given = [*given[:at], "--", SEPARATOR, *given[at + 1 :]]
    sys.exit(_code(given))


def _code(given: list[str]) -> int:
    mask_environment(given)
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
    if isinstance(error, NothingSelected):
        return _say(str(error), NOTHING)
    if isinstance(error, click.Abort):
        return _say("interrupted", INTERRUPTED)
    if isinstance(error, click.ClickException):
        return _say(error.format_message() + _help_for(error), USAGE)
    if isinstance(error, BrokenPipeError):
        return INTERNAL
    if os.environ.get(PREFIX + "TRACEBACK"):
        raise error
    text = f"{type(error).__name__}: {error}"
    return _say(f"internal error ({text}); please report it, with {PREFIX}TRACEBACK=1 set", INTERNAL)


def _help_for(error: click.ClickException) -> str:
    """Name the help that lists what there is, behind what click says."""
    context = getattr(error, "ctx", None)
    return f"\n  {context.command_path} --help" if isinstance(context, click.Context) else ""


def _say(text: str, code: int) -> int:
    click.echo(fitting.paragraphs(f"scim-conformance: {text}", sys.stderr), err=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from scim_conformance.reporting import annotations

        click.echo(annotations.error("scim-conformance", text), err=True)
    return code


if __name__ == "__main__":
    main()
