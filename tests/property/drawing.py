"""One draw for one number: each is made by Hypothesis alone, so that the number is enough to make it again.

Hypothesis begins with the simplest example and then changes what it has found; a series of draws that have little in
common is therefore made of many short ones.
"""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.property.profiles import profile_texts

Fails = Callable[[str], bool]


class _Found(Exception):
    """What Hypothesis shrinks to the smallest profile with which it is raised."""


def draw(number: int) -> str:
    """Return the profile of this number, as the text of its file."""
    found: list[str] = []
    _run(number, found.append, [Phase.generate])
    return found[1]


def shrunk(number: int, fails: Fails) -> str:
    """Return the smallest profile found that fails as the one of this number does."""
    found = draw(number)

    def tried(text: str) -> None:
        nonlocal found
        if fails(text):
            found = min(text, found, key=len)
            raise _Found

    with suppress(_Found):
        _run(number, tried, [Phase.generate, Phase.shrink])
    return found


def _run(number: int, taken: Callable[[str], object], phases: list[Phase]) -> None:
    """Let Hypothesis make two examples: the simplest one, and one of this number."""

    @seed(number)
    @settings(
        max_examples=2,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(profile_texts())
    def example(text: str) -> None:
        taken(text)

    example()
