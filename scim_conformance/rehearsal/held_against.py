"""Holds what the list of accounts says against what the match queries found: the worst news an administrator can get.

An account that is in the list and that the query does not find would be created a second time.
"""

from scim_conformance.entra.engine.model import LogStatus, Outcome
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.rehearsal.prediction import would
from scim_conformance.rehearsal.previewing import Previewed
from scim_conformance.rehearsal.scoping import Scoped
from scim_conformance.rehearsal.watching import SOURCE_DOUBLE

LOST, DOUBLE, PAGES = "REH-MAT-01", "REH-MAT-02", "REH-LST-01"
TARGET_DOUBLE = "DuplicateTargetEntries"
QUERY_FAILS = "the match query fails"


def judge(found: Previewed) -> None:
    """Fill the findings of a preview."""
    for one in found.report.in_scope():
        outcome = found.prediction.users[one.source.id]
        _match(found, one, outcome)
        _double(found, one, outcome)
    _pages(found)


def listed(found: Previewed, one: Scoped) -> tuple[AttributeMapping, list[str]] | None:
    """Return the first matching attribute by which the list has accounts of a user, and their ids."""
    for row in found.report.profile.user.matching:
        value = one.matched.get(row.target)
        ids = found.accounts.by(row, value) if value is not None else []
        if ids:
            return row, ids
    return None


def _match(found: Previewed, one: Scoped, outcome: Outcome) -> None:
    there = listed(found, one)
    fault, attribute = None, ""
    if there is not None and would(outcome) == "create":
        attribute = there[0].target
        fault = f"has an account that is listed and not found by its {attribute}: it would get a second one"
    elif outcome.problem is not None and outcome.problem.code not in (TARGET_DOUBLE, SOURCE_DOUBLE):
        fault = f"{QUERY_FAILS} ({outcome.problem.code})"
    found.findings.judge(LOST, one.source.id, fault, attribute)


def _double(found: Previewed, one: Scoped, outcome: Outcome) -> None:
    fault = None
    if outcome.status is LogStatus.FAILURE and outcome.code == TARGET_DOUBLE:
        fault = "several accounts match: nothing is provisioned until all but one are removed"
    found.findings.judge(DOUBLE, one.source.id, fault)


def _pages(found: Previewed) -> None:
    accounts = found.accounts
    faults = {
        "accounts that are on several pages": len(accounts.repeated),
        "different totals on different pages": len(accounts.totals) - 1,
        "accounts that are counted in totalResults and on no page": max(0, accounts.total - len(accounts.found)),
    }
    wrong = {text: number for text, number in faults.items() if number > 0}
    found.findings.judge(PAGES, "list", None)
    for text, number in wrong.items():
        found.findings.judge(PAGES, "list", f"{text}: {number:,}")
    missing = _unlisted(found)
    if missing:
        found.findings.judge(PAGES, "list", f"accounts that a query finds and the list does not have: {missing:,}")


def _unlisted(found: Previewed) -> int:
    links = [one.link for one in found.in_scope().values() if one.link is not None and one.link.found]
    return sum(link.target not in found.accounts.found for link in links)
