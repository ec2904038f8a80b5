"""OAuth client credentials that get no token, or that cannot be used: one sentence says why, and what to do."""

import json
from pathlib import Path

import pytest

from scim_conformance.demo.server import serve
from tests.support.cli import assert_calm, cli
from tests.support.oauth import ASSERTION, IN_ENVIRONMENT, TOKEN, answering, assert_discreet, empty, given, token_url
from tests.support.raw import closed_port, error, http, listening
from tests.support.reported import result
from tests.support.turns import due

pytestmark = pytest.mark.slow

HTML = http(200, b"<!doctype html><title>Sign in</title>", media="text/html")
DENIED = http(
    401,
    json.dumps({"error": "invalid_client", "error_description": "Unknown\x1b[31m client\n" + "x" * 400}).encode(),
    media="application/json",
)
USELESS: dict[str, tuple[bytes, str]] = {
    "denied": (
        DENIED,
        r"refuses the client (status 401, application/json, invalid_client: “Unknown\u001b[31m client x",
    ),
    "scope": (http(400, b'{"error": "invalid_scope"}', media="application/json"), "invalid_scope): check --scope"),
    "401": (http(401), "refuses the client (status 401, no Content-Type): check --client-id and the client secret"),
    "html": (HTML, "returns an HTML page (status 200, text/html): is --token-url the token endpoint"),
    "not found": (http(404), "does not respond as a token endpoint (status 404"),
    "broken": (http(503), "fails (status 503, no Content-Type): check its log"),
    "redirect": (http(302, headers=[("Location", "https://login.example/")]), "redirects to https://login.example/"),
    "form": (http(200, f"access_token={TOKEN}".encode(), media="text/plain"), "is --token-url the token endpoint?"),
    "none": (http(200, b'{"token_type": "Bearer"}', media="application/json"), "returns no access_token (status 200"),
    "mac": (given(TOKEN, token_type="mac"), "returns a token of the type mac: Entra sends only bearer tokens"),
    "negative": (given(TOKEN, expires_in=-5), "returns a token with expires_in -5: it must be the lifetime in seconds"),
    "a date": (given(TOKEN, expires_in=1_790_000_000), "returns a token with expires_in 1790000000"),
    "huge": (given(TOKEN, expires_in=10**400), "returns a token with expires_in 1000000"),
    "a word": (given(TOKEN, expires_in="soon"), 'returns a token with expires_in "soon"'),
    "a list": (given(TOKEN, expires_in=[3600]), "returns a token with expires_in [3600]"),
    "flood": (
        http(200, b"access_token=a%20" * 200_000, media="text/plain"),
        "larger than 16 KB, and was not evaluated",
    ),
    "line break": (given(TOKEN + "\r\nX: y"), "returns an access_token that a header cannot contain"),
}


@pytest.mark.parametrize("name", due(USELESS, 3))
def test_an_answer_without_a_usable_token_is_one_sentence(name: str, tmp_path: Path) -> None:
    answer, said = USELESS[name]
    with listening(answering(lambda _: answer, empty)) as target:
        url = token_url(target)
        arguments = ["run", "--url", target.url, "--client-id", "client-7", "--token-url", url]
        arguments += ["--report-dir", str(tmp_path / "report"), "ENT-CON-01"]
        ended = cli(tmp_path, *arguments, environ=IN_ENVIRONMENT)
        assert {one.path for one in target.received} == {"/token"}
    reason = result(tmp_path / "report")["scenarios"][0]["reason"]
    assert reason.startswith(f"the token endpoint {url} ")
    assert said in reason
    assert len(reason) < 400
    assert ended.code == 6
    assert_calm(ended)
    assert_discreet(tmp_path, TOKEN)


def test_a_token_endpoint_where_nothing_listens(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{closed_port()}/token"
    with serve() as served:
        arguments = ["run", "--url", served.url, "--client-id", "client-7", "--token-url", url]
        ended = cli(tmp_path, *arguments, "--report-dir", str(tmp_path / "report"), environ=IN_ENVIRONMENT)
    assert ended.code == 6
    assert f"no access token from {url}: " in " ".join(ended.out.split())
    assert "--token-url" in ended.out
    assert_calm(ended)


def test_a_target_that_refuses_the_fresh_token(tmp_path: Path) -> None:
    with listening(answering(lambda _: given(TOKEN), lambda _: error(401))) as target:
        arguments = ["run", "--url", target.url, "--client-id", "client-7", "--token-url", token_url(target)]
        ended = cli(tmp_path, *arguments, "--report-dir", "report", "ENT-CON-01", environ=IN_ENVIRONMENT)
    assert ended.code == 6
    said = "refuses the token from the token endpoint (status 401, application/scim+json, "
    assert said in result(tmp_path / "report")["scenarios"][0]["reason"]


CONTRADICTIONS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "token too": (
        ["--client-id", "a"],
        {"SCIM_CONFORMANCE_TOKEN": "x" * 20},
        "both a token (SCIM_CONFORMANCE_TOKEN) and client credentials (--client-id) are set: use only one of them",
    ),
    "no secret": (
        ["--client-id", "a", "--token-url", "http://127.0.0.1:1/token"],
        {},
        "incomplete: set SCIM_CONFORMANCE_CLIENT_SECRET or --client-secret-file",
    ),
    "white space": (
        ["--client-id", "a"],
        {"SCIM_CONFORMANCE_CLIENT_SECRET": "canary\n"},
        "SCIM_CONFORMANCE_CLIENT_SECRET starts or ends with whitespace: remove it",
    ),
    "no id": (["--token-url", "http://127.0.0.1:1/token"], IN_ENVIRONMENT, "incomplete: set --client-id"),
    "secret alone": (
        [],
        IN_ENVIRONMENT | {"SCIM_CONFORMANCE_TOKEN": ""},
        "incomplete: set --client-id and --token-url",
    ),
    "both secrets": (
        ["--client-id", "a"],
        IN_ENVIRONMENT | {"SCIM_CONFORMANCE_CLIENT_ASSERTION": ASSERTION},
        "a client secret (SCIM_CONFORMANCE_CLIENT_SECRET) and a client assertion (SCIM_CONFORMANCE_CLIENT_ASSERTION)",
    ),
    "no file": (
        ["--client-id", "a", "--token-url", "http://127.0.0.1:1/token", "--client-secret-file", "nowhere"],
        {},
        "the secret's file nowhere cannot be read: No such file or directory",
    ),
    "no url": (
        ["--client-id", "a", "--token-url", "ftp://x"],
        IN_ENVIRONMENT,
        "--token-url 'ftp://x' is not a URL",
    ),
    "password": (["--token-url", "https://a:b@x/"], IN_ENVIRONMENT, "--token-url contains a user name or password"),
    "gallery": (["--profile", "gallery-2026"], {}, "the profile gallery-2026 uses client credentials, but they are in"),
}


@pytest.mark.parametrize("name", due(CONTRADICTIONS, 2))
def test_what_contradicts_itself_or_is_incomplete_is_a_usage_error(name: str, tmp_path: Path) -> None:
    flags, environ, said = CONTRADICTIONS[name]
    ended = cli(tmp_path, "run", "--url", f"http://127.0.0.1:{closed_port()}/v2", *flags, environ=environ)
    assert (ended.code, ended.out) == (4, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_the_configuration_may_not_hold_a_client_secret(tmp_path: Path) -> None:
    (tmp_path / "scim.toml").write_text('client-secret = "canary"', encoding="utf-8")
    ended = cli(tmp_path, "run", "--config", "scim.toml")
    assert ended.code == 4
    assert "set it in SCIM_CONFORMANCE_CLIENT_SECRET or a client-secret-file instead" in ended.err
    assert "canary" not in ended.screen
