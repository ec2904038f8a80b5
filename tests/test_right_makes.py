"""Right servers are green at MUST in the suites on the standards, however they use what the standards leave open, and
what they say that they do not support does not apply to them."""

from collections.abc import Iterable

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.entra.profiles.profile import load
from scim_conformance.scenario.checks import Level
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict
from tests.proof import standards
from tests.support.makes import MAKES
from tests.support.turns import due

pytestmark = pytest.mark.slow

SUITES = ("rfc", "security")


def _ids(*suites: str) -> list[str]:
    profile, settings = load("entra-default"), Settings(url="http://127.0.0.1:1/v2")
    chosen = [one for one in scenarios.shipped_templates() if one.suite in suites and not one.id.startswith("RFC-TOK")]
    return [case.id for case in scenarios.cases_of(chosen, profile, settings)]


def _red(played: Iterable[ScenarioResult]) -> list[CheckResult]:
    return [check for one in played for check in one.checks if check.verdict is Verdict.DEVIATION]


@pytest.mark.parametrize("name", due(sorted(MAKES), 3))
def test_a_right_server_is_green(name: str) -> None:
    suites = SUITES[:1] if name == "registration-open" else SUITES
    played = standards.performed((MAKES[name],), _ids(*suites))
    assert [(one.id, one.actual) for one in _red(played) if one.level is Level.MUST] == []
    assert [one.id for one in played if one.verdict is Verdict.INCONCLUSIVE] == []
