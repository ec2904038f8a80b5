"""Roles: app role assignments, which Entra sends with strings for booleans and with JSON inside strings."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import ANY_REFUSAL
from scim_conformance.entra.changing import changed
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds, to_send
from scim_conformance.entra.patching import disable, enable, patch_in_shape
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch_user, read_back, read_before
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import Citation, rfc7643, rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import name_of, status_of
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.obligations.values import sole
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import elements, member, parse

ROLE = {"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}


@dataclass(frozen=True)
class Assigned:
    """Roles in a creation, where they were seen, and whether a target must accept them: Microsoft's sample does."""

    roles: list[dict[str, Any]]
    source: Citation
    sampled: bool = False


def _assigned(_: Profile) -> Iterable[tuple[str, Assigned]]:
    several = [{**ROLE, "primary": False, "displayName": name, "value": name} for name in ("Admin", "Auditor")]
    yield "single", Assigned([ROLE], ms.ATTRIBUTES)
    yield "several", Assigned(several, ms.ATTRIBUTES)
    bare = {name: value for name, value in ROLE.items() if name != "value"}
    yield "without-value", Assigned([bare], ms.ROLE_VALUE)
    yield "none", Assigned([], ms.TUTORIAL, sampled=True)


@scenario("ENT-ROL-01", "Create a user with roles", Moment.CREATE, rows=_assigned, needs=["unmapped"])
@covers("B43 B123")
def create(world: World, assigned: Assigned) -> Scenario:
    """With SingleAppRoleAssignment or AppRoleAssignmentsComplex, Entra sends one or several roles when it creates the
    user, or a role that has only a type, where `.type` is mapped. Microsoft's sample of a creation has an empty list.
    Roles are not among the default mappings: a target may ignore them, and refusing them is a warning, except for the
    empty list. The account must have everything else that was sent, and no role that was not."""
    person = world.person()
    made = create_user(world, person, body={**world.body(person), "roles": assigned.roles})
    accepted = NO_ROLES_ACCEPTED if assigned.sampled else _roles_accepted(assigned.source)
    # Where a role has a value, what else is stored is what ENT-CRE-01 checks.
    kept = [*_all_but_roles(world, person), *([NO_EMPTY_ROLE] if assigned.sampled else [])]
    read = [read_back("user", *kept)] if assigned.source is not ms.ATTRIBUTES else []
    return Scenario([made.expecting_only(accepted, USER_LINKED), *read])


def _empty(view: View) -> str | None:
    """Return that there is a role without any text. A target may give every user a role of its own."""
    roles = elements(member(sole(view.body), "roles"))
    empty = [one for one in roles if not any(str(value).strip() for value in _texts(one))]
    return f"{short(empty[0])} is a role" if empty else None


def _texts(role: Any) -> Iterable[Any]:
    return role.values() if isinstance(role, dict) else [role]


NO_EMPTY_ROLE = Obligation("no-empty-role", "no role without a value", _empty).must(
    rfc7643("2.5"), so="the user has a role without a value", fix="treat an empty list as no value"
)


def _all_but_roles(world: World, person: Person) -> list[Check]:
    """Check the other attributes: the roles of the request are not those that a mapping makes."""
    mapped = {f"stored.{row.path.slug}" for row in world.profile.user.mapping if row.path.name.lower() == "roles"}
    return [check for check in holds(world, person) if check.key not in mapped]


def _roles_accepted(source: Citation) -> Check:
    so, fix = "users with a role in Entra get no account once roles are mapped", "store or ignore roles"
    return status(201).should(source, so=so, fix=fix)


NO_ROLES_ACCEPTED = status(201).entra(
    ms.TUTORIAL, so="no user is ever provisioned", fix="accept an empty list of roles: it means that there are none"
)
USER_LINKED = has_id().should(ms.ATTRIBUTES, so="Entra cannot link the account")


@dataclass(frozen=True)
class Changed:
    """A change of the role Admin: the operations, where they were seen, and the roles that a user may have after it."""

    operations: list[dict[str, Any]]
    source: Citation
    roles: Sequence[Sequence[str]]


def _changes(_: Profile) -> Iterable[tuple[str, Changed]]:
    packed = '{"id":"1","value":"User","displayName":"User"}'
    added = {"op": "Add", "path": "roles", "value": [{"value": packed}]}
    # What is inside the string may be stored instead, and an application may have one role for each user.
    several = [[role] for role in ("Admin", packed, "User")] + [["Admin", packed], ["Admin", "User"]]
    yield "json-in-string", Changed([added], ms.ROLES_JSON, several)
    listed = {"primary": False, "type": "WindowsAzureActiveDirectoryRole", "display": "Admin", "value": "Admin"}
    whole = {"op": "replace", "path": "roles", "value": [listed]}
    yield "replace-all", Changed([whole], ms.ATTRIBUTES, [["Admin"]])
    parts = {"display": "Owner", "value": "owner", "type": "WindowsAzureActiveDirectoryRole"}
    quoted = [
        {"op": "replace", "path": f'roles[primary eq "True"].{name}', "value": text} for name, text in parts.items()
    ]
    yield "primary-quoted", Changed(quoted, ms.VALIDATOR, [["owner"]])


@scenario("ENT-ROL-02", "Change a role", Moment.UPDATE, rows=_changes, needs=["unmapped"])
@covers("B73")
def change(world: World, changed: Changed) -> Scenario:
    """The shapes in which Entra changes roles: JSON inside a string, a whole list, and a filter that quotes a
    boolean. Refusing one is a warning, because roles are not among the default mappings, and a target may ignore all
    roles. A target that has roles and accepts a replacement must not leave the former role next to the new one. It may
    read the JSON inside the string, and keep a single role for each user. The account itself must stay unchanged."""
    person = world.person()
    made = create_user(world, person, body={**world.body(person), "roles": [ROLE]})
    sent = patch_in_shape(changed.operations).expecting_only(_role_changed(changed.source)).may_be_refused()
    return Scenario(given=[made, read_before("roles")], steps=[sent, read_back("user", _has_roles(changed.roles))])


def _role_changed(source: Citation) -> Check:
    so = "roles never change, and the other changes in the request are lost too"
    return status(200, 204).should(source, so=so)


def _has_roles(roles: Sequence[Sequence[str]]) -> Check:
    """Check the roles after a change. RFC 7644 section 3.5.2.3: what a filter selects is replaced, and what it does not
    find is refused."""
    expected = f"the roles {' or '.join(', '.join(one) for one in roles)}, or none if the target has no roles"
    return Obligation("roles", expected, lambda view: _other_roles(view, roles)).must(
        rfc7644("3.5.2.3"),
        so="the user keeps a role that was taken away, or loses one that was given",
        fix='replace the role that the path selects, where "True" is the boolean true, or refuse the request',
    )


def _other_roles(view: View, roles: Sequence[Sequence[str]]) -> str | None:
    """Return the roles if they are other ones. They are not compared if neither read shows any, and if the change was
    refused."""
    before = _values(json.loads(view.bindings.get(name_of("roles"), "null")))
    # A target may give every user roles of its own.
    own = {one for one in before if one != str(ROLE["value"]).casefold()}
    found = [one for one in _values(member(sole(view.body), "roles")) if one not in own]
    ignored = not found and not set(before) - own
    refused = not 200 <= (status_of("patch", view.bindings) or 0) < 300
    if ignored or refused or any(sorted(map(str.casefold, one)) == found for one in roles):
        return None
    return f"the roles {short(found)}" if found else "no roles"


def _values(roles: Any) -> list[str]:
    """Return what the roles are, in small letters: they are not caseExact (RFC 7643 section 2.2)."""
    return sorted(str(member(one, "value")).casefold() for one in elements(roles))


@scenario(
    "ENT-ROL-03",
    "A change of something else leaves the roles",
    Moment.UPDATE,
    needs=["unmapped", "attributes"],
    extra=Extra(8, SEQUENCE),
)
@covers("B43")
def other_change(world: World) -> Scenario:
    """A user with a role gets another title, department and name. The request does not name the roles: whatever the
    target made of the role must stay as it is."""
    person = world.person()
    changes = to_send(world.profile, person, changed(world, person, world.person()))
    change = patch_user(world.plain, changes, key="change").unjudged().may_be_refused()
    steps = [change, read_back("user", ROLES_STAY)]
    return Scenario(given=_with_role(world, person), steps=steps, spares=())


def _with_role(world: World, person: Person) -> list[Step]:
    """Prepare a user with a role, and note what the target makes of it."""
    made = create_user(world, person, body={**world.body(person), "roles": [ROLE]})
    made = made.expecting_only(_roles_accepted(ms.ATTRIBUTES).vital())
    optional = made.but(optional=True, also_ok=ANY_REFUSAL, lacking="it refuses a user with a role")
    return [optional, read_before("roles")]


ROLES_STAY = unchanged(parse("roles")).must(
    rfc7644("3.5.2"),
    so="users lose their roles when something else about them changes",
    fix="change only what the request names",
)


@scenario(
    "ENT-ROL-04",
    "A user with a role leaves and comes back",
    Moment.UPDATE,
    needs=["unmapped", "changes:active"],
    extra=Extra(10, SEQUENCE),
)
@covers("B43 L3 L6")
def comes_back(world: World) -> Scenario:
    """A user with a role is disabled, and enabled again. Neither request names the roles, so the user must have the
    same ones. Then Entra adds the role that the user has already: there is nothing to do, so a target that accepts the
    role as a replacement must accept it here too. Both are warnings where the profile maps no roles: it is the target
    that says what it means to be inactive (RFC 7643 section 4.1.1). The role must not be there twice. A target that has
    no roles, or does not let them change, is not judged."""
    away, back = (
        one.unjudged().may_be_refused()
        for one in (disable(world.plain), enable(world.plain, why="Enable the account again"))
    )
    same, added = (
        patch_in_shape([{"op": verb, "path": "roles", "value": [ROLE]}], key=key, why=why).may_be_refused()
        for verb, key, why in (
            ("replace", "replace-same", "Replace the roles by the same ones"),
            ("add", "add-again", "Add the role again"),
        )
    )
    steps = [
        away,
        back,
        read_back("user", _roles_back(world), key="read-enabled"),
        same.unjudged(),
        added.expecting_only(_role_again(world)),
        read_back("user", ROLE_ONCE, key="read-added"),
    ]
    return Scenario(given=_with_role(world, world.person()), steps=steps, spares=())


def _roles_back(world: World) -> Check:
    return unchanged(parse("roles")).entra_where(
        "the profile maps roles",
        applies=_are_mapped(world),
        source=ms.ROLES_LOST,
        so="users who come back, for example from a leave, have lost their roles",
        fix="change `active` alone when a user is disabled or enabled",
    )


def _are_mapped(world: World) -> bool:
    return any(row.path.name.lower() == "roles" for row in world.profile.user.mapping)


def _refused_again(view: View) -> str | None:
    """Return the status if a role that the user has was refused, and was accepted as a replacement just before."""
    had = str(ROLE["value"]).casefold() in _values(json.loads(view.bindings.get(name_of("roles"), "null")))
    changes = 200 <= (status_of("replace-same", view.bindings) or 0) < 300
    return f"status {view.answer.status}" if had and changes and not view.answer.ok else None


def _role_again(world: World) -> Check:
    asked = Obligation("status", "status 200 or 204, as for the same role in a replace", _refused_again)
    return asked.entra_where(
        "the profile maps roles",
        applies=_are_mapped(world),
        source=ms.ROLE_AGAIN,
        so="the whole request fails, and so do the other changes of the user in it",
        fix="return 200 or 204, and change nothing: the value is there (RFC 7644 section 3.5.2.1)",
    )


def _doubled(view: View) -> str | None:
    """Return the roles if one is there twice, or if what was there is gone."""
    before = _values(json.loads(view.bindings.get(name_of("roles"), "null")))
    found = _values(member(sole(view.body), "roles"))
    return None if not before or found == before else f"the roles {short(found)}, and before {short(before)}"


ROLE_ONCE = Obligation("roles", "the same roles as before, each once", _doubled).must(
    rfc7644("3.5.2.1"),
    so="users have a role twice, or lose their roles",
    fix="compare the value with the roles that are there, and add what is missing",
)
