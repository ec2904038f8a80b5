"""The demo command plays legal variants. That none is taken for a fault is proven by the matrix: `make proof`."""

from pathlib import Path

from scim_conformance.demo.choices import VARIANTS
from tests.support.cli import assert_calm, cli


def test_every_variant_has_a_source() -> None:
    assert [one.name for one in VARIANTS.values() if not one.source.strip()] == []


def test_the_demo_plays_a_variant(tmp_path: Path) -> None:
    ended = cli(tmp_path, "demo", "--variant", "ids-emails", "ENT-CRE-01", "--report-dir", "report")
    assert_calm(ended)
    assert ended.code == 0, ended.screen


def test_an_unknown_variant_is_named(tmp_path: Path) -> None:
    ended = cli(tmp_path, "demo", "--variant", "none")
    assert ended.code == 4
    assert "there is no such variant" in ended.screen
