"""Finds out again, from recorded responses, what a process learned apart from its scenarios: how memberships can
be seen, and what is refused in creations."""

import msgspec

from scim_conformance.entra.looking import look
from scim_conformance.entra.refusing import find_out, scope_of_tries, usual
from scim_conformance.entra.world import scope_of_neighbours
from scim_conformance.run.rebuild import RecordedRun, Replayed
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.performance import Performance
from scim_conformance.scenario.player import Player
from scim_conformance.verdict.judging import TRY
from scim_conformance.verdict.results import Recorded, Refusal, ScenarioResult, Verdict, Visibility


def looked(process: str, known: RecordedRun) -> Visibility:
    """Find out again, from the recorded responses, how a process saw group members."""
    said = known.run.memberships[process]
    record, found = Replayed(_asked(process, said.exchanges), known), known.run.neighbours.get(process, {})

    def play(scenario: Scenario, patient: bool) -> Performance:
        del patient
        return Player(record.send, observer=record).play(scenario, dict(found))

    return look(play, known.origin.profile, found)


def refused_again(said: Refusal, known: RecordedRun) -> Refusal:
    """Find out again, from the recorded responses, what a process found out about refused creations."""
    process = said.found_by
    record = Replayed(_asked(process, said.exchanges), known, whole=True)
    first = usual(known.origin.world(scope_of_neighbours(process)), said.kind).but(key=TRY.key)

    def play(scenario: Scenario) -> Performance:
        return Player(record.send, observer=record).play(scenario, {})

    tries = known.origin.world(scope_of_tries(process, said.kind))
    found = find_out(play, tries, said.kind, play(Scenario([], [first])).steps[-1], said.most)
    return msgspec.structs.replace(found, found_by=process)


def _asked(process: str, exchanges: list[Recorded]) -> ScenarioResult:
    """Return what a process asked apart from its scenarios, as if it were one."""
    return ScenarioResult(
        id=process, template="", suite="", title="", moment="", dialect=None, validator=False,
        verdict=Verdict.INCONCLUSIVE, exchanges=exchanges,
    )  # fmt: skip
