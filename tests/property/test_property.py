"""Any valid profile: yes from the honest target, and no, with the attribute named first, where one is broken.

As many draws as fit into ten seconds. The numbers begin elsewhere each time, and a draw that fails says its
own: `python -m tests.property --show NUMBER` prints the profile, and PROPERTY_SEED=NUMBER begins with it.
"""

import os
import time

from tests.property.judging import judged
from tests.property.serving import house

SECONDS = 10.0


def test_the_verdict_on_any_valid_profile_is_true() -> None:
    number = first = int(os.environ.get("PROPERTY_SEED") or time.time())
    end = time.monotonic() + SECONDS
    wrong: list[str] = []
    with house() as served:
        while time.monotonic() < end and not wrong:
            draw = judged(served, number)
            wrong += [] if draw.is_right else [str(draw)]
            number += 1
    print(f"property: draws {first} to {number - 1}")  # noqa: T201 - what CI shows of a run that fails
    assert not wrong, wrong[0]
