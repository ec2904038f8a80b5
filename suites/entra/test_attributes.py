"""Update, attribute by attribute: add, replace and remove every mapped attribute, and the less common PATCH shapes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.bare import CREATED_BARE, IDENTITY, bare_of
from scim_conformance.entra.changing import changed, with_codes, with_two_lines
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import to_send, value_of
from scim_conformance.entra.patching import patch_in_shape, read_updated
from scim_conformance.entra.payload import CUSTOM_EXTENSION
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch_user, read_back, read_before
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import all_or_nothing
from scim_conformance.scenario.obligations.values import absent
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths


def _added(changes: Sequence[Change]) -> list[Change]:
    """Return the changes as `add`, except for multi-valued attributes: these use `replace`, because `add` keeps the
    values that are already present."""
    return [change if isinstance(change.value, list) else replace(change, verb=Verb.ADD) for change in changes]


@scenario("ENT-UPD-08", "Add every attribute to a bare account", Moment.UPDATE, dialects=True, needs=["attributes"])
@covers("B43 B54 B59 B60 B62 B67 B83 B86")
def add_all(world: World, dialect: Dialect) -> Scenario:
    """The account was created manually or before the attribute mappings were set up, so it has only names. Entra adds
    every mapped attribute in one PATCH, including attributes of elements that do not exist yet. If the target rejects
    the request, the harness sends each attribute separately to find the one that fails. If the target cannot create a
    bare account, it requires attributes that many users in Entra do not have, most often an e-mail address. A schema
    may do so (RFC 7643 section 2.2), so this is advice."""
    full = world.person()
    bare = bare_of(world, full)
    made = create_user(world, bare).expecting_instead(CREATED_BARE)
    whole, alone = _upsert(world, dialect, _added(to_send(world.profile, bare, full)))
    return Scenario([made, whole, read_updated(world, full, before=bare)], instead=alone)


def _upsert(world: World, dialect: Dialect, changes: Sequence[Change]) -> tuple[Step, list[Step]]:
    """The PATCH with all changes, followed by one PATCH per change for targets that reject it."""
    whole = patch_user(dialect, changes).expecting_only(UPSERTED)
    kept = [change for change in changes if change.path not in world.unkept]
    refused = [f"ENT-UPD-{one}#patch.status" for one in (f"04/{dialect}/emails.work.value", f"08/{dialect}")]
    part = Because("The parts of a request are refused like the whole.", {"status": refused})
    return whole, [_alone(dialect, change).explained_by(part) for change in kept]


def _alone(dialect: Dialect, change: Change) -> Step:
    slug = paths.parse(change.path).slug
    step = patch_user(dialect, [change], key=f"alone-{slug}", why=f"Send {slug} separately")
    return step.expecting_only(UPSERTED).may_be_refused()


UPSERTED = status(200, 204).entra(
    ms.UPSERT,
    so="the whole request fails, and none of the user's changes are saved",
    fix="return 200 or 204 for this change, as add and as replace: set the value, and create a missing element",
)


@scenario("ENT-UPD-09", "Replace every attribute of a bare account", Moment.UPDATE, dialects=True, needs=["attributes"])
@covers("B59")
def replace_all(world: World, dialect: Dialect) -> Scenario:
    """The same changes with `replace`. Entra does not choose consistently between `add` and `replace`, so both must set
    the value, whether or not the attribute already has one. For `emails[type eq "work"].value` on an account without a
    work e-mail address, this contradicts RFC 7644 section 3.5.2.3, which requires 400 noTarget; Entra depends on it
    anyway. The street has two lines, and some values are digits with leading zeros: all are texts, stored unchanged."""
    full = with_codes(world, with_two_lines(world, world.person()))
    bare = bare_of(world, full)
    made = create_user(world, bare)
    whole, alone = _upsert(world, dialect, to_send(world.profile, bare, full))
    return Scenario(given=[made], steps=[whole, read_updated(world, full, before=bare)], instead=alone)


@scenario(
    "ENT-UPD-10", "Add a value to an attribute that already has one", Moment.UPDATE, dialects=True, needs=["attributes"]
)
@covers("M17 B54 B60")
def add_over(world: World, dialect: Dialect) -> Scenario:
    """`add` on a single-valued attribute that already has a value replaces the value (RFC 7644 section 3.5.2.1). `add`
    on `emails[type eq "work"].value` sets the value of the existing element and must not create a second work e-mail
    address. As in ENT-UPD-09, the new street has two lines, and some new values are digits with leading zeros."""
    before = world.person()
    after = changed(world, before, with_codes(world, with_two_lines(world, world.person())), keep=IDENTITY)
    whole, alone = _upsert(world, dialect, _added(to_send(world.profile, before, after)))
    steps = [whole, read_updated(world, after, before=before)]
    return Scenario(given=[create_user(world, before)], steps=steps, instead=alone)


def _removable(profile: Profile) -> Iterable[tuple[str, tuple[str, bool]]]:
    """Target paths, and whether the request sends the old value together with the path."""
    email = 'emails[type eq "work"].value'
    if needs.has(profile, f"changes:{email}"):
        yield "emails.work.value", (email, False)
        yield "emails.work.value-named", (email, True)


@scenario("ENT-UPD-11", "Remove a value", Moment.UPDATE, dialects="either", rows=_removable)
@covers("B54 B85")
def remove(world: World, dialect: Dialect, row: tuple[str, bool]) -> Scenario:
    """Entra has been observed to remove e-mail addresses and the manager, sometimes with the old value next to the
    path. Microsoft documents that Entra does not send empty values otherwise. So refusing the removal is a warning, and
    so is keeping or changing the value."""
    path, named = row
    person = world.person()
    removal = Change(path, value_of(world, person, path) if named else None, Verb.REMOVE)
    remove = patch_user(dialect, [removal]).expecting_only(REMOVAL_ACCEPTED)
    return Scenario(given=[create_user(world, person)], steps=[remove, read_back("user", _gone(path))])


REMOVAL_ACCEPTED = status(200, 204).should(ms.REMOVE_UPDATES, so="a value removed in Entra stays in the application")


def _gone(path: str) -> Check:
    return absent(paths.parse(path)).should(ms.REMOVE_UPDATES, so="a value removed in Entra stays or changes")


@scenario(
    "ENT-UPD-12",
    "An unknown attribute alongside known ones",
    Moment.UPDATE,
    dialects=True,
    needs=["unmapped", "attributes"],
)
@covers("B82")
def unknown_attribute(world: World, dialect: Dialect) -> Scenario:
    """An administrator has mapped an attribute that the target does not know. The target may reject the whole request,
    or ignore the unknown attribute and apply the rest. It must not apply only part of the request: a PATCH is atomic
    (RFC 7644 section 3.5.2)."""
    person = world.person()
    known = _known_values(world, person)
    sent = patch_user(dialect, _with_unknown(dialect, known)).expecting_only(ANSWERED, UNKNOWN_REFUSED)
    return Scenario(
        given=[create_user(world, person), read_before(*known)],
        steps=[sent.may_be_refused(), _read_all_or_nothing(dialect, known)],
    )


def _known_values(world: World, person: Person) -> dict[str, str]:
    """Return new values for two attributes that an update can change, by target path."""
    usual = ("displayName", "title", "name.givenName", "name.familyName", "preferredLanguage")
    can = [name for name in usual if needs.has(world.profile, f"changes:{name}") and name not in world.unkept]
    return {name: world.renamed("New", str(value_of(world, person, name))) for name in can[:2]}


def _with_unknown(dialect: Dialect, known: Mapping[str, str]) -> list[Change]:
    """Return a change of each known attribute, and two of unknown ones after the first."""
    changes = [Change(name, value) for name, value in known.items()]
    # In the compliant dialect, the simple attribute is a key among others; the filtered one has its own operation.
    verb = Verb.ADD if dialect is Dialect.LEGACY else Verb.REPLACE
    simple = Change(f"{CUSTOM_EXTENSION}:tag", "blue", verb)
    filtered = Change(f"{CUSTOM_EXTENSION}:contacts[primary eq true].value", "Ada", Verb.ADD)
    return [*changes[:1], simple, filtered, *changes[1:]]


ANSWERED = no_server_error("return 400 with invalidPath, or ignore the attribute")
UNKNOWN_REFUSED = status(200, 204, 400).should(
    rfc7644("3.5.2"),
    so="the administrator does not see what is wrong",
    fix="return 400 with invalidPath, or ignore the attribute",
)


def _read_all_or_nothing(dialect: Dialect, known: Mapping[str, str]) -> Step:
    whole = all_or_nothing(known, "patch").must(
        rfc7644("3.5.2"),
        so="Entra treats the request as failed, but half of it was applied",
        fix="apply all of the request or none of it",
    )
    alone = Because(
        "What a change alone does not store, it does not store with others.",
        {whole.key: [*_changed_alone(dialect, known)]},
    )
    return read_back("user", whole).explained_by(alone)


def _changed_alone(dialect: Dialect, names: Iterable[str]) -> Iterator[str]:
    """Yield the checks of an attribute that no PATCH changes; these steps check nothing else."""
    for name in names:
        yield from (f"ENT-UPD-{one}/{dialect}#read-back.stored.{paths.parse(name).slug}" for one in ("01", "02", "18"))


@scenario(
    "ENT-UPD-21",
    "Add several attributes without a path",
    Moment.UPDATE,
    dialects=["compliant"],
    needs=["changes:displayName", "attributes"],
)
@covers("B63 B64 B67")
def add_without_path(world: World, dialect: Dialect) -> Scenario:
    """A bare account again, whose names are wrong too, with the flag. Microsoft documents one operation with a path for
    each added attribute; reports from 2021 to 2026 show one `add` without a path instead, whose object has dotted names
    and URNs as keys: `name.givenName`, `urn:…:User:department`. Attributes of elements have their own operations.
    Everything must be stored. If the target rejects the request, the harness sends each attribute separately, without a
    path."""
    del dialect
    full = world.person()
    bare, renamed = bare_of(world, full), changed(world, full, world.person())
    changes = to_send(world.profile, bare, renamed)
    sent = patch_in_shape(_added_together(changes)).expecting_only(UPSERTED_TOGETHER)
    return Scenario(
        given=[create_user(world, bare)],
        steps=[sent, read_updated(world, renamed, before=bare)],
        instead=[_added_alone(change) for change in changes if _is_key(change) and change.path not in world.unkept],
    )


def _is_key(change: Change) -> bool:
    return paths.parse(change.path).simple and not isinstance(change.value, list)


def _added_together(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return one `add` without a path for all simple attributes, and an operation for each of the others."""
    own = Dialect.COMPLIANT.body(_added([one for one in changes if not _is_key(one)]))["Operations"]
    keys = {one.path: one.value for one in changes if _is_key(one)}
    return [*own, *([{"op": "add", "value": keys}] if keys else [])]


def _added_alone(change: Change) -> Step:
    slug = paths.parse(change.path).slug
    step = patch_in_shape(_added_together([change]), key=f"alone-{slug}", why=f"Send {slug} separately, without a path")
    return step.expecting_only(UPSERTED_TOGETHER).may_be_refused()


UPSERTED_TOGETHER = status(200, 204).entra(
    ms.ADDED_PATHLESS,
    so="the whole request fails, and none of the user's new attributes are saved",
    fix="accept `add` without a path as you accept `replace`: its keys are attributes, dotted names and full URNs",
)
