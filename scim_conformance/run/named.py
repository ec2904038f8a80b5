"""What node ids show about scenarios: the reports of a lost process contain nothing else."""

from scim_conformance.scenario.model import ID, suite_of


def is_scenario(nodeid: str) -> bool:
    """Return whether a node id is that of a scenario."""
    return ID.match(identifier(nodeid).partition("/")[0]) is not None


def identifier(nodeid: str) -> str:
    """Return the scenario's id in a node id."""
    return nodeid.rpartition("::")[2]


def is_own(nodeid: str) -> bool:
    """Return whether a node id is that of your own scenario."""
    return suite_of(identifier(nodeid)) == "own"
