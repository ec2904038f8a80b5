"""`demo`: the suites against the embedded target."""

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scim_conformance.commands.options import examples, ids_completed, settings_options
from scim_conformance.commands.separated import split
from scim_conformance.config.configuration import Configuration, TargetFlags
from scim_conformance.config.resolving import resolve
from scim_conformance.config.settings import Secrets, SettingsError
from scim_conformance.system.hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_conformance.demo.faults.registry import Defect
    from scim_conformance.demo.server import Served
    from scim_conformance.demo.variants.registry import Variant

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


def _chosen(defects: tuple[str, ...], variants: tuple[str, ...]) -> "Sequence[Defect | Variant]":
    """Return what the target differs in. All the defects are loaded only where one is asked for."""
    if not defects and not variants:
        return ()
    from scim_conformance.demo.choices import chosen

    return chosen(defects, variants)


@click.command(
    epilog=examples(
        "scim-conformance demo", "scim-conformance demo --defect op-case", "scim-conformance demo --list-defects"
    )
)
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Introduce a defect into the target (see --list-defects).",
)
@click.option(
    "--variant", "variants", multiple=True, metavar="NAME", help="Let the target behave differently, but legally."
)
@click.option("--list-defects", is_flag=True, help="List the defects and exit.")
@settings_options("demo")
@click.argument("ids", nargs=-1, shell_complete=ids_completed)
def demo(
    ids: tuple[str, ...],
    *,
    defects: tuple[str, ...],
    variants: tuple[str, ...],
    list_defects: bool,
    **flags: Any,
) -> int:
    """Start the embedded target on loopback, and run the suites against it."""
    wanted, extra = split(ids)
    try:
        from scim_conformance.demo.server import serve
    except ModuleNotFoundError as missing:
        raise SettingsError(f"the demo requires {missing.name}: pip install 'scim-conformance[demo]'") from None
    if list_defects:
        from scim_conformance.demo.choices import listing

        click.echo("\n".join(listing()))
        return 0
    found = _chosen(defects, variants)
    flags["profile"] = flags["profile"] or next((one.profile for one in found if one.profile is not None), None)
    # Without the secrets from the environment: these are for another target.
    config = flags.pop("config")
    asked = Configuration(resolve(flags, config=config), origin=TargetFlags(demo=_as_said(defects, variants)))
    from scim_conformance.commands import matching, start

    start.check_ids(start.Asked(asked, wanted, extra))
    matching.check(extra)
    with serve([one.around for one in found], profile=asked.profile) as served:
        click.echo(f"The embedded target listens at {served.url}")
        from scim_conformance.run.invoke import play

        start.caution(asked.profile)
        return play(_for_demo(asked, served), wanted, extra).code


def _as_said(defects: tuple[str, ...], variants: tuple[str, ...]) -> str:
    """Return the command that starts the embedded target in the same way."""
    flags = [*(f"--defect {one}" for one in defects), *(f"--variant {one}" for one in variants)]
    return " ".join(["scim-conformance demo", *flags])


def _demo_reports() -> str:
    """Return a report directory apart from those of real targets, whose last run stays the last one."""
    from scim_conformance.reporting.history import DEMOS

    return f"{DEMOS}/{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _for_demo(asked: Configuration, served: "Served") -> Configuration:
    """Return the configuration with the credentials that the embedded target accepts: a token or client credentials, as
    configured."""
    if asked.credentials.kind == "bearer":
        there, held = {"url": served.url}, Secrets(token=Hidden(served.token))
    else:
        tokens = served.app.tokens
        there = {"url": served.url, "token_url": served.token_url, "client_id": tokens.client_id}
        held = Secrets(client_secret=Hidden(tokens.client_secret))
    there["report_dir"] = asked.settings.report_dir or _demo_reports()
    settings = msgspec.structs.replace(asked.settings, **there)
    return Configuration(settings, held, asked.file, asked.profile, asked.origin)
