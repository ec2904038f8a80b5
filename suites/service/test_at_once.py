"""Several requests at the same moment: Entra works on many objects in a cycle, and how many at once is not documented.

What a target may do with them is open: it may refuse one (409, 412, 429, 503), and Entra comes back to it. What it
answered with success must have happened.
"""

from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.expectations import holds, value_of
from scim_conformance.entra.membership import add, create_users, some_group
from scim_conformance.entra.steps import answers_queries, create_user, patch_user, read_back, read_members, read_user
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import found_one, members_are, status
from scim_conformance.scenario.steps import Step


def _accepted() -> Check:
    so = "Entra sends it again in a later cycle"
    fix = "let the second wait for the first, or answer 409 or 503 rather than fail"
    return status(200, 204).should(ms.RATE, so=so, fix=fix).known_as(Evidence.INFERRED)


def _also(step: Step) -> Step:
    return replace(step, at_once=True)


@scenario("SRV-SIM-01", "Members are added at the same moment", moment=Moment.MEMBERS, needs=["groups"])
def members_at_once(world: World) -> Scenario:
    """Two people join a group, and Entra's two requests arrive at the same moment. A target that reads the group, adds
    a member and writes it back loses one of them; Entra never reads members, so nothing brings them back."""
    both = members_are("first", "second").entra(
        ms.MEMBERS_LOCAL,
        so="somebody silently lacks the group, for ever",
        fix="write the change in one transaction, or lock the group, rather than write back what was read",
    )
    adds = [add(Dialect.COMPLIANT, name, key=f"add-{name}") for name in ("first", "second")]
    one, other = (replace(step, checks=(_accepted(),), owner=None) for step in adds)
    return Scenario(
        given=[*create_users(world, "first", "second"), some_group(world)],
        steps=[one, _also(other), read_members("group", both.known_as(Evidence.INFERRED))],
    )


@scenario(
    "SRV-SIM-02",
    "A user is changed twice at the same moment",
    moment=Moment.UPDATE,
    needs=["displayName", "title"],
)
def changes_at_once(world: World) -> Scenario:
    """Two changes of one user arrive at the same moment, as when somebody is provisioned on demand while a cycle runs.
    Both are kept. Before them two users are read at the same moment: neither gets the other's answer."""
    person = world.person()
    new = {name: f"New {value_of(world, person, name)}" for name in ("displayName", "title")}
    changes = [
        patch_user(Dialect.COMPLIANT, [Change(name, value)], key=key)
        for key, (name, value) in zip(("patch-name", "patch-title"), new.items(), strict=True)
    ]
    one, other = (replace(step, checks=(_accepted(),)) for step in changes)
    kept = [check for check in holds(world, person, but=new) if check.key in {"stored.displayName", "stored.title"}]
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            read_user("user"),
            _also(read_user("neighbour", key="read-neighbour")),
            one,
            _also(other),
            read_back("user", *(check.known_as(Evidence.INFERRED) for check in kept)),
        ],
    )


@scenario("SRV-SIM-03", "A user is created twice at the same moment", moment=Moment.CREATE)
def twins(world: World) -> Scenario:
    """Two applications of one tenant, or a cycle and an administrator on demand, create the same person at the same
    moment. userName is unique: there is one account afterwards, and the other request is told so with 409."""
    person = world.person()
    name = value_of(world, person, "userName")
    conflict = status(201, 409).should(
        rfc7644("3.3"), so="Entra takes a 500 for a passing fault", fix="answer a broken unique constraint with 409"
    )
    one, other = (create_user(world, person, key, key=f"create-{key}") for key in ("first", "second"))
    only = found_one().must(
        rfc7643("4.1.1"),
        so="there are two accounts of one name: Entra stops with DuplicateTargetEntries",
        fix="keep userName unique in the database, and not only by looking first",
    )
    query = user_query("userName", name)
    match = Step("match", "GET", "/Users", "How many accounts are there?", query, settles=True)
    return Scenario(
        steps=[
            replace(one, checks=(conflict,), owner=None, go_on=True),
            _also(replace(other, checks=(conflict,), owner=None, go_on=True)),
            match.expecting(answers_queries("Entra cannot tell whether the account exists"), only),
        ],
        spares=(),
    )
