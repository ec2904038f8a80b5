"""PATCH: parts of complex values, elements, extensions and members (RFC 7644 sections 3.5.2.1 to 3.5.2.3)."""

from collections.abc import Sequence
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.conditions import has_only
from scim_conformance.rfc.obligations import no_value, value, values
from scim_conformance.rfc.refusals import unless_refused
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    create,
    create_group,
    mark,
    members,
    op,
    patch,
    read,
    shows_members,
    supports,
    supports_at,
)
from scim_conformance.rfc.rows import Binding, must, prerequisite, should
from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import is_resource
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns

BARE: dict[str, Any] = {"schemas": [urns.USER], ENTERPRISE: None}
"""A user without the extension."""

LOST = "the change is lost, or another value with it"
DONE = (200, 204)


def _patch(rule: Binding, operation: dict[str, Any], key: str, name: str = "user", kind: str = "Users") -> Step:
    """Send one operation that must succeed; what follows is judged all the same."""
    return patch([operation], name, key=key, kind=kind).expecting(rule(status(*DONE))).may_be_refused()


def _given(world: World, known: Sequence[Step], **body: Any) -> list[Step]:
    return [unless_denied("patch"), create(world, world.person(), **body), *known]


PART_GONE = must("7644-3.5.2.2-f", so=LOST, fix="remove only the sub-attribute that the path names")
PART_ADDED = must("7644-3.5.2.1-c", so=LOST, fix="add the attribute where it has no value")


@scenario("RFC-PAT-38", "A part of the name is removed and added", Moment.UPDATE)
@covers("7644-3.5.2.2-f 7644-3.5.2.1-c")
def name_part(world: World) -> Scenario:
    """The middle name is removed, and the family name stays. Then the middle name is added."""
    name = {"givenName": "Ada", "middleName": "Augusta", "familyName": f"Byron-{world.directory.tag}"}
    rest = value("name.familyName", name["familyName"])
    steps = [
        _patch(PART_GONE, op("remove", "name.middleName"), "remove"),
        read("user", PART_GONE(no_value("name.middleName")), PART_GONE(rest), key="removed"),
        _patch(PART_ADDED, op("add", "name.middleName", "Ada"), "add"),
        read("user", PART_ADDED(value("name.middleName", "Ada")), PART_ADDED(rest)),
    ]
    known = supports(name__familyName=name["familyName"], name__middleName="Augusta")
    return Scenario(steps, given=_given(world, [known], name=name), spares=())


INSIDE = must("7644-3.5.2.1-j", so=LOST, fix="set the sub-attribute of the element that the filter selects")
EVERY = must("7644-3.5.2.3-f", so=LOST, fix="change every element that the filter selects")


@scenario("RFC-PAT-39", "A filter in a path selects addresses", Moment.UPDATE)
@covers("7644-3.5.2.1-j")
def address_part(world: World) -> Scenario:
    """`add` with a filter sets the locality of the work address. Its region and the home address stay."""
    work = {"type": "work", "locality": "Oslo", "region": "East"}
    addresses = [work, {"type": "home", "locality": "Bergen", "region": "West"}]
    checks = [value('addresses[type eq "work"].locality', "Moss", key="changed")]
    checks.append(value('addresses[type eq "work"].region', "East", key="kept"))
    checks.append(value('addresses[type eq "home"].locality', "Bergen", key="other"))
    steps = [
        _patch(INSIDE, op("add", 'addresses[type eq "work"].locality', "Moss"), "add"),
        read("user", *map(INSIDE, checks)),
    ]
    known = [
        supports_at(f'addresses[type eq "{one["type"]}"].region', one["region"], key=one["type"]) for one in addresses
    ]
    return Scenario(steps, given=_given(world, known, addresses=addresses), spares=())


@scenario("RFC-PAT-40", "A filter in a path selects two addresses", Moment.UPDATE)
@covers("7644-3.5.2.3-f")
def both_addresses(world: World) -> Scenario:
    """Two work addresses have the same region. `replace` with a filter changes it in both. A target that keeps one
    address of a type is not judged."""
    addresses = [{"type": "work", "locality": one, "region": "East"} for one in ("Oslo", "Moss")]
    paths = [f'addresses[locality eq "{one["locality"]}"].region' for one in addresses]
    checks = [EVERY(value(path, "South", key=f"region-{place}")) for place, path in enumerate(paths, 1)]
    steps = [_patch(EVERY, op("replace", 'addresses[type eq "work"].region', "South"), "replace")]
    steps.append(read("user", *checks))
    known = [supports_at(path, "East", key=f"known-{place}") for place, path in enumerate(paths, 1)]
    lacking = "the target keeps one address of a type"
    told = prerequisite(status(201), rfc7644("3.3"), lacking)
    made = create(world, world.person(), addresses=addresses).expecting(told)
    made = made.but(optional=True, also_ok=(400,), lacking=lacking)
    return Scenario(steps, given=[unless_denied("patch"), made, *known], spares=())


ONE_PRIMARY = must("7644-3.5.2-o", so="clients write to the wrong address", fix="set primary of the others to false")
PER_ELEMENT = must("7644-3.5.2.2-k", so="another address is lost", fix="test both conditions on one value")


@scenario("RFC-PAT-41", "One address is primary, and a filter is about one", Moment.UPDATE)
@covers("7644-3.5.2-o 7644-3.5.2.2-k")
def emails(world: World) -> Scenario:
    """A removal whose filter has the type of one address and the value of the other removes nothing. Then the home
    address becomes primary, and the work address is not primary any more. A target that refuses this change is not
    judged by it."""
    start, domain = mark(world), world.profile.people.domain
    work, home = f"{start}-w@{domain}", f"{start}-h@{domain}"
    both = [{"type": "work", "value": work, "primary": True}, {"type": "home", "value": home}]
    path = f'emails[type eq "work" and value eq "{home}"]'
    steps = [
        patch([op("remove", path)], key="mixed").may_be_refused(),
        read("user", PER_ELEMENT(values("emails", work, home)), key="kept"),
        patch([op("replace", 'emails[type eq "home"].primary', value=True)], key="primary").may_be_refused(),
        read("user", ONE_PRIMARY(unless_refused("primary", shape.only_primary("emails", "home")))),
    ]
    known = [
        supports_at('emails[type eq "work"].primary', value=True),
        supports_at('emails[type eq "home"].value', home, key="home"),
    ]
    known.append(has_only("emails", work, home))
    return Scenario(steps, given=_given(world, known, emails=both), spares=())


ALL_GONE = must("7644-3.5.2.2-c", so="a value cannot be removed", fix="remove every value of the attribute")


@scenario("RFC-PAT-42", "A removal takes all values", Moment.UPDATE)
@covers("7644-3.5.2.2-c")
def all_values(world: World) -> Scenario:
    """After `remove` of phoneNumbers, the user has no telephone number."""
    phones = [{"type": kind, "value": f"+1 555 010 01{end}"} for kind, end in (("work", "10"), ("mobile", "11"))]
    steps = [_patch(ALL_GONE, op("remove", "phoneNumbers"), "remove"), read("user", ALL_GONE(no_value("phoneNumbers")))]
    known = [supports_at('phoneNumbers[type eq "work"].type', "work")]
    return Scenario(steps, given=_given(world, known, phoneNumbers=phones), spares=())


ANNOUNCED = must("7644-3.5.2-l", so="clients do not find the attribute", fix="add the URN of the extension to schemas")
MERGED = must("7644-3.5.2.3-j", so=LOST, fix="set the attributes of the extension that are given")


@scenario("RFC-PAT-43", "An extension is added, and changed in part", Moment.UPDATE)
@covers("7644-3.5.2-l 7644-3.5.2.3-j")
def extension(world: World) -> Scenario:
    """A user without the extension gets a department: schemas names the extension. An object without a path changes
    the department of another user, whose cost center stays."""
    of_both = {"department": "Sales", "costCenter": f"C{mark(world)[-6:]}"}
    full: dict[str, Any] = {ENTERPRISE: of_both, "schemas": [urns.USER, ENTERPRISE]}
    department, cost = f"{ENTERPRISE}:department", f"{ENTERPRISE}:costCenter"
    merged = [value(department, "Legal", key="department"), value(cost, of_both["costCenter"], key="cost-center")]
    steps = [
        _patch(ANNOUNCED, op("add", department, "Sales"), "add", "bare"),
        read("bare", ANNOUNCED(shape.names_schema(ENTERPRISE)), key="added"),
        _patch(MERGED, op("replace", None, {ENTERPRISE: {"department": "Legal"}}), "replace"),
        read("user", *map(MERGED, merged)),
    ]
    known = [supports_at(department, "Sales"), supports_at(cost, of_both["costCenter"], key="cost")]
    bare = create(world, world.person(), "bare", **BARE)
    return Scenario(steps, given=[*_given(world, known, **full), bare], spares=())


MANAGER = must("7644-3.5.2.3-l", so="a user has no manager, or the former one", fix="support manager as an object")


@scenario("RFC-PAT-44", "A manager is set, changed and removed", Moment.UPDATE)
@covers("7644-3.5.2.3-l")
def manager(world: World) -> Scenario:
    """A manager is added as an object with value, changed by its sub-attribute, and removed."""
    path = f"{ENTERPRISE}:manager"
    steps = [
        _patch(MANAGER, {"op": "add", "path": path, "value": {"value": Var("first")}}, "add"),
        read("user", MANAGER(shape.refers(f"{path}.value", "first")), key="added"),
        _patch(MANAGER, {"op": "replace", "path": f"{path}.value", "value": Var("second")}, "replace"),
        read("user", MANAGER(shape.refers(f"{path}.value", "second")), key="replaced"),
        _patch(MANAGER, op("remove", path), "remove"),
        read("user", MANAGER(no_value(f"{path}.value"))),
    ]
    people = [create(world, world.person(), name) for name in ("first", "second")]
    body: dict[str, Any] = {ENTERPRISE: {"manager": {"value": Var("first")}}, "schemas": [urns.USER, ENTERPRISE]}
    led = [create(world, world.person(), "led", **body), _stores_manager(path)]
    user = create(world, world.person(), **BARE)
    return Scenario(steps, given=[unless_denied("patch"), *people, *led, user], spares=())


def _stores_manager(path: str) -> Step:
    """See that the target stores a manager."""
    told = prerequisite(shape.refers(f"{path}.value", "first"), rfc7643("4.3"), "the target does not store managers")
    return read("led", told, key="led").but(optional=True, settles=False)


ABSENT = should("7644-3.5.2.2-h", so="a repeated removal fails", fix="return success, and change nothing")
OTHERS = must("7644-3.5.2.2-i", so="other members lose access, or an account is deleted", fix="remove only the member")
LAST = must("7644-3.5.2.2-e", so="a group cannot be emptied", fix="keep the group without members")
EMPTIED = must("7644-3.5.2.3-m", so="a removed member keeps access", fix="treat [] as no members")


@scenario("RFC-PAT-45", "Members leave a group one after another", Moment.MEMBERS, needs=["groups"])
@covers("7644-3.5.2.2-h 7644-3.5.2.2-i 7644-3.5.2.2-e 7644-3.5.2.3-m")
def leaving(world: World) -> Scenario:
    """A user who is no member is removed: advice. One of two members is removed, and the other one and the account
    stay. The last one is removed, and the group stays. Another group is emptied by `replace` with []."""
    steps = [
        _leave(ABSENT, "three"),
        _has(OTHERS, "one", "two", key="same"),
        _leave(OTHERS, "one"),
        _has(OTHERS, "two", key="left"),
        read("one", OTHERS(status(200)), OTHERS(is_resource("one")), key="account"),
        _leave(LAST, "two"),
        _has(LAST, key="empty"),
        _patch(EMPTIED, op("replace", "members", []), "replace", "full", "Groups"),
        members("full", EMPTIED(status(200)), EMPTIED(values("members"))),
    ]
    people = [create(world, world.person(), name) for name in ("one", "two", "three")]
    both = [{"value": Var("one")}, {"value": Var("two")}]
    groups = [create_group(world, members=both), create_group(world, "full", members=both)]
    known = shows_members("group", values("members", "{one}", "{two}"))
    return Scenario(steps, given=[unless_denied("patch"), *people, *groups, known])


def _leave(rule: Binding, name: str) -> Step:
    operation = {"op": "remove", "path": Fill(f'members[value eq "{{{name}}}"]')}
    return _patch(rule, operation, f"leave-{name}", "group", "Groups")


def _has(rule: Binding, *names: str, key: str) -> Step:
    return members("group", rule(status(200)), rule(values("members", *(f"{{{one}}}" for one in names))), key=key)
