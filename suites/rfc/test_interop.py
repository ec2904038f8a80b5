"""The interop profile, for a target that claims it: only then do these scenarios apply. What the profile asks for and
Entra cannot work with is a contradiction that `conformance` names."""

from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import CONFIGURATION_PATH, unless_denied
from scim_conformance.rfc.interop import canonical_types, if_claimed, named_ids, no_basic, serves_pages
from scim_conformance.rfc.lists import none_found
from scim_conformance.rfc.obligations import as_before, error, no_value, refused_or, value
from scim_conformance.rfc.requests import (
    by_name,
    create,
    find,
    get,
    mark,
    op,
    patch,
    post,
    read,
    read_before,
    supports,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

CLAIMED = "clients rely on the profile that the target claims"
IDS = must("INT-5.1-d", so=CLAIMED, fix="return the name of a resource type as its id")
TYPES = must("INT-5.4-a", so=CLAIMED, fix="declare canonicalValues of each type in /Schemas")
PAGES = must("INT-6.4-c", so=CLAIMED, fix="serve pages of 100 resources")
BASIC = should("INT-7.2-a", so="passwords are sent with each request", fix="do not offer HTTP Basic")


@scenario("RFC-INT-01", "A target that claims the interop profile describes itself", Moment.TEST_CONNECTION)
@covers("INT-5.1-d INT-5.4-a INT-6.4-c INT-7.2-a")
def described(_: World) -> Scenario:
    """Each resource type has its name as id, each `type` declares its values, and a page may have 100 resources. That
    HTTP Basic is not offered is advice. Without the claim, this does not apply."""
    steps = [
        get("/ResourceTypes", IDS(status(200)), IDS(named_ids()), key="types"),
        get("/Schemas", TYPES(status(200)), TYPES(canonical_types()), key="schemas"),
        get(CONFIGURATION_PATH, PAGES(serves_pages()), BASIC(no_basic()), key="configuration"),
    ]
    return Scenario(steps, given=[if_claimed()])


UNKNOWN = must("INT-5.3-a", so=CLAIMED, fix="refuse what /Schemas does not describe with 400 invalidSyntax")
FILTER = must("INT-6.3-b", so=CLAIMED, fix="return 400 invalidFilter for an attribute that is not described")


@scenario("RFC-INT-02", "A target that claims the interop profile refuses what is unknown", Moment.CREATE)
@covers("INT-5.3-a INT-6.3-b")
def unknown(world: World) -> Scenario:
    """An attribute that no schema has is refused in a creation and in a PATCH with 400 invalidSyntax, and in a filter
    with 400 invalidFilter. Nothing is created or changed. Without the claim, this does not apply."""
    person, wrong = world.person(), (UNKNOWN(refused_or(400)), UNKNOWN(error("invalidSyntax")))
    made = post("User", user_body(world, person, sctUnknown="x"), person.user_name, "made").may_be_refused()
    changed = patch([op("add", "title", "Boss"), op("add", "sctUnknown", "x")]).may_be_refused()
    steps = [
        made.expecting(*wrong),
        find(by_name(world, person), UNKNOWN(none_found()), key="none", more="&count=2"),
        changed.expecting(*wrong),
        read("user", UNKNOWN(as_before("before"))),
        find('sctUnknown eq "x"', FILTER(refused_or(400)), FILTER(error("invalidFilter")), more="&count=2"),
    ]
    given = [if_claimed(), create(world, world.person()), read_before()]
    return Scenario(steps, given=given, spares=())


WHOLE = must("INT-6.5.2.1-b", so=CLAIMED, fix="replace the whole complex attribute")
MERGED = must("INT-6.5.2.1-c", so=CLAIMED, fix="keep the sub-attributes that are not given")


@scenario("RFC-INT-03", "A target that claims the interop profile adds and replaces names", Moment.UPDATE)
@covers("INT-6.5.2.1-b INT-6.5.2.1-c")
def names(world: World) -> Scenario:
    """`add` of name with a middle name keeps the family name. `replace` of name without a family name removes it, which
    is the opposite of RFC 7644 section 3.5.2.3. Without the claim, this does not apply."""
    name = {"givenName": "Ada", "familyName": f"Byron-{world.directory.tag}"}
    new: dict[str, Any] = {"givenName": "Ada", "middleName": f"{mark(world)}"}
    steps = [
        patch([op("add", "name", {"middleName": "Augusta"})], key="add").expecting(MERGED(status(200, 204))),
        read("user", MERGED(value("name.familyName", name["familyName"])), key="added"),
        patch([op("replace", "name", new)], key="replace").expecting(WHOLE(status(200, 204))),
        read("user", WHOLE(no_value("name.familyName"))),
    ]
    known = supports(name__familyName=name["familyName"])
    given = [if_claimed(), unless_denied("patch"), create(world, world.person(), name=name), known]
    return Scenario([steps[0].may_be_refused(), *steps[1:]], given=given, spares=())
