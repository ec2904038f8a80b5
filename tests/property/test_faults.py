"""An attribute that is broken in the embedded target, whichever it is, makes the verdict no and is named first."""

from collections.abc import Iterator

import pytest

from scim_conformance.demo.broken import How, spoilt
from scim_conformance.entra.profiles import profile as profiles
from scim_conformance.entra.profiles.profile import Profile
from tests.property.faults import Fault
from tests.property.judging import broken, honest
from tests.property.playing import played
from tests.property.serving import House, house
from tests.support.turns import due

pytestmark = pytest.mark.slow

SHORT = """
name = "short"
title = "Short"

[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1

[[user.mapping]]
expression = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
target = "active"
type = "Boolean"

[[user.mapping]]
source = "displayName"
target = "displayName"

[[user.mapping]]
source = "mail"
target = 'emails[type eq "work"].value'

[[user.mapping]]
source = "city"
target = 'addresses[type eq "work"].locality'

[[user.mapping]]
source = "department"
target = "urn:ietf:params:scim:schemas:extension:acme.v2:2.1:User:badge-No1"

[[group.mapping]]
source = "displayName"
target = "displayName"
match = 1

[[group.mapping]]
source = "objectId"
target = "externalId"
"""


@pytest.fixture(scope="module")
def served() -> Iterator[House]:
    """One server for all tests here."""
    with house() as found:
        yield found


@pytest.fixture(scope="module")
def short() -> Profile:
    """A short profile."""
    return profiles.loads(SHORT, "short.toml")


def test_the_honest_target_is_right(served: House, short: Profile) -> None:
    assert honest(played(served, short)) == "yes"


BROKEN = [
    ("displayName", How.NOT_STORED),
    ('emails[type eq "work"].value', How.NOT_STORED),
    ('addresses[type eq "work"].locality', How.CHANGED),
    ('addresses[type eq "work"].locality', How.WIPED),
    ("urn:ietf:params:scim:schemas:extension:acme.v2:2.1:User:badge-No1", How.CHANGED),
    ("urn:ietf:params:scim:schemas:extension:acme.v2:2.1:User:badge-No1", How.WIPED),
    ("active", How.NOT_STORED),
]


@pytest.mark.parametrize(("target", "how"), due(BROKEN, 3))
def test_a_broken_attribute_is_named_first(served: House, short: Profile, target: str, how: How) -> None:
    row = short.user.find(target)
    assert row is not None
    fault = Fault("User", row, how)
    assert broken(played(served, short, [fault.around]), fault) == "named"


@pytest.mark.parametrize("target", ["displayName", "externalId"])
def test_a_broken_attribute_of_groups_is_named_first(served: House, short: Profile, target: str) -> None:
    row = short.group.find(target) if short.group else None
    assert row is not None
    fault = Fault("Group", row, How.CHANGED)
    assert broken(played(served, short, [fault.around]), fault) == "named"


def test_a_spoilt_value_has_the_type_that_it_had() -> None:
    assert spoilt("a") == "ax"
    assert spoilt(7) == 8
    assert spoilt(True) is False
    assert spoilt("2024-02-29T01:02:03+00:00") == "2024-03-01T01:02:03+00:00"
    assert spoilt([{"value": "a", "type": "b"}]) == [{"value": "ax", "type": "b"}]
