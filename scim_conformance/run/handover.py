"""How a pytest session gets what to run: from its starter, its options, or the controller of its worker.

The command line hands its objects over (`invoke.play`). A session started in another way resolves pytest's options,
once. Objects cannot be sent to xdist's workers, so a controller sends each of them one JSON text, without secrets. A
worker finds the secrets where the controller did: in the environment, in pytest's arguments, or in the settings file.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.config.checks import check
from scim_conformance.config.configuration import Configuration, TargetFlags
from scim_conformance.config.options import PYTEST, rows
from scim_conformance.config.resolving import found_file, resolve, secrets_among
from scim_conformance.config.settings import CONFIG, Secrets, Settings, SettingsError, table
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run.wanted import EXPECTED, HANDED, WANTED, RequestedRun
from scim_conformance.scenario import tags
from scim_conformance.system.hidden import Hidden, HiddenMapping

Expected = tuple[Profile, tuple[Dialect, ...]]
"""What scenarios are collected for before a run has started."""


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is sent."""

    tag: str
    report_dir: str
    settings: Settings
    """Without those that may contain a secret."""
    lacking: list[str]
    """The names of the settings that were omitted, and that the worker must find."""
    profile: Profile
    file: str | None
    ids: list[str]
    quiet: bool
    has_begun: bool
    """Whether the run has started; otherwise it starts when a worker collects a scenario."""
    time_left: float | None
    """Seconds of the run's time; None: all of it."""
    parent: int | None
    """The controller's process, if it started the worker itself."""


RECEIVED: pytest.StashKey[Handed | None] = pytest.StashKey()
AGREED: pytest.StashKey[tuple[str, Path]] = pytest.StashKey()


def received(config: pytest.Config) -> Handed | None:
    """Return what the controller sent to this process; None: it is not a worker, or received nothing."""
    if RECEIVED not in config.stash:
        text = getattr(config, "workerinput", {}).get(HANDED)
        config.stash[RECEIVED] = None if text is None else msgspec.json.decode(text, type=Handed)
    return config.stash[RECEIVED]


def wanted(config: pytest.Config) -> RequestedRun:
    """Return what this session must run; it is resolved once.

    Raises:
        SettingsError: a setting is invalid.
    """
    if WANTED not in config.stash:
        handed = received(config)
        config.stash[WANTED] = _from_options(config) if handed is None else _from_controller(config, handed)
    return config.stash[WANTED]


def _from_options(config: pytest.Config) -> RequestedRun:
    environ = HiddenMapping(os.environ)
    file = config.option.scim_config or found_file(environ)
    options = _options(config)
    settings = resolve(options, environ, file)
    given = {name: str(options[name]) for name in ("url", "profile") if options.get(name)}
    configuration = Configuration(settings, Secrets.found(environ), file, origin=TargetFlags(given))
    return RequestedRun(configuration, config.option.scim_id or [])


def _from_controller(config: pytest.Config, handed: Handed) -> RequestedRun:
    environ, settings = HiddenMapping(os.environ), handed.settings
    if handed.lacking:
        found = secrets_among(_options(config), environ, handed.file)
        settings = msgspec.structs.replace(settings, **{name: found.get(name) for name in handed.lacking})
    configuration = Configuration(settings, Secrets.found(environ), handed.file, handed.profile)
    return RequestedRun(configuration, handed.ids, handed.quiet)


def _options(config: pytest.Config) -> dict[str, Any]:
    names = [row for row in table(PYTEST) if row is not CONFIG]
    return {row.name: getattr(config.option, row.pytest_name, None) for row in names}


def to_come(config: pytest.Config) -> RequestedRun | None:
    """Return what a run that starts later would run; None: a setting is invalid, which is reported then.

    Its URL may be missing: a fixture may still tell it.
    """
    try:
        return wanted(config)
    except SettingsError:
        return None


def checked(settings: Settings) -> Settings:
    """Return settings whose URL was replaced.

    Raises:
        SettingsError: the URL cannot be used.
    """
    check(settings)
    return settings


def expected(config: pytest.Config) -> Expected:
    """Return profile and dialects of the coming run; without a valid target, the defaults."""
    if EXPECTED not in config.stash:
        found = to_come(config)
        configuration = Configuration(Settings()) if found is None else found.configuration
        config.stash[EXPECTED] = _profile(configuration), configuration.settings.dialects
    return config.stash[EXPECTED]


def _profile(configuration: Configuration) -> Profile:
    try:
        return configuration.profile
    except SettingsError:
        return Configuration(Settings()).profile


def agreed(config: pytest.Config, settings: Settings) -> tuple[str, Path]:
    """Return the tag and the report directory of the run; a worker receives those of its controller."""
    if AGREED not in config.stash:
        handed = received(config)
        config.stash[AGREED] = new_run(settings) if handed is None else (handed.tag, Path(handed.report_dir))
    return config.stash[AGREED]


def new_run(settings: Settings) -> tuple[str, Path]:
    """Return the tag and the report directory of a new run."""
    tag = tags.new()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    directory = settings.report_dir or f"reports/{stamp}-{tag[3:9]}"
    return tag, Path(os.path.realpath(directory))  # `resolve` fails on a link to itself


def hand_over(config: pytest.Config, node: Any, *, has_begun: bool, time_left: float | None = None) -> None:
    """Send a worker what to run.

    Raises:
        SettingsError: a setting or the profile is invalid.
    """
    asked = wanted(config)
    settings = asked.configuration.settings
    tag, report_dir = agreed(config, settings)
    lacking = [row.name for row in rows(Settings) if row.option.secret and getattr(settings, row.name)]
    handed = Handed(
        tag=tag,
        report_dir=str(report_dir),
        settings=_open(settings, lacking),
        lacking=lacking,
        profile=asked.configuration.profile,
        file=asked.configuration.file,
        ids=asked.ids,
        quiet=asked.quiet,
        has_begun=has_begun,
        time_left=time_left,
        parent=_parent(node),
    )
    node.workerinput[HANDED] = msgspec.json.encode(handed, enc_hook=_plain).decode()
    if asked.quiet:
        # xdist also sends the arguments of the whole process, for the name of the program; a token may be among them.
        node.workerinput["mainargv"] = sys.argv[:1]


def _plain(value: object) -> str:
    """Return what came from the environment as ordinary text: a secret is not among it (see `_open`)."""
    if isinstance(value, Hidden):
        return "".join(value)
    raise TypeError(type(value).__name__)


def _open(settings: Settings, lacking: list[str]) -> Settings:
    """Return what is not secret. Of the tenant URL's query, which may contain a key, only the dialect is used."""
    left_out = dict.fromkeys(lacking)
    return msgspec.structs.replace(settings, url=settings.base, dialect=settings.repeatable["dialect"], **left_out)


def _parent(node: Any) -> int | None:
    """Return the parent of a worker; a worker on another machine or started indirectly is not our child."""
    spec = node.gateway.spec
    return os.getpid() if spec.popen and not spec.via else None
