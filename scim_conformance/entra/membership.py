"""Steps on a group's members, and the members that the group must have afterwards."""

from collections.abc import Sequence
from dataclasses import replace

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.explained import DELETED_TOO
from scim_conformance.entra.requests import patch, prepare_group, read_group, read_members, search
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Level, Obligation, View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.members import is_shown, members_are
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scenario.words import short
from scim_conformance.scim import paths
from scim_conformance.scim.paths import member
from scim_conformance.scim.urlencode import dotnet_quote


def group_with(world: World, dialect: Dialect, *names: str, fresh: str | None = None) -> list[Step]:
    """Prepare a group, stored as `group`, whose members are the users stored under these names; `fresh`: a new
    group."""
    users = [step.but(reusable=fresh not in step.takes) for step in create_users(world, *names)]
    joining = [add(dialect, *names)] if needs.has(world.profile, "group:members") else []
    return [*users, some_group(world), *joining]


def some_group(world: World) -> Step:
    """Prepare a group without members, stored as `group`; it may be reused from an earlier scenario."""
    return prepare_group(world, world.team()).but(reusable=True)


def create_users(world: World, *names: str) -> list[Step]:
    """Prepare one user for each name; active users of an earlier scenario may be reused."""
    made = [create_named(world, world.person(), name) for name in names]
    return [step.but(reusable=True) for step in made]


def add(dialect: Dialect, *names: str, key: str = "add", group: str = "group") -> Step:
    """PATCH that adds members in one operation."""
    step = patch("Groups", dialect.add_members(*names), dialect, group, key=key, why="Add members to the group")
    return step.explained_by(DELETED_TOO)


def joined(world: World, dialect: Dialect, *names: str) -> list[Step]:
    """Prepare the members of a group, if the profile maps members and any can be added: the scenario does not depend
    on them."""
    return [add(dialect, *names)] if _has_members(world) else []


def _has_members(world: World) -> bool:
    return needs.has(world.profile, "group:members") and world.joins


def read_whole(world: World, name: str, *checks: Check, by: tuple[Check, ...]) -> Step:
    """Read a group: with its members and the checks `by` on them if it has some (see `joined`), otherwise without."""
    if _has_members(world):
        return read_members(name, *checks, *by)
    return read_group(name, *checks, key="read-members")


def remove(dialect: Dialect, *names: str, key: str = "remove") -> Step:
    """PATCH that removes members in the given dialect."""
    body = dialect.remove_members(*names)
    step = patch("Groups", body, dialect, "group", key=key, why="Remove members from the group")
    listed = "remove the members that value lists from the group"
    fix = listed if dialect is Dialect.LEGACY else 'support the path members[value eq "id"]'
    return step.but(fix=fix)


def exactly(*names: str) -> Check:
    """Check that the group's members are exactly the users stored under these names, each once."""
    so = "users have access that they should not have, or lack access that they should have"
    fix = "apply the operation to the members that it names, and return members unless they are excluded"
    return members_are(*names).must(rfc7644("3.5.2"), so=so, fix=fix)


def members(*names: str, group: str = "group", key: str = "read-members") -> Step:
    """Read a group with its members, which must be exactly these."""
    return read_members(group, exactly(*names), key=key)


def other_group_stays(world: World) -> list[Step]:
    """Read the group that always exists, if it has a member: it is still in it."""
    read = members("neighbour", group="neighbour_group", key="read-neighbour")
    return [read] if _has_members(world) else []


GROUP_ATTRIBUTES = ("displayName", "externalId")


def group_before() -> Step:
    """Read a group before its members change, to compare its other attributes with afterwards."""
    why = "Read the group before"
    step = read_group("group", key="read-before").but(by=Sender.HARNESS, why=why, notes=GROUP_ATTRIBUTES)
    return replace(step, checks=tuple(check.vital() for check in step.checks))


def others_stay() -> list[Check]:
    """Check that the group's other attributes are as they were before its members changed."""
    so, fix = "the group has lost its name or its link, and is created again or not found", "change only the members"
    found = (unchanged(paths.parse(name)) for name in GROUP_ATTRIBUTES)
    return [replace(one, cause="kept.group").must(rfc7644("3.5.2"), so=so, fix=fix) for one in found]


def altered_by_members(world: World) -> Because:
    """Return what explains that a group with members is not as it was created."""
    return Because(
        "A member change that takes other attributes from a group does so in every group.",
        {f"stored.{name}": [f"ENT-GRP-05/{world.dialects[0]}#read-members.kept.{name}"] for name in GROUP_ATTRIBUTES},
    )


def account_named_after(name: str, check: Check) -> Step:
    """Query for an account whose userName is the id stored under this name, which no account has as its name."""
    query = "filter=" + dotnet_quote('userName eq "@"').replace("%40", f"{{{name}}}")
    why = "Was an account created from the id of the member?"
    return search("Users", why, query, key="find-account", by=Sender.HARNESS).expecting(check)


def whole(check: Check, dialect: Dialect, *names: str, key: str = "read-members") -> Step:
    """Read a group whose members must be exactly these, when the target may show only some of many.

    Microsoft's tutorial does not require all members to be returned. So the harness removes the members that are shown,
    and the others must then be all that is left: a lost member stays lost.
    """
    named = replace(check, obligation=members_are(*names))
    step = read_members("group", named, key=key)
    return step.but(in_part=lambda view: _rest(check, dialect, names, step, view))


def _rest(check: Check, dialect: Dialect, names: Sequence[str], step: Step, view: View) -> list[Step]:
    shown = [name for name in names if is_shown(view, name)]
    rest = [name for name in names if name not in shown]
    if not rest or len(shown) < LEAST_SHOWN:
        return []
    gone = remove(dialect, *shown, key=f"remove-{len(rest)}").unjudged()
    left = whole(check, dialect, *rest, key=f"read-{len(rest)}").but(
        stands_for=step.judges, why="Read the remaining members"
    )
    return [gone.but(why="Remove the members that are shown"), left.but(why="Read the remaining members")]


LEAST_SHOWN = 10
"""The minimum number of members in a partial response: if a target shows fewer, the harness stops asking."""


def still_active(world: World) -> list[Check]:
    """Check that a user is still active whose group, not account, was changed or deleted."""
    if not needs.has(world.profile, "active"):
        return []
    so = "users lose their accounts together with a group, and Entra does not enable them again"
    return [still(active=True, so=so)]


def still(*, active: bool, so: str) -> Check:
    """Check that `active` does not say the opposite; other checks require a JSON boolean."""
    opposite = str(not active).casefold()

    def judge(view: View) -> str | None:
        found = member(view.body, "active")
        return f"it is {short(found)}" if str(found).casefold() == opposite else None

    asked = Obligation("active", f"active is {str(active).casefold()} as before", judge)
    return asked.must(rfc7644("3.5.2"), so=so, fix="change only the group")


def still_members(dialect: Dialect, *names: str) -> Check:
    """Check for exactly these members after a removal; by the letter of RFC 7644 section 3.5.2.2, the legacy removal
    may remove all."""
    told = exactly(*names)
    return replace(told, level=Level.ENTRA, citation=ms.GROUP_EMPTIED) if dialect is Dialect.LEGACY else told


def removal_failed(dialect: Dialect, *keys: str) -> Because:
    """Return what explains that a former member is still seen: the simplest removal fails too."""
    plainest = f"ENT-GRP-06/{dialect}#read-members.members"
    return Because("A member who was not removed is still seen.", {key: [plainest] for key in keys})
