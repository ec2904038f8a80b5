"""A target without a wire, and steps for it: what the tests of the player share."""

import json
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, Request
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.performance import Performance
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths

RFC = rfc7644("3")


def must(obligation: Obligation) -> Check:
    """Make an obligation binding."""
    return obligation.must(RFC, so="it breaks")


def named(value: str) -> Check:
    """Check the display name."""
    return must(stored(paths.parse("displayName"), value))


@dataclass
class Target:
    """Answers in turn with (status, body); the last answer is repeated. An exception is raised instead."""

    answers: list[Any]
    sent: list[Outgoing] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Exchange:
        """Return the next answer."""
        self.sent.append(outgoing)
        found = self.answers[min(len(self.sent), len(self.answers)) - 1]
        if isinstance(found, Exception):
            raise found
        code, body = found
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(outgoing.method, f"http://target{outgoing.target}", (), None)
        return Exchange(request, Answer(code, (("Content-Type", "application/scim+json"),), content, 0.01))

    def play(self, scenario: Scenario, settle: float = 0.0, **more: Any) -> Performance:
        """Play a scenario against this target, without sleeping."""
        player = Player(self.send, settle=settle, sleep=self.slept.append)
        return player.play(scenario, more.pop("bindings", {}), **more)


def actuals(performance: Performance) -> list[list[str | None]]:
    """Return what each step found instead of what was expected."""
    return [[judged.actual for judged in played.judged] for played in performance.steps]


CREATE = Step("create", "POST", "/Users", "Create the account", body={}, takes={"user": "id"})
READ = Step("read", "GET", "/Users/{user}", "Read it")
PATCH = Step("patch", "PATCH", "/Users/{user}", "Change it", body={"value": Var("user")})
CREATED = (201, {"id": "u/1"})
LATE, STALE = (200, {"displayName": "Jane"}), (200, {"displayName": "old"})
