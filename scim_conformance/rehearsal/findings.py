"""What a rehearsal asks of a target: its checks by id, and what was found against them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.citations import Citation, rfc7644
from scim_conformance.scenario.model import Moment


@dataclass(frozen=True, slots=True)
class Asks:
    """A check of the rehearsal: what is asked, its level and source, what breaks without it, and what to change."""

    id: str
    moment: Moment
    title: str
    level: Level
    citation: Citation
    so: str
    fix: str


UNREAD = "it cannot be read back"
"""How the finding begins of a target that goes away while it is read back."""

CHECKS: Mapping[str, Asks] = {
    one.id: one
    for one in (
        Asks(
            "REH-PRB-01",
            Moment.TEST_CONNECTION,
            "Each cycle begins: the query for a user that does not exist returns an empty list",
            Level.MUST,
            rfc7644("3.4.2"),
            "no cycle begins, and the job goes into quarantine",
            "return 200 and a ListResponse with totalResults 0",
        ),
        Asks(
            "REH-LST-01",
            Moment.DISCOVERY,
            "The pages of accounts have each account once, and one total",
            Level.SHOULD,
            ms.DISCOVERY,
            "Account Discovery reports accounts twice, or not at all",
            "sort the list the same way for each page, and count all accounts",
        ),
        Asks(
            "REH-CRE-01",
            Moment.CREATE,
            "What was created has the values that were sent",
            Level.ENTRA,
            ms.TUTORIAL,
            f"new accounts have wrong values: {ms.RESENT}",
            "store the value as it was sent, and return it",
        ),
        Asks(
            "REH-UPD-01",
            Moment.UPDATE,
            "What was changed has the values that were sent",
            Level.ENTRA,
            ms.TUTORIAL,
            f"changed accounts have wrong values: {ms.RESENT}",
            "store the value as it was sent, and return it",
        ),
        Asks(
            "REH-DIS-01",
            Moment.DISABLE,
            "A leaver is inactive, and the account can still be read",
            Level.ENTRA,
            ms.HOW,
            "people who have left keep access, or cannot be enabled again",
            "store active false, and return inactive users",
        ),
        Asks(
            "REH-RES-01",
            Moment.DISABLE,
            "A user who returns is active again, and is the same account",
            Level.ENTRA,
            ms.HOW,
            "people who return have no access",
            "store active true; keep everything else of an inactive account",
        ),
        Asks(
            "REH-DEL-01",
            Moment.DELETE,
            "What was deleted is gone",
            Level.MUST,
            rfc7644("3.6"),
            "accounts of people who were deleted in Entra still exist",
            "return 404 for a deleted resource",
        ),
        Asks(
            "REH-MEM-01",
            Moment.MEMBERS,
            "Each group has the members that were sent, and no others",
            Level.ENTRA,
            ms.TUTORIAL,
            "some people keep access that they must not have, and others lack it",
            "change exactly the members that a request names, and keep those of inactive accounts",
        ),
        Asks(
            "REH-MGR-01",
            Moment.UPDATE,
            "Each user has the manager that was sent",
            Level.ENTRA,
            ms.TUTORIAL,
            "approvals reach nobody, or the wrong person",
            "store the id that arrives as a string, and return it as manager.value",
        ),
        Asks(
            "REH-STL-01",
            Moment.UPDATE,
            "A restart finds everything as it was sent, and changes nothing",
            Level.ENTRA,
            ms.HOW,
            "the account never matches: each full evaluation sends the value again",
            "return the value in the form and type in which it was sent",
        ),
        Asks(
            "REH-REM-01",
            Moment.MATCH,
            "A full restart finds every account again by its matching attribute",
            Level.MUST,
            rfc7644("3.4.2.2"),
            "people get a second account, or none",
            "compare the matching attribute as the RFC says, and return inactive users too",
        ),
        Asks(
            "REH-MAT-01",
            Moment.MATCH,
            "Each account is found by its matching attribute, also an inactive one",
            Level.MUST,
            rfc7644("3.4.2.2"),
            "a user who is matched again, such as one who returns, gets a second account",
            "return the account for a query by this value: compare without regard to letter case, and include inactive "
            "users",
        ),
        Asks(
            "REH-MAT-02",
            Moment.MATCH,
            "A matching attribute finds one account",
            Level.ENTRA,
            ms.LOGS,
            "nothing is provisioned for these people (DuplicateTargetEntries)",
            "return exactly the resources that match the filter",
        ),
        Asks(
            "REH-ACC-01",
            Moment.UPDATE,
            "What Entra sends is accepted",
            Level.ENTRA,
            ms.LOGS,
            f"the change does not arrive: {ms.RETRIED}",
            "accept the request, or take the mapping out",
        ),
        Asks(
            "REH-ANS-01",
            Moment.TEST_CONNECTION,
            "Each request gets a response",
            Level.ENTRA,
            ms.LOGS,
            "the change is missing until a later cycle; while nothing answers, the job is in quarantine",
            "find out in the log of the target why it did not answer",
        ),
        Asks(
            "REH-NEI-01",
            Moment.UPDATE,
            "Accounts that no request named stay as they were",
            Level.MUST,
            rfc7644("3.5.2"),
            "the accounts of other people change",
            "change only the resource that the request names",
        ),
        Asks(
            "REH-THR-01",
            Moment.TEST_CONNECTION,
            "The target does not throttle",
            Level.SHOULD,
            ms.RATE,
            "Entra records each throttled change as failed",
            "allow at least 25 requests per second for each tenant",
        ),
    )
}
"""The checks, in the order in which reports show them."""

MOST_SHOWN = 20
"""Objects that a finding names."""


@dataclass
class Fault:
    """The same fault on one or more objects. `sources`: ids of the directory; `sent` and `found`: of the first one."""

    check: str
    attribute: str
    text: str
    sent: Any = None
    found: Any = None
    sources: dict[str, None] = field(default_factory=dict)
    key: str = ""
    """What it is about, for its id, if it is no attribute: such as `managers.update`."""


@dataclass
class Findings:
    """Everything that was asked, and what was found. `asked`: how often each check was judged."""

    asked: dict[str, int] = field(default_factory=dict)
    found: dict[tuple[str, str, str], Fault] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    """Objects whose account is not there any more, and the check that says so: it explains all others of them."""
    unseen: dict[str, str] = field(default_factory=dict)
    """Checks that could not be judged, and why."""
    keep: Callable[[Fault, str], None] = lambda _fault, _source: None
    """Receives each fault with a new object, so that an interrupted rehearsal does not forget it."""
    keep_counts: Callable[[], None] = lambda: None
    """Is called when the counts are worth keeping."""

    def judge(
        self,
        check: str,
        source: str,
        fault: str | None,
        attribute: str = "",
        values: Any = (None, None),
        *,
        key: str = "",
    ) -> None:
        """Record a judgement of an object: `fault` is what is wrong, None if nothing is. `values`: sent, and found.

        `key`: what the request was about (see `Fault.key`).
        """
        self.asked[check] = self.asked.get(check, 0) + 1
        if fault is None:
            return
        sent, found = values
        fresh = Fault(check, attribute, fault, sent, found, key=key)
        one = self.found.setdefault((check, attribute, fault), fresh)
        if source not in one.sources:
            one.sources[source] = None
            self.keep(one, source)

    def explains(self, one: Fault) -> str:
        """Return the check that explains a finding, because all of its accounts are lost; empty: none."""
        checks = [self.lost.get(source, "") for source in one.sources]
        if not all(checks):
            return ""
        # Where active accounts are lost too, inactive ones are not lost because they are inactive.
        root = "REH-NEI-01" if "REH-NEI-01" in self.lost.values() else checks[0]
        return "" if root == one.check else root

    def of(self, check: str) -> list[Fault]:
        """Return the findings of a check, those with the most objects first."""
        held = [one for one in self.found.values() if one.check == check]
        return sorted(held, key=lambda one: -len(one.sources))
