"""`scim-conformance preview`: what provisioning would do with a customer's own users. Nothing is written."""

import sys
from typing import TYPE_CHECKING, Any

import click

from scim_conformance.commands import wrapping
from scim_conformance.commands.directory_options import directory_options, input_files, with_scope
from scim_conformance.commands.options import configured, examples, settings_options
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import Settings, SettingsError

if TYPE_CHECKING:
    from scim_conformance.rehearsal.exports import Exports
    from scim_conformance.target.guarded_wire import GuardedWire

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.

CODES = """\b
Exit codes: 0 nothing to fix, 1 something would fail or be created twice,
2 interrupted, 3 internal error, 4 usage, configuration or input,
5 no user is in scope, 6 the target cannot be read."""


@click.command(
    epilog=examples(
        "scim-conformance preview --offline --people users.json --sync all",
        "scim-conformance preview --offline --profile my-app.toml \\\n"
        "      --people users.json --assignments assignments.json \\\n"
        "      --groups groups.json --members members.json",
        "scim-conformance preview --graph-query --profile my-app.toml",
        codes=False,
    )
    + f"\n\n{CODES}"
)
@directory_options
@click.option("--offline", is_flag=True, help="Only show who is in scope, and why; no target is needed.")
@click.option("--graph-query", is_flag=True, help="Print the Graph queries that export what the profile needs.")
@settings_options("preview")
def preview(*, offline: bool, graph_query: bool, **flags: Any) -> int:
    """Show what provisioning would do with your own users, before you switch it on.

    Sends GET requests only. Personal data is written only to the folder private of the report directory.
    """
    from scim_conformance.rehearsal import exports
    from scim_conformance.rehearsal import graph_query as queries
    from scim_conformance.rehearsal import offline as without_target

    configuration = configured(flags)
    profile = with_scope(configuration.profile, flags["sync"])
    if graph_query:
        click.echo("\n".join(queries.lines(profile)))
        return 0
    files = input_files(flags, profile)
    if offline and flags["then"]:
        raise SettingsError("--then predicts later cycles, which needs a target: use it without --offline")
    if offline:
        return without_target.show(profile, files, configuration.settings.report_dir, width(), click.echo)
    return _online(configuration, exports.read_all(files, flags["then"], profile))


def _online(configuration: Configuration, exports: "Exports") -> int:
    from scim_conformance.rehearsal import online
    from scim_conformance.run.connect import make_wire

    if configuration.settings.url is None:
        raise SettingsError("no target: use --url, or --offline to only see who is in scope")

    def connect(settings: Settings) -> "GuardedWire":
        return make_wire(settings, configuration.access, read_only=True)

    screen = online.PreviewScreen(width(), click.echo, _tell)
    return online.show(exports, configuration.settings, screen, connect)


def _tell(done: int, total: int) -> None:
    """Show the progress on a terminal, on one line."""
    if sys.stderr.isatty():
        click.echo(f"\r  {done:,} of {max(done, total):,} requests", nl=done >= total, err=True)


def width() -> int:
    """Return the width of the screen; 120 if there is no terminal."""
    return wrapping.columns() or 120
