"""Every defect shows over a raw socket when it is on, and does not when it is off."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from scim_conformance.demo.defects import DEFECTS
from scim_conformance.demo.server import serve
from tests.probes import (
    aftermath,
    answering,
    connection,
    creating,
    grouping,
    indexing,
    lifecycle,
    matching,
    patching,
    timing,
)
from tests.probes.wire import PROBES, Wire

FILES = (aftermath, answering, connection, creating, grouping, indexing, lifecycle, matching, patching, timing)


@pytest.fixture(scope="module")
def honest() -> Iterator[Wire]:
    """Return the honest target, one for all."""
    with serve() as served:
        yield Wire(served)


@pytest.fixture(scope="module")
def faulty() -> Iterator[Callable[[str], Wire]]:
    """Start a target with one defect. Each takes a tenth of a second to stop, so that they stop on the side."""
    with ThreadPoolExecutor(4) as stopping, ExitStack() as last:

        def start(name: str) -> Wire:
            stopping.submit(last.pop_all().close)
            return Wire(last.enter_context(serve([DEFECTS[name].around])))

        yield start


def test_every_defect_has_a_probe_and_every_probe_a_defect() -> None:
    assert sorted(PROBES) == sorted(DEFECTS)
    assert {shows.__module__ for shows in PROBES.values()} == {one.__name__ for one in FILES}


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_defect_shows_when_it_is_on(name: str, faulty: Callable[[str], Wire]) -> None:
    assert PROBES[name](faulty(name))


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_defect_does_not_show_when_it_is_off(name: str, honest: Wire) -> None:
    assert not PROBES[name](honest)
