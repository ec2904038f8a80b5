"""References between resources, and what only the target sets (RFC 7643 sections 2.3.7, 3.1 and 4)."""

from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc import declared
from scim_conformance.rfc import references as refs
from scim_conformance.rfc.conditions import known_schemas, known_types
from scim_conformance.rfc.metadata import typed_as
from scim_conformance.rfc.obligations import not_served, says, values
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    accepted,
    core_body,
    create,
    create_group,
    get,
    members,
    patch,
    post,
    read,
    shows_members,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns

LOST = "clients do not find the resource that is meant"
KIND = must("7644-3.3.1-a", so="clients treat it as another type", fix="return the name of the resource type")
MEMBER = must("7643-4.2-b", so=LOST, fix="return the id of the member as value")
URI = must("7643-2.3.7-a", so=LOST, fix="return $ref as a URI")
BASE = must("7643-2.3.7-b", so=LOST, fix="write a relative $ref from the base URL, such as Users/{id}")
FROM_BASE = should("7643-2.3.7-b", so=LOST, fix="write a relative $ref from the base URL, such as Users/{id}")
TARGET = must("7643-2.3.7-c", so=LOST, fix="return the address of the resource that value names")
UNIQUE = must("7643-3.1-c", so="one resource is treated as another", fix="give each resource an id of its own")
GROUP = must("7643-4.1.2-d", so=LOST, fix="return the id of the group as value")


@scenario("RFC-GRP-03", "A group and its members refer to each other", Moment.GROUPS, needs=["groups"])
@covers("7644-3.3.1-a 7643-4.2-b 7643-2.3.7-a 7643-2.3.7-b 7643-2.3.7-c 7643-3.1-c 7643-4.1.2-d")
def referring(world: World) -> Scenario:
    """A group with two members shows their ids, and addresses that lead to them; one that goes up with .. is advice.
    The users, if they show groups, show its id among them. No group has the id of a user."""
    checks = [KIND(typed_as(urns.GROUP)), MEMBER(refs.member_ids("one", "two")), URI(refs.are_uris())]
    checks += [BASE(refs.resolve_against_base()), FROM_BASE(refs.begins_at_base()), TARGET(refs.lead_to_value())]
    unknown = UNIQUE(not_served(key="status"))
    steps = [
        read("group", *checks, kind="Groups"),
        get("/Groups/{two}", unknown, key="no-group", why="Is there a group with the id of a user?"),
        read("two", GROUP(refs.in_group("group")), key="member"),
    ]
    both = [{"value": Var("one")}, {"value": Var("two")}]
    given = [create(world, world.person(), one) for one in ("one", "two")]
    return Scenario(steps, given=[known_types(), *given, create_group(world, members=both)], spares=())


CHANGED = must("7643-4.2-d", so="another user is in the group", fix="refuse to change a member; add and remove instead")
REFUSED = must("7643-7-p", so="clients treat the change as made", fix="return 400 with mutability")


@scenario("RFC-GRP-04", "A member cannot be changed into another", Moment.MEMBERS, needs=["groups"])
@covers("7643-4.2-d 7643-7-p")
def immutable(world: World) -> Scenario:
    """PATCH that replaces the value of a member by the id of another user is refused, where /Schemas says that it is
    immutable, and the members stay."""
    path = Fill('members[value eq "{one}"].value')
    changed = patch([{"op": "replace", "path": path, "value": Var("two")}], "group", kind="Groups")
    steps = [
        changed.expecting(REFUSED(_refused_if_immutable())).may_be_refused(),
        members("group", CHANGED(values("members", "{one}"))),
    ]
    given = [create(world, world.person(), one) for one in ("one", "two")]
    given += [create_group(world, members=[{"value": Var("one")}]), shows_members("group", values("members", "{one}"))]
    return Scenario(steps, given=[known_schemas(), *given], spares=())


def _refused_if_immutable() -> Obligation:
    def judge(view: View) -> str | None:
        fixed = declared.is_declared("members.value", "mutability", "immutable", urns.GROUP, view.bindings)
        return f"status {view.answer.status}" if fixed and view.answer.ok else None

    return says("refused", "a refusal, if /Schemas says that members.value is immutable", judge)


IGNORED = must("7644-3.3-a", so="a client that sends what it has read is refused", fix="ignore readOnly attributes")
GROUPS = must("7643-4.1.2-c", so="a client gives an account rights", fix="ignore groups of a user")
OBJECT = must("7643-4.3-a", so="clients do not find the manager", fix="return an object with value")
NAME = must("7643-4.3-b", so="clients show a wrong name", fix="return the displayName of the manager, or none")


@scenario("RFC-CRE-04", "What only the target sets is ignored", Moment.CREATE, needs=["groups"])
@covers("7644-3.3-a 7643-4.1.2-c")
def read_only(world: World) -> Scenario:
    """A creation with meta and groups, which are readOnly, is accepted, and the user who is read is in no group."""
    sent: dict[str, Any] = {"meta": {"resourceType": "User"}, "groups": [{"value": Var("group")}]}
    body = {**core_body(world, person := world.person()), **sent}
    made = post("User", body, person.user_name, "user").expecting(IGNORED(status(201)))
    given = [create(world, world.person(), "other"), create_group(world)]
    return Scenario([made, read("user", GROUPS(refs.no_group("group")))], given=given, spares=())


@scenario("RFC-USR-07", "A manager is an object with an id", Moment.CREATE)
@covers("7643-4.3-a 7643-4.3-b")
def manager(world: World) -> Scenario:
    """A user who is created with a manager shows an object with the id, and not the displayName that the client sent,
    which is readOnly. A target that refuses a manager is not judged."""
    name = f"{world.directory.tag} of the client"
    plain, one = _managed(world, {"value": Var("boss")}), _managed(world, {"value": Var("boss"), "displayName": name})
    given = [create(world, world.person(), "boss"), accepted(plain.but(key="plain"), "the target refuses a manager")]
    shown = read("plain", OBJECT(refs.has_manager()).vital(), key="shown").but(optional=True, settles=False)
    given.append(shown.but(lacking="the target does not show the manager"))
    checks = [OBJECT(refs.manager_object("boss")), NAME(refs.manager_name(name))]
    return Scenario([one.but(takes={"user": "id"}), read("user", *checks)], given=given, spares=())


def _managed(world: World, said: dict[str, Any]) -> Step:
    body = {**core_body(world, person := world.person()), ENTERPRISE: {"manager": said}}
    return post("User", {**body, "schemas": [urns.USER, ENTERPRISE]}, person.user_name, "plain")


REDIRECTED = must("7644-3.11-b", so="clients do not find their account", fix="return 308 with the URI in Location")
LOCATED = must("7644-3.11-c", so="clients keep an address that means another user later", fix="return the URI in Users")
PERMANENT = should("7644-3.11-b", so="clients ask again each time", fix="return 308")


@scenario("RFC-USR-06", "/Me leads to the account", Moment.TEST_CONNECTION)
@covers("7644-3.11-b 7644-3.11-c")
def me(world: World) -> Scenario:
    """If /Me redirects, it is to the permanent URI; if it returns the account, meta.location or Location is that URI.
    Any refusal is correct: /Me is optional. One GET; the redirect is not followed."""
    del world
    return Scenario([get("/Me", REDIRECTED(_redirects()), PERMANENT(_permanently()), LOCATED(_located()), key="me")])


def _redirects() -> Obligation:
    def judge(view: View) -> str | None:
        place = (view.answer.header("Location") or "").rstrip("/")
        redirects = 300 <= view.answer.status < 400
        return f"Location is {place or 'missing'}" if redirects and (not place or place.endswith("/Me")) else None

    return says("redirect", "a Location other than /Me, if /Me redirects", judge)


def _permanently() -> Obligation:
    def judge(view: View) -> str | None:
        met = not 300 <= view.answer.status < 400 or view.answer.status == 308
        return None if met else f"status {view.answer.status}"

    return says("permanent", "status 308, if /Me redirects", judge)


def _located() -> Obligation:
    def judge(view: View) -> str | None:
        if view.answer.status != 200:
            return None
        said = (view.answer.header("Location"), refs.location_of(view.body))
        met = any(place and not place.rstrip("/").endswith("/Me") for place in said)
        return None if met else "neither Location nor meta.location is the URI of the account"

    return says("location", "the permanent URI in Location or meta.location, if /Me returns the account", judge)
