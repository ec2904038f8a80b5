"""What a target publishes about itself: configuration, schemas and resource types (RFC 7643 sections 5 to 7)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scim_conformance.rfc.messages import API
from scim_conformance.rfc.obligations import any_of, says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member

FEATURES = ("patch", "bulk", "filter", "changePassword", "sort", "etag")
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
TYPES = frozenset({"string", "boolean", "decimal", "integer", "datetime", "binary", "reference", "complex"})
WORDS = {
    "mutability": frozenset({"readonly", "readwrite", "immutable", "writeonly"}),
    "returned": frozenset({"always", "never", "default", "request"}),
    "uniqueness": frozenset({"none", "server", "global"}),
}
_NAME = re.compile(r"^\$?[A-Za-z][A-Za-z0-9$_-]*$")


def listed(body: Any) -> list[Any]:
    """Return the resources of a list that are objects."""
    return [one for one in elements(member(body, "Resources")) if isinstance(one, dict)]


def schema_with(urn: str, schemas: Any) -> Any:
    """Return the schema with this URN from the list of schemas, or None."""
    return next((one for one in listed(schemas) if str(member(one, "id")).lower() == urn.lower()), None)


def types_with(urn: str, types: Any) -> list[Any]:
    """Return the resource types from their list whose schema has this URN."""
    return [one for one in listed(types) if str(member(one, "schema")).lower() == urn.lower()]


def walk(schema: Any) -> Iterator[tuple[str, Any]]:
    """Yield every attribute and sub-attribute of a schema with its path."""
    for attribute in elements(member(schema, "attributes")):
        name = str(member(attribute, "name"))
        yield name, attribute
        yield from ((f"{name}.{member(sub, 'name')}", sub) for sub in elements(member(attribute, "subAttributes")))


def is_one(urn: str) -> Obligation:
    """Check for one object of this schema, and not a list."""

    def judge(view: View) -> str | None:
        found = member(view.body, "schemas")
        return None if urn in elements(found) else f"schemas is {short(found)}"

    return says("schemas", f"one object whose schemas contains {urn}", judge)


def is_listed() -> Obligation:
    """Check for a ListResponse with at least one entry."""

    def judge(view: View) -> str | None:
        is_list = urns.LIST_RESPONSE in elements(member(view.body, "schemas"))
        return None if is_list and listed(view.body) else f"no ListResponse with entries: {short(view.body)}"

    return says("list", "a ListResponse with at least one entry", judge, gate=True)


def complete_configuration() -> Obligation:
    """Check for the attributes that RFC 7643 section 5 requires of the configuration."""

    def judge(view: View) -> str | None:
        unsaid = [one for one in FEATURES if not isinstance(member(member(view.body, one), "supported"), bool)]
        schemes = member(view.body, "authenticationSchemes")
        unsaid += [] if isinstance(schemes, list) else ["authenticationSchemes"]
        return f"missing: {', '.join(unsaid)}" if unsaid else None

    return says("complete", "a boolean `supported` for each feature, and authenticationSchemes", judge)


def limits() -> Obligation:
    """Check that the limits in the configuration are integers."""

    def judge(view: View) -> str | None:
        asked = (("bulk", "maxOperations"), ("bulk", "maxPayloadSize"), ("filter", "maxResults"))
        values = {f"{one}.{name}": member(member(view.body, one), name) for one, name in asked}
        bad = [f"{name} is {short(found)}" for name, found in values.items() if type(found) is not int or found < 0]
        return bad[0] if bad else None

    return says("limits", "bulk.maxOperations, bulk.maxPayloadSize and filter.maxResults as integers", judge)


def schemes() -> Obligation:
    """Check that each authentication scheme has a type, a name and a description."""

    def judge(view: View) -> str | None:
        return any_of(elements(member(view.body, "authenticationSchemes")), _unsaid)

    return says("schemes", "a type, a name and a description for each authentication scheme", judge)


def _unsaid(scheme: Any) -> str | None:
    missing = [name for name in ("type", "name", "description") if not member(scheme, name)]
    return f"missing: {', '.join(missing)}" if missing else None


def every(key: str, expected: str, wrong: Any) -> Obligation:
    """Check every entry of a list: `wrong` returns what is wrong with one, or None."""
    return says(key, expected, lambda view: any_of(listed(view.body), wrong))


def schema_ids() -> Obligation:
    """Check that each schema has its URI as id, and is declared as a schema."""

    def wrong(schema: Any) -> str | None:
        found = member(schema, "id")
        if not isinstance(found, str) or ":" not in found:
            return f"id is {short(found)}"
        return None if SCHEMA in elements(member(schema, "schemas")) else f"{found} has no schemas with {SCHEMA}"

    return every("ids", f"a URI as id, and schemas with {SCHEMA}, for each schema", wrong)


def no_messages() -> Obligation:
    """Check that no schema of a message is listed."""

    def wrong(schema: Any) -> str | None:
        found = str(member(schema, "id"))
        return f"{found} is listed" if found.startswith(API) else None

    return every("messages", f"no schema that begins with {API}", wrong)


def characteristics() -> Obligation:
    """Check that mutability, returned and uniqueness, where they are given, have defined values."""

    def wrong(schema: Any) -> str | None:
        said = ((path, name, member(one, name)) for path, one in walk(schema) for name in WORDS)
        bad = [f"{name} of {path} is {short(value)}" for path, name, value in said if not _is_word(name, value)]
        return bad[0] if bad else None

    return every("characteristics", "only defined values of mutability, returned and uniqueness", wrong)


def _is_word(name: str, value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.lower() in WORDS[name])


def types() -> Obligation:
    """Check that each attribute has one of the types of RFC 7643."""

    def wrong(schema: Any) -> str | None:
        said = ((path, member(one, "type")) for path, one in walk(schema))
        bad = [f"the type of {path} is {short(found)}" for path, found in said if str(found).lower() not in TYPES]
        return bad[0] if bad else None

    return every("types", "a type of RFC 7643 section 2.3 for each attribute", wrong)


def names() -> Obligation:
    """Check that attribute names fit the grammar."""

    def wrong(schema: Any) -> str | None:
        bad = [path for path, one in walk(schema) if not _NAME.match(str(member(one, "name")))]
        return f"the name {bad[0]}" if bad else None

    return every("names", "names of letters, digits, $, - and _ that begin with a letter", wrong)


def flat() -> Obligation:
    """Check that no sub-attribute is complex, except in the schema of schemas."""

    def wrong(schema: Any) -> str | None:
        bad = [path for path, one in walk(schema) if "." in path and str(member(one, "type")).lower() == "complex"]
        return f"{bad[0]} is complex" if bad and member(schema, "id") != SCHEMA else None

    return every("flat", "no complex sub-attribute", wrong)


def core_user() -> Obligation:
    """Check the core User schema where it lists what RFC 7643 section 4.1 fixes."""

    def wrong(schema: Any) -> str | None:
        if str(member(schema, "id")).lower() != urns.USER.lower():
            return None
        return any_of(dict(walk(schema)).items(), lambda pair: _unlike_core(*pair))

    return every("core-user", "userName, password, groups and emails as in RFC 7643 section 4.1", wrong)


_CORE: dict[str, dict[str, Sequence[Any]]] = {
    "username": {"required": (True,), "uniqueness": ("server", "global"), "caseExact": (False, None)},
    "password": {"mutability": ("writeOnly",), "returned": ("never",)},
    "groups": {"mutability": ("readOnly",), "multiValued": (True,)},
    "emails": {"multiValued": (True,), "type": ("complex",)},
    "phonenumbers": {"multiValued": (True,), "type": ("complex",)},
    "addresses": {"multiValued": (True,), "type": ("complex",)},
}


def _unlike_core(path: str, attribute: Any) -> str | None:
    for name, allowed in _CORE.get(path.lower(), {}).items():
        found = member(attribute, name)
        if found not in allowed and str(found).lower() not in {str(one).lower() for one in allowed}:
            return f"{name} of {path} is {short(found)}"
    return None


def complete_types() -> Obligation:
    """Check that each resource type has a name, an endpoint and a schema."""

    def wrong(one: Any) -> str | None:
        missing = [name for name in ("name", "endpoint", "schema") if not isinstance(member(one, name), str)]
        return f"{short(member(one, 'name'))} has no {', '.join(missing)}" if missing else None

    return every("complete", "a name, an endpoint and a schema for each resource type", wrong)


def unique_types() -> Obligation:
    """Check that no two resource types share a name or an endpoint."""

    def judge(view: View) -> str | None:
        for name in ("name", "endpoint"):
            found = [str(member(one, name)) for one in listed(view.body)]
            if len(set(found)) < len(found):
                return f"two resource types have the same {name}"
        return None

    return says("unique", "a different name and endpoint for each resource type", judge)


def extension_flags() -> Obligation:
    """Check that each extension of a resource type says whether it is required."""

    def wrong(one: Any) -> str | None:
        bad = [
            ext for ext in elements(member(one, "schemaExtensions")) if not isinstance(member(ext, "required"), bool)
        ]
        return f"{short(member(bad[0], 'schema'))} has no boolean required" if bad else None

    return every("extensions", "a boolean `required` for each extension", wrong)


def described_in(name: str, *, extensions: bool = False) -> Obligation:
    """Check that the schemas of resource types are among those kept under `name`."""

    def judge(view: View) -> str | None:
        known = {str(member(one, "id")).lower() for one in listed(kept(name, view.bindings))}
        unknown = [urn for one in listed(view.body) for urn in _schemas_of(one, extensions) if urn.lower() not in known]
        return f"{unknown[0]} is not at /Schemas" if unknown else None

    what = "extension" if extensions else "schema"
    return says(f"{what}-known", f"each {what} of a resource type is listed at /Schemas", judge)


def _schemas_of(one: Any, extensions: bool) -> list[str]:
    found = [member(ext, "schema") for ext in elements(member(one, "schemaExtensions"))]
    return [str(urn) for urn in (found if extensions else [member(one, "schema")])]


def lists_all_of(name: str) -> Obligation:
    """Check that every schema that a resource kept under `name` has is listed."""

    def judge(view: View) -> str | None:
        ids = {str(member(one, "id")).lower() for one in listed(view.body)}
        used = [str(urn) for urn in elements(member(kept(name, view.bindings), "schemas"))]
        unknown = [urn for urn in used if urn.lower() not in ids]
        return f"{unknown[0]} is used by a resource, and is not listed" if unknown else None

    return says("used", "every schema that a resource of this run has", judge)


def same_entries(name: str) -> Obligation:
    """Check that a list has the same entries as the one kept under `name`."""

    def judge(view: View) -> str | None:
        before, after = (sorted(map(_called, listed(one))) for one in (kept(name, view.bindings), view.body))
        return None if before == after else f"{len(after)} of {len(before)} entries"

    return says("same", "the same entries as without these parameters", judge)


def _called(entry: Any) -> str:
    return str(member(entry, "id") or member(entry, "name"))
