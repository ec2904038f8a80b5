"""What a target must hold after Entra has written: one check for each mapped attribute."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.people import Person
from scim_conformance.entra.profile import Mapping as AttributeMapping
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import READ
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.obligations import is_false, is_true, letters_kept, stored
from scim_conformance.scim import paths

_SO = "Entra finds a difference in every cycle and sends the same change for ever; the account stays wrong"
_FIX = "store the value as it was sent and return it, or take the mapping out of the profile"
_FIX_CHANGE = "change what the request names, keep the rest, and return what is stored"


def value_of(world: World, person: Person, target: str) -> Any:
    """Return what flows for this person onto a target path; None when nothing does."""
    return next((value for row, value in payload.flowing(world.profile, person) if row.target == target), None)


def holds(world: World, person: Person, *, every: bool = False, but: Mapping[str, Any] | None = None) -> list[Check]:
    """Ask for the mapped attributes of this person, with the values that Entra sent; `but`: other values, by target.

    What the target did not even keep at a creation is left out, unless `every`: it says nothing about a later step.
    """
    other = but or {}
    flowing = [(row, other.get(row.target, value)) for row, value in payload.flowing(world.profile, person)]
    rows = [(row, value) for row, value in flowing if every or row.target not in world.unkept]
    texts = [(row.path, value) for row, value in rows if isinstance(value, str) and not payload.case_exact(row.path)]
    return [*(_held(row, value, every=every) for row, value in rows), _letters(texts)]


def _held(row: AttributeMapping, value: object, *, every: bool) -> Check:
    if isinstance(value, bool):
        return active(is_active=value, path=row.path)
    obligation = stored(row.path, value, exact=payload.case_exact(row.path))
    # At a creation each attribute is a thing to fix; later, what one request lost is one.
    cause = obligation.cause if every else ".stored"
    return replace(obligation, cause=cause).entra(ms.TUTORIAL, so=_SO, fix=_FIX if every else _fix_change(row.path))


def _fix_change(path: paths.AttrPath) -> str:
    if path.urn is None:
        return _FIX_CHANGE
    return f"{_FIX_CHANGE}; {path.text} is {path.name} within the extension, and the dot of its URN separates nothing"


def lost_too(world: World) -> dict[str, tuple[str, ...]]:
    """Return what explains that a change is lost: the same attribute was lost when all differences were sent at once.

    For the `after` of a read: it stands beside what explains any read.
    """
    told = [f"ENT-UPD-02/{dialect}#read-back" for dialect in Dialect]
    rows = world.profile.user.mapping
    keys = [f"stored.{row.path.slug}" for row in rows if row.type != "Boolean" and not row.is_reference]
    return {**READ, **{key: tuple(f"{step}.{key}" for step in told) for key in keys}}


def _letters(texts: list[tuple[paths.AttrPath, str]]) -> Check:
    # A provider MAY alter the letter case of what is not caseExact (RFC 7643 section 2.2), and Entra compares userName
    # without regard to it; Microsoft's tutorial asks for values exactly as sent. So: advice.
    return letters_kept(texts).should(ms.TUTORIAL, so="Entra may send the value again in every cycle")


def active(*, is_active: bool, path: paths.AttrPath | None = None) -> Check:
    """Ask for `active` as a JSON boolean."""
    where = path or paths.parse("active")
    obligation = is_true(where) if is_active else is_false(where)
    so = "who left keeps access" if not is_active else "who was enabled again has no access"
    fix = 'read the strings "True" and "False" in any case as booleans, and return a JSON boolean'
    return replace(obligation, cause=f"active.{is_active}").entra(ms.TUTORIAL, so=so, fix=fix)


def keeps(path: str, value: str, so: str) -> Check:
    """Ask that something that was not sent is still there."""
    obligation = stored(paths.parse(path), value, prefix="kept")
    return obligation.must(rfc7643("2.4"), so=so, fix="change only the element that the path's filter selects")


def differences(profile: Profile, before: Person, after: Person) -> list[Change]:
    """Return what Entra sends when a person changes: the mapped attributes whose target value differs."""
    old = {row.target: value for row, value in payload.flowing(profile, before)}
    flowing = [(row, value) for row, value in payload.flowing(profile, after) if row.apply == "always"]
    return [Change(row.target, value) for row, value in flowing if old.get(row.target) != value]


def to_send(profile: Profile, before: Person, after: Person) -> list[Change]:
    """Return the differences; where a profile maps nothing in which the two differ, a value that is there already.

    A PATCH has one operation or more (RFC 7644 section 3.5.2): an empty one is rightly refused, and Entra sends none.
    """
    flowing = [Change(row.target, value) for row, value in payload.flowing(profile, after) if row.apply == "always"]
    return differences(profile, before, after) or flowing[-1:]
