"""Members: Entra computes the changes itself, sends them one by one or several at once, and never reads them back."""

from dataclasses import replace
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect, member_values, patch_op
from scim_conformance.entra.membership import add, create_users, exactly, group_with, members, remove, some_group
from scim_conformance.entra.steps import (
    STILL_THERE,
    create_user,
    delete,
    gone,
    patch,
    patch_user,
    read_members,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import (
    has_member,
    members_are,
    members_once,
    not_a_member,
    status,
    status_below,
)


def _with_ref(op: str, name: str) -> dict[str, Any]:
    return patch_op([{"op": op, "path": "members", "value": member_values([name], with_ref=True)}])


def _removed(dialect: Dialect) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("members", "member"), (f"ENT-GRP-06/{dialect}#read-members.members",))


REMOVED = {dialect: _removed(dialect) for dialect in Dialect}
"""What explains that a removal goes wrong: the plainest one does."""


@scenario(
    "ENT-GRP-05",
    "Add members",
    moment=Moment.MEMBERS,
    needs=["groups"],
    dialects=True,
    covers="L11 M2 M13 M23 M25 M32 M39 B12 B25 B53 B54 B94 B100 B104",
)
def add_members(world: World, dialect: Dialect) -> Scenario:
    """Entra adds members by PATCH, one or several in an operation, and may send one that is already there: that is a
    success, and no second entry. Other groups stay as they are."""
    names = ("first", "second", "third")
    again = add(dialect, "first", key="add-again").but(owner=None)
    if dialect is Dialect.LEGACY:
        again = again.but(body=_with_ref("Add", "first"))
    twice = status(200, 204).entra(
        ms.MEMBER_TWICE,
        so="Entra fails on the group in every cycle",
        fix='take a member that is there for a success, and "$ref": null for no $ref',
    )
    # RFC 7644 section 3.5.2.1 and RFC 7643 section 2.4 say SHOULD of a value that is there already.
    once = members_once().should(rfc7643("2.4"), so="the group counts somebody twice", fix="keep members as a set")
    return Scenario(
        given=[*create_users(world, *names), some_group(world)],
        steps=[
            add(dialect, "first", key="add-one"),
            # The neighbour is in another group already, which it must not leave for this one.
            add(dialect, "second", "third", "neighbour", key="add-several"),
            *world.once(dialect, replace(again, checks=(twice,), go_on=True)),
            members(*names, "neighbour").expecting(once),
            *world.once(dialect, members("neighbour", group="neighbour_group", key="read-neighbour")),
        ],
    )


@scenario(
    "ENT-GRP-06",
    "Remove one member",
    moment=Moment.MEMBERS,
    needs=["groups"],
    dialects=True,
    covers="G11 L12 B88 B89 B90",
)
def remove_member(world: World, dialect: Dialect) -> Scenario:
    """Somebody leaves the group. In the legacy dialect Entra sends `Remove` with the path `members` and a list of
    values; a target that ignores the list empties the group. In the compliant one the path has a filter."""
    step = remove(dialect, "first")
    so = "everybody else loses the group" if dialect is Dialect.LEGACY else "who left keeps the group's access"
    fix = "remove only the listed values" if dialect is Dialect.LEGACY else 'support members[value eq "id"]'
    source = ms.GROUP_EMPTIED if dialect is Dialect.LEGACY else ms.MEMBER_FILTER
    left = replace(exactly("second"), citation=source, so=so, fix=fix)
    return Scenario(
        given=group_with(world, dialect, "first", "second"),
        steps=[step, read_members("group", left)],
    )


@scenario("ENT-GRP-07", "Remove who is not a member", moment=Moment.MEMBERS, needs=["groups"], dialects="either")
def remove_again(world: World, dialect: Dialect) -> Scenario:
    """Entra retries a removal that already happened. Nothing is left to do: a success. Then the last member leaves: the
    group stays, empty, since Entra has its id and adds others to it."""
    done = status(200, 204).entra(
        ms.MEMBER_TWICE, so="Entra fails on the group in every cycle", fix="removing who is not there is a success"
    )
    again = replace(remove(dialect, "first", key="remove-again"), checks=(done,))
    if dialect is Dialect.LEGACY:
        again = again.but(body=_with_ref("Remove", "first"))
    return Scenario(
        given=[
            *group_with(world, dialect, "first", "second"),
            remove(dialect, "first").but(owner=f"ENT-GRP-06/{dialect}"),
        ],
        steps=[
            again,
            members("second").but(after=REMOVED[dialect]),
            remove(dialect, "second", key="remove-last").but(owner=None),
            members(key="read-empty").but(after=REMOVED[dialect]),
        ],
    )


@scenario("ENT-GRP-10", "Add a member that does not exist", moment=Moment.MEMBERS, needs=["groups"], covers="B18 B96")
def unknown_member(world: World) -> Scenario:
    """The user was deleted in the target. The target may refuse, naming the id, or ignore the value. A 500 is
    taken for a passing fault and retried for ever. Who is in the group stays in it."""
    body = Dialect.COMPLIANT.add_members("leaver")
    step = patch("Groups", body, None, "group", key="add", why="Add a member whose account was deleted")
    known = status_below(500).should(
        ms.MEMBER_UNKNOWN, so="Entra takes it for a passing fault and retries for ever", fix="answer 4xx with the id"
    )
    kept = has_member("user").entra(ms.MEMBER_UNKNOWN, so="others lose the group because one could not be added")
    # What has no account is no SCIM resource that `value` could name (RFC 7643 section 4.2); Entra does not mind.
    ghost = not_a_member("leaver").should(
        rfc7643("4.2"), so="a group counts people who do not exist", fix="refuse or ignore an id that nobody has"
    )
    return Scenario(
        given=[
            *group_with(world, Dialect.COMPLIANT, "user"),
            create_user(world, world.person(), "leaver", key="create-leaver"),
            delete("Users", "leaver"),
        ],
        steps=[replace(step, checks=(known,), go_on=True), read_members("group", kept, ghost)],
    )


@scenario(
    "ENT-GRP-11",
    "Remove a member that was just disabled",
    moment=Moment.MEMBERS,
    needs=["groups", "active"],
    dialects="either",
)
def remove_disabled(world: World, dialect: Dialect) -> Scenario:
    """Somebody leaves the company: Entra disables the account first and takes it out of its groups afterwards. The
    removal names a user that is inactive by then, and must still work. Who is only disabled stays a member: nothing
    would bring the membership back, since Entra never reads it. So does who gets another userName meanwhile."""
    kept = has_member("first").should(
        ms.MEMBERS_LOCAL, so="whoever is enabled again has lost every group", fix="keep memberships of disabled users"
    )
    disable = patch_user(dialect, [Change("active", value=False)], "first", key="disable", why="Disable the account")
    name = f"renamed.{world.person().user_name}"
    rename = patch_user(dialect, [Change("userName", name)], "second", key="rename", why="Somebody else is renamed")
    stays = has_member("second", key="renamed").entra(
        ms.MEMBERS_LOCAL, so="whoever is renamed loses every group", fix="keep members by their id, not by their name"
    )
    shown = read_members("group", kept.known_as(Evidence.INFERRED), stays, key="read-disabled")
    return Scenario(
        given=[
            *group_with(world, dialect, "first", "second", fresh="first"),
            disable.but(owner=f"ENT-DIS-01/{dialect}"),
        ],
        steps=[
            # Whether a userName can be changed is what ENT-UPD-03 asks.
            replace(rename, checks=(), go_on=True),
            shown.but(after={**shown.after, "renamed": shown.after["members"]}),
            remove(dialect, "first"),
            members("second").but(after=REMOVED[dialect]),
        ],
        spares=(),
    )


@scenario(
    "ENT-GRP-12",
    "Remove a member whose account is deleted",
    moment=Moment.MEMBERS,
    needs=["groups"],
    dialects="either",
    covers="B95 B105",
)
def remove_deleted(world: World, dialect: Dialect) -> Scenario:
    """An account is deleted while it is a member of a group, which must not stand in the way. Then Entra takes it out
    of the group. Nothing is left to do: a success. That the removal comes after the deletion was seen once
    (Budibase/budibase#17175), so refusing it is a warning. Somebody who gets the same userName meanwhile is somebody
    else, and not in the group."""
    person = world.person()
    again = create_user(world, person, "again", key="create-again").but(why="Somebody gets the same userName")
    stranger = not_a_member("again").must(
        rfc7643("4.2"),
        so="a new account inherits the access of the one that was deleted",
        fix="end memberships with the account, and keep them by its id",
    )
    done = status(200, 204).should(
        ms.MEMBER_DELETED, so="Entra retries the removal for ever", fix="removing who is not there is a success"
    )
    others = has_member("second").entra(ms.MEMBER_DELETED, so="others leave the group with the one that was deleted")
    alone = members_are("second").should(
        ms.MEMBER_DELETED, so="a deleted user stays in the group", fix="end memberships with the account"
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
            # Whether the name is free again is what ENT-DEL-02 asks.
            replace(again, checks=(), owner=None, go_on=True),
            replace(remove(dialect, "first"), checks=(done,), go_on=True),
            read_members("group", others, alone, stranger).but(after=REMOVED[dialect]),
        ],
    )


MANY = tuple(f"member_{number}" for number in range(1, 102))


@scenario(
    "ENT-GRP-13",
    "A hundred and one members",
    moment=Moment.MEMBERS,
    needs=["groups", "objects:110"],
    covers="M32 B97 B99",
)
def many_members(world: World) -> Scenario:
    """Groups are large. A hundred members in one request and one more in the next: none may be lost, also where the
    target reads members in pages."""
    whole = members_are(*MANY).must(
        ms.MANY_MEMBERS,
        so="everybody beyond a limit silently lacks the group",
        fix="write the change, not a page of it",
    )
    return Scenario(
        given=[*create_users(world, *MANY), some_group(world)],
        steps=[
            add(Dialect.COMPLIANT, *MANY[:100], key="add-hundred"),
            add(Dialect.COMPLIANT, MANY[100], key="add-one-more"),
            read_members("group", whole),
        ],
    )


@scenario(
    "ENT-GRP-17",
    "Add and remove the same member in one request",
    moment=Moment.MEMBERS,
    needs=["groups"],
    validator=True,
    covers="P5",
)
def add_and_remove(world: World) -> Scenario:
    """A preview test of Microsoft's validator: the operations are applied in their order (RFC 7644 section 3.5.2), so
    the user is no member at the end."""
    operations = [
        {"op": "add", "path": "members", "value": member_values(["second"])},
        *Dialect.COMPLIANT.remove_members("second")["Operations"],
    ]
    step = patch("Groups", patch_op(operations), None, "group", key="add-and-remove", why="Add and remove a member")
    so = "a preview test of Microsoft's validator fails"
    left = members_are("first").should(ms.VALIDATOR, so=so, fix="apply the operations in order")
    return Scenario(
        given=[*group_with(world, Dialect.COMPLIANT, "first"), *create_users(world, "second")],
        steps=[replace(step, checks=(status(200, 204).should(ms.VALIDATOR, so=so),)), read_members("group", left)],
    )


@scenario(
    "ENT-GRP-18", "Replace all members", moment=Moment.MEMBERS, needs=["groups"], validator=True, covers="G10 B93"
)
def replace_members(world: World) -> Scenario:
    """Microsoft's validator sets the members with `replace`; Entra was seen to do so where a target returns members in
    spite of the exclusion. What is sent is then all there is (RFC 7644 section 3.5.2.3)."""
    operations = [{"op": "replace", "path": "members", "value": member_values(["second"])}]
    step = patch("Groups", patch_op(operations), None, "group", key="replace", why="Set the members")
    accepted = status(200, 204).must(
        rfc7644("3.5.2.3"), so="two required tests of Microsoft's validator fail", fix="accept replace on members"
    )
    only = members_are("second").must(rfc7644("3.5.2.3"), so="who was taken out stays in the group")
    return Scenario(
        given=[*group_with(world, Dialect.COMPLIANT, "first"), *create_users(world, "second")],
        steps=[replace(step, checks=(accepted,)), read_members("group", only)],
    )
