"""Managers: users who have one, and the requests that set it."""

from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect, Verb
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.patching import patch_in_shape
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import reference
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths, urns

PATH = f"{urns.ENTERPRISE_USER}:manager"
MANAGER = paths.parse(PATH)

_PLAINER = ("ENT-CRE-01", "ENT-UPD-02/legacy", "ENT-UPD-02/compliant")
LOST = Because(
    "A target that stores nothing of the extension, or nothing sent at its paths, stores no manager.",
    {f"stored.{MANAGER.slug}": [f"{one}#read-back.stored.enterprise.department" for one in _PLAINER]},
)


def is_text(profile: Profile) -> bool:
    """Return whether the mapping types manager as String: Entra then sends only plain strings."""
    row = profile.user.find(PATH)
    return row is not None and not row.is_reference


def create_people(world: World, *bosses: str, who: Person | None = None) -> list[Step]:
    """Create the managers, stored under these names, and a user without a manager."""
    return [*_create_bosses(world, *bosses), create_user(world, who or world.person())]


def create_managed(world: World, *bosses: str, who: Person | None = None) -> list[Step]:
    """Create the managers, stored under these names, and a user who has the first one.

    The manager is sent as the RFC's object, so that a target which rejects Entra's string has one deviation and the
    rest can still be checked; it is sent as a string if the mapping types it so.
    """
    made, person = _create_bosses(world, *bosses), who or world.person()
    if is_text(world.profile):
        return [*made, create_user(world, person, body=body_with_manager(world, person, Var(bosses[0])))]
    user = create_user(world, person, body=body_with_manager(world, person, {"value": Var(bosses[0])}))
    # Only a target that stores the manager on creation can be checked for it later. A response without the manager
    # proves nothing: the body of a 201 is a SHOULD (RFC 7644 section 3.3).
    kept = reference(MANAGER, bosses[0], or_absent=True)
    stored = kept.entra(ms.MANAGER_RESENT, so="the manager scenarios cannot run").vital()
    return [*made, user.expecting(stored)]


def _create_bosses(world: World, *bosses: str) -> list[Step]:
    return [create_named(world, world.person(), name).but(reusable=True) for name in bosses]


def body_with_manager(world: World, person: Person, manager: Any) -> dict[str, Any]:
    """Return the body of a user's creation with the manager, however the mapping spells the extension's URN."""
    body = payload.user(world.profile, person)
    extension = body.setdefault(paths.find_key(body, urns.ENTERPRISE_USER) or urns.ENTERPRISE_USER, {})
    extension["manager"] = manager
    return body


def set_manager(dialect: Dialect, verb: Verb, name: str, *, key: str) -> Step:
    """PATCH the manager to the user stored under this name, as Entra does: the id as a plain string."""
    operation = {"op": dialect.op(verb), "path": PATH, "value": Var(name)}
    step = patch_in_shape([operation], key=key, why="Set the manager")
    accepted = status(200, 204).entra(
        ms.MANAGER_STRING,
        so="no user gets a manager, and the other changes in the request are lost too",
        fix="accept the id as a string",
    )
    return step.expecting_only(accepted)


def has_manager(name: str) -> Check:
    """Check that the user's manager is the one stored under this name."""
    return reference(MANAGER, name).entra(
        ms.MANAGER_RESENT,
        so="Entra cannot read the manager; in 2018 it was observed to resend it in every synchronization",
        fix='return manager as {"value": id} in the enterprise extension',
    )


def read_manager(check: Check, *others: Check) -> Step:
    """Read the user with this check of the manager, and `others` of what is next to it."""
    return read_back("user", check, *others).explained_by(LOST)


def siblings_stay(world: World, person: Person) -> list[Check]:
    """Check what is next to the manager in the enterprise extension: a change of the manager does not name it.

    Values that the target did not keep at the creation are left out, and so is what is only advice there.
    """
    so = "a change of the manager removes other values, and Entra does not send them again"
    fix = "change only manager, and keep the rest of the extension"
    held = (one for one in holds(world, person, before=person) if one.level is not Level.SHOULD)
    beside = (one.obligation for one in held if one.obligation.attribute.startswith(f"{urns.ENTERPRISE_USER}:"))
    return [one.must(rfc7644("3.5.2"), so=so, fix=fix) for one in beside]
