"""The command line. Thin: it collects flags, passes secrets through the environment, and has pytest run the suites."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from scim_conformance import FACTS_AS_OF, __version__
from scim_conformance.commands.certificates import COMMANDS as CERTIFICATES
from scim_conformance.commands.completion import completion
from scim_conformance.commands.conformance import conformance
from scim_conformance.commands.contact import doctor, init
from scim_conformance.commands.demonstration import demo
from scim_conformance.commands.explaining import explain, list_scenarios
from scim_conformance.commands.failures import USAGE, failed, say
from scim_conformance.commands.forget import forget
from scim_conformance.commands.help_texts import IN_SHORT, InOrder
from scim_conformance.commands.options import (
    baseline_options,
    configured,
    examples,
    for_pytest,
    ids_completed,
    mask_environment,
    playing_options,
    settings_options,
)
from scim_conformance.commands.preview import preview
from scim_conformance.commands.profile import profile
from scim_conformance.commands.rehearse import rehearse
from scim_conformance.commands.reports import COMMANDS as REPORTS
from scim_conformance.commands.separated import marked, split
from scim_conformance.config.settings import SettingsError
from scim_conformance.reporting import neutral
from scim_conformance.system import signals, streams

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.group(
    cls=InOrder,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "scim-conformance demo", "scim-conformance init", "scim-conformance doctor", "scim-conformance run"
    ),
)
@click.version_option(__version__, message=f"scim-conformance {__version__}, facts as of {FACTS_AS_OF}")
@click.pass_context
def cli(context: click.Context) -> None:
    """Replay the requests of Microsoft Entra ID's provisioning service against a SCIM target, and judge the responses.

    Not issued or endorsed by Microsoft.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


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
@playing_options
@baseline_options
@click.argument("ids", nargs=-1, shell_complete=ids_completed)
def run(ids: tuple[str, ...], *, dry_run: bool, last_failed: bool, **flags: Any) -> int:
    """Run the suites against a target.

    IDS are scenario ids or their prefixes; arguments after -- are passed to pytest.
    """
    from scim_conformance.commands import start

    wanted, extra = split(ids)
    narrowed, verbosity = for_pytest(flags)
    if last_failed:
        from scim_conformance.commands import replay as replaying

        flags, wanted = replaying.failed_before(flags, wanted)
    configuration = configured(flags)
    if dry_run:
        from scim_conformance.commands import dry_run as dryrun

        if narrowed:
            raise SettingsError("--dry-run selects by ids: omit -k and -x")
        start.check_ids(start.Asked(configuration, wanted, extra))
        return dryrun.show(configuration, wanted)
    baseline = {name: flags[name] for name in ("write_baseline", "owner", "reason", "until")}
    return start.run(start.Asked(configuration, wanted, [*narrowed, *extra], baseline, verbosity))


@cli.command(
    epilog=examples(
        "scim-conformance replay last", "scim-conformance replay ENT-DIS-01/legacy", "scim-conformance replay ENT-GRP"
    )
)
@settings_options("replay")
@playing_options
@click.option(
    "--watch", is_flag=True, help="Run again after each change of a file in this folder, until nothing fails."
)
@click.argument("what", metavar="ID|last", shell_complete=ids_completed)
def replay(what: str, *, report_dir: str | None, watch: bool, **flags: Any) -> int:
    """Run scenarios of an earlier run again, with the same settings, and show what has changed.

    ID is a scenario, a prefix of its id, or a check; last means everything that failed when it last ran.
    """
    from scim_conformance.commands import replay as replaying
    from scim_conformance.commands import start, watching

    narrowed, verbosity = for_pytest(flags)
    before, wanted = replaying.find(what, report_dir)

    def again() -> int:
        settings = replaying.repeated(flags, before) | {"report_dir": str(replaying.beside(before))}
        return start.run(start.Asked(configured(settings), wanted, narrowed, verbosity=verbosity, before=before))

    return watching.until_fixed(again, Path.cwd()) if watch else again()


@cli.command(
    epilog=examples("scim-conformance clean last", "scim-conformance clean reports/20261123-101500-a1b2c3", codes=False)
)
@settings_options("clean")
@click.argument("directories", nargs=-1, required=True, metavar="DIR...|last")
def clean(directories: tuple[str, ...], **flags: Any) -> int:
    """Remove from the target what interrupted runs left there, using the journals in their report directories.

    last is the newest run in reports/.
    """
    from scim_conformance.commands import clean as cleaning
    from scim_conformance.run import lock

    configuration = configured(flags)
    places = [cleaning.place(one) for one in directories]
    with lock.all_of(places), signals.interrupting():
        return cleaning.finish(places, configuration, moved_to=flags["url"])


cli.add_command(list_scenarios)
cli.add_command(explain)
cli.add_command(profile)
cli.add_command(preview)
cli.add_command(rehearse)
cli.add_command(forget)
cli.add_command(init)
cli.add_command(doctor)
cli.add_command(completion)
cli.add_command(demo)
cli.add_command(conformance)
for command in (*REPORTS, *CERTIFICATES):
    cli.add_command(command)

cli.ordered_by(IN_SHORT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error is one sentence, and the exit code shows its kind."""
    given = marked(sys.argv[1:] if arguments is None else arguments)
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
