"""Every legal variant differs over a raw socket, and does not when it is off. That none is held for a fault is proven
by the matrix: `make proof`."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from scim_conformance.demo.server import serve
from scim_conformance.demo.variants import VARIANTS
from tests.probes.wire import Wire
from tests.proof.variant_probes import PROBES
from tests.support.cli import assert_calm, cli


@pytest.fixture(scope="module")
def honest() -> Iterator[Wire]:
    """Return the target without any variant."""
    with serve() as served:
        yield Wire(served)


@pytest.fixture(scope="module")
def varied() -> Iterator[Callable[[str], Wire]]:
    """Start a target with one variant. Each takes a tenth of a second to stop, so that they stop on the side."""
    with ThreadPoolExecutor(4) as stopping, ExitStack() as last:

        def start(name: str) -> Wire:
            stopping.submit(last.pop_all().close)
            return Wire(last.enter_context(serve([VARIANTS[name].around])))

        yield start


def test_every_variant_has_a_probe_and_a_source() -> None:
    assert sorted(PROBES) == sorted(VARIANTS)
    assert [one.name for one in VARIANTS.values() if not one.source.strip()] == []


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_variant_differs_when_it_is_on(name: str, varied: Callable[[str], Wire]) -> None:
    assert PROBES[name](varied(name))


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_variant_does_not_differ_when_it_is_off(name: str, honest: Wire) -> None:
    assert not PROBES[name](honest)


def test_the_demo_plays_a_variant(tmp_path: Path) -> None:
    ended = cli(tmp_path, "demo", "--variant", "ids-emails", "ENT-CRE-01", "--report-dir", "report")
    assert_calm(ended)
    assert ended.code == 0, ended.screen


def test_an_unknown_variant_is_named(tmp_path: Path) -> None:
    ended = cli(tmp_path, "demo", "--variant", "none")
    assert ended.code == 4
    assert "there is no such variant" in ended.screen
