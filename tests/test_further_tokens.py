"""Tokens other than that of the run: of another tenant, one that may only read, an expired one, and forged copies."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.server import Served, serve
from scim_conformance.scenario.exchange import Creation, Credential, Outgoing, RefusedByHarness
from scim_conformance.scim import urns
from scim_conformance.target import wrong_tokens
from scim_conformance.target.journal import Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session
from scim_conformance.target.wire import TargetWire
from tests.support.cli import Ended, assert_calm, cli

TAG = "sct0123456789ab"
JSON = (("Content-Type", "application/scim+json"),)
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


class Twin:
    """Another tenant in which every id is that of an account; it records what is written there."""

    def __init__(self) -> None:
        self.written: list[str] = []

    async def around(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Answer requests with the token of the other tenant."""
        if request.header("Authorization") != f"Bearer {target.keys.other_tenant}":
            return await go(request)
        if request.method != "GET":
            self.written.append(f"{request.method} {request.path}")
            return ScimResponse(HTTPStatus.NO_CONTENT)
        kind, _, identifier = request.path.strip("/").partition("/")
        name = "userName" if kind == "Users" else "displayName"
        body = {"schemas": [], "id": identifier, name: "a real account", "meta": {"resourceType": kind[:-1]}}
        return ScimResponse(HTTPStatus.OK, body if identifier else {"totalResults": 0, "Resources": []})


def test_an_id_that_is_an_account_of_the_other_tenant_is_not_written_to(tmp_path: Path) -> None:
    twin = Twin()
    with serve([twin.around]) as served:
        _, found = play(tmp_path, served, {"SCIM_CONFORMANCE_OTHER_TENANT_TOKEN": served.app.keys.other_tenant})
        assert served.app.stored() == []
    assert twin.written == []
    assert found["SEC-TEN-01"]["verdict"] == "conformant"
    assert found["SEC-TEN-02"]["verdict"] == "not applicable"
    assert "same id" in found["SEC-TEN-02"]["reason"]


def test_a_token_of_another_tenant_is_not_taken_for_one_that_may_only_read(tmp_path: Path) -> None:
    twin = Twin()
    with serve([twin.around]) as served:
        _, found = play(tmp_path, served, {"SCIM_CONFORMANCE_READ_ONLY_TOKEN": served.app.keys.other_tenant})
        assert served.app.stored() == []
    assert twin.written == []
    assert found["SEC-TOK-03"]["verdict"] == "not applicable"


@pytest.mark.parametrize("credential", [Credential.OTHER_TENANT, Credential.READ_ONLY, Credential.EXPIRED])
def test_a_write_with_a_further_token_needs_a_read_before_it(tmp_path: Path, credential: Credential) -> None:
    with serve() as served:
        keys = served.app.keys
        further = {Credential.OTHER_TENANT: keys.other_tenant, Credential.READ_ONLY: keys.read_only}
        wire = TargetWire(served.url, served.token, further=further)
        session = Session(wire, Journal(tmp_path / "journal.jsonl", served.url, TAG, "main"), Ledger(TAG))
        body = json.dumps({"schemas": [urns.USER], "userName": f"{TAG}-user"}).encode()
        made = session.send(Outgoing("POST", "/Users", JSON, body, creates=Creation("User", f"{TAG}-user")))
        assert made.answer is not None
        resource = ("User", str(made.answer.json["id"]))
        deletion = Outgoing("DELETE", f"/Users/{resource[1]}", credential=credential, resource=resource)
        with pytest.raises(RefusedByHarness, match="may be another account's"):
            session.send(deletion)
        session.tidy(set())
        assert served.app.stored() == []
        wire.close()
