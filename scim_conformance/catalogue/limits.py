"""How many requests a full run may send, and how many it sends: the one place for both numbers.

It is the limit for a green run of the default profile in both dialects, the reads that confirm whose an id is included.
A scenario that needs more raises it where it is declared: `@scenario(…, extra=Extra(12, "why"))`. Bounded apart, since
a green run does not need them, are the pages of the look for what is left (`target.sweep.MOST_PAGES`) and the seconds
for which a target that stays away is waited for (`target.shapes.IN_ALL`).
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from scim_conformance.catalogue import scenarios
from scim_conformance.scenario.model import Template

BASE = 900
"""Requests of a full run without what scenarios add. It was 750 before writes were compared with reads before them."""


MEASURED = Path(__file__).with_name("requests.json")
"""What a full run against the embedded target sent; `make contract` measures it when scenarios change."""


class Requests(msgspec.Struct, frozen=True):
    """Requests of a run: as Entra sends them, those that prepare, read back and clean up, and the search at the end."""

    entra: int
    harness: int
    sweep: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.entra + self.harness + self.sweep


@cache
def sent_requests() -> Requests:
    """Return how many requests a full run sends to a conformant target, with the default mapping and both dialects."""
    return msgspec.json.decode(MEASURED.read_bytes(), type=Requests)


def most_requests(templates: Iterable[Template] | None = None) -> int:
    """Return how many requests a full run may send; `templates`: with these scenarios instead of the shipped ones."""
    known = scenarios.shipped_templates() if templates is None else templates
    return BASE + sum(one.extra.requests for one in known if one.extra is not None and one.suite == "entra")
