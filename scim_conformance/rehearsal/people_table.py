"""`DIR/private/people.csv`: every user of the directory, with the reason, and what Entra would do."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scim_conformance.rehearsal.private import Private
from scim_conformance.rehearsal.scoping import Scoped, ScopeReport

NAME = "people.csv"
HEADER = ("id", "userPrincipalName", "in scope", "reason", "filters", "would", "target id", "changes", "warnings")


def write(private: Private, report: ScopeReport, done: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Write the file. `done`: by a user's id, what Entra would do, the target's id, the changes, and warnings."""
    plans = done or {}
    rows = ([*_scope(one), *plans.get(one.source.id, ("", "", "", ""))] for one in report.users)
    return private.table(NAME, HEADER, rows)


def _scope(one: Scoped) -> Iterable[object]:
    entitlement = one.entitlement
    filters = "; ".join(f"{said} = {holds}" for said, holds in entitlement.clauses.items())
    inside = "yes" if entitlement.in_scope else "no"
    return (one.source.id, one.source.name, inside, entitlement.reason.value, filters)
