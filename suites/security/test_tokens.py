"""Harmless probes with other tokens: of another tenant, one that may only read, an expired one, forged ones.

The operator gives such tokens; without them the scenarios do not apply. Every write addresses a resource of this run.
"""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.obligations import as_before, empty_or_refused, refused_or
from scim_conformance.rfc.requests import (
    accepted,
    create,
    create_group,
    delete,
    find,
    get,
    op,
    patch,
    post,
    put,
    read,
    user_body,
)
from scim_conformance.rfc.rows import Binding, must
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step

DENIED = (400, 401, 403, 404, 405, 501)

READS = must(
    "SEC-API1-a",
    so="a customer reads the accounts of another one",
    fix="look up resources only among those of the tenant that the token belongs to",
)
WRITES = must(
    "SEC-API1-b",
    so="a customer changes or deletes the accounts of another one",
    fix="look up resources only among those of the tenant that the token belongs to",
)


def _as(credential: Credential, *steps: Step) -> list[Step]:
    return [step.but(credential=credential) for step in steps]


def _is_known(asks: Binding, credential: Credential, lacking: str, *statuses: int) -> Step:
    """A read with a token, as preparation: a target that does not know the token at all refuses everything."""
    told = asks(refused_or(*statuses, key="known")).vital()
    asked = get("/Users", told, key="known", query="count=1", why="Does the target know this token?")
    return asked.but(credential=credential, optional=True, also_ok=tuple(range(300, 600)), lacking=lacking)


def _other_tenant(asks: Binding) -> Step:
    """With the tenant in the URL, a right target refuses the token of another one there with 403 or 404. After a 401
    nothing is shown: the token may be wrong."""
    lacking = "the token of the other tenant is refused with 401, as a wrong one is"
    return _is_known(asks, Credential.OTHER_TENANT, lacking, 200, 403, 404)


@scenario("SEC-TEN-01", "A token reads nothing of another tenant", Moment.TEST_CONNECTION, needs=["token:other-tenant"])
@covers("SEC-API1-a")
def reads(world: World) -> Scenario:
    """With the token of another tenant, a user of this run is neither read by id nor found by id or userName. Three GET
    requests with that token, and one that shows whether the target knows it."""
    person = world.person()
    steps = [
        read("user", READS(refused_or(*DENIED, key="closed"))).but(settles=False),
        find('id eq "{user}"', READS(empty_or_refused()), key="by-id"),
        find(f'userName eq "{person.user_name}"', READS(empty_or_refused()), key="by-name"),
    ]
    sent = [one.but(continue_on_failure=True, settles=False) for one in _as(Credential.OTHER_TENANT, *steps)]
    return Scenario(sent, given=[create(world, person), _other_tenant(READS)])


@scenario(
    "SEC-TEN-02", "A token changes nothing of another tenant", Moment.TEST_CONNECTION, needs=["token:other-tenant"]
)
@covers("SEC-API1-b")
def writes(world: World) -> Scenario:
    """With the token of another tenant, a user and a group of this run are not changed, replaced or deleted. Five
    writes with that token; afterwards both are as before."""
    given = [create(world, person := world.person()), accepted(create_group(world), "the target creates no group")]
    before = [_kept("user", "Users"), _kept("group", "Groups")]
    steps = _unserved(world, Credential.OTHER_TENANT, {**user_body(world, person)})
    after = [
        read("user", WRITES(status(200)), WRITES(as_before("user-before")), key="user-after"),
        read("group", WRITES(status(200)), WRITES(as_before("group-before")), key="group-after", kind="Groups"),
    ]
    return Scenario([*steps, *after], given=[*given, *before, _other_tenant(WRITES)], spares=())


def _kept(name: str, kind: str) -> Step:
    return read(name, key=f"{name}-before", kind=kind).but(keeps=f"{name}-before", settles=False)


def _unserved(world: World, credential: Credential, body: dict[str, object]) -> list[Step]:
    """Writes to a user and a group of this run, none of which may be served."""
    name, check = f"{world.directory.tag} changed", WRITES(refused_or(*DENIED, key="closed"))
    steps = [
        put({**body, "displayName": name}, key="replace"),
        patch([op("replace", "displayName", name)], key="change"),
        patch([op("replace", "displayName", name)], "group", key="change-group", kind="Groups"),
        delete("group", key="delete-group", kind="Groups"),
        delete("user"),
    ]
    return [one.expecting(check).but(continue_on_failure=True) for one in _as(credential, *steps)]


LIMITED = must(
    "SEC-API5-a",
    so="a client that may only read changes accounts",
    fix="check for each method whether the token permits it",
)


@scenario("SEC-TOK-03", "A token that may only read writes nothing", Moment.TEST_CONNECTION, needs=["token:read-only"])
@covers("SEC-API5-a")
def read_only(world: World) -> Scenario:
    """With a token that may only read, no user is created, and a user of this run is not changed, replaced or deleted.
    Four writes with that token; afterwards the user is as before."""
    person, other = world.person(), world.person()
    closed, name = LIMITED(refused_or(*DENIED, key="closed")), f"{world.directory.tag} changed"
    steps = [
        post("User", user_body(world, other), other.user_name, "made"),
        put(user_body(world, person, displayName=name), key="replace"),
        patch([op("replace", "displayName", name)], key="change"),
        delete("user"),
    ]
    sent = [one.expecting(closed).but(continue_on_failure=True) for one in _as(Credential.READ_ONLY, *steps)]
    after = read("user", LIMITED(status(200)), LIMITED(as_before("user-before")), key="user-after")
    reads_only = _is_known(LIMITED, Credential.READ_ONLY, "the token that may only read cannot read users", 200)
    return Scenario([*sent, after], given=[create(world, person), _kept("user", "Users"), reads_only], spares=())


OLD = must("SEC-API2-b", so="a stolen token never loses its value", fix="check exp on every request")


@scenario("SEC-TOK-04", "An expired token is refused", Moment.TEST_CONNECTION, needs=["token:expired"])
@covers("SEC-API2-b")
def expired(world: World) -> Scenario:
    """A query with a token that has expired is refused. One GET, for one user."""
    del world
    step = get("/Users", OLD(refused_or(401, 403, 400)), key="refused", query="count=1")
    return Scenario([step.but(credential=Credential.EXPIRED)])


FORGED = must(
    "SEC-API2-a",
    so="anyone who has seen a token makes one with other rights",
    fix="verify the signature with the key and the one algorithm that you configured, whatever the token says",
)


def _forgeries(_: Profile) -> Iterable[tuple[str, Credential]]:
    yield "claims", Credential.JWT_CLAIMS
    yield "unsigned", Credential.JWT_UNSIGNED
    yield "none", Credential.JWT_NONE
    yield "empty-key", Credential.JWT_EMPTY_KEY


@scenario("SEC-TOK-05", "A forged JWT is refused", Moment.TEST_CONNECTION, rows=_forgeries, needs=["token:jwt-claims"])
@covers("SEC-API2-a")
def forged(world: World, credential: Credential) -> Scenario:
    """Copies of the token with other claims, without a signature, with alg none, and signed with an empty key are
    refused. They are sent only to the target that issued the token. One GET each, for one user."""
    del world
    step = get("/Users", FORGED(refused_or(401, 403, 400)), key="refused", query="count=1")
    return Scenario([step.but(credential=credential)])
