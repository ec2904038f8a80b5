"""What is planned: how many requests each scenario sends, and the result of one that did not run."""

from collections.abc import Sequence

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.required import excludes
from scim_conformance.config.settings import Settings
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run.named import identifier
from scim_conformance.scenario.model import DIALECTS, Case, suite_of
from scim_conformance.verdict.results import UNPLAYED, ScenarioResult, Verdict

OWN_REQUESTS = 6
"""Requests of a scenario of your own, or of one that cannot be built: about those of an average one."""


def requests(names: Sequence[str], profile: Profile, settings: Settings) -> dict[str, int]:
    """Return how many requests scenarios plan, by id; fewer are sent where accounts are reused."""
    known = {case.id: case for case in scenarios.cases_of(scenarios.shipped_templates(), profile, settings)}
    return {name: _planned(known[name], profile) if name in known else OWN_REQUESTS for name in names}


def _planned(case: Case, profile: Profile) -> int:
    if excludes(profile, case) is not None:
        return 0
    try:
        scenario = scenarios.built(case, profile)
    except ExpressionError:
        return OWN_REQUESTS
    return len(scenario.given) + len(scenario.steps)


def lost(nodeid: str) -> ScenarioResult:
    """Return the result of a scenario that was planned and did not run.

    The catalogue contains the rest of it; for your own scenario, only the id is known.
    """
    name = identifier(nodeid)
    template = name.partition("/")[0]
    known = next((one for one in scenarios.shipped_templates() if one.id == template), None)
    return ScenarioResult(
        id=name,
        template=template,
        suite=suite_of(name),
        title=known.title if known else name,
        moment=known.moment.value if known else NOT_KNOWN,
        dialect=next((part for part in name.split("/") if part in DIALECTS), None),
        validator=known is not None and known.validator,
        verdict=Verdict.INCONCLUSIVE,
        reason=UNPLAYED + "the run ended early",
        nodeid=nodeid,
        covers=list(known.covers) if known else [],
    )


NOT_KNOWN = "unknown"
"""The moment of your own scenario that was lost with its process."""
