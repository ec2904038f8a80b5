"""What is probably wrong with a tenant URL: an error for `doctor`, and a warning for `run`."""

from urllib.parse import urlsplit

from scim_conformance.config.settings import Settings

APPENDED = {"users", "groups", "schemas", "serviceproviderconfig"}
DO = "remove it"


def appended(settings: Settings) -> str | None:
    """Return the finding if the tenant URL ends in a path that Entra appends, in the letter case as typed."""
    last = urlsplit(settings.url or "").path.rstrip("/").rpartition("/")[2]
    return f"the tenant URL ends in /{last}, and Entra appends that itself" if last.lower() in APPENDED else None
