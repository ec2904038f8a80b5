"""Simultaneous requests: Entra processes many objects in a cycle; how many at once is not documented. The target may
refuse one of the requests (409, 412, 429, 503), and Entra retries it. If the target returns success, the change must
have happened."""

from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import answers_queries
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.expectations import holds, value_of
from scim_conformance.entra.membership import add, create_users, some_group
from scim_conformance.entra.requests import create_user, patch_user, read_back, read_members, read_user, search
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import found_if_made, not_several
from scim_conformance.scenario.obligations.members import members_are
from scim_conformance.scenario.steps import Step


def _accepted() -> Check:
    so = "the change fails, and Entra retries it hours later"
    fix = "process the second request after the first, or return 409 or 503 rather than fail"
    return status(200, 204).should(ms.RATE, so=so, fix=fix).known_as(Evidence.INFERRED)


def _also(step: Step) -> Step:
    return step.but(with_previous=True)


@scenario(
    "SRV-SIM-01", "Members are added at the same moment", moment=Moment.MEMBERS, needs=["groups", "group:members"]
)
def members_at_once(world: World) -> Scenario:
    """Two users join a group, and Entra's two requests arrive at the same moment. A target that reads the group, adds a
    member and writes the group back loses one of them. Entra never reads members, so it never restores the lost one."""
    both = members_are("first", "second").entra(
        ms.MEMBERS_AT_ONCE,
        so="a user is missing from the group without an error: Entra does not read members, so it does not notice",
        fix="save the change in one transaction, or lock the group, instead of writing back what was read earlier",
    )
    adds = [add(world.plain, name, key=f"add-{name}") for name in ("first", "second")]
    one, other = (step.but(checks=(_accepted(),), owner=None) for step in adds)
    return Scenario(
        given=[*create_users(world, "first", "second"), some_group(world)],
        steps=[one, _also(other), read_members("group", both)],
    )


@scenario(
    "SRV-SIM-02",
    "A user is changed twice at the same moment",
    moment=Moment.UPDATE,
    needs=["changes:displayName", "changes:title"],
)
def changes_at_once(world: World) -> Scenario:
    """Two changes to one user arrive at the same moment, for example when a user is provisioned on demand while a cycle
    runs. The target must save both; it is not documented that Entra sends two at once. Before that, the harness reads
    two users at the same moment: each response must contain the requested user."""
    person = world.person()
    new = {name: world.renamed("New", value_of(world, person, name)) for name in ("displayName", "title")}
    changes = [
        patch_user(world.plain, [Change(name, value)], key=key)
        for key, (name, value) in zip(("patch-name", "patch-title"), new.items(), strict=True)
    ]
    one, other = (step.but(checks=(_accepted(),)) for step in changes)
    kept = [check for check in holds(world, person, but=new) if check.key in {"stored.displayName", "stored.title"}]
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            read_user("user"),
            _also(read_user("neighbour", key="read-neighbour")),
            one,
            _also(other),
            read_back("user", *(replace(one, level=Level.SHOULD, seen=Evidence.INFERRED) for one in kept)),
        ],
    )


@scenario("SRV-SIM-03", "A user is created twice at the same moment", moment=Moment.CREATE)
def twins(world: World) -> Scenario:
    """Two applications of one tenant, or a cycle and an administrator on demand, create the same user at the same
    moment. userName is unique: afterwards there must be one account, and the other request must get 409. A target that
    refuses both must not have created any account."""
    person = world.person()
    name = value_of(world, person, "userName")
    conflict = status(201, 409).should(
        rfc7644("3.3"),
        so="Entra treats a 500 as a transient error",
        fix="return 409 when a unique constraint is violated",
    )
    one, other = (create_user(world, person, key, key=f"create-{key}") for key in ("first", "second"))
    only = not_several().must(
        rfc7643("4.1.1"),
        so="there are two accounts with the same name: Entra stops with DuplicateTargetEntries",
        fix="enforce a unique userName in the database, not only with a query beforehand",
    )
    there = found_if_made("first", "second").must(
        rfc7644("3.4.2.2"), so="an account was created, and Entra does not find it", fix="return every created account"
    )
    query = user_query("userName", name)
    match = search("Users", "How many accounts are there?", query)
    return Scenario(
        steps=[
            one.but(checks=(conflict,), owner=None, continue_on_failure=True),
            _also(other.but(checks=(conflict,), owner=None, continue_on_failure=True)),
            match.expecting(answers_queries("Entra cannot tell whether the account exists"), only, there),
        ],
        spares=(),
    )
