"""Users and groups: what RFC 7643 section 4 fixes about them."""

from dataclasses import replace

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import ANY_ERROR, unless_denied
from scim_conformance.rfc.obligations import error, found, not_served, refused_or, user_name, value, values
from scim_conformance.rfc.requests import (
    NO_PASSWORDS,
    accepted,
    by_name,
    create,
    create_group,
    find,
    find_if_served,
    mark,
    members,
    name_of,
    op,
    patch,
    post,
    read,
    shows_members,
    supports,
    user_body,
)
from scim_conformance.rfc.rows import must, prerequisite, should
from scim_conformance.rfc.secrecy import hides
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scim import urns
from scim_conformance.scim.paths import member

NAMELESS = "there is an account without a name: clients cannot find or match it"
NAMED = must("7643-4.1.1-a", so=NAMELESS, fix="return 400 if userName is missing, null or empty")
TYPE = should("7643-4.1.1-a", so="clients cannot tell what is wrong", fix="add scimType invalidValue")


@scenario("RFC-USR-01", "A user cannot be without userName", Moment.CREATE)
@covers("7643-4.1.1-a")
def nameless(world: World) -> Scenario:
    """userName is required: a creation without it, or with null, is refused, or the target makes one. A change to an
    empty text is refused. The same body with a userName is accepted first."""
    steps = []
    for key, name in (("missing", {}), ("null", {"userName": None})):
        # Its displayName has the tag, so that an account that is created all the same is recognized as ours.
        body = {**user_body(world, person := world.person(), userName=None), "externalId": mark(world), **name}
        made = post("User", body, person.user_name, f"made_{key}", key=key).may_be_refused()
        steps.append(made.expecting(NAMED(_refused_or_named()), TYPE(error("invalidValue", "invalidSyntax"))))
    person = world.person()
    emptied = patch([op("replace", "userName", "")], key="empty").may_be_refused()
    steps += [
        emptied.expecting(NAMED(not_served())),
        read("user", NAMED(user_name(name_of(world, person)))),
    ]
    return Scenario(steps, given=[create(world, person), supports(userName=name_of(world, person))], spares=())


def _refused_or_named() -> Obligation:
    """Check that a creation without userName is refused with 400, or that the target has made a userName."""
    refused = refused_or(400)

    def judge(view: View) -> str | None:
        made = view.answer.ok and bool(member(view.answer.json, "userName"))
        return None if made else refused.judge(view)

    return replace(refused, expected=f"{refused.expected}, or a userName that the target has made", judge=judge)


UNIQUE = must(
    "7643-4.1.1-b", so="two accounts have the same name", fix="compare userName without regard to letter case"
)


@scenario("RFC-USR-02", "userName is unique in any letter case", Moment.CREATE)
@covers("7643-4.1.1-b")
def unique(world: World) -> Scenario:
    """A second user whose userName differs only in letter case is refused with 409 and scimType uniqueness."""
    first = world.person()
    body = user_body(world, world.person(), userName=name_of(world, first).upper())
    twin = post("User", body, first.user_name.upper(), "twin").may_be_refused()
    steps = [twin.expecting(UNIQUE(refused_or(409)), UNIQUE(error("uniqueness")))]
    return Scenario(steps, given=[create(world, first)], spares=())


FOLDED = must(
    "7643-4.1.1-c",
    so="the account is not found, and created again",
    fix="compare userName without regard to letter case",
)


@scenario("RFC-USR-03", "userName is found in any letter case", Moment.MATCH)
@covers("7643-4.1.1-c")
def folded(world: World) -> Scenario:
    """A filter on userName finds the user whatever the letter case of the value."""
    person = world.person()
    step = find(f'userName eq "{name_of(world, person).upper()}"', FOLDED(status(200)), FOLDED(found("user")))
    given = [unless_denied("filter"), create(world, person), find(by_name(world, person), key="plain")]
    return Scenario([step], given=given)


SECRET = must("7643-4.1.1-d", so="a client that reads accounts has their passwords", fix="never return password")


@scenario("RFC-USR-04", "A password is never returned", Moment.CREATE)
@covers("7643-4.1.1-d")
def password(world: World) -> Scenario:
    """No response contains the password, in clear or as a hash, under any name: not the creation, not a read, not a
    read that asks for it, and no list. A target without passwords ignores it, or refuses it and is not judged."""
    person, secret = world.person(), f"Pw-{mark(world)}-9z"
    hidden = SECRET(hides(secret))
    made = create(world, person, password=secret).expecting(hidden)
    steps = [
        made,
        read("user", hidden),
        read("user", hidden, key="asked", query="attributes=password"),
        find(by_name(world, person), hidden, key="list"),
    ]
    plain = create(world, world.person(), "plain", password=f"Pw-{mark(world)}-9z")
    return Scenario(steps, given=[accepted(plain, NO_PASSWORDS)], spares=())


THERE = must("7643-4.1.1-e", so="a disabled account cannot be found, and is created again", fix="return it as inactive")


@scenario("RFC-USR-05", "An inactive user is still there", Moment.DISABLE)
@covers("7643-4.1.1-e")
def inactive(world: World) -> Scenario:
    """A user whose active is false is read by the id, and found by a filter. Only a deletion removes a user."""
    person = world.person()
    steps = [
        read("user", THERE(status(200)), THERE(value("active", wanted=False))),
        find_if_served(by_name(world, person), THERE(found("user"))),
    ]
    given = [unless_denied("patch"), create(world, person), supports(active=True)]
    given.append(patch([op("replace", "active", value=False)]))
    return Scenario(steps, given=given, spares=())


GROUP_NAMED = must("7643-4.2-a", so="there is a group without a name", fix="return 400 if displayName is missing")


@scenario("RFC-GRP-01", "A group cannot be without displayName", Moment.GROUPS, needs=["groups"])
@covers("7643-4.2-a")
def nameless_group(world: World) -> Scenario:
    """displayName of a group is required (RFC 7643 erratum 5368). A group with it is created first."""
    body = {"schemas": [urns.GROUP], "externalId": mark(world)}
    made = post("Group", body, world.team().display_name, "made").may_be_refused()
    return Scenario([made.expecting(GROUP_NAMED(refused_or(400)))], given=[create_group(world)], spares=())


MADE = must("7644-3.3-o", so="groups cannot be provisioned", fix="accept a group with and without members")


@scenario("RFC-GRP-02", "A group is created with and without members", Moment.GROUPS, needs=["groups"])
@covers("7644-3.3-o")
def with_members(world: World) -> Scenario:
    """A group without members is accepted, and one with two members has exactly these."""
    both, join = [{"value": Var("one")}, {"value": Var("two")}], [op("add", "members", [{"value": Var("one")}])]
    steps = [
        create_group(world, "empty").expecting(MADE(status(201))),
        create_group(world, "full", members=both).expecting(MADE(status(201))),
        members("full", MADE(values("members", "{one}", "{two}"))),
    ]
    given = [unless_denied("patch"), *(create(world, world.person(), one) for one in ("one", "two"))]
    # A group that is filled by PATCH shows whether the target returns members at all.
    lacking = "the target does not let a client set the members of a group"
    joined = patch(join, "other", kind="Groups").expecting(prerequisite(status(200, 204), rfc7643("4.2"), lacking))
    seen = [create_group(world, "other"), joined.but(optional=True, also_ok=ANY_ERROR, lacking=lacking)]
    return Scenario(steps, given=[*given, *seen, shows_members("other", values("members", "{one}"))])
