"""PUT: lists, extensions, groups, and what it must not change (RFC 7644 section 3.5.1)."""

from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.conditions import has_only
from scim_conformance.rfc.metadata import same_creation
from scim_conformance.rfc.obligations import as_before, error, not_served, says, user_name, value, values
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    create,
    create_group,
    mark,
    members,
    name_of,
    put,
    read,
    shows_members,
    supports,
    supports_at,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import kept, status_of
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import is_resource
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import member

SUPPORTED = must("7644-3.5-a", so="clients that replace resources change nothing", fix="support PUT")
LIST = must("7644-3.5.1-b", so="a removed value stays", fix="put the new list in place of the old one")
SAME_ID = must("7644-3.5.1-k", so="links to the account break", fix="keep id, meta.created and meta.location")
TWICE = must("7644-3.5.1-l", so="a repeated request does something else", fix="give the same result for the same PUT")
EXTENSION = must("7644-3.5.1-o", so="the department is lost", fix="store the attributes of extensions from a PUT")


@scenario("RFC-PUT-05", "PUT replaces lists and extensions, and is repeatable", Moment.UPDATE)
@covers("7644-3.5-a 7644-3.5.1-b 7644-3.5.1-k 7644-3.5.1-l 7644-3.5.1-o")
def whole(world: World) -> Scenario:
    """PUT with one of two addresses and another department: the user has this address alone, this department, and the
    same id and date of creation. The same PUT again leaves the same state."""
    person, start = world.person(), mark(world)
    emails = [{"type": one, "value": f"{start}-{one}@{world.profile.people.domain}"} for one in ("work", "home")]
    body: dict[str, Any] = {"emails": emails, ENTERPRISE: {"department": "Sales"}, "schemas": [urns.USER, ENTERPRISE]}
    new = user_body(world, person, **{**body, "emails": emails[:1], ENTERPRISE: {"department": "Legal"}})
    sent = put({**new, "id": Var("user")}).but(continue_on_failure=True)
    # A target may count whole seconds when it stores meta.created.
    steps = [
        sent.expecting(SUPPORTED(status(200))).but(pace=1.1),
        read(
            "user",
            LIST(values("emails", emails[0]["value"])),
            EXTENSION(value(f"{ENTERPRISE}:department", "Legal", key="department")),
            SAME_ID(is_resource("user")),
            SAME_ID(_same_origin("before")),
        ).but(keeps="first"),
        sent.but(key="put-again").expecting(TWICE(status(200))),
        read("user", TWICE(as_before("first")), key="read-again"),
    ]
    known = [supports_at(f'emails[type eq "{one["type"]}"].value', one["value"], key=one["type"]) for one in emails]
    known.append(supports_at(f"{ENTERPRISE}:department", "Sales", key="department").but(keeps="before"))
    known.append(has_only("emails", *(one["value"] for one in emails)))
    return Scenario(steps, given=[create(world, person, **body), *known], spares=())


def _same_origin(name: str) -> Obligation:
    """Check that meta.created and meta.location are as in the response kept under `name`."""

    def judge(view: View) -> str | None:
        before, after = kept(name, view.bindings), view.body
        places = [member(member(one, "meta"), "location") for one in (before, after)]
        changed = [] if same_creation(before, after) else ["created"]
        changed += [] if places[0] == places[1] else ["location"]
        told = [f"{one} is {short(member(member(after, 'meta'), one))}" for one in changed]
        return f"different: {', '.join(told)}" if told else None

    return says("origin", "meta.created and meta.location as before", judge)


UNDONE = must("7644-3.5.1-n", so="a PUT that failed is half made", fix="check the whole body before storing any of it")


NAMED = should("7644-3.5.1-h", so="an account loses its name", fix="return 400 with scimType invalidValue")


@scenario("RFC-PUT-06", "A PUT that is refused changes nothing", Moment.UPDATE)
@covers("7644-3.5.1-n 7644-3.5.1-h")
def refused(world: World) -> Scenario:
    """A PUT has a new title, and a number in place of the name. If it is refused, the title is as before. A target that
    accepts it is not judged by this row. A PUT without userName, which is required, is refused, and the user keeps the
    name: advice."""
    person = world.person()
    body = {**user_body(world, person), "title": "Boss", "name": 7, "id": Var("user")}
    after = read("user", UNDONE(_title_unless_accepted("Clerk")))
    nameless = put({**user_body(world, person, userName=None), "id": Var("user")}, key="nameless").may_be_refused()
    named = [
        nameless.expecting(NAMED(not_served()), NAMED(error("invalidValue", "invalidSyntax"))),
        read("user", NAMED(user_name(name_of(world, person))), key="read-nameless"),
    ]
    given = [create(world, person, title="Clerk"), supports(title="Clerk")]
    return Scenario([put(body).may_be_refused(), after, *named], given=given, spares=())


def _title_unless_accepted(before: str) -> Obligation:
    told = value("title", before, key="unchanged")

    def judge(view: View) -> str | None:
        return told.judge(view) if (status_of("put", view.bindings) or 0) >= 400 else None

    return says(told.key, f"title is {before} if the PUT was refused", judge)


JOINED = must("7644-3.5.1-m", so="a removed member keeps access", fix="store the members of a PUT")


@scenario("RFC-PUT-07", "PUT sets the members of a group", Moment.MEMBERS, needs=["groups"])
@covers("7644-3.5.1-m")
def group(world: World) -> Scenario:
    """PUT of a group with another member: the group has this member alone."""
    name = world.team().display_name
    body = {"schemas": [urns.GROUP], "displayName": name, "members": [{"value": Var("two")}], "id": Var("group")}
    steps = [
        put(body, "group", kind="Groups").expecting(JOINED(status(200))),
        members("group", JOINED(values("members", "{two}"))),
    ]
    people = [create(world, world.person(), one) for one in ("one", "two")]
    made = create_group(world, displayName=name, members=[{"value": Var("one")}])
    return Scenario(steps, given=[*people, made, shows_members("group", values("members", "{one}"))])
