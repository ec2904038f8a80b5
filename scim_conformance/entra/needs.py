"""What a scenario needs from a profile, and whether the profile has it. If not, the scenario is not applicable, with
the reason.

A need is `groups`, `unmapped` (attributes outside the mapping may be sent), `discovery`, `client-credentials`,
`gallery`, `token-endpoint` (client credentials are used, whether or not the profile requires them), `client-secret`
(the credentials are a secret), `attributes` (an update can change more than a user's identity), `second-match` (users
are matched by a second attribute too), `create`, `update`, `delete`, `objects:N`, `rate:N` (the run may send that many
requests per second; no profile forbids it), `token:KIND` (a token other than that of the run, such as `other-tenant`),
`tls` (the tenant URL is https),
or the target path of a user mapping that sends a value. `changes:PATH`: an update can change it as well, so it is
neither sent only at creation nor constant. `sets:PATH`: the same, or a reference, which an update always sets, once
both accounts exist. `group:PATH` and `group-changes:PATH`: the same for groups.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from scim_conformance.entra.directory.wanted import example_of
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.mapping import LATER, AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario.passwords import is_password

TLS = "tls"
IDENTITY = {"username", "displayname", "externalid", "active"}

MEMBERS = ("groups", "group:members")
"""What scenarios on the members of a group need."""


def lacks(profile: Profile, wanted: Sequence[str]) -> str | None:
    """Return the first need of a scenario that the profile does not meet, as a sentence, or None."""
    return next((words(profile, need) for need in wanted if not has(profile, need)), None)


def has(profile: Profile, need: str) -> bool:
    """Return whether the profile has what a scenario needs."""
    simple = {
        "groups": profile.group is not None,
        "attributes": any(_is_more(profile, row) for row in profile.user.mapping),
        "unmapped": not profile.only_mapped,
        "token-endpoint": profile.credentials.kind != "bearer",
        "client-secret": profile.credentials.kind == "client-credentials",
        "second-match": len([row for row in profile.user.matching if _can_match(profile, row)]) > 1,
    }
    if need in simple:
        return simple[need]
    if need in {"discovery", "client-credentials", "gallery"}:
        return need in profile.requires
    if need in {"create", "update", "delete"}:
        return need in profile.user.actions
    name, _, rest = need.partition(":")
    if name in {"rate", "token", TLS}:
        return True  # the run's to say, not the profile's: see `run.admission`
    if name == "objects":
        return profile.people.most is None or profile.people.most >= int(rest)
    return _has_path(profile, need)


def _can_match(profile: Profile, row: AttributeMapping) -> bool:
    """Return whether users can be matched by a mapping: they have a value, and it is single and not an object."""
    try:
        return row.match_value(_examples(profile)["user"]) is not None
    except ExpressionError:
        return True  # the scenario reports what is wrong with the expression


def _has_path(profile: Profile, need: str) -> bool:
    kind, can, path = _parted(need)
    rows = profile.group if kind == "group" else profile.user
    row = rows.find(path) if rows is not None else None
    if row is None or (need.startswith("sets:") and row.is_reference):
        return row is not None
    return can_change(profile, row, kind) if can else flows(profile, row, kind)


_STARTS = (
    ("changes:", "user", True),
    ("sets:", "user", True),
    ("group:", "group", False),
    ("group-changes:", "group", True),
)


def _parted(need: str) -> tuple[str, bool, str]:
    """Return user or group, whether it must be changeable, and the path."""
    for start, kind, can in _STARTS:
        if need.startswith(start):
            return kind, can, need.removeprefix(start)
    return "user", False, need


def flows(profile: Profile, row: AttributeMapping, kind: str = "user") -> bool:
    """Return whether a mapping sends a value for the users or groups of a run."""
    return row.source in LATER or row.is_reference or example(profile, row, kind) is not None


def can_change(profile: Profile, row: AttributeMapping, kind: str = "user") -> bool:
    """Return whether an update can send another value through a mapping."""
    once = row.apply == "create" or row.constant is not None or is_password(row.target)
    if once or not flows(profile, row, kind):
        return False
    if row.target.lower() == "active":
        # A user who leaves the scope is inactive: a mapping that does not depend on it never disables anyone.
        return example(profile, row, kind) is not example(profile, row, "leaver")
    return len(set(row.sample)) != 1


def _is_more(profile: Profile, row: AttributeMapping) -> bool:
    return row.target.lower() not in IDENTITY and not row.is_reference and can_change(profile, row)


def example(profile: Profile, row: AttributeMapping, kind: str) -> Any:
    """Return what a mapping sends for the example of a `user`, a `leaver` or a `group`."""
    try:
        return row.value(_examples(profile)[kind], creating=True)
    except ExpressionError:
        return row.target  # the scenario reports what is wrong with the expression


@lru_cache(maxsize=16)
def _examples(profile: Profile) -> dict[str, dict[str, Any]]:
    """Return the attributes of a generated `user`, of a `leaver` (a user out of scope) and of a `group`."""
    directory = example_of(profile, "needs")
    person = directory.person()
    leaver = person.with_(IsSoftDeleted=True, accountEnabled=False)
    return {"user": person.attributes, "leaver": leaver.attributes, "group": directory.team().attributes}


def words(profile: Profile, need: str) -> str:
    """Return what a profile lacks, as a sentence."""
    if need in {"create", "update", "delete"}:
        return f"the profile {profile.name} does not {need} users"
    if need.startswith("objects:"):
        return f"the profile {profile.name} allows {profile.people.most} objects at once, fewer than {need[8:]}"
    said = {
        "groups": "has no groups",
        "attributes": "maps only a user's identity",
        "unmapped": "sends only mapped attributes",
        "discovery": "does not require discovery",
        "client-credentials": "does not require client credentials",
        "gallery": "does not require what the gallery requires",
        "token-endpoint": "does not require client credentials, and the run uses none",
        "client-secret": "does not use a client secret",
        "second-match": "has only one matching attribute for users",
    }.get(need)
    return f"the profile {profile.name} {said or _of_path(profile, need)}"


def _of_path(profile: Profile, need: str) -> str:
    kind, can, path = _parted(need)
    rows = profile.group if kind == "group" else profile.user
    row = rows.find(path) if rows is not None else None
    whose = " of groups" if kind == "group" else ""
    if row is None:
        return f"has no mapping for {path}{whose}"
    if not flows(profile, row, kind):
        return f"has no value for {path}{whose}"
    return f"sends {path}{whose} only at creation" if row.apply == "create" and can else f"never changes {path}{whose}"
