"""The schemas that a target publishes (RFC 7643 section 7), in a ListResponse."""

from collections.abc import Sequence
from typing import Any

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import AttrPath, elements, member


def _names(view: View, urn: str) -> set[str]:
    schemas = [entry for entry in elements(member(view.body, "Resources")) if str(member(entry, "id")) == urn]
    return {str(member(one, "name")).lower() for entry in schemas for one in elements(member(entry, "attributes"))}


def describes(*wanted: str) -> Obligation:
    """Check for a ListResponse with these schemas."""
    expected = f"a ListResponse that describes {', '.join(wanted)}"
    return Obligation("schemas", expected, lambda view: _undescribed(view, wanted))


def _undescribed(view: View, wanted: tuple[str, ...]) -> str | None:
    if not isinstance(view.body, dict) or "Resources" not in view.body:
        return f"no ListResponse: {short(view.body, 60)}"
    lacking = [urn for urn in wanted if not _names(view, urn)]
    return f"no schema {', '.join(lacking)}" if lacking else None


def describes_all(targets: Sequence[AttrPath]) -> Obligation:
    """Check that the schemas describe these attributes of users."""
    return Obligation("mapped", "every mapped attribute in a schema", lambda view: _unmapped(view, targets, urns.USER))


def describes_all_of_groups(targets: Sequence[AttrPath]) -> Obligation:
    """Check that the schemas describe these attributes of groups, if they describe groups at all."""
    expected = "every mapped attribute of groups in a schema"
    return Obligation("group-mapped", expected, lambda view: _unmapped_of_groups(view, targets))


def _unmapped_of_groups(view: View, targets: Sequence[AttrPath]) -> str | None:
    listed = {member(one, "id") for one in elements(member(view.body, "Resources"))}
    return _unmapped(view, targets, urns.GROUP) if urns.GROUP in listed else None


def _unmapped(view: View, targets: Sequence[AttrPath], core: str) -> str | None:
    wanted = [path for path in targets if path.name.lower() not in COMMON]
    lacking = [path.text for path in wanted if not _is_described(view, path, core)]
    return f"not described: {', '.join(lacking[:5])}" if lacking else None


COMMON = {"externalid", "id"}
"""Attributes of every resource, which no schema lists (RFC 7643 section 3.1)."""


def _is_described(view: View, path: AttrPath, core: str) -> bool:
    """Return whether a schema describes the attribute and, if the mapping names one, its sub-attribute.

    A list of simple values has the sub-attribute `value` (RFC 7643 section 2.4).
    """
    schemas = [one for one in elements(member(view.body, "Resources")) if member(one, "id") == (path.urn or core)]
    described = [one for entry in schemas for one in elements(member(entry, "attributes"))]
    own = [one for one in described if str(member(one, "name")).lower() == path.name.lower()]
    parts = {str(member(part, "name")).lower() for one in own for part in elements(member(one, "subAttributes"))}
    plain = path.sub is None or (path.sub.lower() == "value" and not parts)
    return bool(own) and (plain or str(path.sub).lower() in parts)


CHARACTERISTICS = {
    "type": {"string", "boolean", "decimal", "integer", "dateTime", "reference", "complex", "binary"},
    "mutability": {"readOnly", "readWrite", "immutable", "writeOnly"},
    "returned": {"always", "never", "default", "request"},
    "uniqueness": {"none", "server", "global"},
}
"""The values that RFC 7643 section 7 defines, in its letter case."""


def known_characteristics() -> Obligation:
    """Check that the characteristics of attributes have values that RFC 7643 defines."""
    return Obligation("values", "characteristics with the values of RFC 7643 section 7", _strange)


def _strange(view: View) -> str | None:
    found = sorted(
        {f"{name} {short(one[name])}" for one in _attributes(view) for name in CHARACTERISTICS if _unknown(one, name)}
    )
    return f"unknown: {', '.join(found[:5])}" if found else None


def _unknown(attribute: dict[str, Any], name: str) -> bool:
    return name in attribute and attribute[name] not in CHARACTERISTICS[name]


def _attributes(view: View) -> list[dict[str, Any]]:
    """Return every attribute that the schemas describe, including sub-attributes."""
    found: list[dict[str, Any]] = []
    waiting = [
        one for entry in elements(member(view.body, "Resources")) for one in elements(member(entry, "attributes"))
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += elements(member(one, "subAttributes"))
    return found


SEVERAL = {"emails", "phonenumbers", "addresses", "roles", "groups", "members"}


def several_described() -> Obligation:
    """Check that the multi-valued attributes of users and groups are described as such."""
    return Obligation("multi-valued", "multi-valued attributes described as multi-valued", _single)


def _single(view: View) -> str | None:
    core = [one for one in elements(member(view.body, "Resources")) if member(one, "id") in (urns.USER, urns.GROUP)]
    described = [one for entry in core for one in elements(member(entry, "attributes"))]
    several = [one for one in described if str(member(one, "name")).lower() in SEVERAL]
    wrong = [str(member(one, "name")) for one in several if member(one, "multiValued") is not True]
    return f"described as single-valued: {', '.join(wrong[:5])}" if wrong else None


def described_as_boolean(name: str) -> Obligation:
    """Check that an attribute of users is described as a boolean, if it is described."""
    return Obligation("boolean", f"{name} described as boolean", lambda view: _other_type(view, name))


def _other_type(view: View, name: str) -> str | None:
    core = [one for one in elements(member(view.body, "Resources")) if member(one, "id") == urns.USER]
    described = [one for entry in core for one in elements(member(entry, "attributes"))]
    types = [member(one, "type") for one in described if str(member(one, "name")).lower() == name.lower()]
    wrong = [short(one) for one in types if one != "boolean"]
    return f"its type is {wrong[0]}" if wrong else None


def no_password() -> Obligation:
    """Check that the schema of users describes no password."""

    def judge(view: View) -> str | None:
        return "the User schema describes password" if "password" in _names(view, urns.USER) else None

    return Obligation("password", "no attribute password in the User schema", judge)


def no_nulls() -> Obligation:
    """Check that the response contains no null."""
    return Obligation("nulls", "no null anywhere", lambda view: "a null" if _holds_null(view.body) else None)


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(entry) for entry in value.values())
    return any(_holds_null(entry) for entry in value) if isinstance(value, list) else value is None
