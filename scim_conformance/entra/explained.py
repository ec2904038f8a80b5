"""What explains a deviation where the rule of `verdict.tracing` does not see it: another check or request shows the
same fault. Each has its reason. The ids that come first are looked at first.
"""

from collections.abc import Sequence

from scim_conformance.entra.dialects import Dialect
from scim_conformance.scenario.steps import Because

CREATED = "ENT-CRE-01"
"""The scenario of the simplest creation of a user."""


def refused_at_all(*plainest: str) -> Because:
    """Return what explains that a request is refused: the plainest one of its kind is refused too."""
    return Because("What is refused in its plainest form is refused here too.", {"status": [*plainest]})


def never_stored(*keys: str, plainest: Sequence[str]) -> Because:
    """Return what explains that a value is missing: it is missing, too, where it was sent alone."""
    return Because("What is never stored is not there.", {key: [*plainest] for key in keys})


REFUSED_AT_ALL = refused_at_all(f"{CREATED}#create.status")
GROUP_REFUSED_AT_ALL = refused_at_all("ENT-GRP-01#create.status")

_DIALECTS = tuple(Dialect)


def _in_both(scenario: str, check: str) -> list[str]:
    return [f"{scenario}/{dialect}#{check}" for dialect in _DIALECTS]


_FILTERS = ["ENT-CON-01#probe.none", "ENT-MAT-01#match.one"]
NOT_FILTERED = Because(
    "A filter that is ignored finds every user, and one that finds no user does so for each value.",
    {"none": _FILTERS, "one": _FILTERS},
)
NOT_READABLE = Because(
    "An account that cannot be read is not found either.",
    {"one": ["ENT-CRE-01#read-back.status", *_in_both("ENT-DIS-01", "read-back.status")]},
)
OTHER_LETTERS = Because(
    "The letter case of a value is the same in a list as in a single resource.",
    {"letter-case": ["ENT-CRE-01#read-back.letter-case"]},
)
USERS_FOUND = (NOT_FILTERED, NOT_READABLE, OTHER_LETTERS)
"""What explains a query of users that finds another user, or none."""

QUERIED_AS_USERS = Because(
    "A target that cannot filter users filters nothing.",
    {"status": ["ENT-CON-01#probe.status"], "none": ["ENT-CON-01#probe.none"]},
)
_GROUP_FILTERS = ["ENT-CON-02#probe.none", "ENT-GRP-01#match.one"]
GROUPS_FOUND = (
    Because(
        "A filter that is ignored finds every group, and one that finds none does so for each value.",
        {"none": _GROUP_FILTERS, "one": _GROUP_FILTERS},
    ),
    QUERIED_AS_USERS,
)
"""What explains a query of groups that finds another one, or none."""

GROUP_UNREADABLE = Because(
    "A group that cannot be read without members cannot be read with them.", {"status": ["ENT-GRP-01#read.status"]}
)
_KEYS = ("none", "status", "refused", "ghost", "no-namesake")
STILL_THERE = Because(
    "A deleted account that can still be read is found, keeps its name, and can be changed and added to groups.",
    dict.fromkeys(_KEYS, ("ENT-DEL-01#gone.status",)),
)
GROUP_STILL_THERE = Because(
    "A deleted group that can still be read is found, and can be changed and deleted.",
    dict.fromkeys(_KEYS, ("ENT-GRP-14#gone.status",)),
)
KEPT_LIKE_USERS = Because(
    "A target that keeps deleted users keeps deleted groups.", {"status": ["ENT-DEL-01#gone.status"]}
)

DELETED_TOO = Because(
    "A user who was deleted together with something else cannot be read, and cannot be added to a group.",
    {"status": ["ENT-DEL-01#read-neighbour.status", "ENT-GRP-14#read-member.status"]},
)


def unless_stored(check: str) -> Because:
    """Return the explanation of a failed match that the matching attribute is not stored as it was sent."""
    return Because("A value that is not stored finds no user.", {"one": [check]})
