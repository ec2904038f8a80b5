"""How a fault of the embedded target is written down and registered. Nothing that registers is imported here.

The faults are in the folders beside this file, one for each `Kind`; `scim_conformance.demo.choices` loads them all.
They were seen in real targets, each with its source, and are written from the reports, not from the checks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scim_conformance.demo.app import Around

GALLERY = "gallery-2026"
"""The profile that asks for client credentials and reads /Schemas."""

CHECKLIST = "Microsoft's app gallery checklist, 2.2"
"""A source that many faults of the token endpoint have."""

OWN_TYPES = "own-types"
"""The profile that has attributes of every type."""

UNREADABLE = "a resource that cannot be read by its id is not known to be ours, or to be gone"
"""Why much is left behind, for `Defect.leaves`."""


class Kind(StrEnum):
    """What a defect is about. Its folder has the name of the member, in lower case."""

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
    STANDARDS = "standards"


@dataclass(frozen=True)
class Defect:
    """A fault: its name, what a vendor or an administrator would report, where it was reported, and what it does."""

    name: str
    symptom: str
    source: str
    around: Around
    profile: str | None = None
    """The profile with which it shows, where it does not with the default one."""
    kind: Kind = Kind.PATCH
    named: str | None = None
    """The id of the check that a vendor must be shown first, such as `ENT-CON-01#probe.status`.

    As the catalogue has it, with `{attribute}` or `{number}`, where it is chance which of them is hit.
    """
    shows: tuple[str, ...] = ()
    """The scenarios, and standing checks, that are shown to be red by this defect and by no other.

    A scenario that no defect names so is shown red by the first whose `named` is a check of it.
    """
    row: str | None = None
    """The row of the register's table of faults that it belongs to, such as B37."""
    flags: tuple[str, ...] = ()
    """Flags of the command line without which it does not show."""
    wide: str | None = None
    """Why more than three other scenarios deviate with it, where they do."""
    leaves: str | None = None
    """Why the harness cannot remove what it created, where it cannot: the report must say so."""
    uncatchable: str | None = None
    """Why no check can see it, where none can; such a defect says what the harness is blind to."""

    @property
    def catchable(self) -> bool:
        """Tell whether a check can see it."""
        return self.uncatchable is None

    @property
    def scenario(self) -> str | None:
        """The scenario, or the standing check, that the check named first belongs to, such as `ENT-CON-01`."""
        return self.named and self.named.partition("#")[0].partition("/")[0]


REGISTERED: dict[str, Defect] = {}
"""The defects of the modules imported so far, by name, in the order of import."""


def defect(
    kind: Kind,
    name: str,
    symptom: str,
    source: str,
    *,
    named: str | None = None,
    shows: tuple[str, ...] = (),
    row: str | None = None,
    profile: str | None = None,
    flags: tuple[str, ...] = (),
    wide: str | None = None,
    leaves: str | None = None,
    uncatchable: str | None = None,
) -> Callable[[Around], Around]:
    """Register a defect; the arguments are those of `Defect`. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in REGISTERED:
            raise ValueError(f"there are two defects named {name}")
        REGISTERED[name] = Defect(
            name, symptom, source, around, profile, kind, named, shows, row, flags, wide, leaves, uncatchable
        )
        return around

    return register
