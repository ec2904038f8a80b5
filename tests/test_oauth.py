"""OAuth client credentials end to end: the real command line in a process of its own, over real sockets."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import msgspec
import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from scim_conformance.run.rejudge import judged_again
from scim_conformance.scenario.exchange import Creation, Outgoing
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.verdict.run_result import RunResult
from tests.support.cli import Ended, assert_calm, cli, pytest_suites
from tests.support.oauth import (
    ASSERTION,
    IN_ENVIRONMENT,
    SECRET,
    TOKEN,
    answering,
    empty,
    endpoint,
    forms,
    given,
    token_url,
    wired,
)
from tests.support.raw import EMPTY, Received, closed_port, error, http, listening, scim


def _flags(served: Served, *more: str) -> list[str]:
    return ["--client-id", "client-7", "--token-url", served.token_url, *more]


def _run(where: Path, served: Served, *more: str, environ: dict[str, str] = IN_ENVIRONMENT) -> Ended:
    arguments = ["run", "--url", served.url, "--report-dir", str(where / "report"), *_flags(served), *more]
    return cli(where, *arguments, environ=environ)


def _result(where: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((where / "report" / "result.json").read_bytes())
    return found


def _assert_discreet(where: Path, *secrets: str) -> None:
    files = [path for path in where.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        held = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in held, f"{path} holds {secret}"


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


@pytest.mark.parametrize("name", USELESS)
def test_an_answer_without_a_usable_token_is_one_sentence(name: str, tmp_path: Path) -> None:
    answer, said = USELESS[name]
    with listening(answering(lambda _: answer, empty)) as target:
        url = token_url(target)
        arguments = ["run", "--url", target.url, "--client-id", "client-7", "--token-url", url]
        arguments += ["--report-dir", str(tmp_path / "report"), "ENT-CON-01"]
        ended = cli(tmp_path, *arguments, environ=IN_ENVIRONMENT)
        assert {one.path for one in target.received} == {"/token"}
    reason = _result(tmp_path)["scenarios"][0]["reason"]
    assert reason.startswith(f"the token endpoint {url} ")
    assert said in reason
    assert len(reason) < 400
    assert ended.code == 6
    assert_calm(ended)
    _assert_discreet(tmp_path, TOKEN)


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
    said = "refuses the token from the token endpoint (status 401, application/scim+json): is it for this target"
    assert said in _result(tmp_path)["scenarios"][0]["reason"]


def test_the_whole_run_with_two_processes_and_short_lives(tmp_path: Path) -> None:
    with serve(tokens=endpoint(life=2.0)) as served:
        ended = _run(tmp_path, served, "-n", "2")
        fetched = len(served.app.tokens.forms)
        assert served.app.stored() == []
    assert ended.code == 0, ended.screen
    odd = {
        one["id"] for one in _result(tmp_path)["scenarios"] if one["verdict"] not in {"conformant", "not applicable"}
    }
    assert odd == {"ENT-AUT-02"}
    assert fetched >= 3
    _assert_discreet(tmp_path, SECRET, quote_plus(SECRET), *served.app.tokens.given)


def test_canaries_that_the_target_returns_are_nowhere(tmp_path: Path) -> None:
    def echo(_: Received) -> bytes:
        said = {**EMPTY, "token": TOKEN, "secret": SECRET, "assertion": ASSERTION}
        return scim(200, said, [("X-Debug", f"{TOKEN} {SECRET}")])

    file = tmp_path / "assertion.jwt"
    file.write_text(ASSERTION, encoding="utf-8")
    ways: list[tuple[str, str, dict[str, str]]] = [
        ("--client-assertion-file", str(file), {}),
        ("--scope", "scim", IN_ENVIRONMENT),
    ]
    with listening(answering(lambda _: given(TOKEN, scope=SECRET), echo)) as target:
        for flag, value, environ in ways:
            where = tmp_path / flag
            arguments = [
                "run",
                "--url",
                target.url,
                "--client-id",
                "client-7",
                "--token-url",
                token_url(target),
                flag,
                value,
            ]
            known = ["ENT-AUT", "ENT-CON"]
            ended = cli(where, *arguments, "--report-dir", str(where / "report"), *known, environ=environ)
            assert_calm(ended)
            used = ASSERTION if not environ else SECRET
            basic = b64encode(f"client-7:{quote_plus(SECRET)}".encode()).decode()
            sent = {one.header("Authorization") for one in target.received if one.path == "/token"}
            assert used.encode() in forms(target)[-1] if not environ else f"Basic {basic}" in sent
            _assert_discreet(where, TOKEN, used, quote_plus(used), json.dumps(used)[1:-1], basic)


def test_plain_pytest(tmp_path: Path) -> None:
    with serve(tokens=endpoint()) as served:
        arguments = ["--scim-client-id=client-7", f"--scim-token-url={served.token_url}", "--scim-id=ENT-AUT"]
        where = str(tmp_path / "report")
        arguments += [f"--scim-url={served.url}", f"--scim-report-dir={where}", "-p", "no:cacheprovider"]
        ended = pytest_suites(tmp_path, *arguments, environ=IN_ENVIRONMENT)
    assert ended.code == 0, ended.screen
    assert {one["verdict"] for one in _result(tmp_path)["scenarios"]} == {"conformant"}


def test_settings_in_the_environment_and_in_a_profile(tmp_path: Path) -> None:
    with serve(tokens=endpoint()) as served:
        table = f'[credentials]\nkind = "client-credentials"\nclient_id = "nobody"\ntoken_url = "{served.token_url}"\n'
        mapping = '[[user.mapping]]\nsource = "userPrincipalName"\ntarget = "userName"\nmatch = 1\n'
        (tmp_path / "my.toml").write_text(f'name = "my"\ntitle = "Mine"\n{table}{mapping}', encoding="utf-8")
        known = IN_ENVIRONMENT | {"SCIM_CONFORMANCE_CLIENT_ID": "client-7"}
        arguments = ["run", "--url", served.url, "--profile", "my.toml", "--report-dir", "report", "ENT-AUT"]
        ended = cli(tmp_path, *arguments, environ=known)
        assert {form["client_id"] for form in served.app.tokens.forms} == {"client-7"}
    assert ended.code == 0, ended.screen


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
    "secret alone": ([], IN_ENVIRONMENT, "incomplete: set --client-id and --token-url"),
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


@pytest.mark.parametrize("name", CONTRADICTIONS)
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


def test_clean_uses_client_credentials(tmp_path: Path) -> None:
    with serve(tokens=endpoint()) as served:
        with wired(served.url, served.token_url) as wire:
            tag = "sct0a1b2c3d4e5f"
            book = Journal(tmp_path / "left" / NAME, served.url, tag)
            name = f"{tag}.someone@example.com"
            key = book.intent(Creation("User", name))
            body = json.dumps({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name}).encode()
            answer = wire.send(Outgoing("POST", "/Users", (("Content-Type", "application/scim+json"),), body)).answer
            assert answer is not None
            book.created(key, answer.json["id"])
        ended = cli(tmp_path, "clean", str(tmp_path / "left"), *_flags(served), environ=IN_ENVIRONMENT)
        assert served.app.stored() == []
    assert (ended.code, "1 removed, nothing is left" in ended.out) == (0, True), ended.screen


def test_the_demo_uses_client_credentials_for_a_gallery_profile(tmp_path: Path) -> None:
    environ = {"SCIM_CONFORMANCE_TOKEN": "left-over-from-yesterday"}
    arguments = ["demo", "--profile", "gallery-2026", "--report-dir", "report", "ENT-AUT", "ENT-CON-01"]
    ended = cli(tmp_path, *arguments, environ=environ)
    assert ended.code == 0, ended.screen
    found = {one["id"]: one["verdict"] for one in _result(tmp_path)["scenarios"]}
    assert {found[f"ENT-AUT-0{number}"] for number in range(1, 6)} == {"conformant"}


@pytest.mark.parametrize(
    ("variant", "sent_in", "advised", "said"),
    [
        ("token-basic-only", "header", set(), ""),
        ("token-basic-only", "body", set(), "in the portal, select Header as the way to send credentials"),
        (
            "token-body-only",
            "header",
            {"ENT-AUT-05#token.status"},
            "in the portal, select Body as the way to send credentials",
        ),
        ("token-body-only", "body", {"ENT-AUT-05#token.status"}, ""),
        ("token-one-method", "both", set(), "in the portal, select Header as the way to send credentials"),
    ],
)
def test_where_credentials_are_taken(variant: str, sent_in: str, advised: set[str], said: str, tmp_path: Path) -> None:
    arguments = ["demo", "--variant", variant, "--profile", "gallery-2026", "--report-dir", "report"]
    environ = {"SCIM_CONFORMANCE_CREDENTIALS_SENT_IN": sent_in}
    ended = cli(tmp_path, *arguments, "ENT-AUT", "ENT-CON-01", environ=environ)
    assert ended.code == 0, ended.screen
    result = _result(tmp_path)
    assert {check["id"] for one in result["scenarios"] for check in one["checks"] if check["actual"]} == advised
    warned = [one for one in result["warnings"] if "as the way to send credentials" in one]
    assert (len(warned), said in "".join(warned)) == (int(bool(said)), True)
    tried = [one for scenario in result["scenarios"] for one in scenario["exchanges"] if one["step"] == "preflight"]
    assert (len(tried) > 1) == bool(said)
    assert judged_again(msgspec.convert(result, RunResult)).wrong == []


@pytest.mark.parametrize("defect", ["basic-unchecked", "body-unchecked", "wrong-secret-accepted"])
def test_a_wrong_secret_that_gets_a_token_is_red(defect: str, tmp_path: Path) -> None:
    arguments = ["demo", "--defect", defect, "--profile", "gallery-2026", "--report-dir", "report", "ENT-AUT-03"]
    ended = cli(tmp_path, *arguments)
    assert ended.code == 1, ended.screen
    assert _result(tmp_path)["fix_first"][0]["check"] == DEFECTS[defect].named


def test_dry_run_shows_the_form_and_no_secret(tmp_path: Path) -> None:
    arguments = ["run", "--dry-run", "--client-id", "client-7", "--token-url", "https://host/token", "ENT-AUT"]
    ended = cli(tmp_path, *arguments, environ=IN_ENVIRONMENT)
    assert ended.code == 0, ended.screen
    assert "POST https://host/token\n" in ended.out
    assert "Authorization: Basic base64(client-7:$SCIM_CONFORMANCE_CLIENT_SECRET)\n" in ended.out
    assert SECRET not in ended.screen
