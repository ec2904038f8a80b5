"""OAuth client credentials end to end: the real command line in a process of its own, over real sockets."""

import json
from base64 import b64encode
from pathlib import Path
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
    assert_discreet,
    endpoint,
    forms,
    given,
    token_url,
    wired,
)
from tests.support.raw import EMPTY, Received, listening, scim
from tests.support.reported import result
from tests.support.small import small
from tests.support.turns import due

pytestmark = pytest.mark.slow


def _flags(served: Served, *more: str) -> list[str]:
    return ["--client-id", "client-7", "--token-url", served.token_url, *more]


def _run(where: Path, served: Served, *more: str, environ: dict[str, str] = IN_ENVIRONMENT) -> Ended:
    arguments = ["run", "--url", served.url, "--report-dir", str(where / "report"), *_flags(served), *more]
    return cli(where, *arguments, environ=environ)


def test_the_whole_run_with_two_processes_and_short_lives(tmp_path: Path) -> None:
    with serve(tokens=endpoint(life=1.0)) as served:
        ended = _run(tmp_path, served, "-n", "2", *small())
        fetched = len(served.app.tokens.forms)
        assert served.app.stored() == []
    assert ended.code == 0, ended.screen
    found = result(tmp_path / "report")["scenarios"]
    odd = {one["id"] for one in found if one["verdict"] not in {"conformant", "not applicable"}}
    assert odd == {"ENT-AUT-02"}
    assert fetched >= 3
    assert_discreet(tmp_path, SECRET, quote_plus(SECRET), *served.app.tokens.given)


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
            assert_discreet(where, TOKEN, used, quote_plus(used), json.dumps(used)[1:-1], basic)


def test_plain_pytest(tmp_path: Path) -> None:
    with serve(tokens=endpoint()) as served:
        arguments = ["--scim-client-id=client-7", f"--scim-token-url={served.token_url}", "--scim-id=ENT-AUT"]
        where = str(tmp_path / "report")
        arguments += [f"--scim-url={served.url}", f"--scim-report-dir={where}", "-p", "no:cacheprovider"]
        ended = pytest_suites(tmp_path, *arguments, environ=IN_ENVIRONMENT)
    assert ended.code == 0, ended.screen
    assert {one["verdict"] for one in result(tmp_path / "report")["scenarios"]} == {"conformant"}


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
    found = {one["id"]: one["verdict"] for one in result(tmp_path / "report")["scenarios"]}
    assert {found[f"ENT-AUT-0{number}"] for number in range(1, 6)} == {"conformant"}


TAKEN: list[tuple[str, str, set[str], str]] = [
    ("token-basic-only", "header", set(), ""),
    ("token-basic-only", "body", set(), "in the portal, select Header as the way to send credentials"),
    ("token-body-only", "body", {"ENT-AUT-05#token.status"}, ""),
    (
        "token-body-only",
        "header",
        {"ENT-AUT-05#token.status"},
        "in the portal, select Body as the way to send credentials",
    ),
    ("token-one-method", "both", set(), "in the portal, select Header as the way to send credentials"),
]


@pytest.mark.parametrize(("variant", "sent_in", "advised", "said"), due(TAKEN, 2))
def test_where_credentials_are_taken(variant: str, sent_in: str, advised: set[str], said: str, tmp_path: Path) -> None:
    arguments = ["demo", "--variant", variant, "--profile", "gallery-2026", "--report-dir", "report"]
    environ = {"SCIM_CONFORMANCE_CREDENTIALS_SENT_IN": sent_in}
    ended = cli(tmp_path, *arguments, "ENT-AUT", "ENT-CON-01", environ=environ)
    assert ended.code == 0, ended.screen
    found = result(tmp_path / "report")
    assert {check["id"] for one in found["scenarios"] for check in one["checks"] if check["actual"]} == advised
    warned = [one for one in found["warnings"] if "as the way to send credentials" in one]
    assert (len(warned), said in "".join(warned)) == (int(bool(said)), True)
    tried = [one for scenario in found["scenarios"] for one in scenario["exchanges"] if one["step"] == "preflight"]
    assert (len(tried) > 1) == bool(said)
    assert judged_again(msgspec.convert(found, RunResult)).wrong == []


@pytest.mark.parametrize("defect", due(["basic-unchecked", "body-unchecked", "wrong-secret-accepted"], 3))
def test_a_wrong_secret_that_gets_a_token_is_red(defect: str, tmp_path: Path) -> None:
    arguments = ["demo", "--defect", defect, "--profile", "gallery-2026", "--report-dir", "report", "ENT-AUT-03"]
    ended = cli(tmp_path, *arguments)
    assert ended.code == 1, ended.screen
    assert result(tmp_path / "report")["fix_first"][0]["check"] == DEFECTS[defect].named


def test_dry_run_shows_the_form_and_no_secret(tmp_path: Path) -> None:
    arguments = ["run", "--dry-run", "--client-id", "client-7", "--token-url", "https://host/token", "ENT-AUT"]
    ended = cli(tmp_path, *arguments, environ=IN_ENVIRONMENT)
    assert ended.code == 0, ended.screen
    assert "POST https://host/token\n" in ended.out
    assert "Authorization: Basic base64(client-7:$SCIM_CONFORMANCE_CLIENT_SECRET)\n" in ended.out
    assert SECRET not in ended.screen
