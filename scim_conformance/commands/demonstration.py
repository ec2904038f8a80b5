"""`demo`: the suites against the embedded target."""

import secrets
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scim_conformance.commands.options import examples, for_pytest, ids_completed, playing_options, settings_options
from scim_conformance.commands.separated import split
from scim_conformance.config.configuration import Configuration, TargetFlags
from scim_conformance.config.resolving import resolve
from scim_conformance.config.settings import Secrets, SettingsError, table
from scim_conformance.system.hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from scim_conformance.demo.faults.registry import Defect
    from scim_conformance.demo.secured import Speaking
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
@playing_options
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
    serve = _server()
    if list_defects:
        return _list()
    narrowed, verbosity = for_pytest(flags)
    found = _chosen(defects, variants)
    asked = _asked(found, _as_said(defects, variants, flags), flags)
    extra = [*narrowed, *extra]
    _check(asked, wanted, extra)
    speaking = _speaking(asked, wanted)
    with serve([one.around for one in found], profile=asked.profile, speaking=speaking) as served:
        if verbosity >= 0:
            click.echo(f"The embedded target listens at {served.url}")
        return _play(_for_demo(asked, served), wanted, extra, verbosity)


def _server() -> "Callable[..., AbstractContextManager[Served]]":
    """Return what starts the embedded target.

    Raises:
        SettingsError: what it needs is not installed.
    """
    try:
        from scim_conformance.demo.server import serve
    except ModuleNotFoundError as missing:
        raise SettingsError(f"the demo requires {missing.name}: pip install 'scim-conformance[demo]'") from None
    return serve


def _speaking(asked: Configuration, wanted: list[str]) -> "Speaking | None":
    """Return how the target speaks TLS: only where a scenario is about TLS, and what makes certificates is
    installed."""
    from scim_conformance.catalogue import scenarios
    from scim_conformance.demo.secured import Speaking
    from scim_conformance.entra.needs import TLS

    about = [one for one in scenarios.shipped_templates() if TLS in one.needs]
    cases = scenarios.cases_of(about, asked.profile, asked.settings)
    is_asked = any(scenarios.asked_for(one, wanted, asked.settings) for one in cases)
    return Speaking() if is_asked and find_spec("trustme") is not None else None


def _list() -> int:
    from scim_conformance.demo.choices import listing

    click.echo("\n".join(listing()))
    return 0


def _asked(found: "Sequence[Defect | Variant]", said: str, flags: dict[str, Any]) -> Configuration:
    """Return the configuration, without the secrets from the environment: these are for another target."""
    flags["profile"] = flags["profile"] or next((one.profile for one in found if one.profile is not None), None)
    config = flags.pop("config")
    return Configuration(resolve(flags, config=config), origin=TargetFlags(demo=said))


def _check(asked: Configuration, wanted: list[str], extra: list[str]) -> None:
    """Refuse what cannot run, before the target starts."""
    from scim_conformance.commands import matching, start

    start.check_ids(start.Asked(asked, wanted, extra))
    matching.check(extra)
    start.check_waivers(asked.settings)


def _play(asked: Configuration, wanted: list[str], extra: list[str], verbosity: int) -> int:
    from scim_conformance.commands import start
    from scim_conformance.run.invoke import Printing, play

    start.caution(asked.profile)
    own = start.add_own(start.Asked(asked, wanted, extra))
    return play(asked, wanted, [*extra, *own], Printing(verbosity=verbosity)).code


NOT_REPEATED = frozenset({"report_dir", "jobs"})
"""Flags that the command to play a scenario again does not have."""


def _as_said(defects: tuple[str, ...], variants: tuple[str, ...], flags: Mapping[str, Any]) -> str:
    """Return the command that starts the embedded target in the same way."""
    given: dict[str, Any] = {"defect": defects, "variant": variants}
    given |= {row.name: flags.get(row.name) for row in table("demo") if row.name not in NOT_REPEATED}
    words = ["scim-conformance", "demo"]
    for name, value in given.items():
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        words += [word for one in values for word in (f"--{name.replace('_', '-')}", str(one))]
    return shlex.join(words)


def _demo_reports() -> str:
    """Return a report directory apart from those of real targets, whose last run stays the last one."""
    from scim_conformance.reporting.history import DEMOS

    return f"{DEMOS}/{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _for_demo(asked: Configuration, served: "Served") -> Configuration:
    """Return the configuration with the credentials that the embedded target accepts: a token or client credentials, as
    configured."""
    if asked.credentials.kind == "bearer":
        there, held = {"url": served.url}, msgspec.structs.replace(further_of(served), token=Hidden(served.token))
    else:
        tokens = served.app.tokens
        there = {"url": served.url, "token_url": served.token_url, "client_id": tokens.client_id}
        held = msgspec.structs.replace(further_of(served), client_secret=Hidden(tokens.client_secret))
    there |= {} if served.ca_file is None else {"ca_file": served.ca_file}
    there["report_dir"] = asked.settings.report_dir or _demo_reports()
    settings = msgspec.structs.replace(asked.settings, **there)
    return Configuration(settings, held, asked.file, asked.profile, asked.origin)


def further_of(served: "Served") -> Secrets:
    """Return the tokens that the embedded target has in addition to its own."""
    keys = served.app.keys
    return Secrets(
        other_tenant_token=Hidden(keys.other_tenant),
        read_only_token=Hidden(keys.read_only),
        expired_token=Hidden(keys.expired),
    )
