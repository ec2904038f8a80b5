"""What to do after a rehearsal: commands that work as printed, in the same folder."""

import shlex
from collections.abc import Iterator

import click
from click.core import ParameterSource

from scim_conformance.commands.rehearsal_work import RehearsalWork
from scim_conformance.config.settings import table
from scim_conformance.rehearsal import ending
from scim_conformance.reporting.next_steps import NextStep, exporting, word
from scim_conformance.verdict.exit_codes import NOT_JUDGED
from scim_conformance.verdict.run_result import RunResult

NOT_REPEATED = frozenset({"report_dir", "resume", *(row.name for row in table("rehearse") if row.option.secret)})
"""Flags that the command to repeat a rehearsal does not have: another directory is used, and no secret is printed."""


def again() -> str:
    """Return the command that repeats the rehearsal of this command line; empty: it continues another one."""
    context = click.get_current_context()
    if context.params.get("resume"):
        return ""
    words = ["scim-conformance", "rehearse"]
    for one in context.command.params:
        said = one.name is not None and context.get_parameter_source(one.name) is ParameterSource.COMMANDLINE
        if said and one.name not in NOT_REPEATED and isinstance(one, click.Option):
            words += _words(one, context.params[one.name or ""])
    return shlex.join(words)


def _words(one: click.Option, value: object) -> list[str]:
    """Return a flag as it was given."""
    if one.is_flag:
        return [one.opts[-1] if value else one.secondary_opts[-1]]
    values = value if isinstance(value, tuple) else (value,)
    return [word for each in values for word in (one.opts[-1], str(each))]


def steps(work: RehearsalWork, result: RunResult) -> list[NextStep]:
    """Return what to do, each with what it is for."""
    return exporting(work.configuration.origin, [*_steps(work, result)])


def _steps(work: RehearsalWork, result: RunResult) -> Iterator[NextStep]:
    origin = work.configuration.origin
    place = word(work.directory)
    if result.ended_early == ending.UNANSWERED:
        yield f"scim-conformance rehearse --resume {place}{origin.words()}", "continues when the target is back"
        yield f"scim-conformance clean {place}", "or ends it: removes what was created"
        return
    if result.leftovers:
        yield f"scim-conformance clean {place}", "removes what is left"
    if result.exit_code == NOT_JUDGED:
        yield f"scim-conformance doctor{origin.words()}", "shows what blocks the rehearsal"
    if result.fix_first:
        yield f"scim-conformance explain {result.fix_first[0].check}", ""
    if work.again and (result.exit_code or result.fix_first):
        yield work.again, "after the fix" if result.fix_first else "the same again"
    elif work.customer is None:
        yield f"scim-conformance preview --graph-query{_profile(work)}", "what to export, to see it with your own users"
    if work.customer is not None:
        yield f"scim-conformance forget {place}", "deletes the personal data"


def _profile(work: RehearsalWork) -> str:
    given = work.configuration.origin.flags.get("profile")
    return "" if given is None else f" --profile {shlex.quote(given)}"
