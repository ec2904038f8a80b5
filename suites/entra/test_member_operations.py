"""Member changes as Microsoft's validator sends them: replace all members, and add and remove in one request."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Dialect, member_values, patch_op
from scim_conformance.entra.membership import create_users, group_with
from scim_conformance.entra.requests import patch, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.members import members_are


@scenario(
    "ENT-GRP-17",
    "Add and remove the same member in one request",
    moment=Moment.MEMBERS,
    needs=["groups", "group:members"],
    validator=True,
)
@covers("P5")
def add_and_remove(world: World) -> Scenario:
    """A preview test of Microsoft's validator. The target must apply the operations in order (RFC 7644 section 3.5.2),
    so the user is not a member at the end."""
    operations = [
        {"op": "add", "path": "members", "value": member_values(["second"])},
        *Dialect.COMPLIANT.remove_members("second")["Operations"],
    ]
    step = patch("Groups", patch_op(operations), None, "group", key="add-and-remove", why="Add and remove a member")
    so = "a preview test of Microsoft's validator fails"
    left = members_are("first").should(ms.VALIDATOR, so=so, fix="apply the operations in order")
    return Scenario(
        given=[*group_with(world, world.plain, "first"), *create_users(world, "second")],
        steps=[step.but(checks=(status(200, 204).should(ms.VALIDATOR, so=so),)), read_members("group", left)],
    )


@scenario("ENT-GRP-18", "Replace all members", moment=Moment.MEMBERS, needs=["groups", "group:members"], validator=True)
@covers("G10 B93")
def replace_members(world: World) -> Scenario:
    """Microsoft's validator sets the members with `replace`; Entra was observed to do so when a target returned
    members despite the exclusion. Afterwards the group must have exactly the members in the request (RFC 7644
    section 3.5.2.3)."""
    operations = [{"op": "replace", "path": "members", "value": member_values(["second"])}]
    step = patch("Groups", patch_op(operations), None, "group", key="replace", why="Set the members")
    accepted = status(200, 204).entra(
        ms.VALIDATOR, so="two required tests of Microsoft's validator fail", fix="accept replace on members"
    )
    only = members_are("second").must(rfc7644("3.5.2.3"), so="a former member stays in the group")
    return Scenario(
        given=[*group_with(world, world.plain, "first"), *create_users(world, "second")],
        steps=[step.but(checks=(accepted,)), read_members("group", only)],
    )
