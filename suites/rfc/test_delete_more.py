"""DELETE: groups that users list, and parameters (RFC 7644 section 3.6)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc.bodies import values_of
from scim_conformance.rfc.obligations import refused_or, says
from scim_conformance.rfc.requests import create, create_group, delete, read
from scim_conformance.rfc.rows import must, prerequisite, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

UNLISTED = must(
    "7644-3.6-f", so="clients treat the user as a member", fix="remove a deleted group from its users' groups"
)


@scenario("RFC-DEL-04", "A deleted group is in no list of groups", Moment.GROUPS, needs=["groups"])
@covers("7644-3.6-f")
def left_group(world: World) -> Scenario:
    """A user lists the group that contains the user. After the group was deleted, it is listed no more. A target that
    does not return groups of users is not judged."""
    lacking = "users do not list their groups"
    known = prerequisite(_lists("group"), rfc7643("4.1.2"), lacking)
    shown = read("user", known, key="shown").but(optional=True, lacking=lacking)
    group = create_group(world, members=[{"value": Var("user")}])
    step = read("user", UNLISTED(status(200)), UNLISTED(_lists_not("group")))
    seen = read("group", key="seen", kind="Groups")
    return Scenario([step], given=[create(world, world.person()), group, seen, shown, delete("group", kind="Groups")])


def _lists(name: str) -> Obligation:
    def judge(view: View) -> str | None:
        found = values_of(view.body, "groups")
        return None if view.bindings.get(name) in found else f"{len(found)} groups"

    return says("lists", "the group of the user in groups", judge)


def _lists_not(name: str) -> Obligation:
    def judge(view: View) -> str | None:
        return "the deleted group is listed" if view.bindings.get(name) in values_of(view.body, "groups") else None

    return says("unlisted", "groups without the deleted group", judge)


GONE = must("7644-3.6-b", so="a deleted group keeps its members' access", fix="return 404 for what was deleted")
DELETED = must("7644-3.6-a", so="clients cannot tell that the group is deleted", fix="return 204 without a body")


@scenario("RFC-DEL-06", "A deleted group is gone", Moment.GROUPS, needs=["groups"])
@covers("7644-3.6-a 7644-3.6-b")
def group_gone(world: World) -> Scenario:
    """DELETE of a group with a member returns 204. Afterwards, the group is not found by its id, and cannot be deleted
    again."""
    group = create_group(world, members=[{"value": Var("user")}])
    gone = GONE(refused_or(404))
    steps = [
        delete("group", kind="Groups").expecting(DELETED(status(204))),
        read("group", gone, kind="Groups"),
        delete("group", kind="Groups", key="delete-again").expecting(gone).may_be_refused(),
    ]
    return Scenario(steps, given=[create(world, world.person()), group], spares=("User",))


PLAIN = should("7644-3.6-i", so="a client that adds a parameter cannot delete", fix="ignore unknown parameters")


@scenario("RFC-DEL-05", "A parameter does not stop a deletion", Moment.DELETE)
@covers("7644-3.6-i")
def with_parameter(world: World) -> Scenario:
    """DELETE with a parameter that the RFC does not define deletes the user: advice."""
    steps = [
        delete().but(query="sct=1").expecting(PLAIN(status(204))).may_be_refused(),
        read("user", PLAIN(refused_or(404))),
    ]
    return Scenario(steps, given=[create(world, world.person())], spares=())
