"""What an administrator maps: the attributes of Entra's objects, and the target attributes that the portal takes.

Source: Microsoft, "Customize attribute mappings" and the default mappings of a non-gallery application; the attributes
of a user are those of Microsoft Graph's "user resource type", by the names that the portal shows.
"""

from dataclasses import dataclass

from scim_conformance.entra.typed import AttributeType

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0"

UNIQUE = ("userPrincipalName", "mail", "mailNickname", "objectId", "employeeId")
"""What no two users have in common: what is fit for matching."""

NAMING = ("userPrincipalName", "mail", "mailNickname")
"""What userName is made of."""

MAILS = ("mail", "userPrincipalName", "originalUserPrincipalName")
PHONES = ("telephoneNumber", "mobile", "facsimileTelephoneNumber")

TEXTS = (
    "givenName", "surname", "displayName", "jobTitle", "department", "companyName", "city", "state", "streetAddress",
    "postalCode", "country", "physicalDeliveryOfficeName", "preferredLanguage", "usageLocation", "employeeType",
    "mailNickname", "employeeId", "objectId", "onPremisesSecurityIdentifier",
    *(f"extensionAttribute{number}" for number in range(1, 16)),
    "extension_5f3f0f1e2d3c4b5a69788796a5b4c3d2_costCenter",
)  # fmt: skip
BOOLEANS = ("accountEnabled", "dirSyncEnabled")
DATES = ("employeeHireDate", "employeeLeaveDateTime", "createdDateTime")

GROUP_TEXTS = ("displayName", "mailNickname", "description", "objectId", "mail")


@dataclass(frozen=True)
class Goal:
    """A target attribute. `kind` says which values it takes: text, mail, phone, country, language, role, …"""

    path: str
    kind: str = "text"
    type: AttributeType = "String"


def _addresses() -> list[Goal]:
    parts = ("formatted", "streetAddress", "locality", "region", "postalCode")
    return [
        *(Goal(f'addresses[type eq "{type_}"].{part}') for type_ in ("work", "home", "other") for part in parts),
        *(Goal(f'addresses[type eq "{type_}"].country', "country") for type_ in ("work", "home")),
    ]


STANDARD: tuple[Goal, ...] = (
    Goal("displayName", "named"),
    Goal("externalId", "unique"),
    *(Goal(name) for name in ("nickName", "title", "userType")),
    Goal("preferredLanguage", "language"),
    Goal("locale", "language"),
    Goal("timezone", "zone"),
    Goal("profileUrl", "url"),
    *(Goal(f"name.{part}") for part in ("givenName", "familyName", "formatted", "middleName")),
    *(Goal(f"name.{part}") for part in ("honorificPrefix", "honorificSuffix")),
    *(Goal(f'emails[type eq "{type_}"].value', "mail") for type_ in ("work", "home", "other")),
    *(Goal(f'phoneNumbers[type eq "{type_}"].value', "phone") for type_ in ("work", "mobile", "fax", "home", "pager")),
    *_addresses(),
    Goal('ims[type eq "skype"].value'),
    *(Goal(f"{ENTERPRISE}:{name}") for name in ("department", "costCenter", "organization", "division")),
    Goal(f"{ENTERPRISE}:employeeNumber", "unique"),
)

EXTENSIONS = (
    "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User",
    "urn:ietf:params:scim:schemas:extension:acme.v2:2.1:User",
    "urn:example:params:scim:schemas:extension:vendor:1.0:User",
    "urn:example:params:scim:schemas:extension:vendor:2.0:User",
    "urn:scim:schemas:extension:4you:2.0",
)
"""URNs of extensions: with dots and digits, in two versions, and without a resource type at the end."""

CUSTOM: tuple[Goal, ...] = (
    *(Goal(f"{urn}:{name}") for urn in EXTENSIONS for name in ("tag", "badge-No1", "cost_center2", "seat$x")),
    *(Goal(f"{urn}:isRemote", "flag", "Boolean") for urn in EXTENSIONS),
    *(Goal(f"{urn}:seats2", "count", "Integer") for urn in EXTENSIONS),
    *(Goal(f"{urn}:hiredAt", "date", "DateTime") for urn in EXTENSIONS),
    *(Goal(f"{urn}:seal", "binary", "Binary") for urn in EXTENSIONS),
    Goal(f"{EXTENSIONS[0]}:site.name"),
    Goal(f'{EXTENSIONS[0]}:contacts[type eq "boss"].value'),
    Goal(f"{EXTENSIONS[1]}:contacts[primary eq true].value"),
    Goal("seats", "count", "Integer"),
    Goal("contractor", "flag", "Boolean"),
    Goal("hireDate", "date", "DateTime"),
)

ROLE_PARTS: tuple[Goal, ...] = (
    Goal('roles[primary eq "True"].value', "role"),
    Goal('roles[primary eq "True"].display', "role"),
    Goal('roles[primary eq "True"].type'),
)
ROLES = Goal("roles", "roles")

GROUP_CUSTOM: tuple[Goal, ...] = (
    Goal("urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:Group:note"),
    Goal("urn:ietf:params:scim:schemas:extension:acme.v2:2.1:Group:level", "count", "Integer"),
    Goal("urn:example:params:scim:schemas:extension:vendor:1.0:Group:isSynced", "flag", "Boolean"),
)
