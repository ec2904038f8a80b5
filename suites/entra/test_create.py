"""Create: a user is assigned to the application and has no account yet."""

from collections.abc import Iterable, Mapping
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import LOCATED, LOCATED_HERE, LOCATED_ITSELF, linked
from scim_conformance.entra.changing import leaver
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds, value_of
from scim_conformance.entra.matching import match_nobody
from scim_conformance.entra.payload import CUSTOM_EXTENSION
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import and_see, create_user, match_user, read_back, read_before
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Level, Obligation, View
from scim_conformance.scenario.citations import rfc7643, rfc7644, rfc9110
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import (
    refused,
    scim_type,
    status,
    status_below,
)
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.obligations.values import answered_with, no_null_text
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scenario.words import short
from scim_conformance.scim import paths, urns
from scim_conformance.scim.paths import AttrPath


@scenario("ENT-CRE-01", "Create a user with every mapped attribute", Moment.CREATE, plainest=True)
@covers("U4 L1 L17 M1 M3 M10 M11 M19 M36 B01 B08 B09 B23 B29 B34 B35 B36 B40 B43 B44 B46 B48 B49 B51 B51b B121 B125")
def create(world: World) -> Scenario:
    """The match finds no account, so Entra POSTs the user with all mapped attributes and links the id in the response.
    Every value must be returned as it was sent, because Entra compares what it reads with the directory."""
    person = world.person()
    steps = [
        match_nobody(world, person, "before"),
        create_user(world, person).expecting(LOCATED, LOCATED_HERE, LOCATED_ITSELF),
        read_back("user", *holds(world, person, every=True), LOCATED_ITSELF),
        match_user(world, person, "user").expecting(LOCATED_ITSELF),
    ]
    return Scenario(steps)


@scenario("ENT-CRE-02", "A second account for the same user is refused", Moment.CREATE)
@covers("B18 B19 B45")
def duplicate(world: World) -> Scenario:
    """When a link is lost, Entra may POST a user who already exists. The target must return 409 and leave the existing
    account unchanged; Entra then logs EntryConflict and matches again."""
    person = world.person()
    new = _other_names(world, person)
    kept = [*new, *_link(world, person)]
    again = _create_again(world, person, new).expecting_only(CONFLICT, CONFLICT_NAMED).explained_by(NOT_A_SCIM_ERROR)
    found = and_see(world, person, match_user(world, person, "user"), *map(_kept, kept))
    return Scenario(given=[create_user(world, person), read_before(*kept)], steps=[again, *found])


def _link(world: World, person: Person) -> list[str]:
    """Return externalId if it is mapped: the second creation of a user sends the same one."""
    return ["externalId"] if value_of(world, person, "externalId") is not None else []


def _other_names(world: World, person: Person) -> dict[str, Any]:
    """Return the values, by target path, in which the second creation of a user differs from the first."""
    other = world.person()
    sent = [name for name in ("displayName", "name.familyName") if value_of(world, person, name) is not None]
    return {name: value_of(world, other, name) for name in sent}


def _create_twin(world: World, person: Person, but: Mapping[str, Any] | None = None) -> Step:
    """POST a second account for a user, with other values at these target paths; it must not be created."""
    step = create_user(world, person, "second", body=world.body(person, but), key="create-again")
    return step.but(takes={})


def _create_again(world: World, person: Person, but: Mapping[str, Any] | None = None) -> Step:
    """POST a user again; the steps that follow are played whether or not it is refused."""
    return _create_twin(world, person, but).but(why="Create the same account again").may_be_refused()


SECOND_ACCOUNT = (
    "Entra does not learn that the account exists; if a second account is created, it stops (DuplicateTargetEntries)"
)
CONFLICT = status(409).must(
    rfc7644("3.3"), so=SECOND_ACCOUNT, fix="enforce a unique userName, ignoring case, and return 409"
)
NOT_A_SCIM_ERROR = Because(
    "An error that is not a SCIM error has no scimType.", {"scim-type": ["STD-ERR-01#any.answer"]}
)
CONFLICT_NAMED = scim_type("uniqueness").rfc_only(
    rfc7644("3.3"), so="the log does not show what kind of conflict it is", fix='add "scimType": "uniqueness"'
)


def _kept(name: str) -> Check:
    """What a rejected creation must not have written: a 409 says that nothing was done."""
    so, fix = "a rejected creation changed the existing account", "check for a conflict before writing anything"
    return unchanged(paths.parse(name)).entra(ms.CONFLICT_WRITES, so=so, fix=fix)


@scenario("ENT-CRE-07", "The same userName in different letter case is refused", Moment.CREATE, needs=["userName"])
@covers("B45")
def duplicate_case(world: World) -> Scenario:
    """userName is unique regardless of letter case (RFC 7643 section 4.1.1). If the target creates a second account for
    `JYoung@…` in addition to `jyoung@…`, the next match returns both, and Entra stops."""
    person = world.person()
    other_case = {"userName": str(value_of(world, person, "userName")).swapcase()}
    twin = _create_twin(world, person, other_case).expecting_only(CONFLICT_IN_ANY_CASE).but(asks=("letter-case",))
    return Scenario(given=[create_user(world, person)], steps=[twin])


CONFLICT_IN_ANY_CASE = status(409).must(
    rfc7643("4.1.1"), so=SECOND_ACCOUNT, fix="compare userName without regard to case before creating an account"
)


def _booleans(_: Profile) -> Iterable[tuple[str, str]]:
    yield "active-as-string", "True"


@scenario("ENT-CRE-08", "A boolean sent as a string", Moment.CREATE, rows=_booleans, needs=["active"])
def boolean_string(world: World, value: str) -> Scenario:
    """Entra creates accounts with a JSON boolean; Microsoft's Postman collection also sends "True". A target that
    accepts the strings of the legacy PATCH should accept them here too."""
    person = world.person()
    made = create_user(world, person, body=world.body(person, {"active": value}))
    return Scenario([made.expecting_only(STRING_ACCEPTED, STRING_LINKED).explained_by(ACTIVE_REFUSED)])


COLLECTION_FAILS = "requests of Microsoft's reference collection fail"
STRING_ACCEPTED = status(201).should(ms.POSTMAN, so=COLLECTION_FAILS, fix="parse the strings as booleans")
STRING_LINKED = has_id().should(ms.POSTMAN, so=COLLECTION_FAILS)
ACTIVE_REFUSED = Because(
    "A target that refuses the strings of the legacy PATCH refuses them here too.",
    {"status": ["ENT-CRE-01#create.status", *(f"ENT-DIS-01/{dialect}#disable.status" for dialect in Dialect)]},
)


@scenario("ENT-CRE-03", "Null attributes are treated as absent", Moment.CREATE)
@covers("B42")
def nulls(world: World) -> Scenario:
    """Microsoft's tutorial shows a POST in which attributes without a value are null. Its page on attribute mappings
    says that empty values are not sent, and no capture with a null is known. RFC 7643 section 2.5: null and absent are
    equivalent, so what follows a null in the body must be stored."""
    person = world.person().with_(jobTitle=None, mobile=None, telephoneNumber=None, facsimileTelephoneNumber=None)
    body = _with_nulls(world, person)
    made = create_user(world, person, body=body).expecting_only(NULL_ACCEPTED, linked())
    return Scenario([made, read_back("user", _no_null_text(world, body), *_kept_after_nulls(world, person))])


def _with_nulls(world: World, person: Person) -> dict[str, Any]:
    """Return the body of a creation in which the core attributes without a value are null."""
    body = world.body(person)
    rows = [row for row in world.profile.user.mapping if row.path.urn is None and not row.is_reference]
    names = {paths.find_key(body, row.path.name) or row.path.name: None for row in rows}
    first: dict[str, Any] = {name: body[name] for name in ("schemas", "userName") if name in body}
    return {**first, **{name: None for name in names if name not in body}, **body}


def _kept_after_nulls(world: World, person: Person) -> list[Check]:
    """Check what the body has after its nulls: that a target stores it at all is what ENT-CRE-01 checks."""
    so, fix = "users with a missing value lose others too", "treat null as absent, and store the rest"
    held = (one for one in holds(world, person) if one.level is not Level.SHOULD)
    return [one.obligation.rfc_only(rfc7643("2.5"), so=so, fix=fix) for one in held]


NULL_ACCEPTED = status(201).rfc_only(
    rfc7643("2.5"),
    so="where Entra sends null, as in Microsoft's tutorial, a user with a missing value gets no account",
    fix="treat null as absent",
)


def _no_null_text(world: World, body: dict[str, Any]) -> Check:
    sent = [row.path for row in world.profile.user.mapping if body.get(row.path.name, "") is None]
    so, fix = "users are named “null” in the application", 'treat null as absent, not as the text "null"'
    return no_null_text(sent).rfc_only(rfc7643("2.5"), so=so, fix=fix)


NUMBERS = ('phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value')


@scenario("ENT-CRE-11", "The same number for work and mobile", Moment.CREATE, needs=NUMBERS)
@covers("M11")
def equal_values(world: World) -> Scenario:
    """A user has one telephone number, stored in Entra as both the business and the mobile number. These are two values
    of different types, and the target must keep both: Entra looks for each one by its type."""
    plain = world.person()
    person = plain.with_(mobile=plain.attributes["telephoneNumber"])
    return Scenario([create_user(world, person), read_back("user", *holds(world, person))])


def _countries(profile: Profile) -> Iterable[tuple[str, AttrPath]]:
    """The address whose country is sent unchanged from Entra; what an expression makes of it is a separate matter."""
    found = [row.path for row in profile.user.mapping if row.source == "country"]
    return [("name", path) for path in found if path.sub == "country"][:1]


@scenario("ENT-CRE-12", "A country sent by name", Moment.CREATE, rows=_countries)
@covers("M11")
def country_name(world: World, path: AttrPath) -> Scenario:
    """Country is free text in Entra, and the default mapping sends it unchanged: `United States`, `USA`, `US`. RFC 7643
    section 4.1.2 allows only ISO 3166-1 alpha-2 codes (erratum 5990), so a target may reject the name with 400. This is
    advice: the user gets no account until the administrator maps the country with a Switch. All other users in these
    scenarios have a code, and a target that rejects a code is not conformant."""
    person = world.person().with_(country="United States")
    return Scenario([create_user(world, person).expecting_only(*_country_accepted(path))])


def _country_accepted(path: AttrPath) -> list[Check]:
    so = "users whose country in Entra is a name get no account until the mapping converts it to a code"
    fix = "accept the name and store it as it was sent, or name the attribute and the expected code in the error"
    return [
        status_below(500, "answered").entra(ms.COUNTRY, so=so, fix=fix),
        status(201).should(ms.COUNTRY, so=so, fix=fix),
        _no_other_country(path, "United States", "US", "USA"),
        answered_with(path, "United States").should(ms.COUNTRY, so="Entra may send the value again", fix=fix),
    ]


def _no_other_country(path: AttrPath, *names: str) -> Check:
    """A target may turn the name into a code, or leave it out; a name that was cut is another country."""

    def judge(view: View) -> str | None:
        found = paths.read(view.body, path)
        known = not found or str(found).casefold() in map(str.casefold, names)
        return None if known else f"{path.text} is {short(found)}"

    same = Obligation("same-country", f"{path.text} is {names[0]}, a code of it, or left out", judge)
    return same.entra(
        ms.COUNTRY, so="the account has a country that the user is not in", fix="store the name, or refuse it with 400"
    )


@scenario("ENT-CRE-05", "An extension whose URN is not in schemas", Moment.CREATE, needs=["unmapped"])
@covers("B43")
def unlisted_extension(world: World) -> Scenario:
    """Entra does not add the URN of a custom extension to `schemas`, even when it sends the extension's object. The
    target may ignore the attribute, but it must create the account."""
    person = world.person()
    # A custom attribute added to the core schema is sent under that schema's URN (zulip/zulip#39773).
    body = {**world.body(person), CUSTOM_EXTENSION: {"tag": "701984"}, urns.USER: {"role": "member"}}
    return Scenario([create_user(world, person, body=body).expecting_only(EXTENSION_ACCEPTED, EXTENSION_LINKED)])


EXTENSION_ACCEPTED = status(201).should(
    ms.ATTRIBUTES, so="no user is created once a custom attribute is mapped", fix="store or ignore unknown extensions"
)
EXTENSION_LINKED = has_id().should(ms.ATTRIBUTES, so="Entra cannot link the account")


@scenario("ENT-CRE-06", "A disabled user is created as disabled", Moment.CREATE, needs=["changes:active"])
@covers("B27")
def created_inactive(world: World) -> Scenario:
    """An account is created with `active` false. Microsoft documents that Entra does not create disabled users, so this
    is advice. What matters is that the userName of a disabled account is not given to another user."""
    person = leaver(world.person())
    made = create_user(world, person).as_advice()
    read = read_back("user", *holds(world, person)).as_advice()
    again = _create_again(world, person).expecting_only(NAME_RESERVED).explained_by(TAKEN_TWICE)
    return Scenario([made, read, again], spares=())


NAME_RESERVED = refused(key="taken").must(
    rfc7643("4.1.1"), so="a user who comes back has two accounts", fix="reserve the userName of a disabled account"
)
TAKEN_TWICE = Because(
    "A name that can be taken twice can also be taken from a disabled account.",
    {"taken": ["ENT-CRE-02#create-again.status"]},
)


def _media_types(_: Profile) -> Iterable[tuple[str, tuple[str, Check]]]:
    yield "no-charset", ("application/scim+json", REGISTERED)
    yield "charset-upper-case", ("application/scim+json;charset=UTF-8", OTHER_SPELLING)


@scenario("ENT-CRE-10", "Other spellings of the media type", Moment.CREATE, rows=_media_types)
@covers("B08")
def media_types(world: World, media: tuple[str, Check]) -> Scenario:
    """Entra sends `application/scim+json; charset=utf-8`. Without the charset it is the RFC's own media type (RFC 7644
    section 8.1); parameters may be written in any letter case and without a space (RFC 9110 section 8.3.1)."""
    text, accepted = media
    made = create_user(world, world.person()).but(headers=(("Content-Type", text),))
    return Scenario([made.expecting_instead(accepted)])


PARSE = "parse the media type instead of comparing the whole header"
REGISTERED = status(201).must(rfc7644("3.8"), so="requests of Microsoft's own tests are rejected", fix=PARSE)
OTHER_SPELLING = status(201).should(rfc9110("8.3.1"), so="clients that send this spelling are rejected", fix=PARSE)
