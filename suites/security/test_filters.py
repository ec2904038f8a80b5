"""Harmless probes of filters: GET alone, each for at most two users, and with a condition that only users of this run
meet."""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.obligations import as_before, empty_or_refused, no_crash, not_served
from scim_conformance.rfc.requests import by_name, create, find, mark, op, patch, post, read, supports, user_body
from scim_conformance.rfc.rows import must, should
from scim_conformance.rfc.secrecy import at_most_one, in_time, no_object
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario

FEW = "&count=2"
DATA = must("SEC-INJ-a", so="an attacker reads the whole directory", fix="bind values as parameters, not as text")


def _sql(_: Profile) -> Iterable[tuple[str, str]]:
    yield "or", "{tag}' OR '1'='1"
    yield "comment", "{tag}'--"
    yield "statement", '{tag}\\"; x'


@scenario("SEC-INJ-01", "SQL in a filter is text", Moment.MATCH, rows=_sql)
@covers("SEC-INJ-a")
def sql(world: World, text: str) -> Scenario:
    """A value with quotation marks and SQL matches no user, and is no 500. One GET for at most two users; nothing that
    could change data is sent."""
    value = text.replace("{tag}", world.directory.tag)
    step = find(f'userName eq "{value}"', DATA(no_crash()), DATA(empty_or_refused()), more=FEW)
    return Scenario([step], given=[unless_denied("filter"), create(world, world.person())])


LITERAL = must("SEC-INJ-b", so="a filter finds other accounts", fix="escape wildcards before LIKE")


@scenario("SEC-INJ-02", "Wildcards in a filter are text", Moment.MATCH)
@covers("SEC-INJ-b")
def wildcards(world: World) -> Scenario:
    """Two users: the name of one has an underscore where the other has a letter. A filter with the underscore, and one
    with a percent sign, match no other user. Two GET requests."""
    start = mark(world)
    one, other = f"{start}_x", f"{start}yx"
    steps = [
        find(f'displayName sw "{one}"', LITERAL(no_crash()), LITERAL(at_most_one("user")), key="underscore"),
        find(f'displayName eq "{start}%"', LITERAL(no_crash()), LITERAL(empty_or_refused()), key="percent"),
    ]
    given = [create(world, world.person(), displayName=one), supports(displayName=one)]
    given += [create(world, world.person(), "other", displayName=other)]
    return Scenario(steps, given=[unless_denied("filter"), *given], spares=())


OBJECT = must("SEC-INJ-d", so="a query of the database is changed from outside", fix="refuse an object for a text")
REFUSED = should("SEC-INJ-d", so="clients believe that the value is stored", fix="refuse an object for a text")


@scenario("SEC-INJ-03", "An object in place of a text has no effect", Moment.UPDATE)
@covers("SEC-INJ-d")
def objects(world: World) -> Scenario:
    """displayName as an object with an operator of a database: neither the creation nor the change stores an object, or
    is a 500, and the change has no effect. That both are refused is advice. One creation with the tag of the run and
    one PATCH of its own user."""
    person = world.person()
    body = {**user_body(world, person), "displayName": {"$ne": None}}
    made, checks = post("User", body, person.user_name, "made"), (OBJECT(no_crash()), REFUSED(not_served()))
    steps = [
        made.expecting(*checks).may_be_refused(),
        find(by_name(world, person), OBJECT(no_object("displayName")), key="read-made", more=FEW),
        patch([op("replace", "displayName", {"$set": "sct"})]).expecting(*checks).may_be_refused(),
        read("user", OBJECT(as_before("before"))),
    ]
    before = read(key="before").but(keeps="before", settles=False)
    return Scenario(steps, given=[create(world, world.person()), before], spares=())


BOUNDED = must("SEC-API4-d", so="one request stops the service for all", fix="limit the depth and length of filters")


def _hostile(_: Profile) -> Iterable[tuple[str, str]]:
    yield "parentheses", f'{"(" * 200}userName eq "sct"{")" * 200}'
    yield "not", "not (" * 200 + 'userName eq "sct"' + ")" * 200
    yield "or", " or ".join(f'userName eq "sct{number}"' for number in range(300))
    yield "contains", f'userName co "{"a" * 1000}!"'
    yield "pattern", 'userName co "(a+)+.*"'


@scenario("SEC-FLT-01", "A filter that is hard to evaluate is bounded", Moment.MATCH, rows=_hostile)
@covers("SEC-API4-d")
def hostile(world: World, text: str) -> Scenario:
    """Long and deep filters are refused, or evaluated within ten seconds, without a 500. One GET each, for at most one
    user, joined by `and` with a condition that only a user of this run meets; at most 12,000 characters."""
    person = world.person()
    joined = f"{by_name(world, person)} and ({text})"
    step = find(joined, BOUNDED(no_crash()), BOUNDED(in_time()), key="hostile", more="&count=1")
    return Scenario([step], given=[unless_denied("filter"), create(world, person)])
