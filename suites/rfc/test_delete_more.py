"""DELETE: groups that users list, and parameters (RFC 7644 section 3.6)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc.obligations import refused_or, says
from scim_conformance.rfc.requests import create, create_group, delete, read
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scim.paths import elements, member

UNLISTED = must(
    "7644-3.6-f", so="clients take the user for a member", fix="remove a deleted group from its users' groups"
)


@scenario("RFC-DEL-04", "A deleted group is in no list of groups", Moment.GROUPS, needs=["groups"])
@covers("7644-3.6-f")
def left_group(world: World) -> Scenario:
    """A user lists the group that contains the user. After the group was deleted, it is listed no more. A target that
    does not return groups of users is not judged."""
    known = _lists("group").should(
        rfc7643("4.1.2"), so="this row is not tested: users do not list their groups", fix="nothing, if on purpose"
    )
    shown = read("user", known.vital(), key="shown").but(optional=True, lacking="users do not list their groups")
    group = create_group(world, members=[{"value": Var("user")}])
    step = read("user", UNLISTED(status(200)), UNLISTED(_lists_not("group")))
    seen = read("group", key="seen", kind="Groups")
    return Scenario([step], given=[create(world, world.person()), group, seen, shown, delete("group", kind="Groups")])


def _ids(view: View) -> list[str]:
    return [str(member(one, "value")) for one in elements(member(view.body, "groups"))]


def _lists(name: str) -> Obligation:
    def judge(view: View) -> str | None:
        return None if view.bindings.get(name) in _ids(view) else f"{len(_ids(view))} groups"

    return says("lists", "the group of the user in groups", judge)


def _lists_not(name: str) -> Obligation:
    def judge(view: View) -> str | None:
        return "the deleted group is listed" if view.bindings.get(name) in _ids(view) else None

    return says("unlisted", "groups without the deleted group", judge)


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
