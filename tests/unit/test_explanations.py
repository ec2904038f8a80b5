"""The explanations that are written by hand: few, and each with its reason."""

from scim_conformance.entra.profiles.profile import shipped_names
from tests.unit.test_catalogue import played

MOST = 46


def _written() -> dict[str, set[str]]:
    """Return the reasons of all explanations, each with the keys of the checks that it explains."""
    found: dict[str, set[str]] = {}
    for name in shipped_names():
        for steps in played(name).values():
            for one in (because for step in steps for because in step.because):
                found.setdefault(one.why, set()).update(one.causes)
    return found


def test_few_explanations_are_written_by_hand() -> None:
    assert 20 < len(_written()) <= MOST


def test_each_explains_a_check_and_says_why() -> None:
    assert [why for why, keys in _written().items() if not keys or len(why.split()) < 6 or not why.endswith(".")] == []
