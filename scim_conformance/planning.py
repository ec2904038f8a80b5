"""What a run meant to play, known by node ids alone: those of a process that died carry nothing else."""

from scim_conformance.scenario.model import ID, suite_of
from scim_conformance.scenario.results import ScenarioResult, Verdict


def is_scenario(nodeid: str) -> bool:
    """Tell whether a node id is that of a scenario."""
    return ID.match(nodeid.rpartition("::")[2].partition("/")[0]) is not None


def lost(nodeid: str) -> ScenarioResult:
    """Return the result of a scenario that was planned and not played."""
    identifier = nodeid.rpartition("::")[2]
    dialect = next((part for part in identifier.split("/") if part in {"legacy", "compliant"}), None)
    return ScenarioResult(
        id=identifier,
        template=identifier.partition("/")[0],
        suite=suite_of(identifier),
        title=identifier,
        moment=MOMENTS.get(identifier[:7], "on demand"),
        dialect=dialect,
        validator=False,
        verdict=Verdict.INCONCLUSIVE,
        reason="it was not played: the run ended before",
        nodeid=nodeid,
    )


MOMENTS = {
    "ENT-AUT": "test connection",
    "ENT-CON": "test connection",
    "ENT-MAT": "match",
    "ENT-CRE": "create",
    "ENT-UPD": "update",
    "ENT-DIS": "disable / restore",
    "ENT-DEL": "delete",
    "ENT-GRP": "groups",
}
"""Only for a scenario that was lost with its process: everything else knows its own moment."""
