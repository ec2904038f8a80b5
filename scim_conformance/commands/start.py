"""`run`: what must be known before anything is sent to a target."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from scim_conformance.catalogue import near, scenarios
from scim_conformance.commands import baseline as baselining
from scim_conformance.commands import matching, tenant_url, wrapping
from scim_conformance.config.checks import shown
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.credentials import TOKEN
from scim_conformance.config.settings import NothingSelected, Settings, SettingsError
from scim_conformance.entra.profiles import cautions
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.reporting import history, replayed, terminal
from scim_conformance.run import estimate, invoke
from scim_conformance.system.visible import visible
from scim_conformance.verdict import waivers


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
    verbosity: int = 0
    before: history.Earlier | None = None
    """The run whose scenarios run again; then what has changed is printed, not the verdict."""


def run(asked: Asked) -> int:
    """Run what was requested, and write a baseline if requested."""
    check(asked.configuration)
    check_ids(asked)
    matching.check(asked.extra)
    baseline = _baseline(asked.baseline, asked.configuration.settings)
    caution_of_url(asked.configuration.settings)
    agree(asked)
    caution(asked.configuration.profile)
    extra = [*asked.extra, *add_own(asked)]
    how = invoke.Printing(with_verdict=asked.before is None and baseline is None, verbosity=asked.verbosity)
    played = invoke.play(asked.configuration, asked.ids, extra, how)
    if baseline is not None:
        _write_baseline(asked, baseline, played)
    if asked.before is not None and played.result is not None:
        _show_again(asked, asked.before, played)
    return played.code


def _write_baseline(asked: Asked, baseline: baselining.Baseline, played: invoke.RunOutcome) -> None:
    """Write the waivers, and then print the end of the run, so that the verdict is the last line."""
    try:
        baselining.write(baseline, played, asked.configuration)
        click.echo()
    finally:
        if played.result is not None:
            origin = asked.configuration.origin
            terminal.show(played.result, played.directory, played.unplayed, origin, _size(asked))


def add_own(asked: Asked) -> list[str]:
    """Return the paths of your own scenarios that pytest is not given yet, and record all of them in the settings, so
    that `replay` finds them.

    Raises:
        SettingsError: a path does not exist.
    """
    settings = asked.configuration.settings
    lost = next((one for one in settings.own if not Path(one).exists()), None)
    if lost is not None:
        raise SettingsError(f"--own {shown(lost)} does not exist: it names a file or folder with your own scenarios")
    given = [one for one in asked.extra if not one.startswith("-") and Path(one.partition("::")[0]).exists()]
    own = list(dict.fromkeys([*settings.own, *given]))
    asked.configuration.settings = msgspec.structs.replace(settings, own=own)
    return [one for one in settings.own if one not in given]


def _show_again(asked: Asked, before: history.Earlier, played: invoke.RunOutcome) -> None:
    """Print what has changed; if nothing was judged, why."""
    result, origin = played.result, asked.configuration.origin
    assert result is not None
    if history.judged_something(result):
        found = replayed.compare(before.result, result)
        replayed.show(before.directory, found, played.directory, origin, is_brief=asked.verbosity < 0)
    else:
        terminal.show(result, played.directory, played.unplayed, origin, _size(asked))


def _size(asked: Asked) -> terminal.ScreenSize:
    return terminal.ScreenSize(brief=asked.verbosity < 0)


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


def caution_of_url(settings: Settings) -> None:
    """Warn about a tenant URL that is probably not the one that Entra needs."""
    said = tenant_url.appended(settings)
    if said:
        line = f"warning: {visible(said)}: {tenant_url.DO}"
        click.echo(wrapping.paragraphs(line, sys.stderr), err=True)


def check(configuration: Configuration) -> None:
    """Refuse settings with which no run can start.

    Raises:
        SettingsError: no target, no token, contradictory credentials, or invalid waivers.
    """
    if configuration.settings.url is None:
        raise SettingsError(no_target())
    configuration.check_access()
    check_waivers(configuration.settings)


def check_waivers(settings: Settings) -> None:
    """Refuse waivers that cannot be used, before anything is sent.

    Raises:
        SettingsError: they are invalid.
    """
    try:
        waivers.load(settings.waivers, settings.base, datetime.now(UTC).date())
    except waivers.WaiverError as error:
        raise SettingsError(str(error)) from None


def check_ids(asked: Asked) -> None:
    """Refuse ids that no shipped scenario has, before anything is sent; pytest's arguments may add your own scenarios.

    Raises:
        NothingSelected: one of the ids selects nothing.
    """
    adds = any(not one.startswith("-") and Path(one.partition("::")[0]).exists() for one in asked.extra)
    if not asked.ids or adds or asked.configuration.settings.own or asked.before is not None:
        return
    known = [case.id for case in scenarios.cases_of(scenarios.shipped_templates(), asked.configuration.profile, BOTH)]
    for wanted in asked.ids:
        if not any(scenarios.matches(one, wanted) for one in known):
            raise NothingSelected(near.sentence(wanted, known))


BOTH = Settings()
"""Both dialects: an id of the other one exists."""


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
