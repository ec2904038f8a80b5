"""Requests made from the schemas that a target publishes: its own description is what it is compared with."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.published import schema_with
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member

MOST_ATTRIBUTES = 60
"""Attributes of the core schema that one creation sets."""

SCHEMAS = "schemas"
LEFT_OUT = frozenset({"id", "externalid", "meta", "schemas", "password", "username", "x509certificates", "active"})
"""Common attributes, those with checks of their own, and certificates, whose values only an issuer can make."""

_KNOWN: dict[str, Any] = {
    "preferredlanguage": "en-US", "locale": "en-US", "timezone": "America/Los_Angeles", "country": "US",
    "profileurl": "https://example.com/profile", "type": "work",
}  # fmt: skip
"""Attributes whose values have a format (RFC 7643 section 4.1)."""


def schema_of(bindings: Mapping[str, str], urn: str = urns.USER) -> Any:
    """Return a schema of those kept from /Schemas, or None."""
    return schema_with(urn, kept(SCHEMAS, bindings))


def writable(schema: Any) -> Iterator[Any]:
    """Yield the attributes of a schema that a client may set, and that are returned by default."""
    for one in elements(member(schema, "attributes"))[:MOST_ATTRIBUTES]:
        name = str(member(one, "name")).lower()
        free = str(member(one, "mutability")).lower() in {"readwrite", "none"}
        shown = str(member(one, "returned")).lower() in {"always", "default", "none"}
        if free and shown and name not in LEFT_OUT and not _refers(one):
            yield one


def _refers(attribute: Any) -> bool:
    """Return whether an attribute refers to another resource, which the run would have to create."""
    parts = [attribute, *elements(member(attribute, "subAttributes"))]
    kinds = {str(kind).lower() for one in parts for kind in elements(member(one, "referenceTypes"))}
    return bool(kinds & {"user", "group"})


def full_body(base: Mapping[str, Any], tag: str, address: str) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """Return a function that adds a valid value for each published attribute to a body that the target accepts."""

    def make(bindings: Mapping[str, str]) -> dict[str, Any]:
        schema = schema_of(bindings)
        made = {str(member(one, "name")): _value(one, tag, address) for one in writable(schema)}
        return {**base, **{name: value for name, value in made.items() if name not in base}}

    return make


def _value(attribute: Any, tag: str, address: str, parent: str = "") -> Any:
    if str(member(attribute, "type")).lower() == "complex":
        subs = [one for one in elements(member(attribute, "subAttributes")) if _is_free(one)]
        single: Any = {
            str(member(one, "name")): _value(one, tag, address, str(member(attribute, "name"))) for one in subs
        }
    else:
        single = _simple(attribute, tag, address, parent.lower())
    return [single] if member(attribute, "multiValued") is True else single


def _is_free(sub: Any) -> bool:
    plain = str(member(sub, "name")) not in {"$ref", "display", "primary"}
    return plain and str(member(sub, "mutability")).lower() in {"readwrite", "none"}


def _simple(attribute: Any, tag: str, address: str, parent: str) -> Any:
    name, kind = str(member(attribute, "name")).lower(), str(member(attribute, "type")).lower()
    canonical = elements(member(attribute, "canonicalValues"))
    of_parent = {"emails": address, "phonenumbers": "+1 555 010 0199", "photos": "https://example.com/photo.png"}
    if canonical:
        return canonical[0]
    if name == "value" and parent in of_parent:
        return of_parent[parent]
    if name in _KNOWN:
        return _KNOWN[name]
    by_type = {"boolean": True, "integer": 7, "decimal": 7.5, "datetime": "2026-01-02T03:04:05Z", "binary": "c2N0"}
    return by_type.get(kind, "https://example.com/x" if kind == "reference" else f"{tag} {name}")


def stores_published() -> Obligation:
    """Check that a resource has every published attribute that was sent."""

    def judge(view: View) -> str | None:
        names = [str(member(one, "name")) for one in writable(schema_of(view.bindings))]
        lost = [name for name in names if member(view.body, name) in (None, "", [], {})]
        return f"missing: {', '.join(lost[:8])}" if lost else None

    return says("stored", "every attribute that /Schemas publishes, and that was sent", judge)


def required_names(bindings: Mapping[str, str], base: Mapping[str, Any]) -> list[str]:
    """Return the attributes of a body that the schema of users requires, and whose values are shown: those that only
    the core requires last."""
    found = _required(schema_of(bindings), base)
    return sorted(found, key=lambda name: name.lower() in {"username", "displayname"})


def _required(schema: Any, base: Mapping[str, Any]) -> list[str]:
    sent = {name.lower() for name in base}
    found = [one for one in elements(member(schema, "attributes")) if member(one, "required") is True]
    hidden = [one for one in found if str(member(one, "returned")).lower() in {"never", "request"}]
    free = [one for one in found if one not in hidden and str(member(one, "mutability")).lower() != "readonly"]
    return [str(member(one, "name")) for one in free if str(member(one, "name")).lower() in sent]


def without_required(base: Mapping[str, Any]) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """Return a function that leaves the first required attribute out of a body."""

    def make(bindings: Mapping[str, str]) -> dict[str, Any]:
        names = required_names(bindings, base)
        return {name: value for name, value in base.items() if not names or name.lower() != names[0].lower()}

    return make


def is_published() -> Obligation:
    """Check that the schema of users is published with attributes."""

    def judge(view: View) -> str | None:
        found = elements(member(schema_with(urns.USER, view.body), "attributes"))
        return None if found else "no User schema with attributes"

    return says("requires", "the User schema with its attributes", judge)


def requires_any(base: Mapping[str, Any]) -> Obligation:
    """Check that the published schema requires an attribute of a body; without one, nothing can be left out."""

    def judge(view: View) -> str | None:
        return None if _required(schema_with(urns.USER, view.body), base) else "nothing of what is sent is required"

    return says("requires", "a User schema that requires an attribute of the body", judge)


def refused_or_filled(base: Mapping[str, Any]) -> Obligation:
    """Check that a creation without a required attribute is refused, or that the target has set a value."""

    def judge(view: View) -> str | None:
        names = required_names(view.bindings, base)
        filled = bool(names) and member(view.answer.json, names[0]) not in (None, "", [])
        if 400 <= view.answer.status < 500 or (view.answer.ok and filled):
            return None
        return f"status {view.answer.status}, without {names[0] if names else 'an attribute'}"

    return says("required", "a refusal, or a value that the target has set", judge, gate=True)
