"""Harmless probes with other tokens: of another tenant, one that may only read, an expired one, forged ones.

The operator gives such tokens; without them the scenarios do not apply. Every write addresses a resource of this run,
and is sent only if a read with the same token shows that the id is no other user's to that token: ids need not be
unique over all tenants (RFC 7644 section 6.2).
"""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.obligations import as_before, says
from scim_conformance.rfc.refusals import closed
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
from scim_conformance.rfc.rows import Binding, must, should
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim.paths import elements, member

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
LIMITED = must(
    "SEC-API5-a",
    so="a client that may only read changes accounts",
    fix="check for each method whether the token permits it",
)

NO_GROUP = "the target creates no group"
OTHER, READER = "a valid token of another tenant", "a token of the same tenant that may only read"
ANY = tuple(range(300, 600))


@scenario(
    "SEC-TEN-01",
    "A token reads nothing of another tenant",
    Moment.TEST_CONNECTION,
    needs=["groups", "token:other-tenant"],
)
@covers("SEC-API1-a")
def reads(world: World) -> Scenario:
    """With the token of another tenant, a user and a group of this run are neither read by id nor found by id or name.
    Five GET requests with that token, and one that shows whether the target knows it."""
    hidden = READS(_hidden(world))
    made, group = create(world, world.person()), create_group(world)
    steps = [
        read("user", hidden),
        read("group", hidden, key="read-group", kind="Groups"),
        find('id eq "{user}"', hidden, key="by-id"),
        find(f'userName eq "{member(made.body, "userName")}"', hidden, key="by-name"),
        find(f'displayName eq "{member(group.body, "displayName")}"', hidden, key="group-by-name", kind="Groups"),
    ]
    sent = [one.but(credential=Credential.OTHER_TENANT, settles=False) for one in steps]
    return Scenario(sent, given=[made, accepted(group, NO_GROUP), _known(_asked("SEC-API1-a", OTHER))])


def _asked(row: str, token: str) -> Binding:
    """What a token must be for a scenario to show anything."""
    return should(row, so="this row is not tested", fix=f"use {token}")


def _known(asks: Binding) -> Step:
    """A query with the other token, as preparation: a target that does not know the token at all refuses everything.

    With the tenant in the URL, a right target refuses the token of another one there with 403 or 404. After a 401
    nothing is shown: the token may be wrong.
    """

    def judge(view: View) -> str | None:
        return None if view.answer.status in {200, 403, 404} else f"status {view.answer.status}"

    told = asks(says("known", "status 200, 403 or 404", judge)).vital()
    asked = get("/Users", told, key="known", query="count=1", why="Does the target know this token?")
    lacking = "the token of the other tenant is refused with 401, as a wrong one is"
    return asked.but(credential=Credential.OTHER_TENANT, optional=True, also_ok=ANY, lacking=lacking)


def _hidden(world: World) -> Obligation:
    """Check that a response shows no resource of this run: another tenant may have one with the same id."""

    def judge(view: View) -> str | None:
        listed = [view.body, *elements(member(view.body, "Resources"))] if view.answer.ok else []
        shown = next((name for one in listed for name in _names(one) if tags.carries(world.directory.tag, name)), None)
        return None if shown is None else f"status {view.answer.status} with {shown}"

    return says("hidden", "a response without this user or group", judge)


def _names(body: object) -> list[str]:
    return [str(member(body, name) or "") for name in ("userName", "displayName")]


@scenario(
    "SEC-TEN-02",
    "A token changes nothing of another tenant",
    Moment.TEST_CONNECTION,
    needs=["groups", "token:other-tenant"],
)
@covers("SEC-API1-b")
def writes(world: World) -> Scenario:
    """With the token of another tenant, a user and a group of this run are not changed, replaced or deleted. Five
    writes with that token; afterwards both are as before. They are sent only if the token is denied both ids, or is
    shown the resources of this run: in the other tenant, the same id may be that of an account."""
    person = world.person()
    given = [create(world, person), accepted(create_group(world), NO_GROUP), _known(_asked("SEC-API1-b", OTHER))]
    before = [_kept("user", "Users"), _kept("group", "Groups")]
    free = [_free(world, "user", "Users"), _free(world, "group", "Groups")]
    after = [
        read("user", WRITES(status(200)), WRITES(as_before("user-before")), key="user-after"),
        read("group", WRITES(status(200)), WRITES(as_before("group-before")), key="group-after", kind="Groups"),
    ]
    steps = _foreign_writes(world, user_body(world, person))
    return Scenario([*steps, *after], given=[*given, *before, *free], spares=())


def _free(world: World, name: str, kind: str) -> Step:
    """A read by id with the other token, as preparation: the id must not be another account's there."""

    def judge(view: View) -> str | None:
        ours = view.answer.ok and any(tags.carries(world.directory.tag, one) for one in _names(view.body))
        return None if ours or view.answer.status in {401, 403, 404} else f"status {view.answer.status}"

    told = _asked("SEC-API1-b", OTHER)(says("free", "a refusal with status 401, 403 or 404", judge)).vital()
    step = read(name, told, key=f"{name}-elsewhere", kind=kind).but(settles=False, optional=True, also_ok=ANY)
    step = step.but(why="Is this id another account's there?")
    lacking = "the other tenant may have a resource with the same id, to which nothing may be written"
    return step.but(credential=Credential.OTHER_TENANT, lacking=lacking)


def _kept(name: str, kind: str) -> Step:
    return read(name, key=f"{name}-before", kind=kind).but(keeps=f"{name}-before", settles=False)


NOTHING_DELETED = Because(
    "A target that returns a success for every deletion, and deletes nothing, does so with any token.",
    {"closed": ["RFC-DEL-06#read.status"]},
)


def _foreign_writes(world: World, body: dict[str, object]) -> list[Step]:
    """Writes to a user and a group of this run, none of which may be served."""
    name, refused = f"{world.directory.tag} changed", WRITES(closed())
    steps = [
        put({**body, "displayName": name}, key="replace"),
        patch([op("replace", "displayName", name)], key="change"),
        patch([op("replace", "displayName", name)], "group", key="change-group", kind="Groups"),
        delete("group", key="delete-group", kind="Groups").explained_by(NOTHING_DELETED),
        delete("user"),
    ]
    sent = [one.expecting(refused).but(continue_on_failure=True) for one in steps]
    return [one.but(credential=Credential.OTHER_TENANT) for one in sent]


@scenario("SEC-TOK-03", "A token that may only read writes nothing", Moment.TEST_CONNECTION, needs=["token:read-only"])
@covers("SEC-API5-a")
def read_only(world: World) -> Scenario:
    """With a token that may only read, no user is created, and a user of this run is not changed, replaced or deleted.
    Four writes with that token; afterwards the user is as before. They are sent only if the token reads that user: one
    of another tenant would write there."""
    person, other = world.person(), user_body(world, world.person())
    refused, name = LIMITED(closed()), f"{world.directory.tag} changed"
    steps = [
        post("User", other, str(member(other, "userName")), "made"),
        put(user_body(world, person, displayName=name), key="replace"),
        patch([op("replace", "displayName", name)], key="change"),
        delete("user"),
    ]
    sent = [one.expecting(refused).but(credential=Credential.READ_ONLY, continue_on_failure=True) for one in steps]
    after = read("user", LIMITED(status(200)), LIMITED(as_before("user-before")), key="user-after")
    return Scenario([*sent, after], given=[create(world, person), _kept("user", "Users"), _readable(world)], spares=())


def _readable(world: World) -> Step:
    """A read of the user with the token that may only read, as preparation."""

    def judge(view: View) -> str | None:
        ours = view.answer.ok and any(tags.carries(world.directory.tag, one) for one in _names(view.body))
        return None if ours else f"status {view.answer.status}"

    told = _asked("SEC-API5-a", READER)(says("readable", "the user of this run", judge)).vital()
    step = read("user", told, key="readable").but(settles=False, optional=True, also_ok=ANY)
    step = step.but(why="Does this token read the user?")
    return step.but(credential=Credential.READ_ONLY, lacking="the token that may only read does not read this user")


OLD = must("SEC-API2-b", so="a stolen token never loses its value", fix="check exp on every request")


@scenario("SEC-TOK-04", "An expired token is refused", Moment.TEST_CONNECTION, needs=["token:expired"])
@covers("SEC-API2-b")
def expired(world: World) -> Scenario:
    """A query with a token that has expired is refused. One GET, for one user."""
    del world
    step = get("/Users", OLD(closed()), key="refused", query="count=1")
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
    step = get("/Users", FORGED(closed()), key="refused", query="count=1")
    return Scenario([step.but(credential=credential)])
