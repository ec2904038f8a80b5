"""Which PATCH dialect a rehearsal plays, and why: the tenant URL of an application has one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.entra.dialects import FLAG, Dialect
from scim_conformance.entra.profiles.profile import Profile

BOTH = (
    "a rehearsal plays one PATCH dialect, because a tenant URL has one: use --dialect compliant if it has "
    f"{FLAG}, otherwise --dialect legacy"
)


@dataclass(frozen=True, slots=True)
class ChosenDialect:
    """A dialect, and why it is played."""

    dialect: Dialect
    why: str

    def __str__(self) -> str:
        """Write it as the first line of a rehearsal does."""
        return f"{self.dialect.value} PATCH ({self.why})"


ON_DEMAND = ChosenDialect(Dialect.LEGACY, "provisioning on demand sends no other")
"""Microsoft: the flag of the tenant URL does not work with on-demand provisioning."""


def chosen(settings: Settings, profile: Profile) -> ChosenDialect:
    """Return the dialect of the settings; otherwise that of the tenant URL's flag, of the profile, or legacy.

    Raises:
        SettingsError: both were requested.
    """
    if settings.dialect == "both":
        raise SettingsError(BOTH)
    if settings.dialect is not None:
        return ChosenDialect(Dialect(settings.dialect), "as --dialect says")
    if FLAG in urlsplit(settings.url or "").query:
        return ChosenDialect(Dialect.COMPLIANT, f"the tenant URL has {FLAG}")
    if profile.dialect == Dialect.COMPLIANT.value:
        return ChosenDialect(Dialect.COMPLIANT, "as the profile says")
    return ChosenDialect(Dialect.LEGACY, f"the tenant URL has no {FLAG}")
