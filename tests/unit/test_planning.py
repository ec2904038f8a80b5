"""What is known of a scenario that was planned and not played."""

from scim_conformance.run import plan
from scim_conformance.verdict.results import Verdict, is_unplayed


def test_a_lost_scenario_keeps_its_moment() -> None:
    names = ("ENT-MGR-01/legacy", "ENT-GRP-05/compliant", "ENT-LST-01", "ENT-DSC-01", "ACM-USR-01")
    lost = [plan.lost(f"suites/entra/test_it.py::{name}") for name in names]
    assert [one.moment for one in lost] == ["update", "members", "account discovery", "test connection", "unknown"]
    assert [one.dialect for one in lost] == ["legacy", "compliant", None, None, None]
    assert [one.validator for one in lost] == [False, False, True, False, False]
    assert {one.verdict for one in lost} == {Verdict.INCONCLUSIVE}
    assert all(is_unplayed(one) for one in lost)
