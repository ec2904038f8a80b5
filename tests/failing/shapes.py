"""What a resource has: attributes and their types, from RFC 7643, and values that are made to fit them."""

from typing import Any, TypeAlias

Spec: TypeAlias = Any
"""A type's name, a dictionary of sub-attributes, or a list with one dictionary: a multi-valued attribute."""
Resource: TypeAlias = dict[str, Any]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

PLURAL = {"value": "string", "display": "string", "type": "string", "primary": "boolean"}
ADDRESS = dict.fromkeys(("formatted", "streetAddress", "locality", "region", "postalCode", "country"), "string")
NAMES = ("formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix")
TEXTS = (
    "externalId", "userName", "displayName", "nickName", "profileUrl", "title", "userType", "preferredLanguage",
    "locale", "timezone",
)  # fmt: skip

USER_SPEC: Resource = {
    **dict.fromkeys(TEXTS, "string"),
    "active": "boolean",
    "name": dict.fromkeys(NAMES, "string"),
    "emails": [PLURAL],
    "phoneNumbers": [PLURAL],
    "ims": [PLURAL],
    "photos": [PLURAL],
    "roles": [PLURAL],
    "entitlements": [PLURAL],
    "addresses": [{**ADDRESS, "type": "string", "primary": "boolean"}],
}
ENTERPRISE_SPEC: Resource = {
    **dict.fromkeys(("employeeNumber", "costCenter", "organization", "division", "department"), "string"),
    "manager": {"value": "string", "$ref": "string", "displayName": "string"},
}
GROUP_SPEC: Resource = {
    "externalId": "string",
    "displayName": "string",
    "members": [{"value": "string", "$ref": "string", "type": "string", "display": "string"}],
}
SPECS: dict[str, Resource] = {"Users": USER_SPEC | {ENTERPRISE: ENTERPRISE_SPEC}, "Groups": GROUP_SPEC}
CORE = {"Users": USER, "Groups": GROUP}
EXACT = {"id", "externalId", "$ref", "location"}
"""Strings whose letter case counts; a member's value is compared as an id, too."""


class ScimError(Exception):
    """An error that the client is answered with."""

    def __init__(self, status: int, detail: str, scim_type: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.scim_type = status, detail, scim_type


def known(spec: Resource, name: str) -> str | None:
    """Return an attribute's own spelling: names are case-insensitive."""
    return next((one for one in spec if one.lower() == name.lower()), None)


def fit(spec: Spec, value: Any, name: str) -> Any:
    """Return a value as its type has it; None is a value that is absent. Unknown sub-attributes are left out."""
    if value is None or value == "":
        return None
    if isinstance(spec, list):
        many = value if isinstance(value, list) else [value]
        return [one for one in (fit(spec[0], item, name) for item in many) if one] or None
    if isinstance(spec, dict):
        return _complex(spec, value, name)
    return _boolean(value, name) if spec == "boolean" else _text(value, name)


def _complex(spec: Resource, value: Any, name: str) -> Resource | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and "value" in spec:
        value = {"value": value}
    if not isinstance(value, dict):
        raise ScimError(400, f"{name} is a complex attribute", "invalidValue")
    found = {own: fit(spec[own], item, own) for key, item in value.items() if (own := known(spec, key))}
    return {key: item for key, item in found.items() if item is not None} or None


def _boolean(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ScimError(400, f"{name} must be true or false", "invalidValue")


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    raise ScimError(400, f"{name} must be a string", "invalidValue")


def container(kind: str, resource: Resource, path: str) -> tuple[Resource, Resource, str]:
    """Return what a path is looked up in, with its attributes and the rest of the path: a URN may come before it."""
    lowered = path.lower()
    for urn, inner in ((CORE[kind], resource), (ENTERPRISE, None)):
        if lowered.startswith(f"{urn.lower()}:"):
            spec = SPECS[kind] if inner is not None else ENTERPRISE_SPEC
            return spec, resource.setdefault(ENTERPRISE, {}) if inner is None else inner, path[len(urn) + 1 :]
    return SPECS[kind], resource, path
