"""Settings from flags, environment and file: a flag takes precedence over the variable, then the key, then the
default."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.config.checks import check, shown
from scim_conformance.config.options import Row, rows
from scim_conformance.config.settings import CONFIG, DEFAULT_FILE, Secrets, Settings, SettingsError
from scim_conformance.system import inputs

MOST_TEXT = 10_000
"""Maximum characters of a setting."""

ROWS = rows(Settings)


def found_file(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the settings file if no flag names it: the environment's, or the one in the current folder."""
    return environ.get(CONFIG.variable) or (DEFAULT_FILE if Path(DEFAULT_FILE).is_file() else None)


def resolve(
    flags: Mapping[str, Any],
    environ: Mapping[str, str] = os.environ,
    config: str | Mapping[str, Any] | None = None,
) -> Settings:
    """Merge flags (None: not given), environment and TOML file into settings. `config`: the file, or what `contents`
    read from it.

    Raises:
        SettingsError: an unreadable file, an unknown key, or a value of the wrong type; the message names the key.
    """
    merged = _merged(flags, environ, config)
    _check_texts(merged)
    try:
        settings = msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_named(error)) from None
    check(settings)
    return settings


def secrets_among(flags: Mapping[str, Any], environ: Mapping[str, str], config: str | None) -> dict[str, Any]:
    """Return the settings that may contain a secret, by name, for a process that receives all the others."""
    merged = _merged(flags, environ, config)
    return {row.name: merged[row.key] for row in ROWS if row.option.secret and row.key in merged}


def _merged(
    flags: Mapping[str, Any], environ: Mapping[str, str], config: str | Mapping[str, Any] | None
) -> dict[str, Any]:
    if config is None or isinstance(config, str):
        config = contents(config or environ.get(CONFIG.variable))
    return {**config} | _from_environment(environ) | _given(flags)


def _named(error: msgspec.ValidationError) -> str:
    text = str(error).replace(" - at `$.", " for the setting `")
    return f"{text}; `scim-conformance run --help` lists the settings"


def _given(flags: Mapping[str, Any]) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in flags.items()}
    return {name: value for name, value in given.items() if value not in (None, (), [])}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {row.key: (row, str(environ[row.variable])) for row in ROWS if environ.get(row.variable)}
    return {key: _parted(text) if row.many else text for key, (row, text) in given.items()}


def _parted(text: str) -> list[str]:
    """Split the comma-separated values of a variable."""
    return [part.strip() for part in text.split(",")]


def contents(file: str | None) -> dict[str, Any]:
    """Return what a settings file contains, by key; nothing where there is none.

    Raises:
        SettingsError: it is unreadable, or contains an unknown key or a secret.
    """
    if not file:
        return {}
    try:
        found = inputs.toml(file)
    except inputs.CannotRead as error:
        raise SettingsError(f"the configuration {shown(file)} {error}") from None
    _refuse_secrets(file, found, rows(Secrets))
    known = [row.key for row in ROWS]
    for key in found.keys() - set(known):
        raise SettingsError(f"the configuration {file} has the unknown key `{key}`; known are {', '.join(known)}")
    return found


def _refuse_secrets(file: str, found: Mapping[str, Any], secret: Iterable[Row]) -> None:
    by_key = {row.key: row for row in secret}
    by_key["password"] = by_key["token"]
    for key in by_key.keys() & found.keys():
        row = by_key[key]
        raise SettingsError(
            f"the configuration {file} contains {key}: set it in {row.variable} or a {row.key}-file instead"
        )


def _check_texts(found: Mapping[str, Any]) -> None:
    """Refuse text that neither a file name nor a header can contain: NUL, and bytes that are not UTF-8."""
    for name, value in found.items():
        for text in value if isinstance(value, list | tuple) else [value]:
            if isinstance(text, str) and (len(text) > MOST_TEXT or not _is_text(text)):
                raise SettingsError(f"--{name} {shown(text[:40])}… is invalid: it is too long, or not UTF-8 text")


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)
