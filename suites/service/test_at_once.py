"""Simultaneous requests: Entra processes many objects in a cycle; how many at once is not documented. The target may
refuse one of the requests (409, 412, 429, 503), and Entra retries it. If the target returns success, the change must
have happened."""

from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import answers_queries
from scim_conformance.entra.changing import renaming
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds_after, value_of
from scim_conformance.entra.membership import add, create_users, some_group
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.requests import (
    create_user,
    patch_user,
    prepare_group,
    read_back,
    read_members,
    read_user,
    search,
)
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.checks import Check, Level, Obligation, Owed, View
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import found_if_made, not_several
from scim_conformance.scenario.obligations.members import is_shown, members_are, shows_members
from scim_conformance.scenario.steps import Step

ACCEPTED = (
    status(200, 204)
    .should(
        ms.RATE,
        so="the change fails, and Entra retries it hours later",
        fix="process the second request after the first, or return 409 or 503 rather than fail",
    )
    .known_as(Evidence.INFERRED)
)


def _also(step: Step) -> Step:
    """Send a request at the same moment as the one before it."""
    return step.but(with_previous=True)


@scenario("SRV-SIM-01", "Members are added at the same moment", Moment.MEMBERS, needs=MEMBERS)
def members_at_once(world: World) -> Scenario:
    """Two users join a group, and Entra's two requests arrive at the same moment. A target that reads the group, adds a
    member and writes the group back loses one of them. Entra never reads members, so it never restores the lost one."""
    one, other = (_add_judged(world, name) for name in ("first", "second"))
    return Scenario(
        given=[*create_users(world, "first", "second"), some_group(world)],
        steps=[one, _also(other), read_members("group", BOTH_ADDED)],
    )


def _add_judged(world: World, name: str) -> Step:
    return add(world.plain, name, key=f"add-{name}").expecting_only(ACCEPTED)


BOTH_ADDED = members_are("first", "second").entra(
    ms.MEMBERS_AT_ONCE,
    so="a user is missing from the group without an error: Entra does not read members, so it does not notice",
    fix="save the change in one transaction, or lock the group, instead of writing back what was read earlier",
)


@scenario(
    "SRV-SIM-02",
    "A user is changed twice at the same moment",
    Moment.UPDATE,
    needs=["changes:displayName", "changes:title"],
)
def changes_at_once(world: World) -> Scenario:
    """Two changes to one user arrive at the same moment, for example when a user is provisioned on demand while a cycle
    runs. The target must save both; it is not documented that Entra sends two at once. Before that, the harness reads
    two users at the same moment: each response must contain the requested user."""
    person = world.person()
    name, title = (renaming(world, person, "New", target) for target in ("displayName", "title"))
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            read_user("user"),
            _also(read_user("neighbour", key="read-neighbour")),
            patch_user(world.plain, [name], key="patch-name").expecting_only(ACCEPTED),
            _also(patch_user(world.plain, [title], key="patch-title").expecting_only(ACCEPTED)),
            read_back("user", *_both_saved(world, person, name, title)),
        ],
    )


def _both_saved(world: World, person: Person, *changes: Change) -> list[Check]:
    changed = {f"stored.{one.path}" for one in changes}
    saved = [check for check in holds_after(world, person, *changes) if check.key in changed]
    return [replace(one, level=Level.SHOULD, seen=Evidence.INFERRED) for one in saved]


@scenario("SRV-SIM-03", "A user is created twice at the same moment", Moment.CREATE)
def twins(world: World) -> Scenario:
    """Two applications of one tenant, or a cycle and an administrator on demand, create the same user at the same
    moment. userName is unique: afterwards there must be one account, and the other request must get 409. A target that
    refuses both must not have created any account."""
    person = world.person()
    one, other = (_create_once(world, person, name) for name in ("first", "second"))
    query = user_query("userName", value_of(world, person, "userName"))
    match = search("Users", "How many accounts are there?", query)
    found = answers_queries("Entra cannot tell whether the account exists")
    return Scenario([one, _also(other), match.expecting(found, ONE_ACCOUNT, CREATED_IS_FOUND)], spares=())


def _create_once(world: World, person: Person, name: str) -> Step:
    return create_named(world, person, name).expecting_only(CREATED_OR_CONFLICT).may_be_refused()


CREATED_OR_CONFLICT = status(201, 409).should(
    rfc7644("3.3"),
    so="Entra treats a 500 as a transient error",
    fix="return 409 when a unique constraint is violated",
)
ONE_ACCOUNT = not_several().must(
    rfc7643("4.1.1"),
    so="there are two accounts with the same name: Entra stops with DuplicateTargetEntries",
    fix="enforce a unique userName in the database, not only with a query beforehand",
)
CREATED_IS_FOUND = found_if_made("first", "second").must(
    rfc7644("3.4.2.2"), so="an account was created, and Entra does not find it", fix="return every created account"
)


@scenario("SRV-SIM-04", "Two groups change at the same moment", Moment.MEMBERS, needs=MEMBERS)
def groups_at_once(world: World) -> Scenario:
    """Two users join two different groups, and the two requests arrive at the same moment. Afterwards, each group must
    have the user of its own request, and not the other one. A target that stores the change or the group of a request
    where other requests find it mixes them; it is not documented that Entra sends two at once."""
    other_group = prepare_group(world, world.team(), "other", key="create-other").but(reusable=True)
    return Scenario(
        given=[*create_users(world, "first", "second"), some_group(world), other_group],
        steps=[
            add(world.plain, "first", key="add-first").expecting_only(ACCEPTED),
            _also(add(world.plain, "second", key="add-second", group="other").expecting_only(ACCEPTED)),
            read_members("group", _own_alone("first", "second"), key="read-members"),
            read_members("other", _own_alone("second", "first"), key="read-other"),
        ],
    )


def _own_alone(name: str, other: str) -> Check:
    return _own_member(name, other).must(
        rfc7644("3.5.2.1"),
        so="a user has the access of a group to which they do not belong, or lacks that of their own, without an error",
        fix="keep the group and the change of a request where no other request finds them, until both are saved",
    )


def _own_member(name: str, other: str) -> Obligation:
    """Check that the group has the user of its own request, and not that of the request for the other group."""

    def judge(view: View) -> str | None:
        if is_shown(view, other):
            return f"{{{other}}}, who joined the other group, is a member"
        return None if is_shown(view, name) else f"{{{name}}} is missing"

    owed = Owed(shows_members, (name,), strangers=(other,))
    return Obligation("own", f"{{{name}}} is a member, and {{{other}}} is not", judge, attribute="members", owed=owed)
