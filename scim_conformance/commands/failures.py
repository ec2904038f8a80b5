"""How a command that fails ends: one sentence on standard error, and the exit code of its kind."""

import os
import sys
import traceback

import click

from scim_conformance.commands import wrapping
from scim_conformance.config.checks import shown
from scim_conformance.config.options import PREFIX
from scim_conformance.config.settings import NothingSelected, SettingsError
from scim_conformance.reporting import neutral
from scim_conformance.system import signals
from scim_conformance.system.visible import visible

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.

USAGE, INTERNAL, INTERRUPTED, NOTHING = 4, 3, 2, 5


def failed(error: BaseException) -> int:
    """Print the error in one sentence, and return its exit code."""
    # A signal during an import may surface as another error.
    if isinstance(error, click.Abort | KeyboardInterrupt) or signals.obeyed():
        return say("interrupted", INTERRUPTED)
    # An expression error is identified by name: most commands do not load the evaluator.
    if isinstance(error, SettingsError) or type(error).__name__ == "ExpressionError":
        return say(str(error), USAGE)
    if isinstance(error, NothingSelected):
        return say(str(error), NOTHING)
    if isinstance(error, click.ClickException):
        return say(error.format_message() + _help_for(error), USAGE)
    if isinstance(error, OSError) and error.filename is not None:
        # For a path that the user named: a name that is too long, a folder without access, a link to itself.
        return say(f"{shown(os.fsdecode(error.filename))}: {error.strerror}", USAGE)
    return _our_fault(error)


def _our_fault(error: BaseException) -> int:
    if os.environ.get(PREFIX + "TRACEBACK"):
        traceback.print_exception(error)
        return INTERNAL
    text = f"{type(error).__name__}: {error}"
    return say(f"internal error ({text}); please report it, with {PREFIX}TRACEBACK=1 set", INTERNAL)


def _help_for(error: click.ClickException) -> str:
    """Append the help command that lists the valid values to click's message."""
    context = getattr(error, "ctx", None)
    return f"\n  {context.command_path} --help" if isinstance(context, click.Context) else ""


def say(said: str, code: int) -> int:
    """Print a sentence on standard error, as an annotation too where GitHub reads it, and return the exit code."""
    text = visible(said)
    click.echo(wrapping.paragraphs(f"scim-conformance: {text}", sys.stderr), err=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from scim_conformance.reporting import annotations

        neutral.raw(sys.stderr).write(annotations.error("scim-conformance", text) + "\n")
    return code
