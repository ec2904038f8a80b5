"""Groups that are created with an empty list of members."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.group_expectations import group_holds
from scim_conformance.entra.membership import add, altered_by_members, create_users
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.requests import create_group, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.members import members_are


@scenario("ENT-GRP-21", "Create a group with an empty list of members", Moment.GROUPS, needs=MEMBERS)
def empty_members(world: World) -> Scenario:
    """Microsoft's onboarding bot was seen to create groups with `"members": []`; the service itself is documented to
    send no members. An empty list means that there are none (RFC 7643 section 2.5): the group is like any other, and
    users can be added to it. Refusing the list is a warning; a group that does not keep its name or its members is a
    deviation."""
    team = world.team()
    made = create_group(world, team)
    return Scenario(
        given=create_users(world, "first"),
        steps=[
            made.but(body={**made.body, "members": []}).expecting_instead(EMPTY_TAKEN),
            add(world.plain, "first"),
            read_members("group", *group_holds(world, team), MEMBER_KEPT).explained_by(altered_by_members(world)),
        ],
    )


EMPTY_TAKEN = status(201).should(
    ms.EMPTY_MEMBERS, so="groups are not created where the list is sent", fix="accept an empty list of members"
)
MEMBER_KEPT = members_are("first").must(
    rfc7644("3.5.2.1"), so="users never become members of a group that was created empty", fix="add the named members"
)
