"""Queries by POST (RFC 7644 section 3.4.3). The RFC leaves .search open: a target that does not offer it is not judged.
The filter of each search has a condition that only resources of this run meet."""

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import ANY_ERROR, if_offered, unless_denied
from scim_conformance.rfc.conditions import if_indexed, known_configuration
from scim_conformance.rfc.lists import (
    family,
    found_if_served,
    in_order,
    is_list_response,
    listed_number,
    none_counted,
    same_set,
)
from scim_conformance.rfc.obligations import error, found, has, lacks, never_lists, no_crash, refused_or
from scim_conformance.rfc.requests import create, create_group, find, mark, search, supports
from scim_conformance.rfc.rows import must, prerequisite, should
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step

SAME = must("7644-3.4.3-a", so="clients that search by POST find other accounts", fix="return what GET returns")
OBEYED = must("7644-3.4.3-b", so="clients read more than they asked for", fix="apply every parameter of the body")
CREATES = must("7644-3.4.3-c", so="each search makes an account", fix="create nothing for a search")
REFUSED = must("7644-3.4.3-e", so="clients treat the wrong accounts as matches", fix="return no resources for it")
TOLD = should("7644-3.4.3-e", so="clients cannot tell what is wrong", fix="return 400 with scimType invalidFilter")
EVERYWHERE = must("7644-3.4.3-f", so="clients miss the groups, or the users", fix="search all types at /.search")


def _served(text: str, path: str = "/Users/.search") -> Step:
    told = prerequisite(is_list_response(), rfc7644("3.4.3"), ".search is not supported")
    step = search(text, key="served", path=path, count=5).expecting(told)
    return step.but(optional=True, also_ok=ANY_ERROR, lacking="it does not offer .search")


@scenario("RFC-SEA-01", "A search by POST returns what GET returns", Moment.MATCH)
@covers("7644-3.4.3-a 7644-3.4.3-b 7644-3.4.3-c 7644-3.4.3-e")
def by_post(world: World) -> Scenario:
    """A search with a filter returns the same users as GET, and obeys count, startIndex, attributes and
    excludedAttributes. A wrong filter returns no users, no match is an empty list, and no search
    creates anything."""
    text, given = family(world, 3)
    chosen = search(text, key="chosen", attributes=["userName"], startIndex=2, count=1)
    left_out = search(text, key="left-out", excludedAttributes=["title"])
    of_chosen = listed_number(1, of=3), has("userName"), lacks("title")
    nobody = f'title eq "{world.directory.tag}-none"'
    steps = [
        search(text, key="all").expecting(SAME(status(200)), SAME(same_set("get"))),
        left_out.expecting(OBEYED(listed_number(3, of=3)), OBEYED(lacks("title")), OBEYED(has("userName"))),
        chosen.expecting(*(OBEYED(if_indexed(one)) for one in of_chosen)),
        search("title eq", key="wrong", count=2).expecting(
            REFUSED(no_crash()), REFUSED(never_lists()), TOLD(refused_or(400)), TOLD(error("invalidFilter"))
        ),
        search(nobody, key="nobody").expecting(REFUSED(status(200)), REFUSED(none_counted())),
        find(text, CREATES(found("user1", "user2", "user3"))),
    ]
    first, listing = given[:-1], given[-1].but(keeps="get")
    return Scenario(steps, given=[unless_denied("filter"), known_configuration(), *first, listing, _served(text)])


@scenario("RFC-SEA-02", "A search by POST is sorted", Moment.MATCH)
@covers("7644-3.4.3-b")
def sorted_by_post(world: World) -> Scenario:
    """sortBy and sortOrder of a search are obeyed: two users are sorted by displayName in both directions."""
    shown, start = ("b", "a"), mark(world)
    made = [
        create(world, world.person(), f"user{place}", title=start, displayName=f"{world.directory.tag}-{one}")
        for place, one in enumerate(shown, 1)
    ]
    text = f'title eq "{start}"'
    known = family(world, 2)[1][-1].but(query=find(text).query)
    steps = [
        search(text, key="up", sortBy="displayName").expecting(OBEYED(in_order("user2", "user1"))),
        search(text, key="down", sortBy="displayName", sortOrder="descending").expecting(
            OBEYED(in_order("user1", "user2"))
        ),
    ]
    return Scenario(steps, given=[if_offered("sort"), *made, known, _served(text)], spares=())


@scenario("RFC-SEA-03", "A search at the base URL covers all types", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.3-f")
def at_the_root(world: World) -> Scenario:
    """A user and a group have a displayName in common: a search at the base URL finds both."""
    shared = mark(world)
    made = [create(world, world.person(), displayName=shared), create_group(world, displayName=shared)]
    made.append(supports(displayName=shared))
    text, few = f'displayName eq "{shared}"', {"count": 3}
    step = search(text, key="both", path="/.search", **few).expecting(EVERYWHERE(found_if_served("user", "group")))
    return Scenario([step], given=[unless_denied("filter"), *made, _served(text, "/.search")], spares=())
