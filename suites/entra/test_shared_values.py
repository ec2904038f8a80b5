"""Two users with one value: an e-mail address that both have, or an externalId that was assigned twice."""

from collections.abc import Iterable, Mapping
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import ANY_REFUSAL, no_server_error
from scim_conformance.entra.changing import renaming
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.explained import never_stored
from scim_conformance.entra.leaving import leaves
from scim_conformance.entra.matching import match_by
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch_user, read_back, read_before
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths
from scim_conformance.scim.paths import elements, member


def _shared(profile: Profile) -> Iterable[tuple[str, str]]:
    offered = {"emails.work.value": 'emails[type eq "work"].value', "externalId": "externalId"}
    matching = profile.user.matching[0].target.lower()
    return [(name, path) for name, path in offered.items() if needs.has(profile, path) and path.lower() != matching]


@scenario("ENT-CRE-09", "Another user with the same value", Moment.CREATE, rows=_shared, needs=["userName"])
@covers("B50 B52")
def shared(world: World, path: str) -> Scenario:
    """Two users share an e-mail address, or the same externalId was assigned twice. Entra finds no account for the
    second userName and sends POST. The target may create a second account or refuse (409). It must not return the first
    account: two users in Entra would then change and disable it. A filter on the value must find every user who has it:
    if there are several, Entra stops for this user (DuplicateTargetEntries) instead of linking the wrong account."""
    first, other = world.person(), world.person()
    value = paths.read(world.body(first), paths.parse(path))
    return Scenario(
        given=[create_user(world, first, "first"), read_before("userName", path, name="first")],
        steps=[
            _create_other(world, other, {path: value}),
            _read_first(path),
            # If the target does not store the value at all, ENT-CRE-01 reports it.
            *([] if path in world.unkept or not world.is_own(value) else [_query(path, value)]),
        ],
    )


def _create_other(world: World, other: Person, shared: Mapping[str, Any]) -> Step:
    step = create_named(world, other, "other", body=world.body(other, shared))
    step = step.but(why="Create another user with the same value")
    return step.expecting_only(NOT_TAKEN_OVER, no_server_error(ANOTHER_ACCOUNT, key="status")).may_be_refused()


ANOTHER_ACCOUNT = "create another account, or return 409 uniqueness"
ONE_ACCOUNT = "two people in Entra share one account"


def _read_first(path: str) -> Step:
    """Read the first user: neither the name nor the shared value changed."""
    name, value = _kept("userName", ONE_ACCOUNT), _kept(path, "the value no longer finds the first user")
    taken = Because(
        "An account that another user takes over has that user's name.",
        {name.key: [f"ENT-CRE-09/{paths.parse(path).slug}#create-other.another"]},
    )
    return read_back("first", name, value).explained_by(taken)


def _kept(path: str, so: str) -> Check:
    """What the first user keeps. A POST creates a resource (RFC 7644 section 3.3): it changes no other one."""
    fix = "on POST, create a new resource or refuse; never change an existing one"
    return unchanged(paths.parse(path)).entra(ms.TAKEN_OVER, so=so, fix=fix)


def _query(path: str, value: str) -> Step:
    """Query the value: every user who has it is found."""
    plainest = f"ENT-MAT-05/{paths.parse(path).slug}#match"
    explained = Because("A filter that does not find one user does not find two.", {"all": [f"{plainest}.one"]})
    so = "Entra links the first account that the target returns"
    return (
        match_by(path, value)
        .explained_by(explained)
        .expecting(
            status(200).should(ms.TUTORIAL, so=so, fix=f"support the filter {path} eq"),
            _all_of("first", "other").should(rfc7643("3.1"), so=so, fix="return every resource that has the value"),
        )
    )


def _another(name: str) -> Obligation:
    """Check that a creation that succeeded created a different resource than the one stored as `name`."""
    return Obligation("another", f"a refusal, or a different account than {{{name}}}", lambda view: _same(view, name))


def _same(view: View, name: str) -> str | None:
    taken = view.answer.ok and member(view.body, "id") == view.bindings.get(name)
    return f"status {view.answer.status} with the id of {{{name}}}" if taken else None


NOT_TAKEN_OVER = _another("first").entra(ms.TAKEN_OVER, so=ONE_ACCOUNT, fix=ANOTHER_ACCOUNT)


def _all_of(*names: str) -> Obligation:
    """Check for a list of exactly those resources stored under these names that were created."""
    return Obligation("all", "every user with the value, and no others", lambda view: _differ(view, names))


def _differ(view: View, names: tuple[str, ...]) -> str | None:
    wanted = {view.bindings[name] for name in names if name in view.bindings}
    found = [str(member(entry, "id")) for entry in elements(member(view.body, "Resources"))]
    return None if set(found) == wanted and len(found) == len(wanted) else f"{len(found)} instead of {len(wanted)}"


@scenario(
    "ENT-DEL-04",
    "Delete one of two users with the same value",
    Moment.DELETE,
    rows=_shared,
    needs=["changes:active"],
    extra=Extra(22, SEQUENCE),
)
@covers("L3 L4 B50")
def one_of_two(world: World, path: str) -> Scenario:
    """Two users share an e-mail address, or the same externalId was assigned twice, and the target has an account for
    each. One of them leaves: the account is disabled, and deleted later. The other must stay active and keep the
    account: nothing was sent about it."""
    first, other = world.person(), world.person()
    value = paths.read(world.body(first), paths.parse(path))
    second = create_named(world, other, "other", body=world.body(other, {path: value}))
    accepted = status(201).should(rfc7644("3.3"), so=ONE_ACCOUNT).vital()
    optional = second.expecting_only(accepted).but(
        optional=True, also_ok=ANY_REFUSAL, lacking="the target refuses a second user with this value"
    )
    return Scenario(
        given=[create_user(world, first), optional],
        steps=[*_changed_alone(world, path, first), *leaves(world.plain, "other", "value")],
    )


def _changed_alone(world: World, path: str, first: Person) -> list[Step]:
    """Change the value of one of them: the other's stays. ENT-UPD-02 judges the change itself."""
    if path in world.unkept or not needs.has(world.profile, f"changes:{path}"):
        return []
    value = value_of(world, first, path)
    change, back = (
        patch_user(world.plain, [one], key=key, why=why).unjudged().may_be_refused()
        for one, key, why in (
            (renaming(world, first, "new", path), "change", "Change the value of one user"),
            (Change(path, value), "change-back", "Change it back"),
        )
    )
    stays = stored(paths.parse(path), value, prefix="kept").must(
        rfc7644("3.5.2"),
        so="a change of one user changes others who have the same value",
        fix="store the values of each user apart",
    )
    return [change, read_back("other", stays, key="read-changed").explained_by(_never_stored(path)), back]


def _never_stored(path: str) -> Because:
    slug = paths.parse(path).slug
    return never_stored(f"kept.{slug}", plainest=[f"ENT-CRE-01#read-back.stored.{slug}"])
