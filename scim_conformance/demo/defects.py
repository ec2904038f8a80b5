"""Switchable defects of the embedded target: faults that were seen in real targets, each with its source.

Written from the reports, not from the checks. Each changes what is stored or answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from scim_conformance.demo.app import Around
from scim_conformance.demo.shapes import is_query, is_write, refusal, stored_at

__all__ = ["DEFECTS", "Defect", "Kind", "defect", "is_query", "is_write", "listing", "refusal", "stored_at"]


class Kind(StrEnum):
    """What a defect is about."""

    CONNECTION = "connection and auth"
    MATCHING = "matching and filters"
    CREATE = "create"
    PATCH = "patch"
    LIFECYCLE = "disable, restore, delete"
    GROUPS = "groups and members"
    DISCOVERY = "discovery"
    PAGING = "paging"
    ERRORS = "errors"
    ROBUSTNESS = "robustness"


@dataclass(frozen=True)
class Defect:
    """A fault: its name, what somebody would report, where it was reported, and what it does."""

    name: str
    symptom: str
    source: str
    around: Around
    profile: str | None = None
    """The profile with which it shows, where it does not with the default one."""
    kind: Kind = Kind.PATCH
    row: str | None = None
    """The row of the register's table of faults that it belongs to, such as B37."""
    flags: tuple[str, ...] = ()
    """Flags of the command line without which it does not show."""
    uncatchable: str | None = None
    """Why no check can see it, where none can; such a defect says what the harness is blind to."""

    @property
    def catchable(self) -> bool:
        """Tell whether a check can see it."""
        return self.uncatchable is None


DEFECTS: dict[str, Defect] = {}
"""Every defect by its name, those of one kind together."""


def defect(
    kind: Kind,
    name: str,
    symptom: str,
    source: str,
    *,
    row: str | None = None,
    profile: str | None = None,
    flags: tuple[str, ...] = (),
    uncatchable: str | None = None,
) -> Callable[[Around], Around]:
    """Register a defect; the arguments are those of `Defect`. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in DEFECTS:
            raise ValueError(f"there are two defects named {name}")
        DEFECTS[name] = Defect(name, symptom, source, around, profile, kind, row, flags, uncatchable)
        return around

    return register


def listing() -> list[str]:
    """Return the lines that name every defect, under the title of its kind."""
    lines: list[str] = []
    for kind in Kind:
        found = [one for one in DEFECTS.values() if one.kind is kind]
        lines += [f"{kind} ({len(found)})", *(f"  {one.name:24} {one.symptom}" for one in found), ""]
    return [*lines, f"{len(DEFECTS)} defects; where each was reported stands in the registry and in docs/proof.md"]


_THEMES = (
    "connection auth media matching reading create conflict patch path urn manager lifecycle group member discovery "
    "paging error robustness aftermath limit index"
)

# Last, since they register their own with what stands above.
for _theme in _THEMES.split():
    import_module(f"scim_conformance.demo.{_theme}_defects")
