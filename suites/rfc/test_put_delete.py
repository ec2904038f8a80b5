"""PUT and DELETE (RFC 7644 sections 3.5.1 and 3.6)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.conditions import known_configuration, or_denied
from scim_conformance.rfc.lists import none_found
from scim_conformance.rfc.messages import no_content, no_length
from scim_conformance.rfc.obligations import (
    as_before,
    empty_or_refused,
    error,
    no_value,
    not_found,
    not_served,
    refused_or,
    user_name,
    value,
)
from scim_conformance.rfc.requests import (
    by_name,
    create,
    create_group,
    delete,
    deleted,
    find,
    find_if_served,
    name_of,
    op,
    patch,
    put,
    read,
    read_before,
    supports,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import is_resource

REPLACED = must("7644-3.5.1-a", so="the change is lost", fix="store the values of a PUT")
WHOLE = must("7644-3.5.1-i", so="clients do not know what is stored", fix="return 200 with the whole resource")


@scenario("RFC-PUT-01", "PUT replaces the given attributes", Moment.UPDATE)
@covers("7644-3.5.1-a 7644-3.5.1-i")
def replaced(world: World) -> Scenario:
    """PUT with another displayName and title stores both, and returns 200 with the whole resource. Attributes that are
    left out may be kept or cleared."""
    person, name = world.person(), f"{world.directory.tag} replaced"
    body = {**user_body(world, person), "displayName": name, "title": "Boss", "id": Var("user")}
    sent = put(body).expecting(WHOLE(status(200)), WHOLE(is_resource("user"))).but(keeps="answered")
    after = read("user", REPLACED(value("displayName", name)), REPLACED(value("title", "Boss")))
    after = after.expecting(WHOLE(shape.as_answered("answered")))
    before = {"displayName": f"{world.directory.tag} shown", "title": "Clerk"}
    return Scenario([sent, after], given=[create(world, person, **before), supports(**before)], spares=())


CREATES = must("7644-3.2-a", so="a deleted account comes back", fix="return 404 for an id that does not exist")


@scenario("RFC-PUT-02", "PUT does not create a resource", Moment.UPDATE)
@covers("7644-3.2-a")
def no_creation(world: World) -> Scenario:
    """PUT to the id of a user whom this run deleted returns 404 and creates no user."""
    person = world.person()
    sent = put(user_body(world, person), "gone").expecting(CREATES(refused_or(404))).may_be_refused()
    after = find_if_served(by_name(world, person), CREATES(none_found()))
    return Scenario([sent, after], given=deleted(world, "gone"), spares=())


CLEARED = must("7644-3.5.1-d", so="a value cannot be removed", fix="treat null and [] as no value")
READ_ONLY = must("7644-3.5.1-e", so="a client forges what the target sets", fix="ignore readOnly attributes")


@scenario("RFC-PUT-03", "PUT clears with null and ignores readOnly attributes", Moment.UPDATE)
@covers("7644-3.5.1-d 7644-3.5.1-e")
def lists_and_nulls(world: World) -> Scenario:
    """PUT with title null, and with other values of meta: title is gone, and meta is the target's own."""
    body = {**user_body(world, person := world.person()), "title": None, "phoneNumbers": [], "id": Var("user")}
    body["meta"] = {"created": "1999-01-01T00:00:00Z"}
    checks = [CLEARED(no_value("title")), CLEARED(no_value("phoneNumbers", key="empty-list"))]
    after = read("user", *checks, READ_ONLY(shape.is_not("meta.created", "1999-01-01T00:00:00Z")))
    sent = put(body).expecting(CLEARED(status(200)))
    phones = [{"type": "work", "value": "+1 555 010 0110"}]
    made = create(world, person, title="Clerk", phoneNumbers=phones)
    return Scenario([sent, after], given=[made, supports(title="Clerk")], spares=())


TAKEN = must("7644-3.5.1-j", so="two accounts have the same name", fix="refuse the PUT with 409 and uniqueness")
TAKEN_SO = should("7644-3.5.1-j", so="clients cannot tell that the name is taken", fix="return 409 with uniqueness")


@scenario("RFC-PUT-04", "PUT cannot take the userName of another user", Moment.UPDATE)
@covers("7644-3.5.1-j")
def taken(world: World) -> Scenario:
    """Such a PUT is refused and changes nothing; 409 with scimType uniqueness is advice."""
    person, other = world.person(), world.person()
    body = {**user_body(world, person), "userName": name_of(world, other), "id": Var("user")}
    sent = put(body).expecting(
        TAKEN(not_served()), TAKEN_SO(refused_or(409, key="conflict")), TAKEN_SO(error("uniqueness"))
    )
    after = read("user", TAKEN(user_name(name_of(world, person))))
    given = [create(world, person), create(world, other, "other"), supports(userName=name_of(world, person))]
    return Scenario([sent.may_be_refused(), after], given=given, spares=())


DELETED = must("7644-3.6-a", so="clients treat the deletion as failed", fix="return 204 without a body")
EMPTY = must("9110-15.3.5-a", so="clients wait for a body that never comes", fix="end a 204 after its headers")
UNSAID = should("9110-15.3.5-a", so="some clients refuse the response", fix="send no Content-Length with a 204")
AGAIN = must("7644-3.6-e", so="clients repeat the deletion again and again", fix="return 404 for a deleted id")
NO_TARGET = must(
    "7644-3.5.1-q", so="clients believe that it was stored", fix="return 404 for a deleted id", section="3.6"
)
GONE = must("7644-3.6-b", so="a deleted account can still be changed", fix="return 404 for a deleted id")


@scenario("RFC-DEL-01", "A deletion returns 204, and every request after it 404", Moment.DELETE)
@covers("7644-3.6-a 7644-3.6-b 7644-3.6-e 7644-3.5.1-q 9110-15.3.5-a")
def deletion(world: World) -> Scenario:
    """DELETE returns 204 without a body; afterwards GET, PATCH, PUT and DELETE of this id return 404. PATCH may return
    405 or 501 where the configuration says that it is not supported."""
    person, is_gone = world.person(), GONE(refused_or(404))
    never_there = GONE(or_denied("patch", refused_or(404)))
    steps = [
        delete().expecting(DELETED(status(204)), EMPTY(no_content()), UNSAID(no_length())),
        read("user", is_gone),
        patch([op("replace", "displayName", f"{world.directory.tag} late")]).expecting(never_there).may_be_refused(),
        put(user_body(world, person)).expecting(NO_TARGET(not_found()), is_gone).may_be_refused(),
        delete(key="delete-again").expecting(AGAIN(not_found()), is_gone).may_be_refused(),
    ]
    return Scenario(steps, given=[known_configuration(), create(world, person)], spares=())


HIDDEN = must("7644-3.6-c", so="a deleted account is matched again", fix="leave deleted resources out of every list")
FREE = should("7644-3.6-d", so="a person who comes back gets no account", fix="free the userName with the deletion")


@scenario("RFC-DEL-02", "A deleted user is in no list, and the userName is free", Moment.DELETE)
@covers("7644-3.6-c 7644-3.6-d")
def not_listed(world: World) -> Scenario:
    """Filters on userName and id find nothing, or are refused, and a user with the same userName can be created: the
    latter is advice."""
    person = world.person()
    steps = [
        find(by_name(world, person), HIDDEN(empty_or_refused()), key="name"),
        find('id eq "{user}"', HIDDEN(empty_or_refused()), key="id"),
        create(world, person, "again").expecting(FREE(status(201))).may_be_refused(),
    ]
    return Scenario(steps, given=[create(world, person), read(), delete()], spares=())


ONE = must("7644-3.6-h", so="other accounts are deleted", fix="delete the one resource that the id names")


@scenario("RFC-DEL-03", "Deleting a user deletes no other resource", Moment.DELETE, needs=["groups"])
@covers("7644-3.6-h")
def only_one(world: World) -> Scenario:
    """Another user, and a group in which the deleted user was, are still there."""
    kept = read_before("other", keeps="other")
    group = create_group(world, members=[{"value": Var("user")}, {"value": Var("other")}])
    given = [create(world, world.person()), create(world, world.person(), "other"), group, kept, delete()]
    steps = [
        read("other", ONE(status(200)), ONE(as_before("other", "groups"))),
        read("group", ONE(status(200)), ONE(is_resource("group")), key="group", kind="Groups"),
    ]
    return Scenario(steps, given=given, spares=())
