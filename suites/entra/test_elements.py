"""Elements of lists: create an element that does not exist yet, and keep the elements next to a changed one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import keeps, value_of
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import still_primary
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths

WORK_EMAIL = 'emails[type eq "work"].value'


def _elements(profile: Profile) -> Iterable[tuple[str, str]]:
    # One is enough: ENT-UPD-08 creates elements of every other kind.
    return [(paths.parse(WORK_EMAIL).slug, WORK_EMAIL)] if needs.has(profile, f"changes:{WORK_EMAIL}") else []


@scenario("ENT-UPD-04", "Set a value whose element does not exist yet", Moment.UPDATE, dialects=True, rows=_elements)
@covers("B59 B60")
def creates_element(world: World, dialect: Dialect, path: str) -> Scenario:
    """A user had no such value, and now Entra sends `emails[type eq "work"].value`. There is no work e-mail address to
    change, so the target must create one. The RFC's noTarget applies to replace, but Entra and its validator expect the
    element (RFC erratum 8097 is held for document update). The same applies to a telephone number of a type that the
    user did not have: the numbers of other types must stay as they are."""
    person = world.person()
    body = world.body(person)
    added = [_left_out(body, path), *_mobile_left_out(world, body)]
    patch = patch_user(dialect, [one.change for one in added]).expecting_only(ELEMENT_CREATED)
    read = read_back("user", *(one.check for one in added)).explained_by(*(one.because for one in added))
    return Scenario(
        given=[create_user(world, person, body=body)],
        steps=[patch.explained_by(NOTHING_ADDED[dialect]), read],
    )


NOTHING_ADDED = {
    dialect: Because(
        "A target that adds nothing creates no element.", {"status": [f"ENT-UPD-10/{dialect}#patch.status"]}
    )
    for dialect in Dialect
}
ELEMENT_CREATED = status(200, 204).entra(
    ms.NO_TARGET,
    so="the whole request fails, including every other change to this user",
    fix="when no element matches the filter, create one with the filter's values",
)


@dataclass(frozen=True)
class _Added:
    """A change that creates an element, and a check of the value at `path` afterwards."""

    change: Change
    path: str
    check: Check

    @property
    def because(self) -> Because:
        """What explains the check: the target did not store the value at the very first creation either."""
        never = f"ENT-CRE-01#read-back.stored.{paths.parse(self.path).slug}"
        return Because("A value that is never stored is missing everywhere.", {self.check.key: [never]})


def _left_out(body: dict[str, Any], path: str) -> _Added:
    """Omit an element from a creation's body, and let Entra add it."""
    parsed = paths.parse(path)
    value = str(paths.read(body, parsed))
    body.pop(paths.find_key(body, parsed.name) or "")
    made = stored(parsed, value, prefix="made").entra(
        ms.NO_TARGET, so="the value is not saved", fix="create the element"
    )
    return _Added(Change(path, value, Verb.ADD), path, made)


WORK, MOBILE = 'phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value'


def _mobile_left_out(world: World, body: dict[str, Any]) -> list[_Added]:
    """Omit the mobile number from a creation's body, and let Entra add it: the work number must stay. A target that
    keeps only one number has none to lose: ENT-CRE-01 reports it."""
    known = [paths.read(body, paths.parse(path)) for path in (WORK, MOBILE)]
    if None in known or {WORK, MOBILE} & world.unkept or not needs.has(world.profile, f"changes:{MOBILE}"):
        return []
    work, mobile = (str(one) for one in known)
    held = paths.find_key(body, "phoneNumbers") or "phoneNumbers"
    body[held] = [one for one in body[held] if one.get("type") != "mobile"]
    stays = keeps(WORK, work, "a new telephone number replaces another one")
    return [_Added(Change(MOBILE, mobile, Verb.ADD), WORK, stays)]


def _siblings(profile: Profile) -> Iterable[tuple[str, tuple[str, str]]]:
    """Pairs of elements of one attribute: the first one changes, the second one must stay."""
    mail = (WORK_EMAIL, 'emails[type eq "other"].value')
    if needs.has(profile, f"changes:{WORK_EMAIL}") and (needs.has(profile, mail[1]) or not profile.only_mapped):
        yield "emails", mail


@scenario("ENT-UPD-06", "Other elements stay", Moment.UPDATE, dialects=True, rows=_siblings)
@covers("B61")
def siblings(world: World, dialect: Dialect, pair: tuple[str, str]) -> Scenario:
    """Entra changes the work e-mail address, and then removes it, in one of the dialects. The user's other e-mail
    addresses were not sent and must stay. A target that keeps only one address has nothing to lose here. The work
    address stays the primary one when it changes, and when another address is added: neither request says otherwise."""
    path, other = pair
    person = world.person()
    body, kept = _with_sibling(world, person, other)
    change = Change(path, _another(world, str(value_of(world, person, path))))
    stays = keeps(other, kept, "a change of one element deletes or changes another")
    return Scenario(
        given=[create_user(world, person, body=body), _read_sibling(world, other, kept)],
        steps=[
            patch_user(dialect, [change]),
            read_back("user", _arrived(change), stays, STILL_PRIMARY),
            *world.once(dialect, *_third(world, dialect, str(person.attributes["mail"]))),
            # ENT-UPD-11 removes an address in the first dialect.
            *world.once_in_last(dialect, *_removed(dialect, path, stays)),
        ],
    )


def _with_sibling(world: World, person: Person, other: str) -> tuple[dict[str, Any], str]:
    """Return the body of a creation that has a second element at the path `other`, and the value there."""
    body = world.body(person)
    kept = paths.read(body, paths.parse(other)) or world.renamed("other", str(person.attributes["mail"]))
    paths.write(body, paths.parse(other), kept)
    return body, kept


def _another(world: World, old: str) -> str:
    """Return another e-mail address or telephone number than `old`."""
    return world.renamed("new", old) if "@" in old else old[:-2] + ("11" if old.endswith("00") else "00")


def _read_sibling(world: World, other: str, kept: str) -> Step:
    """Read the second element before the change. A target that ignores what the profile does not map has none."""
    there = keeps(other, kept, "a second element is not stored").vital()
    read = read_back("user", there, key="read-before")
    return read.but(optional=not needs.has(world.profile, other), notes=(PRIMARY,))


PRIMARY = 'emails[type eq "work"].primary'
STILL_PRIMARY = still_primary(paths.parse(PRIMARY)).must(
    rfc7644("3.5.2.3"),
    so="the application sends its messages to another address, or to none",
    fix="change only what the request names: it sends no `primary`",
)


def _third(world: World, dialect: Dialect, mail: str) -> list[Step]:
    """Add an address of another type, accepted or not: the work address stays the primary one."""
    if world.profile.only_mapped:
        return []
    change = Change('emails[type eq "home"].value', world.renamed("home", mail), Verb.ADD)
    added = patch_user(dialect, [change], key="add-third", why="Add another e-mail address")
    return [added.unjudged().may_be_refused(), read_back("user", STILL_PRIMARY, key="read-third")]


def _arrived(change: Change) -> Check:
    return stored(paths.parse(change.path), change.value).entra(ms.TUTORIAL, so="the old value stays in use")


def _removed(dialect: Dialect, path: str, stays: Check) -> list[Step]:
    """Remove the element that was changed, as has been observed for e-mail addresses: the other one must stay.
    ENT-UPD-11 checks whether the removal itself works."""
    remove = patch_user(dialect, [Change(path, None, Verb.REMOVE)], key="remove", why="Remove the value")
    return [remove.unjudged(), read_back("user", stays, key="read-removed")]
