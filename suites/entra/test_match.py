"""Match: before Entra creates an account, it queries whether the account already exists."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs, payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import answers_queries, the_one
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.finding import found, found_by
from scim_conformance.entra.matching import match_by
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, match_user, search
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.lists import nobody_or_refused
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import filters, paths, urns
from scim_conformance.scim.urlencode import percent_quote

WORK_EMAIL = 'emails[type eq "work"].value'


@scenario("ENT-MAT-01", "An existing user is found, and no other user", Moment.MATCH, plainest=True)
@covers("U3 M4 M10 M20 B23 B24 B29 B33")
def finds_one(world: World) -> Scenario:
    """Entra filters by the matching attribute. It links a single result, creates an account if there is none, and
    reports an error if there are several. So the filter must compare the whole value: users whose name merely ends the
    same way must not appear, and an underscore matches only an underscore. As in most tenants, e-mail addresses differ
    from userPrincipalNames: a target that identifies users by e-mail address does not find them, and returns 409 when
    Entra creates them again. In the end, the harness queries a text that is a user's externalId, display name and
    e-mail address: a filter compares one attribute alone (RFC 7644 section 3.4.2.2), and finds nobody."""
    person, longer, wild = _alike(world)
    alias = world.renamed("alias", str(longer.attributes["mail"]))
    elsewhere = _elsewhere(world, longer, alias)
    steps = [_match(world, person, "user", "match"), _match(world, longer, "twin", "match-twin")]
    return Scenario(
        given=[
            create_user(world, person),
            create_named(world, longer, "twin", body=world.body(longer, elsewhere)),
            create_named(world, wild, "other"),
        ],
        steps=[*steps, *([_match_alias(world, longer, alias)] if elsewhere else [])],
    )


def _elsewhere(world: World, person: Person, alias: str) -> dict[str, str]:
    """Return a text as the value of other attributes than those that the profile matches on, by target path."""
    if world.match_rule(person).kind != "String":
        return {}
    matched = {row.target.lower() for row in world.profile.user.matching}
    offered = [path for path in ("externalId", "displayName", WORK_EMAIL) if path.lower() not in matched]
    return {path: alias for path in offered if value_of(world, person, path) is not None}


def _match_alias(world: World, person: Person, alias: str) -> Step:
    """Query another text than the matching value, which the user has in other attributes."""
    step = match_user(world, person, None, key="match-alias", value=alias)
    fix = "compare the attribute that the filter names, and no other"
    return step.but(fix=fix, by=Sender.HARNESS, why="Query what only other attributes of a user are")


def _alike(world: World) -> tuple[Person, Person, Person]:
    """Return a user with an underscore in every name, one with longer names that end in the same way, and one who has a
    hyphen instead of the underscore."""
    plain = world.person()
    person = _renamed(plain, plain, lambda name: name.replace("-", "_", 1))
    longer = _renamed(world.person(), person, lambda name: f"{world.directory.tag}x{name}")
    wild = _renamed(world.person(), person, lambda name: name.replace("_", "-"))
    return person, longer, wild


def _match(world: World, person: Person, name: str, key: str) -> Step:
    fix = "compare the whole value of the attribute in the filter: userName is not the e-mail address"
    return match_user(world, person, name, key=key).but(fix=fix)


def _renamed(person: Person, model: Person, change: Callable[[str], str]) -> Person:
    """Return a user whose names are derived from those of another."""
    names = {name: change(str(model.attributes[name])) for name in ("userPrincipalName", "mail", "mailNickname")}
    return person.with_(**names)


@scenario("ENT-MAT-02", "The matching value in different letter case finds the same user", Moment.MATCH)
@covers("U5 B21")
def other_case(world: World) -> Scenario:
    """userName is not case-sensitive (RFC 7643 section 4.1.1); neither are attributes by default (section 2.2). The
    directory may use different letter case than the target. Microsoft's validator repeats the query in the opposite
    case."""
    person = world.person()
    return Scenario(given=[create_user(world, person)], steps=[_match_in_other_case(world, person)])


def _match_in_other_case(world: World, person: Person) -> Step:
    rule, value = world.match_rule(person), world.match_value(person)
    other_letters = value.swapcase() if isinstance(value, str) else value
    same = _same_user(world, rule, other_letters)
    if rule.path.urn not in {None, urns.USER, urns.ENTERPRISE_USER}:
        # In an extension of the target's own, its schema decides whether letter case matters (RFC 7643 section 7).
        same = replace(same, level=Level.SHOULD)
    step = match_by(rule.target, other_letters, why="Match in different letter case").but(asks=("letter-case",))
    return step.expecting(answers_queries("the account is not found"), same)


def _same_user(world: World, rule: AttributeMapping, other_letters: Any) -> Check:
    if payload.case_exact(rule.path):
        # A value that differs only in letter case belongs to another user.
        so, fix = "Entra links another user's account", "compare externalId exactly"
        return nobody_or_refused().should(rfc7643("3.1"), so=so, fix=fix)
    same = found(world, rule.path, other_letters, "user")
    if rule.kind != "String":
        return same
    section = rfc7643("4.1.1" if rule.target.lower() == "username" else "2.2")
    so = "the account is not found: Entra tries to create it, gets 409, and never links the user"
    fix = f"compare {rule.target} without regard to case"
    return replace(same, citation=section if rule.path.simple else ms.TUTORIAL, so=so, fix=fix)


@scenario("ENT-MAT-03", "A space in the query may be sent as %20", Moment.MATCH)
@covers("L1")
def percent_space(world: World) -> Scenario:
    """Some logs show a space as `+`, others, from 2025 and 2026, as `%20`; so do Microsoft's own Logic App tests. Both
    mean the same query. It is not documented which one Entra sends today."""
    person = world.person()
    return Scenario(given=[create_user(world, person)], steps=[_match_with_percent_space(world, person)])


def _match_with_percent_space(world: World, person: Person) -> Step:
    rule, value = world.match_rule(person), world.match_value(person)
    query = "filter=" + percent_quote(filters.eq(rule.target, value))
    step = search("Users", "Match with %20 for a space", query, by=Sender.HARNESS)
    so = "the account is not found where the query uses %20, and Microsoft's Logic App tests fail"
    fix = "decode both + and %20 in a query as a space"
    asked = (status(200), found(world, rule.path, value, "user").obligation)
    return step.expecting(*(one.entra(ms.PERCENT_SPACE, so=so, fix=fix) for one in asked))


@scenario("ENT-MAT-04", "The query is decoded once", Moment.MATCH, needs=["userName"])
@covers("B31")
def encoded_value(world: World) -> Scenario:
    """Entra percent-encodes the whole filter: `@` is `%40`, and quotes are `%22`. A target that expects these
    characters unencoded, or decodes twice, finds no user. The filter must not return other users of this run. Entra
    allows no percent sign in a userPrincipalName, so a target that does not accept one is not tested."""
    person = world.person()
    name = world.renamed("a%40b", str(value_of(world, person, "userName")))
    made = create_user(world, person, body=world.body(person, {"userName": name})).expecting_only(PERCENT_SIGN_TAKEN)
    match = match_by("userName", name, why="Match a name that contains a percent sequence")
    same = match.expecting(answers_queries("the account is not found"), the_one("user", "userName"))
    return Scenario(given=[made.but(also_ok=(400, 422), optional=True)], steps=[same])


PERCENT_SIGN_TAKEN = (
    replace(status(201), expected="a userName with a percent sign")
    .should(rfc7644("3.3"), so="this case is not tested")
    .vital()
)


def _other_attributes(profile: Profile) -> Iterable[tuple[str, str]]:
    first = profile.user.matching[0].target
    offered = {"externalId": "externalId", "emails.work.value": WORK_EMAIL}
    offered["employeeNumber"] = f"{urns.ENTERPRISE_USER}:employeeNumber"
    return [
        (name, path) for name, path in offered.items() if path.lower() != first.lower() and needs.has(profile, path)
    ]


@scenario("ENT-MAT-05", "A user is found by another attribute", Moment.MATCH, rows=_other_attributes)
@covers("M4 M21 B22 B30")
def by_other(world: World, attribute: str) -> Scenario:
    """An administrator may match on externalId, the work e-mail address or the employee number instead. A target that
    returns an empty list for every unknown filter passes Test Connection, but every user then gets a second account.
    Microsoft's tutorial requires matching attributes to be filterable: ENTRA if the profile matches on this attribute,
    advice if it is only mapped."""
    person = world.person()
    value = paths.read(world.body(person), paths.parse(attribute))
    match = match_by(attribute, value).expecting(*found_by(world, attribute, value))
    return Scenario(given=[create_user(world, person)], steps=[match])


@scenario("ENT-MAT-08", "A private address is not a work address", Moment.MATCH, needs=[WORK_EMAIL, "unmapped"])
@covers("B22")
def other_type(world: World) -> Scenario:
    """A filter on the work e-mail address must not find a user by an address of another type: Entra would link the
    wrong account. A target may refuse the filter, or store only one address."""
    person = world.person()
    private = world.renamed("private", str(person.attributes["mail"]))
    body = world.body(person, {'emails[type eq "other"].value': private})
    match = match_by(WORK_EMAIL, private, why="Match a private address with a filter on the work e-mail")
    steps = [match.explained_by(UNFILTERED_BY_EMAIL).expecting(NOT_ANOTHER_TYPE)]
    return Scenario(given=[create_user(world, person, body=body)], steps=steps)


_BY_EMAIL = ["ENT-CON-06/emails.work.value#probe.none"]
UNFILTERED_BY_EMAIL = Because("A filter on e-mail addresses that is ignored finds all users.", {"none": _BY_EMAIL})
NOT_ANOTHER_TYPE = nobody_or_refused().entra(
    ms.TUTORIAL,
    so="an administrator who matches on the work e-mail address links another user's account",
    fix="compare the value in the same element whose type is work",
)


@scenario(
    "ENT-MAT-06",
    "The second matching attribute finds a user that the first does not",
    Moment.MATCH,
    needs=["second-match"],
)
@covers("M21")
def second_match(world: World) -> Scenario:
    """Several mappings may be matching attributes. Entra first queries the one with the lowest precedence number. If no
    user is found, it queries the next one, and links the account with that value. It never combines the queries, and
    skips an attribute for which the user has no value."""
    person, other = _with_two_values(world), world.person()
    first, second = _rules(world, person)[:2]
    body = world.body(person, {first.target: first.match_value(other.attributes)})
    steps = [_match_first(world, person, first), _match_second(world, person, second)]
    return Scenario(given=[create_user(world, person, body=body)], steps=steps)


UNKNOWN_WHETHER = answers_queries("Entra cannot tell whether the account exists, and does not provision the user")


def _match_first(world: World, person: Person, rule: AttributeMapping) -> Step:
    """Query the value of the first attribute, which the account in the target does not have."""
    value = rule.match_value(person.attributes)
    so = "Entra links another user's account, or reports several matches"
    step = match_by(rule.target, value, key="match-first")
    return step.expecting(UNKNOWN_WHETHER, found(world, rule.path, value, None, so=so))


def _match_second(world: World, person: Person, rule: AttributeMapping) -> Step:
    value = rule.match_value(person.attributes)
    step = match_by(rule.target, value, key="match-second")
    return step.expecting(UNKNOWN_WHETHER, found(world, rule.path, value, "user"))


def _rules(world: World, person: Person) -> list[AttributeMapping]:
    return [row for row in world.profile.user.matching if row.match_value(person.attributes) is not None]


def _with_two_values(world: World) -> Person:
    """Return a user with a value for both matching attributes: an expression may return none for some users."""
    found = next((one for _ in range(10) if len(_rules(world, one := world.person())) > 1), None)
    if found is None:
        raise ExpressionError("none of ten generated users has a value for two matching attributes")
    return found


@scenario("ENT-MAT-07", "An attribute name in different letter case", Moment.MATCH)
@covers("B113")
def other_name_case(world: World) -> Scenario:
    """Attribute names in filters are not case-sensitive (RFC 7644 section 3.4.2.2). Microsoft's Postman collection
    queries `DisplayName eq`, and an administrator may have entered the target attribute that way."""
    person = world.person()
    return Scenario(given=[create_user(world, person)], steps=[_match_with_recased_name(world, person)])


def _match_with_recased_name(world: World, person: Person) -> Step:
    path, value = world.match_rule(person).path, world.match_value(person)
    recased = path.text.replace(path.name, path.name[0].swapcase() + path.name[1:], 1)
    step = match_by(recased, value, why="Match, attribute name in different case").but(asks=("letter-case",))
    so = "no user is found where the mapping uses different letter case"
    fix = "compare attribute names without regard to case"
    asked = (status(200), found(world, path, value, "user").obligation)
    return step.expecting(*(one.should(ms.POSTMAN, so=so, fix=fix) for one in asked))
