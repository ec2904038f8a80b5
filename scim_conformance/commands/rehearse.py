"""`scim-conformance rehearse`: plays the cycles of the provisioning service against a target."""

import sys
from pathlib import Path
from typing import Any

import click

from scim_conformance.commands.directory_options import more_options
from scim_conformance.commands.options import configured, examples, settings_options
from scim_conformance.config.settings import SettingsError

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


def days(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Return a number of days: `28d`, or `28`."""
    text = value.removesuffix("d")
    if not text.isdecimal() or int(text) > MOST_DAYS:
        said = f"{value!r} is not a number of days up to {MOST_DAYS}, such as 28d"
        raise click.BadParameter(said, ctx, param)
    return int(text)


MOST_DAYS = 60


@click.command(
    epilog=examples(
        "scim-conformance rehearse --tagged --url https://host/scim/v2",
        "scim-conformance rehearse --tagged --people 300 --profile my-app.toml",
        "scim-conformance rehearse --tagged --people users.json \\\n"
        "      --groups groups.json --members members.json --then next-week/",
        "scim-conformance rehearse --resume reports/20261130-101500-a1b2c3",
        codes=False,
    )
    + "\n\n\b\nExit codes: 0 it ends as sent, 1 it does not, 2 interrupted,\n"
    "3 internal error, 4 usage, configuration or input, 5 no user is in scope,\n"
    "6 the target cannot be judged."
)
@click.option("--tagged", is_flag=True, help="Use generated users whose names carry the run's tag; all are removed.")
@click.option(
    "--people", metavar="N|FILE", default="60", show_default=True, help="Generated users, or an export of your own."
)
@click.option("--groups", metavar="N|FILE", default="6", help="Generated groups (default: 6), or an export.")
@more_options
@click.option(
    "--no-real-values", is_flag=True, help="Replace departments, job titles, countries and companies as well."
)
@click.option("--cycles", type=click.IntRange(1, 100), default=3, show_default=True, help="Cycles before the restarts.")
@click.option(
    "--changes",
    type=click.Choice(["realistic", "none"]),
    default="realistic",
    show_default=True,
    help="How the directory changes between cycles.",
)
@click.option("--restart/--no-restart", default=True, show_default=True, help="Restart the job twice at the end.")
@click.option(
    "--until", callback=days, default="0", metavar="DAYS", help="Then play the retries of so many days, such as 28d."
)
@click.option(
    "--on-demand", metavar="UPN|GROUP", help="Only provision one user of --people, or a group with up to 5 members."
)
@click.option("--allow-deletes", is_flag=True, help="Do not hold back deletions above the job's deletion_threshold.")
@click.option(
    "--throttle",
    type=click.Choice(["wait", "as-entra"]),
    default="wait",
    show_default=True,
    help="On status 429, wait as the target asks, or fail the change as Entra does.",
)
@click.option(
    "--resume", metavar="DIR", help="Continue a rehearsal whose process was killed, or whose target went away."
)
@settings_options("rehearse")
def rehearse(*, resume: str | None, tagged: bool, **flags: Any) -> int:
    """Play the cycles of Entra's provisioning service, and check what they leave.

    An initial cycle, cycles in which people join, move, leave and return, a restart, and a full restart. Users are
    generated, or have the shape of your own directory with names of the run. Everything that was created is removed at
    the end.
    """
    from scim_conformance.commands import rehearsal_next, rehearsing, start
    from scim_conformance.rehearsal.offline import NOBODY
    from scim_conformance.rehearsal.reaching import UNREACHABLE

    if not tagged and resume is None:
        raise SettingsError("specify --tagged: the rehearsal creates users with the run's tag, and removes them")
    configuration = configured(flags)
    start.check(configuration)
    work = rehearsing.planned(configuration, flags, None if resume is None else Path(resume), click.echo)
    work.again = rehearsal_next.again()
    if work.customer is not None and not work.plan.on_demand and not rehearsing.shown(work.customer, click.echo):
        return NOBODY
    agree(configuration.settings, work.plan.people, work.plan.groups)
    return rehearsing.play(work) if rehearsing.reached(work) else UNREACHABLE


def agree(settings: Any, people: int, groups: int) -> None:
    """Ask before writing to a target that is not on this machine.

    Raises:
        SettingsError: there is no terminal, or the answer is no.
    """
    from scim_conformance.reporting.rehearsal_words import counted

    if settings.is_loopback or settings.yes:
        return
    what = f"about {counted(people, 'user')} and {counted(groups, 'group')}"
    line = f"The rehearsal creates {what} in {settings.base}, and removes them."
    if not sys.stdin.isatty():
        raise SettingsError(f"{line} Confirm with --yes")
    if not click.confirm(f"{line} Continue?"):
        raise SettingsError("not started")
