"""The rfc and security suites find nothing at MUST with servers that are right, each in a way of its own."""

import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.scenario.checks import Level
from scim_conformance.verdict.results import Verdict
from tests.proof import standards
from tests.right import makings, publishings, refusals
from tests.right.registry import SERVERS

WRONG = (
    "created-at-the-list",
    "reference-to-people",
    "password-hash-shown",
    "sent-decimal-as-text",
    "profile-url-never",
    "text-never-greater",
)
"""Faults that only a closer look finds: other faults prove the rows of their checks."""
MODULES = (makings, publishings, refusals)


@pytest.mark.parametrize("name", SERVERS)
def test_a_right_server_is_found_right(name: str) -> None:
    server = SERVERS[name]
    played = standards.performed((server.around,), server.cases)
    found = {check.id: check.level for one in played for check in one.checks if check.verdict is Verdict.DEVIATION}
    assert [one for one, level in found.items() if level is Level.MUST] == []
    assert bool(found) is server.advised, found
    assert {one.id for one in played if one.verdict is Verdict.NOT_APPLICABLE} == {*server.spared}
    assert [one.id for one in played if one.verdict is Verdict.INCONCLUSIVE] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_that_is_hard_to_see_is_found(name: str) -> None:
    fault, named = DEFECTS[name].around, str(DEFECTS[name].named)
    assert named in standards.deviating((fault,), {named.partition("#")[0]})
