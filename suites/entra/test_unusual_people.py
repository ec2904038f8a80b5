"""Create, for people as they are: unusual names and addresses, and no e-mail address at all."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked, no_server_error
from scim_conformance.entra.bare import CREATED_BARE, bare_of
from scim_conformance.entra.changing import with_codes, with_literals, with_two_lines
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.directory.people import CHARACTERS, UNUSUAL, Person, PersonChange
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.explained import refused_at_all
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import and_see, create_user, match_user, read_back
from scim_conformance.entra.world import World, stays_named
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import absent, another_value
from scim_conformance.scim.paths import AttrPath


def _characters(profile: Profile) -> Iterable[tuple[str, tuple[str, PersonChange]]]:
    for name, change in CHARACTERS.items():
        if name not in UNUSUAL or stays_named(profile, change):
            yield name, (name, change)


@scenario("ENT-CRE-04", "A name with unusual characters or parts", Moment.CREATE, rows=_characters)
@covers("U3 M11 B31 B46")
def characters(world: World, row: tuple[str, PersonChange]) -> Scenario:
    """Names contain apostrophes, accents and other scripts, and addresses contain plus signs. The target must store
    every value as it was sent, and the match must find it. A `+` is sent as `%2b`, and a quote in a filter as `\\"`.
    The target may refuse a name with `#`, but if it accepts the name, it must find it. Some people have only one name,
    some are named by a number with leading zeros, and for a few the e-mail address is the userPrincipalName. A street
    may have two lines (RFC 7643 section 4.1.2). A family name may be Null, the country code of Norway is NO, and ON is
    Ontario: these are texts, and no null or boolean. An employee number, a department or a postal code may be a few
    digits: these are texts too, to which the target adds no zeros, and from which it removes none."""
    name, change = row
    person = ALSO.get(name, _as_it_is)(world, change(world.person()))
    made = create_user(world, person)
    match = match_user(world, person, "user").but(fix=UNESCAPE, asks=("unusual-text",))
    seen = and_see(world, person, match, *holds(world, person))
    # Refusing these names is advice; truncating or silently changing a name is not.
    read = [step.as_advice() for step in seen] if name == "long" else seen
    return Scenario([made.as_advice() if name in FEW else made, *read])


def _as_it_is(_: World, person: Person) -> Person:
    return person


ALSO = {"digits": with_codes, "quotes": with_two_lines, "plus": with_literals}
"""What some of these users have in addition to their names: other digits, what JSON escapes like a quote, and texts
that look like something else in YAML or in a database."""

FEW = {"astral", "long", "hash", "one-name", "markup"}
"""Names that are rare, so that no customer is likely to notice if the target refuses such an account: Entra strips a
guest's #EXT# from userPrincipalName, and two servers that otherwise work accept no # in a name or an address. Nobody's
name has an HTML tag, which a firewall may refuse. And one name alone: a schema may require a family name (RFC 7643
section 2.2)."""

UNESCAPE = "percent-decode the query once (%2b is a plus, %25 a percent); treat an apostrophe like any other character"


def _mail(profile: Profile) -> Iterable[tuple[str, AttrPath]]:
    """The e-mail address that is sent unchanged from Entra, if users without one still have a name and a match."""
    found = [row.path for row in profile.user.mapping if row.source == "mail" and row.path.name.lower() == "emails"]
    return [("no-mail", path) for path in found[:1] if stays_named(profile, _without_mail)]


def _without_mail(person: Person) -> Person:
    return person.with_(mail=None)


@scenario("ENT-CRE-20", "Users without an e-mail address", Moment.CREATE, rows=_mail)
@covers("B120")
def no_mail(world: World, path: AttrPath) -> Scenario:
    """Not every user in Entra has a mailbox. Entra then sends no e-mail address. A target that requires one returns 400
    and names it, which is a warning; a 5xx hides the reason. The match must find the account that was created. Two
    users without an e-mail address are two users: a unique index must not treat the missing values as equal."""
    first, second = (_without_mail(world.person()) for _ in range(2))
    made = create_user(world, first).expecting_only(NO_SERVER_ERROR, CREATED_WITHOUT_MAIL, linked())
    steps = [
        made,
        match_user(world, first, "user").expecting(_no_address(path)).but(fix=WITHOUT_MAIL_FOUND),
        create_named(world, second, "second").expecting_instead(SECOND_WITHOUT_MAIL),
    ]
    return Scenario(steps, spares=())


WITHOUT_MAIL_FOUND = "find users who have no e-mail address too: do not join their addresses"
MAIL_MISSING = "create the account: or, if it needs an e-mail address, return 400 and name the attribute"
NO_SERVER_ERROR = no_server_error(MAIL_MISSING)
CREATED_WITHOUT_MAIL = status(201).should(ms.NO_MAIL, so="users without a mailbox get no account", fix=MAIL_MISSING)
SECOND_WITHOUT_MAIL = status(201).must(
    rfc7644("3.3"),
    so="only one user without a mailbox gets an account",
    fix="do not treat missing e-mail addresses as equal: store null, not an empty text, in a unique column",
)


def _no_address(path: AttrPath) -> Check:
    so, fix = "the account has an e-mail address that the user does not have", "store no address that was not sent"
    return absent(path).should(ms.NO_MAIL, so=so, fix=fix).known_as(Evidence.INFERRED)


@scenario(
    "ENT-CRE-22",
    "A user with names alone, after one with everything",
    Moment.CREATE,
    needs=["attributes"],
    extra=Extra(8, SEQUENCE),
)
@covers("M11 B120")
def names_alone(world: World) -> Scenario:
    """Most users in Entra lack some attributes. The target must leave these empty, or set a value of its own: what
    another user has must not appear, such as the telephone numbers of the one who was created before."""
    full, bare = world.person(), bare_of(world, world.person())
    made = create_named(world, bare, "bare").expecting_instead(CREATED_BARE).explained_by(REFUSED_BARE)
    return Scenario(
        given=[create_user(world, full)],
        steps=[made, read_back("bare", *_nothing_of(world, full, bare))],
        spares=(),
    )


REFUSED_BARE = refused_at_all(*(f"ENT-UPD-08/{dialect}#create.status" for dialect in Dialect))


def _nothing_of(world: World, full: Person, bare: Person) -> list[Check]:
    """Check that no value of the other user is there; many people have some of them, such as a country."""
    sent = {row.target for row, _ in payload.flowing(world.profile, bare)}
    others = {row.target: value for row, value in payload.flowing(world.profile, world.person())}
    found = [
        (row.path, value)
        for row, value in payload.flowing(world.profile, full)
        if row.target not in sent and isinstance(value, str) and others.get(row.target) != value
    ]
    return [_left_over(path, value) for path, value in found]


def _left_over(path: AttrPath, value: str) -> Check:
    told = replace(another_value(path, value, "the user before"), key=f"absent.{path.slug}", cause="left-over")
    return told.must(
        rfc7644("3.3"),
        so="users have the data of other people",
        fix="begin each creation with nothing: keep no values from the request before",
    )
