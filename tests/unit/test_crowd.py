"""Which scenarios are played alone, and how many at the same moment."""

import threading
import time

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.required import excludes
from scim_conformance.config.settings import Settings
from scim_conformance.entra.profiles.profile import load
from scim_conformance.entra.world import Origin
from scim_conformance.run.crowd import WELL, Crowd, needs_quiet
from scim_conformance.scenario.exchange import Endpoint
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.steps import Step

ALONE = {"ENT-LST-01", "SRV-LOD-01", "SRV-SIM-01", "ENT-GRP-24", "RFC-RES-10", "SEC-TOK-01", "SEC-INJ-02", "RFC-ERR-01"}
"""A list, a load, races, a wait between two requests, lists that must be refused, a search: one of each kind."""
TOGETHER = {"ENT-MAT-01", "ENT-CRE-01", "ENT-UPD-01", "ENT-DIS-01", "ENT-DEL-01", "ENT-GRP-05", "RFC-CRE-01"}
MOST_ALONE = 0.2
"""The share of the scenarios that may wait for all others: what is played alone is not faster with more at once."""


def test_what_others_would_change_is_played_alone_and_most_is_not() -> None:
    settings, profile = Settings(suite=["all"]), load("entra-default")
    origin = Origin(profile, "sct0123456789ab", 0, settings.dialects)
    found = scenarios.cases_of(scenarios.shipped_templates(), profile, settings)
    played = [case for case in found if excludes(profile, case) is None]
    alone = [case.template.id for case in played if needs_quiet(case.build(origin.world(case.id)))]
    assert {*alone} >= ALONE
    assert not {*alone} & TOGETHER
    assert len(alone) <= MOST_ALONE * len(played)


@pytest.mark.parametrize(
    ("step", "alone"),
    [
        (Step("a", "GET", "/Users", "", query="startIndex=1&count=10"), True),
        (Step("a", "GET", "/Users/", "", query="filter=userName+sw+%22a%22"), True),
        (Step("a", "GET", "/Users", "", query="filter=userName+eq+%22a%22"), False),
        (Step("a", "GET", "/Users", "", query="filter=userName%20eq%20%22a%22"), False),
        (Step("a", "GET", "/Users", "", query="filter=USERNAME%20EQ%20%22a%22"), False),
        (Step("a", "GET", "/Users/{user}", ""), False),
        (Step("a", "GET", "/Schemas", ""), False),
        (Step("a", "POST", "/Users", ""), False),
        (Step("a", "POST", "/Users", "").but(with_previous=True), True),
        (Step("a", "GET", "/Users/{user}", "").but(pace=0.1), True),
        (Step("a", "POST", "token endpoint", "", endpoint=Endpoint.TOKEN), True),
    ],
)
def test_a_request_tells_whether_others_would_change_it(step: Step, alone: bool) -> None:
    assert needs_quiet(Scenario([step])) is alone
    assert needs_quiet(Scenario([], given=[step])) is alone


def test_nobody_plays_beside_the_one_that_is_alone() -> None:
    crowd, inside, seen = Crowd(8), set[int](), []

    def play(number: int) -> None:
        alone = number % 4 == 0
        with crowd.playing(alone=alone):
            inside.add(number)
            time.sleep(0.01)
            seen.append((alone, len(inside)))
            inside.discard(number)

    threads = [threading.Thread(target=play, args=(number,)) for number in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(seen) == 16
    assert {many for alone, many in seen if alone} == {1}
    assert max(many for alone, many in seen if not alone) > 1


def test_a_target_that_throttles_gets_half_and_slowly_more_again() -> None:
    crowd = Crowd(8)
    crowd.heard([200, 429], [0.1])
    assert crowd.limit == 4
    for _ in range(WELL):
        crowd.heard([200], [0.1])
    assert crowd.limit == 5
    for _ in range(9):
        crowd.heard([429], [0.1])
    assert crowd.limit == 1


def test_a_target_that_slows_down_gets_fewer() -> None:
    crowd = Crowd(4, usual=0.1)
    crowd.heard([200], [0.29, 0.29, 0.29])
    assert crowd.limit == 4
    crowd.heard([200], [0.4, 0.4, 0.01])
    assert crowd.limit == 3


def test_a_fast_target_may_take_some_milliseconds_more() -> None:
    crowd = Crowd(4, usual=0.002)
    crowd.heard([200], [0.04])
    assert crowd.limit == 4
    crowd.heard([200], [0.06])
    assert crowd.limit == 3
