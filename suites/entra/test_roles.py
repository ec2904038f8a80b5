"""Roles: app role assignments, which Entra sends with strings for booleans and with JSON inside strings."""

from collections.abc import Iterable
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import patch_op
from scim_conformance.entra.explained import REFUSED
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import has_id

ROLE = {"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}
SO = "users with a role in Entra get no account once roles are mapped"


def _assigned(_: Profile) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    several = [{**ROLE, "primary": False, "displayName": name, "value": name} for name in ("Admin", "Auditor")]
    yield "single", [ROLE]
    yield "several", several


@scenario("ENT-ROL-01", "Create a user with roles", moment=Moment.CREATE, rows=_assigned, needs=["unmapped"])
@covers("B43")
def create(world: World, roles: list[dict[str, Any]]) -> Scenario:
    """With SingleAppRoleAssignment or AppRoleAssignmentsComplex, Entra sends one or several roles when it creates the
    user. Roles are not among the default mappings: a target may ignore them, and refusing them is a warning."""
    person = world.person()
    body = {**payload.user(world.profile, person), "roles": roles}
    accepted = status(201).should(ms.ATTRIBUTES, so=SO, fix="store or ignore roles")
    step = create_user(world, person, body=body).but(
        checks=(accepted, has_id().should(ms.ATTRIBUTES, so="Entra cannot link the account")), after=REFUSED
    )
    return Scenario([step])


def _changes(_: Profile) -> Iterable[tuple[str, tuple[list[dict[str, Any]], Citation]]]:
    packed = '{"id":"1","value":"User","displayName":"User"}'
    listed = {"primary": False, "type": "WindowsAzureActiveDirectoryRole", "display": "Admin", "value": "Admin"}
    yield "json-in-string", ([{"op": "Add", "path": "roles", "value": [{"value": packed}]}], ms.ROLES_JSON)
    yield "replace-all", ([{"op": "replace", "path": "roles", "value": [listed]}], ms.ATTRIBUTES)
    parts = {"display": "Owner", "value": "owner", "type": "WindowsAzureActiveDirectoryRole"}
    quoted = [
        {"op": "replace", "path": f'roles[primary eq "True"].{name}', "value": text} for name, text in parts.items()
    ]
    yield "primary-quoted", (quoted, ms.VALIDATOR)


@scenario("ENT-ROL-02", "Change a role", moment=Moment.UPDATE, rows=_changes, needs=["unmapped"])
@covers("B73")
def change(world: World, variant: tuple[list[dict[str, Any]], Citation]) -> Scenario:
    """The shapes in which Entra changes roles: JSON inside a string, a whole list, and a filter that quotes a
    boolean. Refusing one is a warning, because roles are not among the default mappings. The account itself must
    stay unchanged."""
    operations, source = variant
    person = world.person()
    body = {**payload.user(world.profile, person), "roles": [ROLE]}
    step = patch("Users", patch_op(operations), None, "user")
    accepted = status(200, 204).should(
        source, so="roles never change, and the other changes in the request are lost too"
    )
    return Scenario(
        given=[create_user(world, person, body=body).but(owner="ENT-ROL-01/single")],
        steps=[step.but(checks=(accepted,), continue_on_failure=True), read_back("user")],
    )
