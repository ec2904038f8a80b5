"""The ids of findings are short and stable, and `explain` knows every check that a rehearsal names."""

import pytest

from scim_conformance.commands import explanation
from scim_conformance.rehearsal.explained import JUDGED
from scim_conformance.rehearsal.findings import CHECKS, Findings
from scim_conformance.rehearsal.results import results


def ids(findings: Findings) -> list[str]:
    return [check.id for one in results(findings, "legacy") for check in one.deviations]


def test_no_words_of_the_target_are_in_an_id() -> None:
    found = Findings()
    said = "managers, update: SystemForCrossDomainIdentityManagementServiceIncompatible: status 500"
    found.judge("REH-ACC-01", "1", said, key="managers.update")
    found.judge("REH-ACC-01", "2", said.replace("500", "400"), key="managers.update")
    found.judge("REH-PRB-01", "", "status 500: something long went wrong")
    found.judge("REH-UPD-01", "1", "it has another value", "title")
    assert sorted(ids(found)) == [
        "REH-ACC-01#managers.update",
        "REH-ACC-01#managers.update-2",
        "REH-PRB-01#rehearsal.answer",
        "REH-UPD-01#rehearsal.title",
    ]


@pytest.mark.parametrize("check", CHECKS)
def test_explain_knows_each_check(check: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explanation.explain("entra-default", check) == 0
    said = " ".join(capsys.readouterr().out.split())
    for text in (CHECKS[check].title, JUDGED[check], CHECKS[check].so, CHECKS[check].fix):
        assert text in said


def test_explain_knows_the_id_of_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert explanation.explain("entra-default", "REH-ACC-01#managers.update") == 0
    assert capsys.readouterr().out.startswith("REH-ACC-01  What Entra sends is accepted\n")
