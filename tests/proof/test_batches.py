"""Each fault and each right server of each batch over a raw socket: it shows when it is on, and not when it is off."""

import json
import re
from pathlib import Path

import pytest

from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.demo.server import serve
from tests.proof import document
from tests.proof.batches.loading import EVERY, probes
from tests.proof.catching_up import lost_unseen

FAULTS = [(folder, name) for folder, batch in EVERY.items() for name in sorted(batch.faults)]
RIGHT = [(folder, name) for folder, batch in EVERY.items() for name in sorted(batch.variants)]


@pytest.mark.parametrize(("folder", "name"), [*FAULTS, *RIGHT])
def test_it_shows_when_it_is_on_and_not_when_it_is_off(folder: str, name: str) -> None:
    batch, shows = EVERY[folder], probes(folder)[name]
    with serve([(batch.faults.get(name) or batch.variants[name]).around]) as served:
        assert shows(served)
    with serve() as served:
        assert not shows(served)


@pytest.mark.parametrize("folder", EVERY)
def test_a_record_is_complete(folder: str) -> None:
    batch = EVERY[folder]
    assert batch.about
    assert not {*batch.withdrawn} & {*batch.variants}
    assert all(batch.withdrawn.values())
    assert set(batch.faults) == set(batch.levels)
    assert set(batch.faults) | set(batch.variants) == set(probes(folder))
    assert set(batch.expects) in (set(), set(batch.faults))
    for one in (*batch.first[-1:], *batch.later):
        assert sorted([*one.noticed, *one.missed]) == sorted(batch.faults)
        if batch.named:
            assert sorted([*one.first_named, *one.first_other]) == sorted(one.noticed)
        assert {*one.alarmed, *one.no_verdict} <= {*batch.variants, *batch.withdrawn}


@pytest.mark.parametrize("folder", [folder for folder, batch in EVERY.items() if batch.named])
def test_each_fault_names_checks_of_the_catalogue(folder: str) -> None:
    batch, checks = EVERY[folder], _checks()
    assert set(batch.named) == set(batch.faults)
    for names in batch.named.values():
        assert 1 <= len(names) <= 4
        assert set(names) <= checks


def _checks() -> set[str]:
    catalogue = json.loads(Path("docs/catalogue.json").read_text(encoding="utf-8"))
    ids = [one["id"] for scenario in catalogue["scenarios"] for one in scenario["checks"]]
    return {re.sub("/.*#", "#", one) for one in [*ids, *(one["id"] for one in catalogue["standing"])]}


def test_the_batches_stay_out_of_the_registry_and_apart() -> None:
    faults, right = [name for _, name in FAULTS], [name for _, name in RIGHT]
    assert len(set(faults)) == len(faults)
    assert len(set(right)) == len(right)
    assert set(faults) & set(DEFECTS) == set()
    assert set(right) & set(VARIANTS) == set()


def test_what_was_noticed_when_it_was_played_first_is_still_noticed() -> None:
    assert lost_unseen(document.recorded()["fresh"]) == []
