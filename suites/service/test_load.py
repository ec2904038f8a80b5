"""What a target must bear: 25 requests in a second for each tenant (Microsoft's tutorial)."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.steps import probe
from scim_conformance.entra.world import World
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import served
from scim_conformance.scenario.steps import Step

AT_ONCE, EVERY, TIMES = 5, 0.2, 10
"""Five requests at the same moment, every fifth of a second, ten times: 25 in a second, for two seconds."""

PLAINEST = {"served": ("ENT-CON-01#probe.status",)}
"""What explains that a probe fails under load: it fails without."""


@scenario(
    "SRV-LOD-01",
    "Twenty-five requests in a second",
    moment=Moment.INITIAL,
    needs=["rate:25"],
    covers="B17 M28",
)
def twenty_five(world: World) -> Scenario:
    """An initial cycle asks for one object after the other. Microsoft wants 25 requests a second to be served for each
    tenant. A target that answers 429 to fewer was seen to end in quarantine, whatever its Retry-After said; one that
    fails under load is no better. Against a target that takes longer than a fifth of a second for an answer, fewer are
    sent."""
    answered = served(200).entra(
        ms.RATE,
        so="the cycle fails for everybody, and the job ends in quarantine",
        fix="serve 25 requests a second for each tenant before you refuse any",
    )

    def one(number: int) -> Step:
        first = number % AT_ONCE == 0
        step = probe(world).named(f"load-{number + 1}")
        return step.but(checks=(answered,), at_once=not first, every=EVERY, bears_load=True, after=PLAINEST)

    return Scenario([one(number) for number in range(AT_ONCE * TIMES)])
