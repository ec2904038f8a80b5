"""`scim-conformance forget`: deletes the personal data of previews and rehearsals."""

from pathlib import Path

import click

from scim_conformance.commands.options import examples

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.command(epilog=examples("scim-conformance forget reports/preview-20261130-101500", codes=False))
@click.argument("directories", nargs=-1, required=True, metavar="DIR...")
def forget(directories: tuple[str, ...]) -> int:
    """Delete the personal data in the report directories of previews and rehearsals: their folder `private`.

    It refuses while something that a rehearsal created has not been removed: `clean` needs to know what.
    """
    from scim_conformance.rehearsal import forgetting

    for one in directories:
        click.echo(f"deleted {forgetting.forget(Path(one))}")
    return 0
