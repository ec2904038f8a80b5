"""The token endpoint, where the run uses client credentials (RFC 6749). No request has a secret in its URL."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import tokens
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Raw
from scim_conformance.scenario.exchange import Credential, Endpoint, Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations import oauth
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step

NO_TOKEN = "clients get no access token"  # noqa: S105 - a sentence
UNCLEAR = "clients cannot tell what is wrong"


def _ask(key: str, why: str, *, more: str = "", method: str = "POST", sent_in: str | None = None) -> Step:
    """Request an access token. `more`: fields of the form in addition to the usual ones."""
    step = Step(key, method, "token endpoint", why, body=Raw(more) if more else None, by=Sender.HARNESS)
    return step.but(endpoint=Endpoint.TOKEN, sent_in=sent_in).may_be_refused()


ISSUED = must("6749-5.1-a", so=NO_TOKEN, fix="return 200 with access_token and token_type as JSON")
LIVES = should("6749-5.1-a", so="clients do not know when to ask again", fix="return expires_in as a number")
UNSTORED = should("6749-5.1-b", so="a proxy keeps the token", fix="send Cache-Control: no-store with a token")


@scenario("RFC-TOK-01", "A token is returned as OAuth has it", Moment.TEST_CONNECTION, needs=["token-endpoint"])
@covers("6749-5.1-a 6749-5.1-b")
def token(world: World) -> Scenario:
    """A token request returns 200 with access_token and token_type. That expires_in is a number, and that no cache may
    keep the response, is advice."""
    del world
    checks = [ISSUED(status(200)), ISSUED(oauth.has_token()), ISSUED(tokens.typed())]
    checks += [LIVES(tokens.life_in_seconds()), UNSTORED(tokens.not_stored())]
    return Scenario([_ask("token", "Ask for a token").expecting(*checks)])


BASIC = must("6749-2.3.1-a", so="clients that send the secret in the header get no token", fix="support HTTP Basic")
POSTED = must("6749-3.2-a", so="requests for tokens are in logs and caches", fix="issue no token for GET")
SPARE = should("6749-3.2-b", so="a client that sends one field more gets no token", fix="ignore unknown fields")
ONCE = should("6749-3.2-b", so="two readers see two requests", fix="return 400 for a field that is sent twice")


@scenario("RFC-TOK-02", "How a token may be asked for", Moment.TEST_CONNECTION, needs=["client-secret"])
@covers("6749-2.3.1-a 6749-3.2-a 6749-3.2-b")
def ways(world: World) -> Scenario:
    """The secret may be sent with HTTP Basic. GET, with the secret in the header, returns no token. An unknown field is
    ignored, and a field that is sent twice refused: advice."""
    del world
    in_header = _ask("basic", "Send client ID and secret in the header", sent_in="header")
    steps = [
        in_header.expecting(BASIC(status(200)), BASIC(oauth.has_token())),
        _ask("get", "The same with GET", method="GET", sent_in="header").expecting(POSTED(tokens.no_token())),
        _ask("unknown", "Add a field that OAuth does not define", more="sct=1").expecting(SPARE(status(200))),
        _ask("twice", "Send grant_type twice", more="grant_type=client_credentials").expecting(ONCE(status(400))),
    ]
    return Scenario(steps)


TOLD = must("6749-5.2-a", so=UNCLEAR, fix="return the error as JSON, with status 400 or 401")
CHALLENGED = must("6749-5.2-a", so=UNCLEAR, fix="return 401 with WWW-Authenticate if HTTP Basic is wrong")
WORDED = should("6749-5.2-a", so=UNCLEAR, fix="return the error code that RFC 6749 has for it")
WITHIN = must("6749-5.2-b", so="a client has more rights than it was given", fix="refuse the scope, or state `scope`")


@scenario("RFC-TOK-03", "A wrong token request is refused", Moment.TEST_CONNECTION, needs=["client-secret"])
@covers("6749-5.2-a 6749-5.2-b")
def errors(world: World) -> Scenario:
    """A wrong secret with HTTP Basic returns 401 with a challenge and invalid_client, and an unknown grant_type 400,
    each with the error as JSON. For a scope that the client does not have, the request is refused, or the response
    states the scope that is granted."""
    wrong = _ask("secret", "Send a wrong secret", sent_in="header").but(credential=Credential.WRONG)
    grant = _ask(
        "grant", "Ask for a grant that does not exist", more=f"grant_type=urn%3Aexample%3A{world.directory.tag}"
    )
    scope = _ask("scope", "Ask for a scope that does not exist", more=f"scope={world.directory.tag}-none")
    steps = [
        wrong.expecting(
            CHALLENGED(tokens.challenged()), TOLD(oauth.is_oauth_error()), WORDED(tokens.error("invalid_client"))
        ),
        grant.expecting(
            TOLD(status(400)), TOLD(oauth.is_oauth_error()), WORDED(tokens.error("unsupported_grant_type"))
        ),
        scope.expecting(WITHIN(tokens.other_scope(f"{world.directory.tag}-none"))),
    ]
    return Scenario(steps)
