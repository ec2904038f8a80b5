"""`run --dry-run`: every request exactly as it would be sent, and by whom; what answers give is shown as a name."""

from collections.abc import Sequence

import click
import msgspec

from scim_conformance import catalogue, credentials
from scim_conformance.entra.people import Directory
from scim_conformance.entra.profile import Credentials, Profile
from scim_conformance.entra.world import World
from scim_conformance.listing import NOTHING
from scim_conformance.scenario.exchange import Credential, Endpoint
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.steps import Names, Step, prepare
from scim_conformance.settings import Settings
from scim_conformance.target.auth import TOKEN_HEADERS, Grant, Secret
from scim_conformance.target.wire import ENTRA_HEADERS, SPOILT, TOKEN_VARIABLE

TAG = "sct000000"


def show(settings: Settings, ids: Sequence[str]) -> int:
    """Print the requests of the selected scenarios; nothing is sent."""
    profile = credentials.profile_of(settings)
    profile = msgspec.structs.replace(profile, credentials=credentials.in_use(settings, profile))
    templates = catalogue.shipped_templates()
    found = [one for one in catalogue.cases_of(templates, profile, settings) if catalogue.asked_for(one, ids, settings)]
    playable = [case for case in found if profile.lacks(case.template.needs) is None]
    for case in playable:
        _show(case, profile, settings)
    return 0 if playable else NOTHING


def _show(case: Case, profile: Profile, settings: Settings) -> None:
    directory = Directory(TAG, profile.people.domain, case.id, settings.seed)
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
    lines = [f"## {who}: {step.why}", f"{outgoing.method} {base}{_named(outgoing.target)}"]
    lines += [f"{name}: {value}" for name, value in (*_authorization(step), *ENTRA_HEADERS, *outgoing.headers)]
    lines += ["", outgoing.body.decode()] if outgoing.body else []
    return "\n".join([*lines, ""])


def _token_request(step: Step, who: str, used: Credentials) -> str:
    federated = used.kind == "federated"
    secret = Secret(credentials.ASSERTION if federated else credentials.SECRET)
    grant = Grant(used.token_url or "https://token-url", used.client_id or "client-id", secret, used.scope, federated)
    headers = [f"{name}: {value}" for name, value in TOKEN_HEADERS]
    return "\n".join(
        [f"## {who}: {step.why}", f"POST {grant.token_url}", *headers, "", grant.shown(step.credential), ""]
    )


def _named(target: str) -> str:
    """Show a placeholder as it is: `{user}`, not its percent-encoding."""
    return target.replace("%7B", "{").replace("%7D", "}").replace("%7b", "{").replace("%7d", "}")


def _authorization(step: Step) -> tuple[tuple[str, str], ...]:
    shown = {Credential.TOKEN: f"Bearer ${TOKEN_VARIABLE}", Credential.WRONG: SPOILT}
    return (("Authorization", shown[step.credential]),) if step.credential in shown else ()
