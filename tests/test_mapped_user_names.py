"""The suites on the standards judge the same, whichever attribute the profile maps to userName."""

import re
from pathlib import Path

import pytest

from scim_conformance.entra.profiles import profile
from tests.support.defects import Ended, demos

pytestmark = pytest.mark.slow

SUITES = ("--suite", "rfc", "--suite", "security")
NAMED_BY = ("mail", "mailNickname")
FAULTS = {
    "refused-but-created": "RFC-CRE-03",
    "deleted-still-found": "RFC-DEL-02",
    "filter-ignored": "RFC-FLT-01",
    "filter-404": "RFC-LST-02",
    "match-case": "RFC-USR-03",
}
"""Faults that show only to a filter on the userName that was sent, and where."""


def _written(directory: Path, source: str) -> tuple[str, ...]:
    """Write the default profile with another source of userName, and return the flags that name it."""
    text = (Path(profile.__file__).parent / "entra-default.toml").read_text(encoding="utf-8")
    told = text.replace('source = "userPrincipalName"', f'source = "{source}"', 1)
    named = re.sub('name = "entra-default"', f'name = "by-{source}"', told)
    (directory / f"{source}.toml").write_text(named, encoding="utf-8")
    return ("--profile", f"{source}.toml")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Play the suites with the default profile and with others, and single scenarios with a fault."""
    directory = tmp_path_factory.mktemp("named")
    flags = {source: _written(directory, source) for source in NAMED_BY}
    wanted = {"default": SUITES, **{source: (*SUITES, *one) for source, one in flags.items()}}
    single = {name: (where, "--defect", name, *flags["mail"]) for name, where in FAULTS.items()}
    return demos(directory, {**wanted, **single})


def _verdicts(run: Ended) -> dict[str, str]:
    return {check["id"]: check["verdict"] for one in run.result["scenarios"] for check in one["checks"]}


@pytest.mark.parametrize("source", NAMED_BY)
def test_every_check_is_as_with_the_default_profile(source: str, ended: dict[str, Ended]) -> None:
    assert ended[source].red_checks() == set(), ended[source].output
    assert _verdicts(ended[source]) == _verdicts(ended["default"])


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_shows_with_another_user_name(name: str, ended: dict[str, Ended]) -> None:
    assert FAULTS[name] in ended[name].deviating(hard=True), ended[name].output
