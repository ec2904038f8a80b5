"""Member changes as Microsoft's validator sends them: replace all members, and add and remove in one request."""

from collections.abc import Sequence
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Dialect, member_values, patch_op
from scim_conformance.entra.membership import create_users, group_with, some_group
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.requests import patch, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.members import members_are
from scim_conformance.scenario.steps import Step


@scenario("ENT-GRP-17", "Add and remove the same member in one request", Moment.MEMBERS, needs=MEMBERS, validator=True)
@covers("P5")
def add_and_remove(world: World) -> Scenario:
    """A preview test of Microsoft's validator adds and removes a user in one request. The target must apply the
    operations in order (RFC 7644 section 3.5.2), so the user is not a member at the end. The harness sends another pair
    with it, the other way round: a member who is removed and then added stays a member."""
    pairs = [*_added("second"), *_removed("second"), *_removed("first"), *_added("first")]
    step = _patch_members(pairs, key="add-and-remove", why="Add and remove a member, and the other way round")
    return Scenario(
        given=[*group_with(world, world.plain, "first"), *create_users(world, "second")],
        steps=[step.expecting_only(PREVIEW_ACCEPTED), read_members("group", IN_ORDER)],
    )


def _added(name: str) -> list[dict[str, Any]]:
    return [{"op": "add", "path": "members", "value": member_values([name])}]


def _removed(name: str) -> list[dict[str, Any]]:
    operations: list[dict[str, Any]] = Dialect.COMPLIANT.remove_members(name)["Operations"]
    return operations


PREVIEW_FAILS = "a preview test of Microsoft's validator fails"
PREVIEW_ACCEPTED = status(200, 204).should(ms.VALIDATOR, so=PREVIEW_FAILS)
IN_ORDER = members_are("first").should(ms.VALIDATOR, so=PREVIEW_FAILS, fix="apply the operations in order")


def _patch_members(operations: Sequence[dict[str, Any]], *, key: str, why: str) -> Step:
    return patch("Groups", patch_op(operations), None, "group", key=key, why=why)


@scenario("ENT-GRP-18", "Replace all members", Moment.MEMBERS, needs=MEMBERS, validator=True)
@covers("G10 B93")
def replace_members(world: World) -> Scenario:
    """Microsoft's validator sets the members with `replace`; Entra was observed to do so when a target returned
    members despite the exclusion. Afterwards the group must have exactly the members in the request (RFC 7644
    section 3.5.2.3). The first members of a group may be set in the same way."""
    return Scenario(
        given=[*create_users(world, "first", "second"), some_group(world)],
        steps=[_set_member("first", key="set"), _set_member("second"), read_members("group", ONLY_THE_SECOND)],
    )


def _set_member(name: str, key: str = "replace") -> Step:
    replaced = {"op": "replace", "path": "members", "value": member_values([name])}
    return _patch_members([replaced], key=key, why="Set the members").expecting_only(REPLACE_ACCEPTED)


REPLACE_ACCEPTED = status(200, 204).entra(
    ms.VALIDATOR, so="two required tests of Microsoft's validator fail", fix="accept replace on members"
)
ONLY_THE_SECOND = members_are("second").must(
    rfc7644("3.5.2.3"),
    so="a former member stays in the group, or a new one lacks it",
    fix="set the members to those of the request, whether or not the group has any",
)
