"""The parameters attributes and excludedAttributes (RFC 7644 sections 3.4.2.5 and 3.9)."""

from dataclasses import replace

from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.conditions import known_schemas
from scim_conformance.rfc.declared import lacks_by_default
from scim_conformance.rfc.obligations import has, lacks, says
from scim_conformance.rfc.requests import (
    by_name,
    create,
    create_group,
    find_if_served,
    op,
    patch,
    put,
    read,
    supports,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scim.paths import member

ALWAYS = must("7644-3.9-a", so="clients cannot tell which resource it is", fix="return id whatever is asked for")
NAMED = must("7644-3.9-b", so="clients read more than they asked for", fix="return the named attributes, and id")


@scenario("RFC-ATT-01", "attributes chooses what is returned", Moment.MATCH)
@covers("7644-3.9-a 7644-3.9-b")
def chosen(world: World) -> Scenario:
    """With attributes=userName, the response has userName and id, and no other attribute that is returned by default.
    schemas and meta may be returned."""
    person = world.person()
    others = NAMED(lacks_by_default("name", "emails", "displayName", "active"))
    one = read("user", NAMED(status(200)), ALWAYS(shape.string_id()), NAMED(has("userName")), others, query=NAME)
    many = find_if_served(by_name(world, person), NAMED(has("userName")), others, key="list", more=f"&{NAME}")
    shown = f"{world.directory.tag} shown"
    made = [create(world, person, displayName=shown), supports(displayName=shown)]
    return Scenario([one, many], given=[known_schemas(), *made], spares=())


NAME = "attributes=userName"


EXCLUDED = must("7644-3.9-d", so="clients read more than they asked for", fix="leave out only the named attributes")


@scenario("RFC-ATT-02", "excludedAttributes leaves attributes out", Moment.MATCH)
@covers("7644-3.9-a 7644-3.9-d")
def excluded(world: World) -> Scenario:
    """With excludedAttributes=emails, the emails are missing and the rest is there. id cannot be left out."""
    one = read(
        "user",
        EXCLUDED(status(200)),
        EXCLUDED(lacks_by_default("emails")),
        EXCLUDED(has("userName", "displayName")),
        query="excludedAttributes=emails",
    )
    always = read("user", ALWAYS(status(200)), ALWAYS(shape.string_id()), key="id", query="excludedAttributes=id")
    shown = f"{world.directory.tag} shown"
    made = [create(world, world.person(), displayName=shown), supports(displayName=shown)]
    return Scenario([one, always], given=[known_schemas(), *made], spares=())


MEMBERS = must("7644-3.9-n", so="reading a large group takes too long", fix="leave members out on reads and lists")


@scenario("RFC-ATT-03", "members can be left out", Moment.GROUPS, needs=["groups"])
@covers("7644-3.9-n")
def without_members(world: World) -> Scenario:
    """excludedAttributes=members works for one group and for a list."""
    name, query = world.team().display_name, "excludedAttributes=members"
    checks = [MEMBERS(status(200)), MEMBERS(lacks("members")), MEMBERS(has("displayName"))]
    steps = [
        read("group", *checks, kind="Groups", query=query),
        find_if_served(f'displayName eq "{name}"', *checks, key="list", kind="Groups", more=f"&{query}"),
    ]
    group = create_group(world, displayName=name, members=[{"value": Var("user")}])
    return Scenario(steps, given=[create(world, world.person()), group])


DOT = must("7644-3.9-f", so="clients read more than they asked for", fix="support sub-attributes with a dot")
ANY_CASE = must("7644-3.9-i", so="clients that write names in another way get nothing", fix="ignore the letter case")


@scenario("RFC-ATT-04", "attributes with sub-attributes and in any letter case", Moment.MATCH)
@covers("7644-3.9-f 7644-3.9-i")
def sub_attributes(world: World) -> Scenario:
    """attributes=name.familyName returns that part of the name alone, and the letter case of a name does not matter."""
    family = {"givenName": "Ada", "familyName": f"Byron-{world.directory.tag}"}
    steps = [
        read("user", DOT(has("name.familyName")), DOT(lacks("name.givenName")), query="attributes=name.familyName"),
        read(
            "user",
            ANY_CASE(has("userName")),
            ANY_CASE(lacks_by_default("name")),
            key="case",
            query="attributes=USERNAME",
        ),
    ]
    given = [
        known_schemas(),
        create(world, world.person(), name=family),
        supports(name__familyName=family["familyName"]),
    ]
    return Scenario(steps, given=given, spares=())


CHOSEN = should("7644-3.9-k", so="clients read more than they asked for", fix="apply `attributes` to writes too")
CHANGED = should("7644-3.5.2-v", so="clients do not get what they asked for", fix="return 200 with these attributes")


@scenario("RFC-ATT-08", "attributes chooses what a write returns", Moment.UPDATE)
@covers("7644-3.9-k 7644-3.5.2-v")
def of_writes(world: World) -> Scenario:
    """POST, PUT and PATCH with attributes=userName return userName and id, and no other attribute that is returned by
    default. PATCH then returns 200. All of this is advice, and a refused PUT or PATCH is not judged."""
    person = world.person()
    body, shown = {**user_body(world, person), "id": Var("user")}, f"{world.directory.tag} changed"
    chosen = [
        CHOSEN(_if_told(has("id", "userName"))),
        CHOSEN(_if_told(lacks_by_default("name", "emails", "displayName"))),
    ]
    steps = [
        create(world, person, key="post").expecting(CHOSEN(status(201)), *chosen).but(query=NAME),
        put(body).expecting(*chosen).but(query=NAME).may_be_refused(),
        patch([op("replace", "displayName", shown)]).expecting(CHANGED(_changed()), *chosen).but(query=NAME),
    ]
    return Scenario(steps, given=[known_schemas()], spares=())


def _if_told(told: Obligation) -> Obligation:
    """Judge a success that has a body."""
    return replace(told, judge=lambda view: told.judge(view) if view.answer.ok and view.answer.body else None)


def _changed() -> Obligation:
    """Check that an accepted PATCH returns 200 with the id and the userName."""

    def judge(view: View) -> str | None:
        if view.answer.status >= 400:
            return None
        missing = [name for name in ("id", "userName") if member(view.answer.json, name) is None]
        told = f"status {view.answer.status}" + (f", without {' and '.join(missing)}" if missing else "")
        return None if view.answer.status == 200 and not missing else told

    return says("asked", "status 200 with id and userName", judge)
