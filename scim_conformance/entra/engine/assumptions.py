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
)
"""What a rehearsal assumes, in the order in which reports list it."""
