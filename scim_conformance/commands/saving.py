"""Writes the file that a command was asked for."""

from pathlib import Path

from scim_conformance.config.settings import SettingsError
from scim_conformance.system import writing


def save(content: bytes, target: Path) -> None:
    """Write a file completely or not at all.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        writing.put(target, content)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror}") from None


def expect_free(target: Path, *, force: bool, hint: str = "") -> None:
    """Refuse to overwrite a file without --force; `hint`: what else helps.

    Raises:
        SettingsError: the file exists.
    """
    if (target.is_file() or target.is_dir()) and not force:
        raise SettingsError(f"{target} already exists: overwrite it with --force{hint}")
