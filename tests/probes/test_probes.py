"""Every defect and every variant shows over a raw socket when it is on, and does not when it is off."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.demo.faults.registry import OWN_TYPES, Defect
from scim_conformance.demo.probing.registry import PROBES
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.server import serve
from scim_conformance.demo.variants.registry import Variant
from scim_conformance.entra.profiles.profile import load
from tests.support.turns import due

PROBED: Mapping[str, Defect | Variant] = {**DEFECTS, **VARIANTS}


@pytest.fixture(scope="module")
def honest() -> Iterator[Wire]:
    """Return the honest target, one for all."""
    with serve() as served:
        yield Wire(served)


@pytest.fixture(scope="module")
def own_types() -> Iterator[Wire]:
    """Return the honest target of the profile that has attributes of every type."""
    with serve(profile=load(OWN_TYPES)) as served:
        yield Wire(served)


@pytest.fixture(scope="module")
def different() -> Iterator[Callable[[str], Wire]]:
    """Start a target with one of them. Each takes a tenth of a second to stop, so that they stop on the side."""
    with ThreadPoolExecutor(4) as stopping, ExitStack() as last:

        def start(name: str) -> Wire:
            stopping.submit(last.pop_all().close)
            profile = PROBED[name].profile
            known = None if profile is None else load(profile)
            return Wire(last.enter_context(serve([PROBED[name].around], profile=known)))

        yield start


def test_no_variant_has_the_name_of_a_defect() -> None:
    assert set(DEFECTS) & set(VARIANTS) == set()


def test_every_defect_and_every_variant_has_a_probe_beside_it() -> None:
    beside = {name: shows.__module__ for name, shows in PROBES.items()}
    missing = [
        f'add @probe("{name}") to {one.around.__module__}: a function of a Wire that is true where it shows'
        for name, one in PROBED.items()
        if beside.get(name) != one.around.__module__
    ]
    assert missing == []
    assert set(PROBES) - set(PROBED) == set()


@pytest.mark.parametrize("name", sorted(PROBED))
def test_it_shows_when_it_is_on(name: str, different: Callable[[str], Wire]) -> None:
    assert PROBES[name](different(name))


@pytest.mark.parametrize("name", due(sorted(PROBED), 3))
def test_it_does_not_show_when_it_is_off(name: str, honest: Wire, own_types: Wire) -> None:
    assert not PROBES[name](own_types if PROBED[name].profile == OWN_TYPES else honest)
