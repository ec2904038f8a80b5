"""A profile: what an administrator configures in the enterprise application, read from a TOML file."""

from pathlib import Path
from typing import Literal

import msgspec

from scim_conformance.entra.expressions import parser
from scim_conformance.entra.profiles import hints, scoping, validity
from scim_conformance.entra.profiles.mapping import AttributeMapping, ObjectType
from scim_conformance.entra.profiles.scoping import JobSettings
from scim_conformance.scim import paths
from scim_conformance.scim.locations import PROFILES
from scim_conformance.system import inputs

MOST_ROWS = 500
"""Maximum mappings of an object; Microsoft's largest have a tenth of it, and each creates scenarios."""


class ProfileError(ValueError):
    """The profile is invalid. The message names the file and the key, and says how to fix it."""


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


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An application's configuration in Entra. `group` is None when no groups are provisioned."""

    name: str
    title: str
    user: ObjectType
    group: ObjectType | None = None
    people: People = People()
    credentials: Credentials = Credentials()
    job: JobSettings = JobSettings()
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

    def __hash__(self) -> int:
        """Allow caches by profile: its lists have no hash, and equal profiles have the same name."""
        return hash(self.name)


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
    if text.lstrip().startswith("{"):
        raise ProfileError(_EXPORTED.format(path=path, name=f"{path.stem}.toml"))
    return loads(text, str(path))


_EXPORTED = (
    "the profile {path} is JSON, such as the portal's export: import it once with `scim-conformance profile import "
    "{path} --output {name}`, then use --profile {name}"
)


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
        if rows:
            _check_object(kind, rows, path)
    return profile


def _check_object(kind: str, rows: ObjectType, path: str) -> None:
    if len(rows.mapping) > MOST_ROWS:
        raise ProfileError(f"the profile {path} has more than {MOST_ROWS} mappings for {kind}s")
    for index, row in enumerate(rows.mapping):
        try:
            _check(row)
            validity.check_once(rows.mapping, index)
        except ValueError as error:
            raise ProfileError(f"the profile {path} is invalid at {kind}.mapping[{index}]: {error}") from None
    try:
        scoping.check(rows.scope)
    except ValueError as error:
        raise ProfileError(f"the profile {path} is invalid at {kind}.scope: {error}") from None
    if not rows.matching:
        raise ProfileError(f"the profile {path} has no matching attribute for {kind}s: add match = 1 to one mapping")


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
