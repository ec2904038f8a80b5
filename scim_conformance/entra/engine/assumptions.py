"""What is not known of the provisioning service. Reports list what a rehearsal assumes instead.

Where it matters, the profile's `[job]` has a setting, whose default is the assumption.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """A setting whose default is not documented: what the default means, and what it is based on."""

    setting: str
    text: str
    basis: str

    @property
    def line(self) -> str:
        """The assumption with its basis, and the setting with which a profile changes it."""
        return f"{self.text} ({self.basis}{f'; setting job.{self.setting}' if self.setting else ''})"


ASSUMPTIONS = (
    Assumption("members_per_request", "Entra sends one member in each request", "observed: grokability/snipe-it#19115"),
    Assumption(
        "tombstone",
        "a user in the recycle bin is disabled and renamed in one request",
        "observed once: onyx-dot-app/onyx#14074; one request or two is not known",
    ),
    Assumption(
        "lost_link",
        "a linked account that returns 404 is a failure, and is not matched again",
        "Microsoft: How to analyze provisioning logs (InvalidAnchor); what follows is not documented",
    ),
    Assumption(
        "first_retry",
        "a failed object is tried again after 6 hours",
        "Microsoft: Quarantine status; another page says in the next cycle",
    ),
    Assumption(
        "",
        "a group that is provisioned on demand brings its members with it; bodies are legacy ones",
        "Microsoft: Provision on demand (up to five members; the compatibility flag does not work); order inferred",
    ),
    Assumption(
        "",
        "in quarantine, the next cycles begin after 2, 6, 12 and then 24 hours",
        "Microsoft: Quarantine status (gradually, down to once a day); the steps between are inferred",
    ),
    Assumption(
        "",
        "for quarantine, the objects that wait for a retry are counted, with the successes of the cycle",
        "inferred; Microsoft says that the thresholds work roughly so",
    ),
    Assumption(
        "",
        "a user in the recycle bin stays a member of the groups, and is a member again when restored",
        "Microsoft Graph: Restore deleted item; that no membership is removed meanwhile is inferred",
    ),
    Assumption("", "no read by id follows a match: the account is compared with the resource in the list", "inferred"),
    Assumption("", "a user who was disabled for leaving the scope and returns is not matched again", "inferred"),
    Assumption("", "users are disabled and deleted first, then changed, then created", "inferred"),
    Assumption("", "text that differs only in letter case is not sent again, unless Entra's value changed", "inferred"),
    Assumption(
        "",
        "when a user is disabled, only active is sent, and in the recycle bin the new name: other changes wait",
        "inferred; Microsoft: How provisioning works (disabling is an update of active)",
    ),
    Assumption(
        "",
        "a user who leaves the scope is no longer managed: a later block or deletion in Entra sends nothing",
        "Microsoft: How provisioning works (for unassigned and deleted users); for filters inferred",
    ),
    Assumption("", "of an account that several users match, the first one is linked, and the others fail", "inferred"),
    Assumption("", "once a user is deleted or out of scope, another user can be linked to the account", "inferred"),
    Assumption("", "if several accounts match, the next matching attribute is not tried", "inferred"),
    Assumption("", "an account that is not there any more counts as deleted (404 to a DELETE)", "inferred"),
    Assumption(
        "",
        "a group without security enabled is not provisioned, and gives its members no scope, if scope is assigned",
        "Microsoft: Assign users and groups; for the group itself inferred",
    ),
    Assumption(
        "",
        "above the deletion threshold, creations and changes go on, and only disabling and deleting wait",
        "Microsoft: Accidental deletions; that the rest goes on is inferred",
    ),
    Assumption("", "members whose request was refused are all sent again at the next try", "inferred"),
    Assumption(
        "",
        "the error code follows from the status, such as InsufficientRights from 403",
        "Microsoft: How to analyze provisioning logs (the codes); the status of some is inferred",
    ),
    Assumption(
        "",
        "REGEX MATCH searches the value; IS NULL is true without a value, all other operators are false",
        "Microsoft: Scoping filters; the search and IS NULL are inferred",
    ),
)
"""What a rehearsal assumes, in the order in which reports list it."""
