"""Test Connection with OAuth client credentials: the token that Entra fetches before it asks for anything."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.world import World
from scim_conformance.scenario import oauth
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import rfc6749, rfc7644
from scim_conformance.scenario.exchange import Credential, Endpoint
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import refused, status
from scim_conformance.scenario.steps import Step

NEEDS = ("token-endpoint",)
NO_TOKEN = "Entra gets no token, and Test Connection fails"  # noqa: S105 - a sentence


def _asks(why: str, credential: Credential = Credential.TOKEN) -> Step:
    owner = "ENT-AUT-01"
    return Step("token", "POST", "token endpoint", why, credential=credential, endpoint=Endpoint.TOKEN, owner=owner)


def _demanded(world: World, obligation: Obligation, so: str, fix: str) -> Check:
    """What Microsoft's checklist demands: hard where the profile is that of a gallery application, else advice."""
    if "client-credentials" in world.profile.requires:
        return obligation.entra(ms.CHECKLIST, so=so, fix=fix)
    return obligation.should(ms.CHECKLIST, so=so, fix=fix)


@scenario(
    "ENT-AUT-01",
    "The token endpoint gives a bearer token",
    moment=Moment.TEST_CONNECTION,
    needs=NEEDS,
    covers="L23 L24",
)
def gives_token(world: World) -> Scenario:
    """Entra asks the token endpoint with grant_type=client_credentials, the client id and its secret (or, with workload
    identity federation, a JWT of its own), in a form. The answer is a bearer token and how long it lives."""
    life = _demanded(
        world,
        oauth.says_life(),
        "Entra cannot know when to fetch the next token, and requests fail in the middle of a cycle",
        "answer expires_in, in seconds, as a number",
    )
    return Scenario(
        [
            _asks("Entra fetches an access token").expecting(
                status(200).must(rfc6749("5.1"), so=NO_TOKEN, fix="answer 200 with the token"),
                oauth.has_token().must(rfc6749("5.1"), so=NO_TOKEN, fix="answer access_token"),
                oauth.is_bearer().must(rfc6749("5.1"), so=NO_TOKEN, fix='answer "token_type": "Bearer"'),
                life,
            )
        ]
    )


@scenario(
    "ENT-AUT-02",
    "An access token lives 60 minutes to 6 hours",
    moment=Moment.TEST_CONNECTION,
    needs=NEEDS,
    covers="L23 M38",
)
def life_of_token(world: World) -> Scenario:
    """Microsoft's gallery checklist demands an access token that lives at least 60 minutes and at most 6 hours."""
    check = _demanded(
        world,
        oauth.lives(3600, 21_600, "60 minutes to 6 hours"),
        "the application is not accepted into the gallery, and a long cycle outlives its token",
        "let access tokens live between 3600 and 21600 seconds",
    )
    return Scenario([_asks("Entra fetches an access token").expecting(check)])


@scenario("ENT-AUT-03", "A wrong client secret is refused", moment=Moment.TEST_CONNECTION, needs=NEEDS)
def wrong_secret(world: World) -> Scenario:
    """The administrator enters the wrong client secret. The token endpoint must refuse it with 400 or 401 and say why,
    so that Test Connection fails at once."""
    fix = "authenticate the client before a token is given"
    so = "anybody who knows the client id reads and changes the accounts"
    untold = "the administrator is not told that it is the client secret"
    return Scenario(
        [
            _asks("Entra asks for a token with a wrong secret", Credential.WRONG).expecting(
                refused().must(rfc6749("4.4.2"), so=so, fix=fix),
                status(400, 401).should(rfc6749("5.2"), so=untold, fix="answer 401 invalid_client"),
                oauth.is_oauth_error().should(rfc6749("5.2"), so=untold, fix='answer {"error": "invalid_client"}'),
            )
        ]
    )


@scenario("ENT-AUT-04", "A new access token opens /Users", moment=Moment.TEST_CONNECTION, needs=NEEDS, covers="L23 L24")
def token_opens(world: World) -> Scenario:
    """Microsoft's validation fetches a token and lists one user with it at once."""
    page = Step("list", "GET", "/Users", "a user is listed with the new token", "startIndex=1&count=1")
    so = "Entra holds a token that the target does not know, and every cycle fails"
    fix = "let the target accept a token as soon as the token endpoint has given it"
    return Scenario(
        given=[_asks("Entra fetches an access token")],
        steps=[
            page.expecting(
                status(200).entra(ms.CHECKLIST, so=so, fix=fix),
                oauth.is_list().must(rfc7644("3.4.2"), so=so, fix="answer with a ListResponse"),
            )
        ],
    )
