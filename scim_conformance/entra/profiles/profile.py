"""A profile: what an administrator configures in the enterprise application, read from a TOML file."""

import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

from scim_conformance.entra import needs
from scim_conformance.entra.expressions import parser
from scim_conformance.entra.expressions.values import several
from scim_conformance.entra.profiles import hints, validity
from scim_conformance.entra.typed import AttributeType, converted
from scim_conformance.scim import paths
from scim_conformance.scim.locations import PROFILES
from scim_conformance.system import inputs

MOST_ROWS = 500
"""Maximum mappings of an object; Microsoft's largest have a tenth of it, and each creates scenarios."""


class ProfileError(ValueError):
    """The profile is invalid. The message names the file and the key, and says how to fix it."""


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
        return self.type == "Reference" and (self.source in needs.LATER or self.path.name.lower() in needs.LATER)

    @property
    def kind(self) -> AttributeType:
        """The type in which the value is sent: a boolean for `active` and `primary`, which have no other type."""
        path = self.path
        is_boolean = (path.urn is None and path.name.lower() == "active") or str(path.sub).lower() == "primary"
        return "Boolean" if is_boolean else self.type

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


class ObjectType(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The attribute mappings of users or of groups, and the portal's “Target Object Actions”."""

    mapping: list[AttributeMapping]
    actions: list[Action] = msgspec.field(default_factory=lambda: list[Action](["create", "update", "delete"]))
    unassign: Literal["disable", "delete", "nothing"] = "disable"
    """What happens to an account that leaves the scope; `nothing` is `SkipOutOfScopeDeletions`."""

    @property
    def matching(self) -> list[AttributeMapping]:
        """The matching attributes, lowest precedence number first."""
        return sorted((row for row in self.mapping if row.match), key=lambda row: row.match)

    def find(self, target: str) -> AttributeMapping | None:
        """Return the row that maps to `target`, or None."""
        return next((row for row in self.mapping if row.target.lower() == target.lower()), None)


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The users that a target accepts. `domain`: of every address; the default is reserved, so no mail is sent."""

    domain: str = "example.com"
    most: int | None = None
    """Maximum number of objects in the target at once; scenarios that need more are not applicable."""


SentIn = Literal["header", "body", "both"]
"""Where a token request contains the client's ID and secret (the portal's “How credentials are sent”)."""


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to authenticate to the target. Secrets come from the environment or a file, never from here."""

    kind: Literal["bearer", "client-credentials", "federated"] = "bearer"
    token_url: str | None = None
    client_id: str | None = None
    scope: str | None = None
    sent_in: SentIn = "header"
    """For a client secret; a client assertion is always in the body (RFC 7523 section 2.2)."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """An application's configuration in Entra. `group` is None when no groups are provisioned."""

    name: str
    title: str
    user: ObjectType
    group: ObjectType | None = None
    people: People = People()
    credentials: Credentials = Credentials()
    dialect: Literal["legacy", "compliant", "both"] | None = None
    """The dialects that the tenant URL selects; None: as the run requests, or both."""
    requires: list[Literal["discovery", "client-credentials", "gallery"]] = []
    """What the gallery requires beyond provisioning; `gallery`: what Microsoft's own tests for it require."""
    only_mapped: bool = False
    """Send no attribute outside the mapping, not even in scenarios about unknown attributes."""
    members: Literal["hidden"] | None = None
    """`hidden`: the target never shows group members, so memberships cannot be verified."""
    unclaimed: list[str] = []
    """Scenarios, by id or prefix, that the target does not claim to support: not applicable, and shown."""

    @cached_property
    def examples(self) -> dict[str, dict[str, Any]]:
        """The attributes of a generated `user`, a `leaver` (out of scope) or a `group`."""
        return needs.examples(self)

    def lacks(self, wanted: Sequence[str]) -> str | None:
        """Return the first need of a scenario (see `needs`) that this profile does not meet, as a sentence, or None."""
        return next((needs.words(self, need) for need in wanted if not self.has(need)), None)

    def has(self, need: str) -> bool:
        """Return whether the profile has what a scenario needs."""
        return needs.has(self, need)


def load(name_or_file: str) -> Profile:
    """Load a shipped profile by name, or a profile from a file.

    Raises:
        ProfileError: no such profile, unreadable TOML, or an invalid key; the message names it.
    """
    shipped = name_or_file in shipped_names()
    path = PROFILES / f"{name_or_file}.toml" if shipped else Path(name_or_file)
    try:
        text = inputs.text(path)
    except inputs.CannotRead as error:
        if not _is_there(path):
            known = ", ".join(shipped_names())
            raise ProfileError(f"no profile {name_or_file[:300]!s}: neither a file nor one of {known}") from None
        raise ProfileError(f"the profile {path} {error}") from None
    return loads(text, str(path))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def loads(text: str, where: str) -> Profile:
    """Load a profile from TOML; `where` is its name in errors.

    Raises:
        ProfileError: unreadable TOML, or a key that is wrong; the message names it.
    """
    return checked(_decoded(text, where), where)


def shipped_names() -> list[str]:
    """Return the names of the profiles that come with the harness."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def _decoded(text: str, path: str) -> Profile:
    try:
        return msgspec.convert(inputs.parsed_toml(text), Profile)
    except inputs.CannotRead as error:
        raise ProfileError(f"the profile {path} {error}") from None
    except msgspec.ValidationError as error:
        said = hints.hint(str(error), msgspec.json.schema(Profile))
        raise ProfileError(f"the profile {path} is invalid: {said}".replace("`$.", "`")) from None


def checked(profile: Profile, path: str) -> Profile:
    """Return a profile that is valid beyond what its types check; `path` is its name in errors.

    Raises:
        ProfileError: the message names the key.
    """
    for kind, rows in (("user", profile.user), ("group", profile.group)):
        if rows and len(rows.mapping) > MOST_ROWS:
            raise ProfileError(f"the profile {path} has more than {MOST_ROWS} mappings for {kind}s")
        for index, row in enumerate(mapping := rows.mapping if rows else []):
            try:
                _check(row)
                validity.check_once(mapping, index)
            except ValueError as error:
                raise ProfileError(f"the profile {path} is invalid at {kind}.mapping[{index}]: {error}") from None
        if rows and not rows.matching:
            raise ProfileError(
                f"the profile {path} has no matching attribute for {kind}s: add match = 1 to one mapping"
            )
    return profile


def _check(row: AttributeMapping) -> None:
    given = [name for name in ("source", "expression", "constant") if getattr(row, name) is not None]
    if len(given) != 1:
        raise ValueError(f"{row.target} needs exactly one of source, expression, constant")
    paths.parse(row.target)
    if row.expression is not None:
        _check_expression(row.target, row.expression)
    if row.path.name.lower() == "id" and row.path.urn is None:
        raise ValueError("the target assigns the id, so it cannot be mapped")
    validity.check_values(row)


def _check_expression(target: str, expression: str) -> None:
    try:
        parser.check(parser.parse(expression))
    except parser.ExpressionError as error:
        raise ValueError(f"the expression for {target}: {error}") from None
