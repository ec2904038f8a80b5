"""The next free id is found, and an id that is taken twice is told with it."""

from dataclasses import replace

import pytest

from scim_conformance.catalogue import ids, scenarios
from scim_conformance.scenario import released
from scim_conformance.scenario.released import Record

KNOWN = scenarios.shipped_templates()


def test_the_next_free_id_follows_the_highest_number() -> None:
    free = ids.all_free(KNOWN)
    assert len(free) == len({one.id[:7] for one in KNOWN}) > 10
    assert set(free).isdisjoint(one.id for one in KNOWN)
    assert ids.next_free("ENT-NEW", KNOWN) == "ENT-NEW-01"


def test_what_a_release_had_is_not_given_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "record", lambda: Record("0.1.0", {"ENT-UPD-61": "0.1.0"}))
    assert ids.next_free("ENT-UPD", KNOWN) == "ENT-UPD-62"
    assert released.record().release is None


def test_an_id_that_two_scenarios_have_is_told_with_the_next_free_one() -> None:
    assert ids.taken_twice(KNOWN) == []
    twice = [*KNOWN, replace(KNOWN[0], title="Another")]
    assert ids.taken_twice(twice) == [
        f"two scenarios are called {KNOWN[0].id}: give the newer one {ids.next_free(KNOWN[0].id[:7], KNOWN)}"
    ]
