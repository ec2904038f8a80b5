"""Members who come and go together: a disabled user or a group among them, several requests at the same moment."""

from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.membership import (
    account_named_after,
    add,
    create_users,
    group_with,
    remove,
    some_group,
)
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.patching import disable, enable
from scim_conformance.entra.requests import read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import no_namesake
from scim_conformance.scenario.obligations.members import has_member, members_are, not_a_member
from scim_conformance.scenario.steps import Because, Step


@scenario(
    "ENT-GRP-22",
    "Add a disabled user to a group",
    Moment.MEMBERS,
    needs=[*MEMBERS, "changes:active"],
    dialects="either",
)
@covers("B137")
def add_disabled(world: World, dialect: Dialect) -> Scenario:
    """Entra adds two users to a group, and one of them is disabled: Microsoft documents that memberships of a disabled
    user are kept, and not sent again when the user is enabled. The request must not be refused because of that user,
    the other one must become a member, and the disabled one must be a member too once it is enabled. Whether it is
    shown in the meantime is up to the target."""
    return Scenario(
        given=[
            *create_users(world, "first", "second"),
            some_group(world),
            disable(dialect, "first"),
        ],
        steps=[
            add(dialect, "first", "second").expecting_only(DISABLED_TAKEN),
            read_members("group", OTHER_ADDED, key="read-added").explained_by(_never_added(dialect)),
            # ENT-DIS-02 checks whether a user can be enabled.
            enable(dialect, "first").unjudged(),
            read_members("group", ADDED_WHILE_DISABLED).explained_by(_never_added(dialect), _locked(dialect)),
        ],
        spares=(),
    )


def _never_added(dialect: Dialect) -> Because:
    """Return what explains that a new member is not seen: no member is ever added."""
    lost = [f"ENT-GRP-05/{dialect}#read-members.members"]
    return Because("A member who was not added is not seen.", {"member": lost, "enabled": lost})


def _locked(dialect: Dialect) -> Because:
    enabled = [f"ENT-DIS-02/{dialect}#enable.status", f"ENT-DIS-02/{dialect}#read-back.active"]
    return Because("A member who was not enabled again may be hidden.", {"enabled": enabled})


DISABLED_TAKEN = status(200, 204).entra(
    ms.DISABLED_MEMBER,
    so=f"nobody in the request is added because one user is disabled: {ms.RETRIED}",
    fix="accept disabled users as members, and return 204",
)
OTHER_ADDED = has_member("second").must(
    rfc7644("3.5.2.1"),
    so="an active user is missing from the group because another one is disabled",
    fix="add every member that the request names",
)
ADDED_WHILE_DISABLED = has_member("first", key="enabled").entra(
    ms.HOW,
    so="a user who is enabled again lacks the groups that it got meanwhile: Entra does not send them again",
    fix="store memberships of disabled users",
)


@scenario("ENT-GRP-23", "Add a group to a group", Moment.MEMBERS, needs=MEMBERS)
@covers("B136")
def nested(world: World) -> Scenario:
    """A group is a member of an assigned group. Entra provisions only direct users; that it sends the id of the nested
    group as a member was said by a developer of Microsoft in 2019, and whether it still does is not known. The target
    may store the group, ignore it or refuse the request with 4xx. It must not create an account from the group's id:
    neither one with this id, nor one with this userName and an id of its own. The other members must stay, and the
    members of the nested group do not become members of this one: Entra did not send them."""
    added = add(world.plain, "neighbour_group").expecting_only(NESTED_REPORTED).may_be_refused()
    return Scenario(
        given=group_with(world, world.plain, "user"),
        steps=[
            _account_of_group("read-before").unjudged(),
            added.but(why="Add a group as a member"),
            _account_of_group("read-account").expecting(NO_ACCOUNT),
            account_named_after("neighbour_group", NO_NAMESAKE),
            read_members("group", OTHERS_STAY, NOT_FLATTENED),
        ],
    )


def _account_of_group(key: str) -> Step:
    why = "Is there an account with the group's id?"
    return Step(key, "GET", "/Users/{neighbour_group}", why, by=Sender.HARNESS)


NESTED_REPORTED = no_server_error("return 4xx for a group as a member, or store or ignore it", key="status")


def _new_account(view: View) -> str | None:
    """Return that an account has the group's id now and had none before: users and groups may share their ids."""
    appeared = view.answer.ok and int(view.bindings.get("status of read-before", 0)) >= 400
    return f"status {view.answer.status}: there is an account with the id of the group" if appeared else None


NO_ACCOUNT = Obligation("no-account", "no account with the id of a group", _new_account).entra(
    ms.NESTED_GROUP,
    so="an account appears that belongs to nobody, and that nobody ever disables",
    fix="look up each member by its id, and never create an account from it",
)
NO_NAMESAKE = no_namesake("neighbour_group").entra(
    ms.NESTED_GROUP,
    so="an account appears that belongs to nobody, and that nobody ever disables",
    fix="look up each member by its id, and never create an account from it",
)
NOT_FLATTENED = (
    replace(not_a_member("neighbour"), key="flattened")
    .should(
        ms.NESTED_GROUP, so="users who are not assigned get access", fix="add the group, or nobody: not its members"
    )
    .known_as(Evidence.INFERRED)
)
OTHERS_STAY = has_member("user").must(
    rfc7644("3.5.2"), so="other members lose the group because a group was added", fix="add, and keep the other members"
)


@scenario("ENT-GRP-24", "Members change at the same moment", Moment.MEMBERS, needs=MEMBERS)
@covers("B135")
def at_once(world: World) -> Scenario:
    """Several users join and leave one group, and Entra was seen to send the requests at the same moment. Each must
    take effect; a target that writes back the whole group as it read it loses all but one. A target must not fail one
    because the other is under way: Entra sends no version of the group that 409 or 412 could be about. It may ask Entra
    to come back later (429, 503), which is advice. If the target returns success, the change must have happened."""
    leave = remove(world.plain, "first", key="remove-first").expecting_only(NOT_LOCKED, DONE_NOW)
    return Scenario(
        given=[*create_users(world, "second", "third"), *group_with(world, world.plain, "first", "fourth")],
        steps=[
            _joins(world, "second"),
            _also(_joins(world, "third")),
            _also(leave),
            read_members("group", ALL_TOOK_EFFECT),
        ],
    )


# RFC 7644 section 3.12: 409 is for a version number that differs, or a duplicate. Lock errors and 500 were reported as
# faults: Captain-P-Goldfish/scim-for-keycloak#107.
NOT_LOCKED = status(200, 204, 429, 501, 503, key="not-locked").entra(
    ms.MEMBERS_AT_ONCE,
    so=f"a membership is not changed, and large groups have many such changes: {ms.RETRIED}",
    fix="wait until the other change is done, or repeat the transaction, instead of returning an error",
)
DONE_NOW = (
    status(200, 204)
    .should(
        ms.MEMBERS_AT_ONCE,
        so=f"a membership is not changed: {ms.RETRIED}",
        fix="process the second request after the first, instead of returning an error",
    )
    .known_as(Evidence.OBSERVED)
)
ALL_TOOK_EFFECT = members_are("second", "third", "fourth").entra(
    ms.MEMBERS_AT_ONCE,
    so="a user lacks the group, or keeps it, without an error: Entra does not read members, so it does not notice",
    fix="save the change in one transaction, or lock the group, instead of writing back what was read earlier",
)


def _joins(world: World, name: str) -> Step:
    return add(world.plain, name, key=f"add-{name}").expecting_only(NOT_LOCKED, DONE_NOW)


def _also(step: Step) -> Step:
    """Send a request at the same moment as the one before it."""
    return step.but(with_previous=True)
