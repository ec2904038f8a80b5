"""`list` and `explain`: what there is to test, and why."""

import click

from scim_conformance.commands.options import examples

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.command(
    "list",
    epilog=examples(
        "scim-conformance list --no-checks",
        "scim-conformance list ENT-DIS",
        "scim-conformance list --coverage",
        codes=False,
    ),
)
@click.option("--profile", metavar="NAME|FILE", default="entra-default", help="Attribute mappings for which to list.")
@click.option("--checks/--no-checks", default=True, help="Include the checks.")
@click.option(
    "--coverage", is_flag=True, help="Print the requirements and the scenarios that cover them; IDS are rows."
)
@click.argument("ids", nargs=-1)
def list_scenarios(ids: tuple[str, ...], *, profile: str, checks: bool, coverage: bool) -> int:
    """List all scenarios and checks."""
    from scim_conformance.commands import listing

    if coverage:
        return listing.coverage(ids)
    return listing.show(profile, ids, checks=checks)


@click.command(
    epilog=examples(
        "scim-conformance explain ENT-DIS-01/legacy",
        "scim-conformance explain ENT-DIS-01/legacy#read-back.active",
        codes=False,
    )
)
@click.argument("id")
@click.option(
    "--profile", metavar="NAME|FILE", default="entra-default", help="Attribute mappings for which to explain."
)
def explain(id: str, *, profile: str) -> int:  # noqa: A002
    """Explain a scenario or a check: what Entra does, what breaks, how to fix it, and how reliable the source is."""
    from scim_conformance.commands import listing

    return listing.explain(profile, id)
