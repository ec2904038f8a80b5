"""The default rehearsal, once in each dialect: 60 generated users in all, three cycles, a restart and a full restart.

    pytest --pyargs scim_conformance.suites.rehearsal --scim-url URL

One test for each check of the rehearsal: `scim-conformance rehearse` plays the same, and shows more.
"""

import pytest

from scim_conformance.rehearsal.suite import CHECKS, DIALECTS, RehearsalOfSession


@pytest.fixture(scope="session")
def rehearsal(pytestconfig: pytest.Config) -> RehearsalOfSession:
    """Return what plays each dialect when it is first asked for."""
    return RehearsalOfSession(pytestconfig)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("check", CHECKS)
def test_rehearsal(check: str, dialect: str, rehearsal: RehearsalOfSession) -> None:
    """What the cycles of the provisioning service leave in the target is what their requests asked for."""
    judged = rehearsal.judged(check, dialect)
    if judged.skipped is not None:
        pytest.skip(judged.skipped)
    assert judged.passed, judged.said
