"""Tokens other than that of the run: of another tenant, one that may only read, an expired one, and forged copies."""

import json
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.server import Served, serve
from scim_conformance.scenario.exchange import Credential
from scim_conformance.target import wrong_tokens
from tests.support.cli import Ended, assert_calm, cli

NAMES = {"OTHER_TENANT": "other_tenant", "READ_ONLY": "read_only", "EXPIRED": "expired"}
SCENARIOS = ("SEC-TEN", "SEC-TOK-03", "SEC-TOK-04", "SEC-TOK-05")


def play(where: Path, served: Served, environ: dict[str, str]) -> tuple[Ended, dict[str, Any]]:
    given = ("run", "--url", served.url, "--report-dir", "report", "--suite", "security", *SCENARIOS)
    ended = cli(where, *given, environ={"SCIM_CONFORMANCE_TOKEN": served.token, **environ})
    assert_calm(ended)
    found: dict[str, Any] = json.loads((where / "report" / "result.json").read_text(encoding="utf-8"))
    return ended, {one["id"]: one for one in found["scenarios"] if one["id"].startswith("SEC-")}


def further(served: Served) -> dict[str, str]:
    return {f"SCIM_CONFORMANCE_{name}_TOKEN": getattr(served.app.keys, key) for name, key in NAMES.items()}


def test_with_every_token_each_scenario_is_judged_and_none_is_shown(tmp_path: Path) -> None:
    with serve() as served:
        environ = further(served)
        _, found = play(tmp_path, served, environ)
        forged = [wrong_tokens.made(served.token, one) for one in Credential if one.startswith("jwt-")]
        assert served.app.stored() == served.app.other_tenant.stored() == []
    assert {one["verdict"] for one in found.values()} == {"conformant"}
    assert len(found) == 8
    written = "".join(
        path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*") if path.is_file()
    )
    for secret in (served.token, *environ.values(), *forged):
        assert str(secret) not in written
        assert str(secret).rpartition(".")[0] not in written
    for name in environ:
        assert f"Bearer ${name}" in written
    assert "Bearer <the token with alg none and no signature>" in written


def test_without_them_each_scenario_says_what_is_missing(tmp_path: Path) -> None:
    with serve() as served:
        _, found = play(tmp_path, served, {})
    reasons = {name: one["reason"] for name, one in found.items() if one["verdict"] == "not applicable"}
    assert set(reasons) == {"SEC-TEN-01", "SEC-TEN-02", "SEC-TOK-03", "SEC-TOK-04"}
    for name, reason in zip(reasons, ("OTHER_TENANT", "OTHER_TENANT", "READ_ONLY", "EXPIRED"), strict=True):
        assert reasons[name] == f"SCIM_CONFORMANCE_{reason}_TOKEN is not set"


@pytest.mark.parametrize(("token", "said"), [("two\nlines", "the read-only token contains"), (None, "is the token of")])
def test_a_token_that_makes_no_sense_is_refused(tmp_path: Path, token: str | None, said: str) -> None:
    with serve() as served:
        environ = {"SCIM_CONFORMANCE_TOKEN": served.token, "SCIM_CONFORMANCE_READ_ONLY_TOKEN": token or served.token}
        ended = cli(tmp_path, "run", "--url", served.url, environ=environ)
    assert_calm(ended)
    assert ended.code == 4
    assert said in ended.screen


def test_a_token_of_another_tenant_that_is_refused_shows_nothing(tmp_path: Path) -> None:
    with serve() as served:
        _, found = play(tmp_path, served, {"SCIM_CONFORMANCE_OTHER_TENANT_TOKEN": "a-token-that-nobody-knows"})
    assert found["SEC-TEN-01"]["verdict"] == "not applicable"
    assert "refused with 401" in found["SEC-TEN-01"]["reason"]
