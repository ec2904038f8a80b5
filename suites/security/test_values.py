"""Harmless probes of values: what is stored as text stays text, and what is no attribute has no effect.

Each writes to users and groups of this run alone; each probe says its bound."""

import json
from collections.abc import Iterable
from typing import Any

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc import references as refs
from scim_conformance.rfc import secrecy
from scim_conformance.rfc.obligations import no_crash, values
from scim_conformance.rfc.requests import (
    create,
    create_group,
    members,
    op,
    patch,
    post,
    put,
    read,
    shows_members,
    user_body,
)
from scim_conformance.rfc.rows import must
from scim_conformance.scenario.bodies import Raw, Var
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario

POLLUTED = must("SEC-API3-d", so="one request changes all accounts", fix="ignore __proto__ and constructor in bodies")


@scenario("SEC-MAS-02", "Keys of prototypes have no effect", Moment.CREATE)
@covers("SEC-API3-d")
def prototypes(world: World) -> Scenario:
    """A creation with __proto__ and constructor, each with one text under a name that has the tag of the run: refused
    or ignored, and another user does not have this attribute. One POST."""
    name = f"sct{world.directory.tag}"
    body = user_body(world, person := world.person())
    crafted = {**body, "__proto__": {name: "1"}, "constructor": {"prototype": {name: "1"}}}
    made = post("User", crafted, person.user_name, "made").expecting(POLLUTED(no_crash())).may_be_refused()
    return Scenario(
        [made, read("user", POLLUTED(secrecy.none_of(name)))], given=[create(world, world.person())], spares=()
    )


JOINED = must("SEC-API3-e", so="a user gives itself rights", fix="change memberships at the group alone")


@scenario("SEC-MAS-03", "A user does not join a group by a change of itself", Moment.MEMBERS, needs=["groups"])
@covers("SEC-API3-e")
def joins(world: World) -> Scenario:
    """A PATCH, a PUT and a creation of a user that name a group of this run in `groups`: refused or ignored, and the
    user is no member. One of each."""
    person, third = world.person(), world.person()
    named: dict[str, Any] = {"groups": [{"value": Var("group")}]}
    added = patch([op("add", "groups", named["groups"])]).expecting(JOINED(no_crash())).may_be_refused()
    replaced = put({**user_body(world, person), **named}).expecting(JOINED(no_crash())).may_be_refused()
    made = create(world, third, "third", **named).expecting(JOINED(no_crash())).may_be_refused()
    given = [create(world, person), create(world, world.person(), "other")]
    given += [
        create_group(world, members=[{"value": Var("other")}]),
        shows_members("group", values("members", "{other}")),
    ]
    steps = [
        added,
        members("group", JOINED(refs.not_joined("user"))),
        replaced,
        members("group", JOINED(refs.not_joined("user")), key="read-replaced"),
        made,
        members("group", JOINED(refs.not_joined("third")), key="read-made"),
    ]
    return Scenario(steps, given=given, spares=())


DEEP = must("SEC-API4-c", so="one request stops the service for all", fix="limit how deeply a body may be nested")
DEPTH = 1000


@scenario("SEC-LIM-02", "A deeply nested body does no harm", Moment.CREATE)
@covers("SEC-API4-c")
def deep(world: World) -> Scenario:
    """A creation with an attribute that no schema has, nested 1,000 times: refused, or accepted without it, within ten
    seconds and without a 500. One POST of 3 KB."""
    body = user_body(world, person := world.person())
    text = f'{json.dumps(body)[:-1]},"sctNested":{"[" * DEPTH}{"]" * DEPTH}}}'
    made = post("User", body, person.user_name, "made").but(body=Raw(text)).may_be_refused()
    return Scenario([made.expecting(DEEP(no_crash()), DEEP(secrecy.in_time()))], spares=())


MARKUP = must("SEC-INJ-e", so="a name runs code where it is shown", fix="store text as it is, and escape it when shown")


@scenario("SEC-INJ-08", "Markup and templates are stored as text", Moment.UPDATE)
@covers("SEC-INJ-e")
def markup(world: World) -> Scenario:
    """A displayName with markup and the expressions of template engines is refused, or comes back as it is, with or
    without its markup escaped, and as JSON. One PATCH of a user of this run."""
    text = f"{world.directory.tag} {{{{7*7}}}}${{7*7}}<script>sct</script>"
    sent = patch([op("replace", "displayName", text)]).expecting(MARKUP(no_crash())).may_be_refused()
    steps = [sent, read("user", MARKUP(secrecy.not_evaluated("displayName")), MARKUP(secrecy.is_json()))]
    return Scenario(steps, given=[create(world, world.person())], spares=())


HARMLESS = must("SEC-INJ-h", so="a name stops the service", fix="refuse control characters with 400, or store them")


def _controls(_: Profile) -> Iterable[tuple[str, str]]:
    yield "zero", "\x00"
    yield "control", "\x01"
    yield "right-to-left", "\u202e"


@scenario("SEC-INJ-09", "Control characters do no harm", Moment.UPDATE, rows=_controls)
@covers("SEC-INJ-h")
def controls(world: World, character: str) -> Scenario:
    """A displayName with a zero byte, a control character or a change of direction is stored or refused, without a
    500. One PATCH each."""
    text = f"{world.directory.tag} a{character}b"
    sent = patch([op("replace", "displayName", text)]).expecting(HARMLESS(no_crash())).may_be_refused()
    return Scenario([sent], given=[create(world, world.person())], spares=())


KEPT = must("SEC-RACE-a", so="a member is lost", fix="change members in one transaction, or refuse one with 409")


@scenario("SEC-RAC-01", "Changes at the same moment lose nothing", Moment.MEMBERS, needs=["groups"])
@covers("SEC-RACE-a")
def race(world: World) -> Scenario:
    """Two users join a group of this run at the same moment: each whose request succeeded is a member. A target may
    refuse one of the requests. Two PATCH requests."""
    first, second = (_joining(name) for name in ("first", "second"))
    steps = [first, second.but(with_previous=True), members("group", KEPT(secrecy.joined("first", "second")))]
    given: list[Any] = [create(world, world.person(), name) for name in ("other", "first", "second")]
    given += [
        create_group(world, members=[{"value": Var("other")}]),
        shows_members("group", values("members", "{other}")),
    ]
    return Scenario(steps, given=given, spares=())


def _joining(name: str) -> Any:
    return patch(
        [op("add", "members", [{"value": Var(name)}])], "group", key=f"join-{name}", kind="Groups"
    ).may_be_refused()
