"""Group names: unusual characters, accented letters, and a name that already exists."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.directory.people import TEAM_NAMES, Team
from scim_conformance.entra.explained import GROUP_REFUSED_AT_ALL
from scim_conformance.entra.group_expectations import group_value_of
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_group, match_group, prepare_group
from scim_conformance.entra.world import World, group_stays_named
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import another_than
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths


def _names(profile: Profile) -> Iterable[tuple[str, Callable[[str], str]]]:
    for name, change in TEAM_NAMES.items():
        if name != "digits" or group_stays_named(profile, change):
            yield name, change


@scenario("ENT-GRP-15", "A group name with unusual characters", Moment.GROUPS, needs=["groups"], rows=_names)
@covers("B31")
def characters(world: World, change: Callable[[str], str]) -> Scenario:
    """Groups are matched by name, and names contain ampersands, quotes, slashes and other scripts, words such as `and`
    and `eq`, parentheses, and periods; some are numbers with leading zeros. In the filter, a quote is sent as `\\"`, a
    plus sign as `%2b`, and two spaces stay two spaces. The match must find exactly this group."""
    plain = world.team()
    team = plain.with_(displayName=change(plain.display_name))
    steps = [_create_named(world, team), _match_named(world, team)]
    if change is TEAM_NAMES["non-latin"] and world.group_rule(team).target.lower() == "displayname":
        steps.append(_match_without_accents(world, team))
    is_long = change is TEAM_NAMES["long"]
    return Scenario([step.as_advice() for step in steps] if is_long else steps, spares=("Group",))


def _create_named(world: World, team: Team) -> Step:
    return create_group(world, team).but(fix="return 201 with the id: displayName may be any text")


def _match_named(world: World, team: Team) -> Step:
    """Find the group, with its name as it was sent."""
    name = group_value_of(world, team, "displayName")
    named = stored(NAME, name).entra(ms.TUTORIAL, so=f"the group has a wrong name: {ms.RESENT}")
    return match_group(world, team, "group").expecting(named).but(fix=UNESCAPE, asks=("unusual-text",))


UNESCAPE = (
    "percent-decode the query once; what is between the quotes is one text, whatever words or parentheses it has: "
    '\\" in it is a quote, \\\\ a backslash, and an apostrophe is not escaped'
)

NAME = paths.parse("displayName")


def _match_without_accents(world: World, team: Team) -> Step:
    """Query the name without its accents, which a database collation may treat as equal."""
    apart = unicodedata.normalize("NFD", world.group_value(team))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    step = match_group(world, team, None, key="match-bare", value=bare)
    fix = "use a collation that distinguishes accents: eq must match the same value, apart from letter case"
    return step.but(why="Match without the accents", fix=fix)


@scenario(
    "ENT-GRP-27", "Groups whose names differ in a sign", Moment.GROUPS, needs=["groups"], extra=Extra(12, SEQUENCE)
)
@covers("B31 G7")
def signs(world: World) -> Scenario:
    """C Team, C++ Team and C-Team are three groups. A target that makes a key, an address or a mailbox from the name
    without its signs has one key for all of them: the second group must not become the first one. It may refuse the
    second name, which is a warning. Each name must find its own group."""
    team = world.team()
    name = team.display_name
    first = team.with_(displayName=f"{name} Team")
    others = {"second": f"{name}++ Team", "third": f"{name}-Team"}
    steps = [step for key, called in others.items() for step in _similar(world, called, key)]
    return Scenario(given=[prepare_group(world, first)], steps=[*steps, _match_own(world, first, "group")], spares=())


def _similar(world: World, called: str, name: str) -> list[Step]:
    """Create a group whose name is similar to that of the first one, and find it."""
    team = world.team().with_(displayName=called)
    made = prepare_group(world, team, name, key=f"create-{name}").but(why="Create a group with a similar name")
    made = made.expecting_only(SIMILAR_ACCEPTED, ANOTHER_GROUP).explained_by(GROUP_REFUSED_AT_ALL)
    return [made, _match_own(world, team, name)]


SIMILAR_ACCEPTED = replace(status(201), gate=True).should(
    ms.TUTORIAL,
    so="the group is never provisioned: the target treats its name as that of another group",
    fix="compare names as they are, apart from letter case; if you make a key from the name, make it unique",
)
ANOTHER_GROUP = another_than("group").must(
    rfc7644("3.3"),
    so="two groups in Entra share one group in the application, and the members of both have its access",
    fix="create another group, or return 409 uniqueness; never return an existing one",
)


def _match_own(world: World, team: Team, name: str) -> Step:
    return match_group(world, team, name, key=f"match-{name}").explained_by(ONE_GROUP)


ONE_GROUP = Because(
    "What two share is found by one name alone.",
    {"one": [f"ENT-GRP-27#create-{name}.another" for name in ("second", "third")]},
)


@scenario("ENT-GRP-16", "A second group with the same name", Moment.GROUPS, needs=["groups"])
@covers("G7 M24 B101")
def duplicate(world: World) -> Scenario:
    """Microsoft's tutorial requires unique group names in the application, but says itself that this is not a
    requirement of the protocol. Its validator POSTs the same group again and expects 409. If two groups have the same
    name, Entra cannot tell them apart."""
    team = world.team()
    again = prepare_group(world, team, "second", key="create-again").but(takes={})
    steps = [again.expecting_only(NAME_IS_UNIQUE).may_be_refused()]
    return Scenario(given=[prepare_group(world, team)], steps=steps, spares=("Group",))


NAME_IS_UNIQUE = status(409).entra(
    ms.TUTORIAL,
    so="two groups have the same name: the next match fails with several results, and so does a validator test",
    fix="enforce a unique displayName and return 409",
)
