"""What a resource says about itself: schemas, id and meta (RFC 7643 sections 3 and 3.1)."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.published import types_with
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import attributes, elements, member, parse
from scim_conformance.scim.paths import read as at

_TAG = re.compile(r'^(W/)?"[\x21\x23-\x7e\x80-\U0010ffff]*"$')
_COMPRESSED = re.compile(r'(-|;|--)(gzip|br|deflate|zstd)"$')
"""How proxies end the tag of a compressed response."""
SECOND = 1.0
"""Seconds by which two times may differ if the target reads the clock for each of them."""


def only_schemas_of(types: str, urn: str = urns.USER) -> Obligation:
    """Check that schemas has only what the resource type, kept under `types`, names: its schema and extensions."""

    def judge(view: View) -> str | None:
        known = _schemas_of(kept(types, view.bindings), urn)
        unknown = [one for one in elements(member(view.body, "schemas")) if str(one).lower() not in known]
        return f"schemas has {short(unknown[0])}" if known and unknown else None

    return says("known", "only the schema and the extensions of the resource type in schemas", judge)


def _schemas_of(types: Any, urn: str) -> set[str]:
    """Return the schemas of the type with this one, in lower case; none if the target does not list it."""
    found = types_with(urn, types)
    extensions = [member(ext, "schema") for one in found for ext in elements(member(one, "schemaExtensions"))]
    return {str(one).lower() for one in (urn, *extensions)} if found else set()


def typed_as(urn: str, types: str = "types") -> Obligation:
    """Check that meta.resourceType is the name of a resource type with this schema in the list kept under `types`:
    that of RFC 7643 if it is not there."""
    usual = urn.rpartition(":")[2]

    def judge(view: View) -> str | None:
        found = at(view.body, parse("meta.resourceType"))
        named = names_of(types, urn, view) or {usual}
        return None if isinstance(found, str) and found in named else f"meta.resourceType is {short(found)}"

    return says("type", f"meta.resourceType is the name of the resource type, such as {usual}", judge)


def names_of(types: str, urn: str, view: View) -> set[str]:
    """Return the names of the resource types with this schema, as the list kept under `types` has them."""
    return {str(member(one, "name")) for one in types_with(urn, kept(types, view.bindings))}


def no_duplicates() -> Obligation:
    """Check that no URN is in schemas twice."""

    def judge(view: View) -> str | None:
        found = [str(one).lower() for one in elements(member(view.body, "schemas"))]
        twice = [one for one in found if found.count(one) > 1]
        return f"{twice[0]} twice" if twice else None

    return says("once", "each URN once in schemas", judge)


def no_bulk_id() -> Obligation:
    """Check that the id does not contain the word that bulk requests reserve."""

    def judge(view: View) -> str | None:
        found = member(view.body, "id")
        return f"id is {short(found)}" if "bulkid" in str(found).lower() else None

    return says("bulk-id", "an id without the word bulkId", judge)


def moment(body: Any, name: str) -> datetime | None:
    """Return a time of meta, or None if it cannot be read; without an offset, it is UTC."""
    found = at(body, parse(f"meta.{name}"))
    try:
        told = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told is not None and told.tzinfo is None else told


def unchanged_so_far() -> Obligation:
    """Check that a resource that nobody changed was last modified when it was created, within a second."""

    def judge(view: View) -> str | None:
        created, modified = moment(view.body, "created"), moment(view.body, "lastModified")
        if created is None or modified is None or abs((modified - created).total_seconds()) <= SECOND:
            return None
        return f"created {created.isoformat()}, and lastModified {modified.isoformat()}"

    return says("modified", "meta.lastModified is meta.created", judge)


def modified_since(name: str) -> Obligation:
    """Check that lastModified is later than in the response kept under `name`, and created the same."""

    def judge(view: View) -> str | None:
        before = kept(name, view.bindings)
        earlier, later = moment(before, "lastModified"), moment(view.body, "lastModified")
        if earlier is None or later is None:
            return None
        if later <= earlier:
            return f"lastModified {later.isoformat()}, and {earlier.isoformat()} before the change"
        return None if same_creation(before, view.body) else "created has changed"

    return says("moved", "a later meta.lastModified than before the change, and the same meta.created", judge)


def same_creation(before: Any, after: Any) -> bool:
    """Return whether meta.created is the same time: a target may count whole seconds when it stores one."""
    made, found = (moment(one, "created") for one in (before, after))
    return made == found or (made is not None and found is not None and abs((found - made).total_seconds()) < SECOND)


def own_place(kind: str) -> Obligation:
    """Check that meta.location is the address of the resource: its endpoint and its id at the end of the path."""

    def judge(view: View) -> str | None:
        found, identifier = at(view.body, parse("meta.location")), member(view.body, "id")
        if not isinstance(found, str):
            return None
        parts = [unquote(one) for one in urlsplit(found).path.rstrip("/").split("/")]
        met = len(parts) > 1 and parts[-2].lower() == kind.lower() and parts[-1] == str(identifier)
        return None if met else f"meta.location is {short(found)}"

    return says("place", f"meta.location ends with /{kind}/ and the id", judge)


def no_query() -> Obligation:
    """Check that the address of a resource, which begins with the base URL, has no query."""

    def judge(view: View) -> str | None:
        found = at(view.body, parse("meta.location"))
        return f"meta.location is {short(found)}" if "?" in str(found) else None

    return says("no-query", "no query in meta.location, which begins with the base URL", judge)


def same_tag() -> Obligation:
    """Check that meta.version and ETag are the same tag, where both are there; a proxy may make it a weak one, and one
    of its own for a compressed response (RFC 9110 section 8.8.3.3)."""

    def judge(view: View) -> str | None:
        version, tag = at(view.body, parse("meta.version")), view.answer.header("ETag")
        if not isinstance(version, str) or tag is None or view.answer.header("Content-Encoding"):
            return None
        if _strong(version) in (_strong(tag), _strong(_COMPRESSED.sub('"', tag))):
            return None
        return f"meta.version is {short(version)}, and ETag is {short(tag)}"

    return says("same-tag", "the same tag in meta.version and in ETag", judge)


def _strong(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def well_formed_tag() -> Obligation:
    """Check that meta.version, where it is there, is an entity tag."""

    def judge(view: View) -> str | None:
        found = at(view.body, parse("meta.version"))
        return None if found is None or _TAG.match(str(found)) else f"meta.version is {short(found)}"

    return says("tag", 'meta.version as an entity tag, such as W/"3"', judge)


def names_extension(urn: str) -> Obligation:
    """Check that schemas names an extension that has values."""

    def judge(view: View) -> str | None:
        named = [str(one).lower() for one in elements(member(view.body, "schemas"))]
        there = any(one not in (None, [], {}) for one in attributes(member(view.body, urn)).values())
        return f"schemas is {short(member(view.body, 'schemas'))}" if there and urn.lower() not in named else None

    return says("named", f"schemas contains {urn}, of which there are values", judge)


def own_content() -> Obligation:
    """Check that Content-Location, where it is there, is meta.location: the same path, since a gateway may change the
    host."""

    def judge(view: View) -> str | None:
        found, told = view.answer.header("Content-Location"), at(view.body, parse("meta.location"))
        if found is None or not isinstance(told, str):
            return None
        paths = [unquote(urlsplit(urljoin(view.url, one)).path).rstrip("/") for one in (found, told)]
        return None if paths[0] == paths[1] else f"it is {short(found)}, and meta.location {short(told)}"

    return says("content-location", "the same URI in Content-Location, if it is sent, as in meta.location", judge)
