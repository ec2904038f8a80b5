"""The accounts of a target in the three classes of Account Discovery.

Account Discovery uses the first matching attribute only, and only if it is mapped directly (Microsoft, "Account
Discovery").
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scim_conformance.entra.expressions.values import empty
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.source.model import SourceObject
from scim_conformance.rehearsal.listing import Account, Accounts, folded
from scim_conformance.rehearsal.scoping import Scoped, ScopeReport


class AccountClass(StrEnum):
    """Assigned: a user of Entra matches and is assigned. Unassigned: one matches. Local: none does."""

    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    LOCAL = "local"


@dataclass
class Discovered:
    """The class of each account by id, and the users that match it; without any if matching needs an expression."""

    classes: dict[str, AccountClass] = field(default_factory=dict)
    users: dict[str, list[Scoped]] = field(default_factory=dict)
    usable: bool = True

    def of(self, one: AccountClass) -> list[str]:
        """Return the ids of the accounts of a class."""
        return [identifier for identifier, found in self.classes.items() if found is one]


def discover(report: ScopeReport, accounts: Accounts) -> Discovered:
    """Put each account into its class."""
    rule = report.profile.user.matching[0]
    if rule.expression is not None:
        return Discovered(usable=False)
    owners = _owners(report, rule)
    found = Discovered()
    for account in accounts.found.values():
        users = [one for value in _values(account, rule) for one in owners.get(value, ())]
        found.users[account.id] = users
        found.classes[account.id] = _class(users)
    return found


def _class(users: list[Scoped]) -> AccountClass:
    if not users:
        return AccountClass.LOCAL
    assigned = any(one.entitlement.assigned for one in users)
    return AccountClass.ASSIGNED if assigned else AccountClass.UNASSIGNED


def _values(account: Account, rule: AttributeMapping) -> list[str]:
    return [value for target, value in account.values if target == rule.target]


def _owners(report: ScopeReport, rule: AttributeMapping) -> Mapping[str, list[Scoped]]:
    found: dict[str, list[Scoped]] = defaultdict(list)
    for one in report.users:
        value = _value(rule, one.source)
        if value is not None:
            found[value].append(one)
    return found


def _value(rule: AttributeMapping, one: SourceObject) -> str | None:
    value = rule.match_value(dict(one.attributes))
    return None if empty(value) else folded(rule, value)
