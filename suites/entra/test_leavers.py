"""Leavers: users who are deleted in Entra, kept for thirty days, and sometimes restored."""

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.changing import renaming
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import active, holds, value_of
from scim_conformance.entra.explained import NOT_FILTERED
from scim_conformance.entra.matching import match_nobody
from scim_conformance.entra.membership import add, create_users
from scim_conformance.entra.needs import MEMBERS
from scim_conformance.entra.patching import disable
from scim_conformance.entra.requests import (
    create_group,
    create_user,
    match_group,
    match_user,
    patch_user,
    probe,
    read_back,
    read_before,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.lists import at_most
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths


@scenario(
    "ENT-DIS-05",
    "Deleted in Entra and restored",
    Moment.DISABLE,
    dialects="either",
    needs=["changes:active", "changes:userName"],
)
@covers("B81")
def tombstone(world: World, dialect: Dialect) -> Scenario:
    """A user who is deleted in Entra can be restored for thirty days. During that time, its userPrincipalName starts
    with 32 hex digits, and Entra was observed to send that name together with `active` false. After the restoration,
    the same account must have its original name again. Refusing the name is a warning; not finding the restored account
    is a deviation."""
    person = world.person()
    own = str(value_of(world, person, "userName"))
    return Scenario(
        given=[create_user(world, person), read_before("userName", "active")],
        # Refusing the name is a warning; renaming the account without disabling it is a deviation.
        instead=[read_back("user", *map(_kept, ("userName", "active")), key="read-refused")],
        steps=[
            _bury(dialect, person, own),
            _read_buried(dialect),
            *_match_buried(world, person),
            _restore(dialect, own),
            _read_restored(world, dialect, person),
            match_user(world, person, "user"),
        ],
    )


def _bury(dialect: Dialect, person: Person, own: str) -> Step:
    buried = str(person.attributes["objectId"]).replace("-", "") + own
    changes = [Change("userName", buried), Change("active", value=False)]
    step = patch_user(dialect, changes, key="bury", why="Delete in Entra: rename and disable")
    return step.expecting_only(BURIED)


BURIED = status(200, 204).should(ms.TOMBSTONE_NAME, so="the user keeps access after leaving: the whole request fails")


def _read_buried(dialect: Dialect) -> Step:
    return read_back("user", active(is_active=False), key="read-buried")


def _match_buried(world: World, person: Person) -> list[Step]:
    """Match by the original name: the buried account may be found, but no other."""
    if not world.is_own(world.match_value(person)):
        return []
    ignored = Because(NOT_FILTERED.why, {"one-or-none": NOT_FILTERED.causes["none"]})
    step = match_nobody(world, person, "buried").explained_by(ignored)
    only = at_most("user").entra(ms.TOMBSTONE_NAME, so="Entra links another user's account")
    return [step.expecting_only(step.checks[0], only)]


def _restore(dialect: Dialect, own: str) -> Step:
    changes = [Change("userName", own), Change("active", value=True)]
    step = patch_user(dialect, changes, key="restore", why="Restore: the original name, enabled")
    return step.expecting_only(RESTORED)


RESTORED = status(200, 204).entra(ms.TOMBSTONE_NAME, so="a user who is restored in Entra stays locked out")


def _read_restored(world: World, dialect: Dialect, person: Person) -> Step:
    return read_back("user", *holds(world, person, before=person))


def _kept(name: str) -> Check:
    """What a rejected change must not have applied in part."""
    return unchanged(paths.parse(name)).entra(
        ms.TOMBSTONE_NAME,
        so="a user who was deleted in Entra has another name and may keep access: half of the change was applied",
        fix="apply all of a PATCH or none of it (RFC 7644 section 3.5.2)",
    )


@scenario("ENT-POD-01", "Provision a new user on demand", Moment.ON_DEMAND)
@covers("L7")
def on_demand_new(world: World) -> Scenario:
    """The administrator selects one user in the portal and provisions it immediately: Test Connection, match, create.
    Microsoft documents that the compliance flag does not apply here."""
    person = world.person()
    return Scenario([probe(world), match_user(world, person, None), create_user(world, person)])


@scenario(
    "ENT-POD-02",
    "Provision an existing user on demand",
    Moment.ON_DEMAND,
    dialects=["legacy"],
    needs=["changes:displayName"],
)
@covers("L7")
def on_demand_existing(world: World, dialect: Dialect) -> Scenario:
    """The administrator provisions a user on demand who already has an account. After Test Connection (see ENT-POD-01),
    Entra sends a match and a PATCH in the legacy dialect, regardless of the tenant URL's flag. A target that supports
    only the compliant dialect fails here. A user who was unassigned, and so is out of scope, can be provisioned on
    demand too: Entra then disables the account in the same dialect."""
    person = world.person()
    change = patch_user(dialect, [renaming(world, person)]).expecting_only(LEGACY_ACCEPTED)
    return Scenario(
        given=[create_user(world, person)],
        steps=[match_user(world, person, "user"), change, *_out_of_scope(world, dialect)],
        spares=(),
    )


def _out_of_scope(world: World, dialect: Dialect) -> list[Step]:
    """Disable the account of a user who is no longer assigned."""
    if not needs.has(world.profile, "changes:active"):
        return []
    disabled = disable(dialect, why="Disable the account of an unassigned user").expecting_only(LEGACY_ACCEPTED)
    return [disabled, read_back("user", active(is_active=False))]


ON_DEMAND_IS_LEGACY = "accept PATCH in the legacy dialect, regardless of the tenant URL's flag"
LEGACY_ACCEPTED = status(200, 204).entra(
    ms.COMPATIBILITY,
    so="on-demand provisioning fails, although the cycles work",
    fix=ON_DEMAND_IS_LEGACY,
)


@scenario("ENT-POD-03", "Provision a group on demand", Moment.ON_DEMAND, dialects=["legacy"], needs=MEMBERS)
@covers("L13")
def on_demand_group(world: World, dialect: Dialect) -> Scenario:
    """The administrator provisions a group on demand, with at most five of its members. Entra sends a match, a create,
    and a PATCH in the legacy dialect, regardless of the tenant URL's flag."""
    team, names = world.team(), ("first", "second", "third", "fourth", "fifth")
    steps = [
        match_group(world, team, None),
        create_group(world, team),
        add(dialect, *names).expecting_only(MEMBERS_ADDED),
    ]
    return Scenario(given=create_users(world, *names), steps=steps)


MEMBERS_ADDED = status(200, 204).entra(
    ms.COMPATIBILITY, so="a group provisioned on demand stays empty", fix=ON_DEMAND_IS_LEGACY
)
