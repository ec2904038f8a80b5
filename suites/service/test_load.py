"""The load that a target must support: 25 requests per second for each tenant (Microsoft's requirements for the
gallery)."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.requests import probe
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import served
from scim_conformance.scenario.steps import Because, Step

AT_ONCE, EVERY, TIMES = 5, 0.2, 10
"""Five simultaneous requests, every fifth of a second, ten times: 25 per second, for two seconds."""

PLAINEST = Because("A query that is refused alone is refused under load.", {"served": ["ENT-CON-01#probe.status"]})
"""Explains why a query fails under load: it also fails without load."""


@scenario("SRV-LOD-01", "Twenty-five requests per second", Moment.MATCH, needs=["rate:25"])
@covers("B17 M28")
def twenty_five(world: World) -> Scenario:
    """A cycle queries one object after the other. Microsoft requires gallery applications to serve 25 requests per
    second for each tenant. No number is documented for other applications, so it is advice there. A target that
    returned 429 was once reported to end in quarantine, regardless of its Retry-After. If the target takes longer than
    a fifth of a second for a response, the harness sends fewer requests."""
    answered = _served_under_load(world)
    return Scenario([_one_of_many(world, number, answered) for number in range(AT_ONCE * TIMES)])


def _served_under_load(world: World) -> Check:
    return world.demanded(
        served(200),
        ms.GALLERY,
        by="gallery",
        so="requests in a cycle fail, and the job may end in quarantine",
        fix="serve 25 requests per second for each tenant before you refuse any",
    )


def _one_of_many(world: World, number: int, answered: Check) -> Step:
    """Send a query at the same moment as the one before it, or as the first of the next five."""
    step = probe(world).but(key=f"load-{number + 1}").expecting_only(answered).explained_by(PLAINEST)
    return step.but(with_previous=number % AT_ONCE != 0, pace=EVERY, bears_load=True)
