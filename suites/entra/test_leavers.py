"""Leavers: deleted in Entra, kept for thirty days, and restored by some."""

from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.expectations import active, holds, value_of
from scim_conformance.entra.membership import add, create_users
from scim_conformance.entra.steps import (
    DISABLE_REFUSED,
    READ,
    REFUSED,
    UNFILTERED,
    UNREADABLE_INACTIVE,
    create_group,
    create_user,
    match_group,
    match_user,
    patch_user,
    probe,
    read_back,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import at_most, status


@scenario(
    "ENT-DIS-05",
    "Deleted in Entra and restored",
    moment=Moment.DISABLE,
    dialects="either",
    needs=["active", "userName"],
    covers="B81",
)
def tombstone(world: World, dialect: Dialect) -> Scenario:
    """A user that is deleted in Entra can be restored for thirty days. Meanwhile its userPrincipalName begins with 32
    hex digits, and that name was seen to arrive together with `active` false. After the restoration the same account
    must have its own name again. Refusing the name is a warning; a restored account that cannot be found is not."""
    person = world.person()
    own = str(value_of(world, person, "userName"))
    buried = str(person.attributes["objectId"]).replace("-", "") + own
    bury = patch_user(dialect, [Change("userName", buried), Change("active", value=False)], key="bury")
    restore = patch_user(dialect, [Change("userName", own), Change("active", value=True)], key="restore")
    taken = status(200, 204).should(ms.TOMBSTONE_NAME, so="the leaver keeps access: the request fails as a whole")
    back = status(200, 204).entra(ms.TOMBSTONE_NAME, so="who is restored in Entra stays locked out")
    unknown = match_user(world, person, None, key="match-buried")
    unfiltered = {**UNFILTERED, "one-or-none": UNFILTERED["none"]}
    quiet = at_most("user").entra(ms.TOMBSTONE_NAME, so="Entra links a stranger's account")
    buried_after = {**UNREADABLE_INACTIVE, "active": (f"ENT-DIS-01/{dialect}#read-back.active",)}
    plainly = {"active": tuple(f"ENT-DIS-0{number}/{dialect}#read-back.active" for number in (2, 1))}
    return Scenario(
        given=[create_user(world, person)],
        # Refused is one thing; renamed without being disabled would be another.
        instead=[read_back("user", *holds(world, person), key="read-refused")],
        steps=[
            replace(bury, checks=(taken,), why="Delete in Entra: rename and disable", after=DISABLE_REFUSED),
            read_back("user", active(is_active=False), key="read-buried").but(after=buried_after),
            replace(unknown, checks=(unknown.checks[0], quiet), after=unfiltered),
            replace(restore, checks=(back,), why="Restore: the old name, enabled"),
            read_back("user", *holds(world, person)).but(after={**READ, **plainly}),
            match_user(world, person, "user"),
        ],
    )


@scenario("ENT-POD-01", "Provision on demand, somebody new", moment=Moment.ON_DEMAND, covers="L7")
def on_demand_new(world: World) -> Scenario:
    """The administrator picks one user in the portal and provisions them at once: Test Connection, match, create. The
    compliance flag is documented not to apply here."""
    person = world.person()
    made = create_user(world, person).but(after=REFUSED)
    return Scenario([probe(world), match_user(world, person, None, key="match"), made])


@scenario(
    "ENT-POD-02",
    "Provision on demand, somebody who is there",
    moment=Moment.ON_DEMAND,
    dialects=["legacy"],
    needs=["displayName"],
    covers="L7",
)
def on_demand_existing(world: World, dialect: Dialect) -> Scenario:
    """The administrator provisions somebody on demand who has an account: Test Connection, match, and a PATCH in the
    legacy dialect whatever the tenant URL's flag says. A target that speaks the compliant dialect alone fails here."""
    before = world.person()
    change = patch_user(dialect, [Change("displayName", f"New {value_of(world, before, 'displayName')}")])
    accepted = status(200, 204).entra(
        ms.ON_DEMAND,
        so="on-demand provisioning fails, though the cycles work",
        fix="take PATCH in the legacy dialect, whatever the tenant URL says",
    )
    return Scenario(
        given=[create_user(world, before)],
        steps=[probe(world), match_user(world, before, "user"), replace(change, checks=(accepted,))],
    )


@scenario(
    "ENT-POD-03",
    "Provision a group on demand",
    moment=Moment.ON_DEMAND,
    dialects=["legacy"],
    needs=["groups"],
    covers="L13",
)
def on_demand_group(world: World, dialect: Dialect) -> Scenario:
    """The administrator provisions a group on demand, with at most five of its members: match, create, and a PATCH in
    the legacy dialect whatever the tenant URL's flag says."""
    team, names = world.team(), ("first", "second", "third", "fourth", "fifth")
    adding = add(dialect, *names)
    accepted = status(200, 204).entra(
        ms.ON_DEMAND,
        so="a group that is provisioned on demand stays empty",
        fix="take PATCH in the legacy dialect, whatever the tenant URL says",
    )
    return Scenario(
        given=create_users(world, *names),
        steps=[
            match_group(world, team, None, key="match"),
            create_group(world, team).but(after={"status": ("ENT-GRP-01#create.status",)}),
            replace(adding, checks=(accepted,), owner=None),
        ],
    )
