"""Create: a user is assigned to the application and has no account yet."""

from collections.abc import Iterable

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked
from scim_conformance.entra.changing import leaver
from scim_conformance.entra.directory.people import CHARACTERS, PersonChange
from scim_conformance.entra.expectations import holds, value_of
from scim_conformance.entra.explained import DISABLE_REFUSED, REFUSED, UNFILTERED, UNREADABLE_INACTIVE
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import and_see, create_user, match_user, read_back, read_before
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644, rfc9110
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import has_header, refused, scim_type, status, status_below
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.obligations.values import answered_with, no_null_text
from scim_conformance.scim import paths, urns
from scim_conformance.scim.paths import AttrPath


@scenario("ENT-CRE-01", "Create a user with every mapped attribute", moment=Moment.CREATE)
@covers("U1 U4 L1 L17 M1 M3 M10 M11 M19 M36 B01 B08 B09 B23 B29 B34 B35 B36 B40 B43 B44 B46 B48 B49 B51 B51b")
def create(world: World) -> Scenario:
    """The match finds no account, so Entra POSTs the user with all mapped attributes and links the id in the response.
    Every value must be returned as it was sent, because Entra compares what it reads with the directory."""
    person = world.person()
    so = "nothing breaks in Entra, but other clients rely on it"
    location = has_header("Location").rfc_only(
        rfc7644("3.3"), so=so, fix="return a Location header with the resource's URI"
    )
    return Scenario(
        [
            match_user(world, person, None, key="match-before"),
            create_user(world, person).expecting(location),
            read_back("user", *holds(world, person, every=True)),
            match_user(world, person, "user"),
        ]
    )


@scenario("ENT-CRE-02", "A second account for the same user is refused", moment=Moment.CREATE)
@covers("U2 B18 B19 B45")
def duplicate(world: World) -> Scenario:
    """When a link is lost, Entra may POST a user who already exists. The target must return 409 and leave the existing
    account unchanged; Entra then logs EntryConflict and matches again."""
    person, other = world.person(), world.person()
    names = [name for name in OTHERWISE if value_of(world, person, name) is not None]
    body = payload.user(world.profile, person)
    for name in names:
        paths.write(body, paths.parse(name), value_of(world, other, name))
    again = create_user(world, person, "second", body=body, key="create-again")
    again = again.but(why="Create the same account again", owner=None)
    conflict = status(409).must(
        rfc7644("3.3"),
        so=(
            "Entra does not learn that the account exists; if a second account is created, it stops "
            "(DuplicateTargetEntries)"
        ),
        fix="enforce a unique userName, ignoring case, and return 409",
    )
    keyword = scim_type("uniqueness").rfc_only(
        rfc7644("3.3"), so="the log does not show what kind of conflict it is", fix='add "scimType": "uniqueness"'
    )
    return Scenario(
        given=[create_user(world, person), read_before(*names)],
        steps=[
            again.but(checks=(conflict, keyword), takes={}, continue_on_failure=True),
            *and_see(world, person, match_user(world, person, "user"), *map(_kept, names)),
        ],
    )


OTHERWISE = ("displayName", "name.familyName")
"""The attributes in which the second creation of a user differs from the first."""


def _kept(name: str) -> Check:
    """What a rejected creation must not have written. Neither the RFC nor Microsoft states this explicitly."""
    so, fix = "a rejected creation changed the existing account", "check for a conflict before writing anything"
    return unchanged(paths.parse(name)).should(rfc7644("3.3"), so=so, fix=fix).known_as(Evidence.INFERRED)


@scenario(
    "ENT-CRE-07", "The same userName in different letter case is refused", moment=Moment.CREATE, needs=["userName"]
)
@covers("B45")
def duplicate_case(world: World) -> Scenario:
    """userName is unique regardless of letter case (RFC 7643 section 4.1.1). If the target creates a second account for
    `JYoung@…` in addition to `jyoung@…`, the next match returns both, and Entra stops."""
    person = world.person()
    twin = payload.user(world.profile, person)
    paths.write(twin, paths.parse("userName"), str(value_of(world, person, "userName")).swapcase())
    again = create_user(world, person, "second", body=twin, key="create-again").but(owner=None)
    conflict = status(409).must(
        rfc7643("4.1.1"),
        so=(
            "Entra does not learn that the account exists; if a second account is created, it stops "
            "(DuplicateTargetEntries)"
        ),
        fix="compare userName without regard to case before creating an account",
    )
    twice = {"status": ("ENT-CRE-02#create-again.status",)}
    return Scenario(given=[create_user(world, person)], steps=[again.but(checks=(conflict,), takes={}, after=twice)])


def _booleans(_: Profile) -> Iterable[tuple[str, str]]:
    yield "active-as-string", "True"


@scenario("ENT-CRE-08", "A boolean sent as a string", moment=Moment.CREATE, rows=_booleans, needs=["active"])
def boolean_string(world: World, value: str) -> Scenario:
    """Entra creates accounts with a JSON boolean; Microsoft's Postman collection also sends "True". A target that
    accepts the strings of the legacy PATCH should accept them here too."""
    person = world.person()
    body = payload.user(world.profile, person)
    paths.write(body, paths.parse("active"), value)
    step = create_user(world, person, body=body)
    so = "requests of Microsoft's reference collection fail"
    accepted = status(201).should(ms.POSTMAN, so=so, fix="parse the strings as booleans")
    linked = has_id().should(ms.POSTMAN, so=so)
    explained = {"status": (*REFUSED["status"], *DISABLE_REFUSED["status"])}
    return Scenario([step.but(checks=(accepted, linked), after=explained)])


@scenario("ENT-CRE-03", "Null attributes are treated as absent", moment=Moment.CREATE)
@covers("B42")
def nulls(world: World) -> Scenario:
    """Microsoft's tutorial shows a POST in which attributes without a value are null. Its page on attribute mappings
    says that empty values are not sent, and no capture with a null is known. RFC 7643 section 2.5: null and absent are
    equivalent."""
    person = world.person().with_(jobTitle=None, mobile=None, telephoneNumber=None, facsimileTelephoneNumber=None)
    body = payload.user(world.profile, person)
    for row in world.profile.user.mapping:
        if row.path.urn is None and not row.is_reference:
            body.setdefault(paths.find_key(body, row.path.name) or row.path.name, None)
    step = create_user(world, person, body=body)
    so = "where Entra sends null, as in Microsoft's tutorial, a user with a missing value gets no account"
    accepted = status(201).rfc_only(rfc7643("2.5"), so=so, fix="treat null as absent")
    identified = linked()
    sent = [row.path for row in world.profile.user.mapping if body.get(row.path.name, "") is None]
    none = no_null_text(sent).rfc_only(
        rfc7643("2.5"),
        so="users are named “null” in the application",
        fix='treat null as absent, not as the text "null"',
    )
    return Scenario([step.but(checks=(accepted, identified), after=REFUSED), read_back("user", none)])


FEW = {"astral", "long", "hash"}
"""Names that are rare. If the target refuses such an account, no customer is likely to notice: Entra strips a guest's
#EXT# from userPrincipalName, and two servers that otherwise work accept no # in a name or an address."""

UNESCAPE = "percent-decode the query once (%2b is a plus, %25 a percent); treat an apostrophe like any other character"

NOT_BY_MAIL = {**UNFILTERED, "one": (*UNFILTERED["one"], "ENT-MAT-01#match-twin.one")}
"""Explains why a user whose userName is not the e-mail address is not found: no such user is found."""


def _characters(_: Profile) -> Iterable[tuple[str, tuple[str, PersonChange]]]:
    return [(name, (name, change)) for name, change in CHARACTERS.items()]


@scenario("ENT-CRE-04", "A name with unusual characters", moment=Moment.CREATE, rows=_characters)
@covers("U3 M11 B31 B46")
def characters(world: World, row: tuple[str, PersonChange]) -> Scenario:
    """Names contain apostrophes, accents and other scripts, and addresses contain plus signs. The target must store
    every value as it was sent, and the match must find it. A `+` is sent as `%2b`, and a quote in a filter as `\\"`.
    The target may refuse a name with `#`, but if it accepts the name, it must find it."""
    name, change = row
    person = change(world.person())
    made = create_user(world, person).but(after=REFUSED)
    found = match_user(world, person, "user").but(fix=UNESCAPE)
    if person.user_name != person.attributes["mail"]:
        found = found.but(after=NOT_BY_MAIL)
    seen = and_see(world, person, found, *holds(world, person))
    # Refusing these names is advice; truncating or silently changing a name is not.
    read = [step.but(level=Level.SHOULD) for step in seen] if name == "long" else seen
    return Scenario([made.but(level=Level.SHOULD) if name in FEW else made, *read])


@scenario(
    "ENT-CRE-11",
    "The same number for work and mobile",
    moment=Moment.CREATE,
    needs=['phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value'],
)
@covers("M11")
def equal_values(world: World) -> Scenario:
    """A user has one telephone number, stored in Entra as both the business and the mobile number. These are two values
    of different types, and the target must keep both: Entra looks for each one by its type."""
    plain = world.person()
    person = plain.with_(mobile=plain.attributes["telephoneNumber"])
    made = create_user(world, person).but(after={"status": ("ENT-CRE-01#create.status",)})
    return Scenario([made, read_back("user", *holds(world, person))])


def _countries(profile: Profile) -> Iterable[tuple[str, AttrPath]]:
    """The address whose country is sent unchanged from Entra; what an expression makes of it is a separate matter."""
    found = [row.path for row in profile.user.mapping if row.source == "country"]
    return [("name", path) for path in found if path.sub == "country"][:1]


@scenario("ENT-CRE-12", "A country sent by name", moment=Moment.CREATE, rows=_countries)
@covers("M11")
def country_name(world: World, path: AttrPath) -> Scenario:
    """Country is free text in Entra, and the default mapping sends it unchanged: `United States`, `USA`, `US`. RFC 7643
    section 4.1.2 allows only ISO 3166-1 alpha-2 codes (erratum 5990), so a target may reject the name with 400. This is
    advice: the user gets no account until the administrator maps the country with a Switch. All other users in these
    scenarios have a code, and a target that rejects a code is not conformant."""
    person = world.person().with_(country="United States")
    body = payload.user(world.profile, person)
    so = "users whose country in Entra is a name get no account until the mapping converts it to a code"
    fix = "accept the name and store it as it was sent, or name the attribute and the expected code in the error"
    answered = status_below(500, "answered").entra(ms.COUNTRY, so=so, fix=fix)
    kept = answered_with(path, "United States").should(ms.COUNTRY, so="Entra may send the value again", fix=fix)
    step = create_user(world, person, body=body).but(after=REFUSED)
    checks = (answered, status(201).should(ms.COUNTRY, so=so, fix=fix), kept)
    return Scenario([step.but(checks=checks)])


@scenario("ENT-CRE-05", "An extension whose URN is not in schemas", moment=Moment.CREATE, needs=["unmapped"])
@covers("B43")
def unlisted_extension(world: World) -> Scenario:
    """Entra does not add the URN of a custom extension to `schemas`, even when it sends the extension's object. The
    target may ignore the attribute, but it must create the account."""
    person = world.person()
    body = payload.user(world.profile, person)
    body["urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"] = {"tag": "701984"}
    # A custom attribute added to the core schema is sent under that schema's URN (zulip/zulip#39773).
    body[urns.USER] = {"role": "member"}
    step = create_user(world, person, body=body)
    fix = "store or ignore unknown extensions"
    accepted = status(201).should(ms.ATTRIBUTES, so="no user is created once a custom attribute is mapped", fix=fix)
    linked = has_id().should(ms.ATTRIBUTES, so="Entra cannot link the account")
    return Scenario([step.but(checks=(accepted, linked), after=REFUSED)])


@scenario("ENT-CRE-06", "A disabled user is created as disabled", moment=Moment.CREATE, needs=["changes:active"])
@covers("B27")
def created_inactive(world: World) -> Scenario:
    """An account is created with `active` false. Microsoft documents that Entra does not create disabled users, so this
    is advice. What matters is that the userName of a disabled account is not given to another user."""
    person = leaver(world.person())
    taken = refused(key="taken").must(
        rfc7643("4.1.1"), so="a user who comes back has two accounts", fix="reserve the userName of a disabled account"
    )
    again = create_user(world, person, "second", key="create-again").but(
        why="Create the same account again", owner=None, takes={}, continue_on_failure=True
    )
    return Scenario(
        [
            create_user(world, person).but(after=REFUSED, level=Level.SHOULD),
            read_back("user", *holds(world, person)).but(after=UNREADABLE_INACTIVE, level=Level.SHOULD),
            again.but(checks=(taken,), after={"taken": ("ENT-CRE-02#create-again.status",)}),
        ],
        spares=(),
    )


def _media_types(_: Profile) -> Iterable[tuple[str, tuple[str, bool]]]:
    yield "no-charset", ("application/scim+json", True)
    yield "charset-upper-case", ("application/scim+json;charset=UTF-8", False)


@scenario("ENT-CRE-10", "Other spellings of the media type", moment=Moment.CREATE, rows=_media_types)
@covers("B08")
def media_types(world: World, media: tuple[str, bool]) -> Scenario:
    """Entra sends `application/scim+json; charset=utf-8`. Without the charset it is the RFC's own media type (RFC 7644
    section 8.1); parameters may be written in any letter case and without a space (RFC 9110 section 8.3.1)."""
    text, registered = media
    so, fix = (
        "requests of Microsoft's own tests are rejected",
        "parse the media type instead of comparing the whole header",
    )
    accepted = status(201).must(rfc7644("3.8"), so=so, fix=fix)
    if not registered:
        accepted = status(201).should(rfc9110("8.3.1"), so="clients that send this spelling are rejected", fix=fix)
    step = create_user(world, world.person()).but(headers=(("Content-Type", text),))
    return Scenario([step.but(checks=(accepted, *step.checks[1:]), after=REFUSED)])
