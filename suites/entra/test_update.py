"""Update: something changed in Entra, so it PATCHes the linked account with the differences."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.expectations import holds, keeps, lost_too, to_send, value_of
from scim_conformance.entra.people import Person
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import REFUSED, STILL_THERE, create_user, delete, match_user, patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import answered_with, refused, status, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns

WORK_EMAIL = 'emails[type eq "work"].value'


@scenario(
    "ENT-UPD-01",
    "Change one attribute",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["displayName"],
    covers="L2 L18 M2 M13 M39 B08 B11 B12 B40 B53 B84 B87 B114 B77",
)
def one_attribute(world: World, dialect: Dialect) -> Scenario:
    """The smallest PATCH that Entra sends: a new displayName. In the legacy dialect the operation is `Replace` with a
    path, in the compliant one `replace` with an object and no path. Nothing else may change."""
    person = world.person()
    name = f"New {value_of(world, person, 'displayName')}"
    fresh = answered_with(paths.parse("displayName"), name).should(
        ms.STALE_BODY, so="Microsoft's validator reads the old value", fix="read the account anew before answering 200"
    )
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, [Change("displayName", name)]).but(after={}).expecting(fresh),
            read_back("user", *holds(world, person, but={"displayName": name})),
        ],
    )


@scenario(
    "ENT-UPD-02",
    "Link an existing user and send all differences",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="U6 P1 L2 M11 B60 B63 B64 B67 B83 B86 B66",
)
def differences_at_once(world: World, dialect: Dialect) -> Scenario:
    """The account exists already. Entra finds it by the matching attribute and sends every difference in one PATCH:
    simple, nested, filtered and extension attributes together. In the compliant dialect the simple ones travel as keys
    of one object without a path, `name.givenName` and `urn:…:User:department` among them."""
    before, other = world.person(), world.person()
    kept = ("objectId", "userPrincipalName", "preferredLanguage", "country")
    after = before.with_(**{key: value for key, value in other.attributes.items() if key not in kept})
    return Scenario(
        given=[create_user(world, before)],
        steps=[
            *world.once(dialect, match_user(world, before, "user")),
            patch_user(dialect, to_send(world.profile, before, after)),
            read_back("user", *holds(world, after)),
        ],
    )


@scenario(
    "ENT-UPD-03", "Rename a user", moment=Moment.UPDATE, dialects=True, needs=["userName"], covers="U8 M34 B78 B79"
)
def rename(world: World, dialect: Dialect) -> Scenario:
    """Somebody marries: the userPrincipalName changes. Entra PATCHes userName of the linked id. The id stays, the new
    name is found, the old one is not, and is free for somebody else."""
    person = world.person()
    name = f"married.{value_of(world, person, 'userName')}"
    # Where the name was not even changed, that is what to mend.
    kept = (f"ENT-UPD-03/{dialect}#read-back.stored.userName",)
    matches = [
        match_user(world, person, "user", key="match-new", value=name),
        match_user(world, person, None, key="match-old"),
        _successor(world, person),
    ]
    matches = [step.but(after={**step.after, **_first(step, kept)}) for step in matches]
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, [Change("userName", name)]),
            read_back("user", *holds(world, person, but={"userName": name})),
            *world.once(dialect, *(matches if world.user_match.target == "userName" else [])),
        ],
    )


def _first(step: Step, cause: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Let a cause explain each check of a step before whatever else does."""
    return {check.key: (*cause, *step.after.get(check.key, ())) for check in step.checks}


def _successor(world: World, person: Person) -> Step:
    """Create somebody who gets the name that another has given up."""
    other = world.person().with_(userPrincipalName=person.user_name)
    step = create_user(world, other, "other", key="create-successor").but(why="Create somebody who has the old name")
    free = status(201).entra(
        ms.TOMBSTONE, so="a name that somebody gave up is never free again", fix="free the old userName"
    )
    return replace(step, checks=(free,), after=REFUSED, owner=None)


def _elements(profile: Profile) -> Iterable[tuple[str, str]]:
    # One is enough: ENT-UPD-08 makes elements of every other kind.
    return [(paths.parse(WORK_EMAIL).slug, WORK_EMAIL)] if profile.has(WORK_EMAIL) else []


@scenario(
    "ENT-UPD-04",
    "Set a value whose element does not exist yet",
    moment=Moment.UPDATE,
    dialects=True,
    rows=_elements,
    covers="B59 B60",
)
def creates_element(world: World, dialect: Dialect, path: str) -> Scenario:
    """A user had no such value; now Entra sends `emails[type eq "work"].value`. There is no work e-mail to change: the
    target must make one. The RFC's noTarget is for replace; Entra and its validator expect the element (RFC erratum
    8097 is held for document update)."""
    person = world.person()
    body = payload.user(world.profile, person)
    value = str(paths.read(body, paths.parse(path)))
    body.pop(paths.parse(path).name)
    made = stored(paths.parse(path), value, prefix="made").entra(
        ms.NO_TARGET, so="the value never arrives, and Entra sends it again in every cycle", fix="make the element"
    )
    plainest = {"status": (f"ENT-UPD-10/{dialect}#patch.status",)}
    patch = patch_user(dialect, [Change(path, value, Verb.ADD)]).but(after=plainest)
    accepted = status(200, 204).entra(
        ms.NO_TARGET,
        so="the whole request fails, and with it every other change of this user",
        fix="when no element matches the filter, make one with the filter's values",
    )
    return Scenario(
        given=[create_user(world, person, body=body).but(owner=f"ENT-UPD-08/{dialect}")],
        steps=[
            replace(patch, checks=(accepted,)),
            read_back("user", made).but(after={made.key: (f"ENT-CRE-01#read-back.stored.{paths.parse(path).slug}",)}),
        ],
    )


@scenario(
    "ENT-UPD-05", "The same value again", moment=Moment.UPDATE, dialects="either", needs=["displayName"], covers="B75"
)
def no_change(world: World, dialect: Dialect) -> Scenario:
    """Entra sends a value that is already there. That is a success, not an error."""
    person = world.person()
    patch = patch_user(dialect, [Change("displayName", value_of(world, person, "displayName"))])
    return Scenario(
        given=[create_user(world, person)],
        steps=[patch],
    )


def _siblings(profile: Profile) -> Iterable[tuple[str, tuple[str, str]]]:
    """Pairs of elements of one attribute: the first is changed, the second must stay."""
    mail = (WORK_EMAIL, 'emails[type eq "other"].value')
    if profile.has(WORK_EMAIL) and (profile.has(mail[1]) or not profile.only_mapped):
        yield "emails", mail


@scenario("ENT-UPD-06", "Other elements stay", moment=Moment.UPDATE, dialects=True, rows=_siblings, covers="B61")
def siblings(world: World, dialect: Dialect, pair: tuple[str, str]) -> Scenario:
    """Entra changes the work e-mail, and then removes it. The user's other e-mails were not sent and must still be
    there. A target that keeps one address only, whatever is sent, has nothing to lose here."""
    person = world.person()
    body = payload.user(world.profile, person)
    changed, other = (paths.parse(path) for path in pair)
    old, kept = str(paths.read(body, changed)), paths.read(body, other) or "other." + str(person.attributes["mail"])
    paths.write(body, other, kept)
    new = "new." + old if "@" in old else old[:-2] + ("11" if old.endswith("00") else "00")
    arrived = stored(changed, new).entra(ms.TUTORIAL, so="the old value stays in use")
    stays = keeps(pair[1], kept, "a change of one element deletes or changes another")
    there = keeps(pair[1], kept, "a second element is not stored").vital()
    before = read_back("user", there, key="read-before")
    return Scenario(
        given=[
            create_user(world, person, body=body),
            before.but(owner="ENT-CRE-01", optional=not world.profile.has(pair[1])),
        ],
        steps=[
            patch_user(dialect, [Change(pair[0], new)]),
            read_back("user", arrived, stays),
            *world.once(dialect, *_removed(dialect, pair[0], stays)),
        ],
    )


def _removed(dialect: Dialect, path: str, stays: Check) -> list[Step]:
    """Remove the element that was changed, as was seen of e-mails: the other one stays. Whether the removal itself
    works is what ENT-UPD-11 asks."""
    remove = patch_user(dialect, [Change(path, None, Verb.REMOVE)], key="remove", why="Remove the value")
    return [replace(remove, checks=(), go_on=True), read_back("user", stays, key="read-removed")]


PARTS = {
    f"{urns.ENTERPRISE_USER}:department": "Changed",
    "name.givenName": "Zo",
    'addresses[type eq "work"].locality': "Changed",
    'phoneNumbers[type eq "mobile"].value': "+1 312 555 0199",
}


@scenario(
    "ENT-UPD-18",
    "Change one part of each complex attribute",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["name.givenName"],
    covers="B61 B64",
)
def parts(world: World, dialect: Dialect) -> Scenario:
    """One attribute of the extension, one part of the name and of the address and one of the phone numbers change.
    Their siblings were not sent: employee number, family name, street and the other numbers stay as they are. So does
    somebody else who had the same values."""
    colleague = world.neighbour or world.person()
    alike = {name: colleague.attributes[name] for name in ("department", "givenName", "city", "mobile")}
    person = world.person().with_(**alike)
    changed = {path: value for path, value in PARTS.items() if world.profile.has(path) and path not in world.unkept}
    changed = changed or {"name.givenName": PARTS["name.givenName"]}
    # A target may put name.formatted and the address's formatted together itself (RFC 7643 section 4.1).
    apart = {"stored.name.formatted", "stored.addresses.work.formatted"}
    kept = [check for check in holds(world, person, but=changed) if check.key not in apart]
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, [Change(path, value) for path, value in changed.items()]),
            read_back("user", *kept).but(after=lost_too(world)),
            *world.once(dialect, read_back("neighbour", *holds(world, colleague), key="read-neighbour")),
        ],
    )


@scenario("ENT-UPD-07", "A change to an account that is gone", moment=Moment.UPDATE, dialects="either", covers="M27")
def unknown_id(world: World, dialect: Dialect) -> Scenario:
    """Somebody deleted the account in the target. Entra PATCHes the id that it remembers, must be told 404, and matches
    again (InvalidAnchor)."""
    change = patch_user(dialect, [Change("displayName", "Nobody")], "user")
    missing = status(404).must(
        rfc7644("3.12"),
        so="Entra does not notice that the account is gone, and never makes it again",
        fix="answer 404 for an unknown id",
    )
    explained = {"status": (*STILL_THERE["status"], *change.after["status"])}
    return Scenario(
        given=[create_user(world, world.person()), delete("Users", "user")],
        steps=[replace(change, checks=(missing,), after=explained)],
    )


@scenario(
    "ENT-UPD-16",
    "Rename to a name that is taken",
    moment=Moment.UPDATE,
    dialects="either",
    needs=["userName"],
    covers="B18 B80",
)
def rename_taken(world: World, dialect: Dialect) -> Scenario:
    """Somebody takes over an address that an account in the target still has. The change must be refused, with 409 and
    not with 500: two accounts of one name cannot be told apart any more."""
    holder, person = world.person(), world.person()
    change = patch_user(dialect, [Change("userName", value_of(world, holder, "userName"))])
    kept = refused().must(rfc7643("4.1.1"), so="two accounts have one name", fix="keep userName unique in PATCH too")
    conflict = status(409).should(
        ms.RENAME_TAKEN, so="Entra takes a 500 for a passing fault, and retries for ever", fix="answer 409 uniqueness"
    )
    return Scenario(
        given=[create_user(world, holder, "holder", key="create-holder"), create_user(world, person)],
        steps=[replace(change, checks=(kept, conflict), go_on=True), match_user(world, holder, "holder")],
    )
