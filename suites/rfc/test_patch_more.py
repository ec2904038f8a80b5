"""PATCH: what is refused, what many operations do, and what a change leaves as it was (RFC 7644 section 3.5.2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc import representations as shape
from scim_conformance.rfc.advertised import if_denied, patchable
from scim_conformance.rfc.obligations import as_before, error, is_error, not_served, says, value
from scim_conformance.rfc.requests import create, mark, op, patch, read, read_before
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import status_of
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member

UNKNOWN = must("7644-3.5.2-e", so="clients believe that it was changed", fix="return 400 for an unknown operation")
TOLD = must("7644-3.5.2-p", so="clients cannot tell what is wrong", fix="return the SCIM error object")
BROKEN = must("7644-3.5.2-g", so="clients believe that it was changed", fix="return 400 with scimType invalidPath")
PATH = should("7644-3.5.2-g", so="clients cannot tell what is wrong", fix="add scimType invalidPath")
WHAT = ("invalidPath", "invalidFilter", "noTarget")


def _before(world: World, **more: Any) -> list[Step]:
    return [*patchable(world, **more), read_before()]


def _refused(operations: Sequence[dict[str, Any]], key: str) -> Step:
    return patch(operations, key=key).may_be_refused()


@scenario("RFC-PAT-32", "An unknown operation is refused", Moment.UPDATE)
@covers("7644-3.5.2-e 7644-3.5.2-p")
def unknown_operation(world: World) -> Scenario:
    """Operations other than add, remove and replace, or none at all, are refused with a SCIM error, and nothing is
    changed."""
    wrong = {"move": op("move", "title", "Boss"), "none": {"path": "title", "value": "Boss"}}
    wrong["number"] = {"op": 7, "path": "title", "value": "Boss"}
    steps = [_refused([one], key).expecting(TOLD(is_error()), UNKNOWN(not_served())) for key, one in wrong.items()]
    after = read("user", UNKNOWN(as_before("before")))
    return Scenario([*steps, after], given=_before(world, title="Clerk"), spares=())


@scenario("RFC-PAT-33", "A path that breaks the grammar is refused", Moment.UPDATE)
@covers("7644-3.5.2-g")
def broken_path(world: World) -> Scenario:
    """A filter without an end or without a value, two dots, an index and a JSON pointer are no SCIM paths: each is
    refused, and nothing is changed. The scimType is advice."""
    paths = {
        "bracket": "emails[",
        "no-value": "emails[type eq]",
        "dots": "name..familyName",
        "index": "emails[0].value",
        "pointer": "/name/familyName",
    }
    steps = [
        _refused([op("replace", one, f"{mark(world)}@example.com")], key).expecting(
            BROKEN(not_served()), PATH(error(*WHAT))
        )
        for key, one in paths.items()
    ]
    return Scenario([*steps, read("user", BROKEN(as_before("before")))], given=_before(world, title="Clerk"), spares=())


EMPTY = should("7644-3.5.2-d", so="clients believe that it was changed", fix="return 400 without operations")
TYPED = should("7644-3.5.2-k", so="clients believe that it was changed", fix="return 400 with scimType invalidValue")
VALUED = should("7644-3.5.2.1-a", so="clients believe that it was added", fix="return 400 for add without a value")


@scenario("RFC-PAT-34", "A PATCH with nothing to do is refused", Moment.UPDATE)
@covers("7644-3.5.2-d 7644-3.5.2-k 7644-3.5.2.1-a")
def nothing_to_do(world: World) -> Scenario:
    """No operations, a value of an impossible type, and an add without a value are refused, and nothing is changed:
    advice."""
    absent = replace(_refused([], "absent"), body={"schemas": [urns.PATCH_OP]})
    steps = [
        absent.expecting(EMPTY(not_served())),
        _refused([op("replace", "emails", 7)], "number").expecting(TYPED(not_served())),
        _refused([op("replace", "name", "x")], "text").expecting(TYPED(not_served())),
        read("user", TYPED(as_before("before")), key="typed"),
        _refused([op("add", "title")], "no-value").expecting(VALUED(not_served())),
        read("user", VALUED(as_before("before"))),
    ]
    return Scenario(steps, given=_before(world, title="Clerk"), spares=())


MOVED = must("7644-3.5.2-r", so="clients that ask for changes miss them", fix="set meta.lastModified with each change")
FOLDED = must("7644-3.5.2-t", so="the change is lost", fix="ignore the letter case of names in paths")
SAME = should(
    "7644-3.5.2.1-g", so="a repeated request looks like a change", fix="change nothing if the value already exists"
)
TICK = 1.1
"""Seconds after which a date without fractions of a second is another one."""


@scenario("RFC-PAT-35", "A change sets lastModified, and names have no letter case", Moment.UPDATE)
@covers("7644-3.5.2-r 7644-3.5.2-t 7644-3.5.2.1-g")
def traces(world: World) -> Scenario:
    """After a change, lastModified is another one. A path in capitals is the same path. To add a value that is there
    changes nothing, lastModified included: advice."""
    email = {"type": "work", "value": f"{mark(world)}@{world.profile.people.domain}"}
    ok = (FOLDED(status(200, 204)),)
    steps = [
        patch([op("replace", "title", "Boss")], key="change").but(pace=TICK).expecting(MOVED(status(200, 204))),
        read("user", MOVED(shape.moved("before")), key="changed"),
        patch([op("replace", "TITLE", "Chief")], key="capitals").expecting(*ok).may_be_refused(),
        read("user", FOLDED(value("title", "Chief")), key="folded").but(keeps="last"),
        patch([op("add", "emails", [email])], key="again").but(pace=TICK).expecting(SAME(status(200, 204))),
        read("user", SAME(_once(email["value"])), SAME(shape.unaltered("last"))),
    ]
    return Scenario(steps, given=_before(world, title="Clerk", emails=[email]), spares=())


def _once(address: str) -> Obligation:
    """Check that an address is there once: a target may add others of its own."""

    def judge(view: View) -> str | None:
        found = [str(member(one, "value")).lower() for one in elements(member(view.body, "emails"))]
        number = found.count(address.lower())
        return None if number == 1 else f"the address is there {number} times"

    return says("values", f"the e-mail address {address} once", judge)


MANY = must("7644-3.5.2-u", so="a change of many attributes is lost", fix="apply every operation of a PATCH")
OPERATIONS = 36
"""Operations of the largest PATCH that Microsoft's validator sends."""


@scenario("RFC-PAT-36", "Many operations in one request", Moment.UPDATE)
@covers("7644-3.5.2-u")
def many(world: World) -> Scenario:
    """A PATCH with 36 operations is applied, in their order. A target may refuse it with 413 because of its size."""
    sent = [op("replace", ("title", "nickName")[one % 2], f"v{one}") for one in range(OPERATIONS)]
    change = patch(sent).expecting(MANY(_made_or_413())).but(also_ok=(413,)).may_be_refused()
    after = read("user", MANY(_last("title", 34)), MANY(_last("nickName", 35)))
    return Scenario([change, after], given=_before(world, title="Clerk", nickName="Jo"), spares=())


def _made_or_413() -> Obligation:
    told = status(200, 204)
    return replace(told, judge=lambda view: None if view.answer.status == 413 else told.judge(view))


def _last(name: str, number: int) -> Obligation:
    told = value(name, f"v{number}")
    return replace(told, judge=lambda view: None if status_of("patch", view.bindings) == 413 else told.judge(view))


DENIED = should("7644-3.5.2-b", so="clients believe that it was changed", fix="return 501 or 405, and change nothing")


@scenario("RFC-PAT-37", "A target without PATCH refuses it", Moment.UPDATE)
@covers("7644-3.5.2-b")
def denied(world: World) -> Scenario:
    """Where the configuration says that PATCH is not supported, it is refused and changes nothing: advice, because a
    target may serve it all the same. With PATCH, this does not apply."""
    sent = patch([op("replace", "title", "Boss")]).expecting(DENIED(not_served())).may_be_refused()
    made = create(world, world.person(), title="Clerk")
    given = [if_denied("patch"), made, read_before()]
    return Scenario([sent, read("user", DENIED(as_before("before")))], given=given, spares=())
