"""What a request leaves unchanged: compared with a read before it, not with what was sent.

A target may store another value than the one that was sent, or none. That is a deviation of the write that sent it, not
of a later request that was refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import name_of
from scim_conformance.scenario.obligations.values import sole
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import AttrPath, elements, member, parse, read
from scim_conformance.scim.values import same_text


def unchanged(path: AttrPath) -> Obligation:
    """Check that the attribute at `path` has the value that was read before."""
    return Obligation(
        f"kept.{path.slug}",
        f"{path.text} as it was before",
        lambda view: _changed(view, path),
        cause=f"kept.{path.slug}",
    )


def _changed(view: View, path: AttrPath) -> str | None:
    found, before = read(sole(view.body), path), _before(path, view.bindings)
    if found == before or same_text(found, before, exact=False):
        return None
    return f"it is {short(found)}, and was {short(before)}"


def not_lost(path: AttrPath) -> Obligation:
    """Check that the attribute at `path` is still there; it is not checked if no response showed it before."""
    return Obligation(f"kept.{path.slug}", f"{path.text} as it was before", lambda view: _lost(view, path))


def _lost(view: View, path: AttrPath) -> str | None:
    noted = view.bindings.get(name_of(path.text))
    before = None if noted is None else json.loads(noted)
    gone = before is not None and read(sole(view.body), path) is None
    return f"it is missing, and was {short(before)}" if gone else None


def still_primary(path: AttrPath) -> Obligation:
    """Check that the element whose `primary` is at `path` is the primary one if it was; `path` has the sub-attribute.

    It is not checked if no response showed that it was, or if the element itself is gone.
    """
    return Obligation("kept.primary", f"{path.text} is true, as before", lambda view: _demoted(view, path))


def _demoted(view: View, path: AttrPath) -> str | None:
    resource = sole(view.body)
    was = json.loads(view.bindings.get(name_of(path.text), "null")) is True
    there = read(resource, replace(path, sub="value")) is not None
    found = read(resource, path)
    return f"it is {short(found)}" if was and there and found is not True else None


def no_strays(name: str, holders: Sequence[str]) -> Obligation:
    """Check that what a change of the attribute `name` set did not appear in these complex attributes too.

    It is not checked where no response showed the holder before: what it had is then not known.
    """
    return Obligation("strays", f"no {name} in other attributes", lambda view: _strayed(view, name, holders))


def _strayed(view: View, name: str, holders: Sequence[str]) -> str | None:
    resource = sole(view.body)
    found = [one for one in holders if _has(read(resource, parse(one)), name) and _lacked(view, one, name)]
    return f"{', '.join(found)} has {name} now" if found else None


def _lacked(view: View, holder: str, name: str) -> bool:
    before = json.loads(view.bindings.get(name_of(holder), "null"))
    return bool(before) and not _has(before, name)


def _has(value: Any, name: str) -> bool:
    return any(isinstance(one, dict) and member(one, name) is not None for one in elements(value) or [value])


def all_or_nothing(asked: Mapping[str, Any], of: str) -> Obligation:
    """Check that the attributes, by target path, all have the requested values, or all have the values read before.

    If the request of the step `of` was refused, only the latter passes (RFC 7644 section 3.5.2).
    """
    return Obligation("atomic", "all of the request is applied, or none of it", lambda view: _half(view, asked, of))


def _half(view: View, asked: Mapping[str, Any], of: str) -> str | None:
    resource = sole(view.body)
    found = {name: read(resource, parse(name)) for name in asked}
    before = {name: _before(parse(name), view.bindings) for name in asked}
    if _alike(found, before) or (not _was_refused(view, of) and _alike(found, asked)):
        return None
    return ", ".join(f"{name} is {short(value)}, and was {short(before[name])}" for name, value in found.items())


def _before(path: AttrPath, bindings: Mapping[str, str]) -> Any:
    return json.loads(bindings[name_of(path.text)])


def _alike(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(same_text(value, wanted[name], exact=False) for name, value in found.items())


def _was_refused(view: View, key: str) -> bool:
    return int(view.bindings.get(f"status of {key}", 0)) >= 400
