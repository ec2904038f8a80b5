"""Leavers: users who are deleted in Entra, kept for thirty days, and sometimes restored."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.expectations import active, holds, value_of
from scim_conformance.entra.explained import DISABLE_REFUSED, READ, REFUSED, UNFILTERED, UNREADABLE_INACTIVE
from scim_conformance.entra.membership import add, create_users
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
from scim_conformance.scim import paths


@scenario(
    "ENT-DIS-05",
    "Deleted in Entra and restored",
    moment=Moment.DISABLE,
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
    buried = str(person.attributes["objectId"]).replace("-", "") + own
    bury = patch_user(dialect, [Change("userName", buried), Change("active", value=False)], key="bury")
    restore = patch_user(dialect, [Change("userName", own), Change("active", value=True)], key="restore")
    taken = status(200, 204).should(
        ms.TOMBSTONE_NAME, so="the user keeps access after leaving: the whole request fails"
    )
    back = status(200, 204).entra(ms.TOMBSTONE_NAME, so="a user who is restored in Entra stays locked out")
    unknown = match_user(world, person, None, key="match-buried")
    tells = world.is_own(world.match_value(person))
    unfiltered = {**UNFILTERED, "one-or-none": UNFILTERED["none"]}
    quiet = at_most("user").entra(ms.TOMBSTONE_NAME, so="Entra links another user's account")
    buried_after = {**UNREADABLE_INACTIVE, "active": (f"ENT-DIS-01/{dialect}#read-back.active",)}
    plainly = {"active": tuple(f"ENT-DIS-0{number}/{dialect}#read-back.active" for number in (2, 1))}
    return Scenario(
        given=[create_user(world, person), read_before("userName", "active")],
        # Refusing the name is a warning; renaming the account without disabling it is a deviation.
        instead=[read_back("user", *map(_kept, ("userName", "active")), key="read-refused")],
        steps=[
            bury.but(checks=(taken,), why="Delete in Entra: rename and disable", after=DISABLE_REFUSED),
            read_back("user", active(is_active=False), key="read-buried").but(after=buried_after),
            *([unknown.but(checks=(unknown.checks[0], quiet), after=unfiltered)] if tells else []),
            restore.but(checks=(back,), why="Restore: the original name, enabled"),
            read_back("user", *holds(world, person, before=person)).but(after={**READ, **plainly}),
            match_user(world, person, "user"),
        ],
    )


def _kept(name: str) -> Check:
    """What a rejected change must not have applied in part."""
    return unchanged(paths.parse(name)).entra(
        ms.TOMBSTONE_NAME,
        so="a user who was deleted in Entra has another name and may keep access: half of the change was applied",
        fix="apply all of a PATCH or none of it (RFC 7644 section 3.5.2)",
    )


@scenario("ENT-POD-01", "Provision a new user on demand", moment=Moment.ON_DEMAND)
@covers("L7")
def on_demand_new(world: World) -> Scenario:
    """The administrator selects one user in the portal and provisions it immediately: Test Connection, match, create.
    Microsoft documents that the compliance flag does not apply here."""
    person = world.person()
    made = create_user(world, person).but(after=REFUSED)
    return Scenario([probe(world), match_user(world, person, None, key="match"), made])


@scenario(
    "ENT-POD-02",
    "Provision an existing user on demand",
    moment=Moment.ON_DEMAND,
    dialects=["legacy"],
    needs=["changes:displayName"],
)
@covers("L7")
def on_demand_existing(world: World, dialect: Dialect) -> Scenario:
    """The administrator provisions a user on demand who already has an account. After Test Connection (see ENT-POD-01),
    Entra sends a match and a PATCH in the legacy dialect, regardless of the tenant URL's flag. A target that supports
    only the compliant dialect fails here."""
    before = world.person()
    change = patch_user(dialect, [Change("displayName", world.renamed("New", value_of(world, before, "displayName")))])
    accepted = status(200, 204).entra(
        ms.COMPATIBILITY,
        so="on-demand provisioning fails, although the cycles work",
        fix="accept PATCH in the legacy dialect, regardless of the tenant URL's flag",
    )
    return Scenario(
        given=[create_user(world, before)], steps=[match_user(world, before, "user"), change.but(checks=(accepted,))]
    )


@scenario(
    "ENT-POD-03",
    "Provision a group on demand",
    moment=Moment.ON_DEMAND,
    dialects=["legacy"],
    needs=["groups", "group:members"],
)
@covers("L13")
def on_demand_group(world: World, dialect: Dialect) -> Scenario:
    """The administrator provisions a group on demand, with at most five of its members. Entra sends a match, a create,
    and a PATCH in the legacy dialect, regardless of the tenant URL's flag."""
    team, names = world.team(), ("first", "second", "third", "fourth", "fifth")
    adding = add(dialect, *names)
    accepted = status(200, 204).entra(
        ms.COMPATIBILITY,
        so="a group provisioned on demand stays empty",
        fix="accept PATCH in the legacy dialect, regardless of the tenant URL's flag",
    )
    return Scenario(
        given=create_users(world, *names),
        steps=[
            match_group(world, team, None, key="match"),
            create_group(world, team).but(after={"status": ("ENT-GRP-01#create.status",)}),
            adding.but(checks=(accepted,), owner=None),
        ],
    )
