"""Creation, reading and listing (RFC 7644 sections 3.3 and 3.4)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.conditions import known_configuration, pages_by_index
from scim_conformance.rfc.lists import (
    another_page,
    family,
    has_resources,
    is_list_response,
    listed_number,
    none_found,
    page_of,
    same_page,
    total,
)
from scim_conformance.rfc.obligations import as_before, error, found, has, no_crash, not_served, refused_or
from scim_conformance.rfc.refusals import if_refused, if_served
from scim_conformance.rfc.requests import (
    by_name,
    core_body,
    create,
    create_core,
    deleted,
    find,
    find_if_served,
    get,
    name_of,
    post,
    read,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import is_resource

CREATED = must("7644-3.3-d", so="clients treat the creation as failed", fix="return 201")
PLACED = must("7644-3.3-f", so="clients cannot find the resource", fix="return its URI in Location and meta.location")
SHOWN = should("7644-3.3-e", so="clients read the resource again", fix="return the resource in the body")
TRUE = must("7644-3.3-h", so="clients keep values that the target does not have", fix="return what is stored")
READ = must("7644-3.4.1-a", so="clients treat the account as deleted", fix="return 200 with the resource")


@scenario("RFC-CRE-01", "A creation returns the resource and its URI", Moment.CREATE)
@covers("7644-3.3-d 7644-3.3-e 7644-3.3-f 7644-3.3-h 7644-3.4.1-a")
def created(world: World) -> Scenario:
    """A creation returns 201, the Location of the resource and the resource as stored; a read returns the same. The
    body has no extension, since a target may have none."""
    person = world.person()
    checks = [CREATED(status(201)), PLACED(shape.location()), SHOWN(has("id", "userName", key="body"))]
    made = create_core(world, person, title="Clerk").expecting(*checks).but(keeps="created")
    read_it = read("user", READ(status(200)), READ(is_resource("user")), TRUE(shape.as_answered("created")))
    return Scenario([made, read_it], spares=())


CONFLICT = must("7644-3.3-g", so="clients cannot tell that the account exists", fix="return 409 with uniqueness")
INTACT = must("7644-3.3-g", so="the first account is changed", fix="change nothing when a creation is refused")


@scenario("RFC-CRE-02", "The same userName again is a conflict", Moment.CREATE)
@covers("7644-3.3-g")
def conflict(world: World) -> Scenario:
    """A second creation with the same userName returns 409 with scimType uniqueness, and changes nothing."""
    person = world.person()
    body = core_body(world, world.person(), userName=name_of(world, person))
    twin = post("User", body, person.user_name, "twin").may_be_refused()
    steps = [
        twin.expecting(CONFLICT(refused_or(409)), CONFLICT(error("uniqueness"))),
        read("user", INTACT(as_before("first"))),
        find_if_served(by_name(world, person), CONFLICT(found("user"))),
    ]
    return Scenario(
        steps, given=[create_core(world, person), read(key="first").but(keeps="first", settles=False)], spares=()
    )


CLEAN = must("7644-3.3-i", so="half an account is left, and blocks the name", fix="create nothing when refusing")
WRONG = should("7644-3.3-j", so="clients believe that the value is stored", fix="return 400 for a wrong type")
CRASH = must("7644-3.12-g", so="clients repeat the request again and again", fix="return 400 for a wrong type")


@scenario("RFC-CRE-03", "A refused creation leaves nothing", Moment.CREATE)
@covers("7644-3.3-i 7644-3.3-j 7644-3.12-g")
def nothing_left(world: World) -> Scenario:
    """A creation whose emails are a number must not fail with 500; that it is refused, and the wrong value not just
    ignored, is advice. If it is refused, it leaves no account behind."""
    person = world.person()
    body = {**user_body(world, person), "emails": 7}
    made = post("User", body, person.user_name, "made").expecting(CRASH(no_crash()), WRONG(not_served()))
    after = find_if_served(by_name(world, person), CLEAN(if_refused("create", none_found())))
    return Scenario([made.may_be_refused(), after], given=[create(world, world.person())], spares=())


GONE = must("7644-3.4.1-b", so="clients treat a deleted account as an existing one", fix="return 404", section="3.6")
NOBODY = must("7644-3.4.1-b", so="clients treat an id as an account", fix="return 404", section="3.12")
UNKNOWN = should("7644-3.4.1-b", so="clients cannot tell that there is no account", fix="return 404")


@scenario("RFC-RED-01", "An id that no resource has is 404", Moment.MATCH)
@covers("7644-3.4.1-b")
def unknown_id(world: World) -> Scenario:
    """A deleted user is 404. So should be an id that never existed; a target may refuse its form with 400, but must not
    return a resource."""
    steps = [
        read("gone", GONE(refused_or(404)), key="deleted"),
        get(f"/Users/{world.guid()}", NOBODY(not_served()), UNKNOWN(refused_or(404, key="not-found")), key="unknown"),
    ]
    return Scenario(steps, given=deleted(world, "gone"), spares=())


LISTED = must("7644-3.4.2-a", so="clients cannot read the list", fix="return a ListResponse")
TOTAL = must("7644-3.4.2-b", so="clients do not know how many there are", fix="return totalResults as an integer")


ARRAY = must("7644-3.4.2-c", so="clients cannot read the list", fix="return the matches as an array in Resources")


@scenario("RFC-LST-01", "A query returns a ListResponse", Moment.MATCH)
@covers("7644-3.4.2-a 7644-3.4.2-b 7644-3.4.2-c")
def list_response(world: World) -> Scenario:
    """A query for users returns a ListResponse with totalResults and Resources: with a filter, and without one. At most
    two users are asked for. A target may refuse to list everyone (tooMany), or to filter."""
    obligations = [(LISTED, status(200)), (LISTED, is_list_response()), (TOTAL, total()), (ARRAY, has_resources())]
    checks = [rule(if_served(told)) for rule, told in obligations]
    steps = [
        get("/Users", *checks, key="list", query="count=2"),
        find(by_name(world, person := world.person()), *checks, key="filtered", more="&count=2"),
    ]
    return Scenario(steps, given=[known_configuration(), create(world, person)])


EMPTY = must("7644-3.4.2-e", so="clients treat no match as a fault", fix="return 200 with totalResults 0")


@scenario("RFC-LST-02", "No match is an empty list", Moment.MATCH)
@covers("7644-3.4.2-e")
def no_match(world: World) -> Scenario:
    """A filter that matches no user returns 200 with totalResults 0, not 404."""
    step = find(f'userName eq "{world.directory.tag}-{world.guid()}"', EMPTY(status(200)), EMPTY(none_found()))
    return Scenario([step], given=[unless_denied("filter")])


UNHEARD = should("7644-3.4.2-f", so="a client that adds a parameter gets nothing", fix="ignore unknown parameters")


@scenario("RFC-LST-03", "Unknown query parameters are ignored", Moment.MATCH)
@covers("7644-3.4.2-f")
def unknown_parameter(world: World) -> Scenario:
    """A parameter that RFC 7644 does not define changes nothing: advice, since the text says SHOULD."""
    step = read("user", UNHEARD(status(200)), UNHEARD(is_resource("user")), query="sct=1")
    return Scenario([step], given=[create(world, world.person())])


ONE_PAGE = must("7644-3.4.2.4-c", so="clients get more than they can take", fix="return at most `count` resources")
NEGATIVE = must("7644-3.4.2.4-d", so="the request fails", fix="take a negative count as 0")
NONE = must("7644-3.4.2.4-e", so="clients cannot count without reading", fix="return only totalResults for count=0")


@scenario("RFC-PAG-01", "count limits a page", Moment.MATCH)
@covers("7644-3.4.2.4-c 7644-3.4.2.4-d 7644-3.4.2.4-e")
def count(world: World) -> Scenario:
    """No page has more resources than `count`. count=0 returns the total and no resource, and a negative count is taken
    as 0."""
    text, given = family(world, 3)
    steps = [
        find(text, ONE_PAGE(status(200)), ONE_PAGE(listed_number(at_most=2)), key="two", more="&count=2"),
        find(text, NONE(status(200)), NONE(listed_number(0, of=3)), key="zero", more="&count=0"),
        find(text, NEGATIVE(status(200)), NEGATIVE(listed_number(0, of=3)), key="negative", more="&count=-1"),
    ]
    return Scenario(steps, given=[known_configuration(), *given])


FIRST = must("7644-3.4.2.4-a", so="clients miss the first resource of each page", fix="begin with startIndex 1")
ALL = must("7644-3.4.2.4-g", so="clients miss accounts, or see them twice", fix="keep one order over all pages")
BEYOND = must("7644-3.4.2.4-h", so="clients cannot tell where the list ends", fix="return 200 without resources")
BELOW = must("7644-3.4.2.4-b", so="clients get another page than they asked for", fix="take startIndex below 1 as 1")

COUNTED = should("7644-3.4.2.4-f", so="clients that count the page read too far", fix="return the number in the page")


@scenario("RFC-PAG-02", "The pages together have every match once", Moment.MATCH)
@covers("7644-3.4.2.4-a 7644-3.4.2.4-b 7644-3.4.2.4-g 7644-3.4.2.4-h 7644-3.4.2.4-f")
def pages(world: World) -> Scenario:
    """Three users on pages of one: each is on exactly one page, startIndex begins with 1, a lower one is taken as 1,
    and a page after the last one is empty. That the last page, which has fewer users than were asked for, says so in
    itemsPerPage is advice. A target with cursors alone is not judged."""
    text, given = family(world, 3)
    first = find(text, FIRST(status(200)), FIRST(listed_number(1, of=3)), key="first", more="&startIndex=1&count=1")
    second = find(text, ALL(status(200)), ALL(another_page("first")), key="second", more="&startIndex=2&count=1")
    third = find(text, ALL(another_page("first", "second")), key="third", more="&startIndex=3&count=2")
    more = [
        find(text, FIRST(same_page("first")), key="default", more="&count=1"),
        find(text, BELOW(same_page("first")), key="below", more="&startIndex=0&count=1"),
        find(text, BEYOND(status(200)), BEYOND(listed_number(0, of=3)), key="beyond", more="&startIndex=10&count=1"),
    ]
    counted = third.expecting(COUNTED(page_of(3, start=3)))
    kept = [one.but(keeps=one.key) for one in (first, second, counted)]
    return Scenario([*kept, *more], given=[pages_by_index(), *given])
