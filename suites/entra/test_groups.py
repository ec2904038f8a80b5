"""Groups: created without members, found by name, and always read without members."""

from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import LOCATED, LOCATED_HERE, LOCATED_ITSELF, answers_queries
from scim_conformance.entra.directory.people import Team
from scim_conformance.entra.finding import found
from scim_conformance.entra.group_expectations import group_holds, group_value_of
from scim_conformance.entra.matching import match_no_group
from scim_conformance.entra.membership import (
    add,
    create_users,
)
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.requests import (
    create_group,
    match_group,
    prepare_group,
    read_group,
    read_members,
    search,
)
from scim_conformance.entra.visibility import member_query
from scim_conformance.entra.world import World, group_query, user_query
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import found_only, list_of, nobody_or_refused
from scim_conformance.scenario.obligations.members import members_are, members_shown, no_members
from scim_conformance.scenario.steps import Step


@scenario("ENT-GRP-01", "Create a group", Moment.GROUPS, needs=["groups"], plainest=True)
@covers("G4 L8 L19 M1 M3 M4 M25 B25 B43 B49")
def create(world: World) -> Scenario:
    """The match finds no group, so Entra POSTs it without members, with Microsoft's own schema URN in addition to the
    core one. The target must accept that URN: the tutorial of 2026 shows it, although no capture since 2023 does. Entra
    then reads and matches the group, without members."""
    team = world.team()
    steps = [
        match_no_group(world, team, "before"),
        create_group(world, team).expecting(LOCATED, LOCATED_HERE, LOCATED_ITSELF),
        read_group("group", *group_holds(world, team), LOCATED_ITSELF),
        match_group(world, team, "group").expecting(LOCATED_ITSELF),
    ]
    return Scenario(steps, spares=("Group",))


@scenario("ENT-GRP-02", "A group name in different letter case finds the group", Moment.GROUPS, needs=["groups"])
@covers("G5 B21")
def other_case(world: World) -> Scenario:
    """displayName is not case-sensitive; this is the default for attributes (RFC 7643 section 2.2). Microsoft's
    validator queries the name in the opposite case and expects the same group."""
    team = world.team()
    match = _match_in_other_case(world, team)
    return Scenario(given=[prepare_group(world, team)], steps=[match], spares=("Group",))


def _match_in_other_case(world: World, team: Team) -> Step:
    rule, value = world.group_rule(team), world.group_value(team)
    other_letters = value.swapcase() if isinstance(value, str) else value
    query = group_query(rule.target, other_letters)
    step = search("Groups", "Match in different letter case", query).but(asks=("letter-case",))
    return step.expecting(answers_queries("the group is not found"), _same_group(world, rule, other_letters))


def _same_group(world: World, rule: AttributeMapping, other_letters: Any) -> Check:
    if payload.case_exact(rule.path):
        # A name that differs only in letter case is another group.
        so, fix = "Entra links the wrong group", "compare the value exactly"
        return nobody_or_refused().should(rfc7643("3.1"), so=so, fix=fix)
    same = found(world, rule.path, other_letters, "group", what="group")
    if rule.kind != "String":
        return same
    so, fix = "the group is created a second time", f"compare {rule.target} without regard to case"
    return replace(same, citation=rfc7643("2.2"), so=so, fix=fix)


@scenario("ENT-GRP-03", "Members are excluded on request", Moment.GROUPS, needs=MEMBERS)
@covers("G1 G2 M5 B37 B38")
def excluded(world: World) -> Scenario:
    """Entra reads groups with `excludedAttributes=members`, by id and by filter. When a target returned members anyway,
    Entra was observed to send `replace members` with only the changed member, so the others lost the group. A read
    without the exclusion right afterwards must return the members: a cache must use the whole URL as its key."""
    team = world.team()
    return Scenario(
        given=[*create_users(world, "user"), prepare_group(world, team), add(world.plain, "user")],
        steps=[
            read_group("group", MEMBERS_EXCLUDED),
            match_group(world, team, "group").expecting(MEMBERS_EXCLUDED),
            read_members("group", MEMBERS_INCLUDED, key="read-included"),
        ],
    )


MEMBERS_EXCLUDED = no_members().entra(
    ms.MEMBERS_RETURNED,
    so="Entra replaces all members with the one that changed, and everyone else loses the group",
    fix="support excludedAttributes=members, for GET by id and for filters",
)
MEMBERS_INCLUDED = members_are("user").must(
    rfc7644("3.9"), so="a client that requests the members gets none", fix="include the query in the cache key"
)


@scenario("ENT-GRP-04", "Members are returned unless excluded", Moment.GROUPS, needs=MEMBERS)
@covers("L11 M20 B37b B39")
def included(world: World) -> Scenario:
    """An attribute is returned by default unless its schema says otherwise (RFC 7643 section 7). A target that hides
    members is checked in other ways. Microsoft's Logic App tests for the gallery find the group by name, without the
    exclusion, to check whether a member was added; the overview of the same tests says that they read Entra's
    provisioning log instead. Older documentation also describes a query for whether a group has a given member. No
    recent log contains that query, so a target without it gets only advice."""
    team = world.team()
    return Scenario(
        given=[*create_users(world, "user"), prepare_group(world, team), add(world.plain, "user")],
        steps=[
            read_members("group", RETURNED_BY_DEFAULT),
            _find_with_members(world, team),
            _ask_for_member("check", member_query("group", "user")),
            _ask_for_member("check-swapped", member_query("group", "user", swapped=True)),
        ],
    )


RETURNED_BY_DEFAULT = members_are("user").must(
    rfc7643("7"), so="Microsoft's tests and every client see the group as empty", fix="return members"
)


def _find_with_members(world: World, team: Team) -> Step:
    """Find the group by its name without excluding the members, as Microsoft's Logic App does."""
    query = user_query("displayName", group_value_of(world, team, "displayName"))
    step = search("Groups", "Find the group, including members", query, key="list", by=Sender.HARNESS)
    asked = (
        (status(200), "support a filter by displayName"),
        (found_only("group"), "filter groups by displayName"),
        (members_shown("user"), "return members in lists too"),
    )
    so = "Group_Update_Add_Member_Test of Microsoft's Logic App fails"
    checks = [world.demanded(one, ms.LOGIC_APP, by="gallery", so=so, fix=fix) for one, fix in asked]
    return step.expecting(*checks)


def _ask_for_member(key: str, query: str) -> Step:
    """Query whether the group has a member, as older Entra jobs do; the two parts may come in either order."""
    step = search("Groups", "Does this group have this member?", query, key=key)
    so, fix = "older Entra jobs fail to set the membership", "support and, and eq on members"
    return step.expecting(
        # One thing to fix, in whichever order the parts come.
        replace(status(200), cause="query.member")
        .should(ms.REFERENCE_QUERY, so=so, fix=fix)
        .known_as(Evidence.INFERRED),
        list_of("group").should(ms.REFERENCE_QUERY, so=so).known_as(Evidence.INFERRED),
    )
