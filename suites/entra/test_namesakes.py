"""People who resemble each other: the same name, or names that differ in a sign or in the domain."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.explained import DELETED_TOO, REFUSED_AT_ALL, never_stored
from scim_conformance.entra.leaving import leaves
from scim_conformance.entra.membership import add, exactly, some_group
from scim_conformance.entra.namesakes import namesake, with_address
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, match_user, read_members
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import another_than
from scim_conformance.scenario.steps import Because, Step


@scenario(
    "ENT-DIS-08", "Two users with the same name", Moment.DISABLE, needs=["changes:active"], extra=Extra(16, SEQUENCE)
)
@covers("L3 L4 L11")
def same_name(world: World) -> Scenario:
    """Two people have the same display name, as happens in every large organization. Both join a group. One of them
    leaves: the account is disabled, and deleted later. Nothing was sent about the other, who must stay active, keep the
    account, and be found. No source says whether a target may refuse a second user with the same display name, so
    refusing it is a warning."""
    person = world.person()
    other = namesake(world, person)
    made = create_named(world, other, "namesake").expecting_only(SAME_NAME_ACCEPTED, linked())
    made = made.explained_by(REFUSED_AT_ALL)
    return Scenario(
        given=[create_user(world, person), *_group(world)],
        steps=[
            made,
            *_both_join(world),
            *leaves(world.plain, "namesake", "name"),
            _match_after(world, other),
        ],
        spares=(),
    )


SAME_NAME_ACCEPTED = (
    replace(status(201), gate=True)
    .should(
        rfc7644("3.3"),
        so="the second of two people with the same name gets no account",
        fix="let display names repeat: userName and id distinguish users",
    )
    .known_as(Evidence.INFERRED)
)


def _group(world: World) -> list[Step]:
    return [some_group(world)] if _joins(world) else []


def _joins(world: World) -> bool:
    return world.joins and all(needs.has(world.profile, one) for one in MEMBERS)


def _both_join(world: World) -> list[Step]:
    """Add both users to a group, if the profile has groups with members: ENT-GRP-05 judges the request."""
    if not _joins(world):
        return []
    both = replace(exactly("user", "namesake"), fix="store members by their id: names are not unique")
    join = add(world.plain, "user", "namesake").unjudged().may_be_refused()
    return [join, read_members("group", both).explained_by(NEVER_JOINED, DELETED_TOO)]


NEVER_JOINED = never_stored("members", plainest=[f"ENT-GRP-05/{dialect}#read-members.members" for dialect in Dialect])


def _match_after(world: World, other: Person) -> Step:
    step = match_user(world, other, "namesake", key="match-after")
    return step.explained_by(never_stored("one", plainest=["ENT-DIS-08#read-after.status"]))


def _signs(_: Profile) -> Iterable[tuple[str, tuple[str, str]]]:
    """How a name differs from the first one: what is replaced in the part before the @, and before the domain."""
    yield "dot", ("", "")
    yield "plus", ("+work", "")
    yield "domain", (".", "other.")


@scenario(
    "ENT-CRE-21",
    "A user name that differs in a sign",
    Moment.CREATE,
    rows=_signs,
    needs=["userName"],
    extra=Extra(18, SEQUENCE),
)
@covers("B31 B50")
def signs(world: World, row: tuple[str, str]) -> Scenario:
    """Two people have names that differ in a dot, in a part after a plus sign, or in the domain alone. They are two
    people: a target that normalizes names, or compares the part before the @ alone, must not make them one account. It
    may refuse the second name, which is a warning. Each name must find its own account."""
    first = world.person()
    second = _resembling(world, first, *row)
    made = create_named(world, second, "second").expecting_only(SIMILAR_ACCEPTED, ANOTHER_ACCOUNT, linked())
    return Scenario(
        given=[create_user(world, first)],
        steps=[
            made.but(why="Create a user with a similar name").explained_by(REFUSED_AT_ALL),
            match_user(world, second, "second", key="match-second").explained_by(ONE_ACCOUNT),
            match_user(world, first, "user", key="match-first").explained_by(ONE_ACCOUNT),
        ],
        spares=(),
    )


ONE_ACCOUNT = Because(
    "What two share is found by one name alone.",
    {"one": [f"ENT-CRE-21/{row}#create-second.another" for row in ("dot", "plus", "domain")]},
)


def _resembling(world: World, person: Person, sign: str, subdomain: str) -> Person:
    """Return another user with a similar name; the mark at the end of the first name stays."""
    local, _, domain = person.user_name.partition("@")
    alike = f"{local}{sign}" if sign.startswith("+") else local.replace(".", sign, 1)
    return with_address(world, person, alike, f"{subdomain}{domain}")


SIMILAR_ACCEPTED = (
    replace(status(201), gate=True)
    .should(
        ms.TUTORIAL,
        so="the second user gets no account: the target treats the name as that of the first one",
        fix="compare userName as it is, apart from letter case",
    )
    .known_as(Evidence.INFERRED)
)
ANOTHER_ACCOUNT: Check = another_than("user").must(
    rfc7644("3.3"),
    so="two people in Entra share one account",
    fix="create another account, or return 409 uniqueness; never return an existing one",
)
