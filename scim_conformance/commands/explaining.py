"""`list` and `explain`: what there is to test, and why."""

import os

import click

from scim_conformance.commands.options import examples, ids_completed

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


PROFILE = click.option(
    "--profile", metavar="NAME|FILE", help="Attribute mappings (default: as for run, otherwise entra-default)."
)
OWN = click.option(
    "--own", multiple=True, metavar="PATH", help="File or folder with your own scenarios; may be given more than once."
)


def _said(profile: str | None, own: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the profile and where your own scenarios are: as given, otherwise as the settings file or the environment
    says."""
    from scim_conformance.config.resolving import found_file, resolve

    settings = resolve({}, os.environ, found_file(os.environ))
    return profile or settings.profile, list(own) or settings.own


@click.command(
    "list",
    epilog=examples(
        "scim-conformance list --no-checks",
        "scim-conformance list ENT-DIS",
        "scim-conformance list --coverage",
        codes=False,
    ),
)
@PROFILE
@click.option("--checks/--no-checks", default=True, help="Include the checks.")
@click.option(
    "--coverage", is_flag=True, help="Print the requirements and the scenarios that cover them; IDS are rows."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@OWN
@click.argument("ids", nargs=-1, shell_complete=ids_completed)
def list_scenarios(
    ids: tuple[str, ...], *, profile: str | None, checks: bool, coverage: bool, own: tuple[str, ...], as_json: bool
) -> int:
    """List all scenarios and checks."""
    from scim_conformance.commands import listing

    if coverage:
        return listing.coverage(ids)
    return listing.show(*_said(profile, own), ids, checks=checks, as_json=as_json)


@click.command(
    epilog=examples(
        "scim-conformance explain ENT-DIS-01/legacy",
        "scim-conformance explain ENT-DIS-01/legacy#read-back.active",
        "scim-conformance explain manager",
        "scim-conformance explain EntryConflict",
        codes=False,
    )
)
@OWN
@click.argument("what", metavar="ID|WORDS", nargs=-1, required=True, shell_complete=ids_completed)
@PROFILE
def explain(what: tuple[str, ...], *, profile: str | None, own: tuple[str, ...]) -> int:
    """Explain a scenario or a check: what Entra does, what breaks, how to fix it, and how reliable the source is.

    WORDS are searched in the scenarios, and in what the Entra portal shows, such as an error code of its logs.
    """
    from scim_conformance.commands import explanation

    name, paths = _said(profile, own)
    return explanation.explain(name, " ".join(what), paths)
