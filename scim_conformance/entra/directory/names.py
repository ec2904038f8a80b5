"""What people, companies and places are called: names by Faker, the same for the same seed."""

import threading
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from faker import Faker

LOCALES = ("en_US",)

_ALONE = threading.Lock()
"""Held while the one Faker draws names, from a seed of their own."""


class PersonNames(NamedTuple):
    """Names around one person."""

    given: str
    family: str
    job: str
    department: str
    street: str
    city: str
    state: str
    postcode: str
    company: str


EXAMPLE = PersonNames(
    "Ada", "Example", "Engineer", "Research", "1 Example Street", "Springfield", "Ohio", "12345", "Example Ltd"
)
"""The names of an example that nothing sends, for which Faker is not loaded."""

EXAMPLE_COLOR = "Blue"
"""The same, for the name of a group."""


def of_person(seed: int) -> PersonNames:
    """Return the names for a seed."""
    with _ALONE:
        fake = faker()
        fake.seed_instance(seed)
        given, family, job, department = fake.first_name(), fake.last_name(), fake.job(), fake.bs().title()
        place = fake.street_address(), fake.city(), fake.state(), fake.postcode()
        return PersonNames(given, family, job, department, *place, fake.company())


def color(seed: int) -> str:
    """Return the name of a color for a seed."""
    with _ALONE:
        fake = faker()
        fake.seed_instance(seed)
        return str(fake.color_name())


@cache
def faker() -> "Faker":
    """Return the one Faker of the process."""
    from faker import Faker  # noqa: PLC0415 - its start takes longer than the first requests of a run

    return Faker(list(LOCALES), use_weighting=False)
