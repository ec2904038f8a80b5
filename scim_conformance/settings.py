"""Settings of a run: flag before environment before TOML file before default. Secrets never in the file."""

import os
import ssl
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from scim_conformance.entra.dialects import DIALECTS, FLAG, Dialect

PREFIX = "SCIM_CONFORMANCE_"
MOST_SECONDS = 86_400
DEFAULT_FILE = "scim-conformance.toml"
"""The file with settings that a command takes when it stands in the current folder, and none is named."""

SUITES = ("entra", "service", "all")
"""What `--suite` takes: what Entra sends; what a service must bear beside it; everything."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(ValueError):
    """A setting cannot be used. The message names it and says what would be right."""


class NothingSelected(Exception):
    """There is nothing to be done. The message says what could be."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """How to run. The names are those of the flags; in the environment `SCIM_CONFORMANCE_URL`, in TOML `url = …`."""

    url: str | None = None
    token_file: str | None = None
    client_id: str | None = None
    token_url: str | None = None
    scope: str | None = None
    client_secret_file: str | None = None
    client_assertion_file: str | None = None
    profile: str = "entra-default"
    dialect: Literal["legacy", "compliant", "both"] | None = None
    suite: list[str] = msgspec.field(default_factory=lambda: ["entra"])
    report_dir: str | None = None
    waivers: str | None = None
    fail_on: Literal["must", "should"] = "must"
    timeout: float = 30.0
    settle: float | None = None
    rate: float | None = None
    seed: int = 0
    ca_file: str | None = None
    proxy: str | None = None
    yes: bool = False

    @property
    def base(self) -> str:
        """The tenant URL without trailing slash and query."""
        parts = urlsplit(self.url or "")
        return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects to run: as asked for, else by the flag in the tenant URL, else both."""
        if self.dialect is None:
            return (Dialect.COMPLIANT,) if FLAG in urlsplit(self.url or "").query else DIALECTS
        return DIALECTS if self.dialect == "both" else (Dialect(self.dialect),)

    @property
    def repeatable(self) -> dict[str, Any]:
        """What a run can be repeated with, by the names of the flags; nothing of credentials, proxies and files."""
        names = ("profile", "suite", "seed", "timeout", "settle", "rate")
        said = "both" if self.dialects == DIALECTS else str(self.dialects[0])
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None} | {"dialect": said}

    def plays(self, suite: str) -> bool:
        """Tell whether a suite was asked for; somebody's own scenarios are, where pytest was given them."""
        return suite == "own" or suite in self.suite or "all" in self.suite

    @property
    def is_loopback(self) -> bool:
        """True when the target is on this machine."""
        return (urlsplit(self.url or "").hostname or "") in LOOPBACK

    @property
    def settling(self) -> float:
        """Seconds for which a read after a write is repeated."""
        return self.settle if self.settle is not None else (0.0 if self.is_loopback else 5.0)


def found_file(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the file with settings that no flag names: the environment's, or the one that stands here."""
    return environ.get(PREFIX + "CONFIG") or (DEFAULT_FILE if Path(DEFAULT_FILE).is_file() else None)


def resolve(flags: Mapping[str, Any], environ: Mapping[str, str] = os.environ, config: str | None = None) -> Settings:
    """Merge flags (None: not given), environment and TOML file into settings.

    Raises:
        SettingsError: an unreadable file, an unknown key, or a value of the wrong kind; the message names the key.
    """
    file = config or environ.get(PREFIX + "CONFIG")
    layers = [_from_file(file) if file else {}, _from_environment(environ), _given(flags)]
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    try:
        settings = msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_named(error)) from None
    _check(settings)
    return settings


def _named(error: msgspec.ValidationError) -> str:
    text = str(error).replace(" - at `$.", " for the setting `")
    return f"{text}; `scim-conformance run --help` names the settings"


def _given(flags: Mapping[str, Any]) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in flags.items()}
    return {name: value for name, value in given.items() if value not in (None, (), [])}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {field.encode_name: PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}
    found: dict[str, Any] = {name: environ[key] for name, key in names.items() if environ.get(key)}
    if "suite" in found:
        found["suite"] = [part.strip() for part in found["suite"].split(",")]
    return found


def _from_file(file: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the configuration {file} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the configuration {file} is not TOML: {error}") from None
    for secret in {"token", "client-secret", "client-assertion", "password"} & found.keys():
        name = "token" if secret == "password" else secret  # noqa: S105 - the name of a key
        variable = PREFIX + name.upper().replace("-", "_")
        raise SettingsError(f"the configuration {file} holds {secret}: give it in {variable} or a {name}-file instead")
    known = [field.encode_name for field in msgspec.structs.fields(Settings)]
    for key in found.keys() - set(known):
        raise SettingsError(f"the configuration {file} has the unknown key `{key}`; known are {', '.join(known)}")
    return found


def _check(settings: Settings) -> None:
    if settings.url is not None:
        check_url("url", settings.url)
    if settings.token_url is not None:
        check_url("token-url", settings.token_url)
    if settings.proxy is not None:
        check_url("proxy", settings.proxy)
    _check_ca(settings.ca_file)
    for name in ("timeout", "settle", "rate"):
        value = getattr(settings, name)
        if value is not None and not (0 < value < MOST_SECONDS or (value == 0 and name == "settle")):
            raise SettingsError(f"--{name} {value:g} is no use: give a number above 0 and below {MOST_SECONDS:,}")
    unknown = set(settings.suite) - set(SUITES)
    if unknown:
        raise SettingsError(f"--suite {sorted(unknown)[0]}: there is no such suite; {', '.join(SUITES)}")


def check_url(name: str, url: str) -> None:
    """Raise a SettingsError unless this is a URL that can be used for what `name` names."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    # Never quoted when it may hold a password.
    shown = "" if "@" in url else f" {url[:80]!r}"
    if not usable or any(not one.isprintable() or one.isspace() for one in url):
        raise SettingsError(f"--{name}{shown} is not {_EXAMPLES[name]}")
    if name != "proxy" and (parts.username or parts.password):
        raise SettingsError(f"--{name} holds a user name or password; Entra sends neither: {_INSTEAD[name]}")


_EXAMPLES = {
    "url": "a tenant URL such as https://host/scim/v2",
    "token-url": "a URL such as https://host/oauth2/token",
    "proxy": "a URL such as http://proxy:3128",
}
_INSTEAD = {
    "url": "give the token that Entra is given",
    "token-url": f"give the client's secret in {PREFIX}CLIENT_SECRET",
}


def _check_ca(file: str | None) -> None:
    if file is None:
        return
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        raise SettingsError(f"--ca-file {file} holds no certificate in PEM") from None
    except OSError as error:
        raise SettingsError(f"--ca-file {file} cannot be read: {error.strerror}") from None


def token(settings: Settings, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the secret token: from the environment, else from the token file.

    Raises:
        SettingsError: the file cannot be read, or the token cannot stand in a header.
    """
    found = environ.get(PREFIX + "TOKEN")
    if not found and settings.token_file:
        try:
            found = Path(settings.token_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"the token file {settings.token_file} cannot be read: {error}") from None
    if found and (not found.isascii() or not found.isprintable() or found != found.strip()):
        raise SettingsError(
            "the token holds characters that cannot stand in a header: white space at an end, or a line break"
        )
    return found or None
