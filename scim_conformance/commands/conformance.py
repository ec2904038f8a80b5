"""The command `conformance`: the document that a vendor publishes, with standards as columns."""

import click

from scim_conformance.commands.options import examples

# Every command loads this module: what only this one needs is imported there, which keeps start-up fast.


@click.command(
    epilog=examples(
        "scim-conformance conformance reports/scim",
        "scim-conformance conformance --standard entra,rfc --out docs",
        "scim-conformance conformance --write-remarks",
        codes=False,
    )
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--standard", metavar="NAMES", help="Only these, such as entra,rfc (default: all).")
@click.option("--remarks", metavar="FILE", help="Your product and remarks (default: conformance.toml, if it exists).")
@click.option("--write-remarks", is_flag=True, help="Add an empty remark to FILE for each failed requirement.")
@click.option("--out", metavar="FOLDER", help="Where to write (default: DIR).")
def conformance(
    directory: str | None, *, standard: str | None, remarks: str | None, write_remarks: bool, out: str | None
) -> int:
    """Write the conformance document of a run: CONFORMANCE.md and CONFORMANCE.html.

    DIR is the report directory of a run (default: the newest complete one in reports/). Each requirement of each
    standard is shown with section, state, evidence, deviation and your remark. Standards: entra-legacy,
    entra-compliant, entra-gallery, validator, rfc, ipsie-al1, ipsie-al2, interop; entra and ipsie mean several.

    Run with --suite all first: nothing is claimed that was not run.
    """
    from scim_conformance.commands import chosen_run, documenting

    where = chosen_run.find(directory)
    found = documenting.document(chosen_run.read(where), standard, remarks, may_be_missing=write_remarks)
    if write_remarks:
        click.echo(str(documenting.add_remarks(found, remarks)))
    for path in documenting.written(found, out or where):
        click.echo(str(path))
    for line in documenting.in_short(found):
        click.echo(line)
    return 0
