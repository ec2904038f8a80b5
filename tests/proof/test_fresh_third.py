"""Each defect of the third batch over a raw socket: it shows when it is on, and not when it is off."""

import pytest

from scim_conformance.demo.defects import DEFECTS
from scim_conformance.demo.server import serve
from tests.probes.wire import Wire
from tests.proof import third_probes, third_probes_later
from tests.proof.fresh_defects import FRESH
from tests.proof.fresh_second import SECOND
from tests.proof.fresh_third import THIRD, THIRD_LEVEL

PROBES = third_probes.PROBES | third_probes_later.PROBES


@pytest.mark.parametrize("name", sorted(THIRD))
def test_a_defect_of_the_third_batch_shows_when_it_is_on_and_not_when_it_is_off(name: str) -> None:
    with serve([THIRD[name].around]) as served:
        assert PROBES[name](Wire(served))
    with serve() as served:
        assert not PROBES[name](Wire(served))


def test_the_third_batch_is_thirty_defects_of_their_own() -> None:
    assert set(THIRD) == set(THIRD_LEVEL) == set(PROBES)
    assert len(THIRD) == 30
    assert not set(THIRD) & (set(DEFECTS) | set(FRESH) | set(SECOND))
    assert {one.kind for one in THIRD.values()} == {one.kind for one in DEFECTS.values()}
