"""The result of a scenario that was planned and did not run: only its node id is known."""

from scim_conformance.catalogue import scenarios
from scim_conformance.run.named import identifier
from scim_conformance.scenario.model import DIALECTS, suite_of
from scim_conformance.verdict.results import UNPLAYED, ScenarioResult, Verdict


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
