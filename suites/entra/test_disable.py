"""Disable and restore: somebody leaves the scope, or comes back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect, patch_op
from scim_conformance.entra.expectations import active, holds, value_of
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import (
    DISABLE_REFUSED,
    READ,
    UNFILTERED,
    UNREADABLE_INACTIVE,
    create_user,
    match_user,
    patch,
    patch_user,
    read_back,
    read_user,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import status
from scim_conformance.scenario.steps import Step


def _set_active(dialect: Dialect, *, value: bool) -> Step:
    why = "Enable the account again" if value else "Disable the account"
    step = patch_user(dialect, [Change("active", value)], key="enable" if value else "disable", why=why)
    so = "who came back stays locked out" if value else "who left keeps access"
    fix = 'take `Replace` for `replace`, and read the strings "True" and "False", in any letter case, as booleans'
    locked = {"status": (f"ENT-DIS-04/{dialect}#patch.status", *step.after.get("status", ()))}
    explained = locked if value else step.after
    told = replace(step.checks[0], so=so, fix=fix if dialect is Dialect.LEGACY else step.checks[0].fix)
    return replace(step, owner=f"ENT-DIS-0{2 if value else 1}/{dialect}", checks=(told,), after=explained)


@scenario(
    "ENT-DIS-01",
    "Disable a user",
    moment=Moment.DISABLE,
    dialects=True,
    needs=["active"],
    covers="U9 L3 M3 M7 M35 B27 B36 B55 B56",
)
def disable(world: World, dialect: Dialect) -> Scenario:
    """Somebody left the scope: Entra reads the account and PATCHes `active`, as the string "False" in the legacy
    dialect and as false in the compliant one. The account must be inactive, say so with a JSON boolean, and stay
    readable by id and by filter: otherwise it can never be enabled again."""
    person = world.person()
    gone = person.with_(IsSoftDeleted=True)
    inactive = active(is_active=False)
    explained = {
        **UNFILTERED,
        "one": (*UNREADABLE_INACTIVE["one"], *UNFILTERED["one"]),
        inactive.key: (f"ENT-DIS-01/{dialect}#read-back.active",),
    }
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            read_user("user", active(is_active=True)),
            _set_active(dialect, value=False),
            read_back("user", *holds(world, gone)),
            *world.once(dialect, match_user(world, person, "user").but(after=explained).expecting(inactive)),
        ],
    )


@scenario(
    "ENT-DIS-02", "Enable a user again", moment=Moment.DISABLE, dialects=True, needs=["active"], covers="L6 M7 B57"
)
def restore(world: World, dialect: Dialect) -> Scenario:
    """Somebody came back: Entra addresses the linked id and PATCHes `active` to true. It is the same account, with
    everything it had."""
    person, own = world.person(), f"ENT-DIS-02/{dialect}"
    found = match_user(world, person, "user").expecting(active(is_active=True))
    return Scenario(
        given=[create_user(world, person), _set_active(dialect, value=False)],
        steps=[
            read_user("user").but(after=UNREADABLE_INACTIVE),
            _set_active(dialect, value=True),
            read_back("user", *holds(world, person)),
            *world.once(dialect, found.but(after={**found.after, "active": (f"{own}#read-back.active",)})),
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
    needs=["active"],
    covers="B55 B56",
)
def spellings(world: World, dialect: Dialect, variant: Variant) -> Scenario:
    """Spellings that were seen beside "False": the string "false", and a boolean with the operation `Replace`
    (Microsoft's tutorial). Refusing one is a warning; answering success and leaving the account active is not."""
    del dialect
    value, source = variant
    return _otherwise(world, [{"op": "Replace", "path": "active", "value": value}], source)


def _objects(_: Profile) -> Iterable[tuple[str, Variant]]:
    yield "boolean", (False, ms.PATHLESS_ACTIVE)
    yield "string", ("False", ms.PATHLESS_ACTIVE)


@scenario(
    "ENT-DIS-06",
    "Disable without a path",
    moment=Moment.DISABLE,
    dialects=["compliant"],
    rows=_objects,
    needs=["active"],
    covers="B58 B87",
)
def without_path(world: World, dialect: Dialect, variant: Variant) -> Scenario:
    """`active` as a key of an object without a path, as a boolean or a string. Refusing it is a warning; answering
    success and leaving the account active, or losing what was not sent, is not."""
    del dialect
    value, source = variant
    return _otherwise(world, [{"op": "replace", "value": {"active": value}}], source)


def _otherwise(world: World, operations: list[dict[str, Any]], source: Citation) -> Scenario:
    person = world.person()
    step = patch("Users", patch_op(operations), None, "user", key="disable", why="Disable the account")
    disabled = holds(world, person.with_(IsSoftDeleted=True))
    accepted = status(200, 204).should(source, so="who left keeps access, where Entra writes it so", fix="accept it")
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            replace(step, checks=(accepted,), after=DISABLE_REFUSED),
            read_back("user", *disabled).but(after=UNREADABLE_INACTIVE),
        ],
        spares=(),
    )


@scenario(
    "ENT-DIS-04",
    "Change a disabled user",
    moment=Moment.DISABLE,
    dialects=True,
    needs=["active", "displayName"],
    covers="B27 B86b",
)
def change_inactive(world: World, dialect: Dialect) -> Scenario:
    """A disabled user that is still in scope is kept up to date. The target must not refuse changes because the account
    is inactive, and must not enable it. Whoever is enabled again has what was changed meanwhile."""
    employed = world.person()
    person = employed.with_(IsSoftDeleted=True)
    name = f"New {value_of(world, person, 'displayName')}"
    change = patch_user(dialect, [Change("displayName", name)])
    disabled = holds(world, person, but={"displayName": name})
    enabled = holds(world, person.with_(IsSoftDeleted=False), but={"displayName": name})
    own = f"ENT-DIS-04/{dialect}#read-back.stored.displayName"
    after = {**READ, "active": (f"ENT-DIS-02/{dialect}#read-back.active",), "stored.displayName": (own,)}
    accepted = status(200, 204).entra(
        ms.REFUSES_INACTIVE, so="Entra fails on this user in every cycle", fix="allow changes whatever the state"
    )
    return Scenario(
        given=[create_user(world, employed), _set_active(dialect, value=False)],
        steps=[
            replace(change, checks=(accepted,)),
            read_back("user", *disabled).but(after=UNREADABLE_INACTIVE),
            *world.once(
                dialect,
                _set_active(dialect, value=True).but(after={"status": (f"ENT-DIS-02/{dialect}#enable.status",)}),
                read_back("user", *enabled, key="read-enabled").but(after=after),
            ),
        ],
    )
