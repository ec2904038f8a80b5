"""Steps in which one of two users who have something in common leaves: the other must stay as it is."""

from dataclasses import replace

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.membership import still
from scim_conformance.entra.patching import disable
from scim_conformance.entra.requests import delete, read_back
from scim_conformance.scenario.steps import Step

_BY_ID = "change the account that has the id of the request, and no other"


def leaves(dialect: Dialect, other: str, shared: str) -> list[Step]:
    """Disable and delete `user`, and read the user stored as `other` after each. `shared`: what both have.

    ENT-DIS-01 and ENT-DEL-01 judge the requests themselves.
    """
    active = still(active=True, so=f"disabling one user locks out others who have the same {shared}")
    after = read_back(other, key="read-after")
    exists = replace(after.checks[0], so=f"deleting one user deletes others who have the same {shared}", fix=_BY_ID)
    return [
        disable(dialect).unjudged().may_be_refused(),
        read_back(other, replace(active, fix=_BY_ID), key="read-active"),
        delete("Users", "user").unjudged().may_be_refused(),
        after.expecting_only(exists, *after.checks[1:]),
    ]
