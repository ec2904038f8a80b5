"""What counts as a false alarm of the suites on the standards."""

from scim_conformance.catalogue.standards.rows import by_id
from tests.proof.batches.loading import legal
from tests.proof.both_suites import BROKEN, jobs, unexplained
from tests.proof.playing import Deviation, Outcome

LOCATION = Deviation("RFC-CRE-01#create-user.location", "RFC-CRE-01#create-user.location", "MUST")
OTHER = Deviation("RFC-RES-01#read.id", "RFC-RES-01#read.id", "MUST")


def test_a_row_that_a_variant_breaks_is_no_alarm() -> None:
    assert unexplained("no-location", Outcome(1, "none", (LOCATION,))) == []
    assert unexplained("no-location", Outcome(1, "none", (LOCATION, OTHER))) == ["MUST RFC-RES-01#read.id"]


def test_any_other_is() -> None:
    assert unexplained("patch-200", Outcome(1, "none", (LOCATION,))) == ["MUST RFC-CRE-01#create-user.location"]
    advice = Deviation("RFC-RES-01#read.id", "RFC-RES-01#read.id", "SHOULD")
    assert unexplained("patch-200", Outcome(0, "none", (advice,))) == []


def test_what_is_left_behind_and_what_ends_without_a_result_are_too() -> None:
    assert unexplained("patch-200", Outcome(0, "none", left=2)) == ["left behind: 2"]
    assert unexplained("patch-200", Outcome(3, "no result", said="it ended")) == ["no result: it ended"]


def test_every_variant_meets_both_suites() -> None:
    assert all({"rfc", "security"} <= {*one.flags} for one in jobs())
    assert len({one.name for one in jobs()}) == len(jobs()) > 200


def test_each_broken_row_is_a_row_and_each_name_a_variant() -> None:
    assert {*BROKEN} <= {*legal()}
    rows = {row for one in BROKEN.values() for row in one.rows}
    assert rows <= {*by_id()}
    assert all(one.why and one.rows for one in BROKEN.values())
