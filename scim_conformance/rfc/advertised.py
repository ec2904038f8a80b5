"""What a target says that it supports: without it, what depends on it does not apply."""

from collections.abc import Callable
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.requests import create, get, supports
from scim_conformance.rfc.rows import prerequisite
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import member

CONFIGURATION_PATH = "/ServiceProviderConfig"
ANY_ERROR = tuple(range(400, 600))


def unless_denied(feature: str) -> Step:
    """Read the configuration: the scenario applies unless it says that the feature is not supported."""
    return _asked(feature, f"{feature}.supported is not false", lambda found: found is not False)


def if_offered(feature: str) -> Step:
    """Read the configuration: the scenario applies only where it says that the feature is supported."""
    return _asked(feature, f"{feature}.supported is true", lambda found: found is True)


def if_denied(feature: str) -> Step:
    """Read the configuration: the scenario applies only where it says that the feature is not supported."""
    step = _asked(feature, f"{feature}.supported is false", lambda found: found is False)
    return step.but(lacking="the target does not say that it lacks the feature")


def _asked(feature: str, expected: str, is_met: Callable[[Any], bool]) -> Step:
    def judge(view: View) -> str | None:
        found = member(member(view.answer.json, feature), "supported")
        return None if is_met(found) else f"it is {short(found)}"

    said = Obligation(f"{feature}-offered", f"{expected} in {CONFIGURATION_PATH}", judge)
    step = if_configured(said, f"offers-{feature}", "the target does not offer it")
    return step.but(why=f"Does the target offer {feature}?")


def if_configured(obligation: Obligation, key: str, lacking: str) -> Step:
    """Read the configuration: the scenario applies only where it says this."""
    told = prerequisite(obligation, rfc7643("5"), "the target does not offer the feature")
    step = get(CONFIGURATION_PATH, told, key=key, why="What does the configuration say?")
    return step.but(optional=True, also_ok=ANY_ERROR, lacking=lacking)


def patchable(world: World, **attributes: Any) -> list[Step]:
    """Prepare a user for a PATCH: the scenario applies unless the target does not offer it, or does not store those of
    the attributes that are texts."""
    texts = {name: one for name, one in attributes.items() if isinstance(one, str)}
    made = [unless_denied("patch"), create(world, world.person(), **attributes)]
    return [*made, *([supports(**texts)] if texts else [])]
