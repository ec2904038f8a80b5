"""Create: somebody is assigned to the application and has no account yet."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.expectations import holds, value_of
from scim_conformance.entra.people import CHARACTERS, Change, Person
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import (
    DISABLE_REFUSED,
    REFUSED,
    UNFILTERED,
    UNREADABLE_INACTIVE,
    create_user,
    match_user,
    read_back,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7643, rfc7644, rfc9110
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import has_header, has_id, no_null_text, refused, scim_type, status, stored
from scim_conformance.scim import paths, urns


@scenario(
    "ENT-CRE-01",
    "Create a user with every mapped attribute",
    moment=Moment.CREATE,
    covers="U1 U4 L1 L17 M1 M3 M10 M11 M19 M36 B01 B08 B09 B23 B29 B34 B35 B36 B40 B43 B44 B46 B48 B49 B51 B51b",
)
def create(world: World) -> Scenario:
    """Nobody is found, so Entra POSTs the user with all mapped attributes and links the id of the answer. Every value
    must come back as it was sent, or Entra sees a difference in each cycle."""
    person = world.person()
    location = has_header("Location").should(rfc7644("3.3"), so="nothing in Entra; other clients rely on it")
    return Scenario(
        [
            match_user(world, person, None, key="match-before"),
            create_user(world, person).expecting(location),
            read_back("user", *holds(world, person, every=True)),
            match_user(world, person, "user"),
        ]
    )


@scenario("ENT-CRE-02", "A second account for the same user is refused", moment=Moment.CREATE, covers="U2 B18 B19 B45")
def duplicate(world: World) -> Scenario:
    """When a link is lost, Entra may POST somebody who exists. The target must answer 409 and keep the one account as
    it is: Entra logs EntryConflict and matches again."""
    person = world.person()
    other = world.person()
    named = person.with_(displayName=other.attributes["displayName"], surname=other.attributes["surname"])
    again = create_user(world, named, "second", key="create-again").but(why="Create the same account again", owner=None)
    conflict = status(409).must(
        rfc7644("3.3"),
        so="one person has two accounts, and Entra stops with DuplicateTargetEntries",
        fix="keep userName unique without regard to case, and answer 409",
    )
    keyword = scim_type("uniqueness").should(
        rfc7644("3.3"), so="the log does not say which kind of conflict it is", fix='add "scimType": "uniqueness"'
    )
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            replace(again, checks=(conflict, keyword), takes={}, go_on=True),
            match_user(world, person, "user").expecting(*_unchanged(world, person)),
        ],
    )


def _unchanged(world: World, person: Person) -> list[Check]:
    """What a refused creation must not have written."""
    fix = "look for a conflict before anything is written"
    return [
        stored(paths.parse(name), value_of(world, person, name), prefix="kept").must(
            rfc7644("3.3"), so="a creation that was refused has changed the account", fix=fix
        )
        for name in ("displayName", "name.familyName")
        if value_of(world, person, name) is not None and name not in world.unkept
    ]


@scenario(
    "ENT-CRE-07",
    "The same user in other letter case is refused",
    moment=Moment.CREATE,
    needs=["userName"],
    covers="B45",
)
def duplicate_case(world: World) -> Scenario:
    """userName is unique without regard to letter case (RFC 7643 section 4.1.1). A target that makes a second account
    for `JYoung@…` beside `jyoung@…` answers the next match with both, and Entra stops."""
    person = world.person()
    body = payload.user(world.profile, person)
    twin = {**body, "userName": body["userName"].swapcase()}
    again = create_user(world, person, "second", body=twin, key="create-again").but(owner=None)
    conflict = status(409).must(
        rfc7643("4.1.1"),
        so="one person has two accounts, and Entra stops with DuplicateTargetEntries",
        fix="compare userName without regard to case before creating",
    )
    twice = {"status": ("ENT-CRE-02#create-again.status",)}
    return Scenario(
        given=[create_user(world, person)], steps=[replace(again, checks=(conflict,), takes={}, after=twice)]
    )


def _booleans(_: Profile) -> Iterable[tuple[str, str]]:
    yield "active-as-string", "True"


@scenario("ENT-CRE-08", "A boolean written as a string", moment=Moment.CREATE, rows=_booleans, needs=["active"])
def boolean_string(world: World, value: str) -> Scenario:
    """Entra creates with a JSON boolean; Microsoft's Postman collection also creates with "True". A target that takes
    the strings of the legacy PATCH will take this too."""
    person = world.person()
    step = create_user(world, person, body={**payload.user(world.profile, person), "active": value})
    so = "requests of Microsoft's reference collection fail"
    accepted = status(201).should(ms.POSTMAN, so=so, fix="read the strings as booleans")
    linked = has_id().should(ms.POSTMAN, so=so)
    explained = {"status": (*REFUSED["status"], *DISABLE_REFUSED["status"])}
    return Scenario([replace(step, checks=(accepted, linked), after=explained)])


@scenario("ENT-CRE-03", "Attributes that are null are taken for absent", moment=Moment.CREATE, covers="B42")
def nulls(world: World) -> Scenario:
    """Microsoft's tutorial shows a POST in which attributes without a value are null. RFC 7643 section 2.5: null and
    absent are the same."""
    person = world.person().with_(jobTitle=None, mobile=None, telephoneNumber=None, facsimileTelephoneNumber=None)
    body = payload.user(world.profile, person)
    for row in world.profile.user.mapping:
        if row.path.urn is None and not row.is_reference:
            body.setdefault(row.path.name, None)
    step = create_user(world, person, body=body)
    so = "where a null is sent, as in Microsoft's tutorial, whoever lacks a value gets no account"
    accepted = status(201).must(rfc7643("2.5"), so=so, fix="take null for absent")
    identified = has_id().must(rfc7644("3.3"), so="Entra cannot link the account", fix="return the id")
    sent = [row.path for row in world.profile.user.mapping if body.get(row.path.name, "") is None]
    none = no_null_text(sent).must(
        rfc7643("2.5"), so="people are called “null” in the application", fix="take null for absent, and not for a text"
    )
    return Scenario([replace(step, checks=(accepted, identified), after=REFUSED), read_back("user", none)])


FEW = {"astral", "long", "hash"}
"""Names that few people have: refusing the account is no fault that a customer must meet. Entra strips a guest's #EXT#
from userPrincipalName, and two servers that are fit otherwise take no # in a name or an address."""

UNESCAPE = "percent-decode the query once (%2b is a plus, %25 a percent); an apostrophe is a character like others"

NOT_BY_MAIL = {**UNFILTERED, "one": (*UNFILTERED["one"], "ENT-MAT-01#match-twin.one")}
"""What explains that somebody is not found whose userName is not the mail address: nobody of these is."""


def _characters(_: Profile) -> Iterable[tuple[str, tuple[str, Change]]]:
    return [(name, (name, change)) for name, change in CHARACTERS.items()]


@scenario(
    "ENT-CRE-04", "A name with unusual characters", moment=Moment.CREATE, rows=_characters, covers="U3 M11 B31 B46"
)
def characters(world: World, row: tuple[str, Change]) -> Scenario:
    """People have apostrophes, accents and other scripts in their names, and addresses have plus signs. Everything must
    be stored as it was sent, and the match must find it: `+` travels as `%2b`, a quote in a filter as `\\"`. A name
    with `#` may be refused; once it is taken, it must be found."""
    name, change = row
    person = change(world.person())
    made = create_user(world, person).but(after=REFUSED)
    found = match_user(world, person, "user").fixed_by(UNESCAPE)
    if person.user_name != person.attributes["mail"]:
        found = found.but(after=NOT_BY_MAIL)
    found = found.expecting(*holds(world, person))
    # Refusing them is advice; cutting a name off, or changing it without a word, is not.
    return Scenario([made.advised() if name in FEW else made, found.advised() if name == "long" else found])


@scenario(
    "ENT-CRE-11",
    "One number for work and on the move",
    moment=Moment.CREATE,
    needs=['phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value'],
    covers="M11",
)
def equal_values(world: World) -> Scenario:
    """Somebody has one telephone number, which stands in Entra as the business and as the mobile one. They are two
    values of different types, and both stay: Entra looks for each by its type."""
    plain = world.person()
    person = plain.with_(mobile=plain.attributes["telephoneNumber"])
    made = create_user(world, person).but(after={"status": ("ENT-CRE-01#create.status",)})
    return Scenario([made, read_back("user", *holds(world, person))])


@scenario(
    "ENT-CRE-05", "An extension whose URN is not in schemas", moment=Moment.CREATE, needs=["unmapped"], covers="B43"
)
def unlisted_extension(world: World) -> Scenario:
    """Entra does not add the URN of a custom extension to `schemas`, though the object is there. The attribute may be
    ignored; the account must be created."""
    person = world.person()
    body = payload.user(world.profile, person)
    body["urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"] = {"tag": "701984"}
    # A custom attribute that was put on the core schema arrives below that schema's URN (zulip/zulip#39773).
    body[urns.USER] = {"role": "member"}
    step = create_user(world, person, body=body)
    fix = "store or ignore unknown extensions"
    accepted = status(201).should(ms.ATTRIBUTES, so="nobody is created once a custom attribute is mapped", fix=fix)
    linked = has_id().should(ms.ATTRIBUTES, so="Entra cannot link it")
    return Scenario([replace(step, checks=(accepted, linked), after=REFUSED)])


@scenario("ENT-CRE-06", "A disabled user is created disabled", moment=Moment.CREATE, needs=["active"], covers="B27")
def created_inactive(world: World) -> Scenario:
    """Somebody who is linked again while disabled in Entra is created with `active` false: the account must not let
    them in. Nobody else may have its userName meanwhile."""
    person = world.person().with_(IsSoftDeleted=True, accountEnabled=False)
    taken = refused(key="taken").must(
        rfc7643("4.1.1"), so="who comes back has two accounts", fix="keep the userName of a disabled account"
    )
    again = create_user(world, person, "second", key="create-again").but(
        why="Create the same account again", owner=None, takes={}, go_on=True
    )
    return Scenario(
        [
            create_user(world, person).but(after=REFUSED),
            read_back("user", *holds(world, person)).but(after=UNREADABLE_INACTIVE),
            match_user(world, person, "user").but(after=UNREADABLE_INACTIVE),
            replace(again, checks=(taken,), after={"taken": ("ENT-CRE-02#create-again.status",)}),
        ],
        spares=(),
    )


def _media_types(_: Profile) -> Iterable[tuple[str, tuple[str, bool]]]:
    yield "no-charset", ("application/scim+json", True)
    yield "charset-upper-case", ("application/scim+json;charset=UTF-8", False)


@scenario("ENT-CRE-10", "The media type written otherwise", moment=Moment.CREATE, rows=_media_types, covers="B08")
def media_types(world: World, media: tuple[str, bool]) -> Scenario:
    """Entra sends `application/scim+json; charset=utf-8`. Without the charset it is the RFC's own media type (RFC 7644
    section 8.1); parameters may be written in any letter case and without a blank (RFC 9110 section 8.3.1)."""
    text, registered = media
    so, fix = "requests of Microsoft's own tests are refused", "parse the media type; do not compare the whole header"
    accepted = status(201).must(rfc7644("3.8"), so=so, fix=fix)
    if not registered:
        accepted = status(201).should(rfc9110("8.3.1"), so="clients that write it so are turned away", fix=fix)
    step = create_user(world, world.person()).but(headers=(("Content-Type", text),))
    return Scenario([replace(step, checks=(accepted, *step.checks[1:]), after=REFUSED)])
