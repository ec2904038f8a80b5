"""`run`: what has to be known before anything is sent to somebody's target."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from scim_conformance import baselining, credentials, playing, replaying
from scim_conformance.reporting import terminal
from scim_conformance.settings import PREFIX, Settings, SettingsError


def no_target(command: str = "run") -> str:
    """Return what is missing, the shortest command that works, and where the token comes from: a line each."""
    return (
        "no target: give --url, or write it down once with `init`\n"
        f"  scim-conformance {command} --url https://host/scim/v2\n"
        f"  token: the one that the target issues for Entra, in {PREFIX}TOKEN"
    )


@dataclass
class Asked:
    """What stands on the command line: flags by name (None: not given), ids, and what is pytest's."""

    flags: dict[str, Any]
    ids: list[str]
    extra: Sequence[str] = ()
    workers: int | None = None
    config: str | None = None
    baseline: dict[str, str | None] = field(default_factory=dict)
    before: replaying.Earlier | None = None
    """The run of which scenarios are played again."""


def run(asked: Asked, settings: Settings) -> int:
    """Play what was asked for, and write a baseline where one is wanted."""
    check(settings)
    baseline = _baseline(asked.baseline, settings)
    agree(asked, settings)
    played = playing.play(asked.flags | {"config": asked.config}, asked.ids, asked.workers, asked.extra)
    if baseline is not None:
        baselining.write(baseline, played, settings)
    if asked.before is not None and played.result is not None:
        terminal.compared(asked.before.directory, replaying.compare(asked.before.result, played.result))
    return played.code


def _baseline(said: dict[str, str | None], settings: Settings) -> baselining.Baseline | None:
    file = said.get("write_baseline")
    if file:
        owner, reason, until = said.get("owner"), said.get("reason"), said.get("until")
        return baselining.planned(file, settings, reason=reason, owner=owner, until=until)
    if any(said.values()):
        raise SettingsError("--owner, --reason and --until belong to --write-baseline FILE")
    return None


def check(settings: Settings) -> None:
    """Refuse settings with which no run can begin.

    Raises:
        SettingsError: no target, or credentials that contradict themselves.
    """
    if settings.url is None:
        raise SettingsError(no_target())
    credentials.access(settings, credentials.profile_of(settings))


def agree(asked: Asked, settings: Settings) -> None:
    """Ask before writing to a target that is not on this machine, and note the answer.

    Raises:
        SettingsError: nobody is there to be asked, or the answer is no.
    """
    if settings.is_loopback or settings.yes:
        return
    if not sys.stdin.isatty():
        raise SettingsError(f"{settings.base} is not on this machine, and the run writes to it: say so with --yes")
    question = f"{settings.base} is not on this machine. Users and groups of ours are created there and deleted. Go on?"
    if not click.confirm(question):
        raise SettingsError("not started; to see the requests first: --dry-run")
    asked.flags["yes"] = True
