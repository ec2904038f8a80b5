"""How the target is authenticated to: a secret token, or OAuth client credentials, from settings, profile, environment.

The profile's `credentials` are defaults below the settings. What is said outright beats the profile; what contradicts
itself or is incomplete ends the run before anything is sent.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from scim_conformance.entra.profile import Credentials, Profile, ProfileError, load
from scim_conformance.settings import PREFIX, Settings, SettingsError, check_url, token
from scim_conformance.target.auth import CannotRead, Grant, Secret

Access = str | Grant | None
"""A secret token, client credentials, or nothing."""

SECRET, ASSERTION = PREFIX + "CLIENT_SECRET", PREFIX + "CLIENT_ASSERTION"


def profile_of(settings: Settings) -> Profile:
    """Load the profile of these settings; a profile that cannot be used is a setting that cannot be used."""
    try:
        return load(settings.profile)
    except ProfileError as error:
        raise SettingsError(str(error)) from None


def in_use(settings: Settings, profile: Profile, environ: Mapping[str, str] = os.environ) -> Credentials:
    """Return what is used, without looking at a secret: the settings' before the profile's."""
    said, default = _said(settings, environ), profile.credentials
    if not said and (default.kind == "bearer" or _said_token(settings, environ)):
        return Credentials()
    return Credentials(
        kind=_kind(settings, default, environ),
        token_url=settings.token_url or default.token_url,
        client_id=settings.client_id or default.client_id,
        scope=settings.scope or default.scope,
    )


def access(settings: Settings, profile: Profile, environ: Mapping[str, str] = os.environ) -> Access:
    """Return what the wire needs.

    Raises:
        SettingsError: a token and client credentials are given, something is missing, or a secret is unreadable.
    """
    used = in_use(settings, profile, environ)
    if used.kind == "bearer":
        return token(settings, environ)
    _check_one_way(settings, environ)
    secret = _secret(settings, used, environ)
    if secret is None or not used.token_url or not used.client_id:
        raise SettingsError(_missing(used, profile, secret))
    check_url("token-url", used.token_url)
    try:
        secret.read()
    except CannotRead as error:
        raise SettingsError(str(error)) from None
    return Grant(used.token_url, used.client_id, secret, used.scope, used.kind == "federated")


def _said(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Name the settings of client credentials that are given outright."""
    names = ("client_id", "token_url", "scope", "client_secret_file", "client_assertion_file")
    flags = [f"--{name.replace('_', '-')}" for name in names if getattr(settings, name)]
    return flags + [name for name in (SECRET, ASSERTION) if environ.get(name)]


def _said_token(settings: Settings, environ: Mapping[str, str]) -> str | None:
    if environ.get(PREFIX + "TOKEN"):
        return PREFIX + "TOKEN"
    return "--token-file" if settings.token_file else None


def _kind(
    settings: Settings, default: Credentials, environ: Mapping[str, str]
) -> Literal["client-credentials", "federated"]:
    if settings.client_assertion_file or environ.get(ASSERTION):
        return "federated"
    if settings.client_secret_file or environ.get(SECRET):
        return "client-credentials"
    return "federated" if default.kind == "federated" else "client-credentials"


def _check_one_way(settings: Settings, environ: Mapping[str, str]) -> None:
    said, static = _said(settings, environ), _said_token(settings, environ)
    if static and said:
        raise SettingsError(f"a token ({static}) and client credentials ({said[0]}) are given: leave one of them out")
    secret = next((name for name in (SECRET, "--client-secret-file") if name in said), None)
    assertion = next((name for name in (ASSERTION, "--client-assertion-file") if name in said), None)
    if secret and assertion:
        raise SettingsError(
            f"a client secret ({secret}) and a client assertion ({assertion}) are given: leave one of them out"
        )


def _secret(settings: Settings, used: Credentials, environ: Mapping[str, str]) -> Secret | None:
    federated = used.kind == "federated"
    variable = ASSERTION if federated else SECRET
    file = settings.client_assertion_file if federated else settings.client_secret_file
    value = environ.get(variable)
    if value and value != value.strip():
        raise SettingsError(f"{variable} has white space at an end: take it away")
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
        said = f"the profile {profile.name} uses client credentials, and they are incomplete"
    return f"{said}: give {', '.join(lacking[:-1])}{' and ' if lacking[:-1] else ''}{lacking[-1]}"
