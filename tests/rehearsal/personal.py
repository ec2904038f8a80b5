"""Every value of an export that may identify a person, and where it must not be."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.rehearsal.company import CITIES, DEPARTMENTS, TITLES, Company

LEAST = 4
"""Shorter values are in every text."""


def personal_values(given: Company) -> set[str]:
    """Return the texts of four or more characters in users; names of groups may be shown."""
    return {text for one in (*given.users, *given.deleted) for text in _texts(one) if len(text) >= LEAST}


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if not name.startswith("@"):
                yield from _texts(one)


def assert_none_outside(report: Path, values: set[str], screen: str, profile: str) -> None:
    """No value is on the screen, or in a file of a report directory outside of its private folder."""
    files = [one for one in report.rglob("*") if one.is_file() and "private" not in one.relative_to(report).parts]
    assert files
    texts = {"screen": screen} | {one.name: one.read_bytes().decode("utf-8", "replace") for one in files}
    constants = {one for one in values if one in profile}
    assert not constants & {*CITIES, *TITLES, *DEPARTMENTS}
    for name, text in texts.items():
        found = [one for one in values - constants if one in text]
        assert found == [], f"{name} has {found[:3]}"
