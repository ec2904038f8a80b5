"""Scoping filters and the settings of a provisioning job, as a profile has them.

Sources: Microsoft, "Scoping users or groups to be provisioned using scoping filters" (the operators, what cannot be
used), and Graph, "filterOperatorSchema" (arity, types). The portal's names of operators differ in their spelling from
those of exported schemas: both are read.
"""

import re
from typing import Literal, NamedTuple

import msgspec

from scim_conformance.entra.expressions import patterns
from scim_conformance.entra.expressions.values import ExpressionError


class FilterOperator(NamedTuple):
    """An operator of a scoping filter: its name as Microsoft writes it, and whether it compares with a value."""

    name: str
    binary: bool


OPERATORS = tuple(
    FilterOperator(name, binary)
    for name, binary in (
        ("EQUALS", True), ("NOT EQUALS", True), ("IS NULL", False), ("IS NOT NULL", False), ("IS TRUE", False),
        ("IS FALSE", False), ("REGEX MATCH", True), ("NOT REGEX MATCH", True), ("Includes", True), ("ENDS_WITH", True),
        ("Greater_Than", True), ("Greater_Than_OR_EQUALS", True), ("&", True), ("!&", True),
    )
)  # fmt: skip

UNUSABLE = {
    "members": "it is a reference",
    "ismemberof": "memberships cannot be used",
    "manager": "it is a reference",
    "approleassignments": "assignments cannot be used",
    "usertype": "it cannot be used",
    "proxyaddresses": "it has several values",
    "othermails": "it has several values",
    "imaddresses": "it has several values",
}
"""Attributes that a scoping filter must not have, and why (the page named above, and "Known issues")."""

_DATE = re.compile(r"date(time)?$", re.IGNORECASE)
MOST_FILTERS = 100
"""Maximum scoping filters of an object type, and clauses of a filter."""


class ScopingClause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One condition of a scoping filter. `value` belongs to the operators that compare."""

    attribute: str
    operator: str
    value: str | None = None

    @property
    def named(self) -> FilterOperator:
        """The operator.

        Raises:
            ValueError: there is none of this name.
        """
        return operator(self.operator)

    def __str__(self) -> str:
        """Write the clause as a provisioning log does: `department EQUALS 'Sales'`."""
        said = f"{self.attribute} {self.named.name}"
        return said if self.value is None else f"{said} '{self.value}'"


class ScopingFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scoping filter: true if all its clauses are. An object is in scope if any filter is true, or there is none.

    `input`: it drops objects when they are read (`inputFilterGroups`): leaving it deprovisions nobody.
    """

    title: str
    clauses: list[ScopingClause]
    input: bool = False


class JobSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of the provisioning job, other than the mappings."""

    scope: Literal["assigned", "all"] = "assigned"
    """The portal's “Scope”: assigned users and groups, or all (`SyncAll`)."""
    default_access: Literal["provisioned", "excluded"] = "provisioned"
    """Whether an assignment with the role Default Access counts: it does since 2020 (Microsoft: No users are being
    provisioned); some tutorials still say otherwise."""
    deletion_threshold: int | None = None
    """The portal's “Accidental deletion threshold”; None: it is off."""
    members_per_request: int = 1
    """How many members one PATCH adds or removes. Microsoft documents no number; one was observed."""
    tombstone: bool = True
    """Whether a user in the recycle bin is renamed when it is disabled (observed once)."""
    lost_link: Literal["fail", "rematch"] = "fail"
    """What follows if a linked account returns 404; that it is a failure is documented, and what follows is not."""
    first_retry: Literal["escrow", "next cycle"] = "escrow"
    """When a failed object is tried again first: after 6 hours, or in the next cycle. Microsoft's pages differ."""


def operator(name: str) -> FilterOperator:
    """Return the operator of a name, without regard to letter case, spaces and underscores.

    Raises:
        ValueError: there is none of this name; the message lists them.
    """
    found = next((one for one in OPERATORS if _plain(one.name) == _plain(name)), None)
    if found is None:
        known = ", ".join(one.name for one in OPERATORS)
        raise ValueError(f"there is no operator {name[:60]!r} in scoping filters: use one of {known}")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).lower()


def check(filters: list[ScopingFilter]) -> None:
    """Check the scoping filters of an object type.

    Raises:
        ValueError: the message names the filter and says what to do.
    """
    if len(filters) > MOST_FILTERS:
        raise ValueError(f"there are more than {MOST_FILTERS} scoping filters")
    for one in filters:
        if not one.clauses or len(one.clauses) > MOST_FILTERS:
            raise ValueError(f"the scoping filter {one.title!r} needs 1 to {MOST_FILTERS} clauses")
        for clause in one.clauses:
            try:
                check_clause(clause)
            except ValueError as error:
                raise ValueError(f"the scoping filter {one.title!r}: {error}") from None


def check_clause(clause: ScopingClause) -> None:
    """Check one clause: its attribute, its operator, whether it needs a value, and its pattern.

    Raises:
        ValueError: the message says what is wrong.
    """
    reason = UNUSABLE.get(clause.attribute.lower())
    if reason is None and _DATE.search(clause.attribute):
        reason = "it is a date"
    if reason is not None:
        raise ValueError(f"{clause.attribute} cannot be used in a scoping filter: {reason}")
    found = clause.named
    if found.binary and clause.value is None:
        raise ValueError(f"{clause.attribute} {found.name} needs a value")
    if not found.binary and clause.value:
        raise ValueError(f"{clause.attribute} {found.name} takes no value")
    if found.name.endswith("REGEX MATCH"):
        _check_pattern(clause.value or "")


def _check_pattern(pattern: str) -> None:
    try:
        patterns.compiled(pattern)
    except ExpressionError as error:
        raise ValueError(str(error)) from None
