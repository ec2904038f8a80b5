"""Elements of lists: create an element that does not exist yet, and keep the elements next to a changed one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra import needs, payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.expectations import keeps
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import (
    create_user,
    patch_user,
    read_back,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths

WORK_EMAIL = 'emails[type eq "work"].value'


def _elements(profile: Profile) -> Iterable[tuple[str, str]]:
    # One is enough: ENT-UPD-08 creates elements of every other kind.
    return [(paths.parse(WORK_EMAIL).slug, WORK_EMAIL)] if needs.has(profile, f"changes:{WORK_EMAIL}") else []


@scenario(
    "ENT-UPD-04",
    "Set a value whose element does not exist yet",
    moment=Moment.UPDATE,
    dialects=True,
    rows=_elements,
    covers="B59 B60",
)
def creates_element(world: World, dialect: Dialect, path: str) -> Scenario:
    """A user had no such value, and now Entra sends `emails[type eq "work"].value`. There is no work e-mail address to
    change, so the target must create one. The RFC's noTarget applies to replace, but Entra and its validator expect the
    element (RFC erratum 8097 is held for document update). The same applies to a telephone number of a type that the
    user did not have: the numbers of other types must stay as they are."""
    person = world.person()
    body = payload.user(world.profile, person)
    value = str(paths.read(body, paths.parse(path)))
    body.pop(paths.find_key(body, paths.parse(path).name) or "")
    made = stored(paths.parse(path), value, prefix="made").entra(
        ms.NO_TARGET, so="the value is not saved", fix="create the element"
    )
    beside = _beside(world, body)
    plainest = {"status": (f"ENT-UPD-10/{dialect}#patch.status",)}
    patch = patch_user(dialect, [Change(path, value, Verb.ADD), *beside.changes]).but(after=plainest)
    accepted = status(200, 204).entra(
        ms.NO_TARGET,
        so="the whole request fails, including every other change to this user",
        fix="when no element matches the filter, create one with the filter's values",
    )
    after = {made.key: (f"ENT-CRE-01#read-back.stored.{paths.parse(path).slug}",), **beside.after}
    return Scenario(
        given=[create_user(world, person, body=body).but(owner=f"ENT-UPD-08/{dialect}")],
        steps=[patch.but(checks=(accepted,)), read_back("user", made, *beside.checks).but(after=after)],
    )


PHONES = ('phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value')


@dataclass(frozen=True)
class _Beside:
    """A change that creates an element next to others, what must stay, and what explains a loss."""

    changes: Sequence[Change] = ()
    checks: Sequence[Check] = ()
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _beside(world: World, body: dict[str, Any]) -> _Beside:
    """Omit the mobile number from a creation's body, and let Entra add it: the work number must stay. A target that
    keeps only one number has none to lose: ENT-CRE-01 reports it."""
    known = [paths.read(body, paths.parse(path)) for path in PHONES]
    if None in known or set(PHONES) & world.unkept or not needs.has(world.profile, f"changes:{PHONES[1]}"):
        return _Beside()
    work, mobile = (str(one) for one in known)
    held = paths.find_key(body, "phoneNumbers") or "phoneNumbers"
    body[held] = [one for one in body[held] if one.get("type") != "mobile"]
    stays = keeps(PHONES[0], work, "a new telephone number replaces another one")
    lost = (f"ENT-CRE-01#read-back.stored.{paths.parse(PHONES[0]).slug}",)
    return _Beside([Change(PHONES[1], mobile, Verb.ADD)], [stays], {stays.key: lost})


def _siblings(profile: Profile) -> Iterable[tuple[str, tuple[str, str]]]:
    """Pairs of elements of one attribute: the first one changes, the second one must stay."""
    mail = (WORK_EMAIL, 'emails[type eq "other"].value')
    if needs.has(profile, f"changes:{WORK_EMAIL}") and (needs.has(profile, mail[1]) or not profile.only_mapped):
        yield "emails", mail


@scenario("ENT-UPD-06", "Other elements stay", moment=Moment.UPDATE, dialects=True, rows=_siblings, covers="B61")
def siblings(world: World, dialect: Dialect, pair: tuple[str, str]) -> Scenario:
    """Entra changes the work e-mail address, and then removes it. The user's other e-mail addresses were not sent and
    must stay. A target that keeps only one address has nothing to lose here."""
    person = world.person()
    body = payload.user(world.profile, person)
    changed, other = (paths.parse(path) for path in pair)
    old, kept = (
        str(paths.read(body, changed)),
        paths.read(body, other) or world.renamed("other", str(person.attributes["mail"])),
    )
    paths.write(body, other, kept)
    new = world.renamed("new", old) if "@" in old else old[:-2] + ("11" if old.endswith("00") else "00")
    arrived = stored(changed, new).entra(ms.TUTORIAL, so="the old value stays in use")
    stays = keeps(pair[1], kept, "a change of one element deletes or changes another")
    there = keeps(pair[1], kept, "a second element is not stored").vital()
    before = read_back("user", there, key="read-before")
    return Scenario(
        given=[
            create_user(world, person, body=body),
            before.but(owner="ENT-CRE-01", optional=not needs.has(world.profile, pair[1])),
        ],
        steps=[
            patch_user(dialect, [Change(pair[0], new)]),
            read_back("user", arrived, stays),
            *world.once(dialect, *_removed(dialect, pair[0], stays)),
        ],
    )


def _removed(dialect: Dialect, path: str, stays: Check) -> list[Step]:
    """Remove the element that was changed, as has been observed for e-mail addresses: the other one must stay.
    ENT-UPD-11 checks whether the removal itself works."""
    remove = patch_user(dialect, [Change(path, None, Verb.REMOVE)], key="remove", why="Remove the value")
    return [remove.but(checks=()), read_back("user", stays, key="read-removed")]
