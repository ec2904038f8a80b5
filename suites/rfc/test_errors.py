"""Errors, media types and authentication (RFC 7644 sections 2, 3.8 and 3.12)."""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.messages import with_parameter
from scim_conformance.rfc.obligations import (
    as_before,
    header_contains,
    is_error,
    no_crash,
    refused_or,
    status_text,
)
from scim_conformance.rfc.refusals import closed, shut_out
from scim_conformance.rfc.requests import (
    create,
    create_group,
    delete,
    find,
    get,
    name_of,
    op,
    patch,
    post,
    put,
    read,
    read_before,
    search,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.dummies import MALFORMED
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import has_header, status
from scim_conformance.scenario.steps import Step

UNREADABLE = "clients cannot tell what is wrong"
ERROR = must("7644-3.12-a", so=UNREADABLE, fix="return the SCIM error object as JSON")
TEXT = must("7644-3.12-b", so=UNREADABLE, fix='return status as a string, such as "404"')
CRASH = must(
    "7644-3.12-g", so="clients repeat the request again and again", fix="return 4xx for an error of the client"
)


@scenario("RFC-ERR-01", "Errors are SCIM errors", Moment.MATCH)
@covers("7644-3.12-a 7644-3.12-b 7644-3.12-g")
def errors(world: World) -> Scenario:
    """The refusal of an unknown id, of a broken filter and of a conflict is a JSON object with the Error URN, whose
    status is a text, and no 500. That each is refused at all is judged elsewhere."""
    person = world.person()
    body = user_body(world, world.person(), userName=name_of(world, person))
    steps = [
        get(f"/Users/{world.guid()}", *_errors(), key="unknown"),
        find("userName eq", *_errors(), key="filter", more="&count=2"),
        post("User", body, person.user_name, "twin", key="conflict").may_be_refused().expecting(*_errors()),
    ]
    return Scenario(steps, given=[create(world, person)], spares=())


def _errors() -> list[Check]:
    return [CRASH(no_crash()), ERROR(is_error()), TEXT(status_text())]


SCIM = "application/scim+json"
SERVED = must("7644-3.8-b", so="clients that ask for SCIM get nothing", fix="serve Accept: application/scim+json")
PLAIN = should("7644-3.8-c", so="clients that ask for JSON get nothing", fix="serve Accept: application/json too")
DEFAULT = must("7644-3.8-d", so="clients without an Accept header cannot read it", fix="return application/scim+json")
BODY = must("7644-3.8-e", so="nothing can be created", fix="read bodies of application/scim+json")
PARAMETERS = must("7644-3.8-g", so="nothing can be created", fix="ignore the parameters of the media type")


@scenario("RFC-MED-01", "Responses are application/scim+json", Moment.TEST_CONNECTION)
@covers("7644-3.8-b 7644-3.8-c 7644-3.8-d")
def responses(world: World) -> Scenario:
    """A read with Accept: application/scim+json, and without Accept, returns this type. With Accept: application/json,
    either JSON type is correct."""
    scim, plain = (("Accept", SCIM),), (("Accept", "application/json"),)
    either = header_contains("Content-Type", SCIM, "application/json")
    steps = [
        read("user", SERVED(status(200)), SERVED(header_contains("Content-Type", SCIM)), key="scim").but(headers=scim),
        read("user", PLAIN(status(200)), PLAIN(either), key="json").but(headers=plain),
        read("user", DEFAULT(status(200)), DEFAULT(header_contains("Content-Type", SCIM)), key="default"),
    ]
    return Scenario(steps, given=[create(world, world.person())])


def _media(_: Profile) -> Iterable[tuple[str, str]]:
    yield "plain", SCIM
    yield "charset", f"{SCIM}; charset=utf-8"
    yield "quoted", f'{SCIM}; charset="UTF-8"'


@scenario("RFC-MED-02", "Bodies of application/scim+json are read", Moment.CREATE, rows=_media)
@covers("7644-3.8-e 7644-3.8-g")
def bodies(world: World, media: str) -> Scenario:
    """A creation is accepted whether or not the media type has a parameter, such as charset."""
    person, rule = world.person(), BODY if media == SCIM else PARAMETERS
    made = post("User", user_body(world, person), person.user_name, "user", headers=(("Content-Type", media),))
    return Scenario([made.expecting(rule(status(201)))])


PARAMETER = should("6750-3-a", so="some clients cannot read the challenge", fix="add a realm to the challenge")
CHALLENGE = must("7644-2-a", so="clients do not know how to authenticate", fix="return WWW-Authenticate with a 401")
CLOSED = must("7644-2-b", so="anyone can read or change accounts", fix="check the credential before anything else")
SAID = should("7644-2-b", so="clients cannot tell that the token is wrong", fix="return 401 with a challenge")
EVERYWHERE = must("7644-2-c", so="anyone can read or change accounts", fix="authenticate each endpoint and method")


@scenario("RFC-AUT-01", "A 401 names how to authenticate", Moment.TEST_CONNECTION)
@covers("7644-2-a 6750-3-a")
def challenge(world: World) -> Scenario:
    """A request without a credential is refused with 401 and WWW-Authenticate. A target that refuses with another
    status sends no challenge, and is not judged. That a challenge for bearer tokens has a parameter is advice."""
    del world
    asked = get("/Users", key="asked", query="count=1", why="Is it refused with 401?")
    is_401 = CHALLENGE(refused_or(401)).vital()
    given = asked.expecting(is_401).but(credential=Credential.NONE, optional=True, also_ok=tuple(range(300, 600)))
    checks = (CHALLENGE(has_header("WWW-Authenticate")), PARAMETER(with_parameter()))
    step = get("/Users", *checks, key="refused", query="count=1")
    return Scenario([step.but(credential=Credential.NONE)], given=[given.but(lacking="the target sends no 401")])


def _credentials(_: Profile) -> Iterable[tuple[str, str]]:
    yield "none", ""
    yield "changed", "changed"
    yield from zip(("empty", "short", "basic", "other-scheme"), MALFORMED, strict=True)


@scenario("RFC-AUT-02", "A wrong credential opens nothing", Moment.TEST_CONNECTION, rows=_credentials)
@covers("7644-2-b")
def wrong(world: World, said: str) -> Scenario:
    """Without a credential, with the token changed in one character, and with malformed headers, a query is refused.
    That the refusal is 401, 403 or 400 is advice: 404 and a page where people sign in tell a client nothing. One
    request each."""
    del world
    step = get("/Users", *shut_out(CLOSED, SAID), key="refused", query="count=1")
    if said in {"", "changed"}:
        return Scenario([step.but(credential=Credential.WRONG if said else Credential.NONE)])
    return Scenario([step.but(credential=Credential.NONE, headers=(("Authorization", said),))])


@scenario("RFC-AUT-03", "Users are closed without a credential", Moment.TEST_CONNECTION)
@covers("7644-2-c")
def users(world: World) -> Scenario:
    """Without a credential, no list, read, change or deletion of users is served. Changes and the deletion address a
    user of this run alone; afterwards the user is as before. For a creation, see RFC-AUT-04."""
    person = world.person()
    body = user_body(world, person)
    name = f"{world.directory.tag} changed"
    requests = [
        get("/Users", key="list", query="count=1"),
        read("user", key="read").but(settles=False),
        put({**body, "displayName": name}, key="replace"),
        patch([op("replace", "displayName", name)], key="change"),
        delete("user"),
    ]
    after = read("user", EVERYWHERE(status(200)), EVERYWHERE(as_before("before")), key="after")
    before = read_before()
    return Scenario([*_anonymous(requests), after], given=[create(world, person), before], spares=())


def _anonymous(requests: Iterable[Step]) -> list[Step]:
    """Return requests without a credential, each of which must be refused."""
    shut = EVERYWHERE(closed())
    return [one.expecting(shut).but(credential=Credential.NONE, continue_on_failure=True) for one in requests]


@scenario("RFC-AUT-06", "Groups are closed without a credential", Moment.TEST_CONNECTION, needs=["groups"])
@covers("7644-2-c")
def groups(world: World) -> Scenario:
    """Without a credential, no list, read, change or deletion of groups is served. The change and the deletion address
    a group of this run alone; afterwards the group is as before."""
    name = f"{world.directory.tag} changed"
    requests = [
        get("/Groups", key="list", query="count=1"),
        read("group", key="read", kind="Groups").but(settles=False),
        patch([op("replace", "displayName", name)], "group", key="change", kind="Groups"),
        delete("group", kind="Groups"),
    ]
    after = read("group", EVERYWHERE(status(200)), EVERYWHERE(as_before("before")), key="after", kind="Groups")
    before = read_before("group", kind="Groups")
    return Scenario([*_anonymous(requests), after], given=[create_group(world), before], spares=())


@scenario("RFC-AUT-07", "Searches by POST are closed without a credential", Moment.TEST_CONNECTION)
@covers("7644-2-c")
def searches(world: World) -> Scenario:
    """Without a credential, no search by POST is served, at /Users/.search and at the base URL: one request each, with
    a filter that no user meets. A target that does not offer .search refuses it as well."""
    text = f'userName eq "{world.directory.tag}-none"'
    places = {"users": "/Users/.search", "all": "/.search"}
    requests = [search(text, key=key, path=path, count=1) for key, path in places.items()]
    return Scenario(_anonymous(requests))
