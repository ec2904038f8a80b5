"""Filters (RFC 7644 section 3.4.2.2). No query can return resources of others: each asks for at most two resources, or
has a condition that only resources of this run meet."""

from collections.abc import Iterable
from typing import Any

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.lists import family, filters_by, finds, found_if_served, no_other_case
from scim_conformance.rfc.obligations import (
    empty_or_refused,
    error,
    found,
    never_lists,
    no_crash,
    no_other_error,
    refused_or,
)
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    by_name,
    create,
    create_group,
    find,
    mark,
    name_of,
    supports,
    supports_at,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns

FEW = "&count=2"
ONLY = must("7644-3.4.2.2-a", so="clients link the account of another person", fix="apply the filter to every query")


@scenario("RFC-FLT-01", "A filter returns only what matches", Moment.MATCH)
@covers("7644-3.4.2.2-a")
def only_matches(world: World) -> Scenario:
    """A filter on userName returns exactly the user with this name; a target that ignores filters returns others."""
    person = world.person()
    step = find(by_name(world, person), ONLY(status(200)), ONLY(found("user")), more=FEW)
    given = [unless_denied("filter"), create(world, person), create(world, world.person(), "other")]
    return Scenario([step], given=given)


@scenario("RFC-FLT-02", "A filter returns only the group that matches", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.2.2-a")
def only_group(world: World) -> Scenario:
    """A filter on displayName returns exactly the group with this name."""
    name = world.team().display_name
    step = find(f'displayName eq "{name}"', ONLY(status(200)), ONLY(found("group")), more=FEW, kind="Groups")
    made = [create_group(world, displayName=name), create_group(world, "other")]
    return Scenario([step], given=[unless_denied("filter"), *made], spares=("User",))


OPERATOR = must("7644-3.4.2.2-c", so="clients treat the wrong accounts as matches", fix="return 400 invalidFilter")
KNOWN = should("7644-3.4.2.2-c", so="clients cannot tell what is wrong", fix="add scimType invalidFilter")


def _plain(world: World) -> list[Step]:
    """Prepare a user, and see that a plain filter works: without it, refusing another one means nothing."""
    person = world.person()
    return [
        unless_denied("filter"),
        create(world, person),
        find(by_name(world, person), key="plain"),
    ]


@scenario("RFC-FLT-03", "An unknown operator is refused", Moment.MATCH)
@covers("7644-3.4.2.2-c")
def unknown_operator(world: World) -> Scenario:
    """An operator that RFC 7644 does not define returns 400 with invalidFilter, and no resources. An error without a
    scimType is advice; another scimType is wrong."""
    step = find(f'userName xx "{world.directory.tag}"', more=FEW)
    checks = [OPERATOR(refused_or(400)), KNOWN(error("invalidFilter")), OPERATOR(no_other_error("invalidFilter"))]
    return Scenario([step.expecting(*checks)], given=_plain(world))


def _broken(_: Profile) -> Iterable[tuple[str, str]]:
    yield "no-value", "userName eq"
    yield "open-quote", 'userName eq "a'
    yield "open-group", '(userName eq "a"'
    yield "no-attribute", 'eq "a"'
    yield "half-an-and", 'userName eq "a" and'
    yield "bracket", "["


GRAMMAR = must("7644-3.4.2.2-d", so="clients treat the wrong accounts as matches", fix="return 400, and no resources")
TOLD = should("7644-3.4.2.2-d", so="clients cannot tell what is wrong", fix="return 400 with scimType invalidFilter")


@scenario("RFC-FLT-04", "A filter that breaks the grammar is refused", Moment.MATCH, rows=_broken)
@covers("7644-3.4.2.2-d")
def broken(world: World, text: str) -> Scenario:
    """Such a filter must return 400 and never resources or a 500. A list without resources is advice."""
    checks = [GRAMMAR(no_crash()), GRAMMAR(never_lists()), TOLD(refused_or(400)), TOLD(error("invalidFilter"))]
    return Scenario([find(text, *checks, more=FEW)], given=_plain(world))


EXACT = must("7644-3.4.2.2-f", so="accounts are not found, or confused", fix="compare as caseExact says")


LACKING = "the target does not filter by externalId"


@scenario("RFC-FLT-05", "Text is compared as caseExact says", Moment.MATCH)
@covers("7644-3.4.2.2-f")
def case_exact(world: World) -> Scenario:
    """userName is compared without regard to letter case, externalId with it."""
    person, sent = world.person(), f"aB-{mark(world)}"
    steps = [
        find(f'userName eq "{name_of(world, person).upper()}"', EXACT(found("user")), key="folded"),
        find(f'externalId eq "Ab-{sent[3:]}"', EXACT(found(key="none")), key="exact"),
    ]
    given = [unless_denied("filter"), create(world, person, externalId=sent), supports(externalId=sent)]
    plain = finds(f'externalId eq "{sent}"', "user", key="plain", lacking=LACKING)
    return Scenario(steps, given=[*given, plain], spares=())


LOGIC = must("7644-3.4.2.2-l", so="clients get other accounts than they asked for", fix="evaluate and, or and not")


def _logic(_: Profile) -> Iterable[tuple[str, tuple[str, tuple[str, ...]]]]:
    yield "and", ('{family} and userName eq "{one}"', ("user1",))
    yield "or", ('{family} and (userName eq "{one}" or userName eq "{two}")', ("user1", "user2"))
    yield "not", ('{family} and not (userName eq "{one}")', ("user2", "user3"))


@scenario("RFC-FLT-06", "and, or and not combine conditions", Moment.MATCH, rows=_logic)
@covers("7644-3.4.2.2-l")
def logic(world: World, wanted: tuple[str, tuple[str, ...]]) -> Scenario:
    """Three users have a title in common. Conditions on userName choose some of them. A target may refuse a costly
    operator with 400, which is not judged."""
    template, names = wanted
    text, given = family(world, 3)
    users = [step.creates.name for step in given if step.creates is not None]
    asked = template.replace("{family}", text).replace("{one}", users[0]).replace("{two}", users[1])
    # `and` is what clients need at least; the others may be refused (RFC 7644 section 3.12, invalidFilter).
    check = LOGIC(found(*names)) if template.startswith("{family} and userName") else LOGIC(found_if_served(*names))
    return Scenario([find(asked, LOGIC(no_crash()), check)], given=[unless_denied("filter"), *given])


SAME_ELEMENT = must("7644-3.4.2.2-n", so="another person's account matches", fix="test both conditions on one value")


@scenario("RFC-FLT-07", "A filter in brackets is about one element", Moment.MATCH)
@covers("7644-3.4.2.2-n")
def one_element(world: World) -> Scenario:
    """A user has a work and a home address. The type of the one with the value of the other does not match. A target
    may refuse such a filter with 400."""
    person, name = world.person(), world.directory.tag
    domain = world.profile.people.domain
    work, home = f"{name}-w-{mark(world)[-6:]}@{domain}", f"{name}-h-{mark(world)[-6:]}@{domain}"
    emails = [{"type": "work", "value": work}, {"type": "home", "value": home}]
    steps = [
        find(f'emails[type eq "work" and value eq "{home}"]', SAME_ELEMENT(found_if_served()), key="mixed"),
        find(f'emails[type eq "work" and value eq "{work}"]', SAME_ELEMENT(found_if_served("user")), key="same"),
    ]
    stored = [
        supports_at('emails[type eq "work"].value', work),
        supports_at('emails[type eq "home"].value', home, key="home"),
    ]
    return Scenario(steps, given=[unless_denied("filter"), create(world, person, emails=emails), *stored], spares=())


URN = must("7644-3.4.2.2-r", so="accounts are not found by their employee number", fix="parse the URN before the name")


@scenario("RFC-FLT-08", "A filter names an attribute of an extension", Moment.MATCH)
@covers("7644-3.4.2.2-r")
def extension(world: World) -> Scenario:
    """An attribute of the enterprise extension is addressed by the full URN, whose dots are part of it. A target may
    refuse such a filter with 400 (RFC 7644 section 3.12, invalidFilter)."""
    number = mark(world)[-10:]
    body: dict[str, Any] = {ENTERPRISE: {"employeeNumber": number}}
    step = find(f'{ENTERPRISE}:employeeNumber eq "{number}"', URN(no_crash()), URN(found_if_served("user")), more=FEW)
    stored = supports_at(f"{ENTERPRISE}:employeeNumber", number)
    made = create(world, world.person(), **body, schemas=[urns.USER, ENTERPRISE])
    return Scenario([step], given=[unless_denied("filter"), made, stored], spares=())


COMMON = must("7644-3.4.2.2-s", so="clients cannot find their accounts", fix="support id and externalId in filters")

BY_ID = should("7644-3.4.2.2-s", so="clients cannot look an account up by its id", fix="support id in filters")
OTHER_CASE = should("7643-3.1-g", so="two accounts are treated as one", fix="compare ids exactly")


@scenario("RFC-FLT-09", "id and externalId can be filtered", Moment.MATCH)
@covers("7644-3.4.2.2-s 7643-3.1-g")
def common(world: World) -> Scenario:
    """The common attributes are filtered like the others. That a filter on id is served is advice, since the address
    has the id as well. So it is that an id in different letter case finds nothing: databases that have a type for UUIDs
    compare them without letter case."""
    sent = mark(world)
    steps = [
        find('id eq "{user}"', COMMON(found_if_served("user")), BY_ID(status(200)), key="id", more=FEW),
        find(f'externalId eq "{sent}"', COMMON(status(200)), COMMON(found("user")), key="external-id", more=FEW),
        find('id eq "{user_swapped}"', OTHER_CASE(no_other_case("user")), key="swapped", more=FEW),
    ]
    given = [unless_denied("filter"), create(world, world.person(), externalId=sent), supports(externalId=sent)]
    return Scenario(steps, given=given, spares=())


JSON = must("7644-3.4.2.2-t", so="accounts with such names are not found", fix="read the value as a JSON literal")
DECODED = must("7644-3.4.2.2-u", so="accounts with such names are not found", fix="decode the query exactly once")


@scenario("RFC-FLT-10", "Values in filters are JSON", Moment.MATCH)
@covers("7644-3.4.2.2-t")
def json_values(world: World) -> Scenario:
    """A value with quotation marks, a backslash and an escape is read as JSON text, and true and false as booleans."""
    name = f'{mark(world)} "q" \\ Zoë'
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("ë", "\\u00eb")
    body: dict[str, Any] = {"displayName": name, "active": True}
    steps = [
        find(f'displayName eq "{escaped}"', JSON(found("user")), key="text", more=FEW),
        find(f'active eq true and displayName eq "{escaped}"', JSON(found_if_served("user")), key="true", more=FEW),
        find(f'active eq false and displayName eq "{escaped}"', JSON(found_if_served()), key="false", more=FEW),
    ]
    given = [*filters_by(world, "displayName"), create(world, world.person(), **body), supports(**body)]
    return Scenario(steps, given=given, spares=())


@scenario("RFC-FLT-11", "The filter is decoded once", Moment.MATCH)
@covers("7644-3.4.2.2-u")
def decoded_once(world: World) -> Scenario:
    """A value with characters that URLs reserve, each percent-encoded, is found as it was stored."""
    name = f"{mark(world)} R&D + 100%25 #1 = x"
    step = find(f'displayName eq "{name}"', DECODED(status(200)), DECODED(found("user")), more=FEW)
    given = [*filters_by(world, "displayName"), create(world, world.person(), displayName=name)]
    given.append(supports(displayName=name))
    return Scenario([step], given=given, spares=())


UNKNOWN = must("7644-3.4.2.2-w", so="clients link the account of another person", fix="return 400, or an empty list")


@scenario("RFC-FLT-12", "A filter on an unknown attribute returns no resources", Moment.MATCH)
@covers("7644-3.4.2.2-w")
def unknown_attribute(world: World) -> Scenario:
    """Whether such a filter is refused or matches nothing is open. It must never return the whole list."""
    text = f'sctUnknown eq "{world.directory.tag}"'
    whole = UNKNOWN(empty_or_refused())
    return Scenario([find(text, UNKNOWN(no_crash()), whole, more=FEW)], given=_plain(world))


DOTTED = must("7644-3.4.2.2-p", so="accounts are not found by their names", fix="support sub-attributes in filters")
ANY = must("7644-3.4.2.2-o", so="accounts are not found by their second address", fix="compare every value")


@scenario("RFC-FLT-14", "A filter on a sub-attribute", Moment.MATCH)
@covers("7644-3.4.2.2-p 7644-3.4.2.2-o")
def sub_attribute(world: World) -> Scenario:
    """A sub-attribute is addressed with a dot. With several values, one that matches is enough."""
    family_name, domain = mark(world), world.profile.people.domain
    addresses = [f"{world.directory.tag}-{one}-{family_name[-6:]}@{domain}" for one in ("a", "b")]
    emails = [{"type": kind, "value": one} for kind, one in zip(("work", "home"), addresses, strict=True)]
    steps = [
        find(f'name.familyName eq "{family_name}"', DOTTED(found_if_served("user")), key="name", more=FEW),
        find(f'emails.value eq "{addresses[1]}"', ANY(found_if_served("user")), key="second", more=FEW),
    ]
    made = create(world, world.person(), emails=emails, name={"givenName": "Ada", "familyName": family_name})
    stored = [
        supports(name__familyName=family_name),
        supports_at('emails[type eq "home"].value', addresses[1], key="home"),
    ]
    return Scenario(steps, given=[unless_denied("filter"), made, *stored], spares=())
