"""What explains a symptom: for the key of a check, the checks of the plainest scenarios that show the same fault.

They are given to a step as `after` (see `verdict.causes`). A value names checks by their ids; those that come first
are looked at first.
"""

CREATED, DELETED, GROUP_CREATED = "ENT-CRE-01", "ENT-DEL-01", "ENT-GRP-01"
"""The scenarios that own the success of a step: if the step only prepares and fails, they are what needs fixing."""

REFUSED = {"status": (f"{CREATED}#create.status",)}
"""What explains a refused creation: the simplest one is refused too, with the same status."""

GROUP_REFUSED = {"status": (f"{GROUP_CREATED}#create.status",)}
"""The same for groups."""

_CHANGED = ("ENT-UPD-01/legacy#read-back", "ENT-UPD-01/compliant#read-back")

READ = {key: tuple(f"{step}.{key}" for step in ("ENT-CRE-01#read-back", *_CHANGED)) for key in ("status", "same")}
READ["letter-case"] = ("ENT-CRE-01#read-back.letter-case",)
"""What explains that an account cannot be read or is the wrong one: the very first reads, after a creation and after a
change."""

UNFILTERED = {
    "status": ("ENT-CON-01#probe.status",),
    "none": ("ENT-CON-01#probe.none", "ENT-MAT-01#match.one"),
    "one": ("ENT-CON-01#probe.none", "ENT-CRE-01#read-back.status", "ENT-MAT-01#match.one"),
    "letter-case": READ["letter-case"],
}
"""What explains a failed query: the Test Connection query fails, or the simplest match does."""

NOT_BY_MAIL = {**UNFILTERED, "one": (*UNFILTERED["one"], "ENT-MAT-01#match-twin.one")}
"""Explains why a user whose userName is not the e-mail address is not found: no such user is found."""

UNFILTERED_GROUPS: dict[str, tuple[str, ...]] = {
    "status": ("ENT-CON-02#probe.status", "ENT-GRP-01#match.status"),
    "none": ("ENT-CON-02#probe.none", "ENT-GRP-01#match.one"),
    "one": ("ENT-CON-02#probe.none", "ENT-GRP-01#match.one"),
}

_JOINED = ("ENT-GRP-05/legacy#read-members", "ENT-GRP-05/compliant#read-members")

READ_GROUP = {
    "status": ("ENT-GRP-01#read.status", *(f"{step}.status" for step in _JOINED)),
    "same": ("ENT-GRP-01#read.same",),
    "members": tuple(f"{step}.members" for step in _JOINED),
}
"""The same for groups and their members."""

STILL_THERE = {
    "status": ("ENT-DEL-01#gone.status",),
    "none": ("ENT-DEL-01#gone.status", *UNFILTERED["none"]),
}
"""What explains that a deleted resource is still found: the deletion had no effect."""

DISABLE_REFUSED = {"status": ("ENT-DIS-01/legacy#disable.status", "ENT-DIS-01/compliant#disable.status")}
"""What explains that a change of `active` is refused: the simplest one is refused too."""

UNREADABLE_INACTIVE = {
    "status": ("ENT-DIS-01/legacy#read-back.status", "ENT-DIS-01/compliant#read-back.status"),
    "one": (
        "ENT-DIS-01/legacy#read-back.status",
        "ENT-DIS-01/compliant#read-back.status",
        "ENT-DIS-01/legacy#match.one",
    ),
}
"""What explains that a disabled account is not found: it cannot be read at all."""


def unless_stored(after: dict[str, tuple[str, ...]], check: str) -> dict[str, tuple[str, ...]]:
    """Add as last explanation of a failed match that the matching attribute is not stored as it was sent."""
    return {**after, "one": (*after["one"], check)}
