"""How a scenario is labelled and described in Allure."""

from collections.abc import Sequence

from allure_commons.model2 import Parameter

from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.model import Moment
from scim_conformance.system.visible import visible
from scim_conformance.verdict.results import CheckResult, ScenarioResult

GRAVEST = {Moment.TEST_CONNECTION.value, Moment.DISABLE.value}
"""If the first fails, nothing is provisioned; if the second fails, users keep access after leaving."""

MOST_SAID = 8
"""How many impacts or fixes a description lists."""


def epic(moment: str) -> str:
    """Return the epic of a moment, with its number, so that epics appear in the order of the journey."""
    return f"{Moment(moment).order + 1:02} {moment}"


def parameters(dialect: str, profile: str) -> list[Parameter]:
    """Return dialect and profile. They are not part of a test's identity: the dialect is in its id, and the profile is
    Allure's environment."""
    pairs = {"dialect": dialect or "any", "profile": profile}
    return [Parameter(name=name, value=visible(value), excluded=True) for name, value in pairs.items()]


def severity(result: ScenarioResult, levels: Sequence[Level]) -> str:
    """Return how severe a failure of a scenario is: from the highest level of its checks, and what breaks without
    it."""
    if Level.MUST not in levels and Level.ENTRA not in levels:
        return "minor"
    if result.validator:
        return "normal"
    return "blocker" if result.moment in GRAVEST else "critical"


def description(result: ScenarioResult, checks: Sequence[Check | CheckResult]) -> str:
    """Return what Entra does, what breaks, and how to fix it, as Markdown; the most severe checks come first."""
    ranked = sorted(checks, key=lambda check: check.level.rank)
    parts = [result.description, visible(result.prepared_without)]
    for heading, said in (("What breaks", [one.so for one in ranked]), ("How to fix it", [one.fix for one in ranked])):
        lines = [f"- {text}" for text in dict.fromkeys(said) if text][:MOST_SAID]
        parts += [f"**{heading}**\n\n" + "\n".join(lines)] if lines else []
    return "\n\n".join(part for part in parts if part)
