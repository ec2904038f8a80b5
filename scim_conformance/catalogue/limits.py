"""How many requests a full run may send: the one place for the number.

It is the limit for a green run of the default profile in both dialects, the reads that confirm whose an id is included.
A scenario that needs more raises it where it is declared: `@scenario(…, extra=Extra(12, "why"))`. Bounded apart, since
a green run does not need them, are the pages of the look for what is left (`target.sweep.MOST_PAGES`) and the seconds
for which a target that stays away is waited for (`target.shapes.IN_ALL`).
"""

from collections.abc import Iterable

from scim_conformance.catalogue import scenarios
from scim_conformance.scenario.model import Template

BASE = 900
"""Requests of a full run without what scenarios add. It was 750 before writes were compared with reads before them."""


def most_requests(templates: Iterable[Template] | None = None) -> int:
    """Return how many requests a full run may send; `templates`: with these scenarios instead of the shipped ones."""
    known = scenarios.shipped_templates() if templates is None else templates
    return BASE + sum(one.extra.requests for one in known if one.extra is not None and one.suite == "entra")
