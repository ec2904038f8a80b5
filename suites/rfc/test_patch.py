"""PATCH: what applies to each operation (RFC 7644 section 3.5.2)."""

from collections.abc import Iterable
from typing import Any

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.advertised import patchable, unless_denied
from scim_conformance.rfc.obligations import (
    as_before,
    empty_or_refused,
    error,
    no_crash,
    no_value,
    not_served,
    refused_or,
    says,
    value,
)
from scim_conformance.rfc.requests import (
    ENTERPRISE,
    create,
    deleted,
    find,
    name_of,
    op,
    patch,
    read,
    read_before,
    supports_at,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import status_of
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import member
from scim_conformance.scim.values import same_text

OFFERED = should("7644-3.5.2-a", so="Entra cannot change accounts", fix="support PATCH, and say so")


@scenario("RFC-PAT-01", "PATCH is supported", Moment.UPDATE)
@covers("7644-3.5.2-a")
def supported(world: World) -> Scenario:
    """RFC 7644 leaves PATCH open, so this is advice: Entra, IPSIE and interop do not work without it."""
    name = f"{world.directory.tag} patched"
    sent = patch([op("replace", "displayName", name)]).expecting(OFFERED(status(200, 204)))
    return Scenario([sent, read("user", OFFERED(value("displayName", name)))], given=patchable(world), spares=())


ATOMIC = must("7644-3.5.2-h", so="a change that failed is half made", fix="undo every operation when one fails")


def _bad(_: Profile) -> Iterable[tuple[str, tuple[dict[str, Any], bool]]]:
    for name, bad in (("required", op("remove", "userName")), ("path", op("replace", "emails[", "x"))):
        yield f"{name}-last", (bad, True)
        yield f"{name}-first", (bad, False)


@scenario("RFC-PAT-02", "A PATCH is applied as a whole or not at all", Moment.UPDATE, rows=_bad)
@covers("7644-3.5.2-h")
def atomic(world: World, bad: tuple[dict[str, Any], bool]) -> Scenario:
    """One operation changes the title, another one is wrong, before or after it. If the PATCH is refused, the title is
    as before. A target that ignores the wrong operation, and returns success, is not judged by this row."""
    operation, is_last = bad
    change = op("replace", "title", "Boss")
    sent = patch([change, operation] if is_last else [operation, change]).may_be_refused()
    after = read("user", ATOMIC(_as_asked("Boss", "Clerk")))
    return Scenario([sent.expecting(ATOMIC(no_crash())), after], given=patchable(world, title="Clerk"), spares=())


def _as_asked(applied: str, before: str) -> Obligation:
    """Check that the title is as before if the PATCH was refused, and one of both otherwise."""

    def judge(view: View) -> str | None:
        found, allowed = member(view.body, "title"), [before]
        if (status_of("patch", view.bindings) or 0) < 400:
            allowed.append(applied)
        return None if any(same_text(found, one, exact=False) for one in allowed) else f"title is {short(found)}"

    return says("atomic", f"title is {before} if the PATCH was refused", judge)


FIXED = must("7644-3.5.2-i", so="clients move an account to another id", fix="never change a readOnly attribute")
REFUSED = must("7644-3.5.2-i", so="clients believe that it was changed", fix="return 400 with scimType mutability")


def _read_only(_: Profile) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "id", op("replace", "id", Var("gone"))
    yield "created", op("replace", "meta.created", "2001-01-01T00:00:00Z")


@scenario("RFC-PAT-03", "A readOnly attribute cannot be changed", Moment.UPDATE, rows=_read_only)
@covers("7644-3.5.2-i")
def read_only(world: World, operation: dict[str, Any]) -> Scenario:
    """id and meta.created are readOnly: a PATCH that sets one is an error, and changes nothing. The id sent is that of
    a user whom this run deleted."""
    sent = patch([operation]).expecting(REFUSED(not_served())).may_be_refused()
    after = read("user", FIXED(status(200)), FIXED(as_before("before")))
    after = after.expecting(FIXED(shape.is_not("meta.created", "2001-01-01T00:00:00Z")))
    given = [*deleted(world, "gone"), *patchable(world), read_before()]
    return Scenario([sent, after], given=given, spares=())


FULL = must("7644-3.5.2-m", so="clients that write full paths change nothing", fix="read the URN before the name")


def _full(_: Profile) -> Iterable[tuple[str, tuple[str, str]]]:
    yield "core", (f"{urns.USER}:title", "title")
    yield "extension", (f"{ENTERPRISE}:department", f"{ENTERPRISE}:department")


@scenario("RFC-PAT-04", "A path may name the schema", Moment.UPDATE, rows=_full)
@covers("7644-3.5.2-m")
def full_path(world: World, paths: tuple[str, str]) -> Scenario:
    """A path may begin with the URN of its schema, the core one or an extension's."""
    sent, stored = paths
    steps = [
        patch([op("replace", sent, "Boss")]).expecting(FULL(status(200, 204))),
        read("user", FULL(value(stored, "Boss", key="stored"))),
    ]
    body: dict[str, Any] = {"title": "Clerk", ENTERPRISE: {"department": "Sales"}, "schemas": [urns.USER, ENTERPRISE]}
    made = create(world, world.person(), **body)
    known = [supports_at(f"{ENTERPRISE}:department", "Sales"), supports_at("title", "Clerk", key="title")]
    return Scenario(steps, given=[unless_denied("patch"), made, *known], spares=())


ORDER = must("7644-3.5.2-n", so="the wrong value is stored", fix="apply each operation to the result of the one before")


def _ordered(_: Profile) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    yield "replaced", [op("add", "title", "first"), op("replace", "title", "last")]
    yield "removed", [op("remove", "title"), op("add", "title", "last")]


@scenario("RFC-PAT-05", "Operations are applied in their order", Moment.UPDATE, rows=_ordered)
@covers("7644-3.5.2-n")
def in_order(world: World, operations: list[dict[str, Any]]) -> Scenario:
    """Two operations on one attribute: the last one decides."""
    sent = patch(operations).expecting(ORDER(status(200, 204)))
    return Scenario(
        [sent, read("user", ORDER(value("title", "last")))], given=patchable(world, title="Clerk"), spares=()
    )


ANSWER = must("7644-3.5.2-q", so="clients cannot tell what is stored", fix="return 200 with the resource, or 204")


@scenario("RFC-PAT-06", "A PATCH returns 200 with the resource, or 204", Moment.UPDATE, plainest=True)
@covers("7644-3.5.2-q")
def answer(world: World) -> Scenario:
    """A PATCH that succeeds returns 200 with the whole resource, or 204 without a body."""
    sent = patch([op("replace", "title", "Boss")]).expecting(ANSWER(status(200, 204)), ANSWER(_whole_or_nothing()))
    after = read("user", ANSWER(shape.as_answered("answered")))
    return Scenario([sent.but(keeps="answered"), after], given=patchable(world, title="Clerk"), spares=())


def _whole_or_nothing() -> Obligation:
    def judge(view: View) -> str | None:
        has_body = bool(view.answer.body.strip())
        if view.answer.status == 204:
            return "status 204 with a body" if has_body else None
        body = view.answer.json
        met = member(body, "id") is not None and member(body, "userName") is not None
        return None if met else f"status 200 with {short(body)}"

    return says("whole", "the whole resource with 200, or no body with 204", judge)


BACK = must("7644-3.5.2-s", so="a deleted account comes back", fix="return 404 for a deleted id", section="3.6")


@scenario("RFC-PAT-07", "A PATCH does not bring a deleted user back", Moment.UPDATE)
@covers("7644-3.5.2-s")
def of_deleted(world: World) -> Scenario:
    """A PATCH of a user whom this run deleted returns 404, and the user stays deleted."""
    sent = patch([op("replace", "active", value=True)], "gone").expecting(BACK(refused_or(404))).may_be_refused()
    after = [read("gone", BACK(refused_or(404))), find('id eq "{gone}"', BACK(empty_or_refused()))]
    return Scenario([sent, *after], given=[unless_denied("patch"), *deleted(world, "gone")], spares=())


TAKEN = must("7644-3.5.2-x", so="two accounts have the same name", fix="refuse the change and keep the name")
SAID = should("7644-3.5.2-x", so="clients cannot tell that the name is taken", fix="return 409 with uniqueness")


@scenario("RFC-PAT-08", "A PATCH cannot take the userName of another user", Moment.UPDATE)
@covers("7644-3.5.2-x")
def taken(world: World) -> Scenario:
    """Such a change is refused, and both users are as before. The status 409 is advice, since RFC 7643 section 7 allows
    400 too."""
    other = world.person()
    sent = patch([op("replace", "userName", name_of(world, other))]).expecting(TAKEN(not_served()))
    sent = sent.expecting(SAID(refused_or(409, key="conflict")), SAID(error("uniqueness"))).may_be_refused()
    after = read("user", TAKEN(as_before("before")))
    given = [*patchable(world), create(world, other, "other"), read_before()]
    return Scenario([sent, after], given=given, spares=())


TARGET = must("7644-3.5.2-aa", so="a change of one attribute loses others", fix="change only what the path names")


@scenario("RFC-PAT-09", "A PATCH changes nothing but its target", Moment.UPDATE)
@covers("7644-3.5.2-aa")
def only_target(world: World) -> Scenario:
    """After a change of the title, every other attribute is as before, those of the extension too."""
    sent = patch([op("replace", "title", "Boss")]).expecting(TARGET(status(200, 204)))
    after = read("user", TARGET(as_before("before", "title")))
    kept = read_before()
    return Scenario([sent, after], given=[*patchable(world, title="Clerk"), kept], spares=())


EMPTIED = must("7644-3.5.2.2-g", so="an account has no name", fix="return 400 with scimType mutability")
KEPT = must("7644-3.5.2-z", so="an account has no name", fix="refuse to empty a required attribute")


def _removed(_: Profile) -> Iterable[tuple[str, str]]:
    yield from ((one.lower(), one) for one in ("userName", "id", "meta"))


@scenario("RFC-PAT-10", "A required or readOnly attribute cannot be removed", Moment.UPDATE, rows=_removed)
@covers("7644-3.5.2.2-g 7644-3.5.2-z")
def not_removed(world: World, name: str) -> Scenario:
    """Removing userName, id or meta is an error, and changes nothing."""
    sent = patch([op("remove", name)]).expecting(EMPTIED(not_served())).may_be_refused()
    after = read("user", KEPT(status(200)), KEPT(as_before("before")))
    given = [*patchable(world), read_before()]
    return Scenario([sent, after], given=given, spares=())


NO_TARGET = must("7644-3.5.2.2-a", so="a client that forgets the path empties the account", fix="return 400 noTarget")


@scenario("RFC-PAT-11", "A removal without a path is refused", Moment.UPDATE)
@covers("7644-3.5.2.2-a")
def without_path(world: World) -> Scenario:
    """An operation `remove` without a path is an error, and changes nothing."""
    sent = patch([op("remove")]).expecting(NO_TARGET(not_served())).may_be_refused()
    after = read("user", NO_TARGET(as_before("before")))
    given = [*patchable(world), read_before()]
    return Scenario([sent, after], given=given, spares=())


UNSET = must("7644-3.5.2.2-b", so="a value cannot be removed", fix="remove the attribute that the path names")


@scenario("RFC-PAT-12", "A removal unsets the attribute", Moment.UPDATE)
@covers("7644-3.5.2.2-b")
def unset(world: World) -> Scenario:
    """After `remove` of title, the user has no title."""
    sent = patch([op("remove", "title")]).expecting(UNSET(status(200, 204)))
    return Scenario([sent, read("user", UNSET(no_value("title")))], given=patchable(world, title="Clerk"), spares=())
