"""The attributes of an Entra user or group other than names and contact data: the other source attributes of a mapping.

Sources: Microsoft Graph, "synchronization objectDefinition" (the names of the provisioning service's user object), the
portal's list of source attributes, and "user resource type" (lengths and forms). Not here, since Entra offers none of
them as a source: userType, SamAccountName, passwords (Microsoft: Known issues for application provisioning).
"""

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scim_conformance.entra.directory import phones
from scim_conformance.scenario import tags

EXTENSIONS = tuple(f"extensionAttribute{number}" for number in range(1, 16))
"""The fifteen extension attributes of Exchange, which an organization may use for anything."""

_LIKE_EXTENSION = re.compile(r"extension|^ext[a-z0-9]{8}_", re.IGNORECASE)
_LONGEST = 40
"""Characters of an attribute's name that its value repeats."""


@dataclass(frozen=True)
class Identity:
    """Identifies a user or group of a run. `mark`: six hex digits; `alias`: the name before the @; `employee`: four."""

    tag: str
    mark: str
    alias: str
    domain: str
    employee: str

    def number(self, about: str, least: int, most: int) -> int:
        """Return a number from `least` to `most`, the same for the same user and attribute."""
        digest = hashlib.sha256(f"{self.alias}/{about}".encode()).digest()
        return least + int.from_bytes(digest[:8]) % (most - least + 1)


def is_extension(name: str) -> bool:
    """Return whether a tenant has added this source attribute: such as `extension_<32 hex digits>_name`."""
    return _LIKE_EXTENSION.search(name) is not None


def is_free(name: str) -> bool:
    """Return whether the tenant decides the content of a source attribute, so that the mapping may determine its
    value."""
    return name in EXTENSIONS or is_extension(name)


def of_user(one: Identity, company: str) -> dict[str, Any]:
    """Return the other source attributes of a user. Several values are a list, and dates are ISO 8601 in UTC."""
    return {
        **{name: free(one, name, "text") for name in EXTENSIONS},
        **_employment(one, company),
        **_on_premises(one),
        "originalUserPrincipalName": f"{one.alias}@{one.domain}",
        "otherMails": [f"{one.alias}.other@{one.domain}"],
        "imAddresses": [f"{one.alias}@{one.domain}"],
        "usageLocation": "US",
        "preferredDataLocation": "NAM",
        "ageGroup": "Adult",
        "legalAgeGroupClassification": "Adult",
        "createdDateTime": f"{one.number('created', 2015, 2024)}-03-01T08:00:00Z",
        "showInAddressList": True,
        "isResourceAccount": False,
        "securityIdentifier": _sid(one, "S-1-12-1"),
        # An app role's value: one role for each user, as SingleAppRoleAssignment requires.
        "appRoleAssignments": [f"{one.tag}-{one.mark}.Member"],
    }


def _employment(one: Identity, company: str) -> dict[str, Any]:
    division, cost_center = f"Division {one.number('division', 1, 40)}", f"CC-{one.number('cost', 1000, 9999)}"
    return {
        "companyName": company,
        "employeeType": ("Employee", "Contractor", "Consultant", "Vendor")[one.number("type", 0, 3)],
        "employeeHireDate": f"{one.number('hired', 2010, 2024)}-{one.number('month', 1, 12):02}-01T00:00:00Z",
        "employeeLeaveDateTime": f"{one.number('leaves', 2031, 2039)}-06-30T17:00:00Z",
        "employeeOrgData.division": division,
        "employeeOrgData.costCenter": cost_center,
        "division": division,
        "costCenter": cost_center,
    }


def _on_premises(one: Identity) -> dict[str, Any]:
    domain = ",".join(f"DC={part}" for part in one.domain.split("."))
    anchor = base64.b64encode(uuid.UUID(tags.guid(one.tag, f"{one.alias}/anchor")).bytes).decode()
    return {
        "dirSyncEnabled": True,
        "onPremisesSyncEnabled": True,
        "immutableId": anchor,
        "onPremisesImmutableId": anchor,
        "onPremisesDistinguishedName": f"CN={one.alias},OU=People,{domain}",
        "onPremisesDomainName": one.domain,
        # Active Directory allows at most 20 characters.
        "onPremisesSamAccountName": one.tag + one.employee,
        "onPremisesSecurityIdentifier": _sid(one, "S-1-5-21"),
        "onPremisesUserPrincipalName": f"{one.alias}@{one.domain}",
    }


def _sid(one: Identity, begin: str) -> str:
    return "-".join([begin, *(str(one.number(f"{begin}/{part}", 1000, 4_000_000_000)) for part in range(4))])


def of_group(one: Identity) -> dict[str, Any]:
    """Return the other source attributes of a group."""
    return {
        "description": f"{one.alias}: created by a conformance run",
        "mail": f"{one.tag}-{one.mark}-group@{one.domain}",
        "mailNickname": f"{one.tag}-{one.mark}-group",
        "mailEnabled": True,
        "securityEnabled": True,
        "proxyAddresses": [f"{one.tag}-{one.mark}-group@{one.domain}"],
        "groupTypes": ["Unified"],
        "visibility": "Private",
        "classification": "Internal",
        "preferredLanguage": "en-US",
        "preferredDataLocation": "NAM",
        "dirSyncEnabled": True,
        "onPremisesSyncEnabled": True,
        "onPremisesSamAccountName": f"{one.tag}{one.employee}",
        "onPremisesNetBiosName": "EXAMPLE",
        "onPremisesDomainName": one.domain,
        "onPremisesSecurityIdentifier": _sid(one, "S-1-5-21"),
        "securityIdentifier": _sid(one, "S-1-12-1"),
        "createdDateTime": f"{one.number('created', 2015, 2024)}-03-01T08:00:00Z",
        "IsSoftDeleted": False,
    }


def free(one: Identity, name: str, kind: str) -> Any:
    """Return the value of an attribute that may contain anything, valid for its target (see `entra.directory.wanted`).

    `kind`: text, Integer, Boolean, DateTime, Binary, or one of `FORMS`.
    """
    if kind in FORMS:
        return FORMS[kind](one)
    if kind == "text":
        return f"{one.tag}-{one.mark}-{_short(name)}"
    number = one.number(name, 100_000, 999_999_999)
    made: dict[str, Any] = {
        "Integer": str(number),
        "Boolean": number % 2 == 0,
        "DateTime": f"{2010 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}T00:00:00Z",
        "Binary": base64.b64encode(f"{one.tag}-{one.mark}-{name}".encode()).decode(),
    }
    return made.get(kind, f"{one.tag}-{one.mark}-{_short(name)}")


@lru_cache(maxsize=1024)
def _short(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", name.rpartition("_")[2].rpartition(".")[2])[-_LONGEST:]


FORMS: dict[str, Any] = {
    "address": lambda one: f"{one.alias}.more@{one.domain}",
    "phone": lambda one: phones.number(one.number("phone", 0, phones.RESERVED * len(phones.AREAS)), 3),
    "language": lambda one: ("en-US", "en-GB", "de-DE", "fr-FR")[one.number("language", 0, 3)],
    "timezone": lambda one: ("America/New_York", "Europe/Berlin", "Asia/Tokyo")[one.number("timezone", 0, 2)],
    "country": lambda one: ("US", "CA", "GB", "DE")[one.number("country", 0, 3)],
    "url": lambda one: f"https://{one.domain}/{one.alias}",
}
"""Values that RFC 7643 sections 4.1.1 and 4.1.2 define, by their kind."""
