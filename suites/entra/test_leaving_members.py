"""Members who leave: disabled, renamed or deleted, and removed from their groups."""

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.changing import renaming
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.membership import (
    add,
    create_users,
    group_with,
    removal_failed,
    remove,
    some_group,
    still,
    still_members,
)
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.patching import disable, enable
from scim_conformance.entra.requests import create_user, delete, gone, patch_user, read_back, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.members import has_member, members_are, not_a_member
from scim_conformance.scenario.steps import Because, Step


@scenario(
    "ENT-GRP-11",
    "Remove a member who has just been disabled",
    Moment.MEMBERS,
    needs=[*MEMBERS, "changes:active"],
    dialects="either",
)
def remove_disabled(world: World, dialect: Dialect) -> Scenario:
    """A user leaves the company: Entra disables the account first and then removes it from its groups. The removal
    names an inactive user and must still work. A user who is enabled again must be a member as before: Microsoft
    documents that Entra does not resend the memberships. Whether they are visible in the meantime is up to the target.
    A user whose userName changes must stay a member. An account that is disabled must stay disabled when Entra adds it
    to a group."""
    renamed = _rename_other(world, dialect)
    return Scenario(
        given=[
            *group_with(world, dialect, "first", "second", fresh="first"),
            disable(dialect, "first"),
        ],
        steps=[
            *renamed,
            _read_while_disabled(),
            # ENT-DIS-01 and ENT-DIS-02 check whether a user can be disabled and enabled.
            disable(dialect, "second", key="disable-other", why="Disable the other user").unjudged(),
            enable(dialect, "second", key="enable-other", why="Enable the other user again").unjudged(),
            *_added_while_disabled(dialect),
            remove(dialect, "first"),
            _read_the_others(dialect),
        ],
        spares=(),
    )


def _rename_other(world: World, dialect: Dialect) -> list[Step]:
    """Rename the second member, and ignore the result: ENT-UPD-03 checks whether a userName can be changed."""
    change = renaming(world, world.person(), "renamed", "userName")
    step = patch_user(dialect, [change], "second", key="rename", why="Rename another user")
    return [step.unjudged()] if needs.has(world.profile, "changes:userName") else []


KEEP_MEMBERSHIPS = "keep the memberships of disabled users"


def _read_while_disabled() -> Step:
    """Read the group: it still has the disabled member, and the renamed one."""
    kept = has_member("first").should(
        ms.HOW, so="disabled users are missing from the group's members", fix=KEEP_MEMBERSHIPS
    )
    stays = has_member("second", key="renamed").entra(
        ms.TUTORIAL, so="a renamed user loses every group", fix="store members by id, not by name"
    )
    shown = read_members("group", kept, stays, key="read-disabled")
    lost = [f"ENT-GRP-05/{dialect}#read-members.members" for dialect in Dialect]
    return shown.explained_by(Because("A member who was not added is not seen.", {"renamed": lost}))


def _added_while_disabled(dialect: Dialect) -> list[Step]:
    """Add a disabled user to a group, ignore the result, and check that the user is still disabled."""
    asleep = still(active=False, so="a former employee regains access through a group")
    added = add(dialect, "first", key="add-disabled").unjudged().but(why="Add a disabled member")
    return [added, read_back("first", asleep, key="read-added")]


def _read_the_others(dialect: Dialect) -> Step:
    """Read the group: the member who was disabled and enabled again is all that is left."""
    restored = has_member("second", key="enabled").entra(
        ms.HOW, so="a user who is enabled again has lost every group", fix=KEEP_MEMBERSHIPS
    )
    read = read_members("group", restored, still_members(dialect, "second"))
    locked = Because(
        "A member who was not enabled again may be hidden.", {"enabled": [f"ENT-DIS-02/{dialect}#enable.status"]}
    )
    lost = Because(
        "A membership that is lost over disable and enable is missing.",
        {"members": [f"ENT-GRP-11/{dialect}#read-members.enabled"]},
    )
    return read.explained_by(locked, removal_failed(dialect, "enabled", "members"), lost)


@scenario("ENT-GRP-12", "Remove a member whose account is deleted", Moment.MEMBERS, needs=MEMBERS, dialects="either")
@covers("B95 B105")
def remove_deleted(world: World, dialect: Dialect) -> Scenario:
    """An account is deleted while it is a member of a group; the membership must not prevent the deletion. Entra then
    removes it from the group. There is nothing left to do, so the target must return success. Only one report shows the
    removal after the deletion (Budibase/budibase#17175), so refusing it is a warning. Another user who gets the same
    userName in the meantime must not be in the group."""
    person = world.person()
    again = create_user(world, person, "again", key="create-again").but(why="Give another user the same userName")
    former = removal_failed(dialect, "members", "member")
    return Scenario(
        given=[
            create_named(world, person, "first"),
            *create_users(world, "second"),
            some_group(world),
            add(dialect, "first", "second"),
        ],
        steps=[
            delete("Users", "first"),
            gone("first"),
            # ENT-DEL-02 checks whether the name can be used again.
            again.expecting_only(),
            remove(dialect, "first").expecting_only(no_server_error(NOTHING_LEFT), NOTHING_TO_REMOVE).may_be_refused(),
            read_members("group", OTHERS_STAY, DELETED_IS_GONE, NOT_INHERITED).explained_by(former),
        ],
    )


NOTHING_LEFT = "return 204: there is nothing left to do"
NOTHING_TO_REMOVE = status(200, 204).should(ms.MEMBER_DELETED, so=f"the removal fails: {ms.RETRIED}", fix=NOTHING_LEFT)
OTHERS_STAY = has_member("second").entra(
    ms.MEMBER_DELETED, so="other members leave the group together with the deleted one"
)
DELETED_IS_GONE = members_are("second").should(
    ms.MEMBER_DELETED, so="a deleted user stays in the group", fix="delete memberships together with the account"
)
NOT_INHERITED = not_a_member("again").must(
    rfc7643("3.1"),
    so="a new account inherits the access of the deleted one",
    fix="delete memberships together with the account, and store them by its id",
)
