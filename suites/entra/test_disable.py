"""Disable and restore: a user leaves the scope or comes back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.changing import leaver
from scim_conformance.entra.dialects import Change, Dialect, patch_op
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import active, differences, holds, value_of
from scim_conformance.entra.explained import DISABLE_REFUSED, READ, UNFILTERED, UNREADABLE_INACTIVE
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import and_see, create_user, match_user, patch, patch_user, read_back, read_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step


def _set_active(world: World, dialect: Dialect, before: Person, after: Person) -> Step:
    """PATCH `active`, together with the other mapped attributes that depend on whether the user is in scope, as Entra
    does."""
    value = not after.attributes["IsSoftDeleted"]
    why = "Enable the account again" if value else "Disable the account"
    changes = differences(world.profile, before, after)
    step = patch_user(dialect, changes, key="enable" if value else "disable", why=why)
    so = "the user stays locked out after coming back" if value else "the user keeps access after leaving"
    fix = 'treat `Replace` as `replace`, and accept the strings "True" and "False", in any letter case, as booleans'
    told = replace(step.checks[0], so=so, fix=fix if dialect is Dialect.LEGACY else step.checks[0].fix)
    return step.but(owner=f"ENT-DIS-0{2 if value else 1}/{dialect}", checks=(told,))


@scenario("ENT-DIS-01", "Disable a user", moment=Moment.DISABLE, dialects=True, needs=["changes:active"])
@covers("U9 L3 M3 M7 M35 B27 B36 B55 B56")
def disable(world: World, dialect: Dialect) -> Scenario:
    """A user left the scope. Entra reads the account and PATCHes `active`: the string "False" in the legacy dialect,
    false in the compliant one. The account must become inactive, return `active` as a JSON boolean, and stay readable
    by id and by filter. Otherwise Entra can never enable it again."""
    person = world.person()
    gone = leaver(person)
    inactive = active(is_active=False)
    explained = {
        **UNFILTERED,
        "one": (*UNREADABLE_INACTIVE["one"], *UNFILTERED["one"]),
        inactive.key: (f"ENT-DIS-01/{dialect}#read-back.active",),
    }
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            *world.once(dialect, read_user("user", active(is_active=True))),
            _set_active(world, dialect, person, gone),
            read_back("user", *holds(world, gone, before=person)),
            *world.once(dialect, *and_see(world, gone, match_user(world, gone, "user").but(after=explained), inactive)),
        ],
        spares=(),
    )


@scenario("ENT-DIS-02", "Enable a user again", moment=Moment.DISABLE, dialects=True, needs=["changes:active"])
@covers("L6 M7 B57 B86b")
def restore(world: World, dialect: Dialect) -> Scenario:
    """A user came back. Entra PATCHes `active` to true on the linked id. It must be the same account, with all its
    values."""
    person, own = world.person(), f"ENT-DIS-02/{dialect}"
    gone = leaver(person)
    found = match_user(world, person, "user")
    found = found.but(after={**found.after, "active": (f"{own}#read-back.active",)})
    return Scenario(
        given=[create_user(world, person), _set_active(world, dialect, person, gone)],
        steps=[
            *world.once(dialect, read_user("user").but(after=UNREADABLE_INACTIVE)),
            _set_active(world, dialect, gone, person),
            read_back("user", *holds(world, person, before=person)),
            *world.once(dialect, *and_see(world, person, found, active(is_active=True))),
        ],
    )


Variant = tuple[Any, Citation]


def _spellings(_: Profile) -> Iterable[tuple[str, Variant]]:
    yield "lower-case-string", ("false", ms.LOWER_FALSE)
    yield "boolean", (False, ms.TUTORIAL)


@scenario(
    "ENT-DIS-03",
    "Other spellings of disable",
    moment=Moment.DISABLE,
    dialects=["legacy"],
    rows=_spellings,
    needs=["changes:active"],
)
@covers("B55 B56")
def spellings(world: World, dialect: Dialect, variant: Variant) -> Scenario:
    """Spellings other than "False" that have been observed: the string "false", and a boolean with the operation
    `Replace` (Microsoft's tutorial). Refusing one is a warning. Returning success and leaving the account active is a
    deviation."""
    del dialect
    value, source = variant
    return _otherwise(world, [{"op": "Replace", "path": "active", "value": value}], source)


def _objects(_: Profile) -> Iterable[tuple[str, Variant]]:
    yield "boolean", (False, ms.PATHLESS_ACTIVE)


@scenario(
    "ENT-DIS-06",
    "Disable without a path",
    moment=Moment.DISABLE,
    dialects=["compliant"],
    rows=_objects,
    needs=["changes:active"],
)
@covers("B58 B87")
def without_path(world: World, dialect: Dialect, variant: Variant) -> Scenario:
    """`active` as a key of an object without a path, as a boolean; no source shows a string there. Refusing it is a
    warning. Returning success and leaving the account active, or losing attributes that were not sent, is a
    deviation."""
    del dialect
    value, source = variant
    return _otherwise(world, [{"op": "replace", "value": {"active": value}}], source)


def _otherwise(world: World, operations: list[dict[str, Any]], source: Citation) -> Scenario:
    person = world.person()
    step = patch("Users", patch_op(operations), None, "user", key="disable", why="Disable the account")
    disabled = holds(world, person, before=person, but={"active": False})
    accepted = status(200, 204).should(
        source, so="the user keeps access after leaving, where Entra uses this spelling", fix="accept this spelling"
    )
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            step.but(checks=(accepted,), after=DISABLE_REFUSED),
            read_back("user", *disabled).but(after=UNREADABLE_INACTIVE),
        ],
        spares=(),
    )


@scenario(
    "ENT-DIS-04",
    "Change a disabled user",
    moment=Moment.DISABLE,
    dialects=True,
    needs=["changes:active", "changes:displayName"],
)
@covers("B27 B86b")
def change_inactive(world: World, dialect: Dialect) -> Scenario:
    """A change to a disabled user. Microsoft does not document whether Entra sends one; one report describes a target
    that rejected it and could not be read afterwards. A target that accepts the change must not enable the account, and
    the change must still be there when the account is enabled again."""
    employed = world.person()
    person = leaver(employed)
    name = world.renamed("New", value_of(world, person, "displayName"))
    change = patch_user(dialect, [Change("displayName", name)])
    disabled = holds(world, person, before=employed, but={"displayName": name})
    enabled = holds(world, employed, before=employed, but={"displayName": name})
    own = f"ENT-DIS-04/{dialect}#read-back.stored.displayName"
    after = {**READ, "active": (f"ENT-DIS-02/{dialect}#read-back.active",), "stored.displayName": (own,)}
    # If the account cannot be enabled again, that is what needs fixing.
    locked = {"status": (f"ENT-DIS-02/{dialect}#enable.status", *change.after.get("status", ()))}
    accepted = status(200, 204).should(
        ms.REFUSES_INACTIVE,
        so="changes made while the user is disabled are not saved",
        fix="accept changes to inactive accounts",
    )
    return Scenario(
        given=[create_user(world, employed), _set_active(world, dialect, employed, person)],
        steps=[
            change.but(checks=(accepted,), after=locked),
            read_back("user", *disabled).but(after=UNREADABLE_INACTIVE),
            *world.once(
                dialect,
                _set_active(world, dialect, person, employed).but(
                    after={"status": (f"ENT-DIS-02/{dialect}#enable.status",)}
                ),
                read_back("user", *enabled, key="read-enabled").but(after=after),
            ),
        ],
        # Enabled again in the first dialect only.
        spares=("User",) if dialect is world.dialects[0] else (),
    )
