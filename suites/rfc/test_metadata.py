"""What a resource says about itself: schemas, id and meta (RFC 7643 sections 3 and 3.1)."""

import json
from dataclasses import replace
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc import metadata
from scim_conformance.rfc.advertised import unless_denied
from scim_conformance.rfc.bodies import resource
from scim_conformance.rfc.conditions import if_shown, known_types
from scim_conformance.rfc.obligations import empty_or_refused, no_value, says
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    accepted,
    by_name,
    core_body,
    create,
    find,
    mark,
    op,
    patch,
    post,
    read,
    read_before,
    supports_at,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Raw
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member, parse
from scim_conformance.scim.paths import read as at
from scim_conformance.scim.values import same_text

CONFUSED = "clients do not know what the resource is"
KNOWN = must("7643-3-b", so=CONFUSED, fix="list only the schema and the extensions of the resource type")
ONCE = must("7643-3-c", so=CONFUSED, fix="list each URN once")
RESERVED = must("7643-3.1-f", so="a bulk request treats it as a reference", fix="give ids without the word bulkId")
OWN = must("7643-3.1-h", so="a client finds an account that it never linked", fix="leave externalId to the client")
FRESH = must("7643-3.1-m", so="clients treat the account as changed", fix="set both times to the same when creating")
PLACE = must("7643-3.1-p", so="clients cannot address the resource", fix="return the URI of the resource itself")
PLAIN = must("7644-1.3-a", so="clients cannot append a path", fix="choose a base URL without a query")
SAME = must("7643-3.1-q", so="a conditional request fails without reason", fix="return the same tag in both")
TAG = must("7643-3.1-r", so="a conditional request fails without reason", fix='return a quoted tag, such as W/"3"')
LOCATED = should("7643-3.1-o", so="a cache stores it under another address", fix="send meta.location in the header")
CARRIED = must("7643-3.3-c", so="clients do not read the extension", fix="list its URN in schemas if it has values")
ACCEPTED = should("7643-3.1-n", so="without a change, its times are not tested", fix="accept a change of an extension")
MOVED = must(
    "7643-3.1-n", so="clients do not notice changes", fix="set lastModified with each change, and keep created"
)


@scenario("RFC-RES-09", "schemas, id and meta of a new user", Moment.CREATE)
@covers("7643-3-b 7643-3-c 7643-3.1-f 7643-3.1-h 7643-3.1-m 7643-3.1-p 7644-1.3-a 7643-3.1-q 7643-3.1-r 7643-3.1-o")
def new_user(world: World) -> Scenario:
    """A user who is created without externalId has none. schemas has only what the resource type names, each once; the
    times of creation and change are the same; meta.location is the address, and meta.version the ETag. That
    Content-Location, if it is sent, is the same address is advice."""
    checks = [KNOWN(metadata.only_schemas_of("types")), ONCE(metadata.no_duplicates())]
    checks += [RESERVED(metadata.no_bulk_id()), OWN(no_value("externalId", key="own"))]
    checks += [FRESH(metadata.unchanged_so_far()), PLACE(metadata.own_place("Users")), PLAIN(metadata.no_query())]
    checks += [TAG(metadata.well_formed_tag()), SAME(metadata.same_tag()), LOCATED(metadata.own_content())]
    made = create(world, world.person(), externalId=None)
    return Scenario([read("user", *checks).but(settles=False)], given=[known_types(), made], spares=())


@scenario("RFC-RES-10", "A change moves lastModified, and names its extension", Moment.UPDATE)
@covers("7643-3.1-n 7643-3.3-c")
def changed(world: World) -> Scenario:
    """A change that a read shows, more than a second after the creation, moves meta.lastModified and leaves
    meta.created. An attribute of an extension that comes with it makes its URN appear in schemas, although the client
    does not send schemas."""
    name = f"{world.directory.tag} changed"
    new = {"displayName": name, f"{ENTERPRISE}:department": "Sales"}
    operations = [op(verb, *one) for verb, one in zip(("replace", "add"), new.items(), strict=True)]
    before = read_before()
    steps = [
        patch(operations).expecting(ACCEPTED(status(200, 204))).but(pace=1.1),
        read(
            "user",
            MOVED(if_shown(new, metadata.modified_since("before"))),
            CARRIED(metadata.names_extension(ENTERPRISE)),
        ),
    ]
    body: dict[str, Any] = {"schemas": [urns.USER], ENTERPRISE: None}
    given = [unless_denied("patch"), create(world, world.person(), **body), before]
    return Scenario(steps, given=given, spares=())


ORDER = must("7643-2.3.8-a", so="a client that writes in another order is refused", fix="read members in any order")
EITHER = must("7643-3-d", so="a client that lists the extension first loses it", fix="read schemas as a set")


@scenario("RFC-RES-11", "The order of attributes does not matter", Moment.CREATE)
@covers("7643-2.3.8-a")
def any_order(world: World) -> Scenario:
    """A creation with its attributes in reverse order, schemas last, is accepted, and stores the same as any other."""
    shown = {"displayName": (name := f"{world.directory.tag} shown")}
    backwards = dict(reversed(list(core_body(world, one := world.person(), **shown).items())))
    made = post("User", backwards, one.user_name, "backwards", key="reversed").expecting(ORDER(status(201)))
    plain = post("User", core_body(world, two := world.person(), **shown), two.user_name, "plain", key="plain")
    steps = [made, read("backwards", ORDER(_same_as("plain", "displayName", name)), key="read-reversed")]
    return Scenario(steps, given=[plain, read("plain", key="usual").but(keeps="plain")], spares=())


@scenario("RFC-RES-14", "The order of schemas does not matter", Moment.CREATE)
@covers("7643-3-d")
def extension_first(world: World) -> Scenario:
    """A creation whose schemas has the extension first is accepted, and stores the attribute of the extension. A target
    that refuses the extension in the usual order too is not judged."""
    body = {**core_body(world, one := world.person()), ENTERPRISE: {"department": "Sales"}}
    turned = post("User", {**body, "schemas": [ENTERPRISE, urns.USER]}, one.user_name, "turned", key="turned")
    usual = {**body, **core_body(world, two := world.person()), "schemas": [urns.USER, ENTERPRISE]}
    plain = accepted(post("User", usual, two.user_name, "plain", key="plain"), "the target refuses the extension")
    department = _same_as("plain", f"{ENTERPRISE}:department", "Sales", key="department")
    steps = [turned.expecting(EITHER(status(201))), read("turned", EITHER(department))]
    shown = [read("plain", key="usual").but(keeps="plain"), supports_at(f"{ENTERPRISE}:department", "Sales", "plain")]
    return Scenario(steps, given=[plain, *shown], spares=())


def _same_as(name: str, path: str, sent: str, *, key: str = "same") -> Obligation:
    """Check that a value is the one in the response kept under `name`, if that shows what was sent: a target may make
    the value itself."""
    told = parse(path)

    def judge(view: View) -> str | None:
        wanted, found = at(kept(name, view.bindings), told), at(view.body, told)
        met = not same_text(wanted, sent, exact=False) or same_text(found, wanted, exact=False)
        return None if met else f"{told.slug} is {short(found)}, and elsewhere {short(wanted)}"

    return says(key, f"the same {told.slug} as a user who was created in the usual order", judge)


ONE = must("7643-2.4-a", so="clients write to the wrong address", fix="refuse a second primary value, or unset it")
FALSE = must("7643-2.4-b", so="clients treat it as the main address", fix="treat a missing primary as false")


@scenario("RFC-RES-12", "At most one value is primary", Moment.CREATE)
@covers("7643-2.4-a 7643-2.4-b")
def primary(world: World) -> Scenario:
    """A creation with two primary e-mail addresses is refused, or one of them is not primary afterwards. An address
    without `primary` is not found by a filter for primary ones; a target may refuse such a filter, or make the only
    address the primary one."""
    both = [_email(world, "one", primary=True), _email(world, "two", primary=True)]
    bare = _email(world, "three")
    searched = f'emails[value eq "{bare["value"]}" and primary eq true]'
    double = create(world, other := world.person(), "double", emails=both)
    steps = [
        find(searched, FALSE(_unless_made_primary(bare["value"], empty_or_refused())), key="bare"),
        double.but(takes={}).may_be_refused(),
        find(by_name(world, other), ONE(_at_most_one_primary()), key="read-double"),
    ]
    stored = read(key="stored").but(keeps="stored", settles=False)
    return Scenario(steps, given=[create(world, world.person(), emails=[bare]), stored], spares=())


def _unless_made_primary(address: str, told: Obligation) -> Obligation:
    """Judge unless the target has made the address a primary one: the user kept as `stored` shows it."""

    def judge(view: View) -> str | None:
        found = elements(member(kept("stored", view.bindings), "emails"))
        made = any(
            str(member(one, "value")).lower() == address.lower() and member(one, "primary") is True for one in found
        )
        return None if made else told.judge(view)

    return replace(told, judge=judge)


def _email(world: World, name: str, **more: bool) -> dict[str, Any]:
    return {"value": f"{name}-{mark(world)}@example.com", "type": "work" if name == "one" else "home", **more}


def _at_most_one_primary() -> Obligation:
    """Check that a user who is found has at most one primary e-mail address."""

    def judge(view: View) -> str | None:
        found = [one for one in elements(member(resource(view), "emails")) if member(one, "primary") is True]
        return f"{len(found)} e-mail addresses are primary" if len(found) > 1 else None

    return says("one-primary", "at most one primary e-mail address", judge)


READ = must("8259-7-a", so="names are garbled", fix="read JSON with a JSON library: \\u and surrogate pairs are text")


@scenario("RFC-RES-13", "Escapes in JSON are read", Moment.CREATE)
@covers("8259-7-a")
def escapes(world: World) -> Scenario:
    """A displayName whose characters are written as \\u escapes, one of them as a surrogate pair, is stored as the same
    text as without escapes. A target may refuse such a text with 400, or not store it: a format rule."""
    name = f"{world.directory.tag} Zoë 渡辺 👩"
    body = core_body(world, person := world.person(), displayName=name)
    made = post("User", body, person.user_name, "user").but(body=Raw(json.dumps(body, ensure_ascii=True)))
    plain = core_body(world, two := world.person(), displayName=name)
    given = [accepted(post("User", plain, two.user_name, "plain", key="plain"), "the target refuses such a text")]
    given.append(read("plain", key="usual").but(keeps="plain"))
    return Scenario(
        [made.may_be_refused(), read("user", READ(_same_as("plain", "displayName", name)))], given=given, spares=()
    )
