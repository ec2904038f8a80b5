"""The command line. Thin: it collects flags, passes secrets through the environment, and has pytest run the suites."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scim_conformance import FACTS_AS_OF, __version__
from scim_conformance.commands.contact import doctor, init
from scim_conformance.commands.explaining import explain, list_scenarios
from scim_conformance.commands.failures import USAGE, failed, say
from scim_conformance.commands.help_texts import IN_SHORT, InOrder
from scim_conformance.commands.options import (
    baseline_options,
    configured,
    examples,
    mask_environment,
    settings_options,
    workers_option,
)
from scim_conformance.commands.preview import preview
from scim_conformance.commands.profile import profile
from scim_conformance.commands.rehearse import rehearse
from scim_conformance.commands.reports import COMMANDS as REPORTS
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.resolving import resolve
from scim_conformance.config.settings import Secrets, SettingsError
from scim_conformance.reporting import neutral
from scim_conformance.system import signals, streams
from scim_conformance.system.hidden import Hidden

if TYPE_CHECKING:
    from scim_conformance.demo.faults.registry import Defect
    from scim_conformance.demo.server import Served
    from scim_conformance.demo.variants.registry import Variant

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "scim-conformance demo", "scim-conformance init", "scim-conformance doctor", "scim-conformance run"
    ),
)
@click.version_option(__version__, message=f"scim-conformance {__version__}, facts as of {FACTS_AS_OF}")
def cli() -> None:
    """Replay the requests of Microsoft Entra ID's provisioning service against a SCIM target, and judge the responses.

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
@settings_options("run")
@click.option("--dry-run", is_flag=True, help="Print the requests instead of sending them.")
@click.option("--last-failed", is_flag=True, help="Run only what failed in the last run (see `replay`).")
@workers_option
@baseline_options
@click.argument("ids", nargs=-1)
def run(
    ids: tuple[str, ...],
    *,
    workers: int | None,
    dry_run: bool,
    last_failed: bool,
    **flags: Any,
) -> int:
    """Run the suites against a target.

    IDS are scenario ids or their prefixes; arguments after -- are passed to pytest.
    """
    from scim_conformance.commands import start

    wanted, extra = _split(ids)
    if last_failed:
        from scim_conformance.commands import replay as replaying

        flags, wanted = replaying.failed_before(flags, wanted)
    configuration = configured(flags)
    if dry_run:
        from scim_conformance.commands import dry_run as dryrun

        return dryrun.show(configuration, wanted)
    baseline = {name: flags[name] for name in ("write_baseline", "owner", "reason", "until")}
    return start.run(start.Asked(configuration, wanted, extra, workers, baseline))


@cli.command(
    epilog=examples(
        "scim-conformance replay last", "scim-conformance replay ENT-DIS-01/legacy", "scim-conformance replay ENT-GRP"
    )
)
@settings_options("replay")
@click.argument("what", metavar="ID|last")
def replay(what: str, *, report_dir: str | None, **flags: Any) -> int:
    """Run scenarios of an earlier run again, with the same settings, and show what has changed.

    ID is a scenario, a prefix of its id, or a check; last means everything that failed in the last run.
    """
    from scim_conformance.commands import replay as replaying
    from scim_conformance.commands import start

    before, wanted = replaying.find(what, report_dir)
    flags = replaying.repeated(flags, before) | {"report_dir": str(replaying.beside(before))}
    return start.run(start.Asked(configured(flags), wanted, before=before))


def _split(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Separate ids from pytest's arguments; click has already removed the `--`, so main() marked its position."""
    marked = list(ids)
    if SEPARATOR not in marked:
        return marked, []
    at = marked.index(SEPARATOR)
    return marked[:at], marked[at + 1 :]


SEPARATOR = "\0--"


def _chosen(defects: tuple[str, ...], variants: tuple[str, ...]) -> "Sequence[Defect | Variant]":
    """Return what the target differs in. All the defects are loaded only where one is asked for."""
    if not defects and not variants:
        return ()
    from scim_conformance.demo.choices import chosen

    return chosen(defects, variants)


@cli.command(
    epilog=examples(
        "scim-conformance demo", "scim-conformance demo --defect op-case", "scim-conformance demo --list-defects"
    )
)
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Introduce a defect into the target (see --list-defects).",
)
@click.option(
    "--variant", "variants", multiple=True, metavar="NAME", help="Let the target behave differently, but legally."
)
@click.option("--list-defects", is_flag=True, help="List the defects and exit.")
@settings_options("demo")
@workers_option
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
    """Start the embedded target on loopback, and run the suites against it."""
    wanted, extra = _split(ids)
    try:
        from scim_conformance.demo.server import serve
    except ModuleNotFoundError as missing:
        raise SettingsError(f"the demo requires {missing.name}: pip install 'scim-conformance[demo]'") from None
    if list_defects:
        from scim_conformance.demo.choices import listing

        click.echo("\n".join(listing()))
        return 0
    found = _chosen(defects, variants)
    flags["profile"] = flags["profile"] or next((one.profile for one in found if one.profile is not None), None)
    # Without the secrets from the environment: these are for another target.
    config = flags.pop("config")
    asked = Configuration(resolve(flags, config=config))
    with serve([one.around for one in found], profile=asked.profile) as served:
        click.echo(f"The embedded target listens at {served.url}")
        from scim_conformance.commands.start import caution
        from scim_conformance.run.invoke import play

        caution(asked.profile)
        return play(_for_demo(asked, served), wanted, workers, extra).code


def _for_demo(asked: Configuration, served: "Served") -> Configuration:
    """Return the configuration with the credentials that the embedded target accepts: a token or client credentials, as
    configured."""
    if asked.credentials.kind == "bearer":
        there, secrets = {"url": served.url}, Secrets(token=Hidden(served.token))
    else:
        tokens = served.app.tokens
        there = {"url": served.url, "token_url": served.token_url, "client_id": tokens.client_id}
        secrets = Secrets(client_secret=Hidden(tokens.client_secret))
    settings = msgspec.structs.replace(asked.settings, **there)
    return Configuration(settings, secrets, asked.file, asked.profile)


@cli.command(epilog=examples("scim-conformance clean reports/20261123-101500-a1b2c3", codes=False))
@settings_options("clean")
@click.argument("directories", nargs=-1, required=True, metavar="DIR...")
def clean(directories: tuple[str, ...], **flags: Any) -> int:
    """Remove from the target what interrupted runs left there, using the journals in their report directories."""
    from scim_conformance.commands import clean as cleaning
    from scim_conformance.run import lock

    configuration = configured(flags)
    places = [Path(one) for one in directories]
    with lock.all_of(places), signals.interrupting():
        return cleaning.finish(places, configuration, moved_to=flags["url"])


cli.add_command(list_scenarios)
cli.add_command(explain)
cli.add_command(profile)
cli.add_command(preview)
cli.add_command(rehearse)
cli.add_command(init)
cli.add_command(doctor)
for command in REPORTS:
    cli.add_command(command)

cli.ordered_by(IN_SHORT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error is one sentence, and the exit code shows its kind."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--" in given:
        at = given.index("--")
        given = [*given[:at], "--", SEPARATOR, *given[at + 1 :]]
    with neutral.guarded():
        code = _ended(given)
    sys.exit(code)


def _ended(given: list[str]) -> int:
    """Return the exit code; from here on, no signal changes it."""
    signals.end_at_once()
    code = _code(given)
    said = streams.problem()
    if said is not None:
        code = say(said, code or USAGE)
    signals.end_with(code)
    return code


def _code(given: list[str]) -> int:
    try:
        mask_environment(given)
        found = cli.main(given, standalone_mode=False, prog_name="scim-conformance")
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the border: what nobody foresaw is our fault
        signals.end_at_once()
        return failed(error)
    return found if isinstance(found, int) else 0


if __name__ == "__main__":
    main()
