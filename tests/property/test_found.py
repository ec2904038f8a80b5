"""What draws found, each as small as it can be: valid profiles that a right target was once judged wrongly with."""

from collections.abc import Iterator

import pytest

from scim_conformance.demo.broken import How
from scim_conformance.entra.profiles import profile as profiles
from scim_conformance.verdict.results import Verdict
from tests.property.faults import Fault
from tests.property.judging import broken, honest
from tests.property.playing import played
from tests.property.serving import House, house
from tests.support.turns import due
from tests.support.valid_profiles import ACTIVE, CUSTOM, ENTERPRISE, MAIL, MATCH, NAME, PASSWORD, ROLE, TITLE, Row, toml

pytestmark = pytest.mark.slow

REFERENCE: Row = {"source": "manager", "target": f"{ENTERPRISE}:manager", "type": "Reference"}

FOUND: dict[str, tuple[Row, ...]] = {
    "a naming attribute in other letter case": (
        {**MATCH, "target": "UserName"},
        ACTIVE,
        {**NAME, "target": "DisplayName"},
    ),
    "an e-mail in other letter case": (MATCH, ACTIVE, {**MAIL, "target": 'Emails[type eq "work"].value'}),
    "one attribute in two letter cases": (
        MATCH,
        ACTIVE,
        {"source": "city", "target": 'addresses[type eq "work"].locality'},
        {"source": "state", "target": 'Addresses[type eq "work"].Region'},
        {"source": "givenName", "target": "name.givenName"},
        {"source": "surname", "target": "Name.FamilyName"},
    ),
    "the type of a role in other letter case": (
        MATCH,
        ACTIVE,
        ROLE,
        {"source": "jobTitle", "target": 'roles[primary eq "True"].Type'},
    ),
    "two versions of an extension": (
        MATCH,
        ACTIVE,
        {"source": "city", "target": f"{CUSTOM}:badge"},
        {"source": "state", "target": f"{CUSTOM.replace('1.0', '2.0')}:badge"},
    ),
    "more than active hangs on the scope": (
        MATCH,
        ACTIVE,
        {"source": "accountEnabled", "target": f"{CUSTOM}:isActive", "type": "Boolean"},
        {"expression": 'IIF([IsSoftDeleted] = "True", "gone", "here")', "target": "title"},
    ),
    "two random values": (MATCH, ACTIVE, {**PASSWORD, "apply": "create"}, {**PASSWORD, "target": "nickName"}),
    "matching by a list of roles": (
        MATCH,
        ACTIVE,
        {"expression": "AppRoleAssignmentsComplex([appRoleAssignments])", "target": "roles", "match": 2},
    ),
    "matching by the manager": (MATCH, ACTIVE, {**REFERENCE, "type": "String", "match": 2}),
}


@pytest.fixture(scope="module")
def served() -> Iterator[House]:
    """One server for all tests here."""
    with house() as found:
        yield found


@pytest.mark.parametrize("name", due(FOUND, 3))
def test_a_right_target_is_right(served: House, name: str) -> None:
    profile = profiles.loads(toml("found", FOUND[name]), "found.toml")
    assert honest(played(served, profile)) == "yes"


def test_a_target_with_few_objects_is_not_asked_for_more(served: House) -> None:
    profile = profiles.loads(toml("few", (MATCH, ACTIVE, NAME, TITLE), (), "[people]\nmost = 4"), "few.toml")
    play = played(served, profile)
    assert honest(play) == "yes"
    said = {one.id: one.reason for one in play.results if one.verdict is Verdict.NOT_APPLICABLE}
    assert said["ENT-MAT-01"] == "the profile few allows 4 objects at once, fewer than 5"


def test_a_manager_that_a_change_takes_away_is_named_first(served: House) -> None:
    profile = profiles.loads(toml("found", (MATCH, ACTIVE, TITLE, REFERENCE)), "found.toml")
    fault = Fault("User", profile.user.mapping[-1], How.WIPED)
    assert broken(played(served, profile, [fault.around]), fault) == "named"


def test_a_match_that_fails_since_the_value_is_changed_names_the_attribute(served: House) -> None:
    profile = profiles.loads(toml("found", (MATCH, ACTIVE, NAME)), "found.toml")
    fault = Fault("User", profile.user.mapping[0], How.CHANGED)
    assert broken(played(served, profile, [fault.around]), fault) == "named"
