"""`DIR/private/plan.csv`: what would be written, by cycle and object, in the order in which it would be sent."""

import json
from collections.abc import Iterable
from pathlib import Path

from scim_conformance.entra.engine.cycle import Cycle, Task
from scim_conformance.entra.engine.model import Outcome
from scim_conformance.entra.engine.telling import name_of
from scim_conformance.rehearsal.private import Private

NAME = "plan.csv"
HEADER = (
    "cycle", "phase", "id", "name", "action", "status", "code", "target id", "changes", "members added",
    "members removed", "not sent",
)  # fmt: skip
"""`changes`: a JSON list of path, old and new value. Members, and who cannot be sent, are ids of the directory."""

PlanRow = tuple[object, ...]


def planned(cycle: Cycle, task: Task, outcome: Outcome) -> PlanRow:
    """Return the row of an outcome."""
    changes = [] if task.phase.value == "members" else [(one.path, one.old, one.new) for one in outcome.modified]
    return (
        cycle.number,
        task.phase.value,
        task.subject.id,
        name_of(task.subject),
        outcome.action.value,
        outcome.status.value,
        outcome.code,
        outcome.link.target if outcome.link else "",
        json.dumps(changes, ensure_ascii=False),
        *(" ".join(ids) for ids in (outcome.added, outcome.removed, outcome.unlinked)),
    )


def write(private: Private, rows: Iterable[PlanRow]) -> Path:
    """Write the file."""
    return private.table(NAME, HEADER, rows)
