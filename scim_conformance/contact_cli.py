"""`init` and `doctor`: the first contact with a target."""

import sys
from pathlib import Path
from typing import Any

import click

from scim_conformance.cli_options import examples, settings_of, target_options, timeout_option
from scim_conformance.settings import DEFAULT_FILE, PREFIX, SettingsError, check_url

AUTH = ("bearer", "client-credentials")
DEFAULT_PROFILE = "entra-default"


@click.command(
    epilog=examples(
        "scim-conformance init",
        "scim-conformance init --url https://host/scim/v2 --profile users-only",
        "scim-conformance init --url https://host/scim/v2 --auth client-credentials \\\n"
        "      --client-id my-client --token-url https://host/oauth2/token",
        codes=False,
    )
)
@click.option("--url", metavar="URL", help="Tenant URL, as an administrator pastes it into Entra.")
@click.option("--auth", type=click.Choice(AUTH), help="How Entra authenticates (default: bearer).")
@click.option("--client-id", metavar="ID", help="OAuth client.")
@click.option("--token-url", metavar="URL", help="OAuth token endpoint.")
@click.option("--scope", metavar="SCOPE", help="OAuth scope, where the token endpoint wants one.")
@click.option("--profile", metavar="NAME|FILE", help=f"Attribute mappings (default: {DEFAULT_PROFILE}).")
@click.option("--output", metavar="FILE", default=DEFAULT_FILE, show_default=True, help="Where the settings go.")
@click.option("--force", is_flag=True, help="Replace the file where it is there already.")
def init(*, output: str, force: bool, **said: str | None) -> int:
    """Write the settings for a target into a file, without secrets. Asks for what no flag says."""
    if Path(output).exists() and not force:
        raise SettingsError(f"{output} is there already: replace it with --force, or name another with --output")
    found = _asked(said) if sys.stdin.isatty() else _given(said)
    _write(output, found)
    _next(output, found)
    return 0


def _given(said: dict[str, str | None]) -> dict[str, str]:
    """Take the flags as they are; nobody is there to be asked.

    Raises:
        SettingsError: one is missing.
    """
    if said["url"] is None:
        example = "scim-conformance init --url https://host/scim/v2"
        raise SettingsError(f"nobody can be asked here: give the tenant URL as --url\n  {example}")
    return _checked({**said, "auth": said["auth"] or AUTH[0], "profile": said["profile"] or DEFAULT_PROFILE})


def _asked(said: dict[str, str | None]) -> dict[str, str]:
    from scim_conformance.entra.profile import shipped_names

    url = said["url"] or click.prompt("Tenant URL, as it is pasted into Entra", value_proc=_url)
    auth = said["auth"] or click.prompt("Authentication", type=click.Choice(AUTH), default=AUTH[0])
    found = {**said, "url": url, "auth": auth}
    if auth != AUTH[0]:
        found["client_id"] = said["client_id"] or click.prompt("Client id")
        found["token_url"] = said["token_url"] or click.prompt("Token URL", value_proc=_token_url)
        found["scope"] = said["scope"] or click.prompt("Scope (empty for none)", default="", show_default=False)
    names = ", ".join(shipped_names())
    question = f"Attribute mappings: a file, or one of {names}"
    found["profile"] = said["profile"] or click.prompt(question, default=DEFAULT_PROFILE)
    return _checked(found)


def _url(text: str) -> str:
    return _usable("url", text)


def _token_url(text: str) -> str:
    return _usable("token-url", text)


def _usable(name: str, text: str) -> str:
    try:
        check_url(name, text.strip())
    except SettingsError as error:
        raise click.BadParameter(str(error)) from None
    return text.strip()


def _checked(said: dict[str, str | None]) -> dict[str, str]:
    from scim_conformance.entra.profile import ProfileError, load

    found = {name: value for name, value in said.items() if value}
    check_url("url", found["url"])
    if found["auth"] == AUTH[0]:
        for name in ("client_id", "token_url", "scope"):
            if name in found:
                flag = name.replace("_", "-")
                raise SettingsError(f"--{flag} belongs to --auth {AUTH[1]}: add that, or leave it out")
    else:
        _need(found)
    try:
        load(found["profile"])
    except ProfileError as error:
        raise SettingsError(str(error)) from None
    return found


def _need(found: dict[str, str]) -> None:
    for name in ("client_id", "token_url"):
        if name not in found:
            raise SettingsError(f"--auth {AUTH[1]} needs --{name.replace('_', '-')}")
    check_url("token-url", found["token_url"])


SECRETS = {AUTH[0]: PREFIX + "TOKEN", AUTH[1]: PREFIX + "CLIENT_SECRET"}


def _write(output: str, found: dict[str, str]) -> None:
    from scim_conformance.entra.toml_writing import value

    lines = [
        "# Settings of scim-conformance: the names of `run`'s flags. No secret stands here;",
        f"# it goes into {SECRETS[found['auth']]}.",
        f"url = {value(found['url'])}",
    ]
    lines += [
        f"{name.replace('_', '-')} = {value(found[name])}"
        for name in ("client_id", "token_url", "scope", "profile")
        if name in found
    ]
    try:
        Path(output).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{output} cannot be written: {error.strerror}") from None


def _next(output: str, found: dict[str, str]) -> None:
    config = "" if output == DEFAULT_FILE else f" --config {output}"
    click.echo(f"{output} is written. Next:")
    click.echo(f"  export {SECRETS[found['auth']]}=…    # the secret; it is never written down")
    click.echo(f"  scim-conformance doctor{config}    # is everything ready?")
    click.echo(f"  scim-conformance run{config}       # what Entra would send, judged")


@click.command(
    epilog=examples(
        "scim-conformance doctor --url https://host/scim/v2",
        "scim-conformance doctor",
        "scim-conformance doctor --write",
        codes=False,
    )
    + "\n\n\b\nExit codes: 0 ready (warnings or none), 1 faults, 4 usage or configuration,\n"
    "6 nothing can be judged."
)
@target_options
@timeout_option
@click.option("--profile", metavar="NAME|FILE", help="Attribute mappings (default: entra-default).")
@click.option("--write", is_flag=True, help="Also make a user of ours, and delete it.")
def doctor(*, secret: str | None, config: str | None, write: bool, **flags: Any) -> int:
    """Look whether a run can begin: name, port, TLS, token, media type, clock, permissions, leftovers.

    Only reads, unless --write is given. Each line that is not ok ends in what to do.
    """
    from scim_conformance import doctor as looking
    from scim_conformance.reporting import annotations, terminal
    from scim_conformance.starting import no_target

    settings, _ = settings_of(flags, secret, config)
    if settings.url is None:
        raise SettingsError(no_target("doctor"))
    with annotations.guarded():
        code = looking.look(settings, terminal.finding, write=write)
        terminal.diagnosed(code)
    return code
