"""The schemas of the embedded target: those of RFC 7643, and what a profile maps beside them.

A target that an application is configured for knows the attributes of its mapping, those of its own extensions
included; so the demo of a profile does.
"""

from collections.abc import Iterable, Mapping

from scim2_models import Attribute, ResourceType, Schema, SchemaExtension
from scim2_models.annotations import CaseExact, Mutability, Required, Returned, Uniqueness
from scim2_server.utils import load_default_resource_types, load_default_schemas

from scim_conformance.entra.needs import example
from scim_conformance.entra.profiles.mapping import AttributeMapping as Row
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scim import urns
from scim_conformance.scim.paths import AttrPath

KINDS = {
    "String": "string",
    "Boolean": "boolean",
    "Integer": "integer",
    "DateTime": "dateTime",
    "Reference": "reference",
    "Binary": "binary",
}
"""The types of a mapping, and what RFC 7643 section 2.3 calls them."""


def described(profile: Profile | None) -> tuple[list[Schema], list[ResourceType]]:
    """Return the schemas and resource types of a target for this profile; None: those of RFC 7643 alone."""
    schemas, types = load_default_schemas(), load_default_resource_types()
    _describe_validators(schemas, types)
    mapped = _mapped(profile)
    _change_core(schemas, keeps_password=any(is_password(row.target) for row in mapped.get("User", [])))
    for kind, rows in mapped.items():
        for row in rows:
            several = profile is not None and isinstance(example(profile, row, kind.lower()), list)
            _describe(row, several, schemas, types[kind])
    return list(schemas.values()), list(types.values())


def _describe_validators(schemas: dict[str, Schema], types: Mapping[str, ResourceType]) -> None:
    """Add what the target of the Validator's session described: without it, the Validator sends none of it."""
    for kind, (urn, attributes) in _VALIDATORS.items():
        schema = _schema(urn, schemas, types[kind])
        schema.attributes = [_attribute(name, of_type) for name, of_type in attributes.items()]


_VALIDATORS = {
    "User": (
        "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User",
        dict.fromkeys(
            ("mailNickname", "userType", "employeeLeaveDateTime", "onPremisesImmutableId", "preferredLanguage"),
            "string",
        ),
    ),
    "Group": (
        "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:Group",
        {
            **dict.fromkeys(("description", "mailNickname", "groupTypes"), "string"),
            **dict.fromkeys(("mailEnabled", "securityEnabled"), "boolean"),
        },
    ),
}


def _change_core(schemas: Mapping[str, Schema], *, keeps_password: bool) -> None:
    """Keep group names unique. Nobody signs in here, and Microsoft's validator does not know password."""
    for attribute in schemas[urns.GROUP].attributes or []:
        if attribute.name == "displayName":
            attribute.uniqueness = Uniqueness.server
    user = schemas[urns.USER]
    if not keeps_password:
        user.attributes = [attribute for attribute in user.attributes or [] if attribute.name != "password"]


def _mapped(profile: Profile | None) -> dict[str, list[Row]]:
    if profile is None:
        return {}
    return {"User": profile.user.mapping, "Group": profile.group.mapping if profile.group else []}


def _describe(row: Row, several: bool, schemas: dict[str, Schema], resource_type: ResourceType) -> None:
    """Add the attribute of a mapping where no schema has it; `several`: it has several values."""
    path = row.path
    if path.urn is None and path.name.lower() in {"externalid", "id", "schemas", "meta"}:
        return
    schema = _schema(path.urn or str(resource_type.schema_), schemas, resource_type)
    found = _find(schema.attributes or [], path.name)
    if found is None:
        of_type = "complex" if path.sub or path.key else KINDS[row.kind]
        found = _attribute(path.name, of_type, several=several or path.key is not None)
        schema.attributes = [*(schema.attributes or []), found]
    for name, of_type in _parts(path, row):
        if _find(found.sub_attributes or [], name) is None:
            found.sub_attributes = [*(found.sub_attributes or []), _attribute(name, of_type)]


def _schema(urn: str, schemas: dict[str, Schema], resource_type: ResourceType) -> Schema:
    known = next((schema for name, schema in schemas.items() if name.lower() == urn.lower()), None)
    if known is not None:
        return known
    # Two schemas of one name would be one model.
    schemas[urn] = Schema(id=urn, name=f"Extension{len(schemas)}", attributes=[])
    extension = SchemaExtension.model_validate({"schema": urn, "required": False})
    resource_type.schema_extensions = [*(resource_type.schema_extensions or []), extension]
    return schemas[urn]


def _parts(path: AttrPath, row: Row) -> Iterable[tuple[str, str]]:
    """Yield the parts of a complex attribute that a path names, with their types."""
    if path.key is not None:
        yield path.key, "boolean" if isinstance(path.literal, bool) else "string"
        yield path.sub or "value", KINDS[row.kind]
    elif path.sub is not None:
        yield path.sub, KINDS[row.kind]


def _find(attributes: Iterable[Attribute], name: str) -> Attribute | None:
    return next((one for one in attributes if str(one.name).lower() == name.lower()), None)


def _attribute(name: str, kind: str, *, several: bool = False) -> Attribute:
    return Attribute(
        name=name,
        description=f"The attribute {name} of an application",
        type=Attribute.Type(kind),
        multi_valued=several,
        required=Required.false,
        case_exact=CaseExact.false,
        mutability=Mutability.read_write,
        returned=Returned.default,
        uniqueness=Uniqueness.none,
        sub_attributes=[] if kind == "complex" else None,
    )
