"""`init` and `doctor`: the first contact with a target."""

import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from scim_conformance.commands import wrapping
from scim_conformance.commands.options import configured, examples, settings_options
from scim_conformance.commands.saving import expect_free, save
from scim_conformance.config.checks import check_url
from scim_conformance.config.options import PREFIX
from scim_conformance.config.settings import DEFAULT_FILE, Settings, SettingsError
from scim_conformance.entra.profiles.profile import ProfileError, load, shipped_names
from scim_conformance.system import signals

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.

AUTH = ("bearer", "client-credentials")
DEFAULT_PROFILE = Settings().profile


@click.command(
    epilog=examples(
        "scim-conformance init",
        "scim-conformance init --url https://host/scim/v2 --profile users-only",
        "scim-conformance init --url https://host/scim/v2 --auth client-credentials \\\n"
        "      --client-id my-client --token-url https://host/oauth2/token",
        codes=False,
    )
)
@settings_options("init")
@click.option("--auth", type=click.Choice(AUTH), help="How Entra authenticates (default: bearer).")
@click.option("--output", metavar="FILE", default=DEFAULT_FILE, show_default=True, help="Where to write the settings.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
def init(*, output: str, force: bool, **said: str | None) -> int:
    """Write the settings for a target to a file, without secrets. Prompts for whatever no flag provides."""
    expect_free(Path(output), force=force, hint=", or choose another file with --output")
    found = _asked(said) if sys.stdin.isatty() else _given(said)
    _write(output, found)
    _next(output, found)
    return 0


def _given(said: dict[str, str | None]) -> dict[str, str]:
    """Use the flags as they are: there is no terminal to prompt on.

    Raises:
        SettingsError: one is missing.
    """
    if said["url"] is None:
        example = "scim-conformance init --url https://host/scim/v2"
        raise SettingsError(f"no terminal to prompt on: specify the tenant URL with --url\n  {example}")
    return _checked({**said, "auth": said["auth"] or AUTH[0], "profile": said["profile"] or DEFAULT_PROFILE})


def _asked(said: dict[str, str | None]) -> dict[str, str]:
    url = said["url"] or click.prompt("Tenant URL, as entered in Entra", value_proc=_url)
    auth = said["auth"] or click.prompt("Authentication", type=click.Choice(AUTH), default=AUTH[0])
    found = {**said, "url": url, "auth": auth}
    if auth != AUTH[0]:
        found["client_id"] = said["client_id"] or click.prompt("Client ID")
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
    found = {name: value for name, value in said.items() if value}
    check_url("url", found["url"])
    if found["auth"] == AUTH[0]:
        for name in ("client_id", "token_url", "scope"):
            if name in found:
                flag = name.replace("_", "-")
                raise SettingsError(f"--{flag} requires --auth {AUTH[1]}: add it, or omit --{flag}")
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
    from scim_conformance.entra.profiles.toml_writing import value

    lines = [
        "# Settings of scim-conformance, named like the flags of `run`. This file contains no secret;",
        f"# set it in {SECRETS[found['auth']]}.",
        f"url = {value(found['url'])}",
    ]
    lines += [
        f"{name.replace('_', '-')} = {value(found[name])}"
        for name in ("client_id", "token_url", "scope", "profile")
        if name in found
    ]
    save(("\n".join(lines) + "\n").encode(), Path(output))


def _next(output: str, found: dict[str, str]) -> None:
    config = "" if output == DEFAULT_FILE else f" --config {shlex.quote(output)}"
    click.echo("Next:")
    click.echo(f"  export {SECRETS[found['auth']]}=…    # the secret; it is never written to a file")
    click.echo(f"  scim-conformance doctor{config}    # check that a run can start")
    click.echo(f"  scim-conformance run{config}       # test the target")
    click.echo(f"{output} written, without the secret")


@click.command(
    epilog=examples(
        "scim-conformance doctor --url https://host/scim/v2",
        "scim-conformance doctor",
        "scim-conformance doctor --write",
        codes=False,
    )
    + "\n\n\b\nExit codes: 0 ready (with or without warnings), 1 errors,\n"
    "4 usage or configuration, 6 inconclusive: the target cannot be tested."
)
@settings_options("doctor")
@click.option("--write", is_flag=True, help="Also create a test user, change it, and delete it.")
def doctor(*, write: bool, **flags: Any) -> int:
    """Check that a run can start: DNS, port, TLS, token, media type, clock, permissions, leftovers.

    Only reads, unless you use --write. Each line that is not ok ends with what to do.
    """
    from scim_conformance.commands import doctor as looking
    from scim_conformance.commands.start import no_target
    from scim_conformance.reporting import doctor_screen
    from scim_conformance.run.estimate import COST

    configuration = configured(flags)
    settings = configuration.settings
    if settings.url is None:
        raise SettingsError(no_target("doctor"))
    if write and not settings.is_loopback:
        said = f"{settings.base} is not on this machine. --write creates a user there, changes it, and deletes it."
        click.echo(wrapping.paragraphs(f"{said} {COST}", sys.stderr), err=True)
    with signals.interrupting() if write else nullcontext():
        code = looking.look(configuration, doctor_screen.finding, write=write)
    doctor_screen.diagnosed(code, configuration.origin)
    return code
