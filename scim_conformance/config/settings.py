"""The settings of a run. Each field is one row of the table from which flags, options, variables and keys are made."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from scim_conformance.config.options import (
    AGAIN,
    ALL,
    JUDGING,
    PLAYING,
    PREFIX,
    PYTEST,
    TO_TARGET,
    WRITTEN,
    Option,
    Row,
    rows,
)
from scim_conformance.entra.dialects import DIALECTS, FLAG, Dialect
from scim_conformance.entra.profiles.profile import SentIn
from scim_conformance.system.hidden import Hidden

DEFAULT_FILE = "scim-conformance.toml"
"""The settings file that a command uses if it is in the current folder and no other is named."""

SUITES = ("entra", "rfc", "security", "service", "all")
"""The values of `--suite`: what Entra sends; what RFC 7643 and RFC 7644 require; harmless security probes; what a
service must also support; everything."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(ValueError):
    """A setting is invalid. The message names it and says how to fix it."""


class NothingSelected(Exception):
    """There is nothing to do. The message says what to do instead."""


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """The secrets of the credentials. They come from the environment, and are never written or sent to a worker."""

    token: Annotated[
        str | None,
        Option(
            f"Secret token; preferably set {PREFIX}TOKEN instead",
            ("run", "replay", "doctor", "rehearse", "preview"),
            "TOKEN",
            secret=True,
            in_file=False,
        ),
    ] = None
    client_secret: Annotated[str | None, Option("Secret of the OAuth client", (), secret=True, in_file=False)] = None
    client_assertion: Annotated[str | None, Option("JWT issued by Entra", (), secret=True, in_file=False)] = None
    other_tenant_token: Annotated[
        str | None, Option("Secret token of another tenant, for the security suite", (), secret=True, in_file=False)
    ] = None
    read_only_token: Annotated[
        str | None, Option("Secret token that may only read, for the security suite", (), secret=True, in_file=False)
    ] = None
    expired_token: Annotated[
        str | None, Option("Token that has expired, for the security suite", (), secret=True, in_file=False)
    ] = None

    def __repr__(self) -> str:
        """List the secrets that are set, without their values."""
        return f"Secrets({', '.join(f'{row.name}=***' for row in rows(Secrets) if getattr(self, row.name))})"

    @classmethod
    def found(cls, environ: Mapping[str, str]) -> "Secrets":
        """Return the secrets from the environment."""
        given = {row.name: environ[row.variable] for row in rows(cls) if environ.get(row.variable)}
        return cls(**{name: Hidden(value) for name, value in given.items()})


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """How to run."""

    url: Annotated[
        str | None,
        Option(
            "Tenant URL, as entered in Entra",
            WRITTEN,
            "URL",
            instead={"clean": "Tenant URL, if it differs from that of the run."},
        ),
    ] = None
    token_file: Annotated[str | None, Option("File that contains the secret token", TO_TARGET, "FILE")] = None
    client_id: Annotated[
        str | None, Option(f"OAuth client ID; set its secret in {PREFIX}CLIENT_SECRET", WRITTEN, "ID")
    ] = None
    token_url: Annotated[str | None, Option("OAuth token endpoint", WRITTEN, "URL")] = None
    scope: Annotated[str | None, Option("OAuth scope, if the token endpoint requires one", WRITTEN, "SCOPE")] = None
    credentials_sent_in: Annotated[
        SentIn | None,
        Option("Where a token request contains client ID and secret", TO_TARGET, otherwise="header"),
    ] = None
    client_secret_file: Annotated[
        str | None, Option("File that contains the client secret; read again for each token", TO_TARGET, "FILE")
    ] = None
    client_assertion_file: Annotated[
        str | None, Option("File that contains a JWT issued by Entra", TO_TARGET, "FILE")
    ] = None
    ca_file: Annotated[str | None, Option("Certificate authorities to trust, as a PEM file", TO_TARGET, "FILE")] = None
    proxy: Annotated[
        str | None, Option("Proxy; HTTP_PROXY and similar variables are ignored", TO_TARGET, "URL", secret=True)
    ] = None
    yes: Annotated[
        bool,
        Option(
            "Confirm writing to a target that is not on this machine",
            ("run", "replay", "clean", "rehearse", PYTEST),
            instead={"clean": "Confirm sending the token to the target that the journal names."},
        ),
    ] = False
    profile: Annotated[
        str,
        Option(
            "Attribute mappings to test",
            (*WRITTEN, "demo"),
            "NAME|FILE",
            replayed=True,
            instead={
                "replay": "Attribute mappings (default: those of the earlier run).",
                "clean": "Profile whose credentials are used.",
            },
        ),
    ] = "entra-default"
    dialect: Annotated[
        Literal["legacy", "compliant", "both"] | None,
        Option(
            "PATCH dialect to test",
            JUDGING,
            replayed=True,
            otherwise="both, or according to the tenant URL's flag",
            instead={"rehearse": "PATCH dialect to play (default: legacy, or according to the tenant URL's flag)."},
            shown={"rehearse": "[legacy|compliant]"},
        ),
    ] = None
    suite: Annotated[
        list[str],
        Option("Suite to run; may be given more than once", PLAYING, choices=SUITES, replayed=True),
    ] = msgspec.field(default_factory=lambda: ["entra"])
    own: Annotated[
        list[str],
        Option(
            "File or folder with your own scenarios; may be given more than once",
            ("run", "demo", "replay"),
            "PATH",
            replayed=True,
        ),
    ] = msgspec.field(default_factory=list)
    report_dir: Annotated[
        str | None,
        Option(
            "Report directory",
            (*PLAYING, "replay", "rehearse", "preview"),
            "DIR",
            otherwise="reports/<time>",
            instead={"replay": "The earlier run (default: the newest in reports/)."},
        ),
    ] = None
    waivers: Annotated[
        str | None,
        Option("TOML file with accepted deviations, each with an owner and an end date", ALL, "FILE"),
    ] = None
    fail_on: Annotated[
        Literal["must", "should"],
        Option(
            "Lowest level that makes the exit code 1",
            (*ALL, "preview"),
            instead={"replay": "Lowest level that makes the exit code 1 (default: that of the earlier run)."},
        ),
    ] = "must"
    timeout: Annotated[float, Option("Timeout of a request, in seconds", (*TO_TARGET, "demo"), "S", replayed=True)] = (
        30.0
    )
    settle: Annotated[
        float | None,
        Option(
            "Seconds for which a read after a write is repeated",
            AGAIN,
            "S",
            replayed=True,
            otherwise="0 on loopback, otherwise 5",
        ),
    ] = None
    rate: Annotated[float | None, Option("Maximum requests per second", (*ALL, "preview"), "N", replayed=True)] = None
    jobs: Annotated[int, Option("Scenarios to play at the same moment", AGAIN, "N")] = 1
    max_time: Annotated[
        float,
        Option("Seconds after which no more scenarios start", AGAIN, "S", replayed=True),
    ] = 1800.0
    seed: Annotated[int, Option("Seed for the generated users", JUDGING, "N", replayed=True)] = 0

    def __repr__(self) -> str:
        """List the settings that differ from the defaults; URLs and proxies may contain secrets."""
        hidden = {"url": self.base, "token_url": "***"} | {
            row.name: "***" for row in rows(Settings) if row.option.secret
        }
        said = {row.name: getattr(self, row.name) for row in rows(Settings) if getattr(self, row.name) != row.default}
        return f"Settings({', '.join(f'{name}={hidden.get(name, value)!r}' for name, value in said.items())})"

    @property
    def base(self) -> str:
        """The tenant URL without trailing slash and query."""
        parts = urlsplit(self.url or "")
        return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects to run: as requested, otherwise by the flag in the tenant URL, otherwise both."""
        if self.dialect is None:
            return (Dialect.COMPLIANT,) if FLAG in urlsplit(self.url or "").query else DIALECTS
        return DIALECTS if self.dialect == "both" else (Dialect(self.dialect),)

    @property
    def repeatable(self) -> dict[str, Any]:
        """The settings to repeat a run, by the names of the flags, without credentials, proxies and files."""
        said = {row.name: getattr(self, row.name) for row in rows(Settings) if row.option.replayed}
        said["dialect"] = "both" if self.dialects == DIALECTS else str(self.dialects[0])
        return {name: value for name, value in said.items() if value not in (None, [])}

    def plays(self, suite: str) -> bool:
        """Return whether a suite was requested; your own scenarios are, if pytest was given them."""
        return suite == "own" or suite in self.suite or "all" in self.suite

    @property
    def is_loopback(self) -> bool:
        """True if the target is on this machine."""
        return (urlsplit(self.url or "").hostname or "") in LOOPBACK

    @property
    def settling(self) -> float:
        """Seconds for which a read after a write is repeated."""
        return self.settle if self.settle is not None else (0.0 if self.is_loopback else 5.0)


CONFIG = Row(
    "config",
    str,
    many=False,
    choices=(),
    default=None,
    option=Option(
        "TOML file with settings; flags and environment take precedence",
        (*TO_TARGET, "demo"),
        "FILE",
        otherwise=f"{DEFAULT_FILE} in the current folder",
        in_file=False,
        instead={
            "demo": "TOML file with settings; flags and environment take precedence.",
            PYTEST: "TOML file with settings; options and environment take precedence.",
        },
    ),
)
"""The settings file is not a setting itself: it contains them."""

_FIRST, *_OTHERS = rows(Settings)
TABLE = (_FIRST, *rows(Secrets), *_OTHERS, CONFIG)
"""Everything that can be set, in the order of the help."""


def table(command: str) -> list[Row]:
    """Return what can be set with a flag of a command."""
    return [row for row in TABLE if command in row.option.on]
