"""Sequences: a request that was sent before is sent again, and a later request leaves what an earlier one did."""

from dataclasses import replace

from scim_conformance.entra import needs
from scim_conformance.entra.answering import ANY_ERROR
from scim_conformance.entra.changing import changed, renaming
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.expectations import holds_after, to_send, value_of
from scim_conformance.entra.explained import never_stored, refused_at_all
from scim_conformance.entra.group_expectations import group_value_of
from scim_conformance.entra.membership import (
    add,
    create_users,
    exactly,
    members,
    removal_failed,
    remove,
    some_group,
    still_members,
)
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.requests import (
    create_user,
    delete,
    match_user,
    patch,
    patch_user,
    prepare_group,
    read_back,
    read_before,
    read_members,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths

TITLE, NAME = paths.parse("title"), paths.parse("displayName")


@scenario(
    "ENT-UPD-22",
    "Changes one after the other",
    Moment.UPDATE,
    dialects="either",
    needs=["changes:displayName"],
    extra=Extra(10, SEQUENCE),
)
@covers("L2 M2")
def one_after_the_other(world: World, dialect: Dialect) -> Scenario:
    """A display name is changed, changed back, and changed again: the third request is the same as the first, and must
    be applied like it. In between, the title is removed. Whatever the target made of that, the next change does not
    name the title, so it must stay as it is: no value that was removed may come back."""
    person = world.person()
    first = renaming(world, person)
    back = Change("displayName", value_of(world, person, "displayName"))
    return Scenario(
        given=[
            create_user(world, person),
            patch_user(dialect, [first], key="change"),
            patch_user(dialect, [back], key="change-back", why="Change the name back"),
            *_title_removed(world, dialect),
            read_before(TITLE.text),
        ],
        steps=[
            _sent_again(dialect, first),
            _read_changed(world, person, first),
        ],
        spares=(),
    )


def _sent_again(dialect: Dialect, change: Change) -> Step:
    step = patch_user(dialect, [change], key="change-again", why="Send the first change again")
    return step.explained_by(refused_at_all(f"ENT-UPD-01/{dialect}#patch.status"))


def _title_removed(world: World, dialect: Dialect) -> list[Step]:
    """Remove the title, accepted or not."""
    if not needs.has(world.profile, "changes:title"):
        return []
    removed = patch_user(dialect, [Change("title", None, Verb.REMOVE)], key="remove", why="Remove the title")
    return [removed.unjudged().but(also_ok=ANY_ERROR)]


def _read_changed(world: World, person: Person, change: Change) -> Step:
    held = [one for one in holds_after(world, person, change, before=person) if one.key != f"stored.{TITLE.slug}"]
    return read_back("user", *held, TITLE_AS_IT_WAS, key="read-changed")


TITLE_AS_IT_WAS = unchanged(TITLE).must(
    rfc7644("3.5.2"),
    so="a value that was removed is back after the next change of something else",
    fix="write what the request names to the account as it is now, not to a copy that was loaded before",
)


@scenario(
    "ENT-GRP-25",
    "A member joins and leaves again",
    Moment.MEMBERS,
    needs=MEMBERS,
    dialects="either",
    extra=Extra(14, SEQUENCE),
)
@covers("L11 L12")
def joins_and_leaves_again(world: World, dialect: Dialect) -> Scenario:
    """A user joined a group and left it, joins it again and leaves it again. The requests are the same as the first
    time, and must be applied like them: a target may not answer them from memory."""
    join, leave = add(dialect, "user", key="join"), remove(dialect, "user", key="leave")
    return Scenario(
        given=[*create_users(world, "user", "other"), some_group(world), add(dialect, "other"), join, leave],
        steps=[
            join.but(key="join-again"),
            members("user", "other", key="read-joined"),
            leave.but(key="leave-again"),
            _read_left(dialect),
        ],
    )


def _read_left(dialect: Dialect) -> Step:
    read = read_members("group", still_members(dialect, "other"), key="read-left")
    return read.explained_by(removal_failed(dialect, "members"))


@scenario(
    "ENT-GRP-26",
    "Rename a group that a member has left",
    Moment.MEMBERS,
    needs=[*MEMBERS, "group-changes:displayName"],
    dialects="either",
    extra=Extra(18, SEQUENCE),
)
@covers("L9 L12")
def renamed_after_a_member_left(world: World, dialect: Dialect) -> Scenario:
    """A user leaves a group, and the group is renamed. The user must not be back, and the others must stay. The name of
    another group begins with the old name: that group must keep it, and has no members."""
    team = world.team()
    near = team_like(world, team)
    new = world.renamed("New", group_value_of(world, team, "displayName"))
    rename = patch("Groups", dialect.body([Change("displayName", new)]), dialect, "group", key="rename")
    return Scenario(
        given=[*_two_groups(world, team, near), add(dialect, "user", "former"), remove(dialect, "former")],
        steps=[_renaming(rename, dialect), _read_renamed(dialect, new), _read_near(world, near)],
        spares=("User",),
    )


def _renaming(step: Step, dialect: Dialect) -> Step:
    return step.but(why="Rename the group").explained_by(refused_at_all(f"ENT-GRP-08/{dialect}#rename.status"))


def team_like(world: World, team: Team) -> Team:
    """Return another group, whose name begins with the name of this one."""
    return world.team().with_(displayName=f"{team.display_name} EMEA")


def _two_groups(world: World, team: Team, near: Team) -> list[Step]:
    made = [prepare_group(world, team), prepare_group(world, near, "near", key="create-near")]
    return [*create_users(world, "user", "former"), *made]


def _read_renamed(dialect: Dialect, new: str) -> Step:
    """Read the group: it has the new name, and the same members."""
    named = stored(NAME, new).must(rfc7644("3.5.2"), so="the old name stays")
    kept = replace(exactly("user"), so="a former member is back in the group after it is renamed")
    step = read_members("group", named, kept)
    same = never_stored("stored.displayName", plainest=[f"ENT-GRP-08/{dialect}#read-members.stored.displayName"])
    return step.explained_by(removal_failed(dialect, "members"), same)


def _read_near(world: World, near: Team) -> Step:
    """Read the other group: nothing was sent about it."""
    named = stored(NAME, group_value_of(world, near, "displayName")).must(
        rfc7644("3.5.2"),
        so="renaming one group renames others, and Entra no longer finds them",
        fix="change only the group that has the id of the request, whatever the names of others",
    )
    never = never_stored(named.key, plainest=[CREATED_WRONG])
    alone = replace(exactly(), so="joining a group joins others whose names begin with its name")
    return read_members("near", named, alone, key="read-near").explained_by(never)


CREATED_WRONG = "ENT-GRP-01#read.stored.displayName"


@scenario(
    "ENT-GRP-28",
    "A member changes, and leaves one of two groups",
    Moment.MEMBERS,
    needs=MEMBERS,
    dialects="either",
    extra=Extra(20, SEQUENCE),
)
@covers("L2 L12 M2")
def member_changes(world: World, dialect: Dialect) -> Scenario:
    """Two users are members of the same two groups. The match must find a user in two groups once. One of them changes
    department and name: no request is about the groups, so the memberships must stay. Then the other one leaves the
    first group, and must stay in the second."""
    person = world.person()
    changed_to = changed(world, person, world.person())
    change = patch_user(dialect, to_send(world.profile, person, changed_to), key="change")
    return Scenario(
        given=[create_user(world, person), *create_users(world, "other"), *_both_groups(world, dialect)],
        steps=[
            match_user(world, person, "user", key="match-member"),
            change.unjudged().may_be_refused(),
            read_members("group", _both_stay("a change of a user ends its memberships"), key="read-changed"),
            remove(dialect, "other").unjudged().may_be_refused(),
            read_members("second", _both_stay("leaving one group ends other memberships"), key="read-second"),
        ],
        spares=(),
    )


def _both_groups(world: World, dialect: Dialect) -> list[Step]:
    second = prepare_group(world, world.team(), "second", key="create-second")
    joining = [add(dialect, "user", "other", key=f"join-{group}", group=group) for group in ("group", "second")]
    return [prepare_group(world, world.team()), second, *joining]


def _both_stay(so: str) -> Check:
    return replace(exactly("user", "other"), so=so, fix="change only what the request names")


@scenario(
    "ENT-GRP-29",
    "A group gets the name of a deleted one",
    Moment.GROUPS,
    needs=[*MEMBERS, "group-changes:displayName"],
    dialects="either",
    extra=Extra(14, SEQUENCE),
)
@covers("L9 L10 B95")
def freed_name(world: World, dialect: Dialect) -> Scenario:
    """A group with a member is deleted. Another group, which has no members, gets its name: it must not get its members
    too. ENT-GRP-08 judges the rename, and ENT-GRP-14 the deletion."""
    former = world.team()
    name = group_value_of(world, former, "displayName")
    rename = patch("Groups", dialect.body([Change("displayName", name)]), dialect, "group", key="rename")
    made = [
        *create_users(world, "user"),
        prepare_group(world, former, "former", key="create-former"),
        add(dialect, "user", group="former"),
    ]
    nobody = replace(exactly(), so="users get the access of a group that they do not belong to", fix=BY_ID_ALONE)
    return Scenario(
        given=[*made, prepare_group(world, world.team())],
        steps=[
            delete("Groups", "former").unjudged().may_be_refused(),
            rename.but(why="Give its name to another group").unjudged().may_be_refused(),
            read_members("group", nobody),
        ],
        spares=("User",),
    )


BY_ID_ALONE = "store members by the id of the group, and delete them with it"
