"""How much of what the verdict needs a run has judged, as plain data (worked out by `catalogue.required`)."""

import msgspec

NAMED = 3
"""Scenarios that a sentence lists; the others are counted."""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """What is required, what of it ran, and what was omitted. The fields have the same names in result.json."""

    required: int = 0
    """How many scenarios the verdict requires for the profile and the requested dialects."""
    ran: int = 0
    """How many of them ran, or could not run and state why."""
    not_run: list[str] = []
    """The ids of the others."""
    excluded: list[str] = []
    """The ids of scenarios that would be required, except for the profile or a choice of the target."""
    without: list[str] = []
    """The part of it that the verdict's sentence lists: whole moments if excluded, otherwise scenarios."""
    lacking: list[str] = []
    """The part of it without which the verdict cannot be yes, such as `disable / restore`."""
    mappings: int = 0
    """How many attribute mappings the profile has, of users and groups."""
    not_tested: list[str] = []
    """Those for which no scenario sent a value and compared it: `user nickName`, in the profile's order."""
    unverified: list[str] = []
    """The ids of scenarios whose memberships were not judged, because the target hides them."""


SUITE = "the entra suite"
"""What decides the verdict; a run may have more, and its counts contain everything that it has."""


def of_required(ran: int, required: int, verdict: str = "it") -> str:
    """Return how much of what a verdict needs ran: `it needs 158 scenarios of the entra suite, of which 11 ran`."""
    noun = "scenario" if required == 1 else "scenarios"
    return f"{verdict} needs {required} {noun} of {SUITE}, of which {ran or 'none'} ran"


MOST_MAPPINGS = 10
"""Mappings that a sentence lists."""


def of_mappings(mappings: int, not_tested: list[str], most: int = MOST_MAPPINGS) -> str:
    """Return how many mappings were tested: `15 of 16 mappings tested; not tested: user nickName`."""
    said = f"{mappings - len(not_tested)} of {mappings} mappings tested"
    return f"{said}; not tested: {named(not_tested, most)}" if not_tested else said


def of_part(mappings: int, not_tested: list[str]) -> str:
    """Return how many mappings an incomplete run tested; empty if it tested none, such as a run of queries."""
    tested = mappings - len(not_tested)
    return f"{tested} of {mappings} mappings tested by the scenarios that ran" if tested else ""


def named(ones: list[str], most: int = NAMED) -> str:
    """Return names for a sentence: `groups`, `a and b`, `a, b, c and 4 more`."""
    shown, more = ones[:most], len(ones) - most
    words = [*shown, f"{more} more"] if more > 0 else shown
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
