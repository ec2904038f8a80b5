"""How to authenticate to the target: a secret token, or OAuth client credentials, from settings, profile, environment.

The profile's `credentials` are defaults for the settings. Explicit settings take precedence over the profile;
contradictory or incomplete settings end the run before anything is sent.
"""

from pathlib import Path
from typing import Literal

from scim_conformance.config.checks import check_url, shown
from scim_conformance.config.options import rows
from scim_conformance.config.settings import Secrets, Settings, SettingsError
from scim_conformance.entra.profiles.profile import Credentials, Profile
from scim_conformance.scenario.exchange import Credential
from scim_conformance.system import inputs
from scim_conformance.system.hidden import Hidden
from scim_conformance.target.auth import Grant, Secret, SecretUnreadable

Access = str | Grant | None
"""A secret token, client credentials, or nothing."""

TOKEN, SECRET, ASSERTION = (row.variable for row in rows(Secrets)[:3])

NO_TOKEN = (
    f"no token: set {TOKEN} to the secret token that the target issues for Entra, or use --token-file or --client-id; "
    "if the target checks no token, any value will do"
)
"""If there are no credentials at all."""


def in_use(settings: Settings, profile: Profile, secrets: Secrets) -> Credentials:
    """Return the credentials to use, without reading a secret: the settings before the profile."""
    said, default = _said(settings, secrets), profile.credentials
    if not said and (default.kind == "bearer" or _said_token(settings, secrets)):
        return Credentials()
    return Credentials(
        kind=_kind(settings, default, secrets),
        token_url=settings.token_url or default.token_url,
        client_id=settings.client_id or default.client_id,
        scope=settings.scope or default.scope,
        sent_in=settings.credentials_sent_in or default.sent_in,
    )


def access(settings: Settings, profile: Profile, secrets: Secrets) -> Access:
    """Return what the wire needs.

    Raises:
        SettingsError: both a token and client credentials are given, something is missing, or a secret cannot be read.
    """
    used = in_use(settings, profile, secrets)
    if used.kind == "bearer":
        found = token(settings, secrets)
        return None if found is None else Hidden(found)
    _check_one_way(settings, secrets)
    secret = _secret(settings, used, secrets)
    if secret is None or not used.token_url or not used.client_id:
        raise SettingsError(_missing(used, profile, secret))
    check_url("token-url", used.token_url)
    try:
        secret.read()
    except SecretUnreadable as error:
        raise SettingsError(str(error)) from None
    return Grant(used.token_url, used.client_id, secret, used.scope, used.kind == "federated", used.sent_in)


def token(settings: Settings, secrets: Secrets) -> str | None:
    """Return the secret token: from the environment, otherwise from the token file.

    Raises:
        SettingsError: the file cannot be read, or a header cannot contain the token.
    """
    found = secrets.token
    if not found and settings.token_file:
        try:
            found = inputs.secret(settings.token_file)
        except inputs.CannotRead as error:
            raise SettingsError(f"the token file {shown(settings.token_file)} {error}") from None
    _check_header("the token", found)
    return found or None


def further(secrets: Secrets) -> dict[Credential, str]:
    """Return the tokens that a run has in addition to its own.

    Raises:
        SettingsError: a header cannot contain one of them, or it is the token of the run.
    """
    given = {
        Credential.OTHER_TENANT: secrets.other_tenant_token,
        Credential.READ_ONLY: secrets.read_only_token,
        Credential.EXPIRED: secrets.expired_token,
    }
    found = {kind: token for kind, token in given.items() if token}
    for kind, token in found.items():
        _check_header(f"the {kind} token", token)
        if token == secrets.token:
            raise SettingsError(f"the {kind} token is the token of the run: use another one, or unset its variable")
    return {kind: Hidden(token) for kind, token in found.items()}


def _check_header(name: str, token: str | None) -> None:
    if token and (not token.isascii() or not token.isprintable() or token != token.strip()):
        said = "contains characters that a header cannot contain: whitespace at either end, or a line break"
        raise SettingsError(f"{name} {said}")


def _said(settings: Settings, secrets: Secrets) -> list[str]:
    """List the explicit settings of client credentials."""
    names = (
        "client_id",
        "token_url",
        "scope",
        "credentials_sent_in",
        "client_secret_file",
        "client_assertion_file",
    )
    flags = [f"--{name.replace('_', '-')}" for name in names if getattr(settings, name)]
    given = {SECRET: secrets.client_secret, ASSERTION: secrets.client_assertion}
    return flags + [name for name, value in given.items() if value]


def _said_token(settings: Settings, secrets: Secrets) -> str | None:
    if secrets.token:
        return TOKEN
    return "--token-file" if settings.token_file else None


def _kind(settings: Settings, default: Credentials, secrets: Secrets) -> Literal["client-credentials", "federated"]:
    if settings.client_assertion_file or secrets.client_assertion:
        return "federated"
    if settings.client_secret_file or secrets.client_secret:
        return "client-credentials"
    return "federated" if default.kind == "federated" else "client-credentials"


def _check_one_way(settings: Settings, secrets: Secrets) -> None:
    said, static = _said(settings, secrets), _said_token(settings, secrets)
    if static and said:
        raise SettingsError(f"both a token ({static}) and client credentials ({said[0]}) are set: use only one of them")
    secret = next((name for name in (SECRET, "--client-secret-file") if name in said), None)
    assertion = next((name for name in (ASSERTION, "--client-assertion-file") if name in said), None)
    if secret and assertion:
        raise SettingsError(
            f"both a client secret ({secret}) and a client assertion ({assertion}) are set: use only one of them"
        )


def _secret(settings: Settings, used: Credentials, secrets: Secrets) -> Secret | None:
    federated = used.kind == "federated"
    variable = ASSERTION if federated else SECRET
    file = settings.client_assertion_file if federated else settings.client_secret_file
    value = secrets.client_assertion if federated else secrets.client_secret
    if value and value != value.strip():
        raise SettingsError(f"{variable} starts or ends with whitespace: remove it")
    if value:
        return Secret(variable, value)
    return Secret(variable, file=Path(file)) if file else None


def _missing(used: Credentials, profile: Profile, secret: Secret | None) -> str:
    by_file = "--client-assertion-file" if used.kind == "federated" else "--client-secret-file"
    variable = ASSERTION if used.kind == "federated" else SECRET
    lacking = [] if used.client_id else ["--client-id"]
    lacking += [] if used.token_url else ["--token-url"]
    lacking += [] if secret else [f"{variable} or {by_file}"]
    said = "client credentials are incomplete"
    if profile.credentials.kind != "bearer":
        said = f"the profile {profile.name} uses client credentials, but they are incomplete"
    return f"{said}: set {', '.join(lacking[:-1])}{' and ' if lacking[:-1] else ''}{lacking[-1]}"
