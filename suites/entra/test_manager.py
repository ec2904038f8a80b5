"""Manager: a reference that Entra writes as a plain string, and wants back as an object."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Dialect, Verb, patch_op
from scim_conformance.entra.people import Person
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import READ, create_user, delete, match_user, patch, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Citation, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import absent, has_id, list_of, reference, status
from scim_conformance.scenario.steps import Fill, Step, Var
from scim_conformance.scim import filters, paths, urns
from scim_conformance.scim.urlencode import dotnet_quote

PATH = f"{urns.ENTERPRISE_USER}:manager"
MANAGER = paths.parse(PATH)
NEEDS = [PATH]

_PLAINER = ("ENT-CRE-01", "ENT-UPD-02/legacy", "ENT-UPD-02/compliant")
LOST = {**READ, f"stored.{MANAGER.slug}": tuple(f"{one}#read-back.stored.enterprise.department" for one in _PLAINER)}
"""What explains that the manager is lost: nothing of the extension is kept, or nothing that is written at its paths."""

Variant = tuple[list[dict[str, Any]], Citation]


def _is(name: str) -> Check:
    return reference(MANAGER, name).entra(
        ms.MANAGER_RESENT,
        so="Entra cannot compare the manager and sends it again in every cycle",
        fix='return manager as {"value": id} within the enterprise extension',
    )


def _is_text(profile: Profile) -> bool:
    """Tell whether the mapping types manager as String: then nothing but a plain string is ever written."""
    row = profile.user.find(PATH)
    return row is not None and not row.is_reference


def _people(world: World, *bosses: str, managed: bool = False, who: Person | None = None) -> list[Step]:
    """Prepare managers and a user, who has the first of them already when `managed`: as the RFC's object, so that a
    target which refuses Entra's string is told so once, and judged on the rest; as a string where it is typed so."""
    made = [create_user(world, world.person(), name, key=f"create-{name}").but(any_will_do=True) for name in bosses]
    person = who or world.person()
    body = payload.user(world.profile, person)
    if managed:
        held = Var(bosses[0]) if _is_text(world.profile) else {"value": Var(bosses[0])}
        body.setdefault(urns.ENTERPRISE_USER, {})["manager"] = held
    step = create_user(world, person, body=body)
    if managed and not _is_text(world.profile):
        # Only a target that keeps the manager at creation can be asked what becomes of it later. An answer without it
        # says nothing of that: the body of a 201 is a SHOULD (RFC 7644 section 3.3).
        kept = reference(MANAGER, bosses[0], or_absent=True).entra(ms.MANAGER_RESENT, so="it cannot be judged").vital()
        step = step.expecting(kept).but(owner="ENT-MGR-01/compliant")
    return [*made, step]


def _set(dialect: Dialect, verb: Verb, name: str, key: str) -> Step:
    body = patch_op([{"op": dialect.op(verb), "path": PATH, "value": Var(name)}])
    step = patch("Users", body, None, "user", key=key, why="Set the manager")
    accepted = status(200, 204).entra(
        ms.MANAGER_STRING,
        so="nobody has a manager, and the request fails in every cycle",
        fix="take a string for an id",
    )
    plainest = {"status": (f"ENT-MGR-01/{dialect}#add.status",)}
    return replace(step, checks=(accepted,), owner=f"ENT-MGR-01/{dialect}", after=plainest)


@scenario(
    "ENT-MGR-01", "Set the manager", moment=Moment.UPDATE, dialects=True, needs=NEEDS, covers="U10 L5 L25 B70 B71"
)
def add(world: World, dialect: Dialect) -> Scenario:
    """Once both accounts exist, Entra adds the manager: the value is the manager's SCIM id as a plain string, not the
    object that RFC 7643 describes. It must come back as that object, within the enterprise extension."""
    return Scenario(
        given=_people(world, "boss"),
        steps=[_set(dialect, Verb.ADD, "boss", "add"), read_back("user", _is("boss")).but(after=LOST)],
    )


@scenario("ENT-MGR-02", "Change the manager", moment=Moment.UPDATE, dialects=True, needs=NEEDS, covers="U11 L5 L25")
def change(world: World, dialect: Dialect) -> Scenario:
    """The manager changes: `replace` with the other id as a plain string."""
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


@scenario("ENT-MGR-03", "Other shapes of the manager", moment=Moment.UPDATE, rows=_values, needs=NEEDS)
def values(world: World, variant: Variant) -> Scenario:
    """Shapes beside the plain string: the RFC's object, which Microsoft's validator sends, and a list at the path
    `manager`, which stands in the tutorial and in no log. Refusing one is a warning."""
    operations, source = variant
    so = "where Entra writes it so, nobody has a manager"
    step = patch("Users", patch_op(operations), None, "user", key="set", why="Set the manager")
    return Scenario(
        given=_people(world, "boss"),
        steps=[
            replace(step, checks=(status(200, 204).should(source, so=so),)),
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
    "Take the manager away",
    moment=Moment.UPDATE,
    rows=_removals,
    needs=NEEDS,
    covers="U12 L5 L25 B72 B72b",
)
def remove(world: World, variant: Variant) -> Scenario:
    """The manager is removed in Entra. Four shapes are known: an empty string (Microsoft's Logic App), an object with
    an empty value (its validator), a plain remove, and a filter on the single-valued attribute (seen in production).
    The attribute must be gone afterwards, not `{"value": ""}`."""
    operations, source = variant
    so = "a former manager keeps standing there, and may keep approving"
    step = patch("Users", patch_op(operations), None, "user", key="remove", why="Take the manager away")
    step = step.but(after={"status": ("ENT-MGR-01/compliant#add.status",)})
    gone = absent(MANAGER).should(source, so=so, fix="remove the attribute")
    return Scenario(
        given=_people(world, "boss", managed=True),
        steps=[replace(step, checks=(status(200, 204).should(source, so=so),)), read_back("user", gone)],
    )


@scenario("ENT-MGR-05", "Create a user with a manager", moment=Moment.CREATE, needs=NEEDS, covers="B41")
def create_with(world: World) -> Scenario:
    """Where the mapping types manager as String, Entra sends it with the creation, as a plain string within the
    extension. An account must be made."""
    person = world.person()
    body = payload.user(world.profile, person)
    extension = body.setdefault(urns.ENTERPRISE_USER, {})
    extension["manager"] = Var("boss")
    so, fix = "nobody who has a manager gets an account", 'take "manager": "id" for {"value": "id"}'
    accepted = status(201).entra(ms.MANAGER_POST, so=so, fix=fix)
    advised = status(201).should(ms.MANAGER_POST, so=so, fix=fix)
    step = replace(
        create_user(world, person, body=body),
        checks=(
            accepted if _is_text(world.profile) else advised,
            has_id().must(rfc7644("3.3"), so="Entra cannot link it"),
        ),
    )
    return Scenario(given=_people(world, "boss")[:1], steps=[step])


@scenario("ENT-MGR-06", "Ask whether somebody has this manager", moment=Moment.UPDATE, needs=NEEDS, covers="M20 B39")
def check_query(world: World) -> Scenario:
    """Microsoft's tutorial shows a query before a reference is written: `id eq … and manager eq …` with
    `attributes=id`. No recent log has it, so that a target without it is only advised."""
    query = "filter=" + dotnet_quote(filters.both('id eq "@"', 'manager eq "#"')) + "&attributes=id"
    query = query.replace("%40", "{user}").replace("%23", "{boss}")
    step = Step("check", "GET", "/Users", "Has this user this manager?", query, settles=True)
    so = "older jobs of Entra fail on the manager"
    answered = status(200).should(ms.TUTORIAL, so=so, fix="support and, and eq on manager")
    return Scenario(
        given=_people(world, "boss", managed=True),
        steps=[replace(step, checks=(answered, list_of("user").should(ms.TUTORIAL, so=so)))],
    )


@scenario("ENT-MGR-07", "Delete a manager", moment=Moment.DELETE, needs=NEEDS, covers="U13")
def delete_manager(world: World) -> Scenario:
    """Somebody who manages others is deleted in Entra for good. A reference must not stand in the way, and whoever had
    this manager keeps the account, and is found by it."""
    boss = create_user(world, world.person(), "boss", key="create-boss")
    person = world.person()
    prepared = _people(world, "boss", managed=True, who=person)[1:]
    explained = {"status": ("ENT-DEL-01#delete.status",)}
    return Scenario(
        given=[boss, *prepared],
        steps=[
            delete("Users", "boss")
            .but(owner=None, after=explained)
            .fixed_by("let references to the account end with it"),
            read_back("user"),
            match_user(world, person, "user"),
        ],
    )
