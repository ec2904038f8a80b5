"""The lowest versions that CI runs: each direct dependency has one."""

import pytest

from tests.lowest import constraints, lowest


@pytest.mark.parametrize(
    ("requirement", "said"),
    [("httpx>=0.28,<0.29", "httpx==0.28"), ("faker>=37", "faker==37"), ("a-b.c>=1.0.5,<2", "a-b.c==1.0.5")],
)
def test_a_lower_bound_is_the_version_to_run(requirement: str, said: str) -> None:
    assert lowest(requirement) == said


@pytest.mark.parametrize(
    "requirement", ["httpx", "httpx==0.28", "httpx<1", "httpx>0.27", "httpx>=0.28.*", "httpx>=1rc1"]
)
def test_without_a_lower_bound_nothing_is_run(requirement: str) -> None:
    with pytest.raises(ValueError, match="lower bound"):
        lowest(requirement)


def test_every_direct_dependency_has_one() -> None:
    names = {one.partition("==")[0] for one in constraints()}
    assert {"pytest", "pytest-xdist", "allure-pytest", "httpx", "msgspec"} < names
