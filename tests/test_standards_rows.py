"""Each row of the register of standards has a fault that turns its check red; its legal variant leaves it green."""

import pytest

from scim_conformance.demo.choices import VARIANTS
from tests.proof import standards
from tests.support.turns import due

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", due(sorted(standards.by_target("defect")), 8))
def test_a_fault_turns_the_checks_of_its_rows_red(name: str) -> None:
    assert standards.wrong(name, "defect") == []


@pytest.mark.parametrize("name", due(sorted(standards.by_target("variant")), 4))
def test_a_legal_variant_leaves_the_checks_green(name: str) -> None:
    assert standards.wrong(name, "variant") == []


@pytest.mark.parametrize("name", sorted(name for name, one in VARIANTS.items() if one.breaks))
def test_a_variant_that_is_legal_for_entra_alone_breaks_the_rows_that_it_names(name: str) -> None:
    assert standards.unbroken(name) == []
