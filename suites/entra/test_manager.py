"""Manager: a reference that Entra sends as a plain string and expects back as an object."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs, payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked
from scim_conformance.entra.changing import some_change
from scim_conformance.entra.dialects import Change, Dialect, Verb, patch_op
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.explained import READ
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, delete, match_user, patch, patch_user, read_back, search
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Citation, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import not_lost
from scim_conformance.scenario.obligations.lists import list_of
from scim_conformance.scenario.obligations.values import absent, reference
from scim_conformance.scenario.steps import Fill, Step, Var
from scim_conformance.scim import filters, paths, urns
from scim_conformance.scim.urlencode import dotnet_quote

PATH = f"{urns.ENTERPRISE_USER}:manager"
MANAGER = paths.parse(PATH)
NEEDS, CHANGES = [PATH], [f"changes:{PATH}"]

_PLAINER = ("ENT-CRE-01", "ENT-UPD-02/legacy", "ENT-UPD-02/compliant")
LOST = {**READ, f"stored.{MANAGER.slug}": tuple(f"{one}#read-back.stored.enterprise.department" for one in _PLAINER)}
"""What explains a lost manager: the target stores nothing of the extension, or nothing sent at its paths."""

_KEY = f"stored.{MANAGER.slug}"

Variant = tuple[list[dict[str, Any]], Citation]


def _is(name: str) -> Check:
    return reference(MANAGER, name).entra(
        ms.MANAGER_RESENT,
        so="Entra cannot read the manager; in 2018 it was observed to resend it in every synchronization",
        fix='return manager as {"value": id} in the enterprise extension',
    )


def _is_text(profile: Profile) -> bool:
    """Return whether the mapping types manager as String: Entra then sends only plain strings."""
    row = profile.user.find(PATH)
    return row is not None and not row.is_reference


def _people(world: World, *bosses: str, managed: bool = False, who: Person | None = None) -> list[Step]:
    """Create the managers and a user; when `managed`, the user already has the first manager. The manager is sent as
    the RFC's object, so that a target which rejects Entra's string has one deviation and the rest can still be checked;
    it is sent as a string if the mapping types it so."""
    made = [create_user(world, world.person(), name, key=f"create-{name}").but(reusable=True) for name in bosses]
    person = who or world.person()
    body = payload.user(world.profile, person)
    if managed:
        held = Var(bosses[0]) if _is_text(world.profile) else {"value": Var(bosses[0])}
        _extension(body)["manager"] = held
    step = create_user(world, person, body=body)
    if managed and not _is_text(world.profile):
        # Only a target that stores the manager on creation can be checked for it later. A response without the manager
        # proves nothing: the body of a 201 is a SHOULD (RFC 7644 section 3.3).
        kept = (
            reference(MANAGER, bosses[0], or_absent=True)
            .entra(ms.MANAGER_RESENT, so="the manager scenarios cannot run")
            .vital()
        )
        step = step.expecting(kept).but(owner="ENT-MGR-01/compliant")
    return [*made, step]


def _extension(body: dict[str, Any]) -> dict[str, Any]:
    """Return the enterprise extension of a body, however the mapping spells its URN."""
    found: dict[str, Any] = body.setdefault(paths.find_key(body, urns.ENTERPRISE_USER) or urns.ENTERPRISE_USER, {})
    return found


def _set(dialect: Dialect, verb: Verb, name: str, key: str) -> Step:
    body = patch_op([{"op": dialect.op(verb), "path": PATH, "value": Var(name)}])
    step = patch("Users", body, None, "user", key=key, why="Set the manager")
    accepted = status(200, 204).entra(
        ms.MANAGER_STRING,
        so="no user gets a manager, and the other changes in the request are lost too",
        fix="accept the id as a string",
    )
    plainest = {"status": (f"ENT-MGR-01/{dialect}#add.status",)}
    return step.but(checks=(accepted,), owner=f"ENT-MGR-01/{dialect}", after=plainest)


@scenario(
    "ENT-MGR-01",
    "Set the manager",
    moment=Moment.UPDATE,
    dialects=True,
    needs=[f"sets:{PATH}"],
    covers="U10 L5 L25 B70 B71",
)
def add(world: World, dialect: Dialect) -> Scenario:
    """Once both accounts exist, Entra adds the manager. The value is the manager's SCIM id as a plain string, not the
    object that RFC 7643 describes. The target must return it as that object, in the enterprise extension, and keep it
    when another attribute changes."""
    person, own = world.person(), f"ENT-MGR-01/{dialect}#read-back.{_KEY}"
    kept = replace(reference(MANAGER, "boss"), cause=_KEY).must(
        rfc7644("3.5.2"), so="any change to the user removes the manager", fix="change only what the request names"
    )
    return Scenario(
        given=_people(world, "boss", who=person),
        steps=[
            _set(dialect, Verb.ADD, "boss", "add"),
            read_back("user", _is("boss")).but(after=LOST),
            *world.once(
                dialect,
                patch_user(dialect, [some_change(world, person)], key="change", why="Change another attribute"),
                read_back("user", kept, key="read-changed").but(after={**READ, _KEY: (own,)}),
            ),
        ],
    )


@scenario("ENT-MGR-02", "Change the manager", moment=Moment.UPDATE, dialects=True, needs=CHANGES, covers="U11 L5 L25")
def change(world: World, dialect: Dialect) -> Scenario:
    """The manager changes: `replace` with the other manager's id as a plain string."""
    return Scenario(
        given=_people(world, "boss", "successor", managed=True),
        steps=[
            _set(dialect, Verb.REPLACE, "successor", "replace"),
            read_back("user", _is("successor")).but(after=LOST),
        ],
    )


def _values(profile: Profile) -> Iterable[tuple[str, Variant]]:
    if _is_text(profile):
        return
    as_object = {"op": "replace", "path": PATH, "value": {"value": Var("boss")}}
    as_list = {"op": "Add", "path": "manager", "value": [{"$ref": None, "value": Var("boss")}]}
    yield "object", ([as_object], ms.VALIDATOR)
    yield "object-added", ([{**as_object, "op": "add"}], ms.VALIDATOR)
    yield "list-at-manager", ([as_list], ms.TUTORIAL)


@scenario("ENT-MGR-03", "Other shapes of the manager", moment=Moment.UPDATE, rows=_values, needs=CHANGES)
def values(world: World, variant: Variant) -> Scenario:
    """Shapes other than the plain string: the RFC's object, which Microsoft's validator sends, and a list at the path
    `manager`, which appears in the tutorial but in no log. Refusing one is a warning."""
    operations, source = variant
    so = "where Entra uses this shape, no user has a manager"
    step = patch("Users", patch_op(operations), None, "user", key="set", why="Set the manager")
    return Scenario(
        given=_people(world, "boss"),
        steps=[
            step.but(checks=(status(200, 204).should(source, so=so),)),
            read_back("user", reference(MANAGER, "boss").should(source, so=so)).but(after=LOST),
        ],
    )


def _removals(profile: Profile) -> Iterable[tuple[str, Variant]]:
    filtered = Fill('manager[value eq "{boss}"]')
    yield "empty-string", ([{"op": "replace", "path": PATH, "value": ""}], ms.LOGIC_APP)
    if not _is_text(profile):
        yield "empty-object", ([{"op": "replace", "path": PATH, "value": {"value": ""}}], ms.VALIDATOR)
    yield "remove", ([{"op": "remove", "path": PATH}], rfc7644("3.5.2.2"))
    yield "remove-filtered", ([{"op": "remove", "path": filtered}], ms.MANAGER_FILTER)


@scenario(
    "ENT-MGR-04",
    "Remove the manager",
    moment=Moment.UPDATE,
    rows=_removals,
    needs=CHANGES,
    covers="U12 L5 L25 B72 B72b",
)
def remove(world: World, variant: Variant) -> Scenario:
    """The manager is removed in Entra. Four shapes are known: an empty string (Microsoft's Logic App), an object with
    an empty value (its validator), a plain remove, and a filter on the single-valued attribute (observed in
    production). Afterwards the attribute must be gone; `{"value": ""}` is not enough. The Logic App's test is mandatory
    for the gallery. Which shape the service itself sends is not documented."""
    operations, source = variant
    so = "a former manager stays in the application and may keep approving requests"
    step = patch("Users", patch_op(operations), None, "user", key="remove", why="Remove the manager")
    step = step.but(after={"status": ("ENT-MGR-01/compliant#add.status",)})
    accepted, gone = (
        world.demanded(one, source, by="gallery", so=so, fix=fix)
        if source is ms.LOGIC_APP
        else one.should(source, so=so, fix=fix)
        for one, fix in (
            (status(200, 204), "treat this request as a removal"),
            (absent(MANAGER), "remove the attribute"),
        )
    )
    return Scenario(
        given=_people(world, "boss", managed=True),
        steps=[step.but(checks=(accepted,)), read_back("user", gone)],
    )


@scenario("ENT-MGR-05", "Create a user with a manager", moment=Moment.CREATE, needs=NEEDS, covers="B41")
def create_with(world: World) -> Scenario:
    """If the mapping types manager as String, Entra sends it when it creates the user, as a plain string in the
    extension. The target must create the account."""
    person = world.person()
    body = payload.user(world.profile, person)
    _extension(body)["manager"] = Var("boss")
    so, fix = "users with a manager get no account", 'treat "manager": "id" as {"value": "id"}'
    accepted = status(201).entra(ms.MANAGER_POST, so=so, fix=fix)
    advised = status(201).should(ms.MANAGER_POST, so=so, fix=fix)
    step = create_user(world, person, body=body).but(
        checks=(
            accepted if _is_text(world.profile) else advised,
            linked(),
        )
    )
    return Scenario(given=_people(world, "boss")[:1], steps=[step])


@scenario("ENT-MGR-06", "Query whether a user has this manager", moment=Moment.UPDATE, needs=NEEDS, covers="M20 B39")
def check_query(world: World) -> Scenario:
    """Microsoft's tutorial shows a query that is sent before a reference is written: `id eq … and manager eq …` with
    `attributes=id`. No recent log contains it, so a target without it gets only advice."""
    query = "filter=" + dotnet_quote(filters.both('id eq "@"', 'manager eq "#"')) + "&attributes=id"
    query = query.replace("%40", "{user}").replace("%23", "{boss}")
    step = search("Users", "Does this user have this manager?", query, key="check")
    so = "older Entra jobs fail to set the manager"
    answered = status(200).should(ms.TUTORIAL, so=so, fix="support and, and eq on manager")
    return Scenario(
        given=_people(world, "boss", managed=True),
        steps=[step.but(checks=(answered, list_of("user").should(ms.TUTORIAL, so=so)))],
    )


@scenario("ENT-MGR-07", "A manager leaves", moment=Moment.DELETE, needs=NEEDS, covers="U13")
def delete_manager(world: World) -> Scenario:
    """A manager leaves: the account is disabled, and deleted thirty days later. While it is disabled, the users who
    report to it must keep their manager: nothing of theirs changed in Entra, so Entra does not resend it. References
    must not prevent the deletion, and the users who reported to the manager must keep their accounts and still be
    found."""
    boss = create_user(world, world.person(), "boss", key="create-boss")
    person = world.person()
    *_, made = _people(world, "boss", managed=True, who=person)
    explained = {"status": ("ENT-DEL-01#delete.status",)}
    return Scenario(
        given=[boss, made.but(notes=(MANAGER.text,))],
        steps=[
            *_while_disabled(world),
            delete("Users", "boss").but(
                after=explained, fix="remove references to an account when the account is deleted"
            ),
            read_back("user"),
            match_user(world, person, "user"),
        ],
    )


def _while_disabled(world: World) -> list[Step]:
    """Disable the manager (ENT-DIS-01 checks this), read a user who reports to it, and set the manager once more."""
    if not needs.has(world.profile, "changes:active"):
        return []
    disable = patch_user(world.dialects[0], [Change("active", value=False)], "boss", key="disable")
    kept = not_lost(MANAGER).must(
        rfc7644("3.5.2"),
        so="users lose their manager when another account changes, and Entra does not resend it",
        fix="keep references to an account that is disabled",
    )
    return [
        disable.but(checks=(), why="Disable the manager"),
        read_back("user", kept, key="read-report"),
        *_named_again(world, kept),
    ]


def _named_again(world: World, kept: Check) -> list[Step]:
    """Set the manager again while the account is disabled: the account still exists."""
    if not needs.has(world.profile, f"sets:{PATH}"):
        return []
    again = _set(world.dialects[0], Verb.ADD, "boss", "set-again").but(checks=(), owner=None)
    explained = {**READ, kept.key: _explained(world)}
    return [
        again.but(why="Set the disabled manager"),
        read_back("user", kept, key="read-set-again").but(after=explained),
    ]


def _explained(world: World) -> tuple[str, ...]:
    return tuple(f"ENT-MGR-01/{dialect}#read-back.{_KEY}" for dialect in world.dialects)
