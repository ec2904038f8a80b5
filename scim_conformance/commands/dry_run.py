"""`run --dry-run`: every request exactly as it would be sent, and by whom; values from responses are shown as names."""

from collections.abc import Sequence

import click

from scim_conformance.catalogue import scenarios
from scim_conformance.commands.listing import NOTHING
from scim_conformance.config import credentials
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import Settings
from scim_conformance.entra import needs
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.profiles.profile import Credentials, Profile
from scim_conformance.entra.world import World
from scim_conformance.scenario import tags
from scim_conformance.scenario.bodies import Names, encoded
from scim_conformance.scenario.exchange import Endpoint
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.passwords import masked_request
from scim_conformance.scenario.steps import Step, prepare
from scim_conformance.system import streams
from scim_conformance.target.auth import BODY, TOKEN_HEADERS, Grant, Secret, added, in_url
from scim_conformance.target.port import url_of
from scim_conformance.target.recording import SHOWN_AS
from scim_conformance.target.wire import ENTRA_HEADERS
from scim_conformance.verdict import counting

TAG = tags.EXAMPLE


def show(configuration: Configuration, ids: Sequence[str]) -> int:
    """Print the requests of the selected scenarios; nothing is sent."""
    settings, profile = configuration.settings, configuration.played
    templates = scenarios.shipped_templates()
    found = [one for one in scenarios.cases_of(templates, profile, settings) if scenarios.asked_for(one, ids, settings)]
    playable = [case for case in found if needs.lacks(profile, case.template.needs) is None]
    for case in playable:
        _show(case, profile, settings)
    if not streams.is_lost():  # what nobody reads needs no count
        click.echo(f"{counting.number(len(playable), 'scenario')}; nothing was sent", err=True)
    return 0 if playable else NOTHING


def _show(case: Case, profile: Profile, settings: Settings) -> None:
    directory = directory_of(profile, TAG, case.id, settings.seed)
    scenario = case.build(World(profile, directory, dialects=settings.dialects))
    base = settings.base if settings.url else "https://tenant-url"
    click.echo(f"# {case.id}  {case.title}")
    for step in scenario.given:
        click.echo(_request(step, base, "prepare", profile.credentials))
    for step in scenario.steps:
        click.echo(_request(step, base, step.by.value, profile.credentials))


def _request(step: Step, base: str, who: str, used: Credentials) -> str:
    if step.endpoint is Endpoint.TOKEN:
        return _token_request(step, who, used)
    outgoing = prepare(step, Names())
    if step.endpoint is Endpoint.PORT:
        return f"## {who}: {step.why}\n{outgoing.method} {url_of(base, outgoing)}\n"
    lines = [f"## {who}: {step.why}", f"{outgoing.method} {base}{_named(outgoing.target)}"]
    lines += [f"{name}: {value}" for name, value in (*_authorization(step), *ENTRA_HEADERS, *outgoing.headers)]
    lines += ["", masked_request(outgoing.body.decode())[0]] if outgoing.body else []
    return "\n".join([*lines, ""])


def _token_request(step: Step, who: str, used: Credentials) -> str:
    federated = used.kind == "federated"
    secret = Secret(credentials.ASSERTION if federated else credentials.SECRET)
    url, client = used.token_url or "https://token-url", used.client_id or "client-id"
    grant = Grant(url, client, secret, used.scope, federated, used.sent_in)
    way = step.sent_in or grant.way
    basic = [] if way == BODY else [("Authorization", grant.shown_header(step.credential))]
    headers = [f"{name}: {value}" for name, value in (*basic, *TOKEN_HEADERS)]
    form = grant.shown(step.credential, way, added(encoded(step.body, Names())))
    place, body = (in_url(url, form.encode()), []) if step.method == "GET" else (url, ["", form])
    return "\n".join([f"## {who}: {step.why}", f"{step.method} {place}", *headers, *body, ""])


def _named(target: str) -> str:
    """Show a placeholder as it is: `{user}`, not its percent-encoding."""
    return target.replace("%7B", "{").replace("%7D", "}").replace("%7b", "{").replace("%7d", "}")


def _authorization(step: Step) -> tuple[tuple[str, str], ...]:
    return (("Authorization", SHOWN_AS[step.credential]),) if step.credential in SHOWN_AS else ()
