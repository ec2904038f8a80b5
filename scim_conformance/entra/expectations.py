"""What a target must store after Entra has written: one check for each mapped attribute."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.fixes import CHANGED, FixText, Sent
from scim_conformance.scenario.obligations.values import is_false, is_true, letters_kept, stored
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scim import paths, urns

_SO = f"the account has a wrong value: {ms.RESENT}"
_FIX = "store the value as it was sent and return it, or remove the mapping from the profile"
_SO_ONCE = "a value that Entra sends only once is lost: no later cycle sends it again"
_FIX_ONCE = "do not change what the request does not name"
_FIX_ACTIVE = FixText(
    "store `active` as it was sent, and return it as a JSON boolean",
    (Sent.TEXT, 'accept the strings "True" and "False" in any case as booleans, and return a JSON boolean'),
)


def value_of(world: World, person: Person, target: str) -> Any:
    """Return the value that the mapping sends to a target path for this user; None if it sends none."""
    flowing = payload.flowing(world.profile, person)
    return next((value for row, value in flowing if row.target.lower() == target.lower()), None)


def holds(
    world: World,
    person: Person,
    *,
    before: Person | None = None,
    every: bool = False,
    but: Mapping[str, Any] | None = None,
) -> list[Check]:
    """Check the mapped attributes of this user against the values that Entra sent.

    `before`: the user as created, if an update followed. `but`: other values, by target. Values that the target lost at
    creation are omitted, unless `every`: they prove nothing about a later step. A password is never read back (RFC 7643
    section 4.1.1, returned: never).
    """
    other = {target.lower(): value for target, value in (but or {}).items()}
    kept = payload.kept(world.profile, before or person, person)
    held = [(row, other.get(row.target.lower(), value)) for row, value in kept if not is_password(row.target)]
    rows = [(row, value) for row, value in held if every or row.target not in world.unkept]
    texts = [(row.path, value) for row, value in rows if row.kind == "String" and isinstance(value, str)]
    once = before is not None or but is not None
    checks = _apart(_held(row, value, every=every, once=once and row.apply == "create") for row, value in rows)
    return [*checks, _letters([one for one in texts if not payload.case_exact(one[0])])]


def holds_after(world: World, person: Person, *changes: Change, before: Person | None = None) -> list[Check]:
    """Check the mapped attributes of this user after an update sent these changes; `before` as in `holds`."""
    return holds(world, person, before=before, but={one.path: one.value for one in changes})


def _apart(checks: Iterable[Check]) -> list[Check]:
    """Return checks with unique keys: two versions of an extension may have attributes with the same name."""
    found: dict[str, Check] = {}
    for check in checks:
        key, number = check.key, 2
        while key in found:
            key, number = f"{check.key}-{number}", number + 1
        found[key] = check if key == check.key else _renamed(check, key)
    return [*found.values()]


def _renamed(check: Check, key: str) -> Check:
    cause = key if check.obligation.cause == check.key else check.obligation.cause
    return replace(check, obligation=replace(check.obligation, key=key, cause=cause))


def _held(row: AttributeMapping, value: object, *, every: bool, once: bool) -> Check:
    if isinstance(value, bool) and row.path.slug.lower() == "active":
        return active(is_active=value, path=row.path)
    obligation = stored(row.path, value, kind=row.kind, exact=payload.case_exact(row.path))
    if once:
        return obligation.entra(ms.ATTRIBUTES, so=_SO_ONCE, fix=_FIX_ONCE)
    # At creation, each attribute is a separate problem; later, everything that one request lost is one problem.
    cause = obligation.cause if every else ".stored"
    fix = _FIX if every else FixText(_FIX, (Sent.CHANGE, _fix_change(row.path)))
    found = replace(obligation, cause=cause).entra(ms.TUTORIAL, so=_SO, fix=fix)
    if row.path.urn in {urns.USER, urns.GROUP}:
        # When an attribute of the core schema is mapped with its URN, Entra was seen to send it below that URN, which
        # RFC 7643 section 3.3 reserves for extensions: a target may ignore it.
        return replace(found, level=Level.SHOULD, citation=ms.CORE_URN)
    return found


def _fix_change(path: paths.AttrPath) -> str:
    if path.urn is None:
        return CHANGED
    return f"{CHANGED}; {path.text} is {path.name} in the extension, and the dot in its URN is not a separator"


def _letters(texts: list[tuple[paths.AttrPath, str]]) -> Check:
    # A provider MAY change the letter case of what is not caseExact (RFC 7643 section 2.2), and Entra compares userName
    # without regard to case; Microsoft's tutorial asks for values exactly as sent. So this is advice.
    return letters_kept(texts).should(
        ms.TUTORIAL, so="the application shows the value in different letter case than Entra"
    )


def active(*, is_active: bool, path: paths.AttrPath | None = None) -> Check:
    """Check that `active` is returned as a JSON boolean."""
    where = path or paths.parse("active")
    obligation = is_true(where) if is_active else is_false(where)
    so = "a disabled user keeps access" if not is_active else "an enabled user has no access"
    return replace(obligation, cause=f"active.{is_active}").entra(ms.TUTORIAL, so=so, fix=_FIX_ACTIVE)


def keeps(path: str, value: str, so: str) -> Check:
    """Check that a value that was not sent is still there."""
    obligation = stored(paths.parse(path), value, prefix="kept")
    return obligation.must(rfc7644("3.5.2.3"), so=so, fix="change only the element that the path's filter selects")


def differences(profile: Profile, before: Person, after: Person) -> list[Change]:
    """Return what Entra sends when a user changes: the mapped attributes whose target value differs."""
    old = {row.target: value for row, value in payload.flowing(profile, before)}
    flowing = payload.flowing(profile, after, creating=False)
    return [Change(row.target, value) for row, value in flowing if old.get(row.target) != value]


def to_send(profile: Profile, before: Person, after: Person) -> list[Change]:
    """Return the differences; if the profile maps no attribute that differs, a value that already exists.

    A PATCH must contain at least one operation (RFC 7644 section 3.5.2): a target may refuse an empty one, and Entra
    sends none.
    """
    flowing = payload.flowing(profile, after, creating=False)
    return differences(profile, before, after) or [Change(row.target, value) for row, value in flowing][-1:]
