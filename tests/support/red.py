"""Which defect of the embedded target makes which scenario deviate."""

from scim_conformance.demo.choices import DEFECTS
from tests.proof.standards import proofs


def _shown_red() -> dict[str, str]:
    explicit = {scenario: one.name for one in DEFECTS.values() for scenario in one.shows}
    first: dict[str, str] = {}
    for one in DEFECTS.values():
        if one.scenario is not None:
            first.setdefault(one.scenario, one.name)
    # A defect that was made for another check shows many rows of the standards: their table says which.
    for row in proofs().values():
        first.setdefault(row.check.partition("#")[0].partition("/")[0], row.defect)
    return dict(sorted((first | explicit).items()))


SHOWN_RED = _shown_red()
"""The defect by which each scenario, and each check of every answer, is shown to deviate: see `Defect.shows`."""
