"""Managers who change places with those who report to them."""

from dataclasses import replace

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.changing import changed, renaming
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import to_send
from scim_conformance.entra.explained import never_stored, refused_at_all
from scim_conformance.entra.managers import LOST, MANAGER, PATH, create_people, has_manager, set_manager
from scim_conformance.entra.requests import patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import reference
from scim_conformance.scenario.steps import Because, Step


@scenario(
    "ENT-MGR-08",
    "A manager gets a manager who reports to them",
    Moment.UPDATE,
    dialects="either",
    needs=[f"sets:{PATH}"],
    extra=Extra(10, SEQUENCE),
)
@covers("U11 L5")
def places(world: World, dialect: Dialect) -> Scenario:
    """Two people change places: the former manager now reports to the other. Entra sends one change after the other,
    in no particular order, so for a moment each is the manager of the other. Refusing that is a warning: Entra sends it
    again. Returning success and not storing it is a deviation, because nothing sends it again."""
    boss, user = create_people(world, "boss")
    return Scenario(
        given=[boss.but(reusable=False), user, set_manager(dialect, Verb.ADD, "boss", key="set-first")],
        steps=[_set_for_boss(dialect), _read_boss(), _read_report()],
        spares=(),
    )


def _set_for_boss(dialect: Dialect) -> Step:
    step = set_manager(dialect, Verb.ADD, "user", key="set-for-boss")
    step = step.but(path="/Users/{boss}", why="Set the manager of the manager").expecting_only(CIRCLE_ACCEPTED)
    return step.explained_by(_never_set(dialect))


def _never_set(dialect: Dialect) -> Because:
    return refused_at_all(f"ENT-MGR-01/{dialect}#add.status")


CIRCLE_ACCEPTED = (
    replace(status(200, 204), gate=True)
    .should(
        ms.MANAGER_STRING,
        so="the change fails in one cycle, and is sent again in the next",
        fix="accept a manager who reports to this user: the other change follows",
    )
    .known_as(Evidence.INFERRED)
)


def _read_report() -> Step:
    """Read the user whose manager got a manager: nothing was sent about this user."""
    stays = replace(has_manager("boss"), so="users move to the manager of their manager", fix=BY_ID)
    return read_back("user", stays, key="read-report").explained_by(NEVER_STORED, LOST)


BY_ID = "change only the user that has the id of the request"


def _read_boss() -> Step:
    return read_back("boss", CIRCLE_STORED, key="read-boss").explained_by(NEVER_STORED)


CIRCLE_STORED: Check = reference(MANAGER, "user").must(
    rfc7644("3.5.2"),
    so="the manager is never set: Entra takes the change as done, and does not send it again",
    fix="store the manager, or refuse the request",
)
NEVER_STORED = never_stored(
    CIRCLE_STORED.key, plainest=[f"ENT-MGR-01/{dialect}#read-back.{CIRCLE_STORED.key}" for dialect in Dialect]
)


@scenario(
    "ENT-MGR-09",
    "Two users have one manager, who changes",
    Moment.UPDATE,
    dialects="either",
    needs=[f"sets:{PATH}"],
    extra=Extra(20, SEQUENCE),
)
@covers("U10 L5 M2")
def reports(world: World, dialect: Dialect) -> Scenario:
    """Two users get the same manager, one after the other: both must have it. Then the manager gets another name and
    address, as after a marriage, and a manager too. Nothing was sent about the two users, who must keep theirs."""
    boss = world.person()
    renamed = patch_user(dialect, _everything(world, boss), "boss", key="change").unjudged().may_be_refused()
    top = set_manager(dialect, Verb.ADD, "top", key="set-top").but(path="/Users/{boss}").unjudged().may_be_refused()
    second = set_manager(dialect, Verb.ADD, "boss", key="set-second").but(path="/Users/{second}")
    return Scenario(
        given=[
            *(create_named(world, who, name) for name, who in (("boss", boss), ("top", world.person()))),
            *create_people(world),
            create_named(world, world.person(), "second"),
        ],
        steps=[
            set_manager(dialect, Verb.ADD, "boss", key="set-first").explained_by(_never_set(dialect)),
            second.explained_by(_never_set(dialect)),
            *_both_report("set", "a manager has one report: the others lose theirs"),
            top,
            renamed,
            *(one.explained_by(_not_set(dialect)) for one in _both_report("changed", "users lose a renamed manager")),
        ],
        spares=(),
    )


def _everything(world: World, boss: Person) -> list[Change]:
    """Change what a user has, the userName too, if the profile changes it."""
    changes = to_send(world.profile, boss, changed(world, boss, world.person()))
    named = any(one.path.lower() == "username" for one in changes)
    renames = needs.has(world.profile, "changes:userName") and not named
    return [*changes, *([renaming(world, boss, "married", "userName")] if renames else [])]


def _not_set(dialect: Dialect) -> Because:
    before = [f"ENT-MGR-09/{dialect}#read-{who}-set.{CIRCLE_STORED.key}" for who in ("user", "second")]
    return never_stored(CIRCLE_STORED.key, plainest=before)


def _both_report(when: str, so: str) -> list[Step]:
    stays = replace(has_manager("boss"), so=so, fix="refer to a manager by the id, and change only what is named")
    return [
        read_back(who, stays, key=f"read-{who}-{when}").explained_by(NEVER_STORED, LOST) for who in ("user", "second")
    ]
