"""Names of attributes, externalId and Unicode: what RFC 7643 and 7644 require, and many targets do otherwise.

Every check is advice: each of these rows is contested.
"""

import unicodedata

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.lists import found_if_served
from scim_conformance.rfc.obligations import refused_or, user_name, value
from scim_conformance.rfc.requests import (
    accepted,
    core_body,
    create_core,
    create_group,
    find,
    mark,
    name_of,
    post,
    read,
)
from scim_conformance.rfc.rows import should
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

ANY_CASE = should(
    "7643-2.1-b", so="a client that writes names in another way is refused", fix="ignore the letter case of names"
)


@scenario("RFC-RES-15", "Names of attributes are read in any letter case", Moment.CREATE)
@covers("7643-2.1-b")
def names(world: World) -> Scenario:
    """A creation whose attributes are written in capitals, such as USERNAME, is like any other: advice, since many
    frameworks compare the names of JSON exactly."""
    person = world.person()
    usual = core_body(world, person, externalId=mark(world))
    # An account that is created without a name is recognized by its externalId.
    body = {name if name in {"schemas", "externalId"} else name.upper(): one for name, one in usual.items()}
    made = post("User", body, person.user_name, "user").expecting(ANY_CASE(status(201)))
    return Scenario([made, read("user", ANY_CASE(user_name(name_of(world, person))))], spares=())


LINKED = should("7643-3.1-t", so="a client cannot recognize what it has created", fix="store externalId")


@scenario("RFC-RES-16", "externalId can be set on users and groups", Moment.GROUPS, needs=["groups"])
@covers("7643-3.1-t")
def external_ids(world: World) -> Scenario:
    """A user and a group are created with an externalId, and a read returns it: advice, since an attribute that is not
    required may be left out."""
    user, group, person = f"u-{mark(world)}", f"g-{mark(world)}", world.person()
    steps = [
        create_core(world, person, externalId=user).expecting(LINKED(status(201))).may_be_refused(),
        read("user", LINKED(value("externalId", user, exact=True)), key="read-user"),
        create_group(world, externalId=group).expecting(LINKED(status(201))).may_be_refused(),
        read("group", LINKED(value("externalId", group, exact=True)), key="read-group", kind="Groups"),
    ]
    return Scenario(steps, spares=())


ONE_NAME = should("7644-5-a", so="two accounts look the same", fix="compare userName in the form NFC")
ONE_TEXT = should("7644-7.8-a", so="an account is not found, and created again", fix="compare texts in the form NFC")


@scenario("RFC-USR-08", "A userName is the same in both Unicode forms", Moment.CREATE)
@covers("7644-5-a 7644-7.8-a")
def composed(world: World) -> Scenario:
    """A userName has one letter with an accent, as one code point (NFC). A filter with two code points for it (NFD)
    finds the user, and a second user with that name is refused with 409: advice. A target that refuses such names is
    not judged."""
    person, other = world.person(), world.person()
    name = f"zo\u00eb-{name_of(world, person)}"
    apart = unicodedata.normalize("NFD", name)
    made = post("User", core_body(world, person, userName=name), name, "user")
    twin = post("User", core_body(world, other, userName=apart), apart, "twin", key="twin")
    steps = [
        find(f'userName eq "{apart}"', ONE_TEXT(found_if_served("user")), more="&count=2"),
        twin.expecting(ONE_NAME(refused_or(409))).may_be_refused(),
    ]
    given = [unless_denied("filter"), accepted(made, "the target refuses a userName with an accent"), read(key="known")]
    return Scenario(steps, given=given, spares=())
