"""Discovery: what a target says about itself (RFC 7643 sections 5 to 7, RFC 7644 section 4)."""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc import characteristics, published, types
from scim_conformance.rfc.advertised import if_offered, unless_denied
from scim_conformance.rfc.obligations import found, has_header, refused_or, value
from scim_conformance.rfc.requests import by_name, create, find, get, op, patch, read, supports
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scim import urns

CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
UNKNOWN = "clients cannot find out what the target supports, and guess"
CONFIGURED = must("7644-4-a", so=UNKNOWN, fix="return one object with the ServiceProviderConfig URN in schemas")
COMPLETE = must("7643-5-a", so=UNKNOWN, fix="state each feature with a boolean, and list authenticationSchemes")
LIMITED = must("7643-5-b", so="clients do not know how much they may send", fix="return the limits as integers")
SCHEMED = must(
    "7643-5-c", so="clients do not know how to authenticate", fix="give each scheme a type, a name and a description"
)

METHODS = must(
    "9865-4-a", so="clients do not know how to read a long list", fix="state cursor and index with a boolean"
)


@scenario("RFC-DSC-01", "The configuration is complete", Moment.TEST_CONNECTION)
@covers("7644-4-a 7643-5-a 7643-5-b 7643-5-c 9865-4-a")
def configuration(world: World) -> Scenario:
    """/ServiceProviderConfig must be one object that states for each feature whether it is supported, and lists the
    authentication schemes. `pagination` (RFC 9865) may be missing."""
    del world
    checks = [
        CONFIGURED(status(200)),
        CONFIGURED(published.is_one(CONFIG_URN)),
        COMPLETE(published.complete_configuration()),
        LIMITED(published.limits()),
        SCHEMED(published.schemes()),
        METHODS(characteristics.pagination()),
    ]
    return Scenario([get("/ServiceProviderConfig", *checks)])


UNREADABLE = "clients that read the schemas cannot map attributes"
SCHEMAS = must("7644-4-b", so=UNREADABLE, fix="return a ListResponse with every supported schema")
IDENTIFIED = must("7643-7-a", so=UNREADABLE, fix="set id to the URI of the schema, and schemas to the Schema URN")
NO_MESSAGE = must("7644-3.1-a", so="clients treat a message as a resource", fix="do not list schemas of messages")
TYPED = must("7643-7-c", so=UNREADABLE, fix="use the types of RFC 7643 section 2.3")
WORDED = must("7643-7-f", so=UNREADABLE, fix="use the values of RFC 7643 section 7, such as readWrite and default")
NAMED = must("7643-2.1-c", so="the attribute cannot be written in a filter or a path", fix="rename the attribute")
FLAT = must("7643-7-e", so="no path can address the attribute", fix="use a multi-valued attribute of its own")
CORE = must(
    "7643-7-h",
    so="clients send what the target does not accept, or a password can be read",
    fix="describe the core attributes as in RFC 7643 section 4.1",
)

DESCRIBED = should("7643-6-h", so="an administrator does not see what it means", fix="add `name` and `description`")
STATED = should("7643-7-b", so=UNREADABLE, fix="state every characteristic, although most have a default")


@scenario("RFC-DSC-02", "The schemas are complete", Moment.TEST_CONNECTION)
@covers("7644-4-b 7643-7-a 7644-3.1-a 7643-7-c 7643-7-f 7643-2.1-c 7643-7-e 7643-7-h 7643-6-h 7643-7-b")
def schemas(world: World) -> Scenario:
    """/Schemas must list every schema that resources have, each with its attributes and their characteristics. The
    target may implement a part of a schema, so an attribute that is not listed is no deviation. Descriptions, and
    characteristics that have a default, are advice."""
    steps = [
        get("/Schemas", SCHEMAS(status(200)), SCHEMAS(published.is_listed()), *_schema_checks()),
    ]
    return Scenario(steps, given=[create(world, world.person()), read().but(keeps="a user", settles=False)])


def _schema_checks() -> list[Check]:
    checks = [SCHEMAS(published.lists_all_of("a user")), IDENTIFIED(published.schema_ids())]
    checks += [NO_MESSAGE(published.no_messages()), TYPED(published.types()), WORDED(published.characteristics())]
    checks += [NAMED(published.names()), FLAT(published.flat()), CORE(published.core_user())]
    return [*checks, STATED(characteristics.characterised()), DESCRIBED(characteristics.described_schemas())]


UNTYPED = "clients do not find the endpoints and their schemas"
RESOURCE_TYPES = must("7644-4-d", so=UNTYPED, fix="return a ListResponse with every resource type")
TYPES_COMPLETE = must("7643-6-a", so=UNTYPED, fix="return name, endpoint and schema of each resource type")
TYPES_UNIQUE = must("7643-6-b", so=UNTYPED, fix="give each resource type a name and an endpoint of its own")
TYPES_KNOWN = must("7643-6-c", so=UNTYPED, fix="list at /Schemas the schema that each resource type names")
EXTENSIONS_KNOWN = must("7643-6-d", so=UNTYPED, fix="list at /Schemas each extension of a resource type")
FLAGGED = must("7643-6-f", so="clients do not know which extension they must send", fix="state `required` as a boolean")


@scenario("RFC-DSC-03", "The resource types are complete", Moment.TEST_CONNECTION)
@covers("7644-4-d 7643-6-a 7643-6-b 7643-6-c 7643-6-d 7643-6-f 7643-6-h")
def resource_types(world: World) -> Scenario:
    """/ResourceTypes must list each resource type with its endpoint, and with schemas that /Schemas describes."""
    del world
    checks = [RESOURCE_TYPES(status(200)), RESOURCE_TYPES(published.is_listed())]
    checks += [TYPES_COMPLETE(published.complete_types()), TYPES_UNIQUE(published.unique_types())]
    checks += [TYPES_KNOWN(published.described_in("schemas")), FLAGGED(published.extension_flags())]
    checks += [EXTENSIONS_KNOWN(published.described_in("schemas", extensions=True))]
    checks += [DESCRIBED(characteristics.described_types())]
    kept = get("/Schemas", key="schemas").but(keeps="schemas")
    return Scenario([get("/ResourceTypes", *checks)], given=[kept])


def _features(_: Profile) -> Iterable[tuple[str, str]]:
    yield from ((one, one) for one in ("patch", "filter", "sort", "etag"))


TRUE = must(
    "7643-5-f",
    so="clients use what the configuration offers, and fail",
    fix="implement the feature, or state that it is not supported",
)


TAGGED = must(
    "7644-3.14-a", so="clients cannot tell whether an account has changed", fix="return ETag, or do not offer etag"
)


@scenario("RFC-DSC-04", "What the configuration offers works", Moment.TEST_CONNECTION, rows=_features)
@covers("7643-5-f 7644-3.14-a")
def offered(world: World, feature: str) -> Scenario:
    """For each feature that /ServiceProviderConfig offers, one plain request must work. A feature that is not offered
    is not tested, and PATCH only where the target stores displayName."""
    person, shown = world.person(), f"{world.directory.tag} shown"
    text = by_name(world, person)
    used = {
        "patch": [
            patch([op("replace", "displayName", f"{world.directory.tag} changed")], key="use").expecting(
                _works(200, 204)
            ),
            read("user", TRUE(value("displayName", f"{world.directory.tag} changed"))),
        ],
        "filter": [find(text, _works(200), TRUE(found("user")), key="use")],
        "etag": [read("user", TAGGED(has_header("ETag")), key="use")],
        "sort": [find(text, _works(200), TRUE(found("user")), key="use", more="&sortBy=userName")],
    }
    made = [unless_denied("filter")] if feature == "sort" else []
    made += [create(world, person, displayName=shown)]
    made += [supports(displayName=shown)] if feature == "patch" else []
    return Scenario(used[feature], given=[if_offered(feature), *made], spares=())


def _works(*statuses: int) -> Check:
    return TRUE(status(*statuses))


ALONE = must("7644-4-c", so="clients cannot read one schema", fix="return the schema object at /Schemas/{id}")
TYPE_ALONE = must("7644-4-e", so="clients cannot read one resource type", fix="return it at /ResourceTypes/{name}")
NO_SUCH = must("7644-4-h", so="clients treat an empty answer as a schema", fix="return 404 for an unknown id")


@scenario("RFC-DSC-05", "One schema and one resource type are returned alone", Moment.TEST_CONNECTION)
@covers("7644-4-c 7644-4-e 7644-4-h")
def one_alone(world: World) -> Scenario:
    """A schema is read by its URN, and a resource type at its meta.location, or by its id or its name; an unknown one
    is 404."""
    nothing = f"urn:example:{world.directory.tag}"
    user, made = f"/Schemas/{urns.USER}", {"place": types.place_of_users, "name": types.name_of_users}
    steps = [
        get(user, ALONE(status(200)), ALONE(value("id", urns.USER, key="id", exact=True)), key="schema"),
        get(f"/Schemas/{nothing}", NO_SUCH(refused_or(404)), key="no-schema"),
        get(f"/ResourceTypes/{world.directory.tag}", NO_SUCH(refused_or(404)), key="no-type"),
        get("/ResourceTypes", key="types").but(makes=made),
        get("/ResourceTypes/{place}", key="by-place").but(keeps=types.BY_PLACE),
        get("/ResourceTypes/{name}", TYPE_ALONE(types.alone()), TYPE_ALONE(types.named()), key="type"),
    ]
    return Scenario(steps)


WHOLE = must(
    "7644-4-f",
    so="clients that page through resources miss schemas",
    fix="ignore startIndex, count and sortBy on /Schemas and /ResourceTypes",
)


@scenario("RFC-DSC-06", "Paging does not shorten the discovery lists", Moment.TEST_CONNECTION)
@covers("7644-4-f")
def not_paged(world: World) -> Scenario:
    """Parameters of paging and sorting have no effect on /Schemas and /ResourceTypes."""
    del world
    given = [get(f"/{one}", key=f"all-{one.lower()}").but(keeps=one) for one in ("Schemas", "ResourceTypes")]
    steps = [
        get("/Schemas", WHOLE(published.same_entries("Schemas")), key="schemas", query="startIndex=2&count=1"),
        get(
            "/ResourceTypes",
            WHOLE(published.same_entries("ResourceTypes")),
            key="types",
            query="startIndex=2&count=1&sortBy=name",
        ),
    ]
    return Scenario(steps, given=given)
