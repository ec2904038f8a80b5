"""Disable and restore: a user leaves the scope or comes back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.changing import leaver, renaming
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import active, differences, holds, holds_after
from scim_conformance.entra.explained import refused_at_all
from scim_conformance.entra.patching import patch_in_shape
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import and_see, create_user, match_user, patch_user, read_back, read_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Citation, Evidence
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Because, Step

NEEDS = ("changes:active",)


@scenario("ENT-DIS-01", "Disable a user", Moment.DISABLE, dialects=True, needs=NEEDS)
@covers("U9 L3 M3 M7 M35 B27 B36 B55 B56")
def disable(world: World, dialect: Dialect) -> Scenario:
    """A user left the scope. Entra reads the account and PATCHes `active`: the string "False" in the legacy dialect,
    false in the compliant one. The account must become inactive, return `active` as a JSON boolean, and stay readable
    by id and by filter. Otherwise Entra can never enable it again."""
    person = world.person()
    gone = leaver(person)
    found = match_user(world, gone, "user").explained_by(_seen_active(dialect, "ENT-DIS-01"))
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            *world.once(dialect, read_user("user", active(is_active=True))),
            _disable(world, dialect, person),
            read_back("user", *holds(world, gone, before=person)),
            *world.once(dialect, *and_see(world, gone, found, active(is_active=False))),
        ],
        spares=(),
    )


def _disable(world: World, dialect: Dialect, person: Person) -> Step:
    """PATCH `active` to false, with the other mapped attributes that depend on whether the user is in scope, as Entra
    does."""
    changes = differences(world.profile, person, leaver(person))
    step = patch_user(dialect, changes, key="disable", why="Disable the account")
    return _active_changed(dialect, step, "the user keeps access after leaving")


def _enable(world: World, dialect: Dialect, person: Person) -> Step:
    """PATCH `active` to true, in the same way."""
    changes = differences(world.profile, leaver(person), person)
    step = patch_user(dialect, changes, key="enable", why="Enable the account again")
    return _active_changed(dialect, step, "the user stays locked out after coming back").explained_by(HIDDEN)


HIDDEN = Because(
    "A disabled account that cannot be read cannot be enabled.",
    {"status": [f"ENT-DIS-01/{dialect}#read-back.status" for dialect in Dialect]},
)


def _active_changed(dialect: Dialect, step: Step, so: str) -> Step:
    fix = "return 200 or 204 to a PATCH of `active`, and save it"
    if dialect is Dialect.LEGACY:
        fix = f'{fix}: accept `Replace`, and the strings "True" and "False", in any letter case'
    return step.expecting_only(replace(step.checks[0], so=so, fix=fix))


def _seen_active(dialect: Dialect, scenario: str) -> Because:
    """Return what explains that `active` is wrong where an account is found: it is wrong by its id too."""
    return Because("A list shows what the account has.", {"active": [f"{scenario}/{dialect}#read-back.active"]})


@scenario("ENT-DIS-02", "Enable a user again", Moment.DISABLE, dialects=True, needs=NEEDS)
@covers("L6 M7 B57 B86b")
def restore(world: World, dialect: Dialect) -> Scenario:
    """A user came back. Entra PATCHes `active` to true on the linked id. It must be the same account, with all its
    values."""
    person = world.person()
    found = match_user(world, person, "user").explained_by(_seen_active(dialect, "ENT-DIS-02"))
    return Scenario(
        given=[create_user(world, person), _disable(world, dialect, person)],
        steps=[
            *world.once(dialect, read_user("user")),
            _enable(world, dialect, person),
            read_back("user", *holds(world, person, before=person)),
            *world.once(dialect, *and_see(world, person, found, active(is_active=True))),
        ],
    )


@scenario(
    "ENT-DIS-07",
    "Disable a user a second time",
    Moment.DISABLE,
    dialects="either",
    needs=NEEDS,
    extra=Extra(10, SEQUENCE),
)
@covers("U9 L3 L6")
def disable_again(world: World, dialect: Dialect) -> Scenario:
    """A user left, came back, and leaves again. The last request is the same as the first, and must be applied like it:
    a target may not answer it from memory. Then it is sent once more, as when the response was lost: the account is
    disabled already, and stays so."""
    person = world.person()
    again = _disable(world, dialect, person).but(key="disable-again", why="Disable the account again")
    given = [create_user(world, person), _disable(world, dialect, person), _enable(world, dialect, person)]
    steps = [
        again.explained_by(_refused_first(dialect)),
        read_back("user", active(is_active=False)),
        again.but(key="disable-twice", why="Disable the disabled account")
        .expecting_only(NOTHING_TO_DISABLE)
        .explained_by(_refused_first(dialect))
        .may_be_refused(),
        read_back("user", active(is_active=False), key="read-twice"),
    ]
    return Scenario(given=given, steps=steps, spares=())


NOTHING_TO_DISABLE = (
    status(200, 204)
    .should(ms.TUTORIAL, so="Entra records the change as failed, and sends it again", fix="return 200 or 204")
    .known_as(Evidence.INFERRED)
)


def _refused_first(dialect: Dialect) -> Because:
    return refused_at_all(f"ENT-DIS-01/{dialect}#disable.status")


@dataclass(frozen=True)
class Form:
    """Another way to write a change of `active`: the operation that disables, where it was seen, and, where it was
    seen too, the value that enables again. `sure`: several reports show it, so a target must accept it."""

    operation: dict[str, Any]
    source: Citation
    enabling: Any = None
    sure: bool = False

    @property
    def back(self) -> dict[str, Any]:
        """The same operation, which enables the account again."""
        value = {"active": self.enabling} if isinstance(self.operation["value"], dict) else self.enabling
        return {**self.operation, "value": value}


def _spellings(_: Profile) -> Iterable[tuple[str, Form]]:
    replaced = {"op": "Replace", "path": "active"}
    yield "lower-case-string", Form({**replaced, "value": "false"}, ms.LOWER_FALSE)
    yield "boolean", Form({**replaced, "value": False}, ms.TUTORIAL)
    yield "added", Form({"op": "Add", "path": "active", "value": "False"}, ms.ACTIVE_ADDED, "True", sure=True)


@scenario("ENT-DIS-03", "Other spellings of disable", Moment.DISABLE, dialects=["legacy"], rows=_spellings, needs=NEEDS)
@covers("B55 B56 B126")
def spellings(world: World, dialect: Dialect, form: Form) -> Scenario:
    """Spellings other than `Replace` with "False" that have been observed: the string "false", a boolean (Microsoft's
    tutorial), and the operation `Add`, with which Entra also enables accounts. Entra does not choose consistently
    between `Add` and `Replace`: two reports of 2026 describe a target that knows only `Replace`, so that leavers kept
    their access. Refusing one of the others is a warning. Returning success and leaving the account active is a
    deviation."""
    del dialect
    return _disabled_with(world, form)


def _objects(_: Profile) -> Iterable[tuple[str, Form]]:
    yield "boolean", Form({"op": "replace", "value": {"active": False}}, ms.PATHLESS_ACTIVE)
    yield "added", Form({"op": "add", "path": "active", "value": False}, ms.ACTIVE_ADDED, enabling=True, sure=True)
    yield "added-without-path", Form({"op": "add", "value": {"active": False}}, ms.ACTIVE_ADDED, enabling=True)


@scenario(
    "ENT-DIS-06",
    "Other forms of disable with the flag",
    Moment.DISABLE,
    dialects=["compliant"],
    rows=_objects,
    needs=NEEDS,
)
@covers("B58 B87 B126")
def without_path(world: World, dialect: Dialect, form: Form) -> Scenario:
    """`active` as a key of an object without a path, as a boolean (no source shows a string there), and `add` instead
    of `replace`, with which Entra also enables accounts. `add` with a path was reported twice in 2026; without a path,
    it is inferred from how Entra adds other attributes. Refusing a form without a path is a warning. Returning success
    and leaving the account active, or losing attributes that were not sent, is a deviation."""
    del dialect
    return _disabled_with(world, form)


def _disabled_with(world: World, form: Form) -> Scenario:
    """Disable a user in this form and, where it is known to enable too, enable the account again."""
    person = world.person()
    disabled = holds_after(world, person, Change("active", value=False), before=person)
    disable = patch_in_shape([form.operation], key="disable", why="Disable the account")
    steps = [disable.expecting_only(_accepted(form)), read_back("user", *disabled)]
    if form.enabling is not None:
        enable = patch_in_shape([form.back], key="enable", why="Enable the account again")
        enabled = read_back("user", *holds(world, person, before=person), key="read-enabled")
        steps += [enable.expecting_only(_accepted(form)), enabled]
    spares = () if form.enabling is None else ("User",)
    return Scenario(given=[create_user(world, person)], steps=steps, spares=spares)


def _accepted(form: Form) -> Check:
    if form.sure:
        return status(200, 204).entra(
            form.source,
            so="the user keeps access after leaving, or stays locked out after coming back",
            fix="treat `add` on `active` like `replace`: set the value, and return 200 or 204",
        )
    so = "the user keeps access after leaving, where Entra uses this spelling"
    accepted = status(200, 204).should(form.source, so=so, fix="accept this spelling, and return 200 or 204")
    return accepted.known_as(Evidence.INFERRED) if form.source is ms.ACTIVE_ADDED else accepted


@scenario("ENT-DIS-04", "Change a disabled user", Moment.DISABLE, dialects=True, needs=[*NEEDS, "changes:displayName"])
@covers("B27 B86b")
def change_inactive(world: World, dialect: Dialect) -> Scenario:
    """A change to a disabled user. Microsoft does not document whether Entra sends one; one report describes a target
    that rejected it and could not be read afterwards. A target that accepts the change must not enable the account, and
    the change must still be there when the account is enabled again."""
    employed = world.person()
    person = leaver(employed)
    renamed = renaming(world, person)
    return Scenario(
        given=[create_user(world, employed), _disable(world, dialect, employed)],
        steps=[
            _change_while_disabled(dialect, renamed),
            read_back("user", *holds_after(world, person, renamed, before=employed)),
            *world.once(dialect, *_enabled_with_change(world, dialect, employed, renamed)),
        ],
        # Enabled again in the first dialect only.
        spares=("User",) if dialect is world.dialects[0] else (),
    )


def _change_while_disabled(dialect: Dialect, change: Change) -> Step:
    causes = {"status": [f"ENT-DIS-02/{dialect}#enable.status"]}
    locked = Because("An account that cannot be enabled again refuses every change.", causes)
    return patch_user(dialect, [change]).expecting_only(CHANGED_WHILE_DISABLED).explained_by(locked)


CHANGED_WHILE_DISABLED = status(200, 204).should(
    ms.REFUSES_INACTIVE,
    so="changes made while the user is disabled are not saved",
    fix="accept changes to inactive accounts, and return 200 or 204",
)


def _enabled_with_change(world: World, dialect: Dialect, employed: Person, change: Change) -> list[Step]:
    """Enable the account again: the change that was made meanwhile is still there."""
    enable = _enable(world, dialect, employed)
    return [enable, read_back("user", *holds_after(world, employed, change, before=employed), key="read-enabled")]
