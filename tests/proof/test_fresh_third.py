"""Each defect of the third batch and each fresh variant over a raw socket: it shows when on, and not when off."""

import pytest

from scim_conformance.demo.defects import DEFECTS
from scim_conformance.demo.server import serve
from scim_conformance.demo.variants import VARIANTS
from tests.probes.wire import Wire
from tests.proof import fresh_variant_probes, third_probes, third_probes_later
from tests.proof.fresh_defects import FRESH
from tests.proof.fresh_second import SECOND
from tests.proof.fresh_third import THIRD, THIRD_LEVEL
from tests.proof.fresh_variants import FRESH_VARIANTS

PROBES = third_probes.PROBES | third_probes_later.PROBES


@pytest.mark.parametrize("name", sorted(THIRD))
def test_a_defect_of_the_third_batch_shows_when_it_is_on_and_not_when_it_is_off(name: str) -> None:
    with serve([THIRD[name].around]) as served:
        assert PROBES[name](Wire(served))
    with serve() as served:
        assert not PROBES[name](Wire(served))


@pytest.mark.parametrize("name", sorted(FRESH_VARIANTS))
def test_a_fresh_variant_shows_when_it_is_on_and_not_when_it_is_off(name: str) -> None:
    with serve([FRESH_VARIANTS[name].around]) as served:
        assert fresh_variant_probes.PROBES[name](Wire(served))
    with serve() as served:
        assert not fresh_variant_probes.PROBES[name](Wire(served))


def test_the_third_batch_is_thirty_defects_of_their_own() -> None:
    assert set(THIRD) == set(THIRD_LEVEL) == set(PROBES)
    assert len(THIRD) == 30
    assert not set(THIRD) & (set(DEFECTS) | set(FRESH) | set(SECOND))
    assert {one.kind for one in THIRD.values()} == {one.kind for one in DEFECTS.values()}


def test_the_fresh_variants_are_twenty_five_of_their_own() -> None:
    assert set(FRESH_VARIANTS) == set(fresh_variant_probes.PROBES)
    assert len(FRESH_VARIANTS) == 25
    assert not set(FRESH_VARIANTS) & set(VARIANTS)
