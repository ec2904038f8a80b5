"""The form of a resource in a response (RFC 7643 sections 2 and 3)."""

import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from scim_conformance.rfc.bodies import resource, settled
from scim_conformance.rfc.declared import is_asked_for
from scim_conformance.rfc.obligations import says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import attributes, elements, member, parse
from scim_conformance.scim.paths import read as at

BOOLEANS = ("active", "primary")
ARRAYS = (
    "emails", "phoneNumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates",
    "members", "schemas",
)  # fmt: skip


def is_object() -> Obligation:
    """Check for a JSON object."""

    def judge(view: View) -> str | None:
        return None if isinstance(view.body, dict) else f"the body is {short(view.body)}"

    return says("object", "a JSON object", judge, gate=True)


def lists_schemas() -> Obligation:
    """Check for schemas as a non-empty array of texts."""

    def judge(view: View) -> str | None:
        found = member(resource(view), "schemas")
        met = isinstance(found, list) and found and all(isinstance(one, str) for one in found)
        return None if met else f"schemas is {short(found)}"

    return says("schemas", "schemas as a non-empty array of URNs", judge)


def names_schema(urn: str, *, key: str = "named") -> Obligation:
    """Check that schemas contains the URN of the resource type, or of an extension."""

    def judge(view: View) -> str | None:
        found = [str(one).lower() for one in elements(member(resource(view), "schemas"))]
        return None if urn.lower() in found else f"schemas is {short(member(resource(view), 'schemas'))}"

    return says(key, f"schemas contains {urn}", judge)


def string_id() -> Obligation:
    """Check for an id that is a non-empty string."""

    def judge(view: View) -> str | None:
        found = member(resource(view), "id")
        return None if isinstance(found, str) and found else f"id is {short(found)}"

    return says("id", "id as a non-empty string", judge)


def _each(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every member of a resource, at any depth, except what is below the URN of an extension."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, one
            yield from _each(one) if ":" not in name else ()
    elif isinstance(value, list):
        for one in value:
            yield from _each(one)


def booleans() -> Obligation:
    """Check that active and primary are JSON booleans, wherever the core schema may have them."""

    def judge(view: View) -> str | None:
        found = [(name, one) for name, one in _each(view.body) if name in BOOLEANS]
        bad = [f"{name} is {short(one)}" for name, one in found if one is not None and not isinstance(one, bool)]
        return bad[0] if bad else None

    return says("booleans", "active and primary as JSON booleans", judge)


def arrays() -> Obligation:
    """Check that multi-valued attributes are arrays, also with one value."""

    def judge(view: View) -> str | None:
        found = [(name, member(view.body, name)) for name in ARRAYS]
        bad = [f"{name} is {short(one)}" for name, one in found if one is not None and not isinstance(one, list)]
        return bad[0] if bad else None

    return says("arrays", "each multi-valued attribute as an array", judge)


def inside(urn: str, name: str) -> Obligation:
    """Check that an attribute of an extension is in the object of its URN, and not on the resource itself."""

    def judge(view: View) -> str | None:
        body = resource(view)
        outside = member(body, name) is not None
        return f"{name} is next to the core attributes" if outside and member(member(body, urn), name) is None else None

    return says("inside", f"{name} inside {urn}", judge)


def normalized_text(path: str, wanted: str) -> Obligation:
    """Check for a text that is the same after Unicode normalization, in any letter case."""

    def judge(view: View) -> str | None:
        found = at(resource(view), parse(path))
        same = isinstance(found, str) and _folded(found) == _folded(wanted)
        return None if same else f"{path} is {short(found)}"

    return says("text", f"{path} is {short(wanted)}", judge)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def is_not(path: str, wrong: str) -> Obligation:
    """Check that an attribute does not have this value."""

    def judge(view: View) -> str | None:
        return f"{path} is {wrong}" if at(resource(view), parse(path)) == wrong else None

    return says(f"own.{parse(path).slug}", f"{path} is not {wrong}", judge)


def as_answered(name: str) -> Obligation:
    """Check that a resource is as the response kept under `name` showed it: what both show is the same.

    A response to a write may show a part of the resource, with the schemas of this part alone.
    """

    def judge(view: View) -> str | None:
        before, after = kept(name, view.bindings), view.body
        both = set(attributes(before)) & set(after) - {"meta", "schemas"} if isinstance(after, dict) else set()
        bad = sorted(one for one in both if settled(before[one]) != settled(after[one]))
        return f"different: {', '.join(bad)}" if bad else None

    return says("as-answered", "the same values as in the response to the write", judge)


def location(name: str = "Location") -> Obligation:
    """Check that the header is the URI of the new resource: the same path as meta.location, and its id at the end. Both
    may be relative (RFC 9110 section 10.2.2), and a gateway may change the host."""

    def judge(view: View) -> str | None:
        found = view.answer.header(name)
        told, identifier = at(view.answer.json, parse("meta.location")), member(view.answer.json, "id")
        if not found:
            return f"{name} is missing"
        if isinstance(told, str) and _path(told, view) != _path(found, view):
            return f"{name} is {short(found)}, and meta.location is {short(told)}"
        met = not isinstance(identifier, str) or _path(found, view).endswith(f"/{identifier}")
        return None if met else f"{name} is {short(found)}, and id is {short(identifier)}"

    return says("location", f"the header {name}, the same URI as meta.location, with the id at its end", judge)


def _path(uri: str, view: View) -> str:
    try:
        return unquote(urlsplit(urljoin(view.url, uri)).path)
    except ValueError:
        return uri


def with_all_of(name: str) -> Obligation:
    """Check that a resource has every attribute that the response kept under `name` showed with a value, except those
    that /Schemas says are returned on request: a response to a write may show them (RFC 7643 section 7)."""

    def judge(view: View) -> str | None:
        before = attributes(kept(name, view.bindings))
        valued = [key for key, one in before.items() if one not in (None, [], {})]
        missing = sorted(key for key in valued if member(view.body, key) is None)
        missing = [one for one in missing if not is_asked_for(one, view.bindings)]
        return f"missing: {', '.join(missing)}" if missing else None

    return says("shown", "every attribute that the response to the write showed", judge)


def unaltered(name: str) -> Obligation:
    """Check that meta.lastModified and meta.version are as in the response kept under `name`."""

    def judge(view: View) -> str | None:
        before, after = member(kept(name, view.bindings), "meta"), member(view.body, "meta")
        changed = [one for one in ("lastModified", "version") if member(before, one) != member(after, one)]
        return f"different: {', '.join(changed)}" if changed else None

    return says("unaltered", "meta.lastModified and meta.version as before", judge)


def moved(name: str) -> Obligation:
    """Check that meta.lastModified is another one than in the response kept under `name`."""

    def judge(view: View) -> str | None:
        before, after = (at(one, parse("meta.lastModified")) for one in (kept(name, view.bindings), view.body))
        return f"meta.lastModified is still {short(after)}" if before is not None and before == after else None

    return says("moved", "another meta.lastModified than before", judge)


def only_primary(name: str, kind: str) -> Obligation:
    """Check that of a multi-valued attribute the value of this type alone is primary."""

    def judge(view: View) -> str | None:
        found = [one for one in elements(member(resource(view), name)) if member(one, "primary") is True]
        kinds = [str(member(one, "type")).lower() for one in found]
        return None if kinds == [kind] else f"primary: {', '.join(kinds) or 'none'}"

    return says("primary", f"the {kind} value of {name} alone is primary", judge)


def refers(path: str, name: str) -> Obligation:
    """Check that an attribute is the id stored under `name`."""
    told = parse(path)

    def judge(view: View) -> str | None:
        found = at(resource(view), told)
        return None if found == view.bindings.get(name) else f"{path} is {short(found)}"

    return says(f"refers.{told.slug}", f"{path} is the id of the user {name}", judge)
