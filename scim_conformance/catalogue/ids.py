"""Ids of scenarios: which are free. An id is permanent: what a release had is never given out again."""

import re
from collections import Counter
from collections.abc import Iterable

from scim_conformance.scenario.model import Template
from scim_conformance.scenario.released import record


def next_free(prefix: str, templates: Iterable[Template]) -> str:
    """Return the next free id of a group of scenarios, such as ENT-UPD-19 for the prefix ENT-UPD."""
    known = {one.id for one in templates} | set(record().scenarios)
    numbers = [int(found[1]) for one in known if (found := re.fullmatch(re.escape(prefix) + r"-(\d\d)", one))]
    return f"{prefix}-{max(numbers, default=0) + 1:02}"


def all_free(templates: Iterable[Template]) -> list[str]:
    """Return the next free id of each group that there is, in the order of the journey."""
    known = list(templates)
    return [next_free(prefix, known) for prefix in dict.fromkeys(one.id[:7] for one in known)]


def taken_twice(templates: Iterable[Template]) -> list[str]:
    """Name ids that two scenarios have, each with the next free one."""
    known = list(templates)
    counted = Counter(one.id for one in known)
    return [
        f"two scenarios are called {name}: give the newer one {next_free(name[:7], known)}"
        for name, times in counted.items()
        if times > 1
    ]
