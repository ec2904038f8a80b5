"""What only the author of a scenario or a defect can add: each with the line to add, and where."""

from collections.abc import Iterator

from scim_conformance.catalogue import ids, scenarios
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.probing.registry import PROBES
from scim_conformance.scenario import standing
from tests.proof import document
from tests.proof.matrix import counted
from tests.support.red import SHOWN_RED


def problems() -> list[str]:
    """Return what is missing, in sentences."""
    return [*ids.taken_twice(scenarios.shipped_templates()), *unseen(), *unnamed()]


def unseen() -> Iterator[str]:
    """Name scenarios and checks of every answer that no defect is known to make deviate."""
    wanted = [template.id for template in scenarios.shipped_templates()]
    wanted += [one.key for one in (*standing.STANDING, standing.LATE)]
    for name in wanted:
        if name not in SHOWN_RED:
            made = f'named="{name}#STEP.CHECK"'
            yield f"no defect makes {name} deviate: add one to a file below {FAULTS}, with {made}"
    for name in SHOWN_RED.keys() - set(wanted):
        yield f"there is no {name} any more: correct `named` or `shows` of the defect {SHOWN_RED[name]} below {FAULTS}"


FAULTS = "scim_conformance/demo/faults"


def unnamed() -> Iterator[str]:
    """Name defects that do not say which check they were made for, and those without a probe."""
    for one in DEFECTS.values():
        where = f"{one.around.__module__.replace('.', '/')}.py"
        if one.catchable and one.named is None:
            yield f'nothing says which check finds {one.name}: add named="ENT-…#STEP.CHECK" to its @defect in {where}'
        if one.name not in PROBES:
            yield f'{one.name} has no probe: add a function with @probe("{one.name}") after it in {where}'


def unproven() -> list[str]:
    """Return the checks that no recorded run has seen red, and that have no reason for it.

    Other defects than the one made for a scenario may make them deviate: `make proof` plays all of them.
    """
    return sorted(counted() - {*document.recorded()["red"], *document.reasons()})
