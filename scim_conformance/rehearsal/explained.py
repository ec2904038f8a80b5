"""What `explain` says of a check of a rehearsal or a preview: how it is judged, and what to do about a finding."""

from collections.abc import Mapping

from scim_conformance.catalogue.scenarios import matches
from scim_conformance.rehearsal.findings import CHECKS, Asks
from scim_conformance.scenario.checks import leveled

JUDGED: Mapping[str, str] = {
    "REH-PRB-01": "Each cycle begins with a query for a user that does not exist. It is judged in every cycle.",
    "REH-LST-01": "A preview reads all accounts, page by page, and then queries for each user. Both must agree.",
    "REH-CRE-01": "After each cycle, what it created is read, and each value is compared with what was sent.",
    "REH-UPD-01": "After each cycle, what it changed is read, and each value is compared with what was sent.",
    "REH-DIS-01": "After a user has left, a GET by id must return the account, and active must be false.",
    "REH-RES-01": "After a user has returned, a GET by the same id must return the account, and active must be true.",
    "REH-DEL-01": "After a user or group was deleted, a GET by its id must return 404.",
    "REH-MEM-01": "After each cycle, the members of each group are compared with those that were added and removed.",
    "REH-MGR-01": "After each cycle, manager of each user is compared with the id that was sent.",
    "REH-STL-01": "A restart of the job reads every account again. Whatever it has to send a second time is a finding.",
    "REH-REM-01": "A full restart forgets all links. Each user must be matched with the account that it had before.",
    "REH-MAT-01": (
        "A query with the matching attribute, as Entra sends it, must return the account. A rehearsal asks it for "
        "accounts that it created, a preview for accounts that are in the list."
    ),
    "REH-MAT-02": "A query with the matching attribute, as Entra sends it, must not return two accounts.",
    "REH-ACC-01": (
        "Every request with which a cycle creates, changes or deletes something must succeed. The part after # says "
        "what was refused: users, groups, managers or members, and the action."
    ),
    "REH-ANS-01": (
        "Every request of a cycle must get a response. After three requests in a row without one the cycle stops: the "
        "rehearsal can be continued when the target is back."
    ),
    "REH-NEI-01": "After each cycle, accounts that the cycle did not name are read, and must be as they were before.",
    "REH-THR-01": "All responses of a rehearsal are looked at: none must have the status 429.",
}
"""How each check is judged, by its id."""


def find(wanted: str) -> Asks | None:
    """Return the check that an id, the id of a finding, or a prefix names; None: it names none."""
    return next((one for one in CHECKS.values() if matches(one.id, wanted)), None)


def head(one: Asks) -> str:
    """Return id, title, and the command that judges it."""
    both = "`rehearse` and `preview`"
    commands = {"REH-LST-01": "`preview`", "REH-MAT-01": both, "REH-MAT-02": both}
    return f"{one.id}  {one.title}\nJudged by {commands.get(one.id, '`rehearse`')}, not by `run`."


def rows(one: Asks) -> dict[str, str]:
    """Return what a check asks for, why, and what to do, by name."""
    return {
        "level": leveled(one.level, ""),
        "expected": one.title,
        "judged": JUDGED[one.id],
        "impact": one.so,
        "fix": one.fix,
        "source": f"{one.citation.title} ({one.citation.evidence.value})",
        "": one.citation.url,
    }
