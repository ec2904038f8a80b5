"""An attribute mapping: its rows, each with what it sends for a user or group, and those of an object type together."""

import zlib
from functools import lru_cache
from typing import Any, Literal

import msgspec

from scim_conformance.entra.expressions import parser
from scim_conformance.entra.expressions.values import several
from scim_conformance.entra.profiles.scoping import ScopingFilter
from scim_conformance.entra.typed import AttributeType, converted
from scim_conformance.scim import paths

LATER = frozenset({"manager", "members"})
"""Source attributes that the scenarios fill in: ids, which only the target assigns."""

COMPLEX = frozenset(
    {"emails", "phonenumbers", "ims", "photos", "addresses", "entitlements", "roles", "x509certificates"}
)
"""The multi-valued attributes of a user, which contain objects (RFC 7643 section 4.1.2)."""

SINGULAR = frozenset(
    {
        "username", "externalid", "displayname", "nickname", "profileurl", "title", "usertype", "preferredlanguage",
        "locale", "timezone", "active", "password",
    }
)  # fmt: skip
"""The single-valued attributes of users and groups (RFC 7643 sections 3.1, 4.1.1 and 4.2)."""

Action = Literal["create", "update", "delete"]


class AttributeMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of an attribute mapping: exactly one of `source`, `expression`, `constant`; where it goes; matching."""

    target: str
    source: str | None = None
    expression: str | None = None
    constant: str | None = None
    type: AttributeType = "String"
    match: int = 0
    """0: not a matching attribute; 1, 2, …: its precedence."""
    default: str | None = None
    """Sent if the source has no value, on creation only (the portal's “Default value if null”)."""
    apply: Literal["always", "create"] = "always"
    """`create`: only during object creation."""
    sample: list[str] = []
    """Values for targets with special requirements; the users get them in turn instead of generated ones."""

    @property
    def path(self) -> paths.AttrPath:
        """The parsed target path."""
        return paths.parse(self.target)

    @property
    def is_reference(self) -> bool:
        """True for manager and members: sent after the object itself, by id."""
        return self.type == "Reference" and (self.source in LATER or self.path.name.lower() in LATER)

    @property
    def kind(self) -> AttributeType:
        """The type in which the value is sent: a boolean for `active` and `primary`, which have no other type."""
        return "Boolean" if _is_boolean(self.target) else self.type

    def value(self, source: dict[str, Any], *, creating: bool = False) -> Any:
        """Return what is sent for an Entra object, as JSON of the mapping's type, or None if nothing is.

        The default is sent on creation only (Microsoft: Customize attribute mappings).
        """
        found = self._raw(source)
        if self.sample:
            found = self.sample[zlib.crc32(str(source.get("objectId")).encode()) % len(self.sample)]
        if found in (None, "", []) and creating:
            found = self.default
        found = converted(self.kind, found)
        return None if found is None else self._shaped(found)

    def _shaped(self, found: Any) -> Any:
        """Return values in the form of the target attribute: objects if it is complex, one value if it takes only
        one."""
        path = self.path
        if path.urn is None and path.simple and path.sub is None and path.name.lower() in COMPLEX:
            return [one if isinstance(one, dict) else {"value": one} for one in several(found)]
        if not isinstance(found, list):
            return found
        # It is not documented how Entra combines several values: the first one is used here.
        takes_one = path.sub is not None or (path.urn is None and path.name.lower() in SINGULAR)
        return found[0] if takes_one and not isinstance(found[0], dict) else found

    def match_value(self, source: dict[str, Any]) -> Any:
        """Return the value by which this rule queries an Entra object; None if it has none and is skipped."""
        found = self.value(source)
        return None if isinstance(found, list | dict) else found

    def _raw(self, source: dict[str, Any]) -> Any:
        if self.expression is not None:
            try:
                return parser.evaluate(parser.parse(self.expression), source, self.target)
            except parser.ExpressionError as error:
                raise parser.ExpressionError(f"the expression for {self.target}: {error}") from None
        return source.get(self.source or "") if self.constant is None else self.constant


@lru_cache(maxsize=4096)
def _is_boolean(target: str) -> bool:
    path = paths.parse(target)
    return (path.urn is None and path.name.lower() == "active") or str(path.sub).lower() == "primary"


class ObjectType(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The attribute mappings of users or of groups, and the portal's “Target Object Actions”."""

    mapping: list[AttributeMapping]
    actions: list[Action] = msgspec.field(default_factory=lambda: list[Action](["create", "update", "delete"]))
    unassign: Literal["disable", "delete", "nothing"] = "disable"
    """What happens to an account that leaves the scope; `nothing` is `SkipOutOfScopeDeletions`."""
    scope: list[ScopingFilter] = []
    """The scoping filters. The suites do not use them; `preview` and `rehearse` do."""

    @property
    def matching(self) -> list[AttributeMapping]:
        """The matching attributes, lowest precedence number first."""
        return sorted((row for row in self.mapping if row.match), key=lambda row: row.match)

    def find(self, target: str) -> AttributeMapping | None:
        """Return the row that maps to `target`, or None."""
        return next((row for row in self.mapping if row.target.lower() == target.lower()), None)
