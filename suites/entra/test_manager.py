"""Manager: a reference that Entra sends as a plain string and expects back as an object."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked
from scim_conformance.entra.changing import some_change
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect, Verb
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.explained import DELETED_TOO
from scim_conformance.entra.managers import (
    MANAGER,
    PATH,
    body_with_manager,
    create_managed,
    create_people,
    has_manager,
    is_text,
    read_manager,
    set_manager,
    siblings_stay,
)
from scim_conformance.entra.patching import disable, patch_in_shape
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, delete, match_user, patch_user, read_back, search
from scim_conformance.entra.world import World
from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import Citation, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import not_lost
from scim_conformance.scenario.obligations.lists import list_of
from scim_conformance.scenario.obligations.values import absent, reference
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import filters
from scim_conformance.scim.urlencode import dotnet_quote

NEEDS, CHANGES = [PATH], [f"changes:{PATH}"]
STORED = f"stored.{MANAGER.slug}"

Variant = tuple[list[dict[str, Any]], Citation]


@scenario("ENT-MGR-01", "Set the manager", Moment.UPDATE, dialects=True, needs=[f"sets:{PATH}"])
@covers("U10 L5 L25 B54 B70 B71")
def add(world: World, dialect: Dialect) -> Scenario:
    """Once both accounts exist, Entra adds the manager. The value is the manager's SCIM id as a plain string, not the
    object that RFC 7643 describes. The target must return it as that object, in the enterprise extension, and keep it
    when another attribute changes. What else is in the extension must stay."""
    person = world.person()
    return Scenario(
        given=create_people(world, "boss", who=person),
        steps=[
            set_manager(dialect, Verb.ADD, "boss", key="add"),
            read_manager(has_manager("boss"), *siblings_stay(world, person)),
            *world.once(dialect, *_kept_by_another_change(world, dialect, person)),
        ],
    )


def _kept_by_another_change(world: World, dialect: Dialect, person: Person) -> list[Step]:
    """Change another attribute: the manager stays."""
    kept = replace(reference(MANAGER, "boss"), cause=STORED).must(
        rfc7644("3.5.2"), so="any change to the user removes the manager", fix="change only what the request names"
    )
    return [
        patch_user(dialect, [some_change(world, person)], key="change", why="Change another attribute"),
        read_back("user", kept, key="read-changed"),
    ]


@scenario("ENT-MGR-02", "Change the manager", Moment.UPDATE, dialects=True, needs=CHANGES)
@covers("U11 L5 L25")
def change(world: World, dialect: Dialect) -> Scenario:
    """The manager changes: `replace` with the other manager's id as a plain string. What else is in the extension must
    stay."""
    person = world.person()
    given = create_managed(world, "boss", "successor", who=person)
    replaced = set_manager(dialect, Verb.REPLACE, "successor", key="replace")
    read = read_manager(has_manager("successor"), *siblings_stay(world, person))
    return Scenario(given=given, steps=[replaced, read])


def _values(profile: Profile) -> Iterable[tuple[str, Variant]]:
    if is_text(profile):
        return
    as_object = {"op": "replace", "path": PATH, "value": {"value": Var("boss")}}
    as_list = {"op": "Add", "path": "manager", "value": [{"$ref": None, "value": Var("boss")}]}
    yield "object", ([as_object], ms.VALIDATOR)
    yield "object-added", ([{**as_object, "op": "add"}], ms.VALIDATOR)
    yield "list-at-manager", ([as_list], ms.TUTORIAL)


@scenario("ENT-MGR-03", "Other shapes of the manager", Moment.UPDATE, rows=_values, needs=CHANGES)
def values(world: World, variant: Variant) -> Scenario:
    """Shapes other than the plain string: the RFC's object, which older runs of Microsoft's validator send, and a list
    at the path `manager`, which appears in the tutorial but in no log. Refusing one is a warning."""
    operations, source = variant
    so = "where Entra uses this shape, no user has a manager"
    accepted, arrived = (asked.should(source, so=so) for asked in (status(200, 204), reference(MANAGER, "boss")))
    step = patch_in_shape(operations, key="set", why="Set the manager").expecting_only(accepted)
    return Scenario(given=create_people(world, "boss"), steps=[step, read_manager(arrived)])


def _removals(profile: Profile) -> Iterable[tuple[str, Variant]]:
    filtered = Fill('manager[value eq "{boss}"]')
    yield "empty-string", ([{"op": "replace", "path": PATH, "value": ""}], ms.LOGIC_APP)
    if not is_text(profile):
        yield "empty-object", ([{"op": "replace", "path": PATH, "value": {"value": ""}}], ms.VALIDATOR)
    yield "remove", ([{"op": "remove", "path": PATH}], rfc7644("3.5.2.2"))
    yield "remove-filtered", ([{"op": "remove", "path": filtered}], ms.MANAGER_FILTER)


@scenario("ENT-MGR-04", "Remove the manager", Moment.UPDATE, rows=_removals, needs=CHANGES)
@covers("U12 L5 L25 B72 B72b")
def remove(world: World, variant: Variant) -> Scenario:
    """The manager is removed in Entra. Four shapes are known: an empty string (Microsoft's Logic App and its
    validator), an object with an empty value (older runs of the validator), a plain remove, and a filter on the
    single-valued attribute (observed in production). Afterwards the attribute must be gone; `{"value": ""}` is not
    enough. The Logic App's test is mandatory for the gallery. Which shape the service itself sends is not
    documented. What else is in the extension must stay: the request does not name it."""
    operations, source = variant
    person = world.person()
    accepted, gone = _removal_checks(world, source)
    step = patch_in_shape(operations, key="remove", why="Remove the manager").expecting_only(accepted)
    steps = [step.explained_by(NO_MANAGER), read_back("user", gone, *siblings_stay(world, person))]
    return Scenario(given=create_managed(world, "boss", who=person), steps=steps)


NO_MANAGER = Because(
    "A target that cannot set a manager cannot remove one.", {"status": ["ENT-MGR-01/compliant#add.status"]}
)


def _removal_checks(world: World, source: Citation) -> Iterator[Check]:
    """Yield what a removal in a shape from this source must meet: only the Logic App's is required for the gallery."""
    so = "a former manager stays in the application and may keep approving requests"
    asked = ((status(200, 204), "treat this request as a removal"), (absent(MANAGER), "remove the attribute"))
    for one, fix in asked:
        if source is ms.LOGIC_APP:
            yield world.demanded(one, source, by="gallery", so=so, fix=fix)
        else:
            yield one.should(source, so=so, fix=fix)


@scenario("ENT-MGR-05", "Create a user with a manager", Moment.CREATE, needs=NEEDS)
@covers("B41")
def create_with(world: World) -> Scenario:
    """If the mapping types manager as String, Entra sends it when it creates the user, as a plain string in the
    extension. The target must create the account, and store the manager: with such a mapping nothing else sets it."""
    person = world.person()
    step = create_user(world, person, body=body_with_manager(world, person, Var("boss")))
    made = step.expecting_only(_created_with_manager(world), linked())
    return Scenario(given=create_people(world, "boss")[:1], steps=[made, read_manager(_manager_kept(world))])


def _manager_kept(world: World) -> Check:
    """Check that the manager of the creation is stored: if the mapping types it as String, no other request sets it."""
    kept = has_manager("boss")
    return kept if is_text(world.profile) else replace(kept, level=Level.SHOULD)


def _created_with_manager(world: World) -> Check:
    so, fix = "users with a manager get no account", 'treat "manager": "id" as {"value": "id"}'
    made = status(201)
    if is_text(world.profile):
        return made.entra(ms.MANAGER_POST, so=so, fix=fix)
    return made.should(ms.MANAGER_POST, so=so, fix=fix)


@scenario("ENT-MGR-06", "Query whether a user has this manager", Moment.UPDATE, needs=NEEDS)
@covers("M20 B39")
def check_query(world: World) -> Scenario:
    """Microsoft's tutorial shows a query that is sent before a reference is written: `id eq … and manager eq …` with
    `attributes=id`. The two parts may come in either order. No recent log contains it, so a target without it gets only
    advice."""
    asked = (
        (("check", _query('id eq "@"', 'manager eq "#"'))),
        ("check-swapped", _query('manager eq "#"', 'id eq "@"')),
    )
    steps = [search("Users", "Does this user have this manager?", query, key=key) for key, query in asked]
    return Scenario(
        given=create_managed(world, "boss"),
        steps=[step.expecting_only(QUERY_ANSWERED, QUERY_FINDS) for step in steps],
    )


def _query(*parts: str) -> str:
    query = "filter=" + dotnet_quote(filters.both(*parts)) + "&attributes=id"
    return query.replace("%40", "{user}").replace("%23", "{boss}")


OLDER_JOBS = "older Entra jobs fail to set the manager"
# One thing to fix, in whichever order the parts come.
QUERY_ANSWERED = replace(status(200), cause="query.manager").should(
    ms.TUTORIAL, so=OLDER_JOBS, fix="support and, and eq on manager"
)
QUERY_FINDS = list_of("user").should(ms.TUTORIAL, so=OLDER_JOBS)


@scenario("ENT-MGR-07", "A manager leaves", Moment.DELETE, needs=NEEDS)
@covers("U13")
def delete_manager(world: World) -> Scenario:
    """A manager leaves: the account is disabled, and deleted thirty days later. While it is disabled, the users who
    report to it must keep their manager: nothing of theirs changed in Entra, so Entra does not resend it. References
    must not prevent the deletion, and the users who reported to the manager must keep their accounts and still be
    found."""
    boss, report = world.person(), world.person()
    *_, made = create_managed(world, "boss", who=report)
    return Scenario(
        given=[create_named(world, boss, "boss"), made.but(notes=(MANAGER.text,))],
        steps=[
            *_while_disabled(world),
            _delete_boss(),
            read_back("user").explained_by(DELETED_TOO),
            match_user(world, report, "user"),
        ],
    )


def _delete_boss() -> Step:
    """Delete the manager; a refusal is about the references, and a 200 instead of 204 is not."""
    deleted, *others = delete("Users", "boss").checks
    return delete("Users", "boss").expecting_only(replace(deleted, fix=REFERENCES_REMOVED), *others)


REFERENCES_REMOVED = "remove references to an account when the account is deleted, and return 204"


def _while_disabled(world: World) -> list[Step]:
    """Disable the manager (ENT-DIS-01 checks this), read a user who reports to it, and set the manager once more."""
    if not needs.has(world.profile, "changes:active"):
        return []
    return [
        disable(world.dialects[0], "boss", why="Disable the manager").unjudged(),
        read_back("user", KEPT, key="read-report"),
        *_named_again(world),
    ]


KEPT = not_lost(MANAGER).must(
    rfc7644("3.5.2"),
    so="users lose their manager when another account changes, and Entra does not resend it",
    fix="keep references to an account that is disabled",
)


def _named_again(world: World) -> list[Step]:
    """Set the manager again while the account is disabled: the account still exists."""
    if not needs.has(world.profile, f"sets:{PATH}"):
        return []
    again = set_manager(world.dialects[0], Verb.ADD, "boss", key="set-again").expecting_only()
    never = [f"ENT-MGR-01/{dialect}#read-back.{STORED}" for dialect in world.dialects]
    unset = Because("A manager who was never stored is not there.", {KEPT.key: never})
    return [
        again.but(why="Set the disabled manager"),
        read_back("user", KEPT, key="read-set-again").explained_by(unset),
    ]
