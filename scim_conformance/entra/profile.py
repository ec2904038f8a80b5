"""A profile: what an administrator configures in the enterprise application, read from a TOML file."""

import tomllib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from scim_conformance.entra import expressions, hints
from scim_conformance.places import PROFILES
from scim_conformance.scim import paths


class ProfileError(ValueError):
    """The profile cannot be used. The message names the file and the key, and says what would be right."""


AttributeType = Literal["String", "Boolean", "Integer", "DateTime", "Reference", "Binary"]
"""The types of a custom target attribute in the portal (Microsoft: Customize attribute mappings)."""

Action = Literal["create", "update", "delete"]


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of an attribute mapping: exactly one of `source`, `expression`, `constant`; where it goes; matching."""

    target: str
    source: str | None = None
    expression: str | None = None
    constant: str | None = None
    type: AttributeType = "String"
    match: int = 0
    """0: not a matching attribute; 1, 2, …: its precedence."""
    default: str | None = None
    """Flows when the source has no value, on creation only (the portal's “Default value if null”)."""
    apply: Literal["always", "create"] = "always"
    """`create`: only during object creation."""
    sample: list[str] = []
    """Values that a picky target accepts here; the people take them in turn instead of generated ones."""

    @property
    def path(self) -> paths.AttrPath:
        """The parsed target path."""
        return paths.parse(self.target)

    @property
    def is_reference(self) -> bool:
        """True for manager and members: sent after the object itself, by id."""
        return self.type == "Reference"

    def value(self, source: dict[str, Any], *, creating: bool = False) -> Any:
        """Return what flows for an Entra object: a string, a boolean, a list of values, or None when nothing does.

        The default flows on creation only (Microsoft: Customize attribute mappings).
        """
        found = self._raw(source)
        if self.sample:
            found = self.sample[zlib.crc32(str(source.get("objectId")).encode()) % len(self.sample)]
        if found in (None, "") and creating:
            found = self.default
        if found in (None, ""):
            return None
        if self.type == "Boolean":
            return str(found).lower() == "true"
        if isinstance(found, list):
            return found
        return str(found)

    def _raw(self, source: dict[str, Any]) -> Any:
        if self.expression is not None:
            try:
                return expressions.evaluate(expressions.parse(self.expression), source)
            except expressions.ExpressionError as error:
                raise expressions.ExpressionError(f"the expression onto {self.target}: {error}") from None
        return source.get(self.source or "") if self.constant is None else self.constant


class ObjectType(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The attribute mappings of users or of groups, and the portal's “Target Object Actions”."""

    mapping: list[Mapping]
    actions: list[Action] = msgspec.field(default_factory=lambda: list[Action](["create", "update", "delete"]))
    unassign: Literal["disable", "delete", "nothing"] = "disable"
    """What happens to an account that leaves the scope; `nothing` is `SkipOutOfScopeDeletions`."""

    @property
    def matching(self) -> list[Mapping]:
        """The matching attributes, lowest precedence number first."""
        return sorted((row for row in self.mapping if row.match), key=lambda row: row.match)

    def find(self, target: str) -> Mapping | None:
        """Return the row that maps onto `target`, or None."""
        return next((row for row in self.mapping if row.target.lower() == target.lower()), None)


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The people a target accepts. `domain`: of every address; the default is reserved, so no mail reaches anyone."""

    domain: str = "example.com"
    most: int | None = None
    """Most objects that may be in the target at once; scenarios that need more are not applicable."""


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the target is authenticated to. Secrets come from the environment or a file, never from here."""

    kind: Literal["bearer", "client-credentials", "federated"] = "bearer"
    token_url: str | None = None
    client_id: str | None = None
    scope: str | None = None


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An application's configuration in Entra. `group` is None when no groups are provisioned."""

    name: str
    title: str
    user: ObjectType
    group: ObjectType | None = None
    people: People = People()
    credentials: Credentials = Credentials()
    dialect: Literal["legacy", "compliant", "both"] | None = None
    """The dialects that the tenant URL selects; None: as the run says, or both."""
    requires: list[Literal["discovery", "client-credentials"]] = []
    """What the gallery demands beside provisioning itself."""
    only_mapped: bool = False
    """Send no attribute outside the mapping, not even in scenarios about unknown ones."""
    unclaimed: list[str] = []
    """Scenarios, by id or its beginning, that the target does not claim to support: not applicable, and shown."""

    def lacks(self, needs: Sequence[str]) -> str | None:
        """Return in words the first thing that a scenario needs and this profile does not have, or None.

        A need is `groups`, `unmapped` (attributes outside the mapping may be sent), `discovery`, `client-credentials`,
        `token-endpoint` (client credentials are used, required or not), `second-match` (users are matched by more than
        one attribute), `create`, `update`, `delete`, `objects:N`, `rate:N` (the run may send so
        many requests a second, which no profile forbids), or the target path of a user mapping.
        """
        return next((self._words(need) for need in needs if not self.has(need)), None)

    def has(self, need: str) -> bool:
        """Tell whether the profile has what a scenario needs."""
        identity = {"username", "displayname", "externalid", "active"}
        more = [row for row in self.user.mapping if row.target.lower() not in identity and not row.is_reference]
        simple = {
            "groups": self.group is not None,
            "attributes": bool(more),
            "unmapped": not self.only_mapped,
            "token-endpoint": self.credentials.kind != "bearer",
            "second-match": len(self.user.matching) > 1,
        }
        if need in simple:
            return simple[need]
        if need in {"discovery", "client-credentials"}:
            return need in self.requires
        if need in {"create", "update", "delete"}:
            return need in self.user.actions
        if need.startswith("rate:"):
            return True  # the run's to say, not the profile's: see `running.Runner`
        if need.startswith("objects:"):
            return self.people.most is None or self.people.most >= int(need.partition(":")[2])
        return self.user.find(need) is not None

    def _words(self, need: str) -> str:
        if need in {"create", "update", "delete"}:
            return f"the profile {self.name} does not {need} users"
        if need.startswith("objects:"):
            return f"the profile {self.name} allows {self.people.most} objects at once, fewer than {need[8:]}"
        said = {
            "groups": "has no groups",
            "attributes": "maps nothing but a user's identity",
            "unmapped": "sends nothing outside its mapping",
            "discovery": "does not require discovery",
            "client-credentials": "does not require client credentials",
            "token-endpoint": "does not require client credentials, and none are used",
            "second-match": "has one matching attribute for users",
        }.get(need, f"has no mapping onto {need}")
        return f"the profile {self.name} {said}"


def load(name_or_file: str) -> Profile:
    """Load a shipped profile by name, or a profile from a file.

    Raises:
        ProfileError: nothing of that name, unreadable TOML, or a key that is wrong; the message names it.
    """
    shipped = PROFILES / f"{name_or_file}.toml"
    path = shipped if shipped.is_file() else Path(name_or_file)
    if not path.is_file():
        raise ProfileError(f"no profile {name_or_file}: neither a file nor one of {', '.join(shipped_names())}")
    try:
        return loads(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"the profile {path} cannot be read: {error}") from None


def loads(text: str, where: str) -> Profile:
    """Load a profile from TOML; `where` is what errors call it.

    Raises:
        ProfileError: unreadable TOML, or a key that is wrong; the message names it.
    """
    return _checked(_decoded(text, where), where)


def shipped_names() -> list[str]:
    """Return the names of the profiles that come with the harness."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def _decoded(text: str, path: str) -> Profile:
    try:
        return msgspec.convert(tomllib.loads(text), Profile)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"the profile {path} cannot be read: {error}") from None
    except msgspec.ValidationError as error:
        said = hints.hint(str(error), msgspec.json.schema(Profile))
        raise ProfileError(f"the profile {path} is wrong: {said}".replace("`$.", "`")) from None


def _checked(profile: Profile, path: str) -> Profile:
    for kind, rows in (("user", profile.user), ("group", profile.group)):
        for index, row in enumerate(rows.mapping if rows else []):
            try:
                _check(row)
            except ValueError as error:
                raise ProfileError(f"the profile {path} is wrong at {kind}.mapping[{index}]: {error}") from None
        if rows and not rows.matching:
            raise ProfileError(f"the profile {path} has no matching attribute for {kind}s: give one mapping match = 1")
    return profile


def _check(row: Mapping) -> None:
    given = [name for name in ("source", "expression", "constant") if getattr(row, name) is not None]
    if len(given) != 1:
        raise ValueError(f"{row.target} needs exactly one of source, expression, constant")
    paths.parse(row.target)
    if row.expression is not None:
        _check_expression(row.target, row.expression)
    if row.path.name.lower() == "id" and row.path.urn is None:
        raise ValueError("id is made by the target and cannot be mapped")


def _check_expression(target: str, expression: str) -> None:
    try:
        expressions.check(expressions.parse(expression))
    except expressions.ExpressionError as error:
        raise ValueError(f"the expression onto {target}: {error}") from None
