"""Test Connection with OAuth client credentials: the access token that Entra requests before anything else."""

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc6749, rfc7644
from scim_conformance.scenario.exchange import Credential, Endpoint
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations import oauth
from scim_conformance.scenario.obligations.answers import refused, status
from scim_conformance.scenario.obligations.lists import is_list
from scim_conformance.scenario.steps import Step

NEEDS = ("token-endpoint",)
NO_TOKEN = "Entra gets no access token, and Test Connection fails"  # noqa: S105 - a sentence


def _asks(
    why: str, credential: Credential = Credential.TOKEN, sent_in: str | None = None, *, key: str = "token"
) -> Step:
    """Request an access token; `sent_in`: send the client secret there instead of where the run sends it."""
    step = Step(key, "POST", "token endpoint", why, credential=credential)
    return step.but(endpoint=Endpoint.TOKEN, sent_in=sent_in)


@scenario("ENT-AUT-01", "The token endpoint returns a bearer token", Moment.TEST_CONNECTION, needs=NEEDS)
@covers("L23 L24")
def gives_token(world: World) -> Scenario:
    """Entra sends grant_type=client_credentials to the token endpoint, as a form. It sends client ID and secret in the
    header (HTTP Basic), in the body or in both, as the administrator chooses in the portal; with workload identity
    federation, the body contains a JWT issued by Entra. The response must contain a bearer token and its lifetime."""
    asked = _asks("Entra requests an access token")
    return Scenario([asked.expecting(TOKEN_ISSUED, HAS_TOKEN, IS_BEARER, LIFETIME_STATED)])


TOKEN_ISSUED = status(200).must(rfc6749("5.1"), so=NO_TOKEN, fix="return 200 with the token")
HAS_TOKEN = oauth.has_token().must(rfc6749("5.1"), so=NO_TOKEN, fix="return access_token")
IS_BEARER = oauth.is_bearer().entra(ms.TUTORIAL, so=NO_TOKEN, fix='return "token_type": "Bearer"')
LIFETIME_STATED = oauth.says_life().should(
    rfc6749("5.1"),  # RECOMMENDED; Microsoft's checklist is about the life itself (ENT-AUT-02)
    so="Entra does not know when to request the next token, and requests fail in the middle of a cycle",
    fix="return expires_in as a number of seconds",
)


@scenario("ENT-AUT-02", "An access token is valid for 60 minutes to 6 hours", Moment.TEST_CONNECTION, needs=NEEDS)
@covers("L23 M38")
def life_of_token(world: World) -> Scenario:
    """Microsoft's gallery checklist requires an access token that is valid for at least 60 minutes and at most 6 hours.
    If the response does not state the lifetime, this scenario cannot check it; ENT-AUT-01 then advises returning it."""
    return Scenario([_asks("Entra requests an access token").expecting(_lives_long_enough(world))])


def _lives_long_enough(world: World) -> Check:
    """A requirement of Microsoft's checklist: a requirement for gallery profiles, otherwise advice."""
    return world.demanded(
        oauth.lives(3600, 21_600, "60 minutes to 6 hours"),
        ms.CHECKLIST,
        by="client-credentials",
        so="the application is not accepted into the gallery, and the token expires during a long cycle",
        fix="issue access tokens that are valid for 3600 to 21600 seconds",
    )


@scenario("ENT-AUT-03", "A wrong client secret is refused", Moment.TEST_CONNECTION, needs=NEEDS)
def wrong_secret(world: World) -> Scenario:
    """The administrator enters the wrong client secret. The token endpoint must refuse it with 400 or 401 and state the
    reason, so that Test Connection fails at once. It must refuse the secret in the header and in the body: an endpoint
    that accepts both must check it in both places."""
    has_secret = needs.has(world.profile, "client-secret")
    step = _asks("Entra requests a token with a wrong secret", Credential.WRONG, "header" if has_secret else None)
    first = step.expecting(SECRET_REFUSED, REFUSAL_STATUS, REFUSAL_EXPLAINED).may_be_refused()
    in_body = _asks("The same request with the wrong secret in the body", Credential.WRONG, "body", key="token-body")
    return Scenario([first, *([in_body.expecting(SECRET_REFUSED)] if has_secret else [])])


SECRET_REFUSED = refused().must(
    rfc6749("4.4.2"),
    so="anyone who knows the client ID can read and change accounts",
    fix="authenticate the client before issuing a token",
)
UNEXPLAINED = "the administrator cannot see that the client secret is the problem"
REFUSAL_STATUS = status(400, 401).should(rfc6749("5.2"), so=UNEXPLAINED, fix="return 401 invalid_client")
REFUSAL_EXPLAINED = oauth.is_oauth_error().should(
    rfc6749("5.2"), so=UNEXPLAINED, fix='return {"error": "invalid_client"}'
)


@scenario("ENT-AUT-04", "A new access token works for /Users", Moment.TEST_CONNECTION, needs=NEEDS)
@covers("L23 L24")
def token_opens(world: World) -> Scenario:
    """Microsoft's validation requests a token and immediately lists one user with it."""
    page = Step("list", "GET", "/Users", "Entra lists one user with the new token", "startIndex=1&count=1")
    steps = [page.expecting(TOKEN_ACCEPTED, LIST_RETURNED)]
    return Scenario(given=[_asks("Entra requests an access token")], steps=steps)


REJECTED = "every request fails: the target does not accept the token that Entra has just received"
TOKEN_ACCEPTED = status(200).entra(
    ms.CHECKLIST,
    so=REJECTED,
    fix="accept a token as soon as the token endpoint has issued it",
)
LIST_RETURNED = is_list().must(rfc7644("3.4.2"), so=REJECTED, fix="return a ListResponse")


@scenario("ENT-AUT-05", "The token endpoint accepts HTTP Basic", Moment.TEST_CONNECTION, needs=["client-secret"])
def basic(world: World) -> Scenario:
    """The portal asks how to send the credentials; the header is the default for gallery connectors. RFC 6749 section
    2.3.1 requires a token endpoint to support HTTP Basic for clients with a secret; support for the body is optional.
    Entra works with an endpoint that accepts only the body if the administrator selects the body, so this is advice.
    Sending both is never tested: a client must use only one method per request (RFC 6749 section 2.3), so an endpoint
    may reject two."""
    del world
    in_header = _asks("Entra sends the client ID and secret in the header", sent_in="header")
    return Scenario([in_header.expecting(BASIC_ACCEPTED)])


BASIC_ACCEPTED = status(200).rfc_only(
    rfc6749("2.3.1"),
    so="Test Connection fails until the administrator selects Body as the way to send credentials",
    fix="authenticate the client with HTTP Basic too",
)
