"""Each row of the register of standards has a fault that turns its check red; its legal variant leaves it green."""

import pytest

from tests.proof import standards
from tests.support.turns import due


@pytest.mark.parametrize("name", due(sorted(standards.by_target("defect")), 8))
def test_a_fault_turns_the_checks_of_its_rows_red(name: str) -> None:
    assert standards.wrong(name, "defect") == []


@pytest.mark.parametrize("name", due(sorted(standards.by_target("variant")), 4))
def test_a_legal_variant_leaves_the_checks_green(name: str) -> None:
    assert standards.wrong(name, "variant") == []
