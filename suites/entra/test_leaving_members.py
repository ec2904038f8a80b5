"""Members who leave: disabled, renamed or deleted, and removed from their groups."""

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.explained import READ, STILL_THERE
from scim_conformance.entra.membership import (
    REMOVED,
    add,
    create_users,
    group_with,
    remove,
    some_group,
    still,
    still_members,
)
from scim_conformance.entra.requests import create_user, delete, gone, patch_user, read_back, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.members import has_member, members_are, not_a_member
from scim_conformance.scenario.steps import Step


@scenario(
    "ENT-GRP-11",
    "Remove a member who has just been disabled",
    moment=Moment.MEMBERS,
    needs=["groups", "group:members", "changes:active"],
    dialects="either",
)
def remove_disabled(world: World, dialect: Dialect) -> Scenario:
    """A user leaves the company: Entra disables the account first and then removes it from its groups. The removal
    names an inactive user and must still work. A user who is enabled again must be a member as before: Microsoft
    documents that Entra does not resend the memberships. Whether they are visible in the meantime is up to the target.
    A user whose userName changes must stay a member. An account that is disabled must stay disabled when Entra adds it
    to a group."""
    fix = "keep the memberships of disabled users"
    kept = has_member("first").should(ms.HOW, so="disabled users are missing from the group's members", fix=fix)
    restored = has_member("second", key="enabled").entra(
        ms.HOW, so="a user who is enabled again has lost every group", fix=fix
    )
    disable = patch_user(dialect, [Change("active", value=False)], "first", key="disable", why="Disable the account")
    name = world.renamed("renamed", value_of(world, world.person(), "userName"))
    rename = patch_user(dialect, [Change("userName", name)], "second", key="rename", why="Rename another user")
    # ENT-UPD-03 checks whether a userName can be changed.
    renames = [rename.but(checks=())] if needs.has(world.profile, "changes:userName") else []
    stays = has_member("second", key="renamed").entra(
        ms.TUTORIAL, so="a renamed user loses every group", fix="store members by id, not by name"
    )
    shown = read_members("group", kept, stays, key="read-disabled")
    # ENT-DIS-01 and ENT-DIS-02 check whether a user can be disabled and enabled.
    there_and_back = [
        patch_user(dialect, [Change("active", value=value)], "second", key=key, why=why).but(checks=())
        for key, value, why in (
            ("disable-other", False, "Disable the other user"),
            ("enable-other", True, "Enable the other user again"),
        )
    ]
    removed = REMOVED[dialect]["members"]
    back = {**REMOVED[dialect], "enabled": (f"ENT-DIS-02/{dialect}#enable.status", *removed)}
    back["members"] = (*removed, f"ENT-GRP-11/{dialect}#read-members.enabled")
    return Scenario(
        given=[
            *group_with(world, dialect, "first", "second", fresh="first"),
            disable.but(owner=f"ENT-DIS-01/{dialect}"),
        ],
        steps=[
            *renames,
            shown.but(after={**shown.after, "renamed": shown.after["members"]}),
            *there_and_back,
            *_added_while_disabled(world, dialect),
            remove(dialect, "first"),
            read_members("group", restored, still_members(dialect, "second")).but(after=back),
        ],
        spares=(),
    )


def _added_while_disabled(world: World, dialect: Dialect) -> list[Step]:
    """Add a disabled user to a group, ignore the result, and check that the user is still disabled."""
    asleep = still(active=False, so="a former employee regains access through a group")
    explained = {**READ, asleep.key: (f"ENT-DIS-01/{dialect}#read-back.active",)}
    return [
        add(dialect, "first", key="add-disabled").but(checks=(), why="Add a disabled member"),
        read_back("first", asleep, key="read-added").but(after=explained),
    ]


@scenario(
    "ENT-GRP-12",
    "Remove a member whose account is deleted",
    moment=Moment.MEMBERS,
    needs=["groups", "group:members"],
    dialects="either",
    covers="B95 B105",
)
def remove_deleted(world: World, dialect: Dialect) -> Scenario:
    """An account is deleted while it is a member of a group; the membership must not prevent the deletion. Entra then
    removes it from the group. There is nothing left to do, so the target must return success. Only one report shows the
    removal after the deletion (Budibase/budibase#17175), so refusing it is a warning. Another user who gets the same
    userName in the meantime must not be in the group."""
    person = world.person()
    again = create_user(world, person, "again", key="create-again").but(why="Give another user the same userName")
    stranger = not_a_member("again").must(
        rfc7643("3.1"),
        so="a new account inherits the access of the deleted one",
        fix="delete memberships together with the account, and store them by its id",
    )
    done = status(200, 204).should(
        ms.MEMBER_DELETED, so=f"the removal fails: {ms.RETRIED}", fix="return 204: there is nothing left to do"
    )
    others = has_member("second").entra(
        ms.MEMBER_DELETED, so="other members leave the group together with the deleted one"
    )
    alone = members_are("second").should(
        ms.MEMBER_DELETED, so="a deleted user stays in the group", fix="delete memberships together with the account"
    )
    return Scenario(
        given=[
            create_user(world, person, "first", key="create-first"),
            *create_users(world, "second"),
            some_group(world),
            add(dialect, "first", "second"),
        ],
        steps=[
            delete("Users", "first"),
            gone("first").but(after=STILL_THERE),
            # ENT-DEL-02 checks whether the name can be used again.
            again.but(checks=(), owner=None),
            remove(dialect, "first").but(checks=(no_server_error(done.fix), done), continue_on_failure=True),
            read_members("group", others, alone, stranger).but(after=REMOVED[dialect]),
        ],
    )
