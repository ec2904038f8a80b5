"""Members: Entra computes the changes itself, sends them one by one or several at once, and never reads them back."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect, member_values, patch_op
from scim_conformance.entra.explained import STILL_THERE
from scim_conformance.entra.membership import (
    account_named_after,
    add,
    create_users,
    exactly,
    group_before,
    group_with,
    members,
    other_group_stays,
    others_stay,
    removal_failed,
    remove,
    some_group,
    still_active,
    still_members,
    whole,
)
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.requests import delete, patch, read_back, read_members
from scim_conformance.entra.visibility import member_query
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, View
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import status_of
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import no_namesake
from scim_conformance.scenario.obligations.members import (
    all_shown,
    has_member,
    is_in_group,
    is_listed,
    members_are,
    members_once,
    not_a_member,
)
from scim_conformance.scenario.steps import Step


def _with_ref(op: str, *names: str) -> dict[str, Any]:
    return patch_op([{"op": op, "path": "members", "value": member_values(names, with_ref=True)}])


@scenario("ENT-GRP-05", "Add members", Moment.MEMBERS, needs=MEMBERS, dialects=True, plainest=True)
@covers("L11 M2 M13 M23 M25 M32 M39 B12 B25 B53 B54 B94 B100 B104 B134")
def add_members(world: World, dialect: Dialect) -> Scenario:
    """Entra adds members by PATCH, one or several per operation, and may send an existing member again, with a new one.
    The target must return success, add the new member, and not add the other twice. Other groups must stay as they are,
    and so must the group's name and externalId, which the requests do not contain."""
    names = ("first", "second", "third")
    # The neighbour is already in another group and must not leave it for this one.
    again, before = world.once(dialect, _add_again(dialect)), world.once(dialect, group_before())
    all_of_them = _all_unless_refused(names, "neighbour") if again else exactly(*names)
    return Scenario(
        given=[*create_users(world, *names), some_group(world), *before],
        steps=[
            add(dialect, "first", key="add-one"),
            add(dialect, "second", "third", key="add-several"),
            *again,
            read_members("group", all_of_them, LISTED_ONCE, *(others_stay() if before else ())),
            *world.once(dialect, *other_group_stays(world)),
        ],
    )


def _add_again(dialect: Dialect) -> Step:
    """Add a member that the group already has, and a new one; in the legacy dialect with the null references of the
    tutorial."""
    again = add(dialect, "first", "neighbour", key="add-again").expecting_only(ADDED_TWICE).may_be_refused()
    return again.but(body=_with_ref("Add", "first", "neighbour")) if dialect is Dialect.LEGACY else again


def _all_unless_refused(names: tuple[str, ...], last: str) -> Check:
    """Check the members; `last` is in the request that may be refused, and is then none of them."""
    after, before = exactly(*names, last), members_are(*names)

    def judge(view: View) -> str | None:
        refused = (status_of("add-again", view.bindings) or 0) >= HTTPStatus.BAD_REQUEST
        return (before if refused else after.obligation).judge(view)

    return replace(after, obligation=replace(after.obligation, judge=judge))


WHOLE_REQUEST_FAILS = f"the whole request fails, including the group's other changes: {ms.RETRIED}"
ADDED_TWICE = status(200, 204).entra(
    ms.MEMBER_TWICE,
    so=WHOLE_REQUEST_FAILS,
    fix='treat an existing member as success, and "$ref": null as no $ref',
)
# RFC 7644 section 3.5.2.1 and RFC 7643 section 2.4 say SHOULD for a value that already exists.
LISTED_ONCE = members_once().should(rfc7643("2.4"), so="the group lists a user twice", fix="store members as a set")


@scenario("ENT-GRP-06", "Remove members", Moment.MEMBERS, needs=MEMBERS, dialects=True)
@covers("G11 L12 B88 B89 B90 B133")
def remove_member(world: World, dialect: Dialect) -> Scenario:
    """A user leaves the group. In the legacy dialect, Entra sends `Remove` with the path `members` and a list of
    values. A target that follows RFC 7644 section 3.5.2.2 literally ignores the list and empties the group. In the
    compliant dialect, the path contains a filter. The group's name and externalId must stay, and so must the membership
    of this user in another group. Then two users leave, and Entra removes both in one request: one value list, or an
    operation with a filter for each. Exactly the named members must leave."""
    before = world.once(dialect, group_before())
    left = read_members("group", _only_the_others(dialect), *(others_stay() if before else ()))
    steps = [
        remove(dialect, "neighbour"),
        left,
        *world.once(dialect, *_others_agree("group", "neighbour", dialect), *other_group_stays(world)),
        remove(dialect, "second", "fourth", key="remove-several"),
        _read_the_third(dialect),
    ]
    given = [*create_users(world, *_OTHERS), some_group(world), add(dialect, "neighbour", *_OTHERS), *before]
    return Scenario(given=given, steps=steps)


_OTHERS = ("second", "third", "fourth")


def _read_the_third(dialect: Dialect) -> Step:
    """Read the group after two more members left in one request."""
    exact = still_members(dialect, "third")
    fix = "remove exactly the members that the request names: each removal moves the places of those behind it"
    read = read_members("group", replace(exact, fix=fix), key="read-several")
    return read.explained_by(removal_failed(dialect, "members"))


def _only_the_others(dialect: Dialect) -> Check:
    so = "everyone else loses the group" if dialect is Dialect.LEGACY else "a former member keeps access"
    fix = "remove only the listed members" if dialect is Dialect.LEGACY else 'support members[value eq "id"]'
    return replace(still_members(dialect, *_OTHERS), so=so, fix=fix)


def _others_agree(group: str, name: str, dialect: Dialect) -> list[Step]:
    """Check the other places that show memberships: they must not contradict the group."""
    so, fix = "users keep the group's access after they leave it", "return the current memberships"
    told = replace(is_in_group(group, name, wanted=False), key="groups").must(rfc7643("4.1.2"), so=so, fix=fix)
    found = replace(is_listed(group, name, wanted=False), key="query").must(
        rfc7644("3.4.2.2"), so=so, fix="apply every part of the filter, or return 400"
    )
    asks = (
        Step("read-left", "GET", f"/Users/{{{name}}}", "Which groups does the user belong to?"),
        Step("check-left", "GET", "/Groups", "Does this group have this member?", member_query(group, name)),
    )
    former = removal_failed(dialect, "groups", "query")
    return [
        step.but(by=Sender.HARNESS, settles=True).explained_by(former).expecting(check)
        for step, check in zip(asks, (told, found), strict=True)
    ]


@scenario("ENT-GRP-07", "Remove a user who is not a member", Moment.MEMBERS, needs=MEMBERS, dialects="either")
def remove_again(world: World, dialect: Dialect) -> Scenario:
    """Entra retries a removal that has already happened. There is nothing left to do, so the target must return
    success. Then the last member leaves: the group must stay, because Entra has its id and adds others to it. Users who
    no longer belong to any group must keep their accounts, and a user who was removed must be a member again when Entra
    adds them back."""
    return Scenario(
        given=[
            *group_with(world, dialect, "first", "second", fresh="second"),
            remove(dialect, "first"),
        ],
        steps=[
            _remove(dialect, "first", key="remove-again").expecting_only(NOTHING_LEFT_TO_DO),
            read_members("group", still_members(dialect, "second")),
            _remove(dialect, "second", key="remove-last"),
            read_back("second", *still_active(world), key="read-last"),
            add(dialect, "first", key="add-back").may_be_refused(),
            members("first", key="read-added"),
        ],
    )


def _remove(dialect: Dialect, name: str, *, key: str) -> Step:
    """Remove one member; in the legacy dialect with the null reference of the tutorial."""
    step = remove(dialect, name, key=key)
    return step.but(body=_with_ref("Remove", name)) if dialect is Dialect.LEGACY else step


NOTHING_LEFT_TO_DO = status(200, 204).entra(
    ms.MEMBER_TWICE, so=WHOLE_REQUEST_FAILS, fix="return 204: there is nothing left to do"
)


@scenario("ENT-GRP-10", "Add a member that does not exist", Moment.MEMBERS, needs=MEMBERS)
@covers("B18 B96")
def unknown_member(world: World) -> Scenario:
    """The user was deleted in the target. The target may refuse the request and name the id, or ignore the value. Entra
    treats a 500 as a transient error and retries. The other members must stay in the group, and no account must appear
    that has the id as its userName."""
    body = world.plain.add_members("leaver")
    step = patch("Groups", body, None, "group", key="add", why="Add a member whose account was deleted")
    return Scenario(
        given=[
            *group_with(world, world.plain, "user"),
            create_named(world, world.person(), "leaver"),
            delete("Users", "leaver"),
        ],
        steps=[
            step.expecting_only(UNKNOWN_REPORTED).may_be_refused(),
            read_members("group", OTHERS_STAY, NO_GHOST).explained_by(STILL_THERE),
            account_named_after("leaver", NO_NAMESAKE).explained_by(STILL_THERE),
        ],
    )


UNKNOWN_REPORTED = no_server_error("return 4xx for an unknown id and name it, or ignore it", key="status")
OTHERS_STAY = has_member("user").must(
    rfc7644("3.5.2"), so="other members lose the group because one could not be added"
)
# A user without an account is no SCIM resource that `value` could name (RFC 7643 section 4.2); Entra accepts it.
NO_GHOST = not_a_member("leaver").should(
    rfc7643("4.2"), so="a group lists users who do not exist", fix="refuse or ignore unknown ids"
)

NO_NAMESAKE = no_namesake("leaver").entra(
    ms.MEMBER_CREATED,
    so="an account appears that belongs to nobody, and that nobody ever disables",
    fix="refuse or ignore unknown ids, and never create an account from one",
)


MADE = tuple(f"member_{number}" for number in range(1, 100))
MANY = (*MADE, "neighbour_b", "neighbour")
"""A hundred and one, including the two accounts that always exist: each account that need not be created saves three
requests."""


@scenario("ENT-GRP-13", "A hundred and one members", Moment.MEMBERS, needs=[*MEMBERS, "objects:110"])
@covers("M32 B97 B99")
def many_members(world: World) -> Scenario:
    """Groups are large. Entra adds a hundred members in one request and one more in the next. None may be lost, even if
    the target reads members in pages. Microsoft does not document how many members Entra sends per request; single
    members and several at once have been observed, and the RFC sets no minimum. Microsoft's tutorial does not require
    all members to be returned: if a target shows only some of them, the harness removes a shown one and checks that the
    others stay."""
    return Scenario(
        given=[*create_users(world, *MADE), some_group(world)],
        steps=[
            add(world.plain, *MANY[:100], key="add-hundred"),
            add(world.plain, MANY[100], key="add-one-more"),
            whole(ALL_KEPT, world.plain, *MANY).expecting(ALL_SHOWN),
        ],
    )


ALL_KEPT = members_are(*MANY).entra(
    ms.MANY_MEMBERS,
    so="every member beyond a limit is missing from the group, without an error",
    fix="save the change, not just one page of it",
)
# RFC 7643 section 7 defines when an attribute is returned; it does not allow returning part of one.
ALL_SHOWN = all_shown(*MANY).should(
    rfc7643("7"), so="a client that reads the group sees only some of its members", fix="return all members"
)
