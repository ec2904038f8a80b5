"""What a setting must not be, beyond its type."""

import ssl
from urllib.parse import urlsplit

from scim_conformance.config.options import PREFIX, Row, rows
from scim_conformance.config.settings import SUITES, Settings, SettingsError
from scim_conformance.entra.dialects import FLAG
from scim_conformance.system import inputs

MOST_SECONDS = 86_400
MOST_JOBS = 64
MOST_CERTIFICATES = 10_000_000
"""Maximum bytes of a file with certificate authorities: all public ones together have a twentieth of it."""
MOST_SHOWN = 300
"""Maximum characters of a name or a value that a message quotes."""


def shown(name: str) -> str:
    """Return a name in a form that a message can show: truncated if very long, and without terminal control
    characters."""
    text = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in name)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def check(settings: Settings) -> None:
    """Refuse settings that no command can use.

    Raises:
        SettingsError: the message names the first of them.
    """
    if settings.url is not None:
        check_url("url", settings.url)
    if settings.token_url is not None:
        check_url("token-url", settings.token_url)
    if settings.proxy is not None:
        check_url("proxy", settings.proxy)
    _check_ca(settings.ca_file)
    for row in rows(Settings):
        value = getattr(settings, row.name)
        if row.kind is float and value is not None and not _is_usable(row, value):
            raise SettingsError(f"{row.flag} {value:g} is out of range: it must be above 0 and below {MOST_SECONDS:,}")
    if not 1 <= settings.jobs <= MOST_JOBS:
        raise SettingsError(f"--jobs {settings.jobs} is out of range: it must be from 1 to {MOST_JOBS}")
    unknown = set(settings.suite) - set(SUITES)
    if unknown:
        raise SettingsError(f"--suite {sorted(unknown)[0]}: unknown suite; use {', '.join(SUITES)}")


def _is_usable(row: Row, value: float) -> bool:
    """Return whether a number of seconds or requests is valid. Only `--settle` may be 0."""
    return 0 < value < MOST_SECONDS or (value == 0 and row.name == "settle")


def check_url(name: str, url: str) -> None:
    """Raise a SettingsError unless this is a valid URL for what `name` names."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    # Never quoted if it may contain a password.
    shown = "" if "@" in url else f" {url.partition('?')[0][:80]!r}"
    if not usable or any(not one.isprintable() or one.isspace() for one in url):
        raise SettingsError(f"--{name}{shown} is not {_EXAMPLES[name]}")
    if name == "url":
        _check_query(parts.query)
    if name != "proxy" and (parts.username or parts.password):
        raise SettingsError(f"--{name} contains a user name or password; Entra sends neither: {_INSTEAD[name]}")


def _check_query(query: str) -> None:
    """Refuse parameters other than Entra's own flag: no source says that Entra sends them with its requests."""
    strange = [one for one in query.split("&") if one and one != FLAG]
    if strange:
        what = "a parameter" if len(strange) == 1 else f"{len(strange)} parameters"
        raise SettingsError(
            f"--url has {what} other than {FLAG} after the ?: it is not known that Entra sends these with its "
            "requests, and so no request has them; move them into the path, or remove them"
        )


_EXAMPLES = {
    "url": "a tenant URL such as https://host/scim/v2",
    "token-url": "a URL such as https://host/oauth2/token",
    "proxy": "a URL such as http://proxy:3128",
}
_INSTEAD = {
    "url": "use the token that Entra gets",
    "token-url": f"set the client secret in {PREFIX}CLIENT_SECRET",
}


def _check_ca(file: str | None) -> None:
    if file is None:
        return
    try:
        pem = inputs.content(file, MOST_CERTIFICATES).decode("ascii", "replace")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except inputs.CannotRead as error:
        raise SettingsError(f"--ca-file {shown(file)} {error}") from None
    except (ssl.SSLError, ValueError):
        raise SettingsError(f"--ca-file {shown(file)} contains no PEM certificate") from None
