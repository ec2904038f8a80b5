"""What a match may return: exactly the requested resource or nothing; fewer guarantees if many resources share the
value."""

from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import filtered, nobody, the_one
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import AttrPath, elements, member, parse, read
from scim_conformance.scim.values import same_value


def found(world: World, path: AttrPath, value: Any, name: str | None, *, what: str = "account", so: str = "") -> Check:
    """The body of a match: exactly the resource stored as `name`, or nothing if that is None.

    Many resources may share a value such as a title, in the target too. The response must then contain no resource with
    another value, and must contain the requested one if it is complete.
    """
    if world.is_own(value):
        return the_one(name, path.text, what) if name else nobody(so, path.text)
    so, fix = "Entra links another user's account", "return exactly the resources that match the filter"
    return filtered(_shared(path, value, name), path.text, so=so, fix=fix)


def _shared(path: AttrPath, value: Any, name: str | None) -> Obligation:
    expected = f"resources whose {path.text} is {short(value)}" + (f", including {{{name}}}" if name else "")
    key = "one" if name else "none"
    return Obligation(key, expected, lambda view: _others(view, path, value, name), gate=name is not None)


def _others(view: View, path: AttrPath, value: Any, name: str | None) -> str | None:
    body = view.body
    if not isinstance(body, dict) or not isinstance(body.get("totalResults"), int):
        return f"no ListResponse: {short(body)}"
    listed = elements(body.get("Resources"))
    shown = [read(one, path) for one in listed]
    kind = "Integer" if isinstance(value, int) and not isinstance(value, bool) else "String"
    wrong = [one for one in shown if one is not None and not same_value(one, value, kind)]
    if wrong:
        return f"{len(wrong)} of {len(listed)} have another value, such as {short(wrong[0])}"
    ids = [str(member(one, "id")) for one in listed]
    lacks = name is not None and len(listed) >= body["totalResults"] and view.bindings.get(name) not in ids
    return f"{{{name}}} is missing among {len(listed)} resources" if lacks else None


def found_by(world: World, attribute: str, value: Any) -> list[Check]:
    """A query by an attribute that the profile may or may not match on: ENTRA if it does, otherwise advice."""
    so = f"an administrator who matches on {attribute} gets duplicate accounts"
    row = world.profile.user.find(attribute)
    applies = row is not None and row.match > 0
    asked = (
        (status(200), f"support the filter {attribute} eq"),
        (
            found(world, parse(attribute), value, "user").obligation,
            f"support filters by {attribute}, or return invalidFilter",
        ),
    )
    said = "the profile matches on it"
    return [one.entra_where(said, applies=applies, source=ms.TUTORIAL, so=so, fix=fix) for one, fix in asked]
