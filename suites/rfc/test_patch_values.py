"""PATCH: what add, remove and replace do to values (RFC 7644 sections 3.5.2.1 to 3.5.2.3)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import patchable, unless_denied
from scim_conformance.rfc.conditions import has_only
from scim_conformance.rfc.obligations import (
    as_before,
    error,
    has,
    no_crash,
    no_value,
    not_served,
    value,
    values,
)
from scim_conformance.rfc.refusals import unless_refused
from scim_conformance.rfc.requests import (
    create,
    create_group,
    mark,
    members,
    op,
    patch,
    read,
    read_before,
    shows_members,
    supports,
    supports_at,
)
from scim_conformance.rfc.rows import Binding, must, should
from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scenario.checks import Obligation
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step

LOST = "the change is lost, or another value with it"
Ops = list[dict[str, Any]]


def _changed(world: World, rule: Binding, operations: Ops, *after: Obligation, **before: Any) -> Scenario:
    """Create a user with the attributes `before`, send the operations, and read what they did."""
    return Scenario(_change(rule, operations, after), given=patchable(world, **before), spares=())


def _change(rule: Binding, operations: Ops, after: Iterable[Obligation]) -> list[Step]:
    return [patch(operations).expecting(rule(status(200, 204))), read("user", *map(rule, after))]


MERGED = must("7644-3.5.2.1-b", so=LOST, fix="merge the object into the resource")


@scenario("RFC-PAT-20", "add without a path merges an object", Moment.UPDATE)
@covers("7644-3.5.2.1-b")
def add_without_path(world: World) -> Scenario:
    """The attributes of the object are set, and the others are kept."""
    sent = {"title": "Boss", "nickName": "Jo"}
    after = [value("title", "Boss"), value("nickName", "Jo"), has("userName", key="kept")]
    return _changed(world, MERGED, [op("add", None, sent)], *after, title="Clerk", nickName="Joe")


APPENDED = must("7644-3.5.2.1-d", so=LOST, fix="append to a multi-valued attribute")


def _emails(world: World, *kinds: str) -> list[dict[str, str]]:
    """Return an e-mail address of each kind that no other resource has."""
    start, domain = f"{world.directory.tag}-{mark(world)[-6:]}", world.profile.people.domain
    return [{"type": kind, "value": f"{start}-{kind}@{domain}"} for kind in kinds]


@scenario("RFC-PAT-21", "add appends to a multi-valued attribute", Moment.UPDATE)
@covers("7644-3.5.2.1-d")
def append(world: World) -> Scenario:
    """A second e-mail address is added, and the first one is kept."""
    work, home = _emails(world, "work", "home")
    after = values("emails", work["value"], home["value"])
    made = _with_emails(world, APPENDED, [op("add", "emails", [home])], [work], after)
    # A target may keep one address alone (RFC 7644 section 3.3): another user shows whether it keeps two.
    two = _emails(world, "work", "home")
    both = [create(world, world.person(), "other", emails=two)]
    both += [
        supports_at(f'emails[type eq "{one["type"]}"].value', one["value"], "other", key=f"two-{one['type']}")
        for one in two
    ]
    return Scenario(made.steps, given=[*both, *made.given], spares=())


def _with_emails(
    world: World, rule: Binding, operations: Ops, emails: list[dict[str, str]], *after: Obligation
) -> Scenario:
    """Create a user with these addresses, send the operations, and read what they did."""
    known = [supports_at(f'emails[type eq "{one["type"]}"].value', one["value"], key=one["type"]) for one in emails]
    known.append(has_only("emails", *(one["value"] for one in emails)))
    made = create(world, world.person(), emails=emails)
    return Scenario(_change(rule, operations, after), given=[unless_denied("patch"), made, *known], spares=())


SET = must("7644-3.5.2.1-e", so=LOST, fix="replace the value of a single-valued attribute")


@scenario("RFC-PAT-22", "add replaces a single value", Moment.UPDATE)
@covers("7644-3.5.2.1-e")
def add_single(world: World) -> Scenario:
    """`add` on title, which has a value already, sets the new one."""
    return _changed(world, SET, [op("add", "title", "Boss")], value("title", "Boss"), title="Clerk")


JOINED = must("7644-3.5.2.1-i", so="a member is missing", fix="add each member that is named, and keep the others")


@scenario("RFC-PAT-23", "Members are added one and several at a time", Moment.MEMBERS, needs=["groups"])
@covers("7644-3.5.2.1-i")
def add_members(world: World) -> Scenario:
    """To a group with one member, one is added, then two more: the group has all four."""
    first, more = [{"value": Var("two")}], [{"value": Var("three")}, {"value": Var("four")}]
    steps = [
        patch([op("add", "members", first)], "group", key="one", kind="Groups").expecting(JOINED(status(200, 204))),
        patch([op("add", "members", more)], "group", key="more", kind="Groups").expecting(JOINED(status(200, 204))),
        _members("group", JOINED, "{one}", "{two}", "{three}", "{four}"),
    ]
    return Scenario(steps, given=[*_people(world, "one", "two", "three", "four"), *_group(world, "one")])


def _people(world: World, *names: str) -> list[Step]:
    return [unless_denied("patch"), *(create(world, world.person(), name) for name in names)]


def _members(name: str, rule: Binding, *wanted: str) -> Step:
    return members(name, rule(values("members", *wanted)))


def _group(world: World, *names: str) -> list[Step]:
    """Prepare a group with these members, and see that the target shows them."""
    full = create_group(world, members=[{"value": Var(name)} for name in names])
    return [full, shows_members("group", values("members", *(f"{{{name}}}" for name in names)))]


REMOVED = must("7644-3.5.2.2-d", so="other members lose access", fix="remove only what the filter matches")


@scenario("RFC-PAT-24", "remove with a filter removes one member", Moment.MEMBERS, needs=["groups"])
@covers("7644-3.5.2.2-d")
def remove_member(world: World) -> Scenario:
    """Of two members, the one whom the filter names is removed, and the other one stays."""
    remove = {"op": "remove", "path": Fill('members[value eq "{one}"]')}
    steps = [
        patch([remove], "group", kind="Groups").expecting(REMOVED(status(200, 204))),
        _members("group", REMOVED, "{two}"),
    ]
    return Scenario(steps, given=[*_people(world, "one", "two"), *_group(world, "one", "two")])


REPLACED = must("7644-3.5.2.3-b", so=LOST, fix="set the value that the path names")


@scenario("RFC-PAT-25", "replace sets a single value", Moment.UPDATE, plainest=True)
@covers("7644-3.5.2.3-b")
def replace_single(world: World) -> Scenario:
    """`replace` on title sets the new value."""
    return _changed(world, REPLACED, [op("replace", "title", "Boss")], value("title", "Boss"), title="Clerk")


MISSING = must("7644-3.5.2.3-c", so="a first value cannot be set", fix="treat replace of a missing value as add")


EMPTIED = should("7643-2.5-b", so="a value cannot be removed", fix="treat null as no value, or refuse it with 400")


@scenario("RFC-PAT-26", "replace of a missing attribute adds it, and null removes it", Moment.UPDATE)
@covers("7644-3.5.2.3-c 7643-2.5-b")
def replace_missing(world: World) -> Scenario:
    """A user without a title gets one by `replace`. That the target stores titles is seen first, with another user.
    `replace` with null removes the title, or is refused: advice."""
    person = world.person()
    steps = [
        patch([op("replace", "title", "Boss")], "bare").expecting(MISSING(status(200, 204))),
        read("bare", MISSING(value("title", "Boss"))),
        patch([{"op": "replace", "path": "title", "value": None}], "bare", key="null")
        .expecting(EMPTIED(no_crash()))
        .may_be_refused(),
        read("bare", EMPTIED(unless_refused("null", no_value("title"))), key="read-null"),
    ]
    titled = [create(world, world.person(), title="Clerk"), supports(title="Clerk")]
    return Scenario(
        steps, given=[unless_denied("patch"), *titled, create(world, person, "bare", title=None)], spares=()
    )


NEW_LIST = must("7644-3.5.2.3-d", so="a removed member keeps access", fix="put the new list in place of the old one")


@scenario("RFC-PAT-27", "replace sets a whole list", Moment.MEMBERS, needs=["groups"])
@covers("7644-3.5.2.3-d")
def replace_list(world: World) -> Scenario:
    """`replace` of members with one user: the two who were in the group are not in it any more."""
    new = [{"value": Var("three")}]
    steps = [
        patch([op("replace", "members", new)], "group", kind="Groups").expecting(NEW_LIST(status(200, 204))),
        _members("group", NEW_LIST, "{three}"),
    ]
    return Scenario(steps, given=[*_people(world, "one", "two", "three"), *_group(world, "one", "two")])


PART = must("7644-3.5.2.3-e", so="the family name is lost", fix="change the given sub-attributes, and keep the others")


@scenario("RFC-PAT-28", "replace of a complex attribute keeps its other parts", Moment.UPDATE)
@covers("7644-3.5.2.3-e")
def replace_part(world: World) -> Scenario:
    """`replace` of name with a given name alone changes this part, and keeps the family name."""
    name = {"givenName": "Ada", "familyName": f"Byron-{world.directory.tag}"}
    after = [value("name.givenName", "Augusta"), value("name.familyName", name["familyName"])]
    made = _changed(world, PART, [op("replace", "name", {"givenName": "Augusta"})], *after, name=name)
    known = supports(name__familyName=name["familyName"])
    return Scenario(made.steps, given=[*made.given, known], spares=())


ELEMENT = must("7644-3.5.2.3-g", so="another address is changed", fix="change only the sub-attribute of that element")


FOUND_NONE = should("7644-3.5.2.3-o", so="clients believe that it was changed", fix="return 400 with noTarget")


@scenario("RFC-PAT-29", "replace with a filter changes one element", Moment.UPDATE)
@covers("7644-3.5.2.3-g 7644-3.5.2.3-o")
def replace_element(world: World) -> Scenario:
    """The value of the work address changes; its type stays, and the home address is as before. If there is no address
    of the type, the target refuses the change with noTarget, or makes one, as Entra needs it: advice."""
    work, home = _emails(world, "work", "home")
    new = f"{world.directory.tag}-new-{mark(world)[-6:]}@{world.profile.people.domain}"
    change = [op("replace", 'emails[type eq "work"].value', new)]
    after = [value('emails[type eq "work"].value', new, key="changed"), values("emails", new, home["value"])]
    made = _with_emails(world, ELEMENT, change, [work, home], *after)
    (other,) = _emails(world, "other")
    absent = patch([op("replace", 'emails[type eq "other"].value', other["value"])], key="absent")
    element = unless_refused("absent", value('emails[type eq "other"].value', other["value"], key="made"))
    steps = [
        absent.expecting(FOUND_NONE(no_crash()), FOUND_NONE(error("noTarget"))).may_be_refused(),
        read("user", FOUND_NONE(element), key="read-absent"),
    ]
    return replace(made, steps=[*made.steps, *steps])


NO_MATCH = must("7644-3.5.2.3-h", so="clients believe that it was changed", fix="return 400 with scimType noTarget")
NAMED = should("7644-3.5.2.3-h", so="clients cannot tell what is wrong", fix="add scimType noTarget")


@scenario("RFC-PAT-30", "replace with a filter that matches nothing is refused", Moment.UPDATE)
@covers("7644-3.5.2.3-h")
def replace_nothing(world: World) -> Scenario:
    """The filter is one from which no element could be made: the beginning of an address. The target refuses it, and
    changes nothing."""
    path = f'emails[value sw "{world.directory.tag}-none"].type'
    sent = patch([op("replace", path, "home")]).expecting(
        NO_MATCH(not_served()), NAMED(error("noTarget", "invalidPath", "invalidFilter"))
    )
    after = read("user", NO_MATCH(as_before("before")))
    emails = _emails(world, "work")
    known = supports_at('emails[type eq "work"].value', emails[0]["value"])
    before = read_before()
    given = [unless_denied("patch"), create(world, world.person(), emails=emails), known, before]
    return Scenario([sent.may_be_refused(), after], given=given, spares=())


ALL_SET = must("7644-3.5.2.3-a", so=LOST, fix="set each attribute of the object, and keep the others")


@scenario("RFC-PAT-31", "replace without a path sets the given attributes", Moment.UPDATE)
@covers("7644-3.5.2.3-a")
def replace_without_path(world: World) -> Scenario:
    """The attributes of the object are set, and the others are kept."""
    sent = [op("replace", None, {"title": "Boss"})]
    return _changed(world, ALL_SET, sent, value("title", "Boss"), value("nickName", "Jo"), title="Clerk", nickName="Jo")
