"""Resources: what every representation must have (RFC 7643 sections 2 to 4)."""

from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.conditions import known_configuration, known_types, or_denied
from scim_conformance.rfc.lists import finds
from scim_conformance.rfc.metadata import typed_as
from scim_conformance.rfc.obligations import dates, found, has, no_value, value
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    accepted,
    create,
    delete,
    deleted,
    find,
    mark,
    name_of,
    op,
    patch,
    post,
    read,
    supports,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import another_than, is_resource
from scim_conformance.scim import urns

SCHEMAS = must("7643-3-a", so="clients do not know what the resource is", fix="return schemas as a non-empty array")
OBJECT = must("7643-2.1-a", so="clients cannot read the resource", fix="return a JSON object with schemas")
BASE = must("7643-3.3-a", so="clients do not know what the resource is", fix="list the schema of the resource type")
META = must("7643-3.1-a", so="clients cannot address or compare the resource", fix="set id and all of meta")
ID = must("7643-3.1-b", so="clients cannot address the resource", fix="return id as a non-empty string, always")
DATED = must("7643-2.3.5-a", so="clients cannot compare the times", fix="return dates such as 2026-11-30T10:00:00Z")
BOOLEAN = must("7643-2.3.2-a", so="clients read a disabled account as active", fix="return true and false, not strings")
ARRAY = must("7643-2.4-e", so="clients cannot read the values", fix="return an array, also for one value")
NESTED = must("7643-3.3-b", so="clients do not find the attribute", fix="return it in the object named by the URN")
TYPED = must("7643-3.1-s", so="clients treat it as another type", fix="return the name of the resource type")


@scenario("RFC-RES-01", "A user has what every resource must have", Moment.CREATE)
@covers("7643-2.1-a 7643-3-a 7643-3.1-a 7643-3.1-b 7643-2.3.5-a 7643-3.3-a 7643-3.1-s")
def common(world: World) -> Scenario:
    """A user who is read must be a JSON object with schemas, id, and meta that the target has set."""
    checks = [
        OBJECT(shape.is_object()),
        SCHEMAS(shape.lists_schemas()),
        BASE(shape.names_schema(urns.USER, key="base")),
    ]
    checks += [ID(shape.string_id()), META(has("meta.resourceType", "meta.created", "meta.lastModified", key="meta"))]
    checks += [META(has("meta.location", key="location")), DATED(dates("meta.created", "meta.lastModified"))]
    checks += [TYPED(typed_as(urns.USER))]
    return Scenario([read("user", *checks)], given=[known_types(), create(world, world.person())])


@scenario("RFC-RES-02", "Values have the JSON types of the schema", Moment.CREATE)
@covers("7643-2.3.2-a 7643-2.4-e 7643-3.3-b")
def typed(world: World) -> Scenario:
    """A boolean is returned as true or false, a multi-valued attribute as an array even with one value, and an
    attribute of an extension in the object that the URN names."""
    person = world.person()
    emails = [{"value": person.user_name, "type": "work"}]
    body: dict[str, Any] = {"active": True, "emails": emails, ENTERPRISE: {"department": "Sales"}}
    checks = [BOOLEAN(shape.booleans()), ARRAY(shape.arrays()), NESTED(shape.inside(ENTERPRISE, "department"))]
    return Scenario([read("user", *checks)], given=[create(world, person, **body)])


UNICODE = must(
    "7643-2.3.1-a", so="names are garbled", fix="store and return text as Unicode, in UTF-8, from end to end"
)


@scenario("RFC-RES-03", "Text is returned in any script", Moment.CREATE)
@covers("7643-2.3.1-a")
def unicode(world: World) -> Scenario:
    """A displayName in several scripts, with an emoji of several code points, comes back as it was sent, apart from
    Unicode normalization. A target that does not store displayName, or refuses such a text with 400, is not judged."""
    plain = f"{world.directory.tag} Zoe"
    name = f"{world.directory.tag} Zoë 渡辺 👩\u200d💻 ع"
    known = [create(world, world.person(), "plain", displayName=plain), supports("plain", displayName=plain)]
    made = accepted(create(world, world.person(), displayName=name), "the target refuses such a text")
    return Scenario(
        [read("user", UNICODE(shape.normalized_text("displayName", name)))], given=[*known, made], spares=()
    )


OWN_ID = must(
    "7643-3.1-e", so="a client can choose an id that belongs to another resource", fix="ignore id in a creation"
)


@scenario("RFC-RES-04", "A client does not choose the id", Moment.CREATE)
@covers("7643-3.1-e")
def chosen_id(world: World) -> Scenario:
    """id is readOnly, so a creation that contains one is accepted, and the target sets another id. The id sent is that
    of a user whom this run deleted."""
    person = world.person()
    body = {**user_body(world, person), "id": Var("gone")}
    step = post("User", body, person.user_name, "user").expecting(OWN_ID(status(201)), OWN_ID(another_than("gone")))
    return Scenario([step], given=deleted(world, "gone"), spares=())


STABLE = must("7643-3.1-d", so="links to the account break", fix="never change the id of a resource")
FRESH = should("7643-3.1-d", so="an old link finds the account of another person", fix="give a new resource a new id")


RENAMED = should("7643-3.1-d", so="without a rename, its id is not tested", fix="accept a replace of userName")


@scenario("RFC-RES-05", "An id never changes, and is not given again", Moment.UPDATE)
@covers("7643-3.1-d")
def stable_id(world: World) -> Scenario:
    """The id stays the same when the userName changes. After a deletion, a user with the same userName gets another id;
    a target that restores a deleted account may return the old one, so that part is advice. A target that says that it
    does not support PATCH may refuse the rename."""
    person = world.person()
    name = world.renamed("renamed", name_of(world, person))
    again = create(world, person, "again", userName=name).expecting(FRESH(another_than("user"))).may_be_refused()
    steps = [
        patch([op("replace", "userName", name)])
        .expecting(RENAMED(or_denied("patch", status(200, 204))))
        .may_be_refused(),
        read("user", STABLE(status(200)), STABLE(is_resource("user"))),
        delete(),
        again,
    ]
    return Scenario(steps, given=[known_configuration(), create(world, person)], spares=())


EXACT = must("7643-3.1-j", so="two accounts are treated as one", fix="keep externalId as sent, and compare it exactly")


LACKING = "the target does not filter by externalId"


@scenario("RFC-RES-06", "externalId is case-sensitive", Moment.MATCH)
@covers("7643-3.1-j")
def external_id(world: World) -> Scenario:
    """externalId is kept as it was sent, and a filter with different letter case does not find the user."""
    sent = f"aB-{mark(world)}"
    other = f"Ab-{sent[3:]}"
    steps = [
        read("user", EXACT(value("externalId", sent, key="kept", exact=True))),
        find(f'externalId eq "{other}"', EXACT(found(key="none"))),
    ]
    given = [unless_denied("filter"), create(world, world.person(), externalId=sent), supports(externalId=sent)]
    plain = finds(f'externalId eq "{sent}"', "user", key="found", lacking=LACKING)
    return Scenario(steps, given=[*given, plain], spares=())


NOTHING = must("7643-2.5-a", so="a client cannot leave an attribute empty", fix="treat null and [] as no value")


@scenario("RFC-RES-07", "null and an empty list are no value", Moment.CREATE)
@covers("7643-2.5-a")
def nothing(world: World) -> Scenario:
    """A creation with title null and phoneNumbers [] is the same as one without them."""
    body = {**user_body(world, person := world.person()), "title": None, "phoneNumbers": []}
    step = post("User", body, person.user_name, "user").expecting(NOTHING(status(201)))
    return Scenario(
        [step, read("user", NOTHING(no_value("title")), NOTHING(no_value("phoneNumbers", key="empty-list")))], spares=()
    )


IGNORED = must("7643-3.1-l", so="a client can forge when an account was created", fix="ignore meta in a creation")


@scenario("RFC-RES-08", "meta in a creation is ignored", Moment.CREATE)
@covers("7643-3.1-l")
def meta(world: World) -> Scenario:
    """meta is readOnly: the target accepts the creation, and sets its own values."""
    sent = {"resourceType": "User", "created": "1999-01-01T00:00:00Z", "location": "https://t.invalid/Users/1"}
    body = {**user_body(world, person := world.person()), "meta": sent}
    step = post("User", body, person.user_name, "user").expecting(IGNORED(status(201)))
    checks = [
        IGNORED(shape.is_not("meta.created", sent["created"])),
        IGNORED(shape.is_not("meta.location", sent["location"])),
    ]
    return Scenario([step, read("user", *checks)], spares=())
