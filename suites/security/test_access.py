"""Harmless probes: credentials, fields that no client may set, errors and headers.

No write carries an id, a filter or a path that the target did not give to this run. Each probe says its bound."""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.obligations import no_crash
from scim_conformance.rfc.refusals import shut_out
from scim_conformance.rfc.requests import by_name, create, find, get, op, patch, post, read, user_body
from scim_conformance.rfc.rows import must, should
from scim_conformance.rfc.secrecy import (
    no_foreign_origin,
    no_internals,
    no_versions,
    not_cached,
    not_public,
    without_effect,
)
from scim_conformance.scenario.dummies import LAZY
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

EMPTY = must("SEC-API2-c", so="anyone can read and change accounts", fix="compare the whole token with the stored one")
WORDED = should("SEC-API2-c", so="clients cannot tell that the token is wrong", fix="return 401 with a challenge")


def _lazy(_: Profile) -> Iterable[tuple[str, str]]:
    yield "half", ""
    yield from zip(("null", "undefined", "object", "true"), LAZY, strict=True)


@scenario("SEC-TOK-01", "The token is checked as a whole", Moment.TEST_CONNECTION, rows=_lazy)
@covers("SEC-API2-c")
def lazy(world: World, said: str) -> Scenario:
    """The first half of the token, and words that a client sends whose variable is empty, are refused. That the refusal
    is 401, 403 or 400 is advice. One GET each, for one user."""
    del world
    step = get("/Users", *shut_out(EMPTY, WORDED), key="refused", query="count=1")
    if not said:
        return Scenario([step.but(credential=Credential.HALF)])
    return Scenario([step.but(credential=Credential.NONE, headers=(("Authorization", said),))])


ASSIGNED = must("SEC-API3-a", so="a client gives itself rights", fix="accept only attributes of the published schemas")
FIELDS = {"isAdmin": True, "admin": True, "role": "admin", "verified": True, "password_hash": "sct"}


@scenario("SEC-MAS-01", "Undeclared fields have no effect", Moment.CREATE)
@covers("SEC-API3-a")
def undeclared(world: World) -> Scenario:
    """A creation and a change with fields such as isAdmin, which no schema of SCIM has: the target ignores or refuses
    them, and the user who is read does not have their values. What a user without them has too is the target's own. One
    creation and one PATCH, without any id."""
    person, unassigned = world.person(), ASSIGNED(without_effect(FIELDS, "before"))
    body = {**user_body(world, person), **FIELDS}
    made = post("User", body, person.user_name, "made").expecting(ASSIGNED(no_crash())).may_be_refused()
    changed = patch([op("replace", None, {"isAdmin": True, "role": "admin"})]).expecting(ASSIGNED(no_crash()))
    steps = [
        changed.may_be_refused(),
        read("user", unassigned),
        made,
        find(by_name(world, person), unassigned, key="read-made"),
    ]
    before = read(key="before").but(keeps="before", settles=False)
    return Scenario(steps, given=[create(world, world.person()), before], spares=())


INNER = must(
    "SEC-API8-a", so="an attacker learns how the server is built", fix="return a short detail, and log the rest"
)
BANNER = should("SEC-API8-b", so="an attacker learns which faults the server has", fix="leave the version out")


@scenario("SEC-ERR-01", "Errors show nothing of the inside", Moment.MATCH)
@covers("SEC-API8-a SEC-API8-b")
def internals(world: World) -> Scenario:
    """The errors of an unknown id, a broken filter, a wrong type, a broken path and an unknown operation contain no
    stack trace, SQL, path or exception. Each is refused; the creation has the tag of the run, and the changes are of a
    user of the run."""
    person = world.person()
    body = {**user_body(world, person), "emails": 7}
    inner = INNER(no_internals())
    steps = [
        get(f"/Users/{world.guid()}", inner, BANNER(no_versions()), key="unknown"),
        find("userName eq", inner, key="filter", more="&count=2"),
        post("User", body, person.user_name, "made").may_be_refused().expecting(inner),
        patch([op("replace", "emails[", "x")], key="path").may_be_refused().expecting(inner),
        patch([op("merge", "title", "x")], key="verb").may_be_refused().expecting(inner),
        patch([op("replace", "active", {"x": 1})], key="type").may_be_refused().expecting(inner),
    ]
    return Scenario(steps, given=[create(world, world.person())], spares=())


STORED = should("SEC-API8-e", so="a proxy keeps personal data", fix="return Cache-Control: no-store")
SHARED = must("SEC-API8-e", so="a proxy gives personal data to others", fix="return Cache-Control: no-store")
ORIGIN = "https://t.invalid"
FOREIGN = should(
    "SEC-API8-c", so="a page of another site reads accounts", fix="do not return the Origin of the request"
)


@scenario("SEC-HDR-01", "Personal data is neither cached nor open to other sites", Moment.MATCH)
@covers("SEC-API8-e SEC-API8-c")
def headers(world: World) -> Scenario:
    """A read of a user of this run, with an Origin that does not exist. Two GET requests."""
    foreign = read("user", FOREIGN(no_foreign_origin(ORIGIN)), key="foreign").but(headers=(("Origin", ORIGIN),))
    cached = read("user", STORED(status(200)), STORED(not_cached()), SHARED(not_public()))
    return Scenario([cached, foreign], given=[create(world, world.person())])
