"""Update, attribute by attribute: add, replace and remove every mapped attribute, and the less common PATCH shapes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scim_conformance.entra import needs, payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.changing import changed, sources
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.people import ROLES, Person
from scim_conformance.entra.expectations import holds, lost_too, to_send, value_of
from scim_conformance.entra.explained import READ, REFUSED
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch_user, read_back, read_before
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import all_or_nothing
from scim_conformance.scenario.obligations.values import absent
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths

IDENTITY = ("objectId", "userPrincipalName", "mailNickname", "displayName", "accountEnabled", "IsSoftDeleted")
NAMES = ("givenName", "surname")
"""The attributes of a bare account; everything else is empty in Entra. A schema may require the names, and some do (RFC
7643 section 2.2)."""


def _bare(world: World, person: Person) -> Person:
    # The attributes that users sign in with stay, whatever the profile builds them from.
    kept = {*IDENTITY, *NAMES, ROLES, *sources(world, "userName", "displayName", "externalId", "active")}
    return person.with_(**{key: None for key in person.attributes if key not in kept})


def _added(changes: Sequence[Change]) -> list[Change]:
    """Return the changes as `add`, except for multi-valued attributes: these use `replace`, because `add` keeps the
    values that are already present."""
    return [change if isinstance(change.value, list) else replace(change, verb=Verb.ADD) for change in changes]


def _upsert(world: World, dialect: Dialect, changes: Sequence[Change]) -> tuple[Step, list[Step]]:
    """The PATCH with all changes, followed by one PATCH per change for targets that reject it."""
    accepted = status(200, 204).entra(
        ms.UPSERT,
        so="the whole request fails, and none of the user's changes are saved",
        fix="handle add and replace the same way: set the value, and create the element if it is missing",
    )
    after = {"status": (f"ENT-UPD-04/{dialect}/emails.work.value#patch.status", f"ENT-UPD-08/{dialect}#patch.status")}
    whole = patch_user(dialect, changes).but(checks=(accepted,), after=after)
    alone = [
        patch_user(dialect, [change], key=f"alone-{paths.parse(change.path).slug}").but(checks=(accepted,))
        for change in changes
        if change.path not in world.unkept
    ]
    parts = [step.but(continue_on_failure=True, why=f"Send {step.key[6:]} separately", after=after) for step in alone]
    return whole, parts


@scenario(
    "ENT-UPD-08",
    "Add every attribute to a bare account",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="U7 P1 M13 B43 B54 B59 B60 B62 B67 B83 B86",
)
def add_all(world: World, dialect: Dialect) -> Scenario:
    """The account was created manually or before the attribute mappings were set up, so it has only names. Entra adds
    every mapped attribute in one PATCH, including attributes of elements that do not exist yet. If the target rejects
    the request, the harness sends each attribute separately to find the one that fails. If the target cannot create a
    bare account, it requires attributes that many users in Entra do not have, most often an e-mail address. A schema
    may do so (RFC 7643 section 2.2), so this is advice."""
    full = world.person()
    bare = _bare(world, full)
    made = create_user(world, bare).but(after=REFUSED)
    lacking = status(201).should(
        ms.ATTRIBUTES,
        so="a user without an e-mail address or telephone number in Entra gets no account",
        fix="require no attributes other than userName and the names",
    )
    made = made.but(checks=(lacking, *made.checks[1:]))
    whole, alone = _upsert(world, dialect, _added(to_send(world.profile, bare, full)))
    return Scenario(
        steps=[made, whole, read_back("user", *holds(world, full, before=bare)).but(after=lost_too(world))],
        instead=alone,
    )


@scenario(
    "ENT-UPD-09",
    "Replace every attribute of a bare account",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="U6 B59",
)
def replace_all(world: World, dialect: Dialect) -> Scenario:
    """The same changes with `replace`. Entra does not choose consistently between `add` and `replace`, so both must set
    the value, whether or not the attribute already has one. For `emails[type eq "work"].value` on an account without a
    work e-mail address, this contradicts RFC 7644 section 3.5.2.3, which requires 400 noTarget; Entra depends on it
    anyway."""
    full = world.person()
    bare = _bare(world, full)
    whole, alone = _upsert(world, dialect, to_send(world.profile, bare, full))
    return Scenario(
        given=[create_user(world, bare).but(owner=f"ENT-UPD-08/{dialect}")],
        steps=[whole, read_back("user", *holds(world, full, before=bare)).but(after=lost_too(world))],
        instead=alone,
    )


@scenario(
    "ENT-UPD-10",
    "Add a value to an attribute that already has one",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="M17 B54 B60",
)
def add_over(world: World, dialect: Dialect) -> Scenario:
    """`add` on a single-valued attribute that already has a value replaces the value (RFC 7644 section 3.5.2.1). `add`
    on `emails[type eq "work"].value` sets the value of the existing element and must not create a second work e-mail
    address."""
    before = world.person()
    after = changed(world, before, world.person(), keep=IDENTITY)
    whole, alone = _upsert(world, dialect, _added(to_send(world.profile, before, after)))
    held = holds(world, after, before=before)
    return Scenario(
        given=[create_user(world, before)],
        steps=[whole.but(after={}), read_back("user", *held).but(after=lost_too(world))],
        instead=alone,
    )


def _removable(profile: Profile) -> Iterable[tuple[str, tuple[str, bool]]]:
    """Target paths, and whether the request sends the old value together with the path."""
    email = 'emails[type eq "work"].value'
    if needs.has(profile, f"changes:{email}"):
        yield "emails.work.value", (email, False)
        yield "emails.work.value-named", (email, True)


@scenario("ENT-UPD-11", "Remove a value", moment=Moment.UPDATE, dialects=True, rows=_removable, covers="M13 B54 B85")
def remove(world: World, dialect: Dialect, row: tuple[str, bool]) -> Scenario:
    """Entra has been observed to remove e-mail addresses and the manager, sometimes with the old value next to the
    path. Microsoft documents that Entra does not send empty values otherwise. So refusing the removal is a warning, and
    so is keeping or changing the value."""
    path, named = row
    person = world.person()
    parsed = paths.parse(path)
    old = paths.read(payload.user(world.profile, person), parsed)
    change = Change(path, old if named else None, Verb.REMOVE)
    accepted = status(200, 204).should(ms.REMOVE_UPDATES, so="a value removed in Entra stays in the application")
    gone = absent(parsed).should(ms.REMOVE_UPDATES, so="a value removed in Entra stays or changes")
    return Scenario(
        given=[create_user(world, person)],
        steps=[patch_user(dialect, [change]).but(checks=(accepted,)), read_back("user", gone)],
    )


@scenario(
    "ENT-UPD-12",
    "An unknown attribute alongside known ones",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["unmapped", "attributes"],
    covers="B82",
)
def unknown_attribute(world: World, dialect: Dialect) -> Scenario:
    """An administrator has mapped an attribute that the target does not know. The target may reject the whole request,
    or ignore the unknown attribute and apply the rest. It must not apply only part of the request: a PATCH is atomic
    (RFC 7644 section 3.5.2)."""
    person = world.person()
    usual = ("displayName", "title", "name.givenName", "name.familyName", "preferredLanguage")
    kept = [name for name in usual if needs.has(world.profile, f"changes:{name}") and name not in world.unkept]
    new = {name: world.renamed("New", str(value_of(world, person, name))) for name in kept[:2]}
    asked = [Change(name, value) for name, value in new.items()]
    # In the compliant dialect, the simple attribute is a key among others; the filtered one has its own operation.
    verb = Verb.ADD if dialect is Dialect.LEGACY else Verb.REPLACE
    custom = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"
    unknown = [
        Change(f"{custom}:tag", "blue", verb),
        Change(f"{custom}:contacts[primary eq true].value", "Ada", Verb.ADD),
    ]
    changes = [*asked[:1], *unknown, *asked[1:]]
    whole = all_or_nothing(new, "patch").must(
        rfc7644("3.5.2"),
        so="Entra treats the request as failed, but half of it was applied",
        fix="apply all of the request or none of it",
    )
    known = status(200, 204, 400).should(
        rfc7644("3.5.2"),
        so="the administrator does not see what is wrong",
        fix="return 400 with invalidPath, or ignore the attribute",
    )
    patched = patch_user(dialect, changes)
    return Scenario(
        given=[create_user(world, person), read_before(*new)],
        steps=[
            patched.but(
                checks=(no_server_error("return 400 with invalidPath, or ignore the attribute"), known),
                continue_on_failure=True,
            ),
            read_back("user", whole).but(after={**READ, whole.key: tuple(_alone(dialect, new))}),
        ],
    )


def _alone(dialect: Dialect, names: Iterable[str]) -> Iterator[str]:
    """Yield the checks of an attribute that no PATCH changes; these steps check nothing else."""
    for name in names:
        yield from (f"ENT-UPD-{one}/{dialect}#read-back.stored.{paths.parse(name).slug}" for one in ("01", "02", "18"))
