"""Groups: created without members, then changed by PATCH, and always read without members."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.membership import add, create_users, exactly, group_with, members
from scim_conformance.entra.people import TEAM_NAMES, Team
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import (
    UNFILTERED_GROUPS,
    answers_queries,
    create_group,
    create_user,
    delete,
    group_gone,
    match_group,
    patch,
    prepare_group,
    read_back,
    read_group,
    read_members,
)
from scim_conformance.entra.world import World, group_query, user_query
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import found_only, has_id, list_of, members_are, no_members, status, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import filters, paths
from scim_conformance.scim.urlencode import dotnet_quote

UNESCAPE = 'percent-decode the query once; within the value \\" is a quote, \\\\ a backslash, an apostrophe itself'

NAME, EXTERNAL_ID = paths.parse("displayName"), paths.parse("externalId")


@scenario(
    "ENT-GRP-01",
    "Create a group",
    moment=Moment.GROUPS,
    needs=["groups"],
    covers="G3 G4 G6 L8 L19 M1 M3 M4 M25 B25 B43 B49",
)
def create(world: World) -> Scenario:
    """Nothing is found, so Entra POSTs the group without members, with Microsoft's own schema URN beside the core one.
    That URN must be tolerated. Then it reads and matches the group, without members."""
    team = world.team()
    so = "Entra finds a difference in every cycle"
    external = stored(EXTERNAL_ID, str(team.attributes["objectId"]), exact=True).entra(ms.EXTERNAL_ID, so=so)
    return Scenario(
        [
            match_group(world, team, None, key="match-before"),
            create_group(world, team),
            read_group("group", stored(NAME, team.display_name).must(rfc7643("4.2"), so=so), external),
            match_group(world, team, "group"),
        ],
        spares=("Group",),
    )


@scenario(
    "ENT-GRP-02",
    "The group's name in other letter case finds it",
    moment=Moment.GROUPS,
    needs=["groups"],
    covers="G5 B21",
)
def other_case(world: World) -> Scenario:
    """displayName is not case-sensitive; Microsoft's validator asks in the opposite case and wants the same group."""
    team = world.team()
    query = group_query(world.group_match, team.display_name.swapcase())
    step = Step("match", "GET", "/Groups", "Match in other letter case", query, settles=True, after=UNFILTERED_GROUPS)
    found = found_only("group").must(
        rfc7643("8.7.1"), so="the group is created a second time", fix="compare displayName without regard to case"
    )
    return Scenario(
        given=[prepare_group(world, team)],
        steps=[step.expecting(answers_queries("the group is not found"), found)],
        spares=("Group",),
    )


@scenario(
    "ENT-GRP-03", "Members are left out when asked", moment=Moment.GROUPS, needs=["groups"], covers="G1 G2 M5 B37 B38"
)
def excluded(world: World) -> Scenario:
    """Entra reads groups with `excludedAttributes=members`, by id and by filter. A target that returns members all the
    same was seen to make Entra send `replace members` with only the changed member: the others lose the group. Whoever
    asks without the exclusion right afterwards gets them: what a cache holds belongs to the whole URL."""
    team = world.team()
    shown = members_are("user").must(
        rfc7643("8.7.1"), so="who asks for the members is given none", fix="keep the query apart in the cache's key"
    )
    hidden = no_members().entra(
        ms.MEMBERS_RETURNED,
        so="Entra replaces all members by the one that changed: everybody else loses the group",
        fix="honour excludedAttributes=members, for GET by id and for filters",
    )
    return Scenario(
        given=[*create_users(world, "user"), prepare_group(world, team), add(Dialect.COMPLIANT, "user")],
        steps=[
            read_group("group", hidden),
            match_group(world, team, "group").expecting(hidden),
            read_members("group", shown, key="read-included"),
        ],
    )


@scenario(
    "ENT-GRP-04",
    "Members are returned when not left out",
    moment=Moment.GROUPS,
    needs=["groups"],
    covers="L11 M20 B37b B39",
)
def included(world: World) -> Scenario:
    """`members` is returned by default (RFC 7643 section 8.7.1). Microsoft's Logic App tests read the group without
    the exclusion to see whether a member arrived. Older documentation also lets Entra ask whether the group has this
    member; no recent log has that query, so that a target without it is only advised."""
    team = world.team()
    shown = members_are("user").must(
        rfc7643("8.7.1"), so="Microsoft's tests and every reader take the group for empty", fix="return members"
    )
    query = "filter=" + dotnet_quote(filters.both('id eq "@"', 'members eq "#"')) + "&attributes=id"
    query = query.replace("%40", "{group}").replace("%23", "{user}")
    check = Step("check", "GET", "/Groups", "Has this group this member?", query, settles=True)
    so = "older jobs of Entra fail on the membership"
    listing = "Group_Update_Add_Member_Test of Microsoft's Logic App fails"
    by_name = user_query("displayName", team.display_name)
    listed = Step("list", "GET", "/Groups", "Find it, members included", by_name, by=Sender.HARNESS, settles=True)
    listed = listed.but(after=UNFILTERED_GROUPS)
    included_in_list = members_are("user").should(ms.MEMBERS_NEVER, so=listing, fix="return members in lists too")
    answered = status(200).should(ms.REFERENCE_QUERY, so=so, fix="support and, and eq on members")
    return Scenario(
        given=[*create_users(world, "user"), prepare_group(world, team), add(Dialect.COMPLIANT, "user")],
        steps=[
            read_members("group", shown),
            listed.expecting(
                status(200).should(ms.LOGIC_APP, so=listing),
                found_only("group").should(ms.LOGIC_APP, so=listing, fix="filter groups by displayName"),
                included_in_list,
            ),
            check.expecting(
                answered.known_as(Evidence.INFERRED),
                list_of("group").should(ms.REFERENCE_QUERY, so=so).known_as(Evidence.INFERRED),
            ),
        ],
    )


@scenario(
    "ENT-GRP-08", "Rename a group", moment=Moment.GROUPS, needs=["groups"], dialects=True, covers="G9 L9 L20 M2 B24 B91"
)
def rename(world: World, dialect: Dialect) -> Scenario:
    """The group gets another name. Its members were not sent: they stay. The new name is found, the old one is not."""
    team = world.team()
    new = team.with_(displayName="New " + team.display_name)
    body = dialect.body([Change("displayName", new.display_name)])
    named = stored(NAME, new.display_name).must(rfc7644("3.5.2"), so="the old name stays")
    kept = replace(exactly("user"), citation=ms.RENAME_EMPTIES, so="a rename empties the group")
    old = (f"ENT-GRP-08/{dialect}#read-members.{named.key}",)
    explained = {key: (*old, *found) for key, found in UNFILTERED_GROUPS.items()}
    return Scenario(
        given=[*create_users(world, "user"), prepare_group(world, team), add(dialect, "user")],
        steps=[
            patch("Groups", body, dialect, "group", key="rename", why="Rename the group"),
            read_members("group", named, kept),
            *world.once(
                dialect,
                match_group(world, new, "group", key="match-new").but(after=explained),
                match_group(world, team, None, key="match-old").but(after=explained),
            ),
        ],
    )


@scenario(
    "ENT-GRP-09",
    "Change a group's externalId",
    moment=Moment.GROUPS,
    needs=["groups"],
    dialects=True,
    covers="G8 L20 B49",
)
def external_id(world: World, dialect: Dialect) -> Scenario:
    """The group is linked to another object of Entra's: externalId is PATCHed. Members and name stay."""
    new = world.guid()
    body = dialect.body([Change("externalId", new)])
    linked = stored(EXTERNAL_ID, new, exact=True).entra(ms.EXTERNAL_ID, so="Entra sends it again in every cycle")
    renamed = {"members": (f"ENT-GRP-08/{dialect}#read-members.members",)}
    return Scenario(
        given=group_with(world, dialect, "user"),
        steps=[
            patch("Groups", body, dialect, "group", key="link", why="Change externalId"),
            read_members("group", linked, exactly("user")).but(after=renamed),
        ],
    )


@scenario("ENT-GRP-14", "Delete a group", moment=Moment.GROUPS, needs=["groups"], covers="G12 P6 P7 L10 L14 B102 B106")
def delete_group(world: World) -> Scenario:
    """The group is unassigned or deleted in Entra: DELETE. It is gone, its members keep their accounts, other groups
    stay, and a group of the same name can be created."""
    team = world.team()
    again = create_group(world, team, "again", key="create-again").but(owner=None, go_on=True)
    accepted = status(201).entra(
        ms.TOMBSTONE, so="a group that was assigned again never comes back", fix="free the name of a deleted group"
    )
    return Scenario(
        given=[create_user(world, world.person()), prepare_group(world, team), add(Dialect.COMPLIANT, "user")],
        steps=[
            delete("Groups", "group", owner="ENT-GRP-14"),
            group_gone("group"),
            read_back("user", key="read-member"),
            members("neighbour", group="neighbour_group", key="read-neighbour"),
            match_group(world, team, None, key="match-after"),
            _not_there("group", "delete-again"),
            _not_there("ghost", "delete-unknown"),
            replace(again, checks=(accepted, has_id().must(rfc7644("3.3"), so="Entra cannot link the group"))),
        ],
    )


def _not_there(name: str, key: str) -> Step:
    missing = status(404).should(ms.VALIDATOR, so="a preview test of Microsoft's validator fails", fix="answer 404")
    step = delete("Groups", name).named(key).but(owner=None, go_on=True, why="Delete a group that is not there")
    return replace(step, checks=(missing,))


def _without_accents(world: World, team: Team) -> Step:
    """Ask for the name without its accents, which a collation of the database may take for the same."""
    apart = unicodedata.normalize("NFD", team.display_name)
    bare = team.with_(displayName="".join(one for one in apart if not unicodedata.combining(one)))
    step = match_group(world, bare, None, key="match-bare").but(why="Match without the accents")
    fix = "compare with a collation that tells accents apart: eq wants the same value but for letter case"
    return step.fixed_by(fix)


def _names(_: Profile) -> Iterable[tuple[str, Callable[[str], str]]]:
    return TEAM_NAMES.items()


@scenario(
    "ENT-GRP-15",
    "A group's name with unusual characters",
    moment=Moment.GROUPS,
    needs=["groups"],
    rows=_names,
    covers="B31",
)
def characters(world: World, change: Callable[[str], str]) -> Scenario:
    """Groups are matched by their names, which hold ampersands, quotes, slashes and other scripts. A quote travels as
    `\\"` within the filter, a plus sign as `%2b`. The match must find exactly this group."""
    plain = world.team()
    team = plain.with_(displayName=change(plain.display_name))
    named = stored(NAME, team.display_name).entra(ms.TUTORIAL, so="Entra renames the group in every cycle")
    made = create_group(world, team).but(after={"status": ("ENT-GRP-01#create.status",)})
    made = made.fixed_by("answer 201 with the id: a displayName is any text")
    steps = [made, match_group(world, team, "group").expecting(named).fixed_by(UNESCAPE)]
    if change is TEAM_NAMES["non-latin"]:
        steps.append(_without_accents(world, team))
    is_long = len(team.display_name) > len(plain.display_name) + 50
    return Scenario([step.advised() for step in steps] if is_long else steps, spares=("Group",))


@scenario(
    "ENT-GRP-16",
    "A second group of the same name",
    moment=Moment.GROUPS,
    needs=["groups"],
    validator=True,
    covers="G7 M24 B101",
)
def duplicate(world: World) -> Scenario:
    """Microsoft asks for unique group names, and its validator POSTs the same group again and wants 409. Entra itself
    matches first. RFC 7643 does not ask for unique names, so a second group is legal: advice."""
    team = world.team()
    again = prepare_group(world, team, "second", key="create-again").but(owner=None, takes={}, go_on=True)
    conflict = status(409).should(
        ms.VALIDATOR, so="a required test of Microsoft's validator fails", fix="keep displayName unique, answer 409"
    )
    return Scenario(given=[prepare_group(world, team)], steps=[replace(again, checks=(conflict,))], spares=("Group",))
