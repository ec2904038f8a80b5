"""Harmless probes of requests: headers, methods and paths that must change nothing.

Each addresses the target's base URL, and no resource but a user of this run; each probe says its bound."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc import secrecy
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.lists import none_found
from scim_conformance.rfc.obligations import empty_or_refused, no_crash
from scim_conformance.rfc.refusals import closed, if_refused, shut_out
from scim_conformance.rfc.requests import JSON, by_name, create, find, find_if_served, get, post, read, user_body
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.dummies import MALFORMED
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

BACK_DOOR = must("SEC-API2-d", so="anyone can read and change accounts", fix="accept the Authorization header alone")
WORDED = should("SEC-API2-d", so="clients cannot tell that the token is missing", fix="return 401 with a challenge")
BASIC = next(one for one in MALFORMED if one.startswith("Basic"))
OTHER_WAYS = (
    ("X-Api-Key", "sct"),
    ("Cookie", "session=sct; token=sct"),
    ("X-Forwarded-User", "admin"),
    ("X-Original-URL", "/ServiceProviderConfig"),
    ("Authorization", BASIC),
)


@scenario("SEC-TOK-02", "There is no other way in", Moment.TEST_CONNECTION)
@covers("SEC-API2-d")
def other_ways(world: World) -> Scenario:
    """A query without the token, but with other headers that may identify a client, each with a value that says
    nothing, is refused. That the refusal is 401, 403 or 400 is advice. One GET for one user."""
    del world
    step = get("/Users", *shut_out(BACK_DOOR, WORDED), key="refused", query="count=1")
    return Scenario([step.but(credential=Credential.NONE, headers=OTHER_WAYS)])


UNASKED = must("SEC-API2-d", so="anyone creates accounts", fix="check the credential before the body")


@scenario("SEC-TOK-06", "Nobody creates an account without a credential", Moment.CREATE)
@covers("SEC-API2-d")
def anonymous(world: World) -> Scenario:
    """A creation without a token is refused, and leaves no account. RFC 7644 section 2.2 lets people register
    themselves; the endpoint of a company's accounts is not the place. One POST with the tag of the run."""
    person = world.person()
    sent = post("User", user_body(world, person), person.user_name, "made").expecting(UNASKED(closed("status")))
    none = UNASKED(if_refused("create", none_found()))
    steps = [sent.but(credential=Credential.NONE).may_be_refused(), find_if_served(by_name(world, person), none)]
    return Scenario(steps, spares=())


METHOD = must("SEC-API5-b", so="a read deletes an account", fix="use the method of the request line alone")
OVERRIDES = (
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Method-Override", "DELETE"),
    ("X-HTTP-Method", "DELETE"),
)


@scenario("SEC-MET-01", "A header does not change the method", Moment.MATCH)
@covers("SEC-API5-b")
def override(world: World) -> Scenario:
    """A GET and a POST of a user of this run whose headers and query ask for DELETE: the user is still there
    afterwards. Frameworks that follow such a header do so for POST."""
    sent = read("user", key="sent", query="_method=DELETE").but(headers=OVERRIDES, settles=False)
    person = world.person()
    posted = post("User", user_body(world, person), person.user_name, "made", key="posted", headers=(*OVERRIDES, *JSON))
    steps = [
        sent,
        read("user", METHOD(status(200)), key="after"),
        replace(posted, path="/Users/{user}", query=sent.query, why="Send POST to the user").may_be_refused(),
        read("user", METHOD(status(200)), key="after-post"),
    ]
    return Scenario(steps, given=[create(world, world.person()), read(key="before")], spares=())


LINKS = must("SEC-API8-i", so="links lead clients to another server", fix="ignore X-Forwarded-Host from outside")
FORWARDED = (("X-Forwarded-Host", "t.invalid"), ("X-Forwarded-Proto", "http"), ("Forwarded", "host=t.invalid"))


@scenario("SEC-HDR-02", "Forwarded headers do not change links", Moment.MATCH)
@covers("SEC-API8-i")
def forwarded(world: World) -> Scenario:
    """A read of a user of this run that names another host in forwarding headers: no link names this host. One GET."""
    step = read("user", LINKS(secrecy.not_linked("t.invalid"))).but(headers=FORWARDED)
    return Scenario([step], given=[create(world, world.person())])


INSIDE = must(
    "SEC-INJ-g", so="a path reaches what it should not", fix="decode the path once, and look the id up as it is"
)
SPLIT = must("SEC-INJ-f", so="a request adds headers to a response", fix="refuse or encode line breaks in headers")


def _paths(_: Profile) -> Iterable[tuple[str, str]]:
    yield "encoded-slash", "/Users/..%2fGroups"
    yield "encoded-dots", "/Users/%2e%2e/T"
    yield "zero", "/Users/{user}%00"
    yield "parameter", "/Users/{user};x"


@scenario("SEC-INJ-04", "A path does not leave its endpoint", Moment.MATCH, rows=_paths)
@covers("SEC-INJ-g")
def paths(world: World, path: str) -> Scenario:
    """Dots, an encoded slash, a zero byte and a parameter in the path of a user: refused, or only this user. One GET
    each, for at most one resource."""
    step = get(path, INSIDE(no_crash()), INSIDE(secrecy.only_user("user")), key="path", query="count=1")
    return Scenario([step], given=[create(world, world.person())])


@scenario("SEC-INJ-05", "A line break in a path adds no header", Moment.MATCH)
@covers("SEC-INJ-f")
def line_breaks(world: World) -> Scenario:
    """A path with an encoded line break and a header is refused, and the response does not have this header. One
    GET."""
    step = get("/Users/{user}%0d%0aX-Sct:1", SPLIT(no_crash()), SPLIT(secrecy.no_header("X-Sct")), key="path")
    return Scenario([step], given=[create(world, world.person())])


LDAP = must("SEC-INJ-c", so="a filter finds other accounts", fix="escape values before they become part of a filter")


def _ldap(_: Profile) -> Iterable[tuple[str, str]]:
    yield "wildcard", "{tag}*)(uid=*"
    yield "escape", "{tag}\\\\2a"


@scenario("SEC-INJ-06", "LDAP in a filter is text", Moment.MATCH, rows=_ldap)
@covers("SEC-INJ-c")
def ldap(world: World, text: str) -> Scenario:
    """A value with the characters of an LDAP filter matches no user, and is no 500. One GET for at most two users."""
    value = text.replace("{tag}", world.directory.tag)
    step = find(f'userName eq "{value}"', LDAP(no_crash()), LDAP(empty_or_refused()), more="&count=2")
    return Scenario([step], given=[unless_denied("filter"), create(world, world.person())])


LOOSE = must("SEC-INJ-j", so="a number matches accounts that it should not", fix="compare values of the same type only")


def _types(_: Profile) -> Iterable[tuple[str, str]]:
    yield "zero", "id eq 0"
    yield "null", "id eq null"
    yield "true", "userName eq true"


@scenario("SEC-INJ-07", "A filter does not compare across types", Moment.MATCH, rows=_types)
@covers("SEC-INJ-j")
def types(world: World, text: str) -> Scenario:
    """A number, null and true match no text: refused, or an empty list. One GET each, for at most one user."""
    step = find(text, LOOSE(no_crash()), LOOSE(empty_or_refused()), more="&count=1")
    return Scenario([step], given=[unless_denied("filter"), create(world, world.person())])


CEILING = must("SEC-API4-a", so="one request stops the service for all", fix="limit count to what one page may have")


@scenario("SEC-LIM-01", "A huge count is limited", Moment.MATCH)
@covers("SEC-API4-a")
def huge_count(world: World) -> Scenario:
    """A count of 21 digits is limited or refused, without a 500 and within ten seconds. One GET, whose filter matches
    only one user of this run."""
    person = world.person()
    checks = [CEILING(no_crash()), CEILING(secrecy.in_time())]
    step = find(by_name(world, person), *checks, more=f"&count={10**20}")
    return Scenario([step], given=[unless_denied("filter"), create(world, person)])
