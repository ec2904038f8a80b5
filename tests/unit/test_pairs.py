"""Each right server that differs has the wrong one that is nearest to it, and what must stay red has its defects."""

import pytest

from scim_conformance.demo.choices import DEFECTS, VARIANTS
from tests.proof.matrix import levels
from tests.proof.pairs import STAYS_RED, lines, paired
from tests.proof.playing import Outcome
from tests.proof.stacking import ORDER, theme

NEAREST = sorted({name for one in paired() for name in one.nearest})
RED = sorted({name for red in STAYS_RED for name in red.defects})
DIFFERING = (
    "members-never",
    "members-asked",
    "members-queried",
    "members-in-groups",
    "values-strict",
    "token-basic-only",
    "token-body-only",
    "token-one-method",
    "rename-taken-400",
    "twins-503",
    "disabled-not-shown",
    "inactive-fixed",
)
"""The variants for which an obligation was made conditional."""


@pytest.mark.parametrize("name", DIFFERING)
def test_what_became_right_has_the_nearest_that_is_wrong(name: str) -> None:
    assert VARIANTS[name].nearest


@pytest.mark.parametrize("name", sorted({*NEAREST, *RED}))
def test_the_nearest_that_is_wrong_is_a_defect_that_is_caught(name: str) -> None:
    assert DEFECTS[name].catchable
    scenario, _, rest = (DEFECTS[name].named or "").partition("#")
    of_it = {key for key in levels() if key.partition("#")[0] == scenario.partition("/")[0]}
    assert [key for key in of_it if rest.partition(".")[0] in key or rest == "any.answer"], DEFECTS[name].named


def _levels_of(name: str) -> set[str]:
    scenario, _, check = (DEFECTS[name].named or "").partition("#")
    own, step = scenario.partition("/")[0], check.split(".", 2)
    exact = f"{own}#{check}"
    open_one = f"{own}#{'.'.join(step[:2])}.{{attribute}}"
    return set(levels().get(exact, levels().get(open_one, ())))


@pytest.mark.parametrize("name", RED)
def test_what_must_stay_red_is_more_than_advice(name: str) -> None:
    assert _levels_of(name) & {"MUST", "ENTRA"}, DEFECTS[name].named


def test_every_theme_of_variants_has_its_place_in_a_stack() -> None:
    assert {theme(one) for one in VARIANTS.values() if one.profile is None and not one.flags} <= set(ORDER)


def test_the_tables_name_every_pair_once() -> None:
    green = {name: Outcome(0, "yes") for name in VARIANTS}
    red = {name: Outcome(1, "no", causes=(DEFECTS[name].named or "",)) for name in DEFECTS}
    text = list(lines(green, red))
    rows = [line for line in text if line.startswith("| ") and " | " in line and "---" not in line]
    assert len(rows) == 2 + sum(len(one.nearest) for one in paired()) + sum(len(red.defects) for red in STAYS_RED)
