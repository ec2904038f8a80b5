"""The personal files of a preview, in `DIR/private/`: people.csv, accounts.csv, links.csv, plan.csv."""

import hashlib
from collections.abc import Iterator

from scim_conformance.entra.engine.model import Outcome
from scim_conformance.rehearsal import people_table, plan_table
from scim_conformance.rehearsal.held_against import listed
from scim_conformance.rehearsal.prediction import would
from scim_conformance.rehearsal.previewing import Previewed
from scim_conformance.rehearsal.private import Private
from scim_conformance.rehearsal.scoping import Scoped

ACCOUNTS = ("id", "userName", "class", "active", "last modified", "users")
LINKS = ("id", "userPrincipalName", "target id", "digest")


def write(private: Private, found: Previewed) -> None:
    """Write the files."""
    users = {one.source.id: one for one in found.report.users}
    people_table.write(private, found.report, {key: _plan(found, users[key], one) for key, one in _plans(found)})
    private.table("accounts.csv", ACCOUNTS, _accounts(found))
    private.table("links.csv", LINKS, _links(found, users))
    plan_table.write(private, found.prediction.plan)


def _plans(found: Previewed) -> Iterator[tuple[str, Outcome]]:
    yield from found.in_scope().items()


def _plan(found: Previewed, one: Scoped, outcome: Outcome) -> tuple[str, str, str, str]:
    plan = would(outcome)
    changes = "; ".join(f"{each.path}: {each.old!r} -> {each.new!r}" for each in outcome.modified)
    target = outcome.link.target if outcome.link is not None and outcome.link.found else ""
    warnings = []
    if outcome.problem is not None:
        warnings.append(f"{outcome.problem.code}: {outcome.problem.reason}")
    elif plan == "skip" and outcome.code:
        warnings.append(outcome.code)
    there = listed(found, one) if plan == "create" else None
    if there is not None:
        warnings.append(f"has the account {', '.join(there[1])}, which is not found by {there[0].target}")
    return plan, target, changes if plan == "update" else "", "; ".join(warnings)


def _accounts(found: Previewed) -> Iterator[tuple[object, ...]]:
    for one in found.accounts.found.values():
        kind = found.discovered.classes.get(one.id)
        users = "; ".join(user.source.name for user in found.discovered.users.get(one.id, ()))
        active = "" if one.active is None else str(one.active)
        yield one.id, one.name, "" if kind is None else kind.value, active, one.modified, users


def _links(found: Previewed, users: dict[str, Scoped]) -> Iterator[tuple[object, ...]]:
    for key, outcome in found.in_scope().items():
        if outcome.link is not None and outcome.link.found:
            yield key, users[key].source.name, outcome.link.target, _digest(found, outcome.link.target)


def _digest(found: Previewed, target: str) -> str:
    """Return a digest of what was seen of an account, so that a later command notices that it has changed."""
    account = found.accounts.found.get(target)
    seen = (account.name, account.active, account.modified, account.values) if account is not None else ()
    return hashlib.sha256(repr(seen).encode("utf-8", "surrogatepass")).hexdigest()[:16]
