"""What lists, pages and reads contain (RFC 7644 sections 3.2 and 3.4)."""

from dataclasses import replace

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import ANY_ERROR, unless_denied
from scim_conformance.rfc.conditions import TYPES, known_schemas, known_types, pages_by_index
from scim_conformance.rfc.lists import (
    another_page,
    as_listed,
    family,
    finds,
    found_if_served,
    has_resources,
    is_list_response,
    listed_number,
    none_found,
    numbered,
    only_type,
)
from scim_conformance.rfc.messages import like_get
from scim_conformance.rfc.metadata import names_of
from scim_conformance.rfc.obligations import found, no_crash, not_served, value
from scim_conformance.rfc.representations import unaltered, with_all_of
from scim_conformance.rfc.requests import (
    by_name,
    create,
    create_group,
    find,
    find_if_served,
    get,
    mark,
    name_of,
    post,
    read,
    user_body,
)
from scim_conformance.rfc.rows import must, prerequisite, should
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns

ARRAY = must("7644-3.4.2-c", so="clients cannot read the list", fix="return the matches as an array in Resources")
NUMBERED = must("7644-3.4.2-d", so="clients cannot tell which page it is", fix="return startIndex and itemsPerPage")
WHOLE = should("7644-3.4.2-g", so="clients read each account once more", fix="return the same attributes as by the id")


@scenario("RFC-LST-04", "A page says what it is, and has whole resources", Moment.MATCH)
@covers("7644-3.4.2-c 7644-3.4.2-d 7644-3.4.2-g")
def page(world: World) -> Scenario:
    """A page of one of two users has Resources as an array, startIndex and itemsPerPage. That a user in a list has the
    same attributes as by the id is advice."""
    text, given = family(world, 2)
    one = find(text, ARRAY(has_resources()), NUMBERED(numbered()), key="page", more="&startIndex=1&count=1")
    name = given[0].creates.name if given[0].creates else ""
    whole = find(f'userName eq "{name}"', WHOLE(as_listed("first")), key="whole", more="&count=2")
    by_id = read("user1", key="by-id").but(keeps="first", settles=False)
    return Scenario([one, whole], given=[pages_by_index(), *given, by_id])


TYPED = must("7644-3.4.2-h", so="clients treat a group as an account", fix="return resources of the endpoint's type")
AT_MOST = must("7644-3.4.2.4-c", so="clients skip or repeat accounts", fix="return no more resources than count")


@scenario("RFC-LST-05", "An endpoint lists resources of its type", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.2-h 7644-3.4.2.4-c")
def one_type(world: World) -> Scenario:
    """A list of users has users alone, and a list of groups has groups. One of each is asked for, without a filter: a
    list must not have more, though there are two."""
    one = AT_MOST(listed_number(at_most=1))
    steps = [
        get("/Users", TYPED(only_type(urns.USER)), one, key="users", query="count=1"),
        get("/Groups", TYPED(only_type(urns.GROUP)), one, key="groups", query="count=1"),
    ]
    users = [create(world, world.person(), name) for name in ("first", "second")]
    groups = [create_group(world, name) for name in ("group1", "group2")]
    return Scenario(steps, given=[known_types(), *users, *groups], spares=())


SHOWN = must("7644-3.4-a", so="clients do not see what is stored", fix="return every attribute that has a value")
QUIET = must("7644-3.4-b", so="every account looks as if it had changed", fix="change nothing when a resource is read")
BY_ID = should("7644-3.4.1-d", so="a name that looks like an id reads another account", fix="return 404 for a name")

HEADED = should("9110-9.3.2-a", so="clients treat the account as missing", fix="return the headers of GET, or 405")


@scenario("RFC-RED-02", "A read shows all, and changes nothing", Moment.MATCH)
@covers("7644-3.4-a 7644-3.4-b 7644-3.4.1-d 9110-9.3.2-a")
def reading(world: World) -> Scenario:
    """A read shows every attribute that the response to the creation showed. After a read and a query, lastModified is
    the same as before. That a userName is no id is advice, and so is that HEAD is answered like GET, or refused."""
    person = world.person()
    made = create(world, person, title="Clerk", nickName="Jo").but(keeps="created")
    steps = [
        read("user", SHOWN(with_all_of("created"))).but(keeps="first"),
        get(f"/Users/{name_of(world, person)}", BY_ID(not_served()), key="by-name"),
        find(by_name(world, person), key="query", more="&count=2"),
        read("user", QUIET(unaltered("first")), key="again"),
        _head().expecting(HEADED(like_get())),
    ]
    return Scenario(steps, given=[known_schemas(), made])


def _head() -> Step:
    """Ask for the headers of the user alone. A body, which HEAD must not have, ends with the connection."""
    step = replace(read(key="head"), method="HEAD", why="Ask for the headers alone")
    return step.but(headers=(("Connection", "close"),))


NOT_HERE = should("7644-3.2-b", so="a client that mistakes the URL makes an account", fix="return 405 or 404")


@scenario("RFC-CRE-06", "POST to the URL of one user creates nothing", Moment.CREATE)
@covers("7644-3.2-b")
def post_to_one(world: World) -> Scenario:
    """POST to the URL of a user is refused, and creates no user: advice."""
    person = world.person()
    sent = post("User", user_body(world, person), person.user_name, "made", key="post")
    sent = replace(sent, path="/Users/{user}").expecting(NOT_HERE(not_served())).may_be_refused()
    after = find_if_served(by_name(world, person), NOT_HERE(none_found()), more="&count=2")
    return Scenario([sent, after], given=[create(world, world.person())], spares=())


GROUPS = must("7644-3.4.2.4-k", so="clients miss groups, or see them twice", fix="support pages at /Groups too")


@scenario("RFC-PAG-03", "Groups are listed in pages", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.2.4-k")
def group_pages(world: World) -> Scenario:
    """Two groups on pages of one: each is on exactly one page, and a page after the last one is empty. A target that
    does not find groups by the beginning of their name is not judged."""
    start = mark(world)
    text = f'displayName sw "{start}"'
    lacking = "the target does not find groups by the beginning of their name"
    known = finds(text, "first", "second", key="all", kind="Groups", lacking=lacking)
    given = [create_group(world, one, displayName=f"{start} {one}") for one in ("first", "second")]
    steps = [
        find(text, GROUPS(status(200)), GROUPS(listed_number(1, of=2)), key="one", more=_page(1), kind="Groups"),
        find(text, GROUPS(another_page("one")), key="two", more=_page(2), kind="Groups"),
        find(text, GROUPS(listed_number(0, of=2)), key="beyond", more=_page(5), kind="Groups"),
    ]
    known_before = [unless_denied("filter"), pages_by_index()]
    return Scenario([steps[0].but(keeps="one"), *steps[1:]], given=[*known_before, *given, known])


def _page(start: int) -> str:
    return f"&startIndex={start}&count=1"


LATER = must("7644-3.4.2.4-a", so="clients see the first page alone", fix="serve every page of a list without a filter")


@scenario("RFC-PAG-05", "A later page of all users and groups", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.2.4-a 7644-3.4.2.4-c")
def later_page(world: World) -> Scenario:
    """A list without a filter is read from its second resource: the page is served, and has at most one resource. What
    is on it is not judged, because others may write at the same time. A target that refuses such lists, which are too
    many for it, is not judged."""
    checks = [LATER(status(200)), AT_MOST(listed_number(at_most=1))]
    steps = [
        get("/Users", *checks, key="users", query="startIndex=2&count=1"),
        get("/Groups", *checks, key="groups", query="startIndex=2&count=1"),
    ]
    first = [_first_page(kind) for kind in ("Users", "Groups")]
    return Scenario(steps, given=[pages_by_index(), create(world, world.person()), create_group(world), *first])


def _first_page(kind: str) -> Step:
    served = prerequisite(is_list_response(), rfc7644("3.4.2"), "the target refuses lists without a filter")
    step = get(f"/{kind}", served, key=f"first-{kind.lower()}", query="count=1")
    return step.but(optional=True, also_ok=ANY_ERROR, lacking="it refuses lists without a filter")


INTEGERS = should(
    "7644-3.4.2.4-i", so="clients repeat the request again and again", fix="return 400, or ignore the value"
)
CAPPED = should(
    "7644-3.4.2.4-j", so="a client that asks for all gets nothing", fix="return as many as the limit allows"
)


@scenario("RFC-PAG-04", "Odd numbers in pages are no crash", Moment.MATCH)
@covers("7644-3.4.2.4-i 7644-3.4.2.4-j")
def odd_numbers(world: World) -> Scenario:
    """A count or startIndex that is no integer is refused or ignored, and a huge count is served with what matches:
    advice."""
    text, given = family(world, 1)
    steps = [
        find(text, INTEGERS(no_crash()), key="letters", more="&count=abc"),
        find(text, INTEGERS(no_crash()), key="fraction", more="&startIndex=1.5&count=1"),
        find(text, CAPPED(status(200)), CAPPED(found("user1")), key="huge", more="&count=1000000"),
    ]
    return Scenario(steps, given=[unless_denied("filter"), *given])


ALL_TYPES = must("7644-3.4.2.1-a", so="clients miss the groups, or the users", fix="search all types at the base URL")
OTHER_TYPE = must("7644-3.4.2.1-c", so="clients get an error for a correct filter", fix="treat it as without a value")
COMMON = must("7644-3.4.2.1-d", so="clients cannot find a resource by its id", fix="filter by id and meta at the base")


@scenario("RFC-LST-06", "A query at the base URL covers all types", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.2.1-a 7644-3.4.2.1-c 7644-3.4.2.1-d")
def at_the_root(world: World) -> Scenario:
    """A user and a group have a displayName in common: a query at the base URL finds both. userName, which groups do
    not have, finds the user. A target that does not serve such a query is not judged."""
    person, shared = world.person(), mark(world)
    made = [create(world, person, displayName=shared), create_group(world, displayName=shared)]
    named, few = f'displayName eq "{shared}"', "&count=3"
    listing = prerequisite(is_list_response(), rfc7644("3.4.2.1"), "the query is not supported")
    served = _at_root(named, key="served", more=few).expecting(listing)
    steps = [
        _at_root(named, key="both", more=few).expecting(ALL_TYPES(found_if_served("user", "group"))),
        _at_root(by_name(world, person), key="one", more=few).expecting(OTHER_TYPE(found("user"))),
        _at_root('id eq "{group}"', key="id", more=few).expecting(COMMON(found_if_served("group"))),
        _at_root(f'meta.resourceType eq "Group" and {named}', key="meta", more=few).expecting(
            COMMON(_if_named_group(found_if_served("group")))
        ),
    ]
    known = read("user", _stored(shared), key="stored").but(optional=True, settles=False)
    unserved = served.but(optional=True, also_ok=ANY_ERROR, lacking="it does not serve queries at its base")
    return Scenario(steps, given=[unless_denied("filter"), known_types(), *made, known, unserved], spares=())


def _if_named_group(told: Obligation) -> Obligation:
    """Judge unless /ResourceTypes gives the type of groups another name."""

    def judge(view: View) -> str | None:
        named = names_of(TYPES, urns.GROUP, view)
        return None if named and "Group" not in named else told.judge(view)

    return replace(told, judge=judge)


def _at_root(text: str, *, key: str, more: str) -> Step:
    """Return a query at the base URL."""
    return replace(find(text, key=key, more=more), path="/")


def _stored(name: str) -> Check:
    return prerequisite(value("displayName", name), rfc7644("3.3"), "the target alters displayName")
