"""`completion`: the script that completes commands, flags and ids in a shell."""

import click
from click.shell_completion import get_completion_class

from scim_conformance.commands.options import examples

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.

SHELLS = ("bash", "zsh", "fish")
NAME = "scim-conformance"
VARIABLE = "_SCIM_CONFORMANCE_COMPLETE"


@click.command(epilog=examples('eval "$(scim-conformance completion bash)"    # in ~/.bashrc', codes=False))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that completes commands, flags and ids of scenarios in a shell."""
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(context.find_root().command, {}, NAME, VARIABLE).source())
    return 0
