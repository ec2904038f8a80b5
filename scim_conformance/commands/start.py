"""`run`: what must be known before anything is sent to a target."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from scim_conformance.commands import baseline as baselining
from scim_conformance.commands import replay, wrapping
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.credentials import TOKEN
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.entra.profiles import cautions
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.reporting import terminal
from scim_conformance.run import estimate, invoke
from scim_conformance.verdict.judging import visible


def no_target(command: str = "run") -> str:
    """Return what is missing, the shortest command that works, and where the token comes from: one line each."""
    return (
        f"no target: use --url, or save it once with `init`\n  scim-conformance {command} --url "
        f"https://host/scim/v2\n  token: the one that the target issues for Entra, in {TOKEN}"
    )


@dataclass
class Asked:
    """The command line: its flags, ids, and pytest's arguments."""

    configuration: Configuration
    ids: list[str]
    extra: Sequence[str] = ()
    baseline: dict[str, str | None] = field(default_factory=dict)
    before: replay.Earlier | None = None
    """The run whose scenarios run again."""


def run(asked: Asked) -> int:
    """Run what was requested, and write a baseline if requested."""
    check(asked.configuration)
    baseline = _baseline(asked.baseline, asked.configuration.settings)
    agree(asked)
    caution(asked.configuration.profile)
    played = invoke.play(asked.configuration, asked.ids, asked.extra)
    if baseline is not None:
        baselining.write(baseline, played, asked.configuration.settings)
    if asked.before is not None and played.result is not None:
        terminal.compared(asked.before.directory, replay.compare(asked.before.result, played.result))
    return played.code


def _baseline(said: dict[str, str | None], settings: Settings) -> baselining.Baseline | None:
    file = said.get("write_baseline")
    if file:
        owner, reason, until = said.get("owner"), said.get("reason"), said.get("until")
        return baselining.planned(file, settings, reason=reason, owner=owner, until=until)
    if any(said.values()):
        raise SettingsError("--owner, --reason and --until require --write-baseline FILE")
    return None


def caution(profile: Profile) -> None:
    """Warn about profile settings that are valid but probably not intended."""
    for said in cautions.of(profile):
        click.echo(wrapping.paragraphs(f"warning: {said}", sys.stderr), err=True)


def check(configuration: Configuration) -> None:
    """Refuse settings with which no run can start.

    Raises:
        SettingsError: no target, or contradictory credentials.
    """
    if configuration.settings.url is None:
        raise SettingsError(no_target())
    _ = configuration.access


def agree(asked: Asked) -> None:
    """Print what to expect for a target that is not on this machine, ask before writing to it, and record the answer.

    Raises:
        SettingsError: there is no terminal, or the answer is no.
    """
    settings = asked.configuration.settings
    if settings.is_loopback:
        return
    if not settings.yes and not sys.stdin.isatty():
        raise SettingsError(f"{settings.base} is not on this machine, and the run writes to it: confirm with --yes")
    line = visible(estimate.planned(asked.configuration, asked.ids, invoke.processes(asked.extra), asked.extra))
    if settings.yes:
        click.echo(wrapping.paragraphs(line, sys.stderr), err=True)
    elif not click.confirm(f"{line} Continue?"):
        raise SettingsError("not started; to see the requests first, use --dry-run")
    asked.configuration.agree()
